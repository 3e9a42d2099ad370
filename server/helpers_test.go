package server_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	toolset "gitcode.com/gitcode-mcp/gitcode-mcp/tools/gitcode"
)

// patience is a timeout that no test reaches unless it fails, however busy the
// machine is.
const patience = 5 * time.Minute

// safeBuffer is a bytes.Buffer for concurrent use.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// setup is the configuration of a server under test.
type setup struct {
	gitcode gitcode.Config
	server  server.Config
	http    server.HTTPConfig
	log     *safeBuffer
	more    []tools.Tool // of another forge
	alone   bool         // which is the only one
	// userTokens makes callers bring their own tokens; the server has none.
	userTokens bool
}

// plenty is a rate limit that no test reaches. With one, a list is read with as few
// requests as possible.
var plenty = []rest.Rate{{Requests: 1_000_000, Per: time.Hour}}

func newSetup(baseURL string) *setup {
	metrics, log := server.NewMetrics(), &safeBuffer{}
	logger := slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: server.Redact(sandbox.Token)}))
	return &setup{
		gitcode: gitcode.Config{BaseURL: baseURL + sandbox.Prefix, Token: sandbox.Token, Timeout: patience, MaxWait: patience, Rates: plenty, Observe: metrics.ObserveAttempts("")},
		server:  server.Config{Env: tools.Env{MaxResult: 60_000}, Audit: server.NewAuditLog(log), Version: "test", Metrics: metrics, Logger: logger},
		http:    server.HTTPConfig{Metrics: metrics, Logger: logger, SessionIdle: time.Hour, Drain: patience},
		log:     log,
	}
}

// mcp returns the MCP server, and completes the HTTP configuration.
func (s *setup) mcp(t testing.TB) *server.Server {
	t.Helper()
	if s.userTokens {
		s.gitcode.Token = ""
	}
	client, err := gitcode.New(s.gitcode)
	require.NoError(t, err)
	s.server.Tools, s.server.Instructions = append(toolset.Tools(client, tools.Settings{}), s.more...), toolset.Instructions
	s.server.Resources, s.server.Completions = toolset.Resources(), toolset.Completions(client, s.server.Tools)
	if s.alone {
		s.server.Tools = s.more
	}
	s.http.Tools, s.http.Selection = s.server.Tools, s.server.Selection
	s.http.UserTokens = s.http.UserTokens || s.userTokens
	return server.New(s.server)
}

// serveLoopback serves a fake GitCode on a loopback port.
func serveLoopback(t testing.TB, service http.Handler) (url string) {
	t.Helper()
	web := httptest.NewServer(service)
	t.Cleanup(func() {
		web.CloseClientConnections()
		web.Close()
	})
	return web.URL
}

// held is a fake GitCode that answers no request until it is released, unless
// the client is gone before.
type held struct {
	release chan struct{}
	arrived chan int   // the issue that each request asks for, in order
	ended   chan error // of each request: why it was canceled, or nil
}

func newHeld() *held {
	const requests = 1000 // more than any test makes
	return &held{make(chan struct{}), make(chan int, requests), make(chan error, requests)}
}

func (h *held) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	number, _ := strconv.Atoi(path.Base(r.URL.Path))
	h.arrived <- number
	select {
	case <-h.release:
		fmt.Fprintf(w, `{"id":%[1]d,"number":%[1]d,"title":"answered"}`, number)
	case <-r.Context().Done():
	}
	h.ended <- r.Context().Err()
}

// newServer returns an MCP server for a fake GitCode, and its log.
func newServer(t testing.TB, service http.Handler, selection server.Selection) (*server.Server, *safeBuffer) {
	t.Helper()
	s := newSetup(serveLoopback(t, service))
	s.server.Selection = selection
	return s.mcp(t), s.log
}

// running is a server over HTTP with its log and a client.
type running struct {
	url    string
	client *http.Client
	dial   func(context.Context) (net.Conn, error) // a connection without a client
	log    *safeBuffer
	http   *server.HTTP
	mcp    *server.Server
	stop   context.CancelFunc
	done   chan error // receives what Serve returns
}

// start serves HTTP on a loopback port. change, if not nil, changes the
// configuration.
func start(t testing.TB, service http.Handler, change func(*setup)) *running {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	return serve(t, newSetup(serveLoopback(t, service)), change, listener, func(ctx context.Context) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "tcp", address)
	})
}

// startInMemory is start without a real network, for synctest bubbles.
func startInMemory(t *testing.T, service http.Handler, change func(*setup)) *running {
	t.Helper()
	s := newSetup("http://gitcode.test")
	s.gitcode.Transport = inMemory(t, service)
	s.http.Transport = s.gitcode.Transport
	listener := newPipeListener()
	r := serve(t, s, change, listener, listener.dial)
	t.Cleanup(func() { // the bubble waits for the server's goroutines
		r.client.CloseIdleConnections()
		r.stop()
		<-r.done
	})
	return r
}

func serve(t testing.TB, s *setup, change func(*setup), listener net.Listener, dial func(context.Context) (net.Conn, error)) *running {
	t.Helper()
	if change != nil {
		change(s)
	}
	s.http.MCP = s.mcp(t)
	transport := &http.Transport{MaxIdleConnsPerHost: 64, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) }}
	r := &running{
		url: "http://" + listener.Addr().String(), client: &http.Client{Transport: transport}, dial: dial,
		log: s.log, http: server.NewHTTP(s.http), mcp: s.http.MCP, done: make(chan error, 1),
	}
	ctx, stop := context.WithCancel(t.Context())
	r.stop = stop
	go func() {
		r.done <- r.http.Serve(ctx, listener, nil)
		close(r.done)
	}()
	t.Cleanup(func() {
		stop()
		transport.CloseIdleConnections()
	})
	return r
}

// post sends a message. The headers are name, value pairs.
func (r *running) post(t testing.TB, path, body string, header ...string) (*http.Response, string) {
	t.Helper()
	return r.do(t, http.MethodPost, path, strings.NewReader(body), header...)
}

func (r *running) do(t testing.TB, method, path string, body io.Reader, header ...string) (*http.Response, string) {
	t.Helper()
	resp, err := r.send(t.Context(), method, path, body, header...)
	require.NoError(t, err)
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp, string(content)
}

// send is do for other goroutines than the test's. It returns before the body
// has arrived.
func (r *running) send(ctx context.Context, method, path string, body io.Reader, header ...string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, r.url+path, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json, text/event-stream")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			req.Host = header[i+1]
		}
	}
	return r.client.Do(req)
}

// Messages.
const (
	initialize = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}`
	listTools  = `{"jsonrpc":"2.0","id":2,"method":"tools/list"}`
	getIssue   = `{"jsonrpc":"2.0","id":%s,"method":"tools/call","params":{"name":"get_issue","arguments":{"owner":"openharbor","repo":"portal","number":1}}}`
)

// startSession starts a session of the older era and returns its id.
func (r *running) startSession(t testing.TB, header ...string) string {
	t.Helper()
	resp, body := r.post(t, "/mcp", initialize, header...)
	require.Equal(t, http.StatusOK, resp.StatusCode, body)
	id := resp.Header.Get("Mcp-Session-Id")
	require.NotEmpty(t, id)
	return id
}

// modernCall returns a call of the stateless era and the headers it needs.
func modernCall(name, arguments string) (body string, header []string) {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":%q,"arguments":%s,"_meta":{`+
			`"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`, name, arguments),
		[]string{"Mcp-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", name}
}

// allTools returns the tools of a client that is never called, as far as a server
// offers them by default.
func allTools() []tools.Tool {
	client, err := gitcode.New(gitcode.Config{})
	if err != nil {
		panic(err)
	}
	return slices.DeleteFunc(toolset.Tools(client, tools.Settings{}), func(t tools.Tool) bool { return t.Optional })
}

// toolsThat returns the names of the tools for which keep returns true.
func toolsThat(keep func(tools.Tool) bool) []string {
	var names []string
	for _, tool := range allTools() {
		if keep(tool) {
			names = append(names, tool.Name)
		}
	}
	return names
}
