package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

// The number of rows on a page by default, and at most.
const (
	defaultPerPage = 30
	maxPerPage     = 100
)

// paging returns which rows of a list the request asks for, and the Link header.
// Like the service, it corrects invalid values. The links of a list within a
// repository contain its id.
func paging(r *request, rows int, repo *repo) (start, end int, links string) {
	query := r.URL.Query()
	perPage, err := strconv.Atoi(query.Get("per_page"))
	if err != nil || perPage < 1 {
		perPage = defaultPerPage
	}
	perPage = min(perPage, maxPerPage)
	page, err := strconv.Atoi(query.Get("page"))
	if err != nil || page < 1 {
		page = 1
	}
	last := max(1, (rows+perPage-1)/perPage)
	start = min(min(page-1, last)*perPage, rows)
	end = min(start+perPage, rows)

	path := r.URL.EscapedPath()
	if repo != nil {
		if parts := strings.SplitN(path, "/", 7); parts[3] == "repos" {
			path = fmt.Sprintf("%s/repositories/%d/%s", Prefix, repo.ID, parts[6])
		}
	}
	link := func(page int, rel string) {
		query.Set("page", strconv.Itoa(page))
		if links != "" {
			links += ", "
		}
		links += fmt.Sprintf("<%s%s?%s>; rel=%q", r.web, path, query.Encode(), rel)
	}
	if page > 1 {
		link(min(page-1, last), "prev")
	}
	if page < last {
		link(page+1, "next")
		link(last, "last")
	}
	if page > 1 {
		link(1, "first")
	}
	return start, end, links
}

// listResponse returns rows with the links to other pages, if there are any.
func listResponse(rows any, links string) response {
	resp := ok(rows)
	if links != "" {
		resp.SetHeader("Link", links)
	}
	return resp
}

// respondIssues responds with the page of the issues that the filter selects.
func (s *Sandbox) respondIssues(r *request, f *filter, issues []*issue, repo *repo) response {
	if f.invalid != "" {
		return invalidValue(f.invalid, f.query.Get(f.invalid))
	}
	found := f.apply(issues)
	start, end, links := paging(r, len(found), repo)
	rows := []wireIssue{}
	for _, i := range found[start:end] {
		w := s.wireIssue(r, i)
		if repo == nil {
			w.Repository = wireRepository(r, i.repo)
		}
		rows = append(rows, w)
	}
	return listResponse(rows, links)
}

func (s *Sandbox) listRepoIssues(r *request) response {
	repo, errResponse := s.issuesRepo(r)
	if repo == nil {
		return errResponse
	}
	f := newFilter(r)
	f.addMilestone(repo)
	f.addAssignee()
	f.addUser("creator", func(i *issue, login string) bool { return strings.EqualFold(i.Author, login) })
	f.addUser("mentioned", (*issue).mentions)
	f.addType()
	return s.respondIssues(r, f, repo.Issues, repo)
}

// listIssues lists the issues of all repositories that the user may see.
func (s *Sandbox) listIssues(r *request) response {
	f := newFilter(r)
	f.addUserFilter(r.user)
	f.addAffiliations(r.user)
	return s.respondIssues(r, f, s.issuesOf(r.user, func(*repo) bool { return true }), nil)
}

// listAccountIssues leaves out the repositories of the user's organizations.
func (s *Sandbox) listAccountIssues(r *request) response {
	f := newFilter(r)
	f.addUserFilter(r.user)
	return s.respondIssues(r, f, s.issuesOf(r.user, func(repo *repo) bool {
		kind := repo.affiliation(r.user)
		return kind == "owned" || kind == "collab"
	}), nil)
}

func (s *Sandbox) listOrgIssues(r *request) response {
	if !strings.EqualFold(r.PathValue("org"), org) {
		return notFound()
	}
	f := newFilter(r)
	f.addUserFilter(r.user)
	f.addType()
	return s.respondIssues(r, f, s.issuesOf(r.user, func(repo *repo) bool { return repo.Owner == org }), nil)
}

// issuesOf returns the issues of the repositories that match and that the user
// may see.
func (s *Sandbox) issuesOf(u *user, match func(*repo) bool) []*issue {
	var issues []*issue
	for _, repo := range s.Repos {
		if repo.isVisibleTo(u) && !repo.NoIssues && match(repo) {
			issues = slices.Concat(issues, repo.Issues)
		}
	}
	return issues
}

// listLabels sorts by name, ignoring case.
func (s *Sandbox) listLabels(r *request) response {
	repo, errResponse := s.pathRepo(r)
	if repo == nil {
		return errResponse
	}
	labels := slices.Clone(repo.Labels)
	slices.SortStableFunc(labels, func(a, b *label) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	start, end, links := paging(r, len(labels), repo)
	rows := []wireLabel{}
	for _, l := range labels[start:end] {
		rows = append(rows, wireLabelOf(r, repo, l))
	}
	return listResponse(rows, links)
}

// listMilestones sorts by due date, those without a date last.
func (s *Sandbox) listMilestones(r *request) response {
	repo, errResponse := s.pathRepo(r)
	if repo == nil {
		return errResponse
	}
	f := &filter{query: r.URL.Query()}
	state := f.check("state", states...)
	sort := f.check("sort", "due_on", "completeness")
	direction := f.check("direction", "asc", "desc")
	if f.invalid != "" {
		return invalid("Milestone", f.invalid, "invalid", f.query.Get(f.invalid))
	}
	milestones := fake.Select(repo.Milestones, func(m *milestone) bool { return state == "all" || m.Closed == (state == "closed") })
	completeness := func(m *milestone) int {
		open, closed := repo.countIssues(m.Number)
		return closed * 100 / max(1, open+closed)
	}
	slices.SortStableFunc(milestones, func(a, b *milestone) int {
		if direction == "desc" {
			a, b = b, a
		}
		if sort == "completeness" {
			return completeness(a) - completeness(b)
		}
		if a.DueOn.IsZero() != b.DueOn.IsZero() {
			if a.DueOn.IsZero() {
				return 1
			}
			return -1
		}
		return a.DueOn.Compare(b.DueOn)
	})
	start, end, links := paging(r, len(milestones), repo)
	rows := []*wireMilestone{}
	for _, m := range milestones[start:end] {
		rows = append(rows, wireMilestoneOf(r, repo, m))
	}
	return listResponse(rows, links)
}

// profileJSON is what a user's own profile has besides the members of any user.
// Its verb is the name.
const profileJSON = `,"name":%q,"company":null,"blog":"","location":null,"email":null,"hireable":null,"bio":null,
"public_repos":2,"public_gists":0,"followers":0,"following":0,"created_at":"2024-03-04T09:00:00Z","updated_at":"2026-09-01T09:00:00Z",
"private_gists":0,"total_private_repos":0,"owned_private_repos":0,"disk_usage":0,"collaborators":0,"two_factor_authentication":true,"user_view_type":"private"}`

func (s *Sandbox) getUser(r *request) response {
	profile := bytes.TrimSuffix(wireUserOf(r, r.user), []byte("}"))
	return ok(json.RawMessage(fmt.Appendf(profile, profileJSON, r.user.name)))
}
