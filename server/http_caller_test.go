package server_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// annAndBob is a fake GitCode with two users. It puts the user's name into the
// title of every issue, and records the headers it receives.
type annAndBob struct {
	mu      sync.Mutex
	headers []http.Header
}

func (s *annAndBob) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.headers = append(s.headers, r.Header)
	s.mu.Unlock()
	name := map[string]string{"Bearer token-of-ann-1": "ann", "Bearer token-of-bob-1": "bob"}[r.Header.Get("Authorization")]
	if name == "" {
		http.Error(w, `{"message":"401 Unauthorized"}`, http.StatusUnauthorized)
		return
	}
	fmt.Fprintf(w, `{"id":1,"number":1,"title":"of %s"}`, name)
}

func TestUsersAreSeparate(t *testing.T) {
	t.Parallel()
	service := &annAndBob{}
	r := start(t, service, func(s *setup) {
		s.userTokens = true
		s.http.Secret = "open sesame"
	})
	ann := []string{"Authorization", "Bearer open sesame", "X-GitCode-Token", "token-of-ann-1"}
	bob := []string{"Authorization", "Bearer open sesame", "X-GitCode-Token", "token-of-bob-1"}
	get, header := modernCall("get_issue", `{"owner":"o","repo":"r","number":1}`)

	_, body := r.post(t, "/mcp", get, append(header, ann...)...)
	assert.Contains(t, body, "of ann")
	_, body = r.post(t, "/mcp", get, append(header, bob...)...)
	assert.Contains(t, body, "of bob")
	_, body = r.post(t, "/mcp", get, append(header, "Authorization", "Bearer open sesame", "X-GitCode-Token", "token-of-eve")...)
	assert.Contains(t, body, "401 Unauthorized")

	_, body = r.post(t, "/mcp", get, append(header, "Authorization", "Bearer open sesame")...)
	assert.Contains(t, body, "401 Unauthorized. Without a token, GitCode shows only public data. Put one in the header X-GitCode-Token.", "no other token is used instead")

	for _, tokens := range [][]string{{"token-of-ann-1", "token-of-bob-1"}, {"", "token-of-ann-1"}} {
		req, err := http.NewRequest(http.MethodPost, r.url+"/mcp", strings.NewReader(get))
		require.NoError(t, err)
		all := append(header, "Authorization", "Bearer open sesame", "Content-Type", "application/json", "Accept", "application/json, text/event-stream")
		for i := 0; i < len(all); i += 2 {
			req.Header.Set(all[i], all[i+1])
		}
		req.Header["X-Gitcode-Token"] = tokens
		resp, err := r.client.Do(req)
		require.NoError(t, err)
		resp.Body.Close()
		assert.Equal(t, http.StatusBadRequest, resp.StatusCode, "which token is meant is unclear: %q", tokens)
	}

	session := r.startSession(t, ann...)
	call := strings.Replace(fmt.Sprintf(getIssue, "3"), "openharbor", "o", 1)
	resp, body := r.post(t, "/mcp", call, append(ann, "Mcp-Session-Id", session)...)
	assert.Equal(t, http.StatusOK, resp.StatusCode)
	assert.Contains(t, body, "of ann")
	for _, method := range []string{"POST", "GET", "DELETE"} {
		resp, _ = r.do(t, method, "/mcp", strings.NewReader(call), append(bob, "Mcp-Session-Id", session)...)
		assert.Equal(t, http.StatusNotFound, resp.StatusCode, "%s: Ann's session does not exist for Bob", method)
	}
	resp, _ = r.post(t, "/mcp", listTools, append(ann, "Mcp-Session-Id", session)...)
	assert.Equal(t, http.StatusOK, resp.StatusCode, "Bob's DELETE did not end Ann's session")

	stream := openSSE(t, r, ann...)
	resp, _ = r.post(t, stream.endpoint, listTools, bob...)
	assert.Equal(t, http.StatusNotFound, resp.StatusCode, "Bob cannot use Ann's stream")
	resp, _ = r.post(t, stream.endpoint, call, ann...)
	assert.Equal(t, http.StatusAccepted, resp.StatusCode)
	assert.Contains(t, stream.next(t), "of ann")

	for _, h := range service.headers {
		assert.NotContains(t, fmt.Sprint(h), "sesame", "the server's secret is not sent to GitCode")
		assert.Empty(t, h.Get("X-GitCode-Token"))
	}
	for _, secret := range []string{"token-of-ann-1", "token-of-bob-1", "token-of-eve", "sesame"} {
		assert.NotContains(t, r.log.String(), secret)
	}
}

func TestUsersHaveSeparateRateLimits(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := startInMemory(t, &annAndBob{}, func(s *setup) {
			s.userTokens = true
			s.gitcode.Rates = []rest.Rate{{Requests: 2, Per: time.Minute}}
			s.gitcode.MaxWait = -1
		})
		get, header := modernCall("get_issue", `{"owner":"o","repo":"r","number":1}`)
		requireOutcome := func(user string, ok bool) {
			t.Helper()
			_, body := r.post(t, "/mcp", get, append(header, "X-GitCode-Token", "token-of-"+user+"-1")...)
			require.Equal(t, ok, strings.Contains(body, "of "+user), body)
		}
		requireOutcome("ann", true)
		requireOutcome("ann", true)
		requireOutcome("ann", false) // the limit spans requests
		requireOutcome("bob", true)
		time.Sleep(time.Minute)
		requireOutcome("ann", true)
	})
}

// TestTokensOfCallersGoNoFurther checks that a token which the server does not
// need is removed from the request all the same.
func TestTokensOfCallersGoNoFurther(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), nil)
	r.mcp.AddTool(mcp.NewTool("show_headers", mcp.WithDescription("for the test")), func(_ context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return mcp.NewToolResultText(fmt.Sprint(req.Header)), nil
	})
	call, header := modernCall("show_headers", `{}`)
	_, body := r.post(t, "/mcp", call, append(header, "X-GitCode-Token", "token-of-ann-1", "X-Other", "seen")...)
	assert.Contains(t, body, "seen")
	assert.NotContains(t, body, "token-of-ann-1")
}

// selectionOfServer is the selection of the server in the tests of callers'
// selections.
var selectionOfServer = server.Selection{Toolsets: []string{"issues", "comments"}}

func TestCallersCanOnlyRestrictTheTools(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(s *setup) { s.server.Selection = selectionOfServer })
	session := r.startSession(t)
	ofServer := func(tool tools.Tool) bool { return tool.Toolset == "issues" || tool.Toolset == "comments" }
	all := len(toolsThat(ofServer))
	comments := len(toolsThat(func(tool tools.Tool) bool { return tool.Toolset == "comments" }))
	reads := len(toolsThat(func(tool tools.Tool) bool { return ofServer(tool) && tool.Effect == tools.Reads }))
	for name, test := range map[string]struct {
		header []string
		want   int
	}{
		"no headers":                   {nil, all},
		"a toolset":                    {[]string{"X-MCP-Toolsets", "comments"}, comments},
		"toolsets the server excludes": {[]string{"X-MCP-Toolsets", "comments,labels,enterprise"}, comments},
		"read-only":                    {[]string{"X-MCP-Readonly", "true"}, reads},
		"read-only as 1":               {[]string{"X-MCP-Readonly", "1"}, reads},
		"read-only as T":               {[]string{"X-MCP-Readonly", "T"}, reads},
		"not read-only":                {[]string{"X-MCP-Readonly", "false"}, all},
		"not read-only, as 0":          {[]string{"X-MCP-Readonly", "0"}, all},
		"a list with empty elements":   {[]string{"X-MCP-Toolsets", ",comments,"}, comments},
		"tools":                        {[]string{"X-MCP-Tools", "get_issue, add_labels"}, 1},
		"a tool the server excludes":   {[]string{"X-MCP-Tools", "add_labels"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			_, body := r.post(t, "/mcp", listTools, append(test.header, "Mcp-Session-Id", session)...)
			assert.Equal(t, test.want, strings.Count(body, `"inputSchema"`))
		})
	}
}

// TestUnclearRestrictionsAreRejected checks that a header which restricts nothing
// as it stands is not taken for permission to use every tool.
func TestUnclearRestrictionsAreRejected(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), nil)
	session := r.startSession(t)
	for name, test := range map[string]struct {
		header, value string
		want          string
	}{
		"yes":                 {"X-MCP-Readonly", "yes", `X-MCP-Readonly: "yes" is neither true nor false`},
		"on":                  {"X-MCP-Readonly", "on", `"on" is neither true nor false`},
		"empty read-only":     {"X-MCP-Readonly", "", `"" is neither true nor false`},
		"placeholder":         {"X-MCP-Readonly", "${READ_ONLY}", "is neither true nor false"},
		"empty tools":         {"X-MCP-Tools", "", "X-MCP-Tools: the list is empty"},
		"only commas":         {"X-MCP-Tools", " , ,", "X-MCP-Tools: the list is empty"},
		"empty toolsets":      {"X-MCP-Toolsets", ",", "X-MCP-Toolsets: the list is empty"},
		"toolset among tools": {"X-MCP-Tools", "comments", `X-MCP-Tools: unknown tool "comments"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, path := range []string{"/mcp", "/message?sessionId=x"} {
				resp, body := r.post(t, path, listTools, "Mcp-Session-Id", session, test.header, test.value)
				assert.Equal(t, http.StatusBadRequest, resp.StatusCode, path)
				assert.Contains(t, body, test.want, path)
			}
		})
	}
}

func TestExcludedCallsGiveTheReason(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(s *setup) { s.server.Selection = selectionOfServer })
	session := r.startSession(t)
	for name, test := range map[string]struct {
		tool   string
		header []string
		want   string
	}{
		"by X-MCP-Readonly":      {"comment", []string{"X-MCP-Readonly", "true"}, "comment is not offered: excluded by the request's X-MCP-Readonly header"},
		"by X-MCP-Toolsets":      {"comment", []string{"X-MCP-Toolsets", "issues"}, "comment is not offered: excluded by the request's X-MCP-Toolsets header"},
		"by X-MCP-Tools":         {"comment", []string{"X-MCP-Tools", "get_issue"}, "comment is not offered: excluded by the request's X-MCP-Tools header"},
		"by the server":          {"add_labels", []string{"X-MCP-Toolsets", "labels"}, "add_labels is not offered: the server does not include the toolset labels (GITCODE_MCP_TOOLSETS)"},
		"not excluded: comments": {"comment", nil, `"issue":1`},
	} {
		t.Run(name, func(t *testing.T) {
			call := fmt.Sprintf(`{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":%q,"arguments":{"owner":"openharbor","repo":"portal","number":1,"body":"x"}}}`, test.tool)
			_, body := r.post(t, "/mcp", call, append(test.header, "Mcp-Session-Id", session)...)
			assert.Contains(t, strings.ReplaceAll(body, `\u0026`, "&"), test.want)
		})
	}
}
