package github_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

const issue7 = `"owner":"o","repo":"r","issue_number":7`

// do calls a tool with a service, and returns the result and the audit records.
func do(t *testing.T, service http.HandlerFunc, env tools.Env, name, arguments string) (*mcp.CallToolResult, []tools.Record) {
	t.Helper()
	return toolstest.Do(t, toolstest.Named(t, newTools(t, toolstest.Serve(t, service)+"/api/v3"), name), env, arguments)
}

// writesRespond returns a service that has an issue and responds to every write
// alike.
func writesRespond(status int, body string) http.HandlerFunc {
	return toolstest.WritesRespond(`{"id":70,"state":"open"}`, status, body)
}

// writes returns the arguments in the golden file of each writing tool.
func writes(t *testing.T) map[string]string {
	t.Helper()
	arguments := golden.Writes(t, allTools(t))
	require.Len(t, arguments, 6)
	return arguments
}

func TestUnknownOutcomeSaysHowToCheck(t *testing.T) {
	t.Parallel()
	for name, arguments := range writes(t) {
		verify := toolstest.Named(t, allTools(t), name).Verify
		assert.Regexp(t, `^github_(get|list)_\w+( \(.*\))?$`, verify, name)
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
			responds(http.StatusOK, `{"id":70,"state":"open"}`)(w, r)
		}
		result, records := do(t, service, tools.Env{DryRun: true}, name, arguments)
		require.False(t, result.IsError, text(t, result))
		assert.Regexp(t, `"dry_run":\[\{"method":"(POST|PUT|PATCH|DELETE)","path":"/repos/octocat/Hello-World/issues`, text(t, result), name)
		assert.NotContains(t, text(t, result), "locked\":", "the planned request is no result")
		assert.Empty(t, records, name)
	}
}

func TestAudit(t *testing.T) {
	t.Parallel()
	const issue = `{"id":70,"number":7,"title":"t","state":"open","labels":[],"assignees":[{"login":"ann"}],"milestone":null}`
	for name, test := range map[string]struct {
		tool, arguments string
		status          int
		response        string
		target, outcome string
		id              int64
	}{
		"created":       {"github_create_issue", `{"owner":"o","repo":"r","title":"t"}`, 201, issue, "o/r", "ok", 70},
		"label dropped": {"github_create_issue", `{"owner":"o","repo":"r","title":"t","labels":["bug"],"create_labels":true}`, 201, issue, "o/r", "partial", 70},
		"updated":       {"github_update_issue", `{` + issue7 + `,"title":"t"}`, 200, issue, "o/r#7", "ok", 70},
		"ignored":       {"github_update_issue", `{` + issue7 + `,"state":"closed"}`, 200, issue, "o/r#7", "partial", 70},
		"not shown":     {"github_update_issue", `{` + issue7 + `,"title":"t"}`, 200, `{"id":70,"number":7}`, "o/r#7", "outcome_unknown", 70},
		"locked":        {"github_lock_issue", `{` + issue7 + `}`, 204, "", "o/r#7", "ok", 0},
		"unlocked":      {"github_unlock_issue", `{` + issue7 + `}`, 204, "", "o/r#7", "ok", 0},
		"assigned":      {"github_add_assignees", `{` + issue7 + `,"assignees":["Ann"]}`, 201, issue, "o/r#7", "ok", 70},
		"not assigned":  {"github_add_assignees", `{` + issue7 + `,"assignees":["ann","bob"]}`, 201, issue, "o/r#7", "partial", 70},
		"removed":       {"github_remove_assignees", `{` + issue7 + `,"assignees":["bob"]}`, 200, issue, "o/r#7", "ok", 70},
		"not removed":   {"github_remove_assignees", `{` + issue7 + `,"assignees":["ann"]}`, 200, issue, "o/r#7", "partial", 70},
		"forbidden":     {"github_lock_issue", `{` + issue7 + `}`, 403, "", "o/r#7", "forbidden", 0},
		"moved":         {"github_unlock_issue", `{` + issue7 + `}`, 301, "", "o/r#7", "moved", 0},
		"deleted":       {"github_update_issue", `{` + issue7 + `,"state":"closed"}`, 410, "", "o/r#7", "not_found", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := writesRespond(test.status, test.response)
			_, records := do(t, service, tools.Env{}, test.tool, test.arguments)
			assert.Equal(t, []tools.Record{{Tool: test.tool, Target: test.target, Outcome: test.outcome, User: "3d4ee2c2", ID: test.id}}, records)
		})
	}
	_, records := do(t, responds(200, ""), tools.Env{}, "github_update_issue", `{`+issue7+`}`)
	assert.Empty(t, records, "invalid arguments are not a write")
	body := `{"id":70,"number":7,"body":"It fails."}`
	_, records = do(t, responds(200, body), tools.Env{}, "github_update_issue", `{`+issue7+`,"edits":[{"old":"fails","new":"fails"}]}`)
	assert.Empty(t, records, "what is unchanged was not sent")
	_, records = do(t, responds(200, `{"id":70,"number":7,"state":"open"}`), tools.Env{}, "github_update_issue", `{`+issue7+`,"state":"open"}`)
	assert.Empty(t, records, "nor was an issue that is as requested")
	_, records = do(t, responds(200, body), tools.Env{}, "github_get_issue", `{`+issue7+`}`)
	assert.Empty(t, records)
}

// TestWarnings checks what a write says of fields that GitHub did not set, or that
// no response shows.
func TestWarnings(t *testing.T) {
	t.Parallel()
	const push, people = "; GitHub ignores what is set without push access to the repository", "users who cannot be assigned (github_check_assignee)"
	var ten []string
	for i := range 10 {
		ten = append(ten, fmt.Sprintf(`{"login":"user%d"}`, i))
	}
	tenAssignees := `"assignees":[` + strings.Join(ten, ",") + `]`
	const create, created = `"title":"t","create_labels":true,`, `"title":"t",`
	for name, test := range map[string]struct {
		tool, arguments, response string
		want                      []string
	}{
		"nothing ignored":     {"github_update_issue", `"labels":["BUG"]`, `"labels":[{"name":"bug"}]`, nil},
		"label":               {"github_update_issue", `"labels":["bug"],"create_labels":true`, `"labels":[{"name":"ui"}]`, []string{`label "bug" was not set and label "ui" is still set` + push}},
		"labels":              {"github_update_issue", `"labels":["a","b"],"create_labels":true`, `"labels":[]`, []string{`labels "a", "b" were not set` + push}},
		"milestone":           {"github_update_issue", `"milestone":"3"`, `"milestone":null`, []string{`the milestone "3" was not set` + push}},
		"milestone and type":  {"github_update_issue", `"milestone":"3","type":"Task"`, `"milestone":{"number":2,"title":"v3.1"},"type":{"name":"Bug"}`, []string{`the milestone is still "v3.1", not "3"; the type is still "Bug", not "Task"` + push}},
		"milestone not gone":  {"github_update_issue", `"milestone":"","type":""`, `"milestone":{"number":2},"type":{"name":"Bug"}`, []string{`the milestone is still "2"; the type is still "Bug"` + push}},
		"state":               {"github_update_issue", `"state":"closed","state_reason":"duplicate"`, `"state":"closed","state_reason":"completed"`, []string{`the state_reason is "completed", not "duplicate"`}},
		"title":               {"github_update_issue", `"title":"new"`, `"title":"old"`, []string{"the title differs from the one requested"}},
		"assignee":            {"github_add_assignees", `"assignees":["ann"]`, `"assignees":[]`, []string{`assignee "ann" was not set` + push + " and " + people}},
		"one assignee":        {"github_create_issue", create + `"assignees":["ann","bob"]`, created + `"assignees":[{"login":"bob"}]`, []string{`assignee "ann" was not set; GitHub ignores ` + people}},
		"assignee, but label": {"github_create_issue", create + `"assignees":["ann"],"labels":["bug"]`, created + `"assignees":[],"labels":["bug"]`, []string{`assignee "ann" was not set; GitHub ignores ` + people}},
		"assignee, but type":  {"github_create_issue", create + `"assignees":["ann"],"type":"bug"`, created + `"assignees":[],"type":{"name":"Bug"}`, []string{`assignee "ann" was not set; GitHub ignores ` + people}},
		"eleventh":            {"github_add_assignees", `"assignees":["ann"]`, tenAssignees, []string{`assignee "ann" was not set` + push + ", " + people + " and assignees beyond ten"}},
		"not removed":         {"github_remove_assignees", `"assignees":["ann"]`, `"assignees":[{"login":"ann"}]`, []string{`assignee "ann" is still set` + push}},
		"not shown":           {"github_update_issue", `"title":"t","labels":["bug"],"create_labels":true`, `"state":"open"`, []string{"could not verify title, labels: not in GitHub's response; check with github_get_issue"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			place := issue7
			if test.tool == "github_create_issue" {
				place = `"owner":"o","repo":"r"`
			}
			result, _ := do(t, responds(200, `{"id":70,"number":7,`+test.response+`}`), tools.Env{}, test.tool, `{`+place+`,`+test.arguments+`}`)
			require.False(t, result.IsError, text(t, result))
			var value struct{ Warnings []string }
			require.NoError(t, json.Unmarshal([]byte(text(t, result)), &value))
			assert.Equal(t, test.want, value.Warnings)
		})
	}
}

// TestUnverified checks what a write shows if its response is none and the issue
// cannot be read either.
func TestUnverified(t *testing.T) {
	t.Parallel()
	for tool, test := range map[string]struct{ arguments, want string }{
		"github_update_issue":  {`"title":"t"`, "could not verify title: "},
		"github_add_assignees": {`"assignees":["ann"]`, "could not verify assignees: "},
	} {
		isWritten := false
		result, records := do(t, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Method != http.MethodGet:
				isWritten = true
				responds(200, "{}")(w, r)
			case isWritten:
				responds(403, `{"message":"You have exceeded a secondary rate limit."}`, "Retry-After", "90")(w, r)
			default:
				responds(200, `{"id":70,"number":7}`)(w, r)
			}
		}, tools.Env{}, tool, `{`+issue7+`,`+test.arguments+`}`)
		require.False(t, result.IsError, text(t, result))
		assert.Contains(t, text(t, result), test.want+"reading the issue back: GET /repos/{owner}/{repo}/issues/{issue_number} returned 403: You have exceeded a secondary rate limit; check in 1m30s with github_get_issue")
		assert.NotContains(t, text(t, result), `"added"`)
		assert.NotContains(t, text(t, result), `"labels"`)
		assert.Equal(t, "outcome_unknown", records[0].Outcome)
	}
}

// TestCreatedWithoutNumber checks that nobody creates an issue twice because its
// number is missing.
func TestCreatedWithoutNumber(t *testing.T) {
	t.Parallel()
	result, _ := do(t, responds(201, `{}`), tools.Env{}, "github_create_issue", `{"owner":"o","repo":"r","title":"t"}`)
	require.False(t, result.IsError, text(t, result))
	assert.Contains(t, text(t, result), "find it with github_list_repo_issues (sort=created) and do not create it again")
}

// TestTokenIsRedacted checks that no result contains a token that GitHub repeats.
func TestTokenIsRedacted(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 422} {
		result, _ := do(t, responds(status, `{"id":1,"number":7,"title":"`+testToken+`","message":"bad `+testToken+`"}`), tools.Env{}, "github_get_issue", `{`+issue7+`}`)
		assert.NotContains(t, text(t, result), testToken)
		assert.Contains(t, text(t, result), "[token removed]")
	}
}

// TestAddresses checks the addresses of github.com and of an Enterprise server.
func TestAddresses(t *testing.T) {
	t.Parallel()
	path := ""
	service := func(w http.ResponseWriter, r *http.Request) {
		path = r.URL.Path
		responds(200, `{"id":1,"number":7,"state":"open"}`)(w, r)
	}
	base := toolstest.Serve(t, http.HandlerFunc(service)) // on 127.0.0.1
	for name, test := range map[string]struct{ issue, err string }{
		"short":        {"o/r#7", ""},
		"page":         {base + "/o/r/issues/7", ""},
		"pull request": {base + "/o/r/pull/7#issuecomment-12", ""},
		"API":          {base + "/api/v3/repos/o/r/issues/7", ""},
		"github.com":   {"https://github.com/o/r/issues/7", "is not the address of a repository, an issue or a comment of GitHub; accepted are https://127.0.0.1/OWNER/REPO/issues/12"},
	} {
		path = ""
		tool := toolstest.Named(t, newTools(t, base+"/api/v3"), "github_get_issue")
		result, _ := tool.Call(t.Context(), tools.Env{}, json.RawMessage(`{"owner":"`+test.issue+`"}`))
		if test.err != "" {
			assert.Contains(t, text(t, result), test.err, name)
			continue
		}
		assert.False(t, result.IsError, "%s: %s", name, text(t, result))
		assert.Equal(t, "/api/v3/repos/o/r/issues/7", path, name)
	}
	for name, test := range map[string]struct {
		baseURL, address string
		accepted         bool
	}{
		"page":                   {api.DefaultBaseURL, "https://github.com/o/r/issues/7", true},
		"with www":               {api.DefaultBaseURL, "https://www.github.com/o/r/pull/7", true},
		"API of github.com":      {api.DefaultBaseURL, "https://api.github.com/repos/o/r/issues/7", true},
		"GitCode":                {api.DefaultBaseURL, "https://gitcode.com/o/r/issues/7", false},
		"another server":         {api.DefaultBaseURL, "https://ghe.example.com/o/r/issues/7", false},
		"path of another server": {api.DefaultBaseURL, "https://api.github.com/api/v3/repos/o/r/issues", false},
		"own server":             {"https://GHE.example.com/api/v3/", "https://ghe.example.com/o/r/issues/7", true},
		"own data residency":     {"https://api.octo.ghe.com", "https://octo.ghe.com/o/r/issues/7", true},
	} {
		tool := toolstest.Named(t, newTools(t, test.baseURL), "github_lock_issue") // a dry run sends nothing
		result, _ := tool.Call(t.Context(), tools.Env{DryRun: true}, json.RawMessage(`{"issue_number":"`+test.address+`"}`))
		assert.Equal(t, !test.accepted, result.IsError, "%s: %s", name, text(t, result))
		assert.Equal(t, test.accepted, strings.Contains(text(t, result), "/repos/o/r/issues/7/lock"), name)
	}
}

// TestLoginsAsPeopleWriteThem checks that a login with an @ or white space is that
// user: GitHub would ignore it, and removing it would look like a success.
func TestLoginsAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	const names = `,"assignees":["@Hugh"," tess ","hugh"]}`
	for name, test := range map[string]struct{ response, want string }{
		"github_add_assignees":    {`{"id":70,"number":7,"assignees":[{"login":"hugh"}]}`, `{"number":7,"added":["Hugh"],"assignees":["hugh"],"warnings":["assignee \"tess\" was not set;`},
		"github_remove_assignees": {`{"id":70,"number":7,"assignees":[{"login":"hugh"}]}`, `{"number":7,"removed":["tess"],"assignees":["hugh"],"warnings":["assignee \"Hugh\" is still set;`},
		"github_update_issue":     {`{"id":70,"number":7,"assignees":[{"login":"hugh"},{"login":"tess"}]}`, `{"number":7,"assignees":["hugh","tess"]}`},
	} {
		result, _ := do(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet {
				body, err := io.ReadAll(r.Body)
				assert.NoError(t, err)
				assert.JSONEq(t, `{"assignees":["Hugh","tess"]}`, string(body), name)
			}
			writesRespond(http.StatusOK, test.response)(w, r)
		}, tools.Env{}, name, `{`+issue7+names)
		assert.True(t, strings.HasPrefix(text(t, result), test.want), "%s: %s", name, text(t, result))
	}
	result, _ := do(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "/api/v3/repos/o/r/assignees/hugh", r.URL.Path)
		w.WriteHeader(http.StatusNoContent)
	}, tools.Env{}, "github_check_assignee", `{"owner":"o","repo":"r","assignee":" @hugh "}`)
	assert.Contains(t, text(t, result), `"assignable":true`)
}

// TestUnreadableElementsProveNothing checks that a list of which an element cannot
// be read is read back, and that what a response shows is not lost by that.
func TestUnreadableElementsProveNothing(t *testing.T) {
	t.Parallel()
	const labels, assignees = `"labels":[{"name":"a"},{"name":"b"}]`, `"assignees":[{"login":"ann"},{"login":"ben"}]`
	for name, test := range map[string]struct{ tool, arguments, response, read, want string }{
		"label":             {"github_update_issue", `"labels":["a","b"],"create_labels":true`, `{"id":70,"number":7,"labels":[{"name":"a"},null],"milestone":true}`, labels, `{"number":7,"labels":["a","b"]}`},
		"assignee":          {"github_add_assignees", `"assignees":["ann"]`, `{"id":70,"number":7,"assignees":[{"login":"ann"},{"id":5}],"assignee":{"login":"ann"}}`, assignees, `{"number":7,"added":["ann"],"assignees":["ann","ben"]}`},
		"only assignee":     {"github_remove_assignees", `"assignees":["cleo"]`, `{"id":70,"number":7,"assignees":[5],"assignee":{"login":"ann"}}`, assignees, `{"number":7,"removed":["cleo"],"assignees":["ann","ben"]}`},
		"null":              {"github_add_assignees", `"assignees":["ann"]`, `{"id":70,"number":7,"assignees":null,"assignee":{"login":"ann"}}`, assignees, `{"number":7,"added":["ann"],"assignees":["ann","ben"]}`},
		"never readable":    {"github_update_issue", `"labels":["a","b"],"create_labels":true`, `{"id":70,"number":7,"labels":[{"name":"a"},null]}`, `"labels":[{}]`, `{"number":7,"warnings":["could not verify labels`},
		"not in the second": {"github_update_issue", `"labels":["a","b"],"create_labels":true,"title":"T"`, `{"id":70,"number":7,` + labels + `}`, `"title":"T"`, `{"number":7,"title":"T","labels":["a","b"]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			isWritten := false
			result, _ := do(t, func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.Method != http.MethodGet:
					isWritten = true
					responds(http.StatusOK, test.response)(w, r)
				case isWritten:
					responds(http.StatusOK, `{"id":70,"number":7,`+test.read+`}`)(w, r)
				default:
					responds(http.StatusOK, `{"id":70,"number":7}`)(w, r)
				}
			}, tools.Env{}, test.tool, `{`+issue7+`,`+test.arguments+`}`)
			assert.True(t, strings.HasPrefix(text(t, result), test.want), text(t, result))
		})
	}
}

// TestOtherStatusesProveNothing checks that a write is not taken for done because of
// a successful status that is not the documented one and without an issue.
func TestOtherStatusesProveNothing(t *testing.T) {
	t.Parallel()
	for name, arguments := range map[string]string{
		"github_create_issue": `{"owner":"o","repo":"r","title":"t"}`,
		"github_lock_issue":   `{` + issue7 + `}`,
		"github_unlock_issue": `{` + issue7 + `}`,
	} {
		for status, body := range map[int]string{200: `{"message":"queued"}`, 202: "", 203: "[]"} {
			result, records := do(t, responds(status, body), tools.Env{}, name, arguments)
			assert.Contains(t, text(t, result), "The outcome is unknown. Check with github_", "%s %d", name, status)
			require.Len(t, records, 1)
			assert.Equal(t, "outcome_unknown", records[0].Outcome)
		}
	}
}
