package gitcode

import (
	"cmp"
	"context"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// Identity returns the username.
func (u *User) Identity() string { return string(u.Login) }

// SearchUsersParams describes a search for users.
type SearchUsersParams struct {
	Q     string `json:"q" jsonschema:"pattern=\\S" jsonschema_description:"Username or name"`
	Sort  string `json:"sort,omitempty" jsonschema:"enum=joined_at" jsonschema_description:"Default best match"`
	Order string `json:"order,omitempty" jsonschema:"enum=asc,enum=desc" jsonschema_description:"Default desc"`
	SearchPaging
}

// SearchUsers searches users. Like those of [Client.SearchIssues], its pages can
// overlap and be shorter than asked for.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-search-users
func (c *Client) SearchUsers(ctx context.Context, p *SearchUsersParams) (*rest.Page[*User], error) {
	return listWith(ctx, c, "GET /search/users", p, rest.ListOptions[*User]{MaxPerPage: 50, MaxPages: 100, Overlaps: true})
}

// MemberFilter selects a part of the members of an organization or an enterprise.
type MemberFilter struct {
	Role string `json:"role,omitempty" jsonschema:"enum=all,enum=admin,enum=member" jsonschema_description:"Default all"`
	Paging
}

// ListOrgMembersParams filters the members of an organization.
type ListOrgMembersParams struct {
	Org string `json:"org" jsonschema:"minLength=1" jsonschema_description:"Organization path"`
	MemberFilter
}

// ListOrgMembers lists the members of an organization.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-orgs-org-members
func (c *Client) ListOrgMembers(ctx context.Context, p *ListOrgMembersParams) (*rest.Page[*Member], error) {
	return list[*Member](ctx, c, "GET /orgs/{org}/members", p)
}

// ListEnterpriseMembersParams filters the members of an enterprise.
type ListEnterpriseMembersParams struct {
	EnterpriseRef
	MemberFilter
}

// ListEnterpriseMembers lists the members of an enterprise.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-enterprises-enterprise-members
func (c *Client) ListEnterpriseMembers(ctx context.Context, p *ListEnterpriseMembersParams) (*rest.Page[*Member], error) {
	return list[*Member](ctx, c, "GET /enterprises/{enterprise}/members", p)
}

// Member is a member of an organization or an enterprise.
type Member struct {
	User
	Role   Text // admin, member, or a role of the enterprise's own
	Active Bool // only of an enterprise
}

// UnmarshalJSON decodes a member. That of an enterprise has its user in a member
// of its own, and its role is in role; that of an organization is the user, and
// has its role in member_role.
func (m *Member) UnmarshalJSON(data []byte) error {
	var wire struct {
		Account User `json:"user"`
		User
		Role       Text `json:"role"`
		RoleName   Text `json:"role_name"`
		MemberRole Text `json:"member_role"`
		Active     Bool `json:"active"`
	}
	_ = lenient.Decode(data, &wire) // what fails is left out
	m.User = wire.User
	if wire.Account.Login != "" {
		m.User = wire.Account
	}
	m.Role, m.Active = cmp.Or(wire.Role, wire.MemberRole, wire.RoleName), wire.Active
	return nil
}
