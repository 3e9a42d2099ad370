package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

func (s *Sandbox) createIssue(r *http.Request) answer {
	var in struct {
		Repo         string  `json:"repo"`
		Title        string  `json:"title"`
		Body         *string `json:"body"`
		Assignee     string  `json:"assignee"`
		Milestone    int     `json:"milestone"`
		Labels       string  `json:"labels"`
		SecurityHole string  `json:"security_hole"`
	}
	if !readBody(r, &in) {
		return badParameter("body")
	}
	repo := s.repo(r.PathValue("owner"), in.Repo)
	switch {
	case repo == nil:
		return notFound("Project")
	case strings.TrimSpace(in.Title) == "":
		return badParameter("title")
	case in.Body == nil:
		return badParameter("body")
	case in.Labels != "":
		return fail(http.StatusBadRequest, "FORBIDDEN", "CH.00000403 apig token has not permission to request url")
	}
	now := s.now().In(beijing)
	i := &issue{
		id: s.id(), number: len(repo.issues) + 1, repo: repo,
		title: in.Title, body: *in.Body, status: todo, kind: "任务",
		private: in.SecurityHole == "true", author: me(repo),
		assignees: repo.membersNamed(in.Assignee), milestone: repo.milestone(in.Milestone),
		created: now, updated: now,
	}
	repo.issues = append(repo.issues, i)
	s.log(i, "create", "created the issue")
	return created(i.wire())
}

func (s *Sandbox) updateIssue(r *http.Request) answer {
	var in struct {
		Repo         string          `json:"repo"`
		Title        *string         `json:"title"`
		Body         *string         `json:"body"`
		State        string          `json:"state"`
		Assignee     *string         `json:"assignee"`
		Milestone    json.RawMessage `json:"milestone"`
		Labels       *string         `json:"labels"`
		SecurityHole *string         `json:"security_hole"`
	}
	if !readBody(r, &in) {
		return badParameter("body")
	}
	i, wrong := s.issueOf(r.PathValue("owner"), in.Repo, r.PathValue("number"))
	if i == nil {
		return wrong
	}
	switch in.State {
	case "":
	case "close":
		i.closed, i.status, i.finished = true, done, s.now().In(beijing)
		s.log(i, "state", "closed the issue")
	case "reopen":
		i.closed, i.status = false, todo
		s.log(i, "state", "reopened the issue")
	default:
		return failCode(http.StatusBadRequest, 1000, "PARAMETER_ERROR", "state does not have a valid value, it must be close or reopen")
	}
	if in.Title != nil {
		i.title = *in.Title
		s.log(i, "title", "changed title to "+i.title)
	}
	if in.Body != nil {
		i.body = *in.Body
		s.log(i, "description", "changed the description")
	}
	if in.Assignee != nil {
		// Nobody among those named can be assigned: the service then changes nothing.
		if members := i.repo.membersNamed(*in.Assignee); len(members) > 0 || *in.Assignee == "" {
			i.assignees = members
			s.log(i, "assignee", "changed assignees to "+*in.Assignee)
		}
	}
	if in.Labels != nil {
		i.labels = i.repo.labelsNamed(strings.Split(*in.Labels, ","))
		s.log(i, "label", "changed labels to "+*in.Labels)
	}
	s.setMilestone(i, string(in.Milestone))
	if in.SecurityHole != nil {
		i.private = *in.SecurityHole == "true"
	}
	return ok(i.wire())
}

// setMilestone takes a number or, to take the milestone away, "".
func (s *Sandbox) setMilestone(i *issue, milestone string) {
	if milestone == `""` {
		i.milestone = nil
		s.log(i, "milestone", "removed milestone")
		return
	}
	if n, err := strconv.Atoi(milestone); err == nil && i.repo.milestone(n) != nil {
		i.milestone = i.repo.milestone(n)
		s.log(i, "milestone", "changed milestone to "+i.milestone.title)
	}
}

func (s *Sandbox) getIssue(r *http.Request) answer {
	i, wrong := s.issueAt(r)
	if i == nil {
		return wrong
	}
	return ok(i.wire())
}

func (s *Sandbox) getOperateLogs(r *http.Request) answer {
	i, wrong := s.issueOf(r.PathValue("owner"), r.URL.Query().Get("repo"), r.PathValue("number"))
	if i == nil {
		return wrong
	}
	return ok(wireLogs(i))
}

func wireLogs(i *issue) []wireLog {
	list := make([]wireLog, len(i.logs))
	for n, e := range i.logs {
		list[len(list)-1-n] = e.wire(i) // the newest first
	}
	return list
}

func (s *Sandbox) listPullRequests(r *http.Request) answer {
	i, wrong := s.issueAt(r)
	if i == nil {
		return wrong
	}
	list := make([]wirePull, len(i.pulls))
	for n, p := range i.pulls {
		list[n] = p.wire(r.URL.Query().Get("mode") == "1")
	}
	return ok(list)
}

func (s *Sandbox) addLabels(r *http.Request) answer {
	i, wrong := s.issueAt(r)
	if i == nil {
		return wrong
	}
	var names []string
	if !readBody(r, &names) {
		return badParameter("labels")
	}
	added := i.repo.labelsNamed(names)
	for _, l := range added {
		if !i.hasLabel(l.name) {
			i.labels = append(i.labels, l)
			s.log(i, "label", "added label "+l.name)
		}
	}
	return created(wireLabels(added, i.repo.id))
}

func (s *Sandbox) clearLabels(r *http.Request) answer {
	i, wrong := s.issueAt(r)
	if i == nil {
		return wrong
	}
	i.labels = nil
	s.log(i, "label", "removed all labels")
	return gone()
}

func (s *Sandbox) removeLabels(r *http.Request) answer {
	i, wrong := s.issueAt(r)
	if i == nil {
		return wrong
	}
	names := strings.Split(r.PathValue("name"), ",")
	for _, name := range names {
		if !i.hasLabel(name) {
			return fail(http.StatusNotFound, "NOT_PATH", "Label Not Found")
		}
	}
	i.labels = slices.DeleteFunc(i.labels, func(l *label) bool { return slices.Contains(names, l.name) })
	s.log(i, "label", "removed label "+strings.Join(names, ", "))
	return gone()
}

// enterpriseIssue finds an issue of an enterprise by its global id.
func (s *Sandbox) enterpriseIssue(r *http.Request) (*issue, answer) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		return nil, badParameter("number")
	}
	for _, i := range s.enterprise(r) {
		if i.id == id {
			return i, answer{}
		}
	}
	return nil, notFound("Issue")
}

func (s *Sandbox) getEnterpriseIssue(r *http.Request) answer {
	i, wrong := s.enterpriseIssue(r)
	if i == nil {
		return wrong
	}
	return ok(i.wire())
}

func (s *Sandbox) listEnterpriseLabels(r *http.Request) answer {
	i, wrong := s.enterpriseIssue(r)
	if i == nil {
		return wrong
	}
	return paged(r.URL.Query(), i.labels, func(labels []*label) []wireLabel { return wireLabels(labels, i.repo.id) })
}
