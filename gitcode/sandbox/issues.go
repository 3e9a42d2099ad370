package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// maxTitle is the maximum length of a title in characters.
const maxTitle = 255

func (s *Sandbox) createIssue(r *request) response {
	var in struct {
		Title        string          `json:"title"`
		Body         *string         `json:"body"`
		Assignee     string          `json:"assignee"`
		Milestone    json.RawMessage `json:"milestone"`
		Labels       string          `json:"labels"`
		SecurityHole string          `json:"security_hole"`
		IssueType    string          `json:"issue_type"`
		Severity     string          `json:"issue_severity"`
		CustomFields []wireField     `json:"custom_fields"`
	}
	if !r.decodeBody(&in) {
		return badParameter("body")
	}
	repo, errResponse := s.pathRepo(r)
	if repo == nil {
		return errResponse
	}
	milestone, valid := milestoneNumber(in.Milestone)
	switch {
	case strings.TrimSpace(in.Title) == "":
		return badParameter("title")
	case utf8.RuneCountInString(in.Title) > maxTitle:
		return titleTooLong()
	case in.Body == nil:
		return badParameter("body")
	case !valid:
		return badParameter("milestone")
	case in.Labels != "":
		return forbidden()
	case !repo.isMember(r.user) && (in.Assignee != "" || milestone != 0):
		return forbidden()
	}
	t := now()
	i := &issue{
		ID: s.newID(), Number: len(repo.Issues) + 1, repo: repo,
		Title: in.Title, Body: *in.Body, Status: statusTodo, IssueType: defaultType,
		Private: in.SecurityHole == "true", Author: r.user,
		Assignees: repo.findMembers(in.Assignee), Milestone: repo.findMilestone(milestone),
		Created: t, Updated: t,
	}
	if repo.Enterprise != "" && slices.Contains(issueTypes, in.IssueType) {
		i.IssueType = in.IssueType
	}
	i.setSeverity(in.Severity)
	i.setCustomFields(in.CustomFields)
	repo.Issues = append(repo.Issues, i)
	s.record(r.user, i, "create", "created the issue")
	return created(i.wireWritten())
}

func (s *Sandbox) updateIssue(r *request) response {
	var in struct {
		Title        *string         `json:"title"`
		Body         *string         `json:"body"`
		State        string          `json:"state"`
		Assignee     *string         `json:"assignee"`
		Milestone    json.RawMessage `json:"milestone"`
		Labels       *string         `json:"labels"`
		SecurityHole *string         `json:"security_hole"`
		Status       string          `json:"status"`
		Severity     string          `json:"issue_severity"`
		CustomFields []wireField     `json:"custom_fields"`
	}
	if !r.decodeBody(&in) {
		return badParameter("body")
	}
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	milestone, valid := milestoneNumber(in.Milestone)
	forMembers := in.Assignee != nil || in.Milestone != nil || in.Labels != nil || in.Status != "" || in.Severity != "" || in.CustomFields != nil || !i.Author.is(r.user)
	switch {
	case forMembers && !i.repo.isMember(r.user):
		return forbidden()
	case in.Title != nil && utf8.RuneCountInString(*in.Title) > maxTitle:
		return titleTooLong()
	case !valid:
		return badParameter("milestone")
	}
	switch in.State {
	case "":
	case "close":
		i.Closed, i.Status, i.Finished = true, statusDone, now()
		s.record(r.user, i, "state", "closed the issue")
	case "reopen":
		i.Closed, i.Status, i.Finished = false, statusTodo, time.Time{}
		s.record(r.user, i, "state", "reopened the issue")
	default:
		return errorResponse(http.StatusBadRequest, 1000, "PARAMETER_ERROR", "state does not have a valid value, it must be close or reopen")
	}
	if i.repo.Enterprise != "" && slices.Contains(statuses, in.Status) {
		i.setStatus(in.Status)
		s.record(r.user, i, "state", "changed status to "+in.Status)
	}
	i.setSeverity(in.Severity)
	i.setCustomFields(in.CustomFields)
	if in.Title != nil {
		i.Title = *in.Title
		s.record(r.user, i, "title", "changed title to "+i.Title)
	}
	if in.Body != nil {
		s.revise(&i.history, i.Author, i.Body, i.Created, r.user, *in.Body)
		i.Body = *in.Body
		s.record(r.user, i, "description", "changed the description")
	}
	if in.Assignee != nil {
		// If none of the users can be assigned, the service changes nothing.
		if members := i.repo.findMembers(*in.Assignee); len(members) > 0 || *in.Assignee == "" {
			i.Assignees = members
			s.record(r.user, i, "assignee", "changed assignees to "+*in.Assignee)
		}
	}
	if in.Labels != nil {
		i.Labels = s.ensureLabels(i.repo, strings.Split(*in.Labels, ","))
		s.record(r.user, i, "label", "changed labels to "+*in.Labels)
	}
	if string(in.Milestone) == `""` {
		i.Milestone = nil
		s.record(r.user, i, "milestone", "removed milestone")
	} else if m := i.repo.findMilestone(milestone); m != nil {
		i.Milestone = m
		s.record(r.user, i, "milestone", "changed milestone to "+m.Title)
	}
	if in.SecurityHole != nil {
		i.Private = *in.SecurityHole == "true"
	}
	return ok(i.wireWritten())
}

// titleTooLong returns 422, unlike the error for other invalid parameters.
func titleTooLong() response {
	return errorResponse(http.StatusUnprocessableEntity, http.StatusUnprocessableEntity, "UNPROCESSABLE_ENTITY", fmt.Sprintf("title is too long (maximum is %d characters)", maxTitle))
}

func (s *Sandbox) getIssue(r *request) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	return ok(i.wire())
}

func (s *Sandbox) getEnterpriseIssue(r *request) response {
	i, errResponse := s.pathEnterpriseIssue(r)
	if i == nil {
		return errResponse
	}
	return ok(i.wire())
}

func (s *Sandbox) getOperateLogs(r *request) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	list := make([]wireLog, len(i.Logs))
	for n, e := range i.Logs {
		list[len(list)-1-n] = e.wire(i) // newest first
	}
	return ok(list)
}

func (s *Sandbox) listPullRequests(r *request) response {
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
