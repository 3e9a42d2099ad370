package sandbox

import (
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

// The maximum lengths of a title and of a description, in characters.
const (
	maxTitle       = 255
	maxDescription = 1_048_576
)

// issueParams are the parameters of a create or an update, checked for their
// types. What is absent is known from has.
type issueParams struct {
	*check
	created, updated time.Time
	iid              int
	assignees        []string // the usernames of those who exist
	milestone, epic  int
	weight           *int
	confidential     bool
	locked           bool
	kind             string
}

// updatable are the parameters of which an update needs at least one.
var updatable = []string{
	"assignee_id", "assignee_ids", "confidential", "description", "discussion_locked", "due_date", "labels", "add_labels", "remove_labels",
	"milestone_id", "state_event", "title", "issue_type", "weight", "epic_id", "epic_iid",
}

func readIssueParams(r *request) (*issueParams, response) {
	in := &issueParams{check: &check{params: r.params}}
	in.created, in.updated = in.time("created_at"), in.time("updated_at")
	in.iid, _ = in.number("iid")
	for _, id := range append(in.numbers("assignee_ids"), in.numbers("assignee_id")...) {
		if u := findUserID(id); u != nil {
			in.assignees = append(in.assignees, u.username)
		} else if id != 0 {
			in.assignees = append(in.assignees, "") // nobody, who cannot be assigned
		}
	}
	in.milestone, _ = in.number("milestone_id")
	in.epic, _ = in.number("epic_id")
	in.number("merge_request_to_resolve_discussions_of")
	if weight, there := in.number("weight"); there {
		in.weight = &weight
	}
	in.confidential, _ = in.boolean("confidential")
	in.locked, _ = in.boolean("discussion_locked")
	in.kind = in.oneOf("issue_type", "", "issue", "incident", "test_case", "task", "requirement")
	in.oneOf("state_event", "", "close", "reopen")
	if in.problem != "" {
		return nil, badParameter(in.problem)
	}
	return in, response{}
}

// validate returns the error for a value that the application rejects.
func (in *issueParams) validate(s *Sandbox) (response, bool) {
	title := in.text("title")
	switch {
	case in.has("title") && strings.TrimSpace(title) == "":
		return invalidField("title", "can't be blank"), false
	case utf8.RuneCountInString(title) > maxTitle:
		return invalidField("title", "is too long (maximum is 255 characters)"), false
	case utf8.RuneCountInString(in.text("description")) > maxDescription:
		return invalidField("description", "is too long (maximum is 1048576 characters)"), false
	case in.weight != nil && *in.weight < 0 && !s.Free:
		return invalidField("weight", "must be greater than or equal to 0"), false
	}
	return response{}, true
}

// setMetadata sets what only some users may set. Like the service, it ignores all
// of it for others, and whatever the instance lacks.
func (s *Sandbox) setMetadata(r *request, i *issue, in *issueParams) (response, bool) {
	p := i.project
	labels := i.Labels
	if in.has("labels") {
		labels = in.list("labels")
	}
	labels = slices.Concat(labels, in.list("add_labels"))
	labels = slices.DeleteFunc(labels, func(name string) bool { return slices.Contains(in.list("remove_labels"), name) })
	if !s.Free {
		labels = lastOfScopes(labels)
	}
	i.Labels = s.ensureLabels(p, labels, s.canTriage(r.user, p))
	if in.has("assignee_ids") || in.has("assignee_id") {
		i.Assignees = s.assign(i, in.assignees)
	}
	if in.has("milestone_id") {
		i.Milestone = 0 // an unknown one clears it
		if s.findMilestone(p, in.milestone) != nil {
			i.Milestone = in.milestone
		}
	}
	if in.has("due_date") {
		i.Due = in.text("due_date")
		if _, err := time.Parse(time.DateOnly, i.Due); err != nil {
			i.Due = "" // an invalid one clears it
		}
	}
	if in.has("confidential") {
		i.Confidential = in.confidential
	}
	if in.has("discussion_locked") {
		i.Locked = &in.locked
	}
	if in.kind == "issue" || in.kind == "incident" && s.canTriage(r.user, p) { // the others need Ultimate
		i.Type = in.kind
	}
	if s.Free {
		return response{}, true
	}
	if in.has("weight") {
		i.Weight = in.weight
	}
	if in.has("epic_id") {
		if e, _ := s.findEpic(p, in.epic); e == nil && in.epic != 0 {
			return notFoundRecord(), false
		}
		i.Epic = in.epic
	}
	return response{}, true
}

// assign returns the assignees that a request asks for. Like the service, it drops
// people who cannot read the issue, leaves the assignees alone if nobody else is
// asked for, and keeps one on an instance without Premium.
func (s *Sandbox) assign(i *issue, names []string) []string {
	if s.Free && len(names) > 1 {
		names = names[:1]
	}
	assignees := []string{}
	for _, name := range names {
		if u := findUser(name); u != nil && s.canSee(u, i.project) && !slices.Contains(assignees, name) {
			assignees = append(assignees, name)
		}
	}
	if len(assignees) == 0 && len(names) > 0 {
		return i.Assignees
	}
	return assignees
}

func (s *Sandbox) createIssue(r *request) response {
	p, errResponse := s.pathProject(r)
	if p == nil {
		return errResponse
	}
	if !r.params.has("title") {
		return missing("title")
	}
	in, errResponse := readIssueParams(r)
	if in == nil {
		return errResponse
	}
	if errResponse, ok := s.allowsCreate(r); !ok {
		return errResponse
	}
	if p.NoIssues || p.Archived {
		return forbidden()
	}
	if errResponse, ok := in.validate(s); !ok {
		return errResponse
	}
	t := now()
	i := &issue{
		project: p, Type: "issue", Title: in.text("title"), Description: in.text("description"), Author: r.user.username,
		Labels: []string{}, Assignees: []string{}, UserAgent: r.UserAgent(), Created: t, Updated: t, IID: p.LastIID + 1,
	}
	role := s.roleOf(r.user, p)
	if role >= owner && in.iid > 0 {
		i.IID = in.iid
		if slices.ContainsFunc(p.Issues, func(other *issue) bool { return other.IID == in.iid }) {
			return errorMessage(http.StatusConflict, "Duplicated issue")
		}
	}
	if role >= owner && !in.created.IsZero() {
		i.Created = in.created
	}
	if role >= guest {
		if errResponse, ok := s.setMetadata(r, i, in); !ok {
			return errResponse
		}
	} else {
		i.Confidential = in.confidential // which everyone may ask for
	}
	s.addIssue(i)
	return created(s.singleIssue(r, i))
}

// addIssue adds a new issue to its project, after all others.
func (s *Sandbox) addIssue(i *issue) {
	p := i.project
	i.ID = s.newID()
	i.Position = len(p.Issues) + 1
	p.LastIID = max(p.LastIID, i.IID)
	p.Issues = append(p.Issues, i)
}

func (s *Sandbox) getIssue(r *request) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	return ok(s.singleIssue(r, i))
}

func (s *Sandbox) updateIssue(r *request) response {
	if !slices.ContainsFunc(updatable, r.params.has) {
		return badParameter(strings.Join(updatable, ", ") + " are missing, at least one parameter must be provided")
	}
	in, errResponse := readIssueParams(r)
	if in == nil {
		return errResponse
	}
	i, errResponse := s.writableIssue(r, s.canEdit)
	if i == nil {
		return errResponse
	}
	if errResponse, ok := in.validate(s); !ok {
		return errResponse
	}
	changed := *i // an error must leave the issue alone
	if s.canTriage(r.user, i.project) {
		if errResponse, ok := s.setMetadata(r, &changed, in); !ok {
			return errResponse
		}
	}
	if in.has("title") {
		changed.Title = in.text("title")
	}
	if in.has("description") {
		changed.Description = in.text("description")
	}
	if event := in.text("state_event"); event != "" {
		changed.setClosed(event == "close", r.user)
	}
	s.noteChanges(r.user, i, &changed)
	changed.Updated = now()
	if s.roleOf(r.user, i.project) >= owner && !in.updated.IsZero() {
		changed.Updated = in.updated
	}
	*i = changed
	return ok(s.singleIssue(r, i))
}

// setClosed closes or reopens the issue, if it is not so already.
func (i *issue) setClosed(closed bool, by *user) {
	switch {
	case closed == i.Closed:
	case closed:
		i.Closed, i.ClosedBy, i.ClosedAt = true, by.username, now()
	default:
		i.Closed, i.ClosedBy, i.ClosedAt = false, "", time.Time{}
	}
}

// deleteIssue is for owners and administrators.
func (s *Sandbox) deleteIssue(r *request) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	if s.roleOf(r.user, i.project) < owner || i.project.Archived {
		return forbidden()
	}
	i.project.Issues = fake.Select(i.project.Issues, func(other *issue) bool { return other != i })
	return noContent()
}
