package gitcode_test

import "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"

// peopleOperations are those about people.
func peopleOperations() []contractOperation {
	type (
		users      = gitcode.SearchUsersParams
		org        = gitcode.ListOrgMembersParams
		enterprise = gitcode.ListEnterpriseMembersParams
	)
	page, rows := gitcode.MemberFilter{Role: "member", Paging: contractPage}, gitcode.MemberFilter{Paging: contractRows}
	harbor := gitcode.EnterpriseRef{Enterprise: harborTech}
	return []contractOperation{
		calls("SearchUsers", "GET /search/users", (*gitcode.Client).SearchUsers,
			example[users]{
				name: "page", params: users{Q: "o", Sort: "joined_at", Order: "asc", SearchPaging: gitcode.SearchPaging{Page: 2, PerPage: 50}},
				want: map[string]string{"q": "o", "sort": "joined_at", "order": "asc", "page": "2", "per_page": "50"},
			},
			example[users]{name: "limit", params: users{Q: "o", SearchPaging: gitcode.SearchPaging{Limit: 3}}}),
		calls("ListOrgMembers", "GET /orgs/{org}/members", (*gitcode.Client).ListOrgMembers,
			example[org]{name: "page", params: org{Org: "openharbor", MemberFilter: page}, want: map[string]string{"role": "member", "page": "2"}},
			example[org]{name: "limit", params: org{Org: "openharbor", MemberFilter: rows}}),
		calls("ListEnterpriseMembers", "GET /enterprises/{enterprise}/members", (*gitcode.Client).ListEnterpriseMembers,
			example[enterprise]{name: "page", params: enterprise{EnterpriseRef: harbor, MemberFilter: page}, want: map[string]string{"role": "member", "page": "2"}},
			example[enterprise]{name: "limit", params: enterprise{EnterpriseRef: harbor, MemberFilter: rows}}),
	}
}
