package gitlab

import (
	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func planning(c *api.Client) []tools.Tool {
	return []tools.Tool{
		tools.Write(tools.Spec{Name: "gitlab_reorder_issue", Effect: tools.Changes, Description: "Change the place of an issue in manually sorted lists.",
			Verify: "gitlab_list_project_issues (order_by=relative_position, sort=asc)"},
			c.ReorderIssue, issueReordered),
		tools.Write(tools.Spec{Name: "gitlab_promote_issue", Effect: tools.Changes, Description: "Promote an issue to an epic, which closes the issue. Premium.",
			Verify: "gitlab_get_issue (closed if it was promoted)"},
			c.PromoteIssue, issuePromoted),
	}
}

// notPromoted says what promoting an issue takes.
const notPromoted = "not promoted, which takes Premium, a project in a group, permission to create epics there, and an issue that is no incident"

// IssueReordered is the result of changing the place of an issue.
type IssueReordered struct {
	IID   int    `json:"iid,omitempty" jsonschema_description:"The issue_iid"`
	Title string `json:"title,omitempty" jsonschema_description:"Title"`
	tools.Written
}

func issueReordered(p *api.ReorderParams, i *api.Issue) *IssueReordered {
	v := &IssueReordered{IID: p.IssueIID, Title: string(i.Title), Written: tools.Written{ID: int64(i.ID)}}
	if i.IsEmpty() {
		v.Outcome = string(rest.OutcomeUnknown)
		v.Warnings = []string{"GitLab's response does not show the issue; " + tools.CheckWith("gitlab_list_project_issues (order_by=relative_position, sort=asc)", nil)}
	}
	return v
}

// IssuePromoted is the result of promoting an issue.
type IssuePromoted struct {
	IID      int    `json:"iid,omitempty" jsonschema_description:"The issue_iid"`
	Promoted *bool  `json:"promoted,omitempty" jsonschema_description:"Whether the issue became an epic; absent if unknown"`
	Summary  string `json:"summary,omitempty" jsonschema_description:"What GitLab says of it"`
	tools.Written
}

func issuePromoted(p *api.PromoteIssueParams, r *api.Promotion) *IssuePromoted {
	v := &IssuePromoted{IID: p.IssueIID, Promoted: r.Promoted, Summary: r.Summary, Written: tools.Written{ID: r.NoteID}}
	switch {
	case r.Promoted == nil:
		v.Outcome = string(rest.OutcomeUnknown)
		v.Warnings = []string{"GitLab's response does not show whether the issue was promoted; " + tools.CheckWith("gitlab_get_issue (closed if it was)", nil)}
	case !*r.Promoted:
		v.Outcome = tools.Partial
		v.Warnings = []string{"the issue was " + notPromoted}
	}
	return v
}
