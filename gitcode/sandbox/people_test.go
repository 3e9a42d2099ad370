package sandbox_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

const (
	orgMembers        = "/orgs/openharbor/members"
	enterpriseMembers = "/enterprises/harbor-tech/members"
)

func TestMembers(t *testing.T) {
	t.Parallel()
	c := newClient(t).as("guest")
	rows := decode[[]map[string]any](c.get(orgMembers))
	assert.Equal(t, []any{"linwei", "zhaoqian", "sunli", "maria", "tomb"}, c.get(orgMembers).column("login"))
	assert.Equal(t, "admin", rows[0]["member_role"])
	assert.Equal(t, "member", rows[1]["member_role"])
	assert.Equal(t, []any{"linwei"}, c.get(orgMembers+"?role=admin").column("login"))
	assert.Len(t, c.get(orgMembers+"?role=member").column("login"), 4)
	page := c.get(orgMembers + "?role=all&per_page=2&page=2")
	assert.Equal(t, []any{"sunli", "maria"}, page.column("login"))
	hasHeader(t, page, "total_count", "5")
	c.get(orgMembers + "?role=owner").isBadParameter("role")
	c.get("/orgs/linwei/members").isNotFound("Group")

	rows = decode[[]map[string]any](c.get(enterpriseMembers))
	assert.Len(t, rows, 5)
	assert.Equal(t, "admin", rows[0]["role"])
	assert.NotContains(t, rows[0], "login")
	assert.Equal(t, "linwei", rows[0]["user"].(map[string]any)["login"])
	assert.Equal(t, "65f96506b3a9e652", rows[0]["user"].(map[string]any)["id"])
	assert.Equal(t, 303745.0, rows[3]["user"].(map[string]any)["id"])
	c.get("/enterprises/nowhere/members").isNotFound("Enterprise")
}

func TestSearchUsers(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for _, test := range []struct {
		query string
		want  []any
	}{
		{"q=LIN", []any{"linwei"}},
		{"q=%E8%B5%B5", []any{"zhaoqian"}},
		{"q=o", []any{"zhaoqian", "maria", "tomb"}},
		{"q=o&sort=joined_at", []any{"tomb", "maria", "zhaoqian"}},
		{"q=o&sort=joined_at&order=asc", []any{"zhaoqian", "maria", "tomb"}},
		{"q=o&per_page=2&page=2", []any{"maria", "tomb"}}, // which overlaps the first
		{"q=nobody", []any{}},
	} {
		assert.Equal(t, test.want, c.get("/search/users?"+test.query).column("login"), test.query)
	}
	for _, parameter := range []string{"q", "page", "per_page", "sort"} {
		query := map[string]string{"q": "x", "page": "1", "per_page": "50", "sort": ""}
		query[parameter] = map[string]string{"page": "101", "per_page": "51", "sort": "login"}[parameter]
		c.get(fmt.Sprintf("/search/users?q=%s&page=%s&per_page=%s&sort=%s", query["q"], query["page"], query["per_page"], query["sort"])).isBadParameter(parameter)
	}
}
