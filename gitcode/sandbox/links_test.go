package sandbox_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

const pull13 = "/repos/openharbor/portal/pulls/13/issues"

func TestLinks(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	assert.Empty(t, c.get(pull13).column("number"))
	assert.Equal(t, []any{"9"}, c.send("POST", pull13, `[9,99]`).column("number"), "an unknown issue is ignored")
	assert.Equal(t, []any{"2", "9"}, c.send("POST", pull13, `[2,9]`).column("number"), "all that are linked")
	page := c.get(pull13 + "?per_page=1&page=2")
	assert.Equal(t, []any{"9"}, page.column("number"))
	assert.NotContains(t, page.Header(), "total_count")
	assert.Equal(t, []any{"https://api.gitcode.com/api/v5" + portal + "/issues/9"}, page.column("url"))
	assert.Equal(t, []any{"add_issue_mr_link", "label", "create"}, c.get("/repos/openharbor/issues/9/operate_logs?repo=portal").column("action_type"), "once")
	assert.Equal(t, []any{9.0, 12.0, 13.0}, c.get(portal+"/issues/2/pull_requests").column("number"))

	assert.Equal(t, []any{"2", "9"}, c.send("DELETE", pull13, `[2,1]`).column("number"), "those that were linked before")
	assert.Equal(t, []any{"9"}, c.get(pull13).column("number"))
	assert.Equal(t, []any{9.0, 12.0}, c.get(portal+"/issues/2/pull_requests").column("number"))

	for _, method := range []string{"POST", "DELETE"} {
		c.send(method, pull13, `{"numbers":[9]}`).isBadParameter("issues")
		c.as("guest").send(method, pull13, `[9]`).isForbidden()
		c.send(method, "/repos/openharbor/portal/pulls/99/issues", `[9]`).isNotFound("MergeRequest")
	}
	c.get("/repos/openharbor/portal/pulls/x/issues").isBadParameter("number")
	c.get("/repos/openharbor/nowhere/pulls/13/issues").isNotFound("Project")
	pull11 := "/repos/openharbor/portal/pulls/11/issues"
	assert.Equal(t, []any{"5"}, c.get(pull11).column("number"))
	assert.Empty(t, c.as("guest").get(pull11).column("number"), "a private issue")
}

func TestRelatedBranches(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	path := portal + "/issues/2/related_branches"
	assert.JSONEq(t, `["fix/upload-timeout"]`, c.get(path).Body.String())
	assert.JSONEq(t, `["main","fix/csv-bom"]`, c.send("PUT", path, `{"branch_names":["main","nope","fix/csv-bom"]}`).Body.String(), "an unknown branch is ignored")
	assert.JSONEq(t, `["main","fix/csv-bom"]`, c.get(path).Body.String())
	c.send("PUT", path, `["main"]`).isBadParameter("branch_names")
	c.send("PUT", path, `{}`).isBadParameter("branch_names")
	c.as("guest").send("PUT", path, `{"branch_names":[]}`).isForbidden()
	assert.JSONEq(t, `[]`, c.send("PUT", path, `{"branch_names":[]}`).Body.String())
	assert.Equal(t, "null\n", c.get(portal+"/issues/1/related_branches").Body.String())
}

func TestEnterprisePullRequests(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	id := c.id(portal + "/issues/2")
	rows := c.get(fmt.Sprintf("/enterprises/harbor-tech/issues/%d/pull_requests", id))
	assert.Equal(t, []any{9.0, 12.0}, rows.column("number"))
	assert.Equal(t, []any{true, false}, rows.column("can_merge_check"))
	c.get("/enterprises/harbor-tech/issues/1/pull_requests").isNotFound("Issue")
}
