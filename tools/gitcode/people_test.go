package gitcode_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func TestPeopleOnTheSandbox(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	assert.Equal(t, map[string]any{"login": "linwei", "name": "林薇"}, u.call("get_me", `{}`))
	found := u.call("search_users", `{"q":"o","sort":"joined_at","limit":50}`)
	assert.Equal(t, []any{"tomb", "maria", "zhaoqian"}, column(found, "login"))
	assert.NotContains(t, found, "next_page")
	assert.Empty(t, u.call("search_users", `{"q":"nobody"}`)["rows"])
	for tool, of := range map[string]string{"list_org_members": `"org":"openharbor"`, "list_enterprise_members": `"enterprise":"harbor-tech"`} {
		all := u.call(tool, `{`+of+`}`)
		assert.Equal(t, []any{"linwei", "zhaoqian", "sunli", "maria", "tomb"}, column(all, "login"), tool)
		assert.Equal(t, []any{"admin", "member", "member", "member", "member"}, column(all, "role"), tool)
		assert.Equal(t, 5.0, all["total"])
		assert.Equal(t, []any{"林薇"}, column(u.call(tool, `{`+of+`,"role":"admin"}`), "name"), tool)
		page := u.call(tool, `{`+of+`,"per_page":2}`)
		assert.Equal(t, []any{"sunli", "maria"}, column(u.call(tool, `{`+of+`,"per_page":2,"page":2}`), "login"))
		assert.Equal(t, 2.0, page["next_page"])
	}
	assert.Contains(t, u.fail("list_org_members", `{"org":"nowhere"}`), "Group Not Found")
	assert.Contains(t, u.fail("list_org_members", `{"org":"openharbor","role":"owner"}`), "role must be one of all, admin, member")
	assert.Contains(t, u.fail("search_users", `{"q":" "}`), "not sent: q")
}

// TestMembersInEveryForm decodes members as both routes write them, and in forms
// that neither documents.
func TestMembersInEveryForm(t *testing.T) {
	t.Parallel()
	const rows = `[
		{"id":"268","login":"ann","name":"Ann","member_role":"admin"},
		{"user":{"id":268,"login":"ben","name":"ben"},"role":"","role_name":"Auditor","active":false},
		{"user":{"login":"cai","name":null},"role":"member","active":1,"login":"other"},
		{"user":null,"login":"dan","role":5,"active":"?"},
		{"user":{"name":"without a login"},"role":"member"},
		"eva"]`
	const want = `{"rows":[{"login":"ann","name":"Ann","role":"admin"},{"login":"ben","role":"Auditor","inactive":true},` +
		`{"login":"cai","role":"member"},{"login":"dan","role":"5"}],"unreadable":2}`
	for tool, arguments := range map[string]string{"list_org_members": `{"org":"o"}`, "list_enterprise_members": `{"enterprise":"e"}`} {
		result, _ := do(t, responds(200, rows), tools.Env{}, tool, arguments)
		require.False(t, result.IsError, text(t, result))
		assert.Equal(t, want, text(t, result), tool)
	}
}
