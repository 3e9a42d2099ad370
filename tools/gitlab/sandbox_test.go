package gitlab_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	toolset "gitcode.com/gitcode-mcp/gitcode-mcp/tools/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

// onSandbox returns a function that calls a tool as a user of a sandbox, and reports
// whether it failed.
func onSandbox(t *testing.T, box *sandbox.Sandbox) func(user, tool, arguments string) (string, bool) {
	t.Helper()
	url := toolstest.Serve(t, box) + sandbox.Prefix
	c, err := api.New(api.Config{BaseURL: url, Rates: rest.Unlimited, MaxWait: -1})
	require.NoError(t, err)
	all := toolset.Tools(c, settings(t))
	return func(user, tool, arguments string) (string, bool) {
		token := sandbox.Token
		if user != sandbox.Me {
			token += "-" + user
		}
		result, _ := toolstest.Named(t, all, tool).Call(c.WithToken(t.Context(), token), tools.Env{MaxResult: 60_000}, json.RawMessage(arguments))
		return text(t, result), result.IsError
	}
}

// TestEveryToolOnTheSandbox creates an incident, reads it back, changes, lists,
// tracks, illustrates, copies, moves, promotes and deletes it.
func TestEveryToolOnTheSandbox(t *testing.T) {
	t.Parallel()
	run, used := onSandbox(t, sandbox.New()), map[string]bool{}
	as := func(user, tool, arguments string) string {
		t.Helper()
		used[tool] = true
		answer, failed := run(user, tool, arguments)
		require.False(t, failed, answer)
		require.NotContains(t, answer, `"warnings"`, tool)
		t.Log(answer)
		return answer
	}
	do := func(tool, arguments string) string {
		t.Helper()
		return as(sandbox.Me, tool, arguments)
	}
	const portal = `"id":"harborlab/portal"`
	answer := do("gitlab_create_issue", `{`+portal+`,"title":"Uploads stop","description":"At 2 GB.","labels":["bug"],"assignee_ids":["devi"],"milestone_id":"v2.1","due_date":"2027-01-29","weight":3,"issue_type":"incident"}`)
	assert.Contains(t, answer, `"title":"Uploads stop","state":"open","type":"incident","labels":["bug"],"assignees":["devi"],"milestone":{"id":`)
	assert.Contains(t, answer, `"title":"v2.1"},"due_date":"2027-01-29","weight":3,"url":"http`)
	var created struct{ IID int }
	require.NoError(t, json.Unmarshal([]byte(answer), &created))
	issue := fmt.Sprintf(`%s,"issue_iid":%d`, portal, created.IID)

	answer = do("gitlab_get_issue", `{`+issue+`}`)
	for _, member := range []string{`"title":"Uploads stop"`, `"description":"At 2 GB."`, `"author":"olga"`, `"labels":["bug"]`, `"assignees":["devi"]`, `"type":"incident"`, `"subscribed":true`} {
		assert.Contains(t, answer, member)
	}
	var read struct{ ID int64 }
	require.NoError(t, json.Unmarshal([]byte(answer), &read))
	assert.Contains(t, as("ada", "gitlab_get_issue_by_id", fmt.Sprintf(`{"id":%d}`, read.ID)), fmt.Sprintf(`{"iid":%d,"project":"harborlab/portal","id":%d,"title":"Uploads stop"`, created.IID, read.ID))
	assert.Contains(t, as("ada", "gitlab_get_user_agent_detail", `{`+issue+`}`), `"user_agent":`)

	answer = do("gitlab_update_issue", `{`+issue+`,"edits":[{"old":"2 GB","new":"3 GB"}],"append":"Seen in 1.0.","add_labels":["priority::1"],"milestone_id":"","weight":""}`)
	assert.Contains(t, answer, `"labels":["bug","priority::1"]`)
	assert.Contains(t, answer, `"diff":"@@ line 1\n-At 2 GB.\n+At 3 GB.\n+Seen in 1.0."`)
	assert.NotContains(t, answer, `"milestone"`)
	assert.NotContains(t, answer, `"weight"`)
	assert.Contains(t, do("gitlab_update_issue", `{`+issue+`,"edits":[{"old":"3 GB","new":"3 GB"}]}`), `"unchanged":true`)
	answer = do("gitlab_update_issue", `{`+issue+`,"labels":[],"assignee_ids":[],"due_date":""}`)
	assert.Contains(t, answer, `"labels":[],"assignees":[],"url"`)
	assert.Contains(t, answer, `"previous_labels":["bug","priority::1"],"previous_assignees":["devi"]`)

	assert.Contains(t, do("gitlab_unsubscribe", `{`+issue+`}`), `"subscribed":false}`)
	assert.Contains(t, do("gitlab_unsubscribe", `{`+issue+`}`), `"subscribed":false,"already":true}`)
	assert.Contains(t, do("gitlab_subscribe", `{`+issue+`}`), `"subscribed":true}`)
	assert.Contains(t, do("gitlab_create_todo", `{`+issue+`}`), `"todo":true}`)
	assert.Contains(t, do("gitlab_create_todo", `{`+issue+`}`), `"todo":true,"already":true}`)
	assert.Contains(t, do("gitlab_list_participants", `{`+issue+`}`), `{"username":"olga"`)
	assert.Contains(t, do("gitlab_list_related_merge_requests", `{`+portal+`,"issue_iid":1}`), `"state":"merged"`)
	assert.Contains(t, do("gitlab_list_closing_merge_requests", `{`+portal+`,"issue_iid":1}`), `"source_branch":"devi/offline"`)

	assert.Contains(t, do("gitlab_set_time_estimate", `{`+issue+`,"duration":"3h30m"}`), `"time_estimate":"3h 30m","time_spent":"0"`)
	assert.Contains(t, do("gitlab_add_spent_time", `{`+issue+`,"duration":"1h 30m","summary":"Logs"}`), `"time_spent":"1h 30m"`)
	assert.Contains(t, do("gitlab_add_spent_time", `{`+issue+`,"duration":"-30m"}`), `"time_spent":"1h"`)
	assert.Contains(t, do("gitlab_get_time_stats", `{`+issue+`}`), `{"time_estimate":"3h 30m","time_spent":"1h"}`)
	assert.Contains(t, do("gitlab_reset_time_estimate", `{`+issue+`}`), `"time_estimate":"0","time_spent":"1h"`)
	assert.Contains(t, do("gitlab_reset_spent_time", `{`+issue+`}`), `"time_estimate":"0","time_spent":"0"`)

	answer = do("gitlab_upload_metric_image", `{`+issue+`,"file":"graphs/file.png","url":"https://harborlab.example/graph","url_text":"Graph"}`)
	assert.Contains(t, answer, `"filename":"file.png","file_path":"/uploads/`)
	var image struct{ ID int64 }
	require.NoError(t, json.Unmarshal([]byte(answer), &image))
	reference := fmt.Sprintf(`%s,"image_id":%d`, issue, image.ID)
	assert.Contains(t, do("gitlab_update_metric_image", `{`+reference+`,"url_text":"Latency"}`), `"url_text":"Latency"`)
	assert.Contains(t, do("gitlab_list_metric_images", `{`+issue+`}`), `"url":"https://harborlab.example/graph","url_text":"Latency"`)
	do("gitlab_delete_metric_image", `{`+reference+`}`)
	assert.JSONEq(t, `{"rows":[]}`, do("gitlab_list_metric_images", `{`+issue+`}`))

	row := fmt.Sprintf(`{"iid":%d,"title":"Uploads stop","state":"open"}`, created.IID)
	const fields = `,"limit":100,"fields":["iid","title","state"]}`
	for tool, arguments := range map[string]string{
		"gitlab_list_issues":         `{"search":"uploads","in":"title","not":{"labels":["docs"]}`,
		"gitlab_list_group_issues":   `{"id":"harborlab","author_username":"olga","issue_type":"incident"`,
		"gitlab_list_project_issues": `{` + portal + `,"labels":["None"],"assignee_id":"None","milestone":"None","weight":"None"`,
	} {
		want := row
		if tool != "gitlab_list_project_issues" {
			want = strings.TrimSuffix(row, "}") + `,"project":"harborlab/portal"}`
		}
		assert.Contains(t, do(tool, arguments+fields), want, tool)
	}
	var first struct{ Rows []struct{ ID int64 } }
	require.NoError(t, json.Unmarshal([]byte(do("gitlab_list_project_issues", `{`+portal+`,"iids":[1],"fields":["id"]}`)), &first))
	do("gitlab_reorder_issue", fmt.Sprintf(`{%s,"move_after_id":%d}`, issue, first.Rows[0].ID))

	assert.Contains(t, do("gitlab_clone_issue", `{`+issue+`,"to_project_id":"harborlab/tools/cli","with_notes":true}`), `{"project":"harborlab/tools/cli","iid":4,"title":"Uploads stop"`)
	assert.Contains(t, do("gitlab_move_issue", `{"id":"harborlab/tools/cli","issue_iid":4,"to_project_id":"harborlab/tools/net/proxy"}`), `{"project":"harborlab/tools/net/proxy","iid":2,`)
	assert.Contains(t, do("gitlab_get_issue", `{"id":"harborlab/tools/cli","issue_iid":4}`), `"moved_to_id":`)
	assert.Contains(t, do("gitlab_promote_issue", `{`+portal+`,"issue_iid":10,"body":"More than an issue."}`), `"promoted":true`)
	assert.Contains(t, do("gitlab_update_issue", `{`+issue+`,"state":"closed"}`), `"state":"closed"`)
	assert.Contains(t, do("gitlab_delete_issue", `{`+issue+`}`), `"deleted":true`)
	answer, failed := run(sandbox.Me, "gitlab_get_issue", `{`+issue+`}`)
	assert.True(t, failed, answer)
	assert.Len(t, used, len(allTools(t)))
}

// TestSandboxTraps checks what the tools say where GitLab surprises.
func TestSandboxTraps(t *testing.T) {
	t.Parallel()
	run := onSandbox(t, sandbox.New())
	const portal, vault = `"id":"harborlab/portal"`, `"id":"harborlab/vault/keys"`
	for name, test := range map[string]struct {
		user, tool, arguments string
		fails                 bool
		want                  string
	}{
		"labels dropped":        {"stella", "gitlab_create_issue", `{` + portal + `,"title":"x","labels":["bug"],"assignee_ids":["devi"]}`, false, `label \"bug\" was not set, assignee \"devi\" was not set; GitLab ignores what the token's owner may not set, users who are not members`},
		"moved issue is shown":  {sandbox.Me, "gitlab_get_issue", `{` + portal + `,"issue_iid":7}`, false, `"moved_to_id":`},
		"moved issue is kept":   {sandbox.Me, "gitlab_update_issue", `{` + portal + `,"issue_iid":7,"append":"x"}`, true, "the issue moved to harborlab/tools/cli#3. Nothing was changed. Repeat the call with that project as id and that issue_iid."},
		"renamed project":       {sandbox.Me, "gitlab_get_issue", `{"id":"harborlab/gateway","issue_iid":4}`, false, `"project":"harborlab/portal"`},
		"hidden project":        {"stella", "gitlab_get_issue", `{` + vault + `,"issue_iid":1}`, true, "GitLab also returns 404 if the token's owner may not see it"},
		"hidden group":          {"stella", "gitlab_list_group_issues", `{"id":"harborlab/vault"}`, true, "Check id=harborlab/vault. GitLab also returns 404"},
		"confidential issue":    {"gus", "gitlab_get_issue", `{` + portal + `,"issue_iid":8}`, true, "or a confidential issue."},
		"archived project":      {sandbox.Me, "gitlab_update_issue", `{"id":"harborlab/attic","issue_iid":1,"state":"closed"}`, true, "returned 403"},
		"delete as a developer": {"devi", "gitlab_delete_issue", `{` + portal + `,"issue_iid":2}`, true, "Only owners of the project and administrators may delete issues."},
		"the same project":      {sandbox.Me, "gitlab_move_issue", `{` + portal + `,"issue_iid":2,"to_project_id":"harborlab/portal"}`, true, "Check to_project_id: moving takes another project"},
		"no administrator":      {sandbox.Me, "gitlab_get_issue_by_id", `{"id":41000}`, true, "Only administrators may read this"},
		"incident is no epic":   {sandbox.Me, "gitlab_promote_issue", `{` + portal + `,"issue_iid":4,"body":"Please."}`, false, `"promoted":false,"warnings":["the issue was not promoted, which takes Premium, a project in a group`},
		"no incident":           {sandbox.Me, "gitlab_upload_metric_image", `{` + portal + `,"issue_iid":1,"file":"graphs/file.png"}`, true, "Check that the issue is an incident"},
		"unknown assignee":      {sandbox.Me, "gitlab_update_issue", `{` + portal + `,"issue_iid":2,"assignee_ids":["nobody"]}`, true, "nobody"},
		"unknown milestone":     {sandbox.Me, "gitlab_update_issue", `{` + portal + `,"issue_iid":2,"milestone_id":"v9"}`, true, "v9"},
		"title of a milestone":  {sandbox.Me, "gitlab_update_issue", `{` + portal + `,"issue_iid":3,"milestone_id":"2027 Q1"}`, false, `"title":"2027 Q1"`},
		"comments":              {sandbox.Me, "gitlab_get_issue", `{` + portal + `,"issue_iid":1,"include":["comments"]}`, false, `"body":"Thanks! Until then I print it."`},
		"comments everywhere":   {sandbox.Me, "gitlab_list_issues", `{"scope":"all","limit":50,"include":["comments"],"fields":["project","iid"]}`, false, `{"project":"harborlab/portal","iid":9,"comments":[{"author":"olga"`},
		"subgroups":             {sandbox.Me, "gitlab_list_group_issues", `{"id":"harborlab/tools","fields":["project"]}`, false, `{"project":"harborlab/tools/net/proxy"}`},
		"not any of them":       {sandbox.Me, "gitlab_list_project_issues", `{` + portal + `,"not":{"labels":["bug"],"author_username":"olga","iids":[5]},"state":"all","order_by":"created_at","sort":"asc","fields":["iid"]}`, false, `{"rows":[{"iid":7},{"iid":9},{"iid":4},{"iid":11},{"iid":12}`},
	} {
		answer, failed := run(test.user, test.tool, test.arguments)
		assert.Equal(t, test.fails, failed, "%s: %s", name, answer)
		assert.Contains(t, answer, test.want, name)
	}
}

// TestSandboxWithoutPremium checks what the tools say of what an edition lacks.
func TestSandboxWithoutPremium(t *testing.T) {
	t.Parallel()
	box := sandbox.New()
	box.Free = true
	run := onSandbox(t, box)
	answer, failed := run(sandbox.Me, "gitlab_update_issue", `{"id":"harborlab/portal","issue_iid":1,"weight":7,"assignee_ids":["devi","rhea"]}`)
	require.False(t, failed, answer)
	assert.Contains(t, answer, `was not set; GitLab ignores what the token's owner may not set, users who are not members of the project, and without Premium all assignees but one`)
	assert.Contains(t, answer, `"GitLab shows no weight, so its edition lacks it: that takes Premium"`)
	answer, failed = run(sandbox.Me, "gitlab_promote_issue", `{"id":"harborlab/portal","issue_iid":1}`)
	assert.True(t, failed)
	assert.Contains(t, answer, "The issue was promoted already, or not promoted, which takes Premium, a project in a group")
}

// TestEveryToolHasASandboxRoute sends the documented request of each golden file to
// the sandbox, which must know the route: that of anything else is a 404 without a
// message about a project, a group, a user or an image.
func TestEveryToolHasASandboxRoute(t *testing.T) {
	t.Parallel()
	box := sandbox.New()
	for _, file := range golden.Read(t) {
		line := golden.DocumentedLine(t, file)
		method, path, _ := strings.Cut(line, " ")
		r := httptest.NewRequest(method, sandbox.Prefix+strings.TrimPrefix(path, golden.Base), strings.NewReader("{}"))
		r.Header.Set("Private-Token", sandbox.Token)
		r.Header.Set("User-Agent", "test")
		w := httptest.NewRecorder()
		box.ServeHTTP(w, r)
		assert.NotEqual(t, http.StatusMethodNotAllowed, w.Code, file.Name)
		assert.NotContains(t, w.Body.String(), `"error":"404 Not Found"`, "%s: the sandbox has no route for %s", file.Name, line)
	}
}
