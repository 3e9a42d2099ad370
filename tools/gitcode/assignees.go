package gitcode

import (
	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func assignees(c *api.Client) []tools.Tool {
	return []tools.Tool{
		tools.Read("list_assignees", "List the members of a repository, who can be assigned to its issues, with their permissions.",
			c.ListCollaborators, assigneeRows),
	}
}

// AssigneeRow is a member of a repository in a list.
type AssigneeRow struct {
	Person
	Permission string `json:"permission,omitempty" jsonschema_description:"admin, push or pull, if GitCode shows it"`
}

func assigneeRows(_ *api.RepoPage, page *rest.Page[*api.Collaborator]) *tools.List[*AssigneeRow] {
	return tools.PageOf(page, func(c *api.Collaborator) *AssigneeRow { return &AssigneeRow{*person(c), string(c.Permission)} })
}
