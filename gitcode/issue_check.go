package gitcode

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// IssueChange reports an issue after a create or an update, and how it differs
// from what was requested. GitCode silently ignores unknown assignees, labels
// and milestones.
type IssueChange struct {
	// Issue is the issue afterwards, as far as known. Its Number is 0 if GitCode
	// created the issue without returning the number.
	Issue Issue
	// Labels and Assignees are its labels and assignees afterwards: nil if
	// unknown, empty if there are none.
	Labels, Assignees []string
	// PreviousLabels and PreviousAssignees are the lists that were replaced.
	PreviousLabels, PreviousAssignees []string
	// Deviations are the fields that differ from the request or from before, or
	// that could not be checked.
	Deviations []Deviation
	// ReadErr is why the issue could not be read back, or nil. Then fields that
	// were not requested have not been checked.
	ReadErr error
	// Unchanged reports that the issue already was as requested, so that no change
	// was sent.
	Unchanged bool
	// NotAssigned are those to remove from the assignees who were not assigned.
	NotAssigned []string
	// Diff shows the lines of the body that Changes changed.
	Diff string
	// Comment is the new comment, or nil if none was posted. It is zero if GitCode
	// accepted it without returning it.
	Comment *Comment
	// CommentErr is why the requested comment was not posted, or may not have
	// been, or nil.
	CommentErr error
}

// HasPreview reports whether the change says more than the requests of a dry run.
func (c *IssueChange) HasPreview() bool {
	return c != nil && (c.Unchanged || c.Diff != "" || len(c.PreviousLabels)+len(c.PreviousAssignees)+len(c.NotAssigned) > 0)
}

// Deviation is a field of an issue that is not as requested or, if it was not
// requested, not as it was before. Only assignee and labels can have several
// values.
type Deviation struct {
	Field     string   // name of the parameter (type for issue_type), or priority or severity
	Requested bool     // whether the change requested the field
	Missing   []string // the values it should have and lacks
	Extra     []string // the values it has and should not have
	// Unknown says that no response shows the field. Missing is then what it
	// should contain, and Extra is empty.
	Unknown bool
	// Err is why the request that sets the field failed, or nil.
	Err error
}

func (c *IssueChange) hasUnknown() bool {
	return slices.ContainsFunc(c.Deviations, func(d Deviation) bool { return d.Unknown })
}

// hasFailed reports whether something that was requested did not happen, or its
// request failed.
func (c *IssueChange) hasFailed() bool {
	return slices.ContainsFunc(c.Deviations, func(d Deviation) bool { return d.Requested && (!d.Unknown || d.Err != nil) })
}

// issueResponse is an issue together with the names of the members that the
// response contains: a missing member is not an empty one.
type issueResponse struct {
	Issue
	members map[string]json.RawMessage
}

// UnmarshalJSON decodes an issue. It remembers only the members of issueFields: a
// response may have millions of others.
func (r *issueResponse) UnmarshalJSON(data []byte) error {
	var m struct {
		Title          json.RawMessage `json:"title"`
		Body           json.RawMessage `json:"body"`
		State          json.RawMessage `json:"state"`
		Assignee       json.RawMessage `json:"assignee"`
		Assignees      json.RawMessage `json:"assignees"`
		Milestone      json.RawMessage `json:"milestone"`
		Labels         json.RawMessage `json:"labels"`
		Visibility     json.RawMessage `json:"visibility_reason"`
		Status         json.RawMessage `json:"issue_state"`
		StatusDetail   json.RawMessage `json:"issue_state_detail"`
		Fields         json.RawMessage `json:"custom_fields"`
		Type           json.RawMessage `json:"issue_type"`
		TypeDetail     json.RawMessage `json:"issue_type_detail"`
		PriorityDetail json.RawMessage `json:"issue_priority_detail"`
		Severity       json.RawMessage `json:"severity"`
	}
	_ = lenient.Decode(data, &m) // anything but an object has none
	r.members = map[string]json.RawMessage{
		"title": m.Title, "body": m.Body, "state": m.State, "assignee": m.Assignee, "assignees": m.Assignees,
		"milestone": m.Milestone, "labels": m.Labels, "visibility_reason": m.Visibility,
		"issue_state": m.Status, "issue_state_detail": m.StatusDetail, "custom_fields": m.Fields,
		"issue_type": m.Type, "issue_type_detail": m.TypeDetail, "issue_priority_detail": m.PriorityDetail, "severity": m.Severity,
	}
	maps.DeleteFunc(r.members, func(_ string, value json.RawMessage) bool { return value == nil })
	return lenient.Decode(data, &r.Issue)
}

// isAbout reports whether a response is about the issue with a number, as far as
// it says.
func (r *issueResponse) isAbout(number int) bool { return r.Number == 0 || int(r.Number) == number }

// contains reports whether the response contains a field in any form.
func (r *issueResponse) contains(f *issueField) bool {
	return slices.ContainsFunc(f.members, func(m string) bool { return r.members[m] != nil })
}

// shows reports whether the response contains a field: a value, or an empty one
// in one of GitCode's forms.
//
//go:noinline
func (r *issueResponse) shows(f *issueField) bool {
	for _, m := range f.members {
		if member, ok := r.members[m]; ok && (lenient.IsEmpty(member) || len(f.values(&r.Issue)) > 0) {
			return true
		}
	}
	return false
}

// showsAssignees reports whether the response shows every assignee by name, so
// that a list made of them drops nobody.
func (r *issueResponse) showsAssignees() bool {
	all, ok := r.members["assignees"]
	if !ok || lenient.IsEmpty(all) {
		return r.shows(assigneeField)
	}
	var users []json.RawMessage // not with all in it, which decoding would overwrite
	if lenient.First(all) == '[' {
		_ = json.Unmarshal(all, &users) // a list decodes
	} else {
		users = append(users, all)
	}
	named := slices.DeleteFunc(slices.Clone(r.Assignees), func(u User) bool { return u.Login == "" })
	return len(named) == len(users)
}

// known returns what a change of the issue does not show of it.
func (r *issueResponse) known() *rest.Known {
	known := &rest.Known{Text: string(r.Body)}
	if r.shows(labelsField) {
		known.Labels = append([]string{}, r.LabelNames()...)
	}
	if r.showsAssignees() {
		known.Assignees = append([]string{}, r.AssigneeLogins()...)
	}
	return known
}

// identify sets what identifies the issue, which no write changes.
func (i *Issue) identify(known *Issue) {
	i.ID, i.Number, i.HTMLURL = cmp.Or(known.ID, i.ID), cmp.Or(known.Number, i.Number), cmp.Or(known.HTMLURL, i.HTMLURL)
}

// fill adds what an earlier response has shown and no later request changes.
func (i *Issue) fill(earlier *Issue) {
	i.Title, i.Body, i.State = cmp.Or(i.Title, earlier.Title), cmp.Or(i.Body, earlier.Body), cmp.Or(i.State, earlier.State)
	i.Visibility = cmp.Or(i.Visibility, earlier.Visibility)
}

// issueCheck compares an issue with what a change requested.
type issueCheck struct {
	requested map[string][]string // the requested values by field
	known     *Issue              // the issue as created or as read before an update
	before    *issueResponse      // the issue before an update; nil for a create
	failed    map[string]error    // why the request that sets a field failed
}

var errNoNumber = errors.New("not sent: GitCode did not return the number of the issue")

// withoutNumber reports an issue that was created and cannot be changed or read,
// because its number is unknown.
func (k *issueCheck) withoutNumber(seen *issueResponse) *IssueChange {
	delete(k.requested, "title") // whoever finds the issue sees both
	delete(k.requested, "body")
	for _, name := range []string{"assignee", "milestone", "labels", "status"} {
		k.failed[name] = errNoNumber
	}
	return k.writes(seen)
}

// read compares an issue that was read after the change.
func (k *issueCheck) read(after *issueResponse) *IssueChange {
	change := after.change()
	change.Issue.identify(k.known)
	for _, f := range issueFields {
		if d := k.compare(f, after); d != nil {
			change.Deviations = append(change.Deviations, *d)
		}
	}
	return change
}

// change returns what a read shows of an issue after a change.
func (r *issueResponse) change() *IssueChange {
	change := &IssueChange{Issue: r.Issue}
	if r.shows(labelsField) {
		change.Labels = append([]string{}, r.LabelNames()...)
	}
	if r.shows(assigneeField) {
		change.Assignees = append([]string{}, r.AssigneeLogins()...)
	}
	return change
}

// compare compares a field of an issue that was read after the change. It
// returns nil if the field is as it should be.
func (k *issueCheck) compare(f *issueField, after *issueResponse) *Deviation {
	want, requested := k.requested[f.name]
	if !requested {
		if k.before == nil || !f.isWatched(k.requested) || !k.before.contains(f) {
			return nil
		}
		if !k.before.shows(f) {
			return &Deviation{Field: f.name, Unknown: true}
		}
		want = f.values(&k.before.Issue)
	}
	d := Deviation{Field: f.name, Requested: requested, Err: k.failed[f.name]}
	if !after.shows(f) {
		if !requested && len(want) == 0 {
			return nil
		}
		d.Missing, d.Unknown = want, true
		return &d
	}
	got := f.values(&after.Issue)
	d.Missing, d.Extra = f.without(want, got), f.extra(got, want)
	if k.before == nil {
		d.Extra = nil // robots and templates add to new issues
	}
	if len(d.Missing) == 0 && len(d.Extra) == 0 {
		return nil
	}
	// The member assignee names one of several.
	if _, all := after.members["assignees"]; f.name == "assignee" && len(want) > 1 && len(got) > 0 && !all {
		d.Unknown, d.Extra = true, nil
	}
	return &d
}

// writes compares the responses to the writes of a change. They prove the values
// they show, but not that anything is empty or missing: they contain no
// milestone or a stale one, and at most one assignee.
func (k *issueCheck) writes(seen *issueResponse) *IssueChange {
	change := &IssueChange{Issue: seen.Issue}
	change.Issue.identify(k.known)
	confirmed := map[string]bool{}
	for _, f := range issueFields {
		want, requested := k.requested[f.name]
		if !requested {
			continue
		}
		got := f.values(&seen.Issue)
		missing, extra := f.without(want, got), f.extra(got, want)
		if len(want) > 0 && len(missing) == 0 && (len(extra) == 0 || k.before == nil) {
			confirmed[f.name] = true
			continue
		}
		d := Deviation{Field: f.name, Requested: true, Missing: want, Unknown: true, Err: k.failed[f.name]}
		if d.Err != nil && rest.ErrorClass(d.Err) != rest.OutcomeUnknown {
			d.Unknown = false
			if k.before != nil {
				d.Extra = f.extra(f.values(&k.before.Issue), want)
			}
		}
		change.Deviations = append(change.Deviations, d)
	}
	if confirmed["labels"] {
		change.Labels = seen.LabelNames()
	}
	if confirmed["assignee"] {
		change.Assignees = seen.AssigneeLogins()
	}
	if !confirmed["milestone"] {
		change.Issue.Milestone = Milestone{}
	}
	return change
}
