package server_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// running is a server over HTTP with its log.
type running struct {
	url  string
	log  *safeBuffer
	http *server.HTTP
	stop context.CancelFunc
	done chan error
}

// start serves on a loopback port; change adapts the configuration.
func start(t testing.TB, service http.Handler, change func(*server.Config, *server.HTTPConfig)) *running {
	t.Helper()
	web := httptest.NewServer(service)
	t.Cleanup(func() {
		web.CloseClientConnections()
		web.Close()
	})
	metrics := server.NewMetrics()
	client, err := gitcode.New(gitcode.Config{BaseURL: web.URL + sandbox.Prefix, Token: sandbox.Token, Timeout: 10 * time.Second, Observe: metrics.Sent})
	require.NoError(t, err)
	r := &running{log: &safeBuffer{}, done: make(chan error, 1)}
	logger := slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: server.Redact(sandbox.Token)}))
	cfg := server.Config{Env: tools.Env{Client: client, MaxResult: 60_000}, Version: "test", Metrics: metrics, Logger: logger}
	over := server.HTTPConfig{Metrics: metrics, Logger: logger, BaseURL: web.URL, SessionIdle: time.Hour, Drain: 5 * time.Second}
	if change != nil {
		change(&cfg, &over)
	}
	over.MCP = server.New(cfg)
	r.http = server.NewHTTP(over)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	r.url = "http://" + listener.Addr().String()
	ctx, stop := context.WithCancel(t.Context())
	r.stop = stop
	go func() { r.done <- r.http.Serve(ctx, listener, nil) }()
	t.Cleanup(stop)
	return r
}

// post sends a message, with headers as name, value pairs.
func (r *running) post(t testing.TB, path, body string, header ...string) (*http.Response, string) {
	t.Helper()
	return r.do(t, http.MethodPost, path, strings.NewReader(body), header...)
}

func (r *running) do(t testing.TB, method, path string, body io.Reader, header ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, r.url+path, body)
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json, text/event-stream")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			req.Host = header[i+1]
		}
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp, string(content)
}

const (
	initialize = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}`
	listTools  = `{"jsonrpc":"2.0","id":2,"method":"tools/list"}`
)

// begin opens a session of the older era.
func (r *running) begin(t testing.TB, header ...string) string {
	t.Helper()
	resp, body := r.post(t, "/mcp", initialize, header...)
	require.Equal(t, http.StatusOK, resp.StatusCode, body)
	id := resp.Header.Get("Mcp-Session-Id")
	require.NotEmpty(t, id)
	return id
}

// modern is a call in the stateless era, and the headers it wants.
func modern(name, arguments string) (string, []string) {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":%q,"arguments":%s,"_meta":{`+
			`"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`, name, arguments),
		[]string{"Mcp-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", name}
}

// TestAttempts is the table of who gets in and who does not.
func TestAttempts(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(_ *server.Config, over *server.HTTPConfig) {
		over.Secret = "open sesame"
		over.AllowOrigins = []string{"https://friend.test"}
	})
	const auth, secret = "Authorization", "Bearer open sesame"
	host := strings.TrimPrefix(r.url, "http://")
	session := r.begin(t, auth, secret)
	deleted := r.begin(t, auth, secret)
	resp, _ := r.do(t, http.MethodDelete, "/mcp", nil, auth, secret, "Mcp-Session-Id", deleted)
	require.Equal(t, http.StatusOK, resp.StatusCode)

	for _, test := range []struct {
		name, method, path string
		body               string
		header             []string
		status             int
		says               string
	}{
		{"no secret", "POST", "/mcp", initialize, nil, 401, "secret"},
		{"no secret, GET", "GET", "/mcp", "", nil, 401, "secret"},
		{"no secret, HTTP+SSE", "GET", "/sse", "", nil, 401, "secret"},
		{"no secret, message", "POST", "/message?sessionId=x", listTools, nil, 401, "secret"},
		{"no secret, metrics", "GET", "/metrics", "", nil, 401, "secret"},
		{"no secret, another path", "GET", "/debug/pprof", "", nil, 401, "secret"},
		{"wrong secret", "POST", "/mcp", initialize, []string{auth, "Bearer open sesam"}, 401, "secret"},
		{"longer secret", "POST", "/mcp", initialize, []string{auth, secret + "!"}, 401, "secret"},
		{"secret as Basic", "POST", "/mcp", initialize, []string{auth, "Basic open sesame"}, 401, "secret"},
		{"secret", "POST", "/mcp", initialize, []string{auth, secret}, 200, "serverInfo"},
		{"secret, bearer in lower case", "POST", "/mcp", initialize, []string{auth, "bearer open sesame"}, 200, "serverInfo"},
		{"open: alive", "GET", "/healthz", "", nil, 200, "ok"},
		{"open: ready", "GET", "/readyz", "", nil, 200, "ready"},
		{"open: page", "GET", "/", "", nil, 200, "<h1>gitcode-mcp</h1>"},
		{"metrics", "GET", "/metrics", "", []string{auth, secret}, 200, "gitcode_mcp_sessions"},
		{"another origin", "POST", "/mcp", initialize, []string{auth, secret, "Origin", "https://evil.test"}, 403, "origin"},
		{"another origin, GET", "GET", "/mcp", "", []string{auth, secret, "Origin", "https://evil.test"}, 403, "origin"},
		{"another origin, DELETE", "DELETE", "/mcp", "", []string{auth, secret, "Origin", "https://evil.test"}, 403, "origin"},
		{"another origin, HTTP+SSE", "GET", "/sse", "", []string{auth, secret, "Origin", "https://evil.test"}, 403, "origin"},
		{"another origin, message", "POST", "/message", "", []string{auth, secret, "Origin", "https://evil.test"}, 403, "origin"},
		{"another origin, page", "GET", "/", "", []string{"Origin", "https://evil.test"}, 403, "origin"},
		{"another origin, preflight", "OPTIONS", "/mcp", "", []string{"Origin", "https://evil.test"}, 403, "origin"},
		{"no origin at all: null", "POST", "/mcp", initialize, []string{auth, secret, "Origin", "null"}, 403, "origin"},
		{"own origin", "POST", "/mcp", initialize, []string{auth, secret, "Origin", r.url}, 200, "serverInfo"},
		{"allowed origin", "POST", "/mcp", initialize, []string{auth, secret, "Origin", "https://friend.test"}, 200, "serverInfo"},
		{"allowed origin, preflight", "OPTIONS", "/mcp", "", []string{"Origin", "https://friend.test"}, 204, ""},
		{"rebound name", "POST", "/mcp", initialize, []string{auth, secret, "Host", "evil.test"}, 403, "loopback"},
		{"rebound name with its origin", "POST", "/mcp", initialize, []string{auth, secret, "Host", "evil.test", "Origin", "http://evil.test"}, 403, "loopback"},
		{"rebound name, page", "GET", "/", "", []string{"Host", "evil.test"}, 403, "loopback"},
		{"loopback name", "POST", "/mcp", initialize, []string{auth, secret, "Host", "localhost" + host[strings.LastIndex(host, ":"):]}, 200, "serverInfo"},
		{"5 MiB", "POST", "/mcp", strings.Repeat(" ", 5<<20), []string{auth, secret}, 413, "over 4 MiB"},
		{"5 MiB, message", "POST", "/message", strings.Repeat(" ", 5<<20), []string{auth, secret}, 413, "over 4 MiB"},
		{"session", "POST", "/mcp", listTools, []string{auth, secret, "Mcp-Session-Id", session}, 200, "get_issue"},
		{"unknown session", "POST", "/mcp", listTools, []string{auth, secret, "Mcp-Session-Id", "nobody"}, 404, "no such session"},
		{"unknown session, GET", "GET", "/mcp", "", []string{auth, secret, "Mcp-Session-Id", "nobody"}, 404, "no such session"},
		{"deleted session", "POST", "/mcp", listTools, []string{auth, secret, "Mcp-Session-Id", deleted}, 404, "no such session"},
		{"no session", "POST", "/mcp", listTools, []string{auth, secret}, 404, ""},
		{"stream without a session", "GET", "/mcp", "", []string{auth, secret}, 400, "belongs to a session"},
		{"unknown HTTP+SSE session", "POST", "/message?sessionId=nobody", listTools, []string{auth, secret}, 404, "no such session"},
		{"unknown toolset", "POST", "/mcp", listTools, []string{auth, secret, "X-MCP-Toolsets", "issue"}, 400, "known are issues, comments"},
		{"another path", "GET", "/nowhere", "", []string{auth, secret}, 404, ""},
	} {
		resp, body := r.do(t, test.method, test.path, strings.NewReader(test.body), test.header...)
		assert.Equal(t, test.status, resp.StatusCode, "%s: %.100s", test.name, body)
		assert.Contains(t, body, test.says, test.name)
		assert.Equal(t, test.status == 401, resp.Header.Get("WWW-Authenticate") == "Bearer", test.name)
		assert.NotContains(t, body, "sesame", test.name)
		if test.status == http.StatusForbidden {
			assert.Empty(t, resp.Header.Get("Access-Control-Allow-Origin"), test.name)
		}
		t.Logf("%-30s %-7s %-22s %d", test.name, test.method, test.path, resp.StatusCode)
	}
}

func TestChunkedBodyIsBounded(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), nil)
	endless := io.LimitReader(zeros{}, 64<<20)
	resp, _ := r.do(t, http.MethodPost, "/mcp", struct{ io.Reader }{endless}) // no length known: chunked
	assert.Equal(t, http.StatusRequestEntityTooLarge, resp.StatusCode)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestSlowHeadersAreCutOff(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), nil)
	conn, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
	require.NoError(t, err)
	defer conn.Close()
	fmt.Fprint(conn, "POST /mcp HTTP/1.1\r\nHost: localhost\r\n")
	ended := make(chan error, 1)
	go func() {
		_, err := io.Copy(io.Discard, conn)
		ended <- err
	}()
	for range 15 {
		select {
		case <-ended:
			return
		case <-time.After(time.Second):
			fmt.Fprint(conn, "X-Drip: 1\r\n")
		}
	}
	t.Fatal("a connection that drips headers stays open")
}

func TestServeWantsASecretBeyondLoopback(t *testing.T) {
	t.Parallel()
	h := server.NewHTTP(server.HTTPConfig{Metrics: server.NewMetrics(), Logger: slog.New(slog.DiscardHandler), MCP: server.New(server.Config{Logger: slog.New(slog.DiscardHandler)}), SessionIdle: time.Hour})
	listener, err := net.Listen("tcp", "0.0.0.0:0")
	require.NoError(t, err)
	require.ErrorContains(t, h.Serve(t.Context(), listener, nil), "set GITCODE_MCP_SECRET")
}

func TestReadyAsksSeldomAndWithoutToken(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	r := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		assert.Empty(t, r.Header.Get("Authorization"))
		w.WriteHeader(http.StatusNotFound) // an answer all the same
	}), nil)
	for range 5 {
		resp, _ := r.do(t, http.MethodGet, "/readyz", nil)
		assert.Equal(t, http.StatusOK, resp.StatusCode)
	}
	assert.Equal(t, int32(1), asked.Load())

	down := start(t, sandbox.New(), func(_ *server.Config, over *server.HTTPConfig) { over.BaseURL = "http://127.0.0.1:1" })
	resp, _ := down.do(t, http.MethodGet, "/readyz", nil)
	assert.Equal(t, http.StatusServiceUnavailable, resp.StatusCode)
	resp, _ = down.do(t, http.MethodGet, "/healthz", nil)
	assert.Equal(t, http.StatusOK, resp.StatusCode)
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), nil)
	for _, number := range []string{"1", "99"} {
		body, head := modern("get_issue", `{"owner":"openharbor","repo":"portal","number":`+number+`}`)
		r.post(t, "/mcp", body, head...)
	}
	_, body := r.do(t, http.MethodGet, "/metrics", nil)
	for _, line := range []string{
		`gitcode_mcp_calls_total{tool="get_issue",outcome="ok"} 1`, `gitcode_mcp_calls_total{tool="get_issue",outcome="error"} 1`,
		`gitcode_mcp_requests_total{status="200"} 1`, `gitcode_mcp_requests_total{status="404"} 1`,
		`gitcode_mcp_calls_in_flight 0`, `gitcode_mcp_call_duration_seconds_count{tool="get_issue"} 2`, `gitcode_mcp_request_wait_seconds_count 2`,
	} {
		assert.Contains(t, body, line+"\n")
	}
}

func TestPage(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(_ *server.Config, over *server.HTTPConfig) { over.Secret = "open sesame" })
	resp, body := r.do(t, http.MethodGet, "/", nil)
	assert.Equal(t, "text/html; charset=utf-8", resp.Header.Get("Content-Type"))
	for _, part := range []string{"get_issue", "&#34;url&#34;: &#34;" + r.url + "/mcp&#34;", "Bearer SECRET", `name="viewport"`, "claude mcp add --transport http gitcode " + r.url} {
		assert.Contains(t, body, part)
	}
	for _, part := range []string{"<script", "http://fonts", "{{", "sesame"} {
		assert.NotContains(t, body, part)
	}
	assert.NotRegexp(t, `(src|href)="https?://`, body, "it works without a network")
}

func TestTLS(t *testing.T) {
	t.Parallel()
	borrowed := httptest.NewTLSServer(nil) // for its certificate
	certificate, client := borrowed.TLS.Certificates[0], borrowed.Client()
	borrowed.Close()
	h := start(t, sandbox.New(), nil).http
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- h.Serve(ctx, listener, &certificate) }()
	resp, err := client.Get("https://" + listener.Addr().String() + "/")
	require.NoError(t, err)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	resp.Body.Close()
	assert.Contains(t, string(body), "https://"+listener.Addr().String()+"/mcp", "the page tells the address with its scheme")
	client.CloseIdleConnections()
	stop()
	require.NoError(t, <-done)
}
