package gitlab

import (
	"cmp"
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
func (c *Client) checked(ctx context.Context, ref IssueRef, response *issueResponse, write *issueWrite) *IssueChange {
	if response.IID != 0 && int(response.IID) != ref.IssueIID {
		response = &issueResponse{} // it proves nothing
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
func (w *issueWrite) compare(r *issueResponse) *IssueChange {
	c := readback.Comparison{Members: r.members}
	w.compareTexts(r, &c)
	w.comparePeople(r, &c)
	w.comparePlans(r, &c)
	return &IssueChange{Issue: r.Issue, Result: c.Result}
}

// isReached reports whether an issue shows everything that is requested, the texts
// to the byte.
func (w *issueWrite) isReached(r *issueResponse) bool {
	c := w.compare(r)
	return len(c.Ignored)+len(c.Unknown) == 0 && textedit.IsExact(r.members["title"], w.body.Title) && textedit.IsExact(r.members["description"], w.body.Description)
}

// setScoped sets the labels that gave way to another one of their scope, of which an
// issue has only one with Premium.
func (c *IssueChange) setScoped(before []string, w *issueWrite) {
	after, added := c.Issue.LabelNames(), slices.Concat(w.labels, w.add)
	if len(after) == 0 {
		return
	}
	set := readback.Shared(added, after, false)
	displaced := func(names []string) (gone []string) {
		for _, name := range readback.Without(names, after, false) {
			scope := scopeOf(name)
			if scope != "" && slices.ContainsFunc(set, func(other string) bool { return scopeOf(other) == scope }) {
				gone = append(gone, name)
			}
		}
		return gone
	}
	c.DisplacedLabels = displaced(added)
	if len(w.add) > 0 {
		c.ReplacedLabels = displaced(readback.Without(before, slices.Concat(added, w.remove), false))
	}
}

// scopeOf returns the scope of a label, which is what its last :: follows, or "".
func scopeOf(label string) string {
	return label[:max(strings.LastIndex(label, "::"), 0)]
}

// absent returns the labels to remove that an issue does not have.
func (w *issueWrite) absent(r *issueResponse) []string {
	if r.members["labels"] == nil {
		return nil
	}
	return readback.Without(w.remove, r.LabelNames(), false)
}

// compareTexts compares the requested texts and labels.
func (w *issueWrite) compareTexts(r *issueResponse, c *readback.Comparison) {
	b, labels := &w.body, r.LabelNames()
	c.Text("title", b.Title, r.Title)
	c.Text("description", b.Description, r.Description)
	if b.StateEvent != "" {
		c.Value("state", "", stateAfter(b.StateEvent), strings.ReplaceAll(string(r.State), "opened", "open"))
	}
	if b.Labels != nil {
		c.Field(&readback.Field{Name: "labels", Want: w.labels, Got: readback.Trimmed(labels), Partial: w.isNew})
	}
	if b.AddLabels != "" {
		c.Field(&readback.Field{Name: "add_labels", Member: "labels", Want: w.add, Got: labels, Partial: true})
	}
	if b.RemoveLabels != "" {
		c.Field(&readback.Field{Name: "remove_labels", Member: "labels", Unwanted: w.remove, Got: labels, Partial: true})
	}
	if b.IssueType != "" {
		c.Word("issue_type", &b.IssueType, r.IssueType)
	}
}

// comparePeople compares the requested assignees and flags.
func (w *issueWrite) comparePeople(r *issueResponse, c *readback.Comparison) {
	if w.body.AssigneeIDs != nil {
		c.Field(&readback.Field{Name: "assignee_ids", Member: "assignees", Want: w.assigneesAmong(r.Assignees), Got: r.AssigneeNames(), Partial: w.isNew, FoldCase: true})
	}
	flag := func(name string, want *bool, got lenient.Bool) {
		if want == nil {
			return
		}
		shown := ""
		if got.Value != nil || lenient.IsEmpty(r.members[name]) { // GitLab writes null for false
			shown = strconv.FormatBool(got.IsTrue())
		}
		c.Value(name, "", strconv.FormatBool(*want), shown)
	}
	flag("confidential", w.body.Confidential, r.Confidential)
	flag("discussion_locked", w.body.DiscussionLocked, r.DiscussionLocked)
}

// assigneesAmong returns the usernames of the requested assignees who are among
// others, and the rest as requested.
func (w *issueWrite) assigneesAmong(others []User) []string {
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

// comparePlans compares the requested milestone, dates and numbers.
func (w *issueWrite) comparePlans(r *issueResponse, c *readback.Comparison) {
	b := &w.body
	if b.MilestoneID != nil {
		got := w.milestone.text
		if w.milestone.id != int64(r.Milestone.ID) {
			got = cmp.Or(string(r.Milestone.Title), readback.Number(int64(r.Milestone.ID)))
		}
		c.Value("milestone_id", "milestone", w.milestone.text, got)
	}
	if b.DueDate != nil {
		c.Value("due_date", "", *b.DueDate, string(r.DueDate))
	}
	if b.Weight != nil {
		got := ""
		if r.Weight.Value != nil {
			got = strconv.Itoa(*r.Weight.Value)
		}
		c.Value("weight", "", lenient.Scalar(b.Weight), got)
	}
	if b.EpicID != nil {
		c.Value("epic_id", "epic", readback.Number(int64(*b.EpicID)), readback.Number(int64(r.Epic.ID)))
	}
	if b.IID != 0 {
		c.Value("iid", "", readback.Number(int64(b.IID)), readback.Number(int64(r.IID)))
	}
	if b.CreatedAt != "" {
		c.Value("created_at", "", timeText(b.CreatedAt), timeText(lenient.Scalar(r.members["created_at"])))
	}
	if b.UpdatedAt != "" {
		c.Value("updated_at", "", timeText(b.UpdatedAt), timeText(lenient.Scalar(r.members["updated_at"])))
	}
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
