package gitcode

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/textedit"
)

// issuePatch is the body of a PATCH of an issue. Nil members are not sent.
type issuePatch struct {
	IssueRef
	Title        *string          `json:"title,omitempty"`
	Body         *string          `json:"body,omitempty"`
	State        *StateChange     `json:"state,omitempty"`
	Assignee     *string          `json:"assignee,omitempty"`
	Milestone    *MilestoneNumber `json:"milestone,omitempty"`
	Labels       *Labels          `json:"labels,omitempty"`
	SecurityHole *Flag            `json:"security_hole,omitempty"`
	Status       *string          `json:"status,omitempty"`
	Type         *string          `json:"issue_type,omitempty"` // not documented here
	Severity     *string          `json:"issue_severity,omitempty"`
	CustomFields *CustomFields    `json:"custom_fields,omitempty"`

	known *rest.Known // of the issue before
}

// setWorkflow sets what a workflow requests.
func (p *issuePatch) setWorkflow(w *Workflow) {
	p.Status, p.Type, p.Severity = orNil(&w.Status), orNil(&w.IssueType), orNil(&w.IssueSeverity)
	if len(w.CustomFields) > 0 {
		p.CustomFields = &w.CustomFields
	}
}

func orNil(text *string) *string {
	if *text == "" {
		return nil
	}
	return text
}

func (p *issuePatch) isEmpty() bool { return *p == issuePatch{IssueRef: p.IssueRef, known: p.known} }

// fields returns the requested values by field.
func (p *issuePatch) fields() map[string][]string {
	fields := map[string][]string{}
	if p.Title != nil {
		fields["title"] = textValue(*p.Title)
	}
	if p.Body != nil {
		fields["body"] = textValue(*p.Body)
	}
	if p.State != nil {
		fields["state"] = []string{string(*p.State)}
	}
	if p.Assignee != nil {
		fields["assignee"] = splitNames(*p.Assignee)
	}
	if p.Milestone != nil {
		fields["milestone"] = nil
		if *p.Milestone != 0 {
			fields["milestone"] = []string{strconv.Itoa(int(*p.Milestone))}
		}
	}
	if p.Labels != nil {
		fields["labels"] = trimmed(*p.Labels)
	}
	if p.SecurityHole != nil {
		fields["security_hole"] = []string{strconv.FormatBool(bool(*p.SecurityHole))}
	}
	for name, value := range map[string]*string{"status": p.Status, "type": p.Type, "issue_severity": p.Severity} {
		if value != nil {
			fields[name] = textValue(*value)
		}
	}
	if p.CustomFields != nil {
		fields["custom_fields"] = p.CustomFields.values()
	}
	return fields
}

// hasState reports whether an issue shows the state that a patch sets.
func (p *issuePatch) hasState(i *issueResponse) bool {
	return p.State != nil && string(*p.State) == string(i.State)
}

// isReached reports whether an issue shows everything that a patch sets. Nothing
// is known to show the effect of SecurityHole exactly.
func (p *issuePatch) isReached(i *issueResponse) bool {
	isText := func(member string, want *string) bool {
		text, err := textedit.ExactText(i.members[member], "body", issueEndpoint)
		return want == nil || err == nil && text == *want
	}
	fields, labels := p.fields(), i.LabelNames()
	return p.SecurityHole == nil && isText("title", p.Title) && isText("body", p.Body) && (p.State == nil || p.hasState(i)) &&
		(p.Assignee == nil || i.showsAssignees() && sameNames(fields["assignee"], i.AssigneeLogins())) &&
		(p.Milestone == nil || i.shows(milestoneField) && slices.Equal(fields["milestone"], milestoneValue(&i.Issue))) &&
		(p.Labels == nil || i.shows(labelsField) && len(withoutExact(fields["labels"], labels))+len(withoutExact(labels, fields["labels"])) == 0) &&
		!slices.ContainsFunc(workflowFields, func(f *issueField) bool {
			want, requested := fields[f.name]
			return requested && (!i.shows(f) || len(f.without(want, f.values(&i.Issue))) > 0)
		})
}

// applyPatch sends a patch, reads the issue back, and compares it with how it
// should be. It does not send a state that the issue already has: that would
// reset the workflow status. It repeats other fields as they are, because GitCode
// may drop what a PATCH does not repeat.
func (c *Client) applyPatch(ctx context.Context, patch *issuePatch, before *issueResponse) (*IssueChange, error) {
	check := &issueCheck{requested: patch.fields(), known: &before.Issue, before: before, failed: map[string]error{}}
	if patch.hasState(before) {
		patch.State = nil
	}
	replacesLabels, clearLabels := patch.Labels != nil, patch.Labels != nil && len(*patch.Labels) == 0
	if clearLabels {
		patch.Labels = nil
	}
	seen, patched := &issueResponse{}, !patch.isEmpty()
	patch.known = before.known()
	if patched {
		var err error
		if seen, err = c.patchWithMilestone(ctx, patch, before.Milestone); err != nil {
			return nil, err
		}
	}
	if clearLabels {
		err := c.clearLabels(ctx, patch.IssueRef, patch.known)
		if err != nil && !patched {
			return nil, err
		}
		if err != nil {
			check.failed["labels"] = err
		}
	}
	change := &IssueChange{}
	if !c.IsDryRun(ctx) {
		change = c.readBack(ctx, patch.IssueRef, check, seen)
	}
	if replacesLabels {
		change.PreviousLabels = before.LabelNames()
	}
	return change, nil
}

// patchWithMilestone repeats the current milestone in a PATCH that sets none.
func (c *Client) patchWithMilestone(ctx context.Context, p *issuePatch, current Milestone) (*issueResponse, error) {
	if p.Milestone != nil || current.Number == 0 {
		return c.patchIssue(ctx, p)
	}
	repeating := *p
	repeating.Milestone = new(MilestoneNumber(current.Number))
	if p.known != nil {
		known := *p.known
		known.Repeated = []string{"milestone"}
		repeating.known = &known
	}
	response, err := c.patchIssue(ctx, &repeating)
	if e, ok := errors.AsType[*rest.Error](err); ok && (e.Class == rest.Forbidden || e.Class == rest.Invalid && e.Status != 0) {
		return c.patchIssue(ctx, p)
	}
	return response, err
}

const patchEndpoint = "PATCH /repos/{owner}/issues/{number}"

func (c *Client) patchIssue(ctx context.Context, p *issuePatch) (*issueResponse, error) {
	req, err := rest.NewRequest(patchEndpoint, p)
	if err != nil {
		return nil, err
	}
	if p.known != nil {
		req.Known = *p.known
	}
	response, _, err := rest.Do[issueResponse](ctx, c.Client, req)
	if p.State != nil {
		c.forgetCounts(p.RepoRef)
	}
	if err == nil && !response.isAbout(p.Number) {
		return &issueResponse{}, nil // it proves nothing
	}
	return response, err
}

// readIssue is like GetIssue, but records which members the response contains,
// and fails if the response is about another issue.
func (c *Client) readIssue(ctx context.Context, p IssueRef) (*issueResponse, error) {
	issue, err := rest.Call[issueResponse](ctx, c.Client, issueEndpoint, p)
	if err == nil && !issue.isAbout(p.Number) {
		return nil, &rest.Error{Class: rest.MalformedResponse, Endpoint: issueEndpoint, Message: fmt.Sprintf("the response is about issue %d", issue.Number)}
	}
	return issue, err
}

// readBefore reads an issue before a change. The result is empty if the response
// is about another issue: it says nothing about this one.
func (c *Client) readBefore(ctx context.Context, ref IssueRef) (*issueResponse, error) {
	before, err := rest.Call[issueResponse](ctx, c.Client, issueEndpoint, ref)
	if err == nil && !before.isAbout(ref.Number) {
		return &issueResponse{}, nil
	}
	return before, err
}

// readBack reads an issue after a change and checks it. If that fails, it checks
// what the responses to the writes show.
func (c *Client) readBack(ctx context.Context, ref IssueRef, check *issueCheck, seen *issueResponse) *IssueChange {
	after, err := c.readIssue(ctx, ref)
	if err != nil {
		change := check.writes(seen)
		change.ReadErr = err
		return change
	}
	return check.read(after)
}
