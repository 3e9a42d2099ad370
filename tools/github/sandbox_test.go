package github_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/github/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	toolset "gitcode.com/gitcode-mcp/gitcode-mcp/tools/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

// onSandbox returns a function that calls a tool as a user of a new sandbox, and
// reports whether it failed.
func onSandbox(t *testing.T) func(user, tool, arguments string) (string, bool) {
	t.Helper()
	url := toolstest.Serve(t, sandbox.New()) + sandbox.Prefix
	c, err := api.New(api.Config{BaseURL: url, Rates: rest.Unlimited, MaxWait: -1})
	require.NoError(t, err)
	all := toolset.Tools(c, settings)
	return func(user, tool, arguments string) (string, bool) {
		token := sandbox.Token
		if user != sandbox.Me {
			token += "-" + user
		}
		result, _ := toolstest.Named(t, all, tool).Call(c.WithToken(t.Context(), token), tools.Env{MaxResult: 60_000}, json.RawMessage(arguments))
		return text(t, result), result.IsError
	}
}

// TestEveryToolOnTheSandbox creates an issue, reads it back, changes, lists, locks
// and unlocks it, and assigns users and removes them.
func TestEveryToolOnTheSandbox(t *testing.T) {
	t.Parallel()
	run, used := onSandbox(t), map[string]bool{}
	do := func(tool, arguments string) string {
		t.Helper()
		used[tool] = true
		answer, failed := run(sandbox.Me, tool, arguments)
		require.False(t, failed, answer)
		require.NotContains(t, answer, `"warnings"`, tool)
		t.Log(answer)
		return answer
	}
	const repo = `"owner":"octoharbor","repo":"portal"`
	answer := do("github_create_issue", `{`+repo+`,"title":"Uploads stop","body":"At 2 GB.","labels":["bug"],"assignees":["hugh"],"milestone":"v3.1","type":"Bug"}`)
	assert.Contains(t, answer, `"title":"Uploads stop","state":"open","type":"Bug","labels":["bug"],"assignees":["hugh"],"milestone":{"number":2,"title":"v3.1","due":"2026-12-18"},"url":"http`)
	var created struct{ Number int }
	require.NoError(t, json.Unmarshal([]byte(answer), &created))
	issue := fmt.Sprintf(`%s,"issue_number":%d`, repo, created.Number)

	answer = do("github_get_issue", `{`+issue+`}`)
	for _, member := range []string{`"title":"Uploads stop"`, `"body":"At 2 GB."`, `"author":"octavia"`, `"labels":["bug"]`, `"assignees":["hugh"]`, `"type":"Bug"`} {
		assert.Contains(t, answer, member)
	}
	answer = do("github_get_issue", `{`+issue+`,"accept":"full"}`)
	assert.Contains(t, answer, `"body_text":"At 2 GB."`)
	assert.Contains(t, answer, `"body_html":"<p`)

	answer = do("github_update_issue", `{`+issue+`,"edits":[{"old":"2 GB","new":"3 GB"}],"append":"Seen in 1.0.","labels":["bug","P1"],"milestone":""}`)
	assert.Contains(t, answer, `"labels":["bug","P1"]`)
	assert.Contains(t, answer, `"diff":"@@ line 1\n-At 2 GB.\n+At 3 GB.\n+Seen in 1.0."`)
	assert.NotContains(t, answer, `"milestone"`)
	answer = do("github_update_issue", `{`+issue+`,"append":"","edits":[{"old":"3 GB","new":"3 GB"}]}`)
	assert.Contains(t, answer, `"unchanged":true`)

	assert.Contains(t, do("github_check_assignee", `{`+repo+`,"assignee":"crew-01"}`), `"assignable":true`)
	assert.Contains(t, do("github_check_assignee", `{`+repo+`,"assignee":"stan"}`), `"assignable":false`)
	assert.Contains(t, do("github_list_assignees", `{`+repo+`,"limit":100}`), `{"login":"crew-01"}`)
	answer = do("github_add_assignees", `{`+issue+`,"assignees":["octavia","crew-01"]}`)
	assert.Contains(t, answer, `"added":["octavia","crew-01"],"assignees":["hugh","octavia","crew-01"]`)
	answer = do("github_remove_assignees", `{`+issue+`,"assignees":["hugh"]}`)
	assert.Contains(t, answer, `"removed":["hugh"],"assignees":["octavia","crew-01"]`)

	assert.Contains(t, do("github_lock_issue", `{`+issue+`,"lock_reason":"resolved"}`), `"locked":true,"lock_reason":"resolved"`)
	answer = do("github_get_issue", `{`+issue+`}`)
	assert.Contains(t, answer, `"locked":true`)
	assert.Contains(t, answer, `"lock_reason":"resolved"`)
	assert.Contains(t, do("github_unlock_issue", `{`+issue+`}`), `"locked":false`)
	assert.NotContains(t, do("github_get_issue", `{`+issue+`}`), `"locked"`)

	row := fmt.Sprintf(`{"number":%d,"title":"Uploads stop","state":"open"}`, created.Number)
	assert.Contains(t, do("github_list_repo_issues", `{`+repo+`,"labels":["bug"],"assignee":"crew-01","creator":"octavia","milestone":"none","issues_only":true,"fields":["number","title","state"]}`), row)
	for tool, arguments := range map[string]string{
		"github_list_my_issues":  `{"filter":"created","labels":["P1"]`,
		"github_list_org_issues": `{"org":"octoharbor","sort":"updated"`,
	} {
		assert.Contains(t, do(tool, arguments+`,"limit":100,"fields":["number","title","state"]}`), strings.TrimSuffix(row, "}")+`,"repo":"octoharbor/portal"}`, tool)
	}
	assert.Contains(t, do("github_list_account_issues", `{"filter":"all"}`), `"repo":"octavia/notes"`)

	answer = do("github_update_issue", `{`+issue+`,"state":"closed","state_reason":"not_planned"}`)
	assert.Contains(t, answer, `"state":"closed","state_reason":"not_planned"`)
	assert.NotContains(t, do("github_list_repo_issues", `{`+repo+`,"limit":100,"fields":["number","title","state"]}`), row)
	assert.Contains(t, do("github_list_repo_issues", `{`+repo+`,"state":"closed","limit":100}`), `"state_reason":"not_planned"`)
	assert.Len(t, used, len(allTools(t)))
}

// TestSandboxTraps checks what the tools say where GitHub surprises.
func TestSandboxTraps(t *testing.T) {
	t.Parallel()
	run := onSandbox(t)
	const portal = `"owner":"octoharbor","repo":"portal"`
	for name, test := range map[string]struct {
		user, tool, arguments string
		fails                 bool
		want                  string
	}{
		"fields dropped without push access": {"stan", "github_create_issue", `{` + portal + `,"title":"x","labels":["bug"],"assignees":["hugh"],"milestone":"2"}`, false,
			`the milestone \"2\" was not set; label \"bug\" was not set; assignee \"hugh\" was not set; GitHub ignores what is set without push access to the repository and users who cannot be assigned (github_check_assignee)"`},
		"update without push access": {"tess", "github_update_issue", `{` + portal + `,"issue_number":1,"milestone":"someday","type":"Task"}`, false,
			`"warnings":["the milestone is still \"v3.1\", not \"someday\"; the type is still \"Bug\", not \"Task\"; GitHub ignores what is set without push access to the repository"]`},
		"update of a pull request": {sandbox.Me, "github_update_issue", `{` + portal + `,"issue_number":13,"state":"closed"}`, false, `{"number":13,"pull_request":true,"title":`},
		"user who cannot be assigned": {sandbox.Me, "github_add_assignees", `{` + portal + `,"issue_number":2,"assignees":["stan"]}`, false,
			`assignee \"stan\" was not set; `},
		"moved issue is read":           {sandbox.Me, "github_get_issue", `{` + portal + `,"issue_number":9}`, false, `"moved":"to octoharbor/cli#4; use that owner, repo and issue_number"`},
		"moved issue is not written":    {sandbox.Me, "github_update_issue", `{` + portal + `,"issue_number":9,"state":"closed"}`, true, "the issue moved to octoharbor/cli#4. Nothing was changed."},
		"moved issue is not locked":     {sandbox.Me, "github_lock_issue", `{` + portal + `,"issue_number":9}`, true, "the issue moved to octoharbor/cli#4. Nothing was changed."},
		"renamed repository":            {sandbox.Me, "github_get_issue", `{"owner":"octoharbor","repo":"gateway","issue_number":4}`, false, `"moved":"to octoharbor/portal#4; `},
		"deleted issue":                 {sandbox.Me, "github_get_issue", `{` + portal + `,"issue_number":11}`, true, "returned 410"},
		"issues are off":                {sandbox.Me, "github_create_issue", `{"owner":"octoharbor","repo":"mirror","title":"x"}`, true, "This is final: issues are disabled"},
		"archived repository":           {sandbox.Me, "github_update_issue", `{"owner":"octoharbor","repo":"attic","issue_number":1,"state":"closed"}`, true, "archived"},
		"hidden repository":             {"stan", "github_get_issue", `{"owner":"octoharbor","repo":"vault","issue_number":1}`, true, "GitHub also returns 404 if the token lacks permission."},
		"assignee of a hidden one":      {"stan", "github_check_assignee", `{"owner":"octoharbor","repo":"vault","assignee":"hugh"}`, true, "returned 404"},
		"lock without push access":      {"stan", "github_lock_issue", `{` + portal + `,"issue_number":2}`, true, "returned 403"},
		"pull requests are marked":      {sandbox.Me, "github_list_repo_issues", `{` + portal + `,"state":"all","fields":["number","pull_request"]}`, false, `{"number":5,"pull_request":true}`},
		"merged":                        {sandbox.Me, "github_list_repo_issues", `{` + portal + `,"state":"closed","fields":["number","merged"]}`, false, `{"number":14,"merged":true}`},
		"unknown label":                 {sandbox.Me, "github_create_issue", `{` + portal + `,"title":"x","labels":["bgu"]}`, true, `not sent: there is no label "bgu" in octoharbor/portal; did you mean "bug"? Pass create_labels=true to create it.`},
		"unknown label of a list":       {sandbox.Me, "github_list_repo_issues", `{` + portal + `,"labels":["bug","bgu"]}`, true, `there is no label "bgu" in octoharbor/portal; did you mean "bug"?`},
		"no issues with known labels":   {sandbox.Me, "github_list_repo_issues", `{` + portal + `,"labels":["BUG","wontfix"]}`, false, `"rows":[]`},
		"me in a list":                  {"tess", "github_list_repo_issues", `{` + portal + `,"assignee":"@me","state":"all","fields":["number","assignees"]}`, false, `"rows":`},
		"me as an assignee":             {"hugh", "github_add_assignees", `{` + portal + `,"issue_number":3,"assignees":["me"]}`, false, `"added":["hugh"]`},
		"assignee of the issue":         {sandbox.Me, "github_add_assignees", `{` + portal + `,"issue_number":1,"assignees":["Hugh"]}`, false, `{"number":1,"assignees":["hugh"],`},
		"not assigned":                  {sandbox.Me, "github_remove_assignees", `{` + portal + `,"issue_number":4,"assignees":["stan"]}`, false, `"warnings":["\"stan\" was not assigned"]`},
		"unchanged":                     {sandbox.Me, "github_update_issue", `{` + portal + `,"issue_number":4,"state":"open"}`, false, `"unchanged":true`},
		"eleven assignees":              {sandbox.Me, "github_add_assignees", `{` + portal + `,"issue_number":2,"assignees":["a","b","c","d","e","f","g","h","i","j","k"]}`, true, "not sent: "},
		"reason without a state":        {sandbox.Me, "github_update_issue", `{` + portal + `,"issue_number":2,"state_reason":"duplicate"}`, true, "pass state closed with it"},
		"comments":                      {sandbox.Me, "github_get_issue", `{` + portal + `,"issue_number":12,"include":["comments"]}`, false, `"comments":`},
		"comments of issues everywhere": {sandbox.Me, "github_list_my_issues", `{"filter":"all","state":"all","limit":50,"include":["comments"],"fields":["repo","number"]}`, false, `"comments":[{"author":`},
	} {
		answer, failed := run(test.user, test.tool, test.arguments)
		assert.Equal(t, test.fails, failed, "%s: %s", name, answer)
		assert.Contains(t, answer, test.want, name)
	}
}

// TestEveryToolHasASandboxRoute sends the documented request of each golden file to
// the sandbox, which must know the route.
func TestEveryToolHasASandboxRoute(t *testing.T) {
	t.Parallel()
	box := sandbox.New()
	for _, file := range golden.Read(t) {
		line := golden.DocumentedLine(t, file)
		line = strings.NewReplacer("octocat", "octoharbor", "Hello-World", "portal", "/1347", "/12", "/orgs/github", "/orgs/octoharbor", "/assignees/hubot", "/assignees/hugh").Replace(line)
		method, path, _ := strings.Cut(line, " ")
		r := httptest.NewRequest(method, sandbox.Prefix+strings.TrimPrefix(path, golden.Base), strings.NewReader("{}"))
		r.Header.Set("Authorization", "Bearer "+sandbox.Token)
		r.Header.Set("User-Agent", "test")
		w := httptest.NewRecorder()
		box.ServeHTTP(w, r)
		if !strings.HasSuffix(path, "/assignees/octoharbor") { // nobody of this name
			assert.NotEqual(t, http.StatusNotFound, w.Code, "%s: the sandbox has no route for %s", file.Name, line)
		}
	}
}
