package gitcode

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/textedit"
)

// UpdateIssueParams describes a change of an issue. Nil and empty members are
// left unchanged.
type UpdateIssueParams struct {
	IssueRef
	Title *string `json:"title,omitempty" jsonschema:"pattern=\\S" jsonschema_description:"New title"`
	Body  *string `json:"body,omitempty" jsonschema_description:"New body; \"\" clears"`
	textedit.Changes
	State           *StateChange `json:"state,omitempty" jsonschema:"enum=open,enum=closed" jsonschema_description:"Reopen or close"`
	Assignee        *string      `json:"assignee,omitempty" jsonschema_description:"Replaces all: usernames or me, comma-separated; \"\" clears"`
	AddAssignees    []string     `json:"add_assignees,omitempty" jsonschema_description:"Usernames or me"`
	RemoveAssignees []string     `json:"remove_assignees,omitempty" jsonschema_description:"Usernames or me"`
	Milestone       *string      `json:"milestone,omitempty" jsonschema_description:"Title or global number (not that in web addresses); \"\" clears"`
	Labels          *Labels      `json:"labels,omitempty" jsonschema:"pattern=^\\s*[^\\,\\s][^\\,]*$" jsonschema_description:"Replaces all; [] clears. To change some: add_labels, remove_labels"`
	CreateLabels    bool         `json:"create_labels,omitempty" jsonschema_description:"Create unknown labels"`
	SecurityHole    *Flag        `json:"security_hole,omitempty" jsonschema_description:"true: private, only members see it; exact rules undocumented"`
	Workflow
	Comment       string `json:"comment,omitempty" jsonschema:"pattern=\\S" jsonschema_description:"Comment to post afterwards"`
	AllowCommands bool   `json:"allow_commands,omitempty"`
}

func (p *UpdateIssueParams) validate() error {
	replaces, names := p.Assignee != nil, len(p.AddAssignees)+len(p.RemoveAssignees)
	switch {
	case p.Title != nil && strings.TrimSpace(*p.Title) == "":
		return rest.InvalidArguments(patchEndpoint, "title must not be blank")
	case p.Comment != "" && strings.TrimSpace(p.Comment) == "":
		return rest.InvalidArguments(patchEndpoint, "comment must not be blank")
	case p.Body != nil && !p.IsEmpty():
		return rest.InvalidArguments(patchEndpoint, textedit.Either("body"))
	case replaces && names > 0:
		return rest.InvalidArguments(patchEndpoint, "assignee replaces all assignees; pass either assignee, or add_assignees and remove_assignees")
	case !p.changesIssue() && p.Comment == "":
		return rest.InvalidArguments(patchEndpoint, "nothing to change; pass at least one of title, body, append, prepend, edits, state, assignee, add_assignees, remove_assignees, milestone, labels, security_hole, status, issue_type, issue_severity, custom_fields, comment")
	}
	return checkCommands(patchEndpoint, p.AllowCommands, p.Comment, "")
}

// changesIssue reports whether more than a comment is requested.
func (p *UpdateIssueParams) changesIssue() bool {
	return p.Title != nil || p.Body != nil || !p.IsEmpty() || p.State != nil || p.Assignee != nil || len(p.AddAssignees)+len(p.RemoveAssignees) > 0 ||
		p.Milestone != nil || p.Labels != nil || p.SecurityHole != nil || p.setsWorkflow()
}

// UpdateIssue changes an issue, and comments on it if everything that was
// requested happened, as far as known. Clearing the labels and the comment take a
// request each. If the issue already is as requested, no change is sent.
//
// GitCode may drop what a change does not repeat, such as the milestone. So
// UpdateIssue reads the issue first, sends its milestone along, reads it again
// afterwards and reports as a Deviation what differs from the request or
// changed without one. If GitCode refuses the change with the milestone that
// was sent along, it is sent without. A change that somebody else makes between
// the two reads is reported too, and one to the milestone before the PATCH is
// overwritten: GitCode has no conditional requests.
//
// For the same reason Changes, AddAssignees and RemoveAssignees are requests to
// write the whole body and all assignees. The body is read once more, right
// before the PATCH, and UpdateIssue fails with rest.Conflict if it is not the one
// that was edited. It overwrites what somebody else writes after that read and
// before the PATCH is carried out, which is one request, or longer if the PATCH
// has to wait for the rate limit or is repeated without the milestone. No
// response shows that.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/patch-api-v-5-repos-owner-issues-number and
// https://docs.gitcode.com/docs/apis/delete-api-v-5-repos-owner-repo-issues-number-labels
func (c *Client) UpdateIssue(ctx context.Context, p *UpdateIssueParams) (*IssueChange, error) {
	if err := p.validate(); err != nil {
		return nil, err
	}
	if !p.changesIssue() {
		comment, err := c.CreateComment(ctx, &CreateCommentParams{p.IssueRef, p.Comment, p.AllowCommands})
		if err != nil {
			return nil, err
		}
		return &IssueChange{Comment: comment}, nil
	}
	change, err := c.changeIssue(ctx, p)
	if err != nil || p.Comment == "" {
		return change, err
	}
	if change.hasFailed() {
		change.CommentErr = errWithheld
		return change, nil
	}
	comment, err := c.CreateComment(ctx, &CreateCommentParams{p.IssueRef, p.Comment, p.AllowCommands})
	if err != nil {
		change.CommentErr = err
		return change, nil
	}
	if !c.IsDryRun(ctx) {
		change.Comment = comment
	}
	return change, nil
}

var errWithheld = errors.New("not sent: the change before it did not fully happen")

// changeIssue does what UpdateIssue does before it comments.
func (c *Client) changeIssue(ctx context.Context, p *UpdateIssueParams) (*IssueChange, error) {
	patch, err := c.newPatch(ctx, p)
	if err != nil {
		return nil, err
	}
	add, err := c.usernames(ctx, p.AddAssignees...)
	if err != nil {
		return nil, err
	}
	remove, err := c.usernames(ctx, p.RemoveAssignees...)
	if err != nil {
		return nil, err
	}
	if both := without(add, without(add, remove)); len(both) > 0 {
		return nil, rest.InvalidArguments(patchEndpoint, fmt.Sprintf("add_assignees and remove_assignees both contain %q", both[0]))
	}
	var before *issueResponse
	var diff string
	if p.IsEmpty() {
		before, err = c.readBefore(ctx, p.IssueRef)
	} else {
		patch.Body, diff, err = p.Rewrite(patchEndpoint, func() (string, error) {
			if before, err = c.readBefore(ctx, p.IssueRef); err != nil {
				return "", err
			}
			return textedit.ExactText(before.members["body"], "body", issueEndpoint)
		})
	}
	if err != nil {
		return nil, err
	}
	if patch.Body != nil {
		if err := checkCommands(patchEndpoint, p.AllowCommands, *patch.Body, string(before.Body)); err != nil {
			return nil, err
		}
	}
	if len(add)+len(remove) > 0 {
		if !before.showsAssignees() {
			return nil, &rest.Error{Class: rest.MalformedResponse, Endpoint: issueEndpoint, Message: "the response does not show who is assigned"}
		}
		patch.Assignee = changedNames(before.AssigneeLogins(), add, remove)
	}
	notAssigned := without(remove, before.AssigneeLogins())
	if patch.isReached(before) {
		change := before.change()
		change.Unchanged, change.NotAssigned = true, notAssigned
		return change, nil
	}
	change, err := c.applyPatch(ctx, patch, before)
	if err != nil {
		return nil, err
	}
	change.Diff, change.NotAssigned = diff, notAssigned
	if p.Assignee != nil {
		change.PreviousAssignees = before.AssigneeLogins()
	}
	return change, nil
}

// newPatch returns the PATCH that sets what was requested, without what depends
// on the issue as it is.
func (c *Client) newPatch(ctx context.Context, p *UpdateIssueParams) (*issuePatch, error) {
	patch := &issuePatch{IssueRef: p.IssueRef, Title: p.Title, Body: p.Body, State: p.State, Assignee: p.Assignee, Labels: p.Labels, SecurityHole: p.SecurityHole}
	if p.Labels != nil && len(*p.Labels) > 0 {
		patch.Labels = new(Labels(trimmed(*p.Labels)))
		if err := c.checkLabels(ctx, p.RepoRef, *patch.Labels, p.CreateLabels); err != nil {
			return nil, err
		}
	}
	if p.Assignee != nil {
		names, err := c.usernames(ctx, *p.Assignee)
		if err != nil {
			return nil, err
		}
		patch.Assignee = new(strings.Join(names, ","))
	}
	if p.Milestone != nil {
		number, err := c.milestoneNumber(ctx, p.RepoRef, *p.Milestone)
		if err != nil {
			return nil, err
		}
		patch.Milestone = &number
	}
	workflow := p.Workflow
	if err := c.resolveWorkflow(ctx, p.Owner, &workflow); err != nil {
		return nil, err
	}
	patch.setWorkflow(&workflow)
	return patch, nil
}

// usernames returns the names in comma-separated lists, with the username of the
// token's owner for "me".
func (c *Client) usernames(ctx context.Context, lists ...string) ([]string, error) {
	names, err := c.login(ctx, strings.Join(lists, ","))
	return splitNames(names), err
}

// changedNames returns the comma-separated list that replaces names, or nil if it
// would contain the same ones.
func changedNames(names, add, remove []string) *string {
	list := without(names, remove)
	changed := len(list) < len(names)
	for _, name := range add {
		if len(without([]string{name}, list)) > 0 {
			list, changed = append(list, name), true
		}
	}
	if !changed {
		return nil
	}
	return new(strings.Join(list, ","))
}
