package github

import (
	"slices"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// IssueWritten is the result of creating or updating an issue. Lists that are
// known to be empty are shown as such.
type IssueWritten struct {
	Number      int        `json:"number,omitempty" jsonschema_description:"The issue_number"`
	PullRequest bool       `json:"pull_request,omitempty" jsonschema_description:"Whether it is a pull request"`
	Title       string     `json:"title,omitempty" jsonschema_description:"Title"`
	State       string     `json:"state,omitempty" jsonschema_description:"open or closed"`
	StateReason string     `json:"state_reason,omitempty" jsonschema_description:"Why it has this state"`
	Type        string     `json:"type,omitempty" jsonschema_description:"Issue type"`
	Labels      []string   `json:"labels,omitzero" jsonschema_description:"Label names afterwards; absent if unknown"`
	Assignees   []string   `json:"assignees,omitzero" jsonschema_description:"Logins afterwards; absent if unknown"`
	Milestone   *Milestone `json:"milestone,omitempty" jsonschema_description:"Milestone afterwards"`
	URL         string     `json:"url,omitempty" jsonschema_description:"Web page"`
	tools.Written
}

// IssueUpdated is the result of updating an issue.
type IssueUpdated struct {
	IssueWritten
	PreviousLabels    []string `json:"previous_labels,omitempty" jsonschema_description:"Labels that were replaced"`
	PreviousAssignees []string `json:"previous_assignees,omitempty" jsonschema_description:"Assignees that were replaced"`

	Diff      string `json:"diff,omitempty" jsonschema_description:"Lines of the body that append, prepend and edits changed; numbers count the lines before"`
	Unchanged bool   `json:"unchanged,omitempty" jsonschema_description:"Whether the issue already was as requested, so that nothing was sent"`
}

func issueCreated(p *api.CreateIssueParams, c *api.IssueChange) *IssueWritten {
	v := issueWritten(c, reasons{hasPush: createdWithPush(p, c), milestone: p.Milestone}, len(p.Labels) > 0, len(p.Assignees) > 0 || p.Assignee != "")
	if c.Issue.Number == 0 {
		v.Warnings = append([]string{"GitHub created the issue without returning its number; find it with github_list_repo_issues (sort=created) and do not create it again"}, v.Warnings...)
	}
	return v
}

func issueUpdated(p *api.UpdateIssueParams, c *api.IssueChange) *IssueUpdated {
	r := reasons{hasPush: updatedWithPush(c)}
	if p.Milestone != nil {
		r.milestone = *p.Milestone
	}
	v := &IssueUpdated{IssueWritten: *issueWritten(c, r, p.Labels != nil, p.Assignees != nil || p.Assignee != nil), Diff: c.Diff, Unchanged: c.Unchanged, PreviousLabels: c.PreviousLabels, PreviousAssignees: c.PreviousAssignees}
	v.Number = p.IssueNumber
	if c.Unchanged {
		v.Outcome = tools.Unchanged
	}
	return v
}

// issueWritten returns what a change has led to. Lists of labels and assignees that
// are empty are shown only if they were requested: a response may lack them.
func issueWritten(c *api.IssueChange, r reasons, labels, assignees bool) *IssueWritten {
	i := &c.Issue
	v := &IssueWritten{
		Number:      int(i.Number),
		PullRequest: i.IsPullRequest(),
		Title:       string(i.Title),
		State:       string(i.State),
		StateReason: string(i.StateReason),
		Type:        string(i.Type.Name),
		Labels:      i.LabelNames(),
		Assignees:   i.AssigneeLogins(),
		Milestone:   milestone(i.Milestone),
		URL:         string(i.HTMLURL),
		Written:     tools.Written{Warnings: warnings(c, r), Outcome: tools.OutcomeOf(len(c.Ignored), len(c.Unknown)), ID: int64(i.ID)},
	}
	if i.ID == 0 {
		return v
	}
	if labels && !slices.Contains(c.Unknown, "labels") {
		v.Labels = tools.Known(v.Labels)
	}
	if assignees && !slices.Contains(c.Unknown, "assignees") {
		v.Assignees = tools.Known(v.Assignees)
	}
	return v
}

// LockWritten is the result of locking or unlocking an issue.
type LockWritten struct {
	Number     int    `json:"number,omitempty" jsonschema_description:"The issue_number"`
	Locked     *bool  `json:"locked,omitempty" jsonschema_description:"Whether only collaborators can comment now"`
	LockReason string `json:"lock_reason,omitempty" jsonschema_description:"Reason that was set"`
	tools.Written
}

func issueLocked(p *api.LockIssueParams, _ *struct{}) *LockWritten {
	return &LockWritten{Number: p.IssueNumber, Locked: new(true), LockReason: p.LockReason}
}

func issueUnlocked(p *api.IssueRef, _ *struct{}) *LockWritten {
	return &LockWritten{Number: p.IssueNumber, Locked: new(false)}
}
