package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The maximum lengths of a title and of a text, in characters.
const (
	maxTitle = 256
	maxText  = 65536
)

// issueInput is the body of a create or an update. A member of several types is
// decoded later.
type issueInput struct {
	Title       json.RawMessage   `json:"title"`
	Body        *string           `json:"body"`
	State       *string           `json:"state"`
	StateReason *string           `json:"state_reason"`
	Milestone   json.RawMessage   `json:"milestone"`
	Labels      []json.RawMessage `json:"labels"`
	Assignees   []json.RawMessage `json:"assignees"`
	Assignee    json.RawMessage   `json:"assignee"`
	Type        json.RawMessage   `json:"type"`

	has map[string]json.RawMessage // the members, those that are null included
}

// decodeInput returns the body of a create or an update, or the error to respond
// with.
func decodeInput(r *request) (*issueInput, response) {
	in := &issueInput{}
	if errResponse, ok := r.decodeBody(in); !ok {
		return nil, errResponse
	}
	if errResponse, ok := r.decodeBody(&in.has); !ok {
		return nil, errResponse
	}
	for _, list := range []string{"labels", "assignees"} {
		if string(in.has[list]) == "null" {
			return nil, errorResponse(http.StatusUnprocessableEntity, "Invalid request.\n\nFor 'properties/"+list+"', null is not of the required type.")
		}
	}
	title, validTitle := stringOrNumber(in.Title)
	switch {
	case in.Title != nil && !validTitle:
		return nil, invalid("Issue", "title", "invalid", "")
	case in.Title != nil && string(in.Title) != "null" && strings.TrimSpace(title) == "":
		return nil, invalid("Issue", "title", "missing_field", "")
	case utf8.RuneCountInString(title) > maxTitle:
		return nil, invalid("Issue", "title", "custom", "title is too long (maximum is 256 characters)")
	case in.Body != nil && utf8.RuneCountInString(*in.Body) > maxText:
		return nil, invalid("Issue", "body", "custom", "body is too long (maximum is 65536 characters)")
	case in.State != nil && *in.State != "open" && *in.State != "closed":
		return nil, invalidValue("state", *in.State)
	case in.StateReason != nil && !slices.Contains([]string{"completed", "not_planned", "duplicate", "reopened"}, *in.StateReason):
		return nil, invalidValue("state_reason", *in.StateReason)
	}
	return in, response{}
}

// stringOrNumber returns a member that may be a string or a number, and whether
// it is one of them.
func stringOrNumber(value json.RawMessage) (text string, valid bool) {
	if json.Unmarshal(value, &text) == nil {
		return text, true
	}
	_, err := strconv.Atoi(string(value))
	return string(value), err == nil
}

// names returns the elements of a list, which are strings or objects with a
// member of the given name. Anything else is not valid.
func names(list []json.RawMessage, member string) (names []string, valid bool) {
	for _, element := range list {
		var name string
		if json.Unmarshal(element, &name) != nil {
			var object map[string]any
			if json.Unmarshal(element, &object) != nil {
				return nil, false
			}
			if name, valid = object[member].(string); !valid {
				return nil, false
			}
		}
		names = append(names, name)
	}
	return names, true
}

// setMetadata sets what only users with push access may set. Like the service,
// it ignores all of it for others.
func (s *Sandbox) setMetadata(r *request, i *issue, in *issueInput) (response, bool) {
	labels, validLabels := names(in.Labels, "name")
	assignees, validAssignees := names(in.Assignees, "login")
	if !validLabels || !validAssignees {
		return errorResponse(http.StatusUnprocessableEntity, "Invalid request.\n\nLabels and assignees must be strings or objects."), false
	}
	if !i.repo.canPush(r.user) {
		return response{}, true
	}
	milestone := i.Milestone
	if value, has := in.has["milestone"]; has {
		text, valid := stringOrNumber(value)
		number, err := strconv.Atoi(text)
		if milestone = number; text != "" && string(value) != "null" && (!valid || err != nil || i.repo.findMilestone(number) == nil) {
			return invalidValue("milestone", text), false
		}
	}
	if value, has := in.has["type"]; has {
		name, _ := stringOrNumber(value)
		found := slices.IndexFunc(issueTypes, func(t issueType) bool { return strings.EqualFold(t.name, name) })
		switch {
		case name == "" || string(value) == "null":
			i.Type = ""
		case found < 0 || i.repo.Owner != org:
			return invalidValue("type", name), false
		default:
			i.Type = issueTypes[found].name
		}
	}
	i.Milestone = milestone
	if _, has := in.has["labels"]; has {
		for _, name := range labels {
			if strings.TrimSpace(name) == "" {
				return invalid("Label", "name", "missing_field", ""), false
			}
		}
		i.Labels = s.ensureLabels(i.repo, labels)
	}
	if _, has := in.has["assignees"]; has {
		i.Assignees = i.repo.assign(nil, assignees)
	} else if value, has := in.has["assignee"]; has {
		login, _ := stringOrNumber(value)
		i.Assignees = i.repo.assign(nil, []string{login})
	}
	return response{}, true
}

func (s *Sandbox) createIssue(r *request) response {
	repo, errResponse := s.issuesRepo(r)
	if repo == nil {
		return errResponse
	}
	in, errResponse := decodeInput(r)
	if in == nil {
		return errResponse
	}
	title, _ := stringOrNumber(in.Title)
	if title == "" {
		return invalid("Issue", "title", "missing_field", "")
	}
	t := now()
	i := &issue{repo: repo, Title: title, Body: in.Body, Author: r.user.login, Created: t, Updated: t}
	if errResponse, ok := s.allowsContent(r); !ok {
		return errResponse
	}
	if errResponse, ok := s.setMetadata(r, i, in); !ok {
		return errResponse
	}
	repo.LastNumber++
	i.ID, i.Number = s.newID(), repo.LastNumber
	repo.Issues = append(repo.Issues, i)
	w := s.wireIssue(r, i)
	return created(w, w.URL)
}

func (s *Sandbox) getIssue(r *request) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	return ok(s.wireIssue(r, i))
}

func (s *Sandbox) updateIssue(r *request) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	in, errResponse := decodeInput(r)
	if in == nil {
		return errResponse
	}
	if !i.canEdit(r.user) {
		return forbidden()
	}
	changed := *i // an error must leave the issue alone
	if errResponse, ok := s.setMetadata(r, &changed, in); !ok {
		return errResponse
	}
	if title, valid := stringOrNumber(in.Title); valid && title != "" {
		changed.Title = title
	}
	if _, has := in.has["body"]; has {
		changed.Body = in.Body
	}
	if in.State != nil {
		changed.setState(*in.State == "closed", in.StateReason, r.user.login)
	}
	changed.Updated = now()
	*i = changed
	return ok(s.wireIssue(r, i))
}

// setState closes or reopens the issue. The reason is ignored if the state stays
// as it is.
func (i *issue) setState(closed bool, reason *string, by string) {
	switch {
	case closed == i.Closed:
	case closed:
		i.Closed, i.ClosedBy, i.ClosedAt, i.StateReason = true, by, now(), "completed"
		if reason != nil && *reason != "reopened" {
			i.StateReason = *reason
		}
	default:
		i.Closed, i.ClosedBy, i.ClosedAt, i.StateReason = false, "", issue{}.ClosedAt, "reopened"
	}
}

// lockReasons are the documented reasons.
var lockReasons = []string{"off-topic", "too heated", "resolved", "spam"}

func (s *Sandbox) lockIssue(r *request) response {
	if len(r.body) == 0 && r.Header.Get("Content-Length") == "" {
		return errorResponse(http.StatusLengthRequired, "Length Required")
	}
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	var in struct {
		LockReason *string `json:"lock_reason"`
	}
	if errResponse, ok := r.decodeBody(&in); !ok {
		return errResponse
	}
	if !i.repo.canPush(r.user) {
		return forbidden()
	}
	reason := ""
	if in.LockReason != nil {
		if reason = *in.LockReason; !slices.Contains(lockReasons, reason) {
			return invalidValue("lock_reason", reason)
		}
	}
	i.Locked, i.LockReason, i.Updated = true, reason, now()
	return noContent()
}

func (s *Sandbox) unlockIssue(r *request) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	if !i.repo.canPush(r.user) {
		return forbidden()
	}
	i.Locked, i.LockReason, i.Updated = false, "", now()
	return noContent()
}
