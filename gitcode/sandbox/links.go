package sandbox

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

// pathPull returns the pull request of a request and its repository, or the error
// to respond with.
func (s *Sandbox) pathPull(r *request) (*pull, *repo, response) {
	number, err := strconv.Atoi(r.PathValue("number"))
	if err != nil {
		return nil, nil, badParameter("number")
	}
	repo, errResponse := s.pathRepo(r)
	if repo == nil {
		return nil, nil, errResponse
	}
	for _, p := range repo.Pulls {
		if p.Number == number {
			return p, repo, response{}
		}
	}
	return nil, nil, notFound("MergeRequest")
}

// linkedIssues returns the issues linked to a pull request that a user may see.
func (s *Sandbox) linkedIssues(u *user, p *pull) []*issue {
	return fake.Select(s.issuesOf(u, func(*repo) bool { return true }), func(i *issue) bool { return i.isLinkedTo(p) })
}

func (i *issue) isLinkedTo(p *pull) bool {
	return slices.ContainsFunc(i.Pulls, func(other *pull) bool { return other.ID == p.ID })
}

func (s *Sandbox) listPullIssues(r *request) response {
	p, _, errResponse := s.pathPull(r)
	if p == nil {
		return errResponse
	}
	resp := respondPage(r.URL.Query(), s.linkedIssues(r.user, p), func(i *issue) any { return i.wireLinked() })
	resp.header = nil
	return resp
}

// linkIssues returns all issues that are linked afterwards.
func (s *Sandbox) linkIssues(r *request) response {
	p, issues, errResponse := s.changeableLinks(r)
	if p == nil {
		return errResponse
	}
	for _, i := range issues {
		if !i.isLinkedTo(p) {
			i.Pulls = append(i.Pulls, p)
			s.recordPull(r.user, i, linkAdded, p)
		}
	}
	return ok(wireLinks(s.linkedIssues(r.user, p)))
}

// unlinkIssues returns the issues that were linked before.
func (s *Sandbox) unlinkIssues(r *request) response {
	p, issues, errResponse := s.changeableLinks(r)
	if p == nil {
		return errResponse
	}
	before := wireLinks(s.linkedIssues(r.user, p))
	for _, i := range issues {
		if i.isLinkedTo(p) {
			i.Pulls = fake.Select(i.Pulls, func(other *pull) bool { return other.ID != p.ID })
			s.recordPull(r.user, i, linkDeleted, p)
		}
	}
	return ok(before)
}

// changeableLinks returns the pull request of a request, and those of the issues in
// its body that the repository has. Only members may change links.
func (s *Sandbox) changeableLinks(r *request) (*pull, []*issue, response) {
	p, repo, errResponse := s.pathPull(r)
	if p == nil {
		return nil, nil, errResponse
	}
	if !repo.isMember(r.user) {
		return nil, nil, forbidden()
	}
	var numbers []int
	if !r.decodeBody(&numbers) {
		return nil, nil, badParameter("issues")
	}
	return p, fake.Select(repo.Issues, func(i *issue) bool { return slices.Contains(numbers, i.Number) }), response{}
}

// recordPull records a change of a link to a pull request.
func (s *Sandbox) recordPull(by *user, i *issue, action string, p *pull) {
	s.record(by, i, action, linkContent(action, p))
	i.Logs[len(i.Logs)-1].Pull = p
}

// The actions in operate logs.
const (
	linkAdded   = "add_issue_mr_link"
	linkDeleted = "delete_issue_mr_link"
)

func linkContent(action string, p *pull) string {
	verb := map[string]string{linkAdded: "Create", linkDeleted: "Delete"}[action]
	return fmt.Sprintf("%s issue mr links: **%s** #%d", verb, p.Title, p.Number)
}

func (s *Sandbox) listEnterprisePulls(r *request) response {
	i, errResponse := s.pathEnterpriseIssue(r)
	if i == nil {
		return errResponse
	}
	list := make([]wirePull, len(i.Pulls))
	for n, p := range i.Pulls {
		list[n] = p.wire(true)
	}
	return ok(list)
}

// listBranches returns null if there are none.
func (s *Sandbox) listBranches(r *request) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	return ok(i.Branches)
}

// setBranches ignores branches that the repository lacks.
func (s *Sandbox) setBranches(r *request) response {
	i, errResponse := s.labelableIssue(r)
	if i == nil {
		return errResponse
	}
	var in struct {
		Names *[]string `json:"branch_names"`
	}
	if !r.decodeBody(&in) || in.Names == nil {
		return badParameter("branch_names")
	}
	i.Branches = fake.Select(*in.Names, i.repo.hasBranch)
	s.record(r.user, i, "branch", "changed the related branches")
	return ok(i.Branches)
}

// hasBranch reports whether a repository has a branch: main, and those of its pull
// requests.
func (r *repo) hasBranch(name string) bool {
	return name == "main" || slices.ContainsFunc(r.Pulls, func(p *pull) bool { return p.Head == name })
}

// seedPull adds a new pull request to its repository, if the sandbox has that, and
// links it to an issue, unless that is nil.
func (s *Sandbox) seedPull(i *issue, number int, repo, title, branch, state string) {
	t := parseSeedTime("2026-11-16 10:20")
	if i != nil {
		t = i.Created.Add(48 * time.Hour)
	}
	p := &pull{
		ID: s.newID(), Number: number, Repo: repo, Title: title, State: state,
		Head: branch, Base: "main", Author: findUser("sunli"), Mergeable: state == "open",
		Created: t, Updated: t.Add(3 * time.Hour), Testers: []*user{findUser("maria")},
	}
	for _, r := range s.Repos {
		if r.fullName() == repo {
			r.Pulls = append(r.Pulls, p)
		}
	}
	if i == nil {
		return
	}
	p.Labels, p.Assignees = slices.Clone(i.Labels), i.Assignees
	i.Pulls = append(i.Pulls, p)
	i.Logs = append(i.Logs, &logEntry{ID: s.newID(), Author: p.Author, Action: linkAdded, Content: linkContent(linkAdded, p), Created: t, Pull: p})
}

// wireLink is an issue in the response to a change of links.
type wireLink struct {
	ID     int    `json:"id"`
	Number string `json:"number"`
	Title  string `json:"title"`
}

func wireLinks(issues []*issue) []wireLink {
	list := make([]wireLink, len(issues))
	for n, i := range issues {
		list[n] = wireLink{i.ID, strconv.Itoa(i.Number), i.Title}
	}
	return list
}

// wireLinkedIssue is an issue in the list of a pull request. It has no id.
type wireLinkedIssue struct {
	Body   string      `json:"body"`
	Labels []wireLabel `json:"labels"`
	Number string      `json:"number"`
	State  string      `json:"state"`
	Title  string      `json:"title"`
	URL    string      `json:"url"`
	User   struct {
		ID    string `json:"id"`
		Login string `json:"login"`
		Name  string `json:"name"`
	} `json:"user"`
}

func (i *issue) wireLinked() wireLinkedIssue {
	w := i.wireWritten()
	linked := wireLinkedIssue{
		Body: w.Body, Labels: w.Labels, Number: w.Number, State: w.State, Title: w.Title,
		URL: fmt.Sprintf("https://api.gitcode.com/api/v5/repos/%s/issues/%d", i.repo.fullName(), i.Number),
	}
	linked.User.ID, linked.User.Login, linked.User.Name = i.Author.id, i.Author.login, i.Author.name
	return linked
}
