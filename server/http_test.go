package server_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode-mcp/gitcode"
	"gitcode-mcp/gitcode/sandbox"
	"gitcode-mcp/server"
	"gitcode-mcp/tools"
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
	if testing.Short() {
		t.Skip("waits for the header timeout")
	}
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

// events is the stream of an HTTP+SSE session.
type events struct {
	endpoint string
	lines    *bufio.Reader
	resp     *http.Response
}

func openSSE(t testing.TB, r *running, header ...string) *events {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.url+"/sse", nil)
	require.NoError(t, err)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	t.Cleanup(func() { resp.Body.Close() })
	require.Equal(t, http.StatusOK, resp.StatusCode)
	assert.Equal(t, "no", resp.Header.Get("X-Accel-Buffering"))
	assert.Empty(t, resp.Header.Get("Access-Control-Allow-Origin"))
	e := &events{lines: bufio.NewReader(resp.Body), resp: resp}
	e.endpoint = e.next(t)
	return e
}

// next returns the data of the next event.
func (e *events) next(t testing.TB) string {
	t.Helper()
	for {
		line, err := e.lines.ReadString('\n')
		require.NoError(t, err)
		if data, ok := strings.CutPrefix(line, "data:"); ok {
			return strings.TrimSpace(data)
		}
	}
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
	assert.Equal(t, 14, offered())
	assert.Equal(t, 6, offered("X-MCP-Toolsets", "comments"))
	assert.Equal(t, 6, offered("X-MCP-Toolsets", "comments,labels,enterprise"), "what the server leaves out stays out")
	assert.Equal(t, 9, offered("X-MCP-Readonly", "true"))
	assert.Equal(t, 1, offered("X-MCP-Tools", "get_issue,add_labels"))
	assert.Equal(t, 0, offered("X-MCP-Tools", "add_labels"))
	assert.Equal(t, 14, offered("X-MCP-Readonly", "false"))

	call := `{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"comment","arguments":{"owner":"openharbor","repo":"portal","number":1,"body":"x"}}}`
	_, body := r.post(t, "/mcp", call, "Mcp-Session-Id", session, "X-MCP-Readonly", "true")
	assert.Contains(t, body, "X-MCP headers leave it out")
	_, body = r.post(t, "/mcp", strings.Replace(call, `"comment"`, `"add_labels"`, 1), "Mcp-Session-Id", session, "X-MCP-Toolsets", "labels")
	assert.Contains(t, body, "GITCODE_TOOLSETS")
	_, body = r.post(t, "/mcp", call, "Mcp-Session-Id", session)
	assert.NotContains(t, body, "isError")
}

func TestIdleSessionsEnd(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(_ *server.Config, over *server.HTTPConfig) { over.SessionIdle = time.Second })
	session := r.begin(t)
	stream := openSSE(t, r)
	require.Eventually(t, func() bool {
		resp, _ := r.do(t, http.MethodGet, "/metrics", nil)
		_, body := r.do(t, http.MethodGet, "/metrics", nil)
		return resp.StatusCode == 200 && strings.Contains(body, "gitcode_mcp_sessions 0\n")
	}, 15*time.Second, 200*time.Millisecond)
	resp, _ := r.post(t, "/mcp", listTools, "Mcp-Session-Id", session)
	assert.Equal(t, http.StatusNotFound, resp.StatusCode)
	_, err := io.Copy(io.Discard, stream.lines)
	require.NoError(t, err, "the idle HTTP+SSE session ends")
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

// TestRoundRobin: two processes that know nothing of each other serve one
// client of the stateless era.
func TestRoundRobin(t *testing.T) {
	t.Parallel()
	box := sandbox.New()
	both := []*running{start(t, box, nil), start(t, box, nil)}
	turn := 0
	for i := range 20 {
		r := both[turn%2]
		turn++
		body, head := modern("comment", fmt.Sprintf(`{"owner":"openharbor","repo":"portal","number":1,"body":"%d"}`, i))
		resp, answer := r.post(t, "/mcp", body, head...)
		assert.Equal(t, http.StatusOK, resp.StatusCode)
		assert.NotContains(t, answer, "isError")
		assert.Empty(t, resp.Header.Get("Mcp-Session-Id"))
	}
	body, head := modern("list_issue_comments", `{"owner":"openharbor","repo":"portal","number":1,"per_page":100}`)
	_, answer := both[0].post(t, "/mcp", body, head...)
	assert.Contains(t, answer, `"total":22`)
}

// TestTermUnderLoad ends a server while calls come in over every transport:
// each accepted call has its result, every other was refused.
func TestTermUnderLoad(t *testing.T) {
	t.Parallel()
	box := sandbox.New()
	r := start(t, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		time.Sleep(50 * time.Millisecond)
		box.ServeHTTP(w, req)
	}), nil)
	var accepted, answered, refused atomic.Int32
	var callers sync.WaitGroup
	body, head := modern("get_issue", `{"owner":"openharbor","repo":"portal","number":1}`)
	for range 8 { // the stateless era
		callers.Go(func() {
			for {
				resp, err := send(r.url+"/mcp", body, head...)
				if err != nil {
					refused.Add(1) // the listener is closed: never accepted
					return
				}
				content, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if resp.StatusCode == http.StatusServiceUnavailable {
					refused.Add(1)
					return
				}
				accepted.Add(1)
				if assert.NoError(t, err) && assert.Contains(t, string(content), `"result"`) {
					answered.Add(1)
				}
			}
		})
	}
	idle := openSSE(t, r)
	for range 4 { // HTTP+SSE: accepted with 202, answered on the stream
		stream := openSSE(t, r)
		callers.Go(func() {
			for n := 1; ; n++ {
				resp, err := send(r.url+stream.endpoint, fmt.Sprintf(getIssue, fmt.Sprint(n)))
				if err != nil || resp.StatusCode != http.StatusAccepted {
					refused.Add(1)
					return
				}
				accepted.Add(1)
				for {
					line, err := stream.lines.ReadString('\n')
					if !assert.NoError(t, err, "an accepted call lost its answer") {
						return
					}
					if data, ok := strings.CutPrefix(line, "data:"); ok && strings.Contains(data, `"result"`) {
						answered.Add(1)
						break
					}
				}
			}
		})
	}
	time.Sleep(400 * time.Millisecond)
	began := time.Now()
	r.stop()
	_, err := io.Copy(io.Discard, idle.lines)
	require.NoError(t, err)
	assert.Less(t, time.Since(began), 2*time.Second, "a stream with nothing under way ends at once")
	require.NoError(t, <-r.done)
	callers.Wait()
	t.Logf("accepted %d, answered %d, refused %d; ended after %v", accepted.Load(), answered.Load(), refused.Load(), time.Since(began).Round(time.Millisecond))
	assert.Equal(t, accepted.Load(), answered.Load())
	assert.Equal(t, int32(12), refused.Load())
}

// send posts without a test's helpers, from a goroutine of its own.
func send(url, body string, header ...string) (*http.Response, error) {
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewBufferString(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json, text/event-stream")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return http.DefaultClient.Do(req)
}
