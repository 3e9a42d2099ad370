package sandbox

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

// listMilestones counts the issues that the user may see.
func (s *Sandbox) listMilestones(r *request) response {
	repo, errResponse := s.pathRepo(r)
	if repo == nil {
		return errResponse
	}
	query := r.URL.Query()
	milestones := slices.Clone(repo.Milestones)
	switch query.Get("state") {
	case "", "open":
		milestones = fake.Select(milestones, func(m *milestone) bool { return !m.Closed })
	case "closed":
		milestones = fake.Select(milestones, func(m *milestone) bool { return m.Closed })
	case "all":
	default:
		return badParameter("state")
	}
	switch query.Get("sort") {
	case "":
	case "due_on":
		slices.SortStableFunc(milestones, func(a, b *milestone) int {
			if query.Get("direction") == "desc" {
				a, b = b, a
			}
			return cmp.Compare(a.DueOn, b.DueOn)
		})
	default:
		return badParameter("sort")
	}
	open, closed := repo.countByMilestone(r.user)
	return respondPage(query, milestones, func(m *milestone) any {
		return m.wireInRepo(repo, open[m.Number], closed[m.Number])
	})
}

func (s *Sandbox) getMilestone(r *request) response {
	repo, errResponse := s.pathRepo(r)
	if repo == nil {
		return errResponse
	}
	m, errResponse := repo.pathMilestone(r)
	if m == nil {
		return errResponse
	}
	return ok(m.wireFor(repo, r.user))
}

// pathMilestone returns the milestone of a request, or the error to respond with.
func (r *repo) pathMilestone(req *request) (*milestone, response) {
	number, err := strconv.Atoi(req.PathValue("number"))
	if err != nil {
		return nil, badParameter("number")
	}
	if m := r.findMilestone(number); m != nil {
		return m, response{}
	}
	return nil, notFound("Milestone")
}

// createMilestone creates an open milestone, whatever the state in the body.
func (s *Sandbox) createMilestone(r *request) response {
	repo, errResponse := s.membersRepo(r)
	if repo == nil {
		return errResponse
	}
	t := now()
	m := &milestone{Created: t, Updated: t}
	if errResponse, failed := m.set(repo, r); failed {
		return errResponse
	}
	m.Closed = false
	m.Number, m.PageNo = s.newID(), 1
	for _, other := range repo.Milestones {
		m.PageNo = max(m.PageNo, other.PageNo+1)
	}
	repo.Milestones = append(repo.Milestones, m)
	return created(wireCreatedMilestone{wireRepoMilestone: m.wireFor(repo, r.user)})
}

// updateMilestone replaces everything: without a state the milestone is open, and
// without a description it has none.
func (s *Sandbox) updateMilestone(r *request) response {
	repo, errResponse := s.membersRepo(r)
	if repo == nil {
		return errResponse
	}
	m, errResponse := repo.pathMilestone(r)
	if m == nil {
		return errResponse
	}
	if errResponse, failed := m.set(repo, r); failed {
		return errResponse
	}
	m.Updated = now()
	repo.replaceMilestone(m.Number, m)
	return ok(m.wireFor(repo, r.user))
}

func (s *Sandbox) deleteMilestone(r *request) response {
	repo, errResponse := s.membersRepo(r)
	if repo == nil {
		return errResponse
	}
	m, errResponse := repo.pathMilestone(r)
	if m == nil {
		return errResponse
	}
	repo.Milestones = fake.Select(repo.Milestones, func(other *milestone) bool { return other != m })
	repo.replaceMilestone(m.Number, nil)
	return noContent()
}

// replaceMilestone replaces a milestone of the repository's issues, of which each has
// a copy if the state was read from a file.
func (r *repo) replaceMilestone(number int, other *milestone) {
	for _, i := range r.Issues {
		if i.Milestone != nil && i.Milestone.Number == number {
			i.Milestone = other
		}
	}
}

// maxMilestoneDescription is the maximum length of a description in UTF-16.
const maxMilestoneDescription = 2000

// set sets what the body of a write contains. It returns the error to respond with if
// that is not valid.
func (m *milestone) set(r *repo, req *request) (errResponse response, failed bool) {
	var in struct {
		Title       string `json:"title"`
		DueOn       string `json:"due_on"`
		Description string `json:"description"`
		State       string `json:"state"`
	}
	if !req.decodeBody(&in) {
		return badParameter("body"), true
	}
	_, err := time.Parse(time.DateOnly, in.DueOn)
	switch {
	case strings.TrimSpace(in.Title) == "":
		return badParameter("title"), true
	case err != nil:
		return badParameter("due_on"), true
	case len(utf16.Encode([]rune(in.Description))) > maxMilestoneDescription:
		return badParameter("description"), true
	case !slices.Contains([]string{"", "open", "closed"}, in.State):
		return badParameter("state"), true
	case slices.ContainsFunc(r.Milestones, func(other *milestone) bool { return other != m && other.Title == in.Title }):
		return exists("Milestone"), true
	}
	m.Title, m.DueOn, m.Description, m.Closed = in.Title, in.DueOn, in.Description, in.State == "closed"
	return response{}, false
}

// countByMilestone returns the numbers of open and of closed issues that a user
// may see, by the number of their milestone. A state that was read from a file
// has a copy of a milestone in each issue.
func (r *repo) countByMilestone(u *user) (open, closed map[int]int) {
	open, closed = map[int]int{}, map[int]int{}
	for _, i := range r.issuesFor(u) {
		switch {
		case i.Milestone == nil:
		case i.Closed:
			closed[i.Milestone.Number]++
		default:
			open[i.Milestone.Number]++
		}
	}
	return open, closed
}
