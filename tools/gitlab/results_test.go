package gitlab_test

import (
	"encoding/json"
	"net/http"
	"path"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	toolset "gitcode.com/gitcode-mcp/gitcode-mcp/tools/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

const issue7 = `"id":"g/p","issue_iid":7`

// do calls a tool with a service, and returns the result and the audit records.
func do(t *testing.T, service http.HandlerFunc, env tools.Env, name, arguments string) (*mcp.CallToolResult, []tools.Record) {
	t.Helper()
	return toolstest.Do(t, toolstest.Named(t, newTools(t, toolstest.Serve(t, service)+"/api/v4"), name), env, arguments)
}

// readIssue responds to reads of an issue with one that shows little.
func readIssue(w http.ResponseWriter, r *http.Request) {
	iid := path.Base(r.URL.Path)
	if strings.Trim(iid, "0123456789") != "" {
		iid = "15"
	}
	responds(http.StatusOK, `{"id":70,"iid":`+iid+`,"project_id":4,"title":"Uploads stop","description":"It fails."}`)(w, r)
}

// writesRespond returns a service that has an issue and responds to every write
// alike.
func writesRespond(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			readIssue(w, r)
			return
		}
		responds(status, body)(w, r)
	}
}

// writes returns the arguments in the golden file of each writing tool.
func writes(t *testing.T) map[string]string {
	t.Helper()
	arguments := golden.Writes(t, allTools(t))
	require.Len(t, arguments, 17)
	return arguments
}

func TestUnknownOutcomeSaysHowToCheck(t *testing.T) {
	t.Parallel()
	for name, arguments := range writes(t) {
		verify := toolstest.Named(t, allTools(t), name).Verify
		assert.Regexp(t, `^gitlab_(get|list)_\w+( \(.*\))?$|^gitlab_create_todo, which`, verify, name)
		result, records := do(t, writesRespond(502, "bad gateway"), tools.Env{}, name, arguments)
		require.True(t, result.IsError)
		assert.Contains(t, text(t, result), "The outcome is unknown. Check with "+verify+" before retrying.")
		require.Len(t, records, 1)
		assert.Equal(t, "outcome_unknown", records[0].Outcome)
	}
}

func TestDryRunSendsNoWrite(t *testing.T) {
	t.Parallel()
	for name, arguments := range writes(t) {
		service := func(w http.ResponseWriter, r *http.Request) {
			assert.Equal(t, http.MethodGet, r.Method, r.URL)
			readIssue(w, r)
		}
		result, records := do(t, service, tools.Env{DryRun: true}, name, arguments)
		require.False(t, result.IsError, text(t, result))
		assert.Regexp(t, `^\{("iid":\d+,"title":"Uploads stop",)?"dry_run":\[\{"method":"(POST|PUT|DELETE)","path":"/projects/\d+/issues[^"]*"(,"body":"[^\n]*")?\}\]\}$`, text(t, result), name)
		assert.Empty(t, records, name)
	}
}

// TestNothingIsSentWithoutFiles checks the upload where no directory is allowed, as in
// a server over HTTP.
func TestNothingIsSentWithoutFiles(t *testing.T) {
	t.Parallel()
	c, err := api.New(api.Config{Token: testToken, Rates: rest.Unlimited, MaxWait: -1})
	require.NoError(t, err)
	tool := toolstest.Named(t, toolset.Tools(c, tools.Settings{}), "gitlab_upload_metric_image")
	result, _ := tool.Call(t.Context(), tools.Env{}, json.RawMessage(`{`+issue7+`,"file":"graphs/file.png"}`))
	require.True(t, result.IsError)
	assert.Contains(t, text(t, result), "not sent: no file can be sent: gitcode-mcp allows it only over stdio and in its command call, and only with --allow-dir")
}

func TestAudit(t *testing.T) {
	t.Parallel()
	const issue = `{"id":70,"iid":7,"project_id":4,"title":"t","state":"opened","labels":[],"assignees":[{"id":3,"username":"ann"}],"milestone":null}`
	const image = `{"id":23,"filename":"file.png","url":"http://a.test"}`
	for name, test := range map[string]struct {
		tool, arguments string
		status          int
		response        string
		outcome         string
		id              int64
	}{
		"label dropped":  {"gitlab_update_issue", `,"add_labels":["bug"],"create_labels":true`, 200, issue, "partial", 70},
		"updated":        {"gitlab_update_issue", `,"state":"open"`, 200, issue, "ok", 70},
		"ignored":        {"gitlab_update_issue", `,"state":"closed"`, 200, issue, "partial", 70},
		"without weight": {"gitlab_update_issue", `,"weight":3`, 200, issue, "outcome_unknown", 70}, // nor does reading back show it
		"not shown":      {"gitlab_update_issue", `,"state":"open"`, 200, `{"id":70,"iid":7}`, "outcome_unknown", 70},
		"deleted":        {"gitlab_delete_issue", ``, 204, "", "ok", 0},
		"moved":          {"gitlab_move_issue", `,"to_project_id":"4"`, 201, issue, "ok", 70},
		"cloned":         {"gitlab_clone_issue", `,"to_project_id":"4"`, 201, issue, "ok", 70},
		"not to be seen": {"gitlab_clone_issue", `,"to_project_id":"5"`, 201, issue, "outcome_unknown", 0},
		"subscribed":     {"gitlab_subscribe", ``, 201, issue, "ok", 0},
		"already":        {"gitlab_subscribe", ``, 304, "", "ok", 0},
		"not subscribed": {"gitlab_subscribe", ``, 201, `{"id":70,"iid":7,"subscribed":false}`, "partial", 0},
		"todo":           {"gitlab_create_todo", ``, 201, `{"id":112}`, "ok", 112},
		"estimated":      {"gitlab_set_time_estimate", `,"duration":"1h"`, 200, `{"time_estimate":3600,"total_time_spent":0}`, "ok", 0},
		"not estimated":  {"gitlab_set_time_estimate", `,"duration":"1h"`, 200, `{"time_estimate":60,"total_time_spent":0}`, "partial", 0},
		"spent unknown":  {"gitlab_add_spent_time", `,"duration":"1h"`, 201, `{}`, "outcome_unknown", 0},
		"reordered":      {"gitlab_reorder_issue", `,"move_after_id":5`, 200, issue, "ok", 70},
		"promoted":       {"gitlab_promote_issue", ``, 202, `{"commands_changes":{"promote_to_epic":true}}`, "ok", 0},
		"not promoted":   {"gitlab_promote_issue", ``, 202, `{"commands_changes":{}}`, "partial", 0},
		"image":          {"gitlab_upload_metric_image", `,"file":"graphs/file.png"`, 201, image, "ok", 23},
		"image's link":   {"gitlab_update_metric_image", `,"image_id":23,"url":"http://b.test"`, 200, image, "partial", 23},
		"image deleted":  {"gitlab_delete_metric_image", `,"image_id":23`, 204, "", "ok", 23},
		"forbidden":      {"gitlab_delete_issue", ``, 403, "", "forbidden", 0},
		"hidden":         {"gitlab_delete_issue", ``, 404, "", "not_found", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, records := do(t, writesRespond(test.status, test.response), tools.Env{}, test.tool, `{`+issue7+test.arguments+`}`)
			assert.Equal(t, []tools.Record{{Tool: test.tool, Target: "g/p#7", Outcome: test.outcome, User: "3d4ee2c2", ID: test.id}}, records)
		})
	}
	_, records := do(t, responds(201, issue), tools.Env{}, "gitlab_create_issue", `{"id":"g/p","title":"t"}`)
	assert.Equal(t, []tools.Record{{Tool: "gitlab_create_issue", Target: "g/p", Outcome: "ok", User: "3d4ee2c2", ID: 70}}, records)
	_, records = do(t, responds(200, ""), tools.Env{}, "gitlab_update_issue", `{`+issue7+`}`)
	assert.Empty(t, records, "invalid arguments are not a write")
	body := `{"id":70,"iid":7,"description":"It fails."}`
	_, records = do(t, responds(200, body), tools.Env{}, "gitlab_update_issue", `{`+issue7+`,"edits":[{"old":"fails","new":"fails"}]}`)
	assert.Empty(t, records, "what is unchanged was not sent")
	_, records = do(t, responds(200, body), tools.Env{}, "gitlab_get_issue", `{`+issue7+`}`)
	assert.Empty(t, records)
}

// TestWarnings checks what a write says of fields that GitLab did not set, or that
// no response shows.
func TestWarnings(t *testing.T) {
	t.Parallel()
	const may = "; GitLab ignores what the token's owner may not set"
	for name, test := range map[string]struct {
		arguments, response string
		want                []string
	}{
		"nothing ignored": {`"add_labels":["bug"],"create_labels":true`, `"labels":["bug","ui"]`, nil},
		"label":           {`"labels":["bug"],"create_labels":true`, `"labels":["ui"]`, []string{`label "bug" was not set, label "ui" is still set` + may}},
		"label to remove": {`"remove_labels":["ui","bug"]`, `"labels":["ui","bug"]`, []string{`labels "ui", "bug" are still set` + may}},
		"milestone":       {`"milestone_id":"17"`, `"milestone":null`, []string{`milestone_id is empty, not 17` + may}},
		"due date":        {`"due_date":""`, `"due_date":"2016-03-11"`, []string{`due_date is 2016-03-11, not empty` + may}},
		"confidential":    {`"confidential":true`, `"confidential":false`, []string{`confidential is false, not true` + may}},
		"state":           {`"state":"closed"`, `"state":"opened"`, []string{"state is open, not closed" + may}},
		"title":           {`"title":"new"`, `"title":"old"`, []string{"the title differs from the one requested"}},
		"weight":          {`"weight":3`, `"weight":null`, []string{"weight is empty, not 3" + may + ", weights and epics without Premium"}},
		"weight and epic": {`"weight":3,"epic_id":42`, `"state":"opened"`, []string{"GitLab shows no weight and no epic_id, so its edition lacks them: that takes Premium"}},
		"weight alone":    {`"weight":3`, `"title":"t"`, []string{"could not verify weight: not in GitLab's response; check with gitlab_get_issue"}},
		"sparse":          {`"weight":3,"title":"t"`, `"state":"opened"`, []string{"could not verify title, weight: not in GitLab's response; check with gitlab_get_issue"}},
		"another weight":  {`"weight":3`, `"weight":5`, []string{"weight is 5, not 3" + may}},
		"no member":       {`"assignee_ids":["4"]`, `"assignees":[]`, []string{`assignee "4" was not set` + may + ", users who are not members of the project"}},
		"one scope":       {`"labels":["p::1","p::2"],"create_labels":true`, `"labels":["p::2"]`, []string{`label "p::1" was not set: an issue has only one label of a scope (scope::value), and another one of the same scope was requested too`}},
		"second assignee": {`"assignee_ids":["3","4"]`, `"assignees":[{"id":3,"username":"ann"}]`, []string{`assignee "4" was not set` + may + ", users who are not members of the project, and without Premium all assignees but one"}},
		"not shown":       {`"title":"t","labels":["bug"],"create_labels":true`, `"state":"opened"`, []string{"could not verify title, labels: not in GitLab's response; check with gitlab_get_issue"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/milestones") {
					responds(200, `[{"id":17,"title":"v1"}]`)(w, r)
					return
				}
				responds(200, `{"id":70,"iid":7,`+test.response+`}`)(w, r)
			}
			result, _ := do(t, service, tools.Env{}, "gitlab_update_issue", `{`+issue7+`,`+test.arguments+`}`)
			require.False(t, result.IsError, text(t, result))
			var value struct{ Warnings []string }
			require.NoError(t, json.Unmarshal([]byte(text(t, result)), &value))
			assert.Equal(t, test.want, value.Warnings)
		})
	}
}

// TestOtherWarnings checks what other writes say if GitLab did not do what it
// reported.
func TestOtherWarnings(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ tool, arguments, response, want string }{
		"subscription": {"gitlab_unsubscribe", ``, `{"iid":7,"subscribed":true}`, `{"iid":7,"subscribed":true,"warnings":["GitLab reported success, but its response shows that the subscription did not change"]}`},
		"estimate":     {"gitlab_set_time_estimate", `,"duration":"1h"`, `{"time_estimate":60,"human_time_estimate":"1m","total_time_spent":0}`, `{"iid":7,"time_estimate":"1m","time_spent":"0","warnings":["duration is 1m, not 1h; GitLab ignores what the token's owner may not set"]}`},
		"seconds only": {"gitlab_set_time_estimate", `,"duration":"90m"`, `{"time_estimate":5400}`, `{"iid":7,"time_estimate":"1h30m0s"}`},
		"promotion":    {"gitlab_promote_issue", ``, `{}`, `{"iid":7,"warnings":["GitLab's response does not show whether the issue was promoted; check with gitlab_get_issue (closed if it was)"]}`},
		"place":        {"gitlab_reorder_issue", `,"move_after_id":5`, `{}`, `{"iid":7,"warnings":["GitLab's response does not show the issue; check with gitlab_list_project_issues (order_by=relative_position, sort=asc)"]}`},
		"no image id":  {"gitlab_upload_metric_image", `,"file":"graphs/file.png"`, `{}`, `{"warnings":["GitLab accepted the image without returning its id; find it with gitlab_list_metric_images and do not upload it again"]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result, _ := do(t, writesRespond(201, test.response), tools.Env{}, test.tool, `{`+issue7+test.arguments+`}`)
			assert.JSONEq(t, test.want, text(t, result))
		})
	}
}

// TestUnverified checks what a write shows if its response is none and nothing can be
// read back either.
func TestUnverified(t *testing.T) {
	t.Parallel()
	isWritten := false
	service := func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method != http.MethodGet:
			isWritten = true
			responds(200, "{}")(w, r)
		case isWritten:
			responds(429, `Retry later`, "Retry-After", "90")(w, r)
		default:
			readIssue(w, r)
		}
	}
	for tool, test := range map[string]struct{ arguments, want string }{
		"gitlab_update_issue":      {`"title":"t","weight":3`, "could not verify title, weight: reading the issue back: GET /projects/{id}/issues/{issue_iid} returned 429: Retry later; check in 1m30s with gitlab_get_issue"},
		"gitlab_set_time_estimate": {`"duration":"1h"`, "could not verify duration: reading the issue back: GET /projects/{id}/issues/{issue_iid}/time_stats returned 429: Retry later; check in 1m30s with gitlab_get_time_stats"},
	} {
		isWritten = false
		result, records := do(t, service, tools.Env{}, tool, `{`+issue7+`,`+test.arguments+`}`)
		require.False(t, result.IsError, text(t, result))
		assert.Contains(t, text(t, result), test.want)
		assert.NotContains(t, text(t, result), `"labels"`)
		require.Len(t, records, 1)
		assert.Equal(t, "outcome_unknown", records[0].Outcome)
	}
}

// TestCreatedWithoutNumber checks that nobody creates an issue twice because its
// number is missing.
func TestCreatedWithoutNumber(t *testing.T) {
	t.Parallel()
	result, _ := do(t, responds(201, `{}`), tools.Env{}, "gitlab_create_issue", `{"id":"g/p","title":"t"}`)
	require.False(t, result.IsError, text(t, result))
	assert.Contains(t, text(t, result), "find it with gitlab_list_project_issues and do not create it again")
}

// TestTokenIsRedacted checks that no result contains a token that GitLab repeats.
func TestTokenIsRedacted(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 422} {
		result, _ := do(t, responds(status, `{"id":1,"iid":7,"title":"`+testToken+`","message":"bad `+testToken+`"}`), tools.Env{}, "gitlab_get_issue", `{`+issue7+`}`)
		assert.NotContains(t, text(t, result), testToken)
		assert.Contains(t, text(t, result), "[token removed]")
	}
}

// TestProjectIsShownIfItIsNotTheRequestedOne checks when a single issue shows its
// project.
func TestProjectIsShownIfItIsNotTheRequestedOne(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{"g/p": false, "G%2Fp": false, "4": true, "g/old": true} {
		result, _ := do(t, responds(200, `{"id":1,"iid":7,"project_id":4,"references":{"full":"g/p#7"}}`), tools.Env{}, "gitlab_get_issue", `{"id":"`+id+`","issue_iid":7}`)
		assert.Equal(t, want, strings.Contains(text(t, result), `"project":"g/p"`), id)
	}
}

// TestUnlistedArguments checks that the lists of issues take the arguments that only
// one of them shows, and check them.
func TestUnlistedArguments(t *testing.T) {
	t.Parallel()
	for tool, id := range map[string]string{"gitlab_list_issues": "", "gitlab_list_group_issues": `"id":"g",`, "gitlab_list_project_issues": `"id":"g/p",`} {
		query := ""
		result, _ := do(t, func(w http.ResponseWriter, r *http.Request) {
			query = r.URL.RawQuery
			responds(200, `[{"id":1,"iid":7,"project_id":4,"web_url":"https://gitlab.test/g/p/-/issues/7"}]`)(w, r)
		}, tools.Env{}, tool, `{`+id+`"not":{"labels":["wontfix"]},"weight":"3","order_by":"weight","include":["url"]}`)
		assert.Contains(t, text(t, result), `"url":"https://gitlab.test/g/p/-/issues/7"`, tool)
		assert.Equal(t, "not%5Blabels%5D=wontfix&order_by=weight&weight=3", query, tool)
		result, _ = do(t, responds(200, `[]`), tools.Env{}, tool, `{`+id+`"order_by":"color"}`)
		assert.Contains(t, text(t, result), "order_by must be one of", tool)
	}
}

// TestAddressesOfGroups checks the address of a group, and that those of other servers
// are rejected.
func TestAddressesOfGroups(t *testing.T) {
	t.Parallel()
	path := ""
	service := func(w http.ResponseWriter, r *http.Request) {
		path = r.URL.EscapedPath()
		responds(200, `[]`)(w, r)
	}
	base := toolstest.Serve(t, http.HandlerFunc(service))
	tool := toolstest.Named(t, newTools(t, base+"/api/v4"), "gitlab_list_group_issues")
	result, _ := tool.Call(t.Context(), tools.Env{}, json.RawMessage(`{"id":"`+base+`/groups/g/s/-/issues"}`))
	assert.False(t, result.IsError, text(t, result))
	assert.Equal(t, "/api/v4/groups/g%2Fs/issues", path)

	for _, address := range []string{"https://github.com/g/p/issues/7", "https://gitlab.com/g/s/p/-/issues/7"} {
		tool := toolstest.Named(t, allTools(t), "gitlab_delete_issue") // a dry run sends nothing
		result, _ := tool.Call(t.Context(), tools.Env{DryRun: true}, json.RawMessage(`{"id":"`+address+`"}`))
		assert.True(t, result.IsError, "%s: %s", address, text(t, result))
	}
}
