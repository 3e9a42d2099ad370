package gitcode

import (
	"context"
	"strings"
)

// CreateIssueParams is a new issue.
type CreateIssueParams struct {
	RepoRef
	Title        string `json:"title" jsonschema:"pattern=\\S" jsonschema_description:"Title, not blank"`
	Body         string `json:"body,omitempty" jsonschema_description:"Text, Markdown"`
	Assignee     string `json:"assignee,omitempty" jsonschema:"minLength=1" jsonschema_description:"Usernames, comma-separated"`
	Milestone    int    `json:"milestone,omitempty" jsonschema:"minimum=1" jsonschema_description:"Milestone number"`
	Labels       Labels `json:"labels,omitempty" jsonschema:"pattern=^\\s*[^\\,\\s][^\\,]*$" jsonschema_description:"Labels; no commas"`
	SecurityHole Flag   `json:"security_hole,omitempty" jsonschema_description:"Make it private"`
}

// CreateIssue creates an issue (issues.txt, 1) and then adds its labels with a
// second request: sent with the create, labels make GitCode refuse it for some
// repositories. When only the second request fails the issue exists, so that
// is a warning and not an error. The body is always sent, the newest
// documentation requires it.
func (c *Client) CreateIssue(ctx context.Context, p CreateIssueParams) (IssueChange, error) {
	const endpoint = "POST /repos/{owner}/issues"
	if strings.TrimSpace(p.Title) == "" {
		return IssueChange{}, &Error{Class: Invalid, Endpoint: endpoint, Message: "title must not be blank"}
	}
	issue, err := call[Issue](ctx, c, endpoint, struct {
		CreateIssueParams
		Body   string    `json:"body"`
		Labels *struct{} `json:"labels,omitempty"` // hides the labels
	}{CreateIssueParams: p, Body: p.Body})
	if err != nil {
		return IssueChange{}, err
	}
	change := IssueChange{Issue: issue}
	if issue.Number == 0 && c.plan == nil {
		change.warn("GitCode created the issue without answering its number: look for it among the newest, do not create it again")
		if len(p.Labels) > 0 {
			change.warn("labels %s are not added yet", quoted(p.Labels))
		}
		return change, nil
	}
	var milestone *MilestoneNumber
	if p.Milestone != 0 {
		milestone = (*MilestoneNumber)(&p.Milestone)
	}
	change.compare(nil, given(p.Assignee), milestone)
	if len(p.Labels) > 0 {
		ref := IssueRef{RepoRef: p.RepoRef, Number: int(issue.Number)}
		labels, err := c.AddLabels(ctx, AddLabelsParams{IssueRef: ref, Labels: p.Labels})
		if err != nil {
			change.warn("labels %s are missing, adding them failed: %v", quoted(p.Labels), err)
		} else if missing := Missing(p.Labels, LabelNames(labels)); len(missing) > 0 {
			change.warn("labels %s are not in GitCode's answer: they may not have been added", quoted(missing))
		}
	}
	return change, nil
}

// UpdateIssueParams is a change of an issue: what is nil stays as it is.
type UpdateIssueParams struct {
	IssueRef
	Title        *string          `json:"title,omitempty" jsonschema:"pattern=\\S" jsonschema_description:"New title, not blank"`
	Body         *string          `json:"body,omitempty" jsonschema_description:"New text; \"\" clears it"`
	State        *StateChange     `json:"state,omitempty" jsonschema:"enum=open,enum=closed" jsonschema_description:"Reopen or close it"`
	Assignee     *string          `json:"assignee,omitempty" jsonschema_description:"Usernames, comma-separated; \"\" clears"`
	Milestone    *MilestoneNumber `json:"milestone,omitempty" jsonschema:"minimum=0" jsonschema_description:"Milestone number; 0 clears"`
	Labels       *Labels          `json:"labels,omitempty" jsonschema:"pattern=^\\s*[^\\,\\s][^\\,]*$" jsonschema_description:"Replaces all; [] clears. For some: add_labels, remove_labels"`
	SecurityHole *Flag            `json:"security_hole,omitempty" jsonschema_description:"Make it private or public"`
}

// UpdateIssue changes an issue (issues.txt, 2). Clearing the labels is a
// request of its own (DELETE …/labels in the newest documentation). Where
// GitCode answers without the issue, it is read back.
func (c *Client) UpdateIssue(ctx context.Context, p UpdateIssueParams) (IssueChange, error) {
	const endpoint = "PATCH /repos/{owner}/issues/{number}"
	if p.Title != nil && strings.TrimSpace(*p.Title) == "" {
		return IssueChange{}, &Error{Class: Invalid, Endpoint: endpoint, Message: "title must not be blank"}
	}
	clearLabels := p.Labels != nil && len(*p.Labels) == 0
	if clearLabels {
		p.Labels = nil
	}
	patch := p != UpdateIssueParams{IssueRef: p.IssueRef}
	if !patch && !clearLabels {
		return IssueChange{}, &Error{Class: Invalid, Endpoint: endpoint,
			Message: "nothing to change: give at least one of title, body, state, assignee, milestone, labels, security_hole"}
	}
	var change IssueChange
	var err error
	if patch {
		if change.Issue, err = call[Issue](ctx, c, endpoint, p); err != nil {
			return IssueChange{}, err
		}
	}
	if clearLabels {
		err = c.do(ctx, "DELETE /repos/{owner}/{repo}/issues/{number}/labels", p.IssueRef)
		switch {
		case err != nil && !patch:
			return IssueChange{}, err
		case err != nil:
			change.warn("everything else is changed, but the labels are not cleared: %v", err)
		}
	}
	if change.Number == 0 {
		if change.Issue, err = c.GetIssue(ctx, p.IssueRef); err != nil {
			change.warn("GitCode accepted the change, but reading the issue back failed: %v", err)
			return change, nil
		}
	}
	change.compare(p.State, p.Assignee, p.Milestone)
	if p.Labels != nil {
		have := LabelNames(change.Labels)
		if missing := Missing(*p.Labels, have); len(missing) > 0 {
			change.warn("labels %s were not set", quoted(missing))
		}
		if extra := Missing(have, *p.Labels); len(extra) > 0 {
			change.warn("labels %s are still there", quoted(extra))
		}
	}
	return change, nil
}

// GetIssue returns an issue of a repository (issues.txt, 3).
func (c *Client) GetIssue(ctx context.Context, p IssueRef) (Issue, error) {
	return call[Issue](ctx, c, "GET /repos/{owner}/{repo}/issues/{number}", p)
}

// ListRepoIssuesParams filters the issues of a repository. Times are RFC 3339.
type ListRepoIssuesParams struct {
	RepoRef
	State     string `json:"state,omitempty" jsonschema:"enum=open,enum=closed,enum=all" jsonschema_description:"all if absent"`
	Labels    Labels `json:"labels,omitempty" jsonschema:"pattern=^\\s*[^\\,\\s][^\\,]*$" jsonschema_description:"Labels"`
	Sort      string `json:"sort,omitempty" jsonschema:"enum=created,enum=updated" jsonschema_description:"created if absent"`
	Direction string `json:"direction,omitempty" jsonschema:"enum=asc,enum=desc" jsonschema_description:"desc if absent"`
	Since     string `json:"since,omitempty" jsonschema:"format=date-time" jsonschema_description:"Updated since"`
	Paging
	CreatedAt     string `json:"created_at,omitempty" jsonschema:"format=date-time" jsonschema_description:"Created at"`
	Milestone     string `json:"milestone,omitempty" jsonschema_description:"Milestone title, or none"`
	Assignee      string `json:"assignee,omitempty" jsonschema_description:"Assignee"`
	Creator       string `json:"creator,omitempty" jsonschema_description:"Author"`
	CreatedAfter  string `json:"created_after,omitempty" jsonschema:"format=date-time" jsonschema_description:"Created after"`
	CreatedBefore string `json:"created_before,omitempty" jsonschema:"format=date-time" jsonschema_description:"Created before"`
	UpdatedAfter  string `json:"updated_after,omitempty" jsonschema:"format=date-time" jsonschema_description:"Updated after"`
	UpdatedBefore string `json:"updated_before,omitempty" jsonschema:"format=date-time" jsonschema_description:"Updated before"`
	Search        string `json:"search,omitempty" jsonschema_description:"Words in title or text"`
}

// ListRepoIssues lists the issues of a repository (issues.txt, 4).
func (c *Client) ListRepoIssues(ctx context.Context, p ListRepoIssuesParams) (Page[Issue], error) {
	return list[Issue](ctx, c, "GET /repos/{owner}/{repo}/issues", p)
}

// ListUserIssuesParams filters the issues of the token's owner. The last four
// are ranges as GitCode documents them: "20181006T173008+80-20181007T173008+80",
// "-20181007T173008+80" (before) or "20181006T173008+80-" (after).
type ListUserIssuesParams struct {
	Filter string `json:"filter,omitempty" jsonschema:"enum=assigned,enum=created,enum=all" jsonschema_description:"To me (if absent), by me, or both"`
	State  string `json:"state,omitempty" jsonschema:"enum=open,enum=progressing,enum=closed,enum=rejected" jsonschema_description:"open if absent"`
	Listing
	Since      string `json:"since,omitempty" jsonschema:"format=date-time" jsonschema_description:"Updated since"`
	Schedule   string `json:"schedule,omitempty" jsonschema:"pattern=^-?\\d{8}T\\d{6}\\+\\d+(-.*)?$" jsonschema_description:"Planned start, a range FROM-TO, FROM- or -TO of times like 20181006T173008+80"`
	Deadline   string `json:"deadline,omitempty" jsonschema:"pattern=^-?\\d{8}T\\d{6}\\+\\d+(-.*)?$" jsonschema_description:"Planned end, like schedule"`
	CreatedAt  string `json:"created_at,omitempty" jsonschema:"pattern=^-?\\d{8}T\\d{6}\\+\\d+(-.*)?$" jsonschema_description:"Created, like schedule"`
	FinishedAt string `json:"finished_at,omitempty" jsonschema:"pattern=^-?\\d{8}T\\d{6}\\+\\d+(-.*)?$" jsonschema_description:"Finished, like schedule"`
}

// ListUserIssues lists the issues of the token's owner (issues.txt, 14).
func (c *Client) ListUserIssues(ctx context.Context, p ListUserIssuesParams) (Page[Issue], error) {
	return list[Issue](ctx, c, "GET /user/issues", p)
}

// ListOrgIssuesParams filters the issues of an organization.
type ListOrgIssuesParams struct {
	Org    string `json:"org" jsonschema:"minLength=1" jsonschema_description:"Organization path"`
	Filter string `json:"filter,omitempty" jsonschema:"enum=assigned,enum=created,enum=all" jsonschema_description:"To me (if absent), by me, or both"`
	State  string `json:"state,omitempty" jsonschema:"enum=open,enum=closed,enum=all" jsonschema_description:"open if absent"`
	Listing
	CreatedAt string `json:"created_at,omitempty" jsonschema:"pattern=^-?\\d{4}-?\\d\\d-?\\d\\dT.+$" jsonschema_description:"Created: a time, or a range as list_user_issues takes"`
	Search    string `json:"search,omitempty" jsonschema_description:"Words in title or text"`
}

// ListOrgIssues lists the issues of an organization that concern the token's
// owner (issues.txt, 18).
func (c *Client) ListOrgIssues(ctx context.Context, p ListOrgIssuesParams) (Page[Issue], error) {
	return list[Issue](ctx, c, "GET /orgs/{org}/issues", p)
}
