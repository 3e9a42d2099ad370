package github

import (
	"fmt"
	"slices"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// AssigneeRow is a user who can be assigned.
type AssigneeRow struct {
	Login string `json:"login" jsonschema_description:"For assignees"`
}

func assigneeRows(_ *api.ListAssigneesParams, page *rest.Page[*api.User]) *tools.List[*AssigneeRow] {
	return tools.PageOf(page, func(u *api.User) *AssigneeRow { return &AssigneeRow{string(u.Login)} })
}

// Assignable says whether a user can be assigned.
type Assignable struct {
	Assignee   string `json:"assignee" jsonschema_description:"Login"`
	Assignable bool   `json:"assignable" jsonschema_description:"Whether the user can be assigned"`
	tools.Notes
}

func assigneeChecked(p *api.CheckAssigneeParams, assignable bool) *Assignable {
	return &Assignable{Assignee: p.Assignee, Assignable: assignable}
}

// AssigneesWritten is the result of adding or removing assignees.
type AssigneesWritten struct {
	Number    int      `json:"number,omitempty" jsonschema_description:"The issue_number"`
	Added     []string `json:"added,omitempty" jsonschema_description:"Logins that were added"`
	Removed   []string `json:"removed,omitempty" jsonschema_description:"Logins that were removed"`
	Assignees []string `json:"assignees,omitzero" jsonschema_description:"Logins afterwards; absent if unknown"`
	URL       string   `json:"url,omitempty" jsonschema_description:"Web page"`
	tools.Written
}

func assigneesAdded(p *api.AssigneesParams, c *api.IssueChange) *AssigneesWritten {
	v := assigneesWritten(p, c, reasons{hasPush: len(c.Done) > 0, adds: true})
	v.Added = c.Done
	return v
}

func assigneesRemoved(p *api.AssigneesParams, c *api.IssueChange) *AssigneesWritten {
	v := assigneesWritten(p, c, reasons{})
	v.Removed = c.Done
	if len(c.NotAssigned) > 0 {
		v.Warnings = append(v.Warnings, fmt.Sprintf("%s %s not assigned", tools.Quoted(c.NotAssigned), tools.Plural(c.NotAssigned, "was", "were")))
	}
	return v
}

func assigneesWritten(p *api.AssigneesParams, c *api.IssueChange, r reasons) *AssigneesWritten {
	v := &AssigneesWritten{Number: p.IssueNumber, URL: string(c.Issue.HTMLURL)}
	v.Warnings, v.Outcome, v.ID = warnings(c, r), tools.OutcomeOf(len(c.Ignored), len(c.Unknown)), int64(c.Issue.ID)
	if c.Issue.ID != 0 && !slices.Contains(c.Unknown, "assignees") {
		v.Assignees = tools.Known(c.Issue.AssigneeLogins())
	}
	return v
}
