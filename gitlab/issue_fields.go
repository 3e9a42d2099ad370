package gitlab

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/readback"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/textedit"
)

// issueFields is the body of a request that creates or changes an issue. Nil and
// empty members are not sent. Labels are separated by commas, and none clear them;
// the assignee 0, the milestone 0, an empty date and the weight null clear too.
type issueFields struct {
	Title            *string         `json:"title,omitempty"`
	Description      *string         `json:"description,omitempty"`
	StateEvent       string          `json:"state_event,omitempty"` // close or reopen
	Labels           *string         `json:"labels,omitempty"`
	AddLabels        string          `json:"add_labels,omitempty"`
	RemoveLabels     string          `json:"remove_labels,omitempty"`
	AssigneeIDs      []int64         `json:"assignee_ids,omitempty"`
	MilestoneID      *int64          `json:"milestone_id,omitempty"`
	DueDate          *string         `json:"due_date,omitempty"`
	Weight           json.RawMessage `json:"weight,omitempty"`
	EpicID           *int            `json:"epic_id,omitempty"`
	IssueType        string          `json:"issue_type,omitempty"`
	Confidential     *bool           `json:"confidential,omitempty"`
	DiscussionLocked *bool           `json:"discussion_locked,omitempty"`
	UpdatedAt        string          `json:"updated_at,omitempty"`

	// Only of a new issue.
	CreatedAt                          string `json:"created_at,omitempty"`
	IID                                int    `json:"iid,omitempty"`
	DiscussionToResolve                string `json:"discussion_to_resolve,omitempty"`
	MergeRequestToResolveDiscussionsOf int    `json:"merge_request_to_resolve_discussions_of,omitempty"`
}

// write returns the requested fields, except for those that take a lookup.
func (p *CreateIssueParams) write() (*issueWrite, error) {
	w := &issueWrite{isNew: true, labels: readback.Trimmed(p.Labels), body: issueFields{
		Title: &p.Title, EpicID: nonZero(p.EpicID), IssueType: p.IssueType,
		CreatedAt: p.CreatedAt, IID: p.IID, DiscussionToResolve: p.DiscussionToResolve,
		MergeRequestToResolveDiscussionsOf: p.MergeRequestToResolveDiscussionsOf,
	}}
	if p.Description != "" {
		w.body.Description = &p.Description
	}
	if p.Confidential {
		w.body.Confidential = new(true)
	}
	if p.DueDate != "" {
		w.body.DueDate = &p.DueDate
	}
	if p.Weight != nil {
		w.body.Weight = json.RawMessage(strconv.Itoa(*p.Weight))
	}
	if len(p.Labels) > 0 {
		w.body.Labels = new(strings.Join(w.labels, ","))
	}
	switch {
	case strings.TrimSpace(p.Title) == "":
		return w, invalid("title must not be blank")
	case p.DiscussionToResolve != "" && p.MergeRequestToResolveDiscussionsOf == 0:
		return w, invalid("discussion_to_resolve is a discussion of a merge request; pass merge_request_to_resolve_discussions_of with it")
	}
	return w, w.check(slices.Concat(p.AssigneeIDs, readback.NonEmpty(p.AssigneeID)))
}

func nonZero(number int) *int {
	if number == 0 {
		return nil
	}
	return &number
}

// write returns the requested fields, except for those that take a lookup.
func (p *UpdateIssueParams) write() (*issueWrite, error) {
	w := &issueWrite{add: readback.Trimmed(p.AddLabels), remove: readback.Trimmed(p.RemoveLabels), body: issueFields{
		Title: p.Title, Description: p.Description, DueDate: p.DueDate, EpicID: p.EpicID,
		Confidential: p.Confidential, DiscussionLocked: p.DiscussionLocked,
	}}
	w.body.AddLabels, w.body.RemoveLabels = strings.Join(w.add, ","), strings.Join(w.remove, ",")
	if p.State != nil {
		w.body.StateEvent = "reopen"
		if *p.State == "closed" {
			w.body.StateEvent = "close"
		}
	}
	if p.Labels != nil {
		w.labels = readback.Trimmed(*p.Labels)
		w.body.Labels = new(strings.Join(w.labels, ","))
	}
	if p.IssueType != nil {
		w.body.IssueType = *p.IssueType
	}
	if p.Weight != nil {
		weight := strings.TrimSpace(*p.Weight)
		if number, isNumber := numberIn(weight); weight != "" && (!isNumber || number < 0) {
			return w, invalid(fmt.Sprintf("weight must be a number from 0 on, or \"\" to clear it, not %.40q", weight))
		}
		w.body.Weight = json.RawMessage("null")
		if weight != "" {
			w.body.Weight = json.RawMessage(strings.TrimLeft(weight[:len(weight)-1], "0") + weight[len(weight)-1:])
		}
	}
	var assignees []string
	if p.AssigneeIDs != nil {
		assignees = *p.AssigneeIDs
	}
	both := readback.Without(w.add, readback.Without(w.add, w.remove, false), false)
	switch {
	case w.body.isEmpty() && p.AssigneeIDs == nil && p.MilestoneID == nil && p.IsEmpty():
		return w, invalid("nothing to change; pass at least one of title, description, append, prepend, edits, state, labels, add_labels, remove_labels, assignee_ids, milestone_id, due_date, weight, epic_id, issue_type, confidential, discussion_locked")
	case p.Title != nil && strings.TrimSpace(*p.Title) == "":
		return w, invalid("title must not be blank")
	case p.Description != nil && !p.IsEmpty():
		return w, invalid(textedit.Either("description"))
	case p.Labels != nil && len(w.add)+len(w.remove) > 0:
		return w, invalid("labels replaces all labels; pass either labels, or add_labels and remove_labels")
	case len(both) > 0:
		return w, invalid(fmt.Sprintf("add_labels and remove_labels must not both contain %.100q", both[0]))
	}
	w.body.UpdatedAt = p.UpdatedAt
	return w, w.check(assignees)
}

// isEmpty reports whether a body has no members.
func (f *issueFields) isEmpty() bool {
	body, err := rest.Marshal(f)
	return err == nil && string(body) == "{}"
}

// check rejects values that no request can carry, and those that GitLab would drop
// silently.
func (w *issueWrite) check(assignees []string) error {
	for _, label := range slices.Concat(w.labels, w.add, w.remove) {
		switch {
		case label == "":
			return invalid("labels must not contain a blank name")
		case strings.Contains(label, ","):
			return invalid(fmt.Sprintf("no label contains a comma; pass %.100q as several", label))
		}
	}
	if date := w.body.DueDate; date != nil && *date != "" {
		if _, err := time.Parse(time.DateOnly, *date); err != nil {
			return invalid(fmt.Sprintf("due_date must be a date such as 2026-03-11, not %.40q", *date))
		}
	}
	return checkAssignees(assignees)
}
