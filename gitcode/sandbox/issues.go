package sandbox

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

func (s *Sandbox) createIssue(r *http.Request) response {
	var in struct {
		Repo         string  `json:"repo"`
		Title        string  `json:"title"`
		Body         *string `json:"body"`
		Assignee     string  `json:"assignee"`
		Milestone    int     `json:"milestone"`
		Labels       string  `json:"labels"`
		SecurityHole string  `json:"security_hole"`
	}
	if !decodeBody(r, &in) {
		return badParameter("body")
	}
	repo := s.findRepo(r.PathValue("owner"), in.Repo)
	switch {
	case repo == nil:
		return notFound("Project")
	case strings.TrimSpace(in.Title) == "":
		return badParameter("title")
	case in.Body == nil:
		return badParameter("body")
	case in.Labels != "":
		return errorResponse(http.StatusBadRequest, http.StatusBadRequest, "FORBIDDEN", "CH.00000403 apig token has not permission to request url")
	}
	t := now()
	i := &issue{
		ID: s.newID(), Number: len(repo.Issues) + 1, repo: repo,
		Title: in.Title, Body: *in.Body, Status: statusTodo, IssueType: defaultType,
		Private: in.SecurityHole == "true", Author: repo.tokenOwner(),
		Assignees: repo.findMembers(in.Assignee), Milestone: repo.findMilestone(in.Milestone),
		Created: t, Updated: t,
	}
	repo.Issues = append(repo.Issues, i)
	s.record(i, "create", "created the issue")
	return created(i.wire())
}

func (s *Sandbox) updateIssue(r *http.Request) response {
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
	if !decodeBody(r, &in) {
		return badParameter("body")
	}
	i, errResponse := s.findIssue(r.PathValue("owner"), in.Repo, r.PathValue("number"))
	if i == nil {
		return errResponse
	}
	switch in.State {
	case "":
	case "close":
		i.Closed, i.Status, i.Finished = true, statusDone, now()
		s.record(i, "state", "closed the issue")
	case "reopen":
		i.Closed, i.Status = false, statusTodo
		s.record(i, "state", "reopened the issue")
	default:
		return errorResponse(http.StatusBadRequest, 1000, "PARAMETER_ERROR", "state does not have a valid value, it must be close or reopen")
	}
	if in.Title != nil {
		i.Title = *in.Title
		s.record(i, "title", "changed title to "+i.Title)
	}
	if in.Body != nil {
		i.Body = *in.Body
		s.record(i, "description", "changed the description")
	}
	if in.Assignee != nil {
		// If none of the users can be assigned, the service changes nothing.
		if members := i.repo.findMembers(*in.Assignee); len(members) > 0 || *in.Assignee == "" {
			i.Assignees = members
			s.record(i, "assignee", "changed assignees to "+*in.Assignee)
		}
	}
	if in.Labels != nil {
		i.Labels = i.repo.findLabels(strings.Split(*in.Labels, ","))
		s.record(i, "label", "changed labels to "+*in.Labels)
	}
	s.setMilestone(i, string(in.Milestone))
	if in.SecurityHole != nil {
		i.Private = *in.SecurityHole == "true"
	}
	return ok(i.wire())
}

// setMilestone sets the milestone to the one with the given number, as JSON.
// The JSON string "" removes the milestone; any other value is ignored.
func (s *Sandbox) setMilestone(i *issue, milestone string) {
	if milestone == `""` {
		i.Milestone = nil
		s.record(i, "milestone", "removed milestone")
		return
	}
	if n, err := strconv.Atoi(milestone); err == nil && i.repo.findMilestone(n) != nil {
		i.Milestone = i.repo.findMilestone(n)
		s.record(i, "milestone", "changed milestone to "+i.Milestone.Title)
	}
}

func (s *Sandbox) getIssue(r *http.Request) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	return ok(i.wire())
}

func (s *Sandbox) getEnterpriseIssue(r *http.Request) response {
	i, errResponse := s.pathEnterpriseIssue(r)
	if i == nil {
		return errResponse
	}
	return ok(i.wire())
}

func (s *Sandbox) getOperateLogs(r *http.Request) response {
	i, errResponse := s.findIssue(r.PathValue("owner"), r.URL.Query().Get("repo"), r.PathValue("number"))
	if i == nil {
		return errResponse
	}
	list := make([]wireLog, len(i.Logs))
	for n, e := range i.Logs {
		list[len(list)-1-n] = e.wire(i) // newest first
	}
	return ok(list)
}

func (s *Sandbox) listPullRequests(r *http.Request) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	list := make([]wirePull, len(i.Pulls))
	for n, p := range i.Pulls {
		list[n] = p.wire(r.URL.Query().Get("mode") == "1")
	}
	return ok(list)
}
