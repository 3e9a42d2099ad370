package gitcode_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox/fault"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	toolset "gitcode.com/gitcode-mcp/gitcode-mcp/tools/gitcode"
)

// faults maps the owner in a request to the fault that the service injects.
var faults = map[string]fault.Fault{
	"401":             {Status: 401, Body: `{"message":"401 Unauthorized"}`},
	"no-token":        {Status: 400, Body: `{"error_code":400,"error_code_name":"UN_KNOW","error_message":"Orchestration error: Invalid header parameter: private-token, required"}`},
	"token-not-found": {Status: 404, Body: `{"error_code":404,"error_code_name":"error","error_message":"404, token not found"}`},
	"not-exist":       {Status: 400, Body: `{"error_code":1003,"error_code_name":"NOT_EXIST","error_message":"项目不存在"}`},
	"403-scope":       {Status: 403, Body: `{"error_code":403,"error_code_name":"FORBIDDEN","error_message":"no scopes:read_projects","trace_id":"0f3a"}`},
	"403-apig":        {Status: 400, Body: `{"error_code":400,"error_message":"CH.00000403 apig token has not permission to request url"}`},
	"403":             {Status: 400, Body: `{"error_message":"403 Forbidden - You don't have the authority"}`},
	"409":             {Status: 400, Body: `{"error_code":409,"error_message":"name already exists"}`},
	"418":             {Status: 418, Body: "<html><body>The request was blocked</body></html>"},
	"429-retry-after": {Status: 429, Header: http.Header{"Retry-After": {"47"}}},
	"429":             {Status: 429, Body: `{"error_code":429,"error_message":"too many requests"}`},
	"502":             {Status: 502, Body: "<html>Bad Gateway</html>"},
	"cut-off":         {CutOff: true},
	"reset":           {Reset: true},
	"timeout":         {Delay: time.Hour},
	"moved":           {Redirect: "https://elsewhere.test/api/v5/repos/new/home/issues/1?private=1", Status: 301},
	"garbage":         {Garbage: true},
	"echo":            {Echo: true},
}

// TestWhatAModelReads calls tools of a service that fails in every way. With -v
// it prints what a model reads.
func TestWhatAModelReads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, whatAModelReads) // for the timeouts
}

func whatAModelReads(t *testing.T) {
	transport, stop := fault.Pipe(fault.Inject(sandbox.New(), func(r *http.Request) fault.Fault {
		owner, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, sandbox.Prefix+"/repos/"), "/")
		return faults[owner]
	}))
	t.Cleanup(stop)
	c, err := api.New(api.Config{
		BaseURL: "http://gitcode.test" + sandbox.Prefix, Token: sandbox.Token, MaxWait: -1, Timeout: 30 * time.Second, Rates: rest.Unlimited, Transport: transport,
	})
	require.NoError(t, err)
	var log bytes.Buffer
	session := connectTo(t, server.Config{
		Tools: toolset.Tools(c, settings), Env: tools.Env{MaxResult: 60_000, Audit: server.NewAuditLog(&log).Record}, Version: "test",
		Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})

	const get, create, update, comment = "get_issue", "create_issue", "update_issue", "comment"
	for _, test := range []struct{ owner, tool, advice string }{
		{"401", get, "Put a valid token in GITCODE_TOKEN. Create one on gitcode.com"},
		{"no-token", get, "Put a valid token in GITCODE_TOKEN."},
		{"token-not-found", update, "404, token not found (error_code 404 error). Put a valid token in GITCODE_TOKEN."},
		{"403-scope", get, "The token lacks the scope read_projects."},
		{"403-apig", get, "The token lacks a scope."},
		{"403-apig", create, "Either the token's owner may not set one of the fields sent (body, title), or the token lacks a scope."},
		{"403", update, "Ask for access to the repository"},
		{"404", get, "Check owner=404, repo=portal and number=1. GitCode also returns 404 if the token lacks permission"},
		{"404", comment, "Check owner=404, repo=portal and number=1. GitCode"},
		{"not-exist", create, "项目不存在 (error_code 1003 NOT_EXIST). Check owner=not-exist and repo=portal. GitCode"},
		{"409", create, "Read it again before retrying."},
		{"418", comment, "Rephrase it"},
		{"429-retry-after", get, "Retry in 47s."},
		{"429", get, "Wait a minute, then retry."},
		{"502", get, "Retry in a minute."},
		{"cut-off", get, "the response is cut off. GitCode cannot"},
		{"garbage", get, `returned 200: the response is not JSON; it starts with "<html><body>service is busy". The response does not match GitCode's documentation. Retry; for a list, use a smaller per_page.`},
		{"timeout", get, "no response in time. GitCode cannot"},
		{"moved", get, "moved to /api/v5/repos/new/home/issues/1. The repository or issue has moved. Call again with its new owner and name."},
		{"moved", update, "moved to /api/v5/repos/new/home/issues/1"},
		{"reset", create, "The outcome is unknown. Check with list_repo_issues (sort=created, search=the title) before retrying."},
		{"timeout", comment, "no response in time. The outcome is unknown. Check with list_issue_comments (order=desc) before retrying."},
		{"502", update, "Retry in a minute."}, // the read before the write fails
		{"echo", comment, "Correct the arguments"},
	} {
		arguments := map[string]any{"owner": test.owner, "repo": "portal", "number": 1}
		switch test.tool {
		case create:
			delete(arguments, "number")
			arguments["title"] = "private words"
		case update:
			arguments["state"] = "closed"
		case comment:
			arguments["body"] = "private words"
		}
		encoded, err := json.Marshal(arguments)
		require.NoError(t, err)
		result := call(t, session, test.tool, string(encoded))
		message := text(t, result)
		assert.True(t, result.IsError, test.owner)
		assert.Contains(t, message, test.advice, test.owner)
		assert.NotContains(t, message, sandbox.Token, test.owner)
		assert.NotContains(t, message, "127.0.0.1", test.owner)
		assert.NotContains(t, message, "gitcode.test", test.owner)
		t.Logf("%s %s:\n%s", test.owner, test.tool, message)
	}
	assert.NotContains(t, log.String(), sandbox.Token, "the log contains no token, not even at debug")
	assert.NotContains(t, log.String(), "private words", "the log contains no arguments")
	assert.Contains(t, log.String(), `"msg":"write","tool":"create_issue","target":"reset/portal","outcome":"outcome_unknown","user":"`)
}

func TestDryRunsMatchTheOutputSchemas(t *testing.T) {
	t.Parallel()
	for name, arguments := range writes(t) {
		result, _ := do(t, readsOnly(t), tools.Env{DryRun: true}, name, arguments)
		var value any
		require.NoError(t, json.Unmarshal([]byte(text(t, result)), &value))
		assert.NoError(t, compile(t, toolNamed(t, name).Output()).Validate(value), name)
	}
}
