package github

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// issueResponse is an issue together with the members that can be requested and
// that the response contains: a missing member is not an empty one, and a list of
// which an element cannot be read is missing, because it proves nothing.
type issueResponse struct {
	Issue
	members map[string]json.RawMessage
}

// UnmarshalJSON decodes an issue.
func (r *issueResponse) UnmarshalJSON(data []byte) error {
	var m struct {
		Title       json.RawMessage `json:"title"`
		Body        json.RawMessage `json:"body"`
		State       json.RawMessage `json:"state"`
		StateReason json.RawMessage `json:"state_reason"`
		Milestone   json.RawMessage `json:"milestone"`
		Labels      json.RawMessage `json:"labels"`
		Assignees   json.RawMessage `json:"assignees"`
		Type        json.RawMessage `json:"type"`
	}
	_ = json.Unmarshal(data, &m) // anything but an object has none
	r.members = map[string]json.RawMessage{
		"title": m.Title, "body": m.Body, "state": m.State, "state_reason": m.StateReason,
		"milestone": m.Milestone, "labels": m.Labels, "assignees": m.Assignees, "type": m.Type,
	}
	err := json.Unmarshal(data, &r.Issue) // one in an unexpected form costs no other member
	if !isWhole(m.Labels, len(r.Labels)) {
		r.Labels, r.members["labels"] = nil, nil
	}
	if !isWhole(m.Assignees, len(Issue{Assignees: r.Assignees}.AssigneeLogins())) {
		r.Assignees, r.Assignee, r.members["assignees"] = nil, User{}, nil
	}
	return err
}

// isWhole reports whether a member is a list of as many elements as were read.
func isWhole(member json.RawMessage, read int) bool {
	var elements []json.RawMessage
	return json.Unmarshal(member, &elements) == nil && elements != nil && len(elements) == read
}

// issueCheck compares an issue with what a write requested.
type issueCheck struct {
	fields issueFields
	isNew  bool // further labels and assignees are no deviation: templates and bots add them

	add, remove []string // assignees to add and to remove
}

// checked compares the response to a write with what was requested. What it does
// not show is read once.
func (c *Client) checked(ctx context.Context, ref IssueRef, response issueResponse, check issueCheck) IssueChange {
	if response.Number != 0 && int(response.Number) != ref.IssueNumber {
		response = issueResponse{} // it proves nothing
	}
	change := check.compare(response)
	change.Issue.Number = lenient.Int(ref.IssueNumber)
	if len(change.Unknown) == 0 && !response.IsEmpty() {
		return change
	}
	after, err := c.readIssue(ctx, ref)
	if err != nil {
		change.ReadErr = err
		return change
	}
	isKnown := func(field string) bool { return !slices.Contains(change.Unknown, field) }
	second := check.compare(after)
	second.Ignored = append(change.Ignored, slices.DeleteFunc(second.Ignored, func(d Deviation) bool { return isKnown(d.Field) })...)
	second.Unknown = slices.DeleteFunc(second.Unknown, isKnown)
	if response.members["labels"] != nil { // what is read back may lack them
		second.Issue.Labels = response.Labels
	}
	if response.members["assignees"] != nil {
		second.Issue.Assignees, second.Issue.Assignee = response.Assignees, response.Assignee
	}
	return second
}

// requestedField is a field with what was requested and what a response shows.
type requestedField struct {
	name      string // of the parameter
	want, got []string
	foldCase  bool
}

// compare compares the fields that were requested with a response.
func (k issueCheck) compare(r issueResponse) IssueChange {
	change := IssueChange{Issue: r.Issue}
	for _, f := range k.requested(r.Issue) {
		if !r.shows(f) {
			change.Unknown = append(change.Unknown, f.name)
			continue
		}
		d := Deviation{Field: f.name, Missing: without(f.want, f.got, f.foldCase)}
		if list := f.name == "labels" || f.name == "assignees"; !list || !k.isNew {
			d.Extra = without(f.got, f.want, f.foldCase)
		}
		if len(d.Missing)+len(d.Extra) > 0 {
			change.Ignored = append(change.Ignored, d)
		}
	}
	if len(k.add)+len(k.remove) > 0 {
		k.compareAssignees(r, &change)
	}
	return change
}

// compareAssignees compares the assignees with those to add and to remove.
func (k issueCheck) compareAssignees(r issueResponse, change *IssueChange) {
	got := r.AssigneeLogins()
	if !r.shows(requestedField{name: "assignees", got: got}) {
		change.Unknown = append(change.Unknown, "assignees")
		return
	}
	d := Deviation{Field: "assignees", Missing: without(k.add, got, true)}
	gone := without(k.remove, got, true)
	d.Extra = without(k.remove, gone, true)
	change.Done = append(without(k.add, d.Missing, true), gone...)
	if len(d.Missing)+len(d.Extra) > 0 {
		change.Ignored = append(change.Ignored, d)
	}
}

// shows reports whether a response contains a field: a value, or an empty one.
func (r issueResponse) shows(f requestedField) bool {
	member := r.members[f.name]
	return member != nil && (lenient.IsEmpty(member) || len(f.got) > 0)
}

// requested returns the fields that were requested.
func (k issueCheck) requested(i Issue) []requestedField {
	var fields []requestedField
	f := k.fields
	add := func(name string, want, got []string, foldCase bool) {
		fields = append(fields, requestedField{name, want, got, foldCase})
	}
	if f.Title != nil {
		add("title", nonEmpty(normalized(*f.Title)), nonEmpty(normalized(string(i.Title))), false)
	}
	if f.Body != nil {
		add("body", nonEmpty(normalized(*f.Body)), nonEmpty(normalized(string(i.Body))), false)
	}
	if f.State != nil {
		add("state", nonEmpty(*f.State), nonEmpty(string(i.State)), true)
	}
	if f.StateReason != nil {
		add("state_reason", nonEmpty(*f.StateReason), nonEmpty(string(i.StateReason)), true)
	}
	if f.Milestone != nil {
		add("milestone", milestoneValue(f.Milestone.value), milestoneValue(int(i.Milestone.Number)), false)
	}
	if f.Labels != nil {
		add("labels", trimmed(*f.Labels), trimmed(i.LabelNames()), true)
	}
	if f.Assignees != nil {
		add("assignees", *f.Assignees, i.AssigneeLogins(), true)
	}
	if f.Type != nil {
		add("type", nonEmpty(f.Type.value), nonEmpty(string(i.Type.Name)), true)
	}
	return fields
}

func milestoneValue(number int) []string {
	if number == 0 {
		return nil
	}
	return []string{strconv.Itoa(number)}
}

// nonEmpty returns a text as a list, which is empty if the text is.
func nonEmpty(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// normalized returns a text without what GitHub may change: the line endings and
// the white space around it.
func normalized(text string) string {
	return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
}

func trimmed(names []string) []string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = strings.TrimSpace(name)
	}
	return list
}

// without returns the texts that are not in others, each once.
func without(texts, others []string, foldCase bool) []string {
	seen := map[string]bool{}
	key := func(text string) string {
		if foldCase {
			return strings.ToLower(text)
		}
		return text
	}
	for _, text := range others {
		seen[key(text)] = true
	}
	var left []string
	for _, text := range texts {
		if !seen[key(text)] {
			seen[key(text)] = true
			left = append(left, text)
		}
	}
	return left
}
