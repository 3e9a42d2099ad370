package sandbox_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestGetIssue(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	issue := c.get(portal + "/issues/2").object()
	for name, want := range map[string]any{
		"number":      "2",
		"state":       "open",
		"title":       "Upload of attachments over 8 MB times out",
		"html_url":    "https://gitcode.com/openharbor/portal/issues/2",
		"created_at":  "2026-09-08T15:30:00+08:00",
		"updated_at":  "2026-09-09T10:15:00+08:00",
		"finished_at": "",
		"milestone":   map[string]any{"number": 253899.0, "title": "v2.3", "state": "active", "html_url": "https://gitcode.com/openharbor/portal/milestones/4"},
		"issue_state": "进行中",
		"issue_type":  "缺陷",
		"comments":    1.0,
		"priority":    0.0,

		"issue_state_detail":    map[string]any{"title": "进行中", "serial": 1.0, "id": 221.0},
		"issue_type_detail":     map[string]any{"title": "缺陷", "id": 630.0, "is_system": true},
		"issue_priority_detail": map[string]any{"id": "0", "title": "无优先级"},
		"visibility_reason":     "public",
	} {
		assert.Equal(t, want, issue[name], name)
	}
	assert.IsType(t, 0.0, issue["id"])
	assert.Equal(t, "openharbor / portal", issue["repository"].(map[string]any)["full_name"])
	assert.Equal(t, []any{"sunli", "linwei"}, logins(issue["assignees"]))
	assert.Equal(t, issue["assignees"].([]any)[0], issue["assignee"])
	user := issue["user"].(map[string]any)
	assert.Equal(t, "maria", user["login"])
	assert.Equal(t, "303745", user["id"])
	assert.Contains(t, user, "followers_url")
	assert.Nil(t, user["followers_url"])

	issue = c.get(portal + "/issues/8").object()
	assert.Equal(t, "closed", issue["state"])
	assert.Equal(t, "已拒绝", issue["issue_state"])
	assert.Equal(t, "2026-09-25T19:00:00+08:00", issue["finished_at"])
	assert.Equal(t, []any{}, issue["assignees"])
	assert.Contains(t, issue, "assignee")
	assert.Nil(t, issue["assignee"])

	assert.Equal(t, "2", c.get("/repos/OpenHarbor/Portal/issues/2").object()["number"], "owners and repositories ignore case")
	c.get(portal + "/issues/two").isBadParameter("number")
}

func logins(users any) []any {
	logins := []any{}
	for _, u := range users.([]any) {
		logins = append(logins, u.(map[string]any)["login"])
	}
	return logins
}

func labels(issue map[string]any) []any {
	names := []any{}
	for _, l := range issue["labels"].([]any) {
		names = append(names, l.(map[string]any)["name"])
	}
	return names
}

func TestCreateIssue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t)
		r := c.send("POST", "/repos/openharbor/issues", `{"repo":"portal","title":"New","body":"Text","assignee":"maria,nobody, tomb","milestone":254120,"security_hole":"true"}`)
		assert.Equal(t, 201, r.Code)
		created := r.object()
		assert.Equal(t, "15", created["number"])
		assert.Equal(t, "Text", created["body"])
		assert.Equal(t, "linwei", created["user"].(map[string]any)["login"])
		assert.Equal(t, "maria", created["assignee"].(map[string]any)["login"])
		isWritten(t, created)
		assert.Equal(t, "2000-01-01T08:00:00+08:00", created["created_at"])
		read := c.get(portal + "/issues/15").object()
		assert.Equal(t, []any{"maria", "tomb"}, logins(read["assignees"]), "unknown assignees are dropped")
		assert.Equal(t, "v2.4", read["milestone"].(map[string]any)["title"])
		assert.Equal(t, "待办的", read["issue_state"])
		assert.Equal(t, "任务", read["issue_type"])
		assert.Equal(t, "confidential", read["visibility_reason"])
		assert.NotContains(t, read, "security_hole")
		for name, value := range created {
			assert.Equal(t, value, read[name], name)
		}

		created = c.send("POST", "/repos/openharbor/issues", `{"repo":"portal","title":"New","body":"","assignee":"nobody","milestone":4}`).object()
		assert.Equal(t, "16", created["number"])
		assert.Nil(t, created["assignee"])
		assert.Nil(t, c.get(portal + "/issues/16").object()["milestone"], "unknown milestones are dropped, as is the number in a milestone's address")
	})
}

// isWritten checks that an issue has only the members of responses to writes.
func isWritten(t *testing.T, issue map[string]any) {
	t.Helper()
	for _, name := range []string{"milestone", "assignees", "security_hole", "visibility_reason", "issue_state", "issue_state_detail"} {
		assert.NotContains(t, issue, name)
	}
	assert.Contains(t, issue, "assignee")
}

func TestCreateIssueRejects(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	create := func(body string) response { return c.send("POST", "/repos/openharbor/issues", body) }
	create(`{"repo":"portal","title":"New","body":"","labels":"bug"}`).isError(400, 400, "FORBIDDEN", "CH.00000403 apig token has not permission to request url")
	create(`{"repo":"portal","title":" ","body":""}`).isBadParameter("title")
	create(`{"repo":"portal","title":"New"}`).isBadParameter("body")
	create(`repo=portal&title=New&body=`).isBadParameter("body") // a form without its content type
	create(`{"repo":"portal","title":"New","body":"","milestone":"v2.3"}`).isBadParameter("milestone")
	create(`{"repo":"portal","title":"`+strings.Repeat("题", 256)+`","body":""}`).isError(422, 422, "UNPROCESSABLE_ENTITY", "title is too long (maximum is 255 characters)")
	assert.Len(t, c.get(portal+"/issues").column("number"), 14, "nothing was created")
	assert.Equal(t, 201, create(`{"repo":"portal","title":"`+strings.Repeat("题", 255)+`","body":""}`).Code)
}

func TestUpdateIssue(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, body string // issue 2 is open, of milestone v2.3, with the label bug, assigned to sunli and linwei
		want       map[string]any
	}{
		{"nothing", `{}`, nil},
		{"title", `{"title":"New"}`, map[string]any{"title": "New"}},
		{"body", `{"body":"New"}`, map[string]any{"body": "New"}},
		{"empty body", `{"body":""}`, map[string]any{"body": ""}},
		{"close", `{"state":"close"}`, map[string]any{"state": "closed", "issue_state": "已完成", "finished_at": "2000-01-01T08:00:00+08:00"}},
		{"reopen", `{"state":"reopen"}`, map[string]any{"state": "open", "issue_state": "待办的"}},
		{"assignees", `{"assignee":"tomb,maria"}`, map[string]any{"assignees": []any{"tomb", "maria"}}},
		{"a known and an unknown assignee", `{"assignee":"nobody,tomb"}`, map[string]any{"assignees": []any{"tomb"}}},
		{"unknown assignees only", `{"assignee":"nobody"}`, nil},
		{"no assignee", `{"assignee":""}`, map[string]any{"assignees": []any{}}},
		{"labels", `{"labels":"question,kind/security"}`, map[string]any{"labels": []any{"question", "kind/security"}}},
		{"an unknown label, which is created", `{"labels":"question,nothing"}`, map[string]any{"labels": []any{"question", "nothing"}}},
		{"no labels", `{"labels":""}`, map[string]any{"labels": []any{}}},
		{"milestone", `{"milestone":249511}`, map[string]any{"milestone": "积压"}},
		{"unknown milestone", `{"milestone":99}`, nil},
		{"number in a milestone's address", `{"milestone":5}`, nil},
		{"null milestone", `{"milestone":null}`, nil},
		{"empty milestone", `{"milestone":""}`, map[string]any{"milestone": nil}},
		{"privacy", `{"security_hole":"true"}`, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newClient(t)
				want := summary(c.get(portal + "/issues/2").object())
				maps.Copy(want, test.want)
				r := c.send("PATCH", "/repos/openharbor/issues/2", `{"repo":"portal",`+test.body[1:])
				if test.body == "{}" {
					r = c.send("PATCH", "/repos/openharbor/issues/2", `{"repo":"portal"}`)
				}
				assert.Equal(t, 200, r.Code)
				written := r.object()
				isWritten(t, written)
				for _, name := range []string{"title", "body", "state", "finished_at"} {
					assert.Equal(t, want[name], written[name])
				}
				assert.Equal(t, want["labels"], labels(written))
				assert.Equal(t, want, summary(c.get(portal+"/issues/2").object()))
			})
		})
	}
}

// summary reduces an issue to the members an update changes.
func summary(issue map[string]any) map[string]any {
	s := map[string]any{"assignees": logins(issue["assignees"]), "labels": labels(issue), "milestone": nil}
	for _, name := range []string{"title", "body", "state", "issue_state", "finished_at"} {
		s[name] = issue[name]
	}
	if m, ok := issue["milestone"].(map[string]any); ok {
		s["milestone"] = m["title"]
	}
	return s
}

func TestCloseAndReopen(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	update := func(state string) response {
		return c.send("PATCH", "/repos/openharbor/issues/2", `{"repo":"portal","title":"New","state":"`+state+`"}`)
	}
	for _, state := range []string{"closed", "open", "opened", "CLOSE"} {
		update(state).isError(400, 1000, "PARAMETER_ERROR", "state does not have a valid value, it must be close or reopen")
		assert.NotEqual(t, "New", c.get(portal + "/issues/2").object()["title"], state)
	}
	assert.Equal(t, "closed", update("close").object()["state"])
	assert.NotEmpty(t, c.get(portal + "/issues/2").object()["finished_at"])
	assert.Equal(t, "open", update("reopen").object()["state"])
	assert.Empty(t, c.get(portal + "/issues/2").object()["finished_at"], "reopening clears the time")
	c.send("PATCH", "/repos/openharbor/issues/2", `{"repo":"portal","title":"`+strings.Repeat("x", 256)+`"}`).isError(422, 422, "UNPROCESSABLE_ENTITY", "title is too long (maximum is 255 characters)")
	c.send("PATCH", "/repos/openharbor/issues/2", `{"repo":"portal","milestone":"v2.3"}`).isBadParameter("milestone")
	c.send("PATCH", "/repos/openharbor/issues/two", `{"repo":"portal"}`).isBadParameter("number")
	c.send("PATCH", "/repos/openharbor/issues/2", "repo=portal").isBadParameter("body")
}

func TestOperateLogs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t)
		const path = "/repos/openharbor/issues/2/operate_logs?repo=portal"
		assert.Equal(t, []any{"add_issue_mr_link", "add_issue_mr_link", "label", "create"}, c.get(path).column("action_type"))
		link := decode[[]map[string]any](c.get(path))[0]
		assert.Equal(t, "Create issue mr links: **Raise the proxy's read timeout** #12", link["content"])
		assert.Equal(t, "proxy-timeout", link["head"].(map[string]any)["ref"])
		assert.Equal(t, "main", link["base"].(map[string]any)["ref"])
		assert.Equal(t, fmt.Sprint(c.id(portal+"/issues/2")), link["issue_id"])

		c.send("PATCH", "/repos/openharbor/issues/2", `{"repo":"portal","title":"New","body":"New","state":"close","assignee":"tomb","labels":"bug","milestone":254120}`)
		c.send("PATCH", "/repos/openharbor/issues/2", `{"repo":"portal","state":"reopen","milestone":""}`)
		c.send("POST", portal+"/issues/2/labels", `["question"]`)
		c.send("DELETE", portal+"/issues/2/labels/question", "")
		c.send("DELETE", portal+"/issues/2/labels", "")
		contents := c.get(path).column("content")
		assert.Equal(t, []any{
			"removed all labels", "removed label question", "added label question", "removed milestone", "reopened the issue",
			"changed milestone to v2.4", "changed labels to bug", "changed assignees to tomb", "changed the description", "changed title to New", "closed the issue",
		}, contents[:len(contents)-4])
		newest := decode[[]map[string]any](c.get(path))[0]
		assert.Equal(t, "linwei", newest["user"].(map[string]any)["login"])
		assert.Equal(t, "2000-01-01T08:00:00+08:00", newest["update_at"])
		assert.Nil(t, newest["head"])
	})
}

func TestPullRequests(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	path := portal + "/issues/2/pull_requests"
	assert.Equal(t, []any{"open", "merged"}, c.get(path).column("state"))
	assert.Equal(t, []any{9.0, 12.0}, c.get(path).column("number"))
	assert.Equal(t, []any{"https://gitcode.com/openharbor/portal/merge_requests/9", "https://gitcode.com/sunli/portal/merge_requests/12"}, c.get(path).column("html_url"))
	assert.NotContains(t, c.get(path).Body.String(), "can_merge_check")
	assert.Equal(t, []any{true, false}, c.get(path+"?mode=1").column("can_merge_check"))
	assert.Equal(t, []any{}, c.get(portal+"/issues/1/pull_requests").column("number"))
}

func TestEnterpriseIssue(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	path := fmt.Sprintf("/enterprises/harbor-tech/issues/%d", c.id(portal+"/issues/5"))
	assert.Equal(t, c.get(portal+"/issues/5").object(), c.get(path).object())
	assert.Equal(t, c.get(portal+"/issues/5/comments").Body.String(), c.get(path+"/comments").Body.String())
	assert.Equal(t, []any{"bug", "kind/security", "priority/high"}, c.get(path+"/labels").column("name"))

	page := c.get(path + "/labels?per_page=2&page=2")
	assert.Equal(t, []any{"priority/high"}, page.column("name"))
	hasTotals(t, page.ResponseRecorder, "3", "2")
	c.get(path + "/labels?per_page=x").isBadParameter("per_page")
	c.get("/enterprises/harbor-tech/issues/five").isBadParameter("number")
	c.get("/enterprises/harbor-tech/issues/1/labels").isNotFound("Issue")
	c.get("/enterprises/harbor-tech/issues/1/comments").isNotFound("Issue")
}

// hasTotals checks the totals of a list.
func hasTotals(t *testing.T, w *httptest.ResponseRecorder, count, pages string) {
	t.Helper()
	require.Equal(t, 200, w.Code)
	hasHeader(t, w, "total_count", count)
	hasHeader(t, w, "total_page", pages)
}

// hasHeader checks a header whose name is not canonical, so that Header.Get does
// not find it.
func hasHeader(t *testing.T, w interface{ Header() http.Header }, name, value string) {
	t.Helper()
	assert.Equal(t, []string{value}, w.Header()[name], name)
}
