package gitlab

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/readback"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/textedit"
)

// issueResponse is an issue together with the members that the response contains: a
// missing member is not an empty one, and a list of which an element cannot be read
// is missing, because it proves nothing.
type issueResponse struct {
	Issue
	members map[string]json.RawMessage
}

// UnmarshalJSON decodes an issue.
func (r *issueResponse) UnmarshalJSON(data []byte) error {
	r.members = nil
	_ = json.Unmarshal(data, &r.members)  // anything but an object has none
	err := lenient.Decode(data, &r.Issue) // one in an unexpected form costs no other member
	if !readback.IsWhole(r.members["labels"], len(r.Labels)) {
		r.Labels = nil
		delete(r.members, "labels")
	}
	if !readback.IsWhole(r.members["assignees"], len(r.AssigneeNames())) {
		r.Assignees = nil
		delete(r.members, "assignees")
	}
	return err
}

// issueWrite is a request that creates or changes an issue, and what it stands for.
type issueWrite struct {
	body                issueFields
	isNew               bool // further labels and assignees are no deviation: quick actions and bots add them
	labels, add, remove []string
	assignees           []named
	milestone           named
}

// checked compares the response to a write with what was requested. What it does
// not show is read once.
func (c *Client) checked(ctx context.Context, ref IssueRef, response issueResponse, write issueWrite) IssueChange {
	if response.IID != 0 && int(response.IID) != ref.IssueIID {
		response = issueResponse{} // it proves nothing
	}
	change := write.compare(response)
	change.Issue.IID = lenient.Int(ref.IssueIID)
	if len(change.Unknown) == 0 && !response.IsEmpty() {
		return change
	}
	after, err := c.readIssue(ctx, ref)
	if err != nil {
		change.ReadErr = err
		return change
	}
	second := write.compare(after)
	second.Result = change.Then(second.Result)
	if response.members["labels"] != nil { // what is read back may lack them
		second.Issue.Labels = response.Labels
	}
	if response.members["assignees"] != nil {
		second.Issue.Assignees = response.Assignees
	}
	return second
}

// compare compares what was requested with a response.
func (w issueWrite) compare(r issueResponse) IssueChange {
	return IssueChange{Issue: r.Issue, Result: readback.Compare(slices.Concat(w.texts(r), w.people(r), w.plans(r)))}
}

// isReached reports whether an issue shows everything that is requested, the texts
// to the byte.
func (w issueWrite) isReached(r issueResponse) bool {
	isText := func(member string, want *string) bool {
		text, err := textedit.ExactText(r.members[member], member, issueEndpoint)
		return want == nil || err == nil && text == *want
	}
	c := w.compare(r)
	return len(c.Ignored)+len(c.Unknown) == 0 && isText("title", w.body.Title) && isText("description", w.body.Description)
}

// setScoped sets the labels that gave way to another one of their scope, of which an
// issue has only one with Premium.
func (c *IssueChange) setScoped(before []string, w issueWrite) {
	after, added := c.Issue.LabelNames(), slices.Concat(w.labels, w.add)
	set := readback.Without(added, readback.Without(added, after, false), false)
	hasGone := func(name string) bool {
		return len(after) > 0 && !slices.Contains(after, name) && slices.ContainsFunc(set, func(other string) bool { return scopeOf(name) != "" && scopeOf(name) == scopeOf(other) })
	}
	for _, name := range readback.Without(added, nil, false) {
		if hasGone(name) {
			c.DisplacedLabels = append(c.DisplacedLabels, name)
		}
	}
	for _, name := range readback.Without(before, slices.Concat(added, w.remove), false) {
		if len(w.add) > 0 && hasGone(name) {
			c.ReplacedLabels = append(c.ReplacedLabels, name)
		}
	}
}

// scopeOf returns the scope of a label, which is what its last :: follows, or "".
func scopeOf(label string) string {
	return label[:max(strings.LastIndex(label, "::"), 0)]
}

// absent returns the labels to remove that an issue does not have.
func (w issueWrite) absent(r issueResponse) []string {
	if r.members["labels"] == nil {
		return nil
	}
	return readback.Without(w.remove, r.LabelNames(), false)
}

// texts returns the requested fields with texts and labels, and what a response
// shows of them.
func (w issueWrite) texts(r issueResponse) []readback.Field {
	var fields []readback.Field
	b := w.body
	add := func(f readback.Field, member string) {
		f.Member = r.members[member]
		fields = append(fields, f)
	}
	if b.Title != nil {
		add(readback.Field{Name: "title", Want: readback.Text(*b.Title), Got: readback.Text(string(r.Title))}, "title")
	}
	if b.Description != nil {
		add(readback.Field{Name: "description", Want: readback.Text(*b.Description), Got: readback.Text(string(r.Description))}, "description")
	}
	if b.StateEvent != "" {
		add(readback.Field{Name: "state", Want: []string{stateAfter(b.StateEvent)}, Got: readback.NonEmpty(strings.ReplaceAll(string(r.State), "opened", "open"))}, "state")
	}
	if b.Labels != nil {
		add(readback.Field{Name: "labels", Want: w.labels, Got: readback.Trimmed(r.LabelNames()), Partial: w.isNew}, "labels")
	}
	if b.AddLabels != "" {
		add(readback.Field{Name: "add_labels", Want: w.add, Got: r.LabelNames(), Partial: true}, "labels")
	}
	if b.RemoveLabels != "" {
		add(readback.Field{Name: "remove_labels", Unwanted: w.remove, Got: r.LabelNames(), Partial: true}, "labels")
	}
	if b.IssueType != "" {
		add(readback.Field{Name: "issue_type", Want: []string{b.IssueType}, Got: readback.NonEmpty(string(r.IssueType)), FoldCase: true}, "issue_type")
	}
	return fields
}

// people returns the requested assignees and flags, and what a response shows of
// them.
func (w issueWrite) people(r issueResponse) []readback.Field {
	var fields []readback.Field
	b := w.body
	if b.AssigneeIDs != nil {
		fields = append(fields, readback.Field{Name: "assignee_ids", Member: r.members["assignees"], Want: w.assigneesAmong(r.Assignees), Got: r.AssigneeNames(), Partial: w.isNew, FoldCase: true})
	}
	flag := func(name string, want *bool, got lenient.Bool) {
		if want == nil {
			return
		}
		f := readback.Field{Name: name, Member: r.members[name], Want: []string{strconv.FormatBool(*want)}}
		if got.Value != nil || lenient.IsEmpty(f.Member) { // GitLab writes null for false
			f.Got = []string{strconv.FormatBool(got.IsTrue())}
		}
		fields = append(fields, f)
	}
	flag("confidential", b.Confidential, r.Confidential)
	flag("discussion_locked", b.DiscussionLocked, r.DiscussionLocked)
	return fields
}

// assigneesAmong returns the usernames of the requested assignees who are among
// others, and the rest as requested.
func (w issueWrite) assigneesAmong(others []User) []string {
	var names []string
	for _, user := range w.assignees {
		names = append(names, user.among(others))
	}
	return names
}

// among returns the username of a user if he is one of others, and otherwise the user
// as requested.
func (n named) among(others []User) string {
	for _, user := range others {
		if int64(user.ID) == n.id && user.Username != "" {
			return string(user.Username)
		}
	}
	return n.text
}

// plans returns the requested milestone, dates and numbers, and what a response
// shows of them.
func (w issueWrite) plans(r issueResponse) []readback.Field {
	var fields []readback.Field
	b := w.body
	add := func(name, member string, want, got []string) {
		fields = append(fields, readback.Field{Name: name, Member: r.members[member], Want: want, Got: got})
	}
	if b.MilestoneID != nil {
		got := numberText(int64(r.Milestone.ID))
		if w.milestone.id == int64(r.Milestone.ID) {
			got = readback.NonEmpty(w.milestone.text)
		} else if r.Milestone.Title != "" {
			got = []string{string(r.Milestone.Title)}
		}
		add("milestone_id", "milestone", readback.NonEmpty(w.milestone.text), got)
	}
	if b.DueDate != nil {
		add("due_date", "due_date", readback.NonEmpty(*b.DueDate), readback.NonEmpty(string(r.DueDate)))
	}
	if b.Weight != nil {
		var got []string
		if r.Weight.Value != nil {
			got = []string{strconv.Itoa(*r.Weight.Value)}
		}
		add("weight", "weight", readback.NonEmpty(lenient.Scalar(b.Weight)), got)
	}
	if b.EpicID != nil {
		add("epic_id", "epic", numberText(int64(*b.EpicID)), numberText(int64(r.Epic.ID)))
	}
	if b.IID != 0 {
		add("iid", "iid", numberText(int64(b.IID)), numberText(int64(r.IID)))
	}
	if b.CreatedAt != "" {
		add("created_at", "created_at", []string{timeText(b.CreatedAt)}, readback.NonEmpty(timeText(lenient.Scalar(r.members["created_at"]))))
	}
	if b.UpdatedAt != "" {
		add("updated_at", "updated_at", []string{timeText(b.UpdatedAt)}, readback.NonEmpty(timeText(lenient.Scalar(r.members["updated_at"]))))
	}
	return fields
}

// numberText returns a number as a list, which is empty for 0.
func numberText(number int64) []string {
	if number == 0 {
		return nil
	}
	return []string{strconv.FormatInt(number, 10)}
}

// timeText returns a time in UTC, to the second, or else the text as it is.
func timeText(text string) string {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return text
	}
	return t.UTC().Format(time.RFC3339)
}

// stateAfter returns the state that an event leads to.
func stateAfter(event string) string {
	if event == "close" {
		return "closed"
	}
	return "open"
}
