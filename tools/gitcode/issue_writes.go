package gitcode

import (
	"errors"

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
	PreviousLabels    []string   `json:"previous_labels,omitempty" jsonschema_description:"Labels that were replaced"`
	PreviousAssignees []string   `json:"previous_assignees,omitempty" jsonschema_description:"Assignees that were replaced"`
	URL               string     `json:"url,omitempty" jsonschema_description:"Web page"`
	tools.Written
}

func issueCreated(p api.CreateIssueParams, c api.IssueChange) IssueWritten {
	v := issueWritten(c)
	if p.SecurityHole {
		v.Visibility = string(c.Issue.Visibility)
	}
	if c.Issue.Number == 0 {
		v.Warnings = append([]string{"GitCode created the issue without returning its number; find it with list_repo_issues (sort=created, search=the title) and do not create it again"}, v.Warnings...)
	}
	return v
}

func issueUpdated(p api.UpdateIssueParams, c api.IssueChange) IssueWritten {
	v := issueWritten(c)
	v.Number = p.Number
	if p.SecurityHole != nil {
		v.Visibility = string(c.Issue.Visibility)
	}
	return v
}

func issueWritten(c api.IssueChange) IssueWritten {
	v := IssueWritten{
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
func outcome(c api.IssueChange) string {
	outcome := ""
	for _, d := range c.Deviations {
		if d.Requested && !d.Unknown {
			return tools.Partial
		}
		if e, ok := errors.AsType[*rest.Error](d.Err); ok && e.Class == rest.OutcomeUnknown {
			outcome = string(e.Class)
		}
	}
	return outcome
}
