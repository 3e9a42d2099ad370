package gitcode

import (
	"context"
	"fmt"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// IssueChange is an issue after a create or an update.
type IssueChange struct {
	Issue
	// Warnings are sentences about what was requested and, according to
	// GitCode's response, did not happen. GitCode silently ignores unknown
	// assignees, labels and milestones.
	Warnings []string
}

// CreateIssueParams describes a new issue.
type CreateIssueParams struct {
	RepoRef
	Title        string `json:"title" jsonschema:"pattern=\\S" jsonschema_description:"Title, not blank"`
	Body         string `json:"body,omitempty" jsonschema_description:"Markdown"`
	Assignee     string `json:"assignee,omitempty" jsonschema:"minLength=1" jsonschema_description:"Usernames, comma-separated"`
	Milestone    int    `json:"milestone,omitempty" jsonschema:"minimum=1" jsonschema_description:"Milestone number"`
	Labels       Labels `json:"labels,omitempty" jsonschema:"pattern=^\\s*[^\\,\\s][^\\,]*$" jsonschema_description:"Label names without commas"`
	SecurityHole Flag   `json:"security_hole,omitempty" jsonschema_description:"Make it private"`
}

// CreateIssue creates an issue and then adds its labels with a second request:
// some repositories reject a create with labels. If only the second request
// fails, the issue exists, so that is a warning and not an error. The body is
// always sent, because the newest documentation requires it.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/post-api-v-5-repos-owner-issues
func (c *Client) CreateIssue(ctx context.Context, p CreateIssueParams) (IssueChange, error) {
	const endpoint = "POST /repos/{owner}/issues"
	if strings.TrimSpace(p.Title) == "" {
		return IssueChange{}, invalid(endpoint, "title must not be blank")
	}
	issue, err := rest.Call[Issue](ctx, c.Client, endpoint, struct {
		CreateIssueParams
		Body   string    `json:"body"`
		Labels *struct{} `json:"labels,omitempty"` // hides the labels
	}{CreateIssueParams: p, Body: p.Body})
	if err != nil {
		return IssueChange{}, err
	}
	change := IssueChange{Issue: issue}
	if issue.Number == 0 && !c.IsDryRun(ctx) {
		change.warn("GitCode created the issue without returning its number; find it among the newest issues and do not create it again")
		if len(p.Labels) > 0 {
			change.warn("labels %s have not been added", quoted(p.Labels))
		}
		return change, nil
	}
	requested := UpdateIssueParams{}
	if p.Assignee != "" {
		requested.Assignee = &p.Assignee
	}
	if p.Milestone != 0 {
		requested.Milestone = (*MilestoneNumber)(&p.Milestone)
	}
	change.compare(requested)
	if len(p.Labels) > 0 {
		ref := IssueRef{RepoRef: p.RepoRef, Number: int(issue.Number)}
		labels, err := c.AddLabels(ctx, AddLabelsParams{IssueRef: ref, Labels: p.Labels})
		if err != nil {
			change.warn("labels %s are missing, adding them failed: %v", quoted(p.Labels), err)
		} else if len(labels.Missing) > 0 {
			change.warn("labels %s are not in GitCode's response and may not have been added", quoted(labels.Missing))
		}
	}
	return change, nil
}

// UpdateIssueParams describes a change of an issue. Nil members are left
// unchanged.
type UpdateIssueParams struct {
	IssueRef
	Title        *string          `json:"title,omitempty" jsonschema:"pattern=\\S" jsonschema_description:"New title, not blank"`
	Body         *string          `json:"body,omitempty" jsonschema_description:"New body; \"\" clears it"`
	State        *StateChange     `json:"state,omitempty" jsonschema:"enum=open,enum=closed" jsonschema_description:"Reopen or close"`
	Assignee     *string          `json:"assignee,omitempty" jsonschema_description:"Usernames, comma-separated; \"\" clears"`
	Milestone    *MilestoneNumber `json:"milestone,omitempty" jsonschema:"minimum=0" jsonschema_description:"Milestone number; 0 clears"`
	Labels       *Labels          `json:"labels,omitempty" jsonschema:"pattern=^\\s*[^\\,\\s][^\\,]*$" jsonschema_description:"Replaces all labels; [] clears. To change some: add_labels, remove_labels"`
	SecurityHole *Flag            `json:"security_hole,omitempty" jsonschema_description:"Make it private or public"`
}

// UpdateIssue changes an issue. Clearing the labels takes a request of its own.
// If GitCode responds without the issue, it is read back.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/patch-api-v-5-repos-owner-issues-number and
// https://docs.gitcode.com/docs/apis/delete-api-v-5-repos-owner-repo-issues-number-labels
func (c *Client) UpdateIssue(ctx context.Context, p UpdateIssueParams) (IssueChange, error) {
	const endpoint = "PATCH /repos/{owner}/issues/{number}"
	if p.Title != nil && strings.TrimSpace(*p.Title) == "" {
		return IssueChange{}, invalid(endpoint, "title must not be blank")
	}
	clearLabels := p.Labels != nil && len(*p.Labels) == 0
	if clearLabels {
		p.Labels = nil
	}
	patch := p != UpdateIssueParams{IssueRef: p.IssueRef}
	if !patch && !clearLabels {
		return IssueChange{}, invalid(endpoint, "nothing to change; pass at least one of title, body, state, assignee, milestone, labels, security_hole")
	}
	var change IssueChange
	var err error
	if patch {
		if change.Issue, err = rest.Call[Issue](ctx, c.Client, endpoint, p); err != nil {
			return IssueChange{}, err
		}
	}
	if clearLabels {
		err = rest.Send(ctx, c.Client, "DELETE /repos/{owner}/{repo}/issues/{number}/labels", p.IssueRef)
		switch {
		case err != nil && !patch:
			return IssueChange{}, err
		case err != nil:
			change.warn("everything else was changed, but clearing the labels failed: %v", err)
		}
	}
	if change.Number == 0 {
		if change.Issue, err = c.GetIssue(ctx, p.IssueRef); err != nil {
			change.warn("GitCode accepted the change, but reading the issue back failed: %v", err)
			return change, nil
		}
	}
	change.compare(p)
	return change, nil
}

func invalid(endpoint, message string) error {
	return &rest.Error{Class: rest.Invalid, Endpoint: endpoint, Message: message}
}

func (c *IssueChange) warn(format string, args ...any) {
	c.Warnings = append(c.Warnings, fmt.Sprintf(format, args...))
}

// compare warns about what was requested and is not in the response.
func (c *IssueChange) compare(requested UpdateIssueParams) {
	if s := requested.State; s != nil && State(*s) != c.State {
		c.warn("the state is %s, not %s", c.State, *s)
	}
	if requested.Assignee != nil {
		names, assigned := splitNames(*requested.Assignee), c.AssigneeLogins()
		if missing := without(names, assigned); len(missing) > 0 {
			c.warn("assignees %s were not set; GitCode ignores unknown users and users who may not be assigned", quoted(missing))
		}
		if len(names) == 0 && len(assigned) > 0 {
			c.warn("assignees %s are still set", quoted(assigned))
		}
	}
	if m := requested.Milestone; m != nil && Int(*m) != c.Milestone.Number {
		if *m == 0 {
			c.warn("milestone %d is still set", c.Milestone.Number)
		} else {
			c.warn("milestone %d is not in GitCode's response and may not have been set", *m)
		}
	}
	if requested.Labels != nil {
		labels := c.LabelNames()
		if missing := without(*requested.Labels, labels); len(missing) > 0 {
			c.warn("labels %s were not set", quoted(missing))
		}
		if extra := without(labels, *requested.Labels); len(extra) > 0 {
			c.warn("labels %s are still set", quoted(extra))
		}
	}
}
