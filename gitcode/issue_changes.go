package gitcode

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// UpdateIssueParams describes a change of an issue. Nil members are left
// unchanged.
type UpdateIssueParams struct {
	IssueRef
	Title        *string          `json:"title,omitempty" jsonschema:"pattern=\\S" jsonschema_description:"New title, not blank"`
	Body         *string          `json:"body,omitempty" jsonschema_description:"New body; \"\" clears it"`
	State        *StateChange     `json:"state,omitempty" jsonschema:"enum=open,enum=closed" jsonschema_description:"Reopen or close"`
	Assignee     *string          `json:"assignee,omitempty" jsonschema_description:"Replaces all assignees: usernames, comma-separated; \"\" clears"`
	Milestone    *MilestoneNumber `json:"milestone,omitempty" jsonschema:"minimum=0" jsonschema_description:"Global number as in get_issue, not the one in web addresses; 0 clears"`
	Labels       *Labels          `json:"labels,omitempty" jsonschema:"pattern=^\\s*[^\\,\\s][^\\,]*$" jsonschema_description:"Replaces all labels; [] clears; GitCode probably creates unknown ones. To change some: add_labels, remove_labels"`
	SecurityHole *Flag            `json:"security_hole,omitempty" jsonschema_description:"true makes it private, visible only to members; false public; exact rules undocumented"`
}

// UpdateIssue changes an issue. Clearing the labels takes a request of its own.
//
// GitCode may drop what a change does not repeat, such as the milestone. So
// UpdateIssue reads the issue first, sends its milestone along, reads it again
// afterwards and reports as a Deviation what differs from the request or
// changed without one. If GitCode refuses the change with the milestone that
// was sent along, it is sent without. A change that somebody else makes between
// the two reads is reported too, and one to the milestone before the PATCH is
// overwritten: GitCode has no conditional requests.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/patch-api-v-5-repos-owner-issues-number and
// https://docs.gitcode.com/docs/apis/delete-api-v-5-repos-owner-repo-issues-number-labels
func (c *Client) UpdateIssue(ctx context.Context, p UpdateIssueParams) (IssueChange, error) {
	if p.Title != nil && strings.TrimSpace(*p.Title) == "" {
		return IssueChange{}, invalid(patchEndpoint, "title must not be blank")
	}
	if p == (UpdateIssueParams{IssueRef: p.IssueRef}) {
		return IssueChange{}, invalid(patchEndpoint, "nothing to change; pass at least one of title, body, state, assignee, milestone, labels, security_hole")
	}
	before, err := c.readIssue(ctx, p.IssueRef)
	if err != nil {
		return IssueChange{}, err
	}
	if !before.isAbout(p.Number) {
		before = issueResponse{} // it says nothing about this issue
	}
	check := issueCheck{requested: p.fields(), known: before.Issue, before: &before, failed: map[string]error{}}

	patch, clearLabels := p, p.Labels != nil && len(*p.Labels) == 0
	if clearLabels {
		patch.Labels = nil
	}
	seen := issueResponse{}
	patched := patch != UpdateIssueParams{IssueRef: p.IssueRef}
	if patched {
		if seen, err = c.patchWithMilestone(ctx, patch, before.Milestone); err != nil {
			return IssueChange{}, err
		}
	}
	if clearLabels {
		err := rest.Send(ctx, c.Client, "DELETE /repos/{owner}/{repo}/issues/{number}/labels", p.IssueRef)
		if err != nil && !patched {
			return IssueChange{}, err
		}
		if err != nil {
			check.failed["labels"] = err
		}
	}
	if c.IsDryRun(ctx) {
		return IssueChange{}, nil
	}
	change := c.readBack(ctx, p.IssueRef, check, seen)
	if p.Labels != nil {
		change.PreviousLabels = before.LabelNames()
	}
	if p.Assignee != nil {
		change.PreviousAssignees = before.AssigneeLogins()
	}
	return change, nil
}

// patchWithMilestone repeats the current milestone in a PATCH that sets none.
func (c *Client) patchWithMilestone(ctx context.Context, p UpdateIssueParams, current Milestone) (issueResponse, error) {
	if p.Milestone != nil || current.Number == 0 {
		return c.patchIssue(ctx, p)
	}
	repeating := p
	repeating.Milestone = new(MilestoneNumber(current.Number))
	response, err := c.patchIssue(ctx, repeating)
	if e, ok := errors.AsType[*rest.Error](err); ok && (e.Class == rest.Forbidden || e.Class == rest.Invalid && e.Status != 0) {
		return c.patchIssue(ctx, p)
	}
	return response, err
}

const patchEndpoint = "PATCH /repos/{owner}/issues/{number}"

func (c *Client) patchIssue(ctx context.Context, p UpdateIssueParams) (issueResponse, error) {
	response, err := rest.Call[issueResponse](ctx, c.Client, patchEndpoint, p)
	if p.State != nil {
		c.forgetCounts(p.RepoRef)
	}
	if !response.isAbout(p.Number) {
		return issueResponse{}, err // it proves nothing
	}
	return response, err
}

const readEndpoint = "GET /repos/{owner}/{repo}/issues/{number}"

// readIssue is like GetIssue, but records which members the response contains.
func (c *Client) readIssue(ctx context.Context, p IssueRef) (issueResponse, error) {
	return rest.Call[issueResponse](ctx, c.Client, readEndpoint, p)
}

// readBack reads an issue after a change and checks it. If that fails, it checks
// what the responses to the writes show.
func (c *Client) readBack(ctx context.Context, ref IssueRef, check issueCheck, seen issueResponse) IssueChange {
	after, err := c.readIssue(ctx, ref)
	if err == nil && !after.isAbout(ref.Number) {
		err = &rest.Error{Class: rest.MalformedResponse, Endpoint: readEndpoint, Message: fmt.Sprintf("the response is about issue %d", after.Number)}
	}
	if err != nil {
		change := check.writes(seen)
		change.ReadErr = err
		return change
	}
	return check.read(after)
}

// invalid returns the error for arguments that no request can carry.
func invalid(endpoint, message string) error {
	return &rest.Error{Class: rest.Invalid, Endpoint: endpoint, Message: message, NotSent: true}
}
