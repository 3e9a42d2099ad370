package sandbox_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestListRepoLabels(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	labels := decode[[]map[string]any](c.get(portal + "/labels"))
	require.Len(t, labels, 10)
	ids := []any{}
	descriptions := map[string]any{}
	for _, label := range labels {
		ids = append(ids, label["id"])
		if description, found := label["description"]; found {
			descriptions[label["name"].(string)] = description
		}
	}
	assert.Equal(t, map[string]any{"name": "needs-info", "color": "#CFD240", "text_color": "#FFFFFF", "id": ids[0], "repository_id": 340001.0, "description": "Waiting for the author's answer"}, labels[0])
	assert.Equal(t, map[string]any{
		"bug": "Something does not work", "wontfix": "不予处理", "priority/high": "Fix before the next release", "needs-info": "Waiting for the author's answer",
	}, descriptions)
	for _, label := range c.get(portal + "/issues/1").object()["labels"].([]any) {
		assert.NotContains(t, label, "description", "only the repository's list has descriptions")
		assert.Contains(t, ids, label.(map[string]any)["id"])
	}

	c.send("POST", portal+"/issues/1/labels", `["typo"]`)
	assert.Equal(t, []any{"typo", "needs-info"}, c.get(portal + "/labels").column("name")[:2], "the latest first")
	assert.NotContains(t, c.get(cli+"/labels").column("name"), "typo")
	c.get("/repos/openharbor/nowhere/labels").isNotFound("Project")
}

func TestRepoLabelPaging(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	names := ""
	for i := range 95 {
		names += `,"x` + string(rune('0'+i/10)) + string(rune('0'+i%10)) + `"`
	}
	c.send("POST", notes+"/issues/1/labels", `[`+names[1:]+`]`)
	r := c.get(notes + "/labels")
	assert.Len(t, r.column("name"), 100)
	hasTotals(t, r.ResponseRecorder, "105", "2")
	assert.Equal(t, []any{"documentation", "enhancement", "bug"}, c.get(notes + "/labels?page=2").column("name")[2:])
	assert.Equal(t, []any{"x94", "x93"}, c.get(notes+"/labels?per_page=2").column("name"))
	c.get(notes + "/labels?per_page=101").isBadParameter("per_page")
	c.get(notes + "/labels?page=0").isBadParameter("page")
}

func TestListMilestones(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	rows := decode[[]map[string]any](c.get(portal + "/milestones?state=all"))
	require.Len(t, rows, 4)
	assert.Equal(t, map[string]any{
		"number": 253899.0, "title": "v2.3", "description": "稳定性与安全修复", "due_on": "2026-11-30", "state": "active", "open_issues": 4.0, "closed_issues": 0.0,
		"repository_id": 340001.0, "created_at": "2026-08-24T10:00:00+08:00", "updated_at": "2026-08-24T10:00:00+08:00", "url": "https://gitcode.com/openharbor/portal/milestones/4",
	}, rows[0])
	assert.Equal(t, map[string]any{
		"number": 251306.0, "title": "v2.2", "description": "", "due_on": "2026-08-31", "state": "closed", "open_issues": 0.0, "closed_issues": 0.0,
		"repository_id": 340001.0, "created_at": "2026-07-06T10:00:00+08:00", "updated_at": "2026-09-01T09:00:00+08:00", "url": "https://gitcode.com/openharbor/portal/milestones/3",
	}, rows[3])
	for _, test := range []struct {
		path string
		want []any // titles
	}{
		{portal + "/milestones", []any{"v2.3", "v2.4", "积压"}},
		{portal + "/milestones?state=open", []any{"v2.3", "v2.4", "积压"}},
		{portal + "/milestones?state=closed", []any{"v2.2"}},
		{portal + "/milestones?sort=due_on", []any{"积压", "v2.3", "v2.4"}},
		{portal + "/milestones?sort=due_on&state=all&direction=desc", []any{"v2.4", "v2.3", "v2.2", "积压"}},
		{portal + "/milestones?per_page=2&page=2", []any{"积压"}},
		{cli + "/milestones", []any{"v1.0"}},
		{notes + "/milestones", []any{}},
	} {
		assert.Equal(t, test.want, c.get(test.path).column("title"), test.path)
	}
	assert.Equal(t, []any{"2026-11-30", "2027-01-31", nil}, c.get(portal+"/milestones").column("due_on"))
	hasTotals(t, c.get(portal+"/milestones?per_page=2").ResponseRecorder, "3", "2")
	for query, parameter := range map[string]string{"state=active": "state", "sort=title": "sort", "page=x": "page", "per_page=101": "per_page"} {
		c.get(portal + "/milestones?" + query).isBadParameter(parameter)
	}
	c.get("/repos/openharbor/nowhere/milestones").isNotFound("Project")
}

func TestMilestoneCounts(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	assert.Equal(t, []any{3.0, 3.0, 2.0}, c.as("guest").get(portal+"/milestones").column("open_issues"), "not the private issue 5")
	c.send("PATCH", "/repos/openharbor/issues/1", `{"repo":"portal","state":"close"}`)
	c.send("PATCH", "/repos/openharbor/issues/2", `{"repo":"portal","milestone":251306}`)
	r := c.get(portal + "/milestones?state=all")
	assert.Equal(t, []any{2.0, 3.0, 2.0, 1.0}, r.column("open_issues"))
	assert.Equal(t, []any{1.0, 0.0, 0.0, 0.0}, r.column("closed_issues"))
	assert.Equal(t, map[string]any{"number": 251306.0, "title": "v2.2", "state": "closed", "html_url": "https://gitcode.com/openharbor/portal/milestones/3"}, c.get(portal + "/issues/2").object()["milestone"])
}

func TestListCollaborators(t *testing.T) {
	t.Parallel()
	c := newClient(t).as("guest")
	rows := decode[[]map[string]any](c.get(cli + "/collaborators"))
	usernames, admins := []any{}, []any{}
	for _, row := range rows {
		assert.NotContains(t, row, "login")
		permissions := row["permissions"].(map[string]any)
		usernames, admins = append(usernames, row["username"]), append(admins, permissions["admin"])
		assert.Contains(t, permissions, "push")
		assert.Nil(t, permissions["push"])
	}
	assert.Equal(t, []any{"linwei", "zhaoqian", "sunli", "maria"}, usernames)
	assert.Equal(t, []any{true, false, false, false}, admins)
	nulls := 0
	for name, value := range rows[3] {
		if value == nil {
			nulls++
			delete(rows[3], name)
		}
	}
	assert.Equal(t, 17, nulls)
	delete(rows[3], "permissions")
	assert.Equal(t, map[string]any{"id": "303745", "username": "maria", "name": "Maria Soto", "type": "ProjectMember", "web_url": "https://gitcode.com/maria"}, rows[3])

	page := c.get(portal + "/collaborators?per_page=2&page=3")
	assert.Equal(t, []any{"tomb"}, page.column("username"))
	hasTotals(t, page.ResponseRecorder, "5", "3")
	assert.Equal(t, []any{"linwei"}, c.get(notes+"/collaborators").column("username"))
	c.get(cli + "/collaborators?page=0").isBadParameter("page")
	c.get("/repos/openharbor/nowhere/collaborators").isNotFound("Project")
}

func TestGetUser(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	assert.Equal(t, "linwei", c.get("/user").object()["login"])
	assert.Equal(t, map[string]any{
		"id": "303747", "login": "guest", "name": "Gus Estrada", "type": "User", "html_url": "https://gitcode.com/guest", "url": "https://api.gitcode.com/api/v5/guest",
		"avatar_url": "https://cdn-img.gitcode.com/303747.png", "followers_url": "https://api.gitcode.com/api/v5/users/guest/followers", "email": "guest@example.com",
		"bio": "", "blog": "", "company": "", "followers": 0.0, "following": 0.0, "top_languages": []any{},
	}, c.as("guest").get("/user").object())
}

// TestExtendSettings checks that the ids are those that issues show.
func TestExtendSettings(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	types := decode[[]map[string]any](c.get("/orgs/openharbor/issue/extend/settings"))
	require.Len(t, types, 3)
	statuses := types[1]["status"]
	assert.Equal(t, map[string]any{"type_id": 630.0, "type_name": "缺陷", "type_desc": "与预期不符的行为", "status": []any{
		map[string]any{"status_id": 220.0, "status_name": "待办的", "status_desc": "尚未开始处理", "gitcode_issue_status": 0.0},
		map[string]any{"status_id": 221.0, "status_name": "进行中", "status_desc": "已有人处理，尚未完成", "gitcode_issue_status": 0.0},
		map[string]any{"status_id": 222.0, "status_name": "已完成", "status_desc": "", "gitcode_issue_status": 1.0},
		map[string]any{"status_id": 223.0, "status_name": "已拒绝", "status_desc": "不予处理", "gitcode_issue_status": 1.0},
	}}, types[1])
	for n, name := range []string{"任务", "缺陷", "需求"} {
		assert.Equal(t, name, types[n]["type_name"])
		assert.Equal(t, statuses, types[n]["status"])
	}
	issue := c.get(portal + "/issues/1").object()
	assert.Equal(t, types[1]["type_id"], issue["issue_type_detail"].(map[string]any)["id"])
	assert.Equal(t, 221.0, issue["issue_state_detail"].(map[string]any)["id"])
	for _, org := range []string{"linwei", "nowhere", "harbor-tech"} {
		c.get("/orgs/" + org + "/issue/extend/settings").isNotFound("Group")
	}
}

func TestEnterpriseStatuses(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	assert.Equal(t, []map[string]any{
		{"name": "待办的", "desc": "尚未开始处理"}, {"name": "进行中", "desc": "已有人处理，尚未完成"}, {"name": "已完成", "desc": ""}, {"name": "已拒绝", "desc": "不予处理"},
	}, decode[[]map[string]any](c.get("/enterprises/harbor-tech/issue/statuses")))
	c.get("/enterprises/openharbor/issue/statuses").isNotFound("Enterprise")
}
