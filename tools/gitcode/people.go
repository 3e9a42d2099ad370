package gitcode

import (
	"context"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func people(c *api.Client) []tools.Tool {
	return []tools.Tool{
		tools.Read("get_me", "Return the token's owner.",
			func(ctx context.Context, _ *struct{}) (*api.User, error) { return c.GetUser(ctx) }, meView),
		tools.Read("search_users", "Search users by username or name.",
			c.SearchUsers, userRows),
		tools.Read("list_org_members", "List the members of an organization.",
			c.ListOrgMembers, memberRows),
		tools.Read("list_enterprise_members", "List the members of an enterprise.",
			c.ListEnterpriseMembers, memberRows),
	}
}

// Me is the token's owner.
type Me struct {
	Person
	tools.Notes
}

func meView(_ *struct{}, u *api.User) *Me { return &Me{Person: *userRow(u)} }

func userRows(_ *api.SearchUsersParams, page *rest.Page[*api.User]) *tools.List[*Person] {
	return tools.PageOf(page, userRow)
}

func userRow(u *api.User) *Person {
	p := &Person{Login: string(u.Login)}
	if u.Name != u.Login {
		p.Name = string(u.Name)
	}
	return p
}

// MemberRow is a member of an organization or an enterprise.
type MemberRow struct {
	Person
	Role     string `json:"role,omitempty" jsonschema_description:"admin, member, or a role of the enterprise's own"`
	Inactive bool   `json:"inactive,omitempty" jsonschema_description:"Whether the account is not active"`
}

func memberRows[P any](_ P, page *rest.Page[*api.Member]) *tools.List[*MemberRow] {
	return tools.PageOf(page, func(m *api.Member) *MemberRow {
		return &MemberRow{
			Person:   *userRow(&m.User),
			Role:     string(m.Role),
			Inactive: m.Active.Value != nil && !*m.Active.Value,
		}
	})
}
