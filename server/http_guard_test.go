package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

// TestAccess checks which requests are accepted.
func TestAccess(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(s *setup) {
		s.http.Secret = "open sesame"
		s.http.AllowOrigins = []string{"https://friend.test"}
	})
	const auth, secret = "Authorization", "Bearer open sesame"
	host := strings.TrimPrefix(r.url, "http://")
	session := r.startSession(t, auth, secret)
	deleted := r.startSession(t, auth, secret)
	resp, _ := r.do(t, http.MethodDelete, "/mcp", nil, auth, secret, "Mcp-Session-Id", deleted)
	require.Equal(t, http.StatusOK, resp.StatusCode)

	for _, test := range []struct {
		name, method, path string
		body               string
		header             []string
		status             int
		want               string // part of the body
	}{
		{"no secret", "POST", "/mcp", initialize, nil, 401, "secret"},
		{"no secret, GET", "GET", "/mcp", "", nil, 401, "secret"},
		{"no secret, HTTP+SSE", "GET", "/sse", "", nil, 401, "secret"},
		{"no secret, message", "POST", "/message?sessionId=x", listTools, nil, 401, "secret"},
		{"no secret, metrics", "GET", "/metrics", "", nil, 401, "secret"},
		{"no secret, unknown path", "GET", "/debug/pprof", "", nil, 401, "secret"},
		{"wrong secret", "POST", "/mcp", initialize, []string{auth, "Bearer open sesam"}, 401, "secret"},
		{"longer secret", "POST", "/mcp", initialize, []string{auth, secret + "!"}, 401, "secret"},
		{"secret as Basic", "POST", "/mcp", initialize, []string{auth, "Basic open sesame"}, 401, "secret"},
		{"secret", "POST", "/mcp", initialize, []string{auth, secret}, 200, "serverInfo"},
		{"secret, lower-case scheme", "POST", "/mcp", initialize, []string{auth, "bearer open sesame"}, 200, "serverInfo"},
		{"healthz without secret", "GET", "/healthz", "", nil, 200, "ok"},
		{"readyz without secret", "GET", "/readyz", "", nil, 200, "ready"},
		{"page without secret", "GET", "/", "", nil, 200, "<h1>gitcode-mcp</h1>"},
		{"metrics", "GET", "/metrics", "", []string{auth, secret}, 200, "gitcode_mcp_sessions"},
		{"foreign origin", "POST", "/mcp", initialize, []string{auth, secret, "Origin", "https://evil.test"}, 403, "origin"},
		{"foreign origin, GET", "GET", "/mcp", "", []string{auth, secret, "Origin", "https://evil.test"}, 403, "origin"},
		{"foreign origin, DELETE", "DELETE", "/mcp", "", []string{auth, secret, "Origin", "https://evil.test"}, 403, "origin"},
		{"foreign origin, HTTP+SSE", "GET", "/sse", "", []string{auth, secret, "Origin", "https://evil.test"}, 403, "origin"},
		{"foreign origin, message", "POST", "/message", "", []string{auth, secret, "Origin", "https://evil.test"}, 403, "origin"},
		{"foreign origin, page", "GET", "/", "", []string{"Origin", "https://evil.test"}, 403, "origin"},
		{"foreign origin, preflight", "OPTIONS", "/mcp", "", []string{"Origin", "https://evil.test"}, 403, "origin"},
		{"opaque origin", "POST", "/mcp", initialize, []string{auth, secret, "Origin", "null"}, 403, "origin"},
		{"own origin", "POST", "/mcp", initialize, []string{auth, secret, "Origin", r.url}, 200, "serverInfo"},
		{"allowed origin", "POST", "/mcp", initialize, []string{auth, secret, "Origin", "https://friend.test"}, 200, "serverInfo"},
		{"allowed origin, preflight", "OPTIONS", "/mcp", "", []string{"Origin", "https://friend.test"}, 204, ""},
		{"DNS rebinding", "POST", "/mcp", initialize, []string{auth, secret, "Host", "evil.test"}, 403, "loopback"},
		{"DNS rebinding, same origin", "POST", "/mcp", initialize, []string{auth, secret, "Host", "evil.test", "Origin", "http://evil.test"}, 403, "loopback"},
		{"DNS rebinding, page", "GET", "/", "", []string{"Host", "evil.test"}, 403, "loopback"},
		{"localhost", "POST", "/mcp", initialize, []string{auth, secret, "Host", "localhost" + host[strings.LastIndex(host, ":"):]}, 200, "serverInfo"},
		{"5 MiB", "POST", "/mcp", strings.Repeat(" ", 5<<20), []string{auth, secret}, 413, "exceeds 4 MiB"},
		{"5 MiB, message", "POST", "/message", strings.Repeat(" ", 5<<20), []string{auth, secret}, 413, "exceeds 4 MiB"},
		{"session", "POST", "/mcp", listTools, []string{auth, secret, "Mcp-Session-Id", session}, 200, "get_issue"},
		{"unknown session", "POST", "/mcp", listTools, []string{auth, secret, "Mcp-Session-Id", "nobody"}, 404, "no such session"},
		{"unknown session, GET", "GET", "/mcp", "", []string{auth, secret, "Mcp-Session-Id", "nobody"}, 404, "no such session"},
		{"deleted session", "POST", "/mcp", listTools, []string{auth, secret, "Mcp-Session-Id", deleted}, 404, "no such session"},
		{"no session", "POST", "/mcp", listTools, []string{auth, secret}, 404, ""},
		{"stream without session", "GET", "/mcp", "", []string{auth, secret}, 400, "requires a session"},
		{"unknown HTTP+SSE session", "POST", "/message?sessionId=nobody", listTools, []string{auth, secret}, 404, "no such session"},
		{"unknown toolset", "POST", "/mcp", listTools, []string{auth, secret, "X-MCP-Toolsets", "issue"}, 400, "X-MCP-Toolsets: unknown toolset"},
		{"unknown path", "GET", "/nowhere", "", []string{auth, secret}, 404, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			resp, body := r.do(t, test.method, test.path, strings.NewReader(test.body), test.header...)
			assert.Equal(t, test.status, resp.StatusCode, "%.100s", body)
			assert.Contains(t, body, test.want)
			assert.Equal(t, test.status == http.StatusUnauthorized, resp.Header.Get("WWW-Authenticate") == "Bearer")
			assert.NotContains(t, body, "sesame")
			if test.status == http.StatusForbidden {
				assert.Empty(t, resp.Header.Get("Access-Control-Allow-Origin"))
			}
		})
	}
}
