package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// usersService knows two users by their tokens and tells each their name; it
// notes what it is sent.
type usersService struct {
	mu      sync.Mutex
	headers []http.Header
}

func (s *usersService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
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

func TestUsersAreKeptApart(t *testing.T) {
	t.Parallel()
	service := &usersService{}
	r := start(t, service, func(cfg *server.Config, over *server.HTTPConfig) {
		cfg.Env.Client = cfg.Env.Client.As("") // the server has no token of its own
		over.Users = cfg.Env.Client
		over.Secret = "open sesame"
	})
	ann := []string{"Authorization", "Bearer open sesame", "X-GitCode-Token", "token-of-ann-1"}
	bob := []string{"Authorization", "Bearer open sesame", "X-GitCode-Token", "token-of-bob-1"}
	get, head := modern("get_issue", `{"owner":"o","repo":"r","number":1}`)

	_, body := r.post(t, "/mcp", get, append(head, ann...)...)
	assert.Contains(t, body, "of ann")
	_, body = r.post(t, "/mcp", get, append(head, bob...)...)
	assert.Contains(t, body, "of bob")
	_, body = r.post(t, "/mcp", get, append(head, "Authorization", "Bearer open sesame", "X-GitCode-Token", "token-of-eve")...)
	assert.Contains(t, body, "401 Unauthorized")

	resp, body := r.post(t, "/mcp", get, append(head, "Authorization", "Bearer open sesame")...)
	assert.Equal(t, http.StatusUnauthorized, resp.StatusCode, "without a token there is none to fall back to")
	assert.Contains(t, body, "X-GitCode-Token")

	session := r.begin(t, ann...)
	call := strings.Replace(fmt.Sprintf(getIssue, "3"), "openharbor", "o", 1)
	resp, body = r.post(t, "/mcp", call, append(ann, "Mcp-Session-Id", session)...)
	assert.Equal(t, http.StatusOK, resp.StatusCode)
	assert.Contains(t, body, "of ann")
	for _, method := range []string{"POST", "GET", "DELETE"} {
		resp, _ = r.do(t, method, "/mcp", strings.NewReader(call), append(bob, "Mcp-Session-Id", session)...)
		assert.Equal(t, http.StatusNotFound, resp.StatusCode, "%s: ann's session does not exist for bob", method)
	}
	resp, _ = r.post(t, "/mcp", listTools, append(ann, "Mcp-Session-Id", session)...)
	assert.Equal(t, http.StatusOK, resp.StatusCode, "and bob did not end it")

	events := openSSE(t, r, ann...)
	resp, _ = r.post(t, events.endpoint, listTools, bob...)
	assert.Equal(t, http.StatusNotFound, resp.StatusCode, "nor on HTTP+SSE")
	resp, _ = r.post(t, events.endpoint, call, ann...)
	assert.Equal(t, http.StatusAccepted, resp.StatusCode)
	assert.Contains(t, events.next(t), "of ann")

	for _, h := range service.headers {
		assert.NotContains(t, fmt.Sprint(h), "sesame", "the server's secret goes no further")
		assert.Empty(t, h.Get("X-GitCode-Token"))
	}
	for _, secret := range []string{"token-of-ann-1", "token-of-bob-1", "token-of-eve", "sesame"} {
		assert.NotContains(t, r.log.String(), secret)
	}
}

func TestUsersHaveBudgetsOfTheirOwn(t *testing.T) {
	t.Parallel()
	service := httptest.NewServer(&usersService{})
	t.Cleanup(service.Close)
	base, err := gitcode.New(gitcode.Config{BaseURL: service.URL, Rates: []gitcode.Rate{{Requests: 2, Per: time.Minute}}, MaxWait: -1})
	require.NoError(t, err)
	get := func(token string) error {
		_, err := base.As(token).GetIssue(t.Context(), gitcode.IssueRef{RepoRef: gitcode.RepoRef{Owner: "o", Repo: "r"}, Number: 1})
		return err
	}
	require.NoError(t, get("token-of-ann-1"))
	require.NoError(t, get("token-of-ann-1"))
	require.ErrorContains(t, get("token-of-ann-1"), "budget", "a new client for each request, one budget")
	require.NoError(t, get("token-of-bob-1"))
}

func TestCallersNarrowAndNeverWiden(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(cfg *server.Config, _ *server.HTTPConfig) {
		cfg.Selection = server.Selection{Toolsets: []string{"issues", "comments"}}
	})
	session := r.begin(t)
	offered := func(header ...string) int {
		_, body := r.post(t, "/mcp", listTools, append(header, "Mcp-Session-Id", session)...)
		return strings.Count(body, `"inputSchema"`)
	}
	ofServer := func(tool tools.Tool) bool { return tool.Toolset == "issues" || tool.Toolset == "comments" }
	all := len(toolsThat(ofServer))
	comments := len(toolsThat(func(tool tools.Tool) bool { return tool.Toolset == "comments" }))
	reads := len(toolsThat(func(tool tools.Tool) bool { return ofServer(tool) && tool.Effect == tools.Reads }))
	assert.Equal(t, all, offered())
	assert.Equal(t, comments, offered("X-MCP-Toolsets", "comments"))
	assert.Equal(t, comments, offered("X-MCP-Toolsets", "comments,labels,enterprise"), "what the server leaves out stays out")
	assert.Equal(t, reads, offered("X-MCP-Readonly", "true"))
	assert.Equal(t, 1, offered("X-MCP-Tools", "get_issue,add_labels"))
	assert.Equal(t, 0, offered("X-MCP-Tools", "add_labels"))
	assert.Equal(t, all, offered("X-MCP-Readonly", "false"))

	call := `{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"comment","arguments":{"owner":"openharbor","repo":"portal","number":1,"body":"x"}}}`
	_, body := r.post(t, "/mcp", call, "Mcp-Session-Id", session, "X-MCP-Readonly", "true")
	assert.Contains(t, body, "X-MCP headers leave it out")
	_, body = r.post(t, "/mcp", strings.Replace(call, `"comment"`, `"add_labels"`, 1), "Mcp-Session-Id", session, "X-MCP-Toolsets", "labels")
	assert.Contains(t, body, "GITCODE_TOOLSETS")
	_, body = r.post(t, "/mcp", call, "Mcp-Session-Id", session)
	assert.NotContains(t, body, "isError")
}
