package github

import (
	"context"
	"encoding/json"
	"strconv"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/readback"
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
	_ = lenient.Decode(data, &m) // anything but an object has none
	r.members = map[string]json.RawMessage{
		"title": m.Title, "body": m.Body, "state": m.State, "state_reason": m.StateReason,
		"milestone": m.Milestone, "labels": m.Labels, "assignees": m.Assignees, "type": m.Type,
	}
	err := lenient.Decode(data, &r.Issue) // one in an unexpected form costs no other member
	if !readback.IsWhole(m.Labels, len(r.Labels)) {
		r.Labels, r.members["labels"] = nil, nil
	}
	if !readback.IsWhole(m.Assignees, len(Issue{Assignees: r.Assignees}.AssigneeLogins())) {
		r.Assignees, r.Assignee, r.members["assignees"] = nil, User{}, nil
	}
	return err
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
	second := check.compare(after)
	second.Result = change.Then(second.Result)
	if response.members["labels"] != nil { // what is read back may lack them
		second.Issue.Labels = response.Labels
	}
	if response.members["assignees"] != nil {
		second.Issue.Assignees, second.Issue.Assignee = response.Assignees, response.Assignee
	}
	return second
}

// compare compares the fields that were requested with a response.
func (k issueCheck) compare(r issueResponse) IssueChange {
	change := IssueChange{Issue: r.Issue, Result: readback.Compare(k.requested(r))}
	if len(k.add)+len(k.remove) > 0 && len(change.Unknown) == 0 {
		got := r.AssigneeLogins()
		change.Done = append(readback.Without(k.add, readback.Without(k.add, got, true), true), readback.Without(k.remove, got, true)...)
	}
	return change
}

// requested returns the fields that were requested, and what a response shows of
// them.
func (k issueCheck) requested(r issueResponse) []readback.Field {
	var fields []readback.Field
	f := k.fields
	add := func(name string, want, got []string, foldCase bool) {
		isList := name == "labels" || name == "assignees"
		fields = append(fields, readback.Field{Name: name, Member: r.members[name], Want: want, Got: got, Partial: isList && k.isNew, FoldCase: foldCase})
	}
	if f.Title != nil {
		add("title", readback.Text(*f.Title), readback.Text(string(r.Title)), false)
	}
	if f.Body != nil {
		add("body", readback.Text(*f.Body), readback.Text(string(r.Body)), false)
	}
	if f.State != nil {
		add("state", readback.NonEmpty(*f.State), readback.NonEmpty(string(r.State)), true)
	}
	if f.StateReason != nil {
		add("state_reason", readback.NonEmpty(*f.StateReason), readback.NonEmpty(string(r.StateReason)), true)
	}
	if f.Milestone != nil {
		add("milestone", milestoneValue(f.Milestone.value), milestoneValue(int(r.Milestone.Number)), false)
	}
	if f.Labels != nil {
		add("labels", readback.Trimmed(*f.Labels), readback.Trimmed(r.LabelNames()), true)
	}
	if f.Assignees != nil {
		add("assignees", *f.Assignees, r.AssigneeLogins(), true)
	}
	if f.Type != nil {
		add("type", readback.NonEmpty(f.Type.value), readback.NonEmpty(string(r.Type.Name)), true)
	}
	if len(k.add)+len(k.remove) > 0 {
		fields = append(fields, readback.Field{
			Name: "assignees", Member: r.members["assignees"],
			Want: k.add, Unwanted: k.remove, Got: r.AssigneeLogins(), Partial: true, FoldCase: true,
		})
	}
	return fields
}

func milestoneValue(number int) []string {
	if number == 0 {
		return nil
	}
	return []string{strconv.Itoa(number)}
}
