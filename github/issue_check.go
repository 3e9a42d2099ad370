package github

import (
	"context"
	"encoding/json"

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
	named := &Issue{Assignees: r.Assignees} // not the deprecated member
	if !readback.IsWhole(m.Assignees, len(named.AssigneeLogins())) {
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
func (c *Client) checked(ctx context.Context, ref IssueRef, response *issueResponse, check *issueCheck) *IssueChange {
	if response.Number != 0 && int(response.Number) != ref.IssueNumber {
		response = &issueResponse{} // it proves nothing
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
func (k *issueCheck) compare(r *issueResponse) *IssueChange {
	f, assignees, c := &k.fields, r.AssigneeLogins(), readback.Comparison{Members: r.members}
	c.Text("title", f.Title, r.Title)
	c.Text("body", f.Body, r.Body)
	c.Word("state", f.State, r.State)
	c.Word("state_reason", f.StateReason, r.StateReason)
	if f.Milestone != nil {
		c.Value("milestone", "", readback.Number(int64(f.Milestone.value)), readback.Number(int64(r.Milestone.Number)))
	}
	if f.Labels != nil {
		c.Field(&readback.Field{Name: "labels", Want: readback.Trimmed(*f.Labels), Got: readback.Trimmed(r.LabelNames()), Partial: k.isNew, FoldCase: true})
	}
	if f.Assignees != nil {
		c.Field(&readback.Field{Name: "assignees", Want: *f.Assignees, Got: assignees, Partial: k.isNew, FoldCase: true})
	}
	if f.Type != nil {
		c.Word("type", &f.Type.value, r.Type.Name)
	}
	change := &IssueChange{Issue: r.Issue}
	if len(k.add)+len(k.remove) > 0 {
		c.Field(&readback.Field{Name: "assignees", Want: k.add, Unwanted: k.remove, Got: assignees, Partial: true, FoldCase: true})
		if len(c.Unknown) == 0 {
			change.Done = append(readback.Shared(k.add, assignees, true), readback.Without(k.remove, assignees, true)...)
		}
	}
	change.Result = c.Result
	return change
}
