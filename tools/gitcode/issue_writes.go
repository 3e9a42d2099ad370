package gitcode

import (
	"cmp"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// IssueWritten is the result of creating or updating an issue. Lists that are
// known to be empty are shown as such.
type IssueWritten struct {
	Number            int        `json:"number,omitempty" jsonschema_description:"Issue number"`
	Title             string     `json:"title,omitempty" jsonschema_description:"Title"`
	State             string     `json:"state,omitempty" jsonschema_description:"open or closed"`
	Labels            []string   `json:"labels,omitzero" jsonschema_description:"Label names afterwards; absent if unknown"`
	Assignees         []string   `json:"assignees,omitzero" jsonschema_description:"Usernames afterwards; absent if unknown"`
	Milestone         *Milestone `json:"milestone,omitempty" jsonschema_description:"Milestone afterwards"`
	Visibility        string     `json:"visibility,omitempty" jsonschema_description:"Who can see the issue, in GitCode's words, if security_hole was requested"`
	IssueState        string     `json:"issue_state,omitempty" jsonschema_description:"Workflow status afterwards, if status was requested"`
	PreviousLabels    []string   `json:"previous_labels,omitempty" jsonschema_description:"Labels that were replaced"`
	PreviousAssignees []string   `json:"previous_assignees,omitempty" jsonschema_description:"Assignees that were replaced"`
	URL               string     `json:"url,omitempty" jsonschema_description:"Web page"`
	tools.Written
}

func issueCreated(p *api.CreateIssueParams, c *api.IssueChange) *IssueWritten {
	v := issueWritten(c)
	if p.SecurityHole {
		v.Visibility = string(c.Issue.Visibility)
	}
	if p.Status != "" {
		v.IssueState = c.Issue.Status()
	}
	if c.Issue.Number == 0 {
		v.Warnings = append([]string{"GitCode created the issue without returning its number; find it with list_repo_issues (sort=created, search=the title) and do not create it again"}, v.Warnings...)
	}
	return v
}

// IssueUpdated is the result of updating an issue.
type IssueUpdated struct {
	IssueWritten
	Diff      string `json:"diff,omitempty" jsonschema_description:"Lines of the body that append, prepend and edits changed; numbers count the lines before"`
	CommentID int64  `json:"comment_id,omitempty" jsonschema_description:"Id of the new comment"`
	Unchanged bool   `json:"unchanged,omitempty" jsonschema_description:"Whether the issue already was as requested, so that no change was sent"`
}

func issueUpdated(p *api.UpdateIssueParams, c *api.IssueChange) *IssueUpdated {
	v := &IssueUpdated{IssueWritten: *issueWritten(c), Diff: c.Diff, Unchanged: c.Unchanged}
	v.Number = p.Number
	if p.SecurityHole != nil {
		v.Visibility = string(c.Issue.Visibility)
	}
	if p.Status != "" {
		v.IssueState = c.Issue.Status()
	}
	if c.Unchanged && c.Comment == nil && c.CommentErr == nil {
		v.Outcome = tools.Unchanged
	}
	if c.Comment != nil {
		v.CommentID = int64(c.Comment.ID)
		v.ID = cmp.Or(v.ID, v.CommentID)
	}
	return v
}

func issueWritten(c *api.IssueChange) *IssueWritten {
	v := &IssueWritten{
		Number:            int(c.Issue.Number),
		Title:             string(c.Issue.Title),
		State:             string(c.Issue.State),
		Labels:            c.Labels,
		Assignees:         c.Assignees,
		PreviousLabels:    c.PreviousLabels,
		PreviousAssignees: c.PreviousAssignees,
		URL:               string(c.Issue.HTMLURL),
		Written:           tools.Written{Warnings: warnings(c), Outcome: outcome(c), ID: int64(c.Issue.ID)},
	}
	if m := c.Issue.Milestone; m != (api.Milestone{}) {
		v.Milestone = &Milestone{Number: int(m.Number), Title: string(m.Title)}
	}
	return v
}

// outcome returns the outcome of a change for the audit log. What certainly did
// not happen counts more than a step that may have happened.
func outcome(c *api.IssueChange) string {
	outcome := ""
	if rest.ErrorClass(c.CommentErr) == rest.OutcomeUnknown {
		outcome = string(rest.OutcomeUnknown)
	} else if c.CommentErr != nil {
		return tools.Partial
	}
	for _, d := range c.Deviations {
		if d.Requested && !d.Unknown {
			return tools.Partial
		}
		if rest.ErrorClass(d.Err) == rest.OutcomeUnknown {
			outcome = string(rest.OutcomeUnknown)
		}
	}
	return outcome
}
