package sandbox

import (
	"cmp"
	"slices"
	"strconv"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

// listRepoLabels returns the labels of a repository, the latest first, and 100
// on a page by default.
func (s *Sandbox) listRepoLabels(r *request) response {
	repo, errResponse := s.pathRepo(r)
	if repo == nil {
		return errResponse
	}
	query := r.URL.Query()
	if query.Get("per_page") == "" {
		query.Set("per_page", "100")
	}
	labels := slices.Clone(repo.Labels)
	slices.Reverse(labels)
	return respondPage(query, labels, func(l *label) any { return l.wireInRepo(repo.ID) })
}

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
	number, err := strconv.Atoi(r.PathValue("number"))
	if err != nil {
		return badParameter("number")
	}
	m := repo.findMilestone(number)
	if m == nil {
		return notFound("Milestone")
	}
	open, closed := repo.countByMilestone(r.user)
	return ok(m.wireInRepo(repo, open[number], closed[number]))
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

func (s *Sandbox) listCollaborators(r *request) response {
	repo, errResponse := s.pathRepo(r)
	if repo == nil {
		return errResponse
	}
	members := slices.DeleteFunc(slices.Clone(users), func(u *user) bool { return !repo.isMember(u) })
	return respondPage(r.URL.Query(), members, func(u *user) any {
		return u.wireCollaborator(repo.isMaintainer(u))
	})
}

// getCollaborator reports whether a user is a member of a repository.
func (s *Sandbox) getCollaborator(r *request) response {
	repo, errResponse := s.pathRepo(r)
	if repo == nil {
		return errResponse
	}
	if u := findUser(r.PathValue("username")); u == nil || !repo.isMember(u) {
		return notFound("Member")
	}
	return ok(map[string]string{"message": "OK"})
}

// getExtendSettings returns the issue types of an organization, each with its
// statuses. Only enterprises define them.
func (s *Sandbox) getExtendSettings(r *request) response {
	org := r.PathValue("org")
	if !slices.ContainsFunc(s.Repos, func(r *repo) bool { return r.Owner == org && r.Enterprise != "" }) {
		return notFound("Group")
	}
	types := make([]wireTypeSettings, len(issueTypes))
	for n, name := range issueTypes {
		types[n] = wireTypeSettings{Statuses: wireStatuses(), Description: description(name), ID: typeID(name), Name: name}
	}
	return ok(types)
}

func (s *Sandbox) listEnterpriseStatuses(r *request) response {
	if s.enterpriseIssues(r) == nil {
		return notFound("Enterprise")
	}
	list := make([]wireEnterpriseStatus, len(statuses))
	for n, name := range statuses {
		list[n] = wireEnterpriseStatus{Name: name, Description: description(name)}
	}
	return ok(list)
}
