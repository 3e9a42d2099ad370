package sandbox_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

const cli = "/repos/openharbor/cli"

func (r response) isForbidden() {
	r.t.Helper()
	r.isError(400, 400, "FORBIDDEN", "CH.00000403 apig token has not permission to request url")
}

func TestUsers(t *testing.T) {
	t.Parallel()
	var names []string
	box := sandbox.New()
	for _, u := range sandbox.Users() {
		names = append(names, u.Name)
		assert.NotEmpty(t, u.Role, u.Name)
		if u.Name == sandbox.Me {
			assert.Equal(t, sandbox.Token, u.Token)
		} else {
			assert.Equal(t, sandbox.Token+"-"+u.Name, u.Token)
		}
		r := client{t, box, u.Token}.send("POST", "/repos/openharbor/issues", `{"repo":"cli","title":"New","body":""}`)
		assert.Equal(t, u.Name, r.object()["user"].(map[string]any)["login"])
	}
	assert.Equal(t, []string{"linwei", "zhaoqian", "sunli", "maria", "tomb", "guest"}, names)
}

// TestUsersAreDocumented checks the tables in the package comment and the README.
func TestUsersAreDocumented(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	for _, u := range sandbox.Users() {
		assert.Contains(t, string(doc), fmt.Sprintf("//\t%-8s  %-22s  %s\n", u.Name, u.Token, u.Role))
		assert.Contains(t, string(readme), fmt.Sprintf("| `%s` | `%s` | %s |\n", u.Name, u.Token, u.Role))
	}
}

func TestListsAreRelativeToTheUser(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for _, test := range []struct {
		user, path string
		want       []any
	}{
		{"sunli", "/user/issues", []any{"13", "5", "2", "1"}},
		{"sunli", "/user/issues?filter=created", []any{"13", "9"}},
		{"sunli", "/orgs/openharbor/issues?filter=all", []any{"13", "9", "5", "2", "1"}},
		{"maria", "/user/issues", []any{"4"}},
		{"guest", "/user/issues?filter=all", []any{}},
		{"guest", "/orgs/openharbor/issues?filter=all", []any{}},
	} {
		assert.Equal(t, test.want, c.as(test.user).get(test.path).column("number"), "%s %s", test.user, test.path)
	}
}

// TestNonMembers changes what a user who is not a member of openharbor/cli may
// and may not change. tomb wrote issue 3, but not issue 2.
func TestNonMembers(t *testing.T) {
	t.Parallel()
	const create, patch3, patch2 = "POST /repos/openharbor/issues", "PATCH /repos/openharbor/issues/3", "PATCH /repos/openharbor/issues/2"
	for _, test := range []struct {
		name, request, body string
		status              int // 0 if it is forbidden
	}{
		{"create", create, `{"repo":"cli","title":"New","body":""}`, 201},
		{"create a private issue", create, `{"repo":"cli","title":"New","body":"","security_hole":"true"}`, 201},
		{"create with an assignee", create, `{"repo":"cli","title":"New","body":"","assignee":"sunli"}`, 0},
		{"create with a milestone", create, `{"repo":"cli","title":"New","body":"","milestone":256077}`, 0},
		{"create with labels", create, `{"repo":"cli","title":"New","body":"","labels":"bug"}`, 0},
		{"text of one's own issue", patch3, `{"repo":"cli","title":"New","body":"New"}`, 200},
		{"close one's own issue", patch3, `{"repo":"cli","state":"close"}`, 200},
		{"assignee", patch3, `{"repo":"cli","assignee":"tomb"}`, 0},
		{"no assignee", patch3, `{"repo":"cli","assignee":""}`, 0},
		{"milestone", patch3, `{"repo":"cli","milestone":256077}`, 0},
		{"labels", patch3, `{"repo":"cli","labels":"bug"}`, 0},
		{"title of another's issue", patch2, `{"repo":"cli","title":"New"}`, 0},
		{"close another's issue", patch2, `{"repo":"cli","state":"close"}`, 0},
		{"comment", "POST " + cli + "/issues/2/comments", `{"body":"New"}`, 201},
		{"add labels", "POST " + cli + "/issues/3/labels", `["bug"]`, 0},
		{"remove a label", "DELETE " + cli + "/issues/3/labels/enhancement", "", 0},
		{"clear the labels", "DELETE " + cli + "/issues/3/labels", "", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, user := range []string{"tomb", "sunli"} { // sunli is a member
				c := newClient(t).as(user)
				before := c.get(cli + "/issues").Body.String()
				var method, path string
				fmt.Sscan(test.request, &method, &path)
				r := c.send(method, path, test.body)
				if user == "tomb" && test.status == 0 {
					r.isForbidden()
					assert.Equal(t, before, c.get(cli+"/issues").Body.String(), "nothing has changed")
				} else if test.status != 0 {
					assert.Equal(t, test.status, r.Code)
				} else if test.name != "create with labels" { // which nobody may
					assert.Less(t, r.Code, 300)
				}
			}
		})
	}
}

func TestOnlyMembersCanBeAssigned(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.send("PATCH", "/repos/openharbor/issues/2", `{"repo":"cli","assignee":"tomb,maria"}`)
	assert.Equal(t, []any{"maria"}, logins(c.get(cli + "/issues/2").object()["assignees"]))
}

func TestChangesOfComments(t *testing.T) {
	t.Parallel()
	c := newClient(t).as("maria")
	path := c.comment(portal, "10", "First")
	for user, allowed := range map[string]bool{"guest": false, "tomb": false, "sunli": false, "maria": true} {
		if r := c.as(user).send("PATCH", path, `{"body":"Second"}`); allowed {
			r.isEmpty(200)
		} else {
			r.isForbidden()
			c.as(user).send("DELETE", path, "").isForbidden()
		}
	}
	client{t, c.handler, sandbox.Token}.send("DELETE", path, "").isEmpty(204)
}

// TestPrivateIssues checks that a private issue exists only for members and its
// author. Issue 5 of openharbor/portal is private.
func TestPrivateIssues(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	guest := c.as("guest")
	id := c.id(portal + "/issues/5")
	comment := fmt.Sprintf("%s/issues/comments/%.0f", portal, c.get(portal + "/issues/5/comments").column("id")[0])
	for _, test := range []struct{ method, path, body, what string }{
		{"GET", portal + "/issues/5", "", "Issue"},
		{"GET", portal + "/issues/5/comments", "", "Issue"},
		{"GET", portal + "/issues/5/pull_requests", "", "Issue"},
		{"GET", "/repos/openharbor/issues/5/operate_logs?repo=portal", "", "Issue"},
		{"GET", fmt.Sprintf("/enterprises/harbor-tech/issues/%d", id), "", "Issue"},
		{"GET", fmt.Sprintf("/enterprises/harbor-tech/issues/%d/comments", id), "", "Issue"},
		{"GET", fmt.Sprintf("/enterprises/harbor-tech/issues/%d/labels", id), "", "Issue"},
		{"PATCH", "/repos/openharbor/issues/5", `{"repo":"portal","title":"New"}`, "Issue"},
		{"POST", portal + "/issues/5/comments", `{"body":"New"}`, "Issue"},
		{"POST", portal + "/issues/5/labels", `["bug"]`, "Issue"},
		{"GET", comment, "", "Note"},
		{"DELETE", comment, "", "Note"},
	} {
		guest.send(test.method, test.path, test.body).isNotFound(test.what)
	}
	for _, path := range []string{list, enterpriseList + "?per_page=100"} {
		assert.NotContains(t, guest.get(path).column("title"), "Titles are not escaped in the activity feed", path)
		assert.Contains(t, c.as("tomb").get(path).column("title"), "Titles are not escaped in the activity feed", path)
	}
	for name, count := range map[string]string{"total_count": "13", "all_issues": "13", "open_issues": "10", "close_issues": "3"} {
		assert.Equal(t, []string{count}, guest.get(list).Header()[name], name)
	}
	assert.Len(t, guest.get(portal+"/issues/comments").column("id"), 8)
	assert.Equal(t, "confidential", c.get(portal + "/issues/5").object()["visibility_reason"])

	guest.send("POST", "/repos/openharbor/issues", `{"repo":"portal","title":"New","body":"","security_hole":"true"}`)
	assert.Equal(t, "confidential", guest.get(portal + "/issues/15").object()["visibility_reason"], "its author sees it")
	c.send("PATCH", "/repos/openharbor/issues/15", `{"repo":"portal","security_hole":"false"}`)
	assert.Equal(t, "public", c.get(portal + "/issues/15").object()["visibility_reason"])
}

// TestUserIssuesHaveOnlyDetails checks that the list of a user's issues differs
// from the others.
func TestUserIssuesHaveOnlyDetails(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for path, flat := range map[string]bool{userList: false, list: true, orgList: true, enterpriseList: true} {
		for _, issue := range decode[[]map[string]any](c.get(path)) {
			for _, name := range []string{"issue_state", "issue_type"} {
				title := issue[name+"_detail"].(map[string]any)["title"]
				assert.NotEmpty(t, title)
				if flat {
					assert.Equal(t, title, issue[name], path)
				} else {
					assert.NotContains(t, issue, name, path)
				}
			}
			want := map[float64]string{0: "无优先级", 2: "主要"}[issue["priority"].(float64)]
			assert.Equal(t, want, issue["issue_priority_detail"].(map[string]any)["title"])
			assert.Contains(t, issue, "visibility_reason")
		}
	}
	assert.Equal(t, 2.0, c.get(portal + "/issues/13").object()["priority"])
}
