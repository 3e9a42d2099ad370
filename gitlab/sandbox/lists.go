package sandbox

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

// The number of rows on a page by default, and at most; and the number of rows up
// to which the service counts them.
const (
	defaultPerPage = 20
	maxPerPage     = 100
	maxCounted     = 10_000
)

// paged returns the page of a number of rows that the request asks for, with the
// headers that describe it. Wire returns the row with an index.
func paged(r *request, rows int, wire func(n int) any) response {
	c := &check{params: r.params}
	perPage, _ := c.number("per_page")
	page, _ := c.number("page")
	if c.problem != "" {
		return badParameter(c.problem)
	}
	if perPage < 1 {
		perPage = defaultPerPage
	}
	perPage, page = min(perPage, maxPerPage), max(page, 1)
	last := max(1, (rows+perPage-1)/perPage)
	start := min(min(page-1, last)*perPage, rows)
	end := min(start+perPage, rows)
	list := []any{}
	for n := start; n < end; n++ {
		list = append(list, wire(n))
	}
	resp := ok(list)
	var links []string
	query := r.URL.Query()
	link := func(page int, rel string) {
		query.Set("page", strconv.Itoa(page))
		query.Set("per_page", strconv.Itoa(perPage))
		links = append(links, fmt.Sprintf("<%s%s?%s>; rel=%q", r.web, r.URL.EscapedPath(), query.Encode(), rel))
	}
	next, previous := "", ""
	if page > 1 {
		previous = strconv.Itoa(page - 1)
		link(page-1, "prev")
	}
	if page < last {
		next = strconv.Itoa(page + 1)
		link(page+1, "next")
	}
	link(1, "first")
	if rows <= maxCounted {
		link(last, "last")
		resp.SetHeader("X-Total", strconv.Itoa(rows))
		resp.SetHeader("X-Total-Pages", strconv.Itoa(last))
	}
	resp.SetHeader("Link", strings.Join(links, ", "))
	resp.SetHeader("X-Page", strconv.Itoa(page))
	resp.SetHeader("X-Per-Page", strconv.Itoa(perPage))
	resp.SetHeader("X-Next-Page", next)
	resp.SetHeader("X-Prev-Page", previous)
	return resp
}

// respondIssues responds with the page of the issues that the request selects.
// The scope applies if the request has none, and relative references are relative
// to the namespace.
func (s *Sandbox) respondIssues(r *request, issues []*issue, scope, namespace string) response {
	f := s.newFilter(r, scope)
	if f.problem != "" {
		return badParameter(f.problem)
	}
	details, _ := f.boolean("with_labels_details")
	found := f.apply(issues)
	return paged(r, len(found), func(n int) any {
		i := found[n]
		w := s.wireIssue(r, i)
		w.References.Relative = i.reference(namespace)
		if details {
			w.Labels = s.wireLabels(i)
		}
		return w
	})
}

// issuesOf returns the issues that a user may read of the projects that match.
func (s *Sandbox) issuesOf(u *user, match func(*project) bool) []*issue {
	var issues []*issue
	for _, p := range s.Projects {
		if p.NoIssues || !s.canSee(u, p) || !match(p) {
			continue
		}
		for _, i := range p.Issues {
			if s.canRead(u, i) {
				issues = append(issues, i)
			}
		}
	}
	return issues
}

// listIssues lists the issues that the user may read, by default those that the
// user created.
func (s *Sandbox) listIssues(r *request) response {
	return s.respondIssues(r, s.issuesOf(r.user, func(p *project) bool { return r.wantsArchived() || !p.Archived }), "created_by_me", "")
}

// wantsArchived reports whether a list has the issues of archived projects too.
func (r *request) wantsArchived() bool { return r.params.text("non_archived") == "false" }

// listGroupIssues lists the issues of a group and of those below.
func (s *Sandbox) listGroupIssues(r *request) response {
	g := s.findGroup(r.user, r.PathValue("id"))
	if g == nil {
		return notFound("Group")
	}
	issues := s.issuesOf(r.user, func(p *project) bool {
		return strings.HasPrefix(p.Path, g.Path+"/") && (r.wantsArchived() || !p.Archived)
	})
	return s.respondIssues(r, issues, "all", g.Path)
}

func (s *Sandbox) findGroup(u *user, id string) *group {
	for _, g := range s.Groups {
		if (strconv.Itoa(g.ID) == id || strings.EqualFold(g.Path, id)) && s.canSeeGroup(u, g) {
			return g
		}
	}
	return nil
}

func (s *Sandbox) listProjectIssues(r *request) response {
	p, errResponse := s.pathProject(r)
	if p == nil {
		return errResponse
	}
	return s.respondIssues(r, s.issuesOf(r.user, func(other *project) bool { return other == p }), "all", p.Path)
}

// listLabels lists the labels of a project and, unless the request says otherwise,
// of the groups above.
func (s *Sandbox) listLabels(r *request) response {
	p, errResponse := s.pathProject(r)
	if p == nil {
		return errResponse
	}
	c := &check{params: r.params}
	ancestors, given := c.boolean("include_ancestor_groups")
	if c.problem != "" {
		return badParameter(c.problem)
	}
	labels, search := s.labelsOf(p), strings.ToLower(c.text("search"))
	if given && !ancestors {
		labels = p.Labels
	}
	found := fake.Select(labels, func(l *label) bool { return strings.Contains(strings.ToLower(l.Name+"\n"+l.Description), search) })
	slices.SortStableFunc(found, func(a, b *label) int { return strings.Compare(a.Name, b.Name) })
	return paged(r, len(found), func(n int) any { return wireLabelOf(found[n]) })
}

// listMilestones lists the milestones of a project, and on request those of the
// groups above.
func (s *Sandbox) listMilestones(r *request) response {
	p, errResponse := s.pathProject(r)
	if p == nil {
		return errResponse
	}
	c := &check{params: r.params}
	state := c.oneOf("state", "all", "active", "closed")
	iids := c.numbers("iids")
	parents, _ := c.boolean("include_parent_milestones")
	ancestors, _ := c.boolean("include_ancestors")
	if c.problem != "" {
		return badParameter(c.problem)
	}
	milestones := p.Milestones
	if parents || ancestors {
		milestones = s.milestonesOf(p)
	}
	title, search := c.text("title"), strings.ToLower(c.text("search"))
	found := fake.Select(milestones, func(m *milestone) bool {
		return (state == "all" || m.Closed == (state == "closed")) &&
			(len(iids) == 0 || slices.Contains(iids, m.IID)) &&
			(title == "" || m.Title == title) &&
			strings.Contains(strings.ToLower(m.Title+"\n"+m.Description), search)
	})
	slices.SortStableFunc(found, func(a, b *milestone) int { return b.ID - a.ID })
	return paged(r, len(found), func(n int) any { return s.wireMilestone(r, found[n]) })
}

func (s *Sandbox) getProject(r *request) response {
	p, errResponse := s.pathProject(r)
	if p == nil {
		return errResponse
	}
	return ok(s.wireProject(r, p))
}

// listUsers lists the users with a username, or whose name contains a text.
func (s *Sandbox) listUsers(r *request) response {
	username, search := r.params.text("username"), strings.ToLower(r.params.text("search"))
	found := fake.Select(users, func(u *user) bool {
		return (username == "" || strings.EqualFold(u.username, username)) && strings.Contains(strings.ToLower(u.username+"\n"+u.name), search)
	})
	return paged(r, len(found), func(n int) any { return wireUserOf(r, found[n]) })
}

func (s *Sandbox) getUser(r *request) response {
	return ok(wireProfile{
		wireUser: *wireUserOf(r, r.user), Created: "2024-03-04T09:00:00.000Z", Email: r.user.username + "@" + root + ".example", IsAdmin: r.user.isAdmin,
	})
}

// administrators is for operations that only administrators may call.
func administrators(r *request) (response, bool) {
	if r.user.isAdmin {
		return response{}, true
	}
	return forbidden(), false
}

func (s *Sandbox) getIssueByID(r *request) response {
	if errResponse, ok := administrators(r); !ok {
		return errResponse
	}
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		return badParameter("id is invalid")
	}
	i := s.issueByID(id)
	if i == nil {
		return notFoundRecord()
	}
	return ok(s.singleIssue(r, i))
}

func (s *Sandbox) getUserAgentDetail(r *request) response {
	if errResponse, ok := administrators(r); !ok {
		return errResponse
	}
	i, errResponse := s.pathIssue(r)
	switch {
	case i == nil:
		return errResponse
	case i.UserAgent == "":
		return notFound("UserAgentDetail")
	}
	return ok(struct {
		UserAgent string `json:"user_agent"`
		IPAddress string `json:"ip_address"`
		Submitted bool   `json:"akismet_submitted"`
	}{i.UserAgent, "127.0.0.1", false})
}

func (s *Sandbox) listParticipants(r *request) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	names := i.participants()
	return paged(r, len(names), func(n int) any { return wireUserOf(r, findUser(names[n])) })
}

func (s *Sandbox) listRelatedMergeRequests(r *request) response {
	return s.respondMergeRequests(r, func(m *mergeRequest, iid int) bool {
		return slices.Contains(m.Related, iid) || slices.Contains(m.Closes, iid)
	})
}

func (s *Sandbox) listClosingMergeRequests(r *request) response {
	return s.respondMergeRequests(r, func(m *mergeRequest, iid int) bool { return slices.Contains(m.Closes, iid) })
}

func (s *Sandbox) respondMergeRequests(r *request, match func(m *mergeRequest, iid int) bool) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	found := fake.Select(i.project.MergeRequests, func(m *mergeRequest) bool { return match(m, i.IID) })
	return paged(r, len(found), func(n int) any { return wireMergeRequestOf(r, i.project, found[n]) })
}
