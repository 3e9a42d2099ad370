package gitcode_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/mark3labs/mcp-go/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	toolset "gitcode.com/gitcode-mcp/gitcode-mcp/tools/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

// connectAnonymously returns an MCP client of a server without a token, and a function
// that returns what it has requested since the last call.
func connectAnonymously(t testing.TB, env tools.Env, rates []rest.Rate) (*client.Client, func() []string) {
	t.Helper()
	var mu sync.Mutex
	var requests []string
	box := sandbox.New()
	url := toolstest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.NotContains(t, r.Header, "Authorization")
		mu.Lock()
		requests = append(requests, r.Method+" "+strings.TrimPrefix(r.URL.Path, sandbox.Prefix))
		mu.Unlock()
		box.ServeHTTP(w, r)
	}))
	c, err := api.New(api.Config{BaseURL: url + sandbox.Prefix, Rates: rates, MaxWait: -1})
	require.NoError(t, err)
	return toolstest.Connect(t, toolset.Tools(c, settings), env), func() []string {
		mu.Lock()
		defer mu.Unlock()
		taken := requests
		requests = nil
		return taken
	}
}

const (
	putToken   = "Put a valid token in GITCODE_TOKEN. " + toolset.CreateToken
	onlyPublic = "Without a token, GitCode shows only public data. Put one in GITCODE_TOKEN. " + toolset.CreateToken
)

// TestWithoutToken reads public data without a token. What needs one says so.
func TestWithoutToken(t *testing.T) {
	t.Parallel()
	session, requests := connectAnonymously(t, tools.Env{}, plenty)
	const portal = `{"owner":"openharbor","repo":"portal"`
	for call, want := range map[[2]string]string{
		{"get_issue", portal + `,"number":1,"include":["comments","pull_requests","logs"]}`}: `"comments":[`,
		{"list_repo_issues", portal + `,"include":["comments"]}`}:                            `"total":13`,
		{"list_issue_comments", portal + `,"number":2}`}:                                     `"author":"sunli"`,
		{"list_repo_comments", portal + `}`}:                                                 `"rows":[`,
		{"search_issues", `{"q":"upload"}`}:                                                  `"rows":[`,
		{"get_repo", portal + `}`}:                                                           `"missing":[{"part":"assignees","reason":"unauthenticated: `,
	} {
		result := toolstest.Call(t, session, call[0], call[1])
		require.False(t, result.IsError, text(t, result))
		assert.Contains(t, text(t, result), want, call)
	}
	for call, want := range map[[2]string]string{
		{"get_issue", portal + `,"number":5}`}:                     "Check owner=openharbor, repo=portal and number=5, which may need a token. " + onlyPublic,
		{"list_user_issues", `{}`}:                                 "private-token, required",
		{"list_org_issues", `{"org":"openharbor"}`}:                onlyPublic,
		{"list_enterprise_issues", `{"enterprise":"harbor-tech"}`}: onlyPublic,
		{"list_issue_types", `{"org":"openharbor"}`}:               onlyPublic,
		{"list_repo_issues", portal + `,"assignee":"me"}`}:         onlyPublic,
	} {
		result := toolstest.Call(t, session, call[0], call[1])
		require.True(t, result.IsError, text(t, result))
		assert.Contains(t, text(t, result), want, call)
	}
	requests()
	for tool, arguments := range golden.Writes(t, allTools(t)) {
		result := toolstest.Call(t, session, tool, arguments)
		require.True(t, result.IsError, text(t, result))
		assert.Equal(t, tool+": not sent: there is no token. "+putToken, text(t, result))
	}
	assert.Empty(t, requests(), "a write fails before anything is read for it")
}

// TestDryRunWithoutToken checks that the requests of a write can be shown without a
// token.
func TestDryRunWithoutToken(t *testing.T) {
	t.Parallel()
	session, _ := connectAnonymously(t, tools.Env{DryRun: true}, plenty)
	result := toolstest.Call(t, session, "update_issue", `{"owner":"openharbor","repo":"portal","number":1,"state":"closed","labels":["bug"]}`)
	require.False(t, result.IsError, text(t, result))
	assert.Contains(t, text(t, result), `"dry_run":[{"method":"PATCH"`)
}

// TestRatesWithoutToken checks that calls without a token are limited.
func TestRatesWithoutToken(t *testing.T) {
	t.Parallel()
	session, requests := connectAnonymously(t, tools.Env{}, []rest.Rate{{Requests: 2, Per: plenty[0].Per}})
	for n := range 4 {
		result := toolstest.Call(t, session, "get_issue", `{"owner":"openharbor","repo":"portal","number":1}`)
		assert.Equal(t, n >= 2, result.IsError, text(t, result))
		if n >= 2 {
			assert.Contains(t, text(t, result), "the local rate limit is exhausted")
		}
	}
	assert.Len(t, requests(), 2)
}
