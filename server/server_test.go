package server_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// The flag belongs to the golden tests; go test ./... gives it to every package.
var _ = flag.Bool("update", false, "rewrite golden files (none here)")

// newServer returns an MCP server on a service, with its log.
func newServer(t testing.TB, service http.Handler, selection server.Selection) (*mcpserver.MCPServer, *safeBuffer) {
	t.Helper()
	web := httptest.NewServer(service)
	t.Cleanup(web.Close)
	client, err := gitcode.New(gitcode.Config{BaseURL: web.URL + sandbox.Prefix, Token: sandbox.Token, Timeout: 5 * time.Second})
	require.NoError(t, err)
	log := &safeBuffer{}
	logger := slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: server.Redact(sandbox.Token)}))
	return server.New(server.Config{
		Env:     tools.Env{Client: client, MaxResult: 60_000, Audit: server.Audit(log)},
		Version: "test", Selection: selection, Logger: logger,
	}), log
}

// safeBuffer is a bytes.Buffer for several goroutines.
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

// wire is a client that writes lines as they are.
type wire struct {
	t    *testing.T
	in   io.WriteCloser
	out  *bufio.Reader
	done chan error
}

func newWire(t *testing.T, ctx context.Context, s *mcpserver.MCPServer) *wire {
	t.Helper()
	inRead, inWrite := io.Pipe()
	outRead, outWrite := io.Pipe()
	w := &wire{t: t, in: inWrite, out: bufio.NewReaderSize(outRead, 1<<20), done: make(chan error, 1)}
	go func() {
		w.done <- server.ServeStdio(ctx, s, inRead, outWrite, slog.New(slog.DiscardHandler))
		outWrite.Close()
	}()
	t.Cleanup(func() { inWrite.Close() })
	return w
}

func (w *wire) send(format string, args ...any) {
	w.t.Helper()
	_, err := fmt.Fprintf(w.in, format+"\n", args...)
	require.NoError(w.t, err)
}

type message struct {
	ID     any `json:"id"`
	Result *struct {
		IsError bool `json:"isError"`
		Content []struct {
			Text string `json:"text"`
		} `json:"content"`
	} `json:"result"`
	Error *struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
}

func (w *wire) receive() message {
	w.t.Helper()
	line, err := w.out.ReadBytes('\n')
	require.NoError(w.t, err)
	var m message
	require.NoError(w.t, json.Unmarshal(line, &m), "%.200s", line)
	return m
}

const getIssue = `{"jsonrpc":"2.0","id":%s,"method":"tools/call","params":{"name":"get_issue","arguments":{"owner":"openharbor","repo":"portal","number":1}}}`

func TestMalformedMessagesAreAnswered(t *testing.T) {
	t.Parallel()
	s, _ := newServer(t, sandbox.New(), server.Selection{})
	w := newWire(t, t.Context(), s)
	for _, test := range []struct {
		line string
		id   any
		code int
	}{
		{`{"jsonrpc":"2.0","id":1,`, nil, -32700},
		{`no JSON`, nil, -32700},
		{`{"jsonrpc":"2.0","id":2,"method":"no/such"}`, 2.0, -32601},
		{`{"jsonrpc":"1.0","id":3,"method":"ping"}`, 3.0, -32600},
		{`{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"no_such"}}`, 4.0, -32602},
		{`{"jsonrpc":"2.0","id":5,"method":"tools/call","params":[]}`, 5.0, -32600},
		{`{"jsonrpc":"2.0","id":"six","method":"tools/call","params":{"name":"comment","arguments":{"body":"` + strings.Repeat("x", 20<<20) + `"}}}`, "six", -32600},
		{strings.Repeat("[", 5<<20), nil, -32600},
	} {
		w.send("%s", test.line)
		m := w.receive()
		assert.Equal(t, test.id, m.ID, "%.80s", test.line)
		require.NotNil(t, m.Error, "%.80s", test.line)
		assert.Equal(t, test.code, m.Error.Code, "%.80s: %s", test.line, m.Error.Message)
	}
	w.send(getIssue, "7")
	assert.False(t, w.receive().Result.IsError, "the server lives on")
}

func TestDuplicateIDsAreAllAnswered(t *testing.T) {
	t.Parallel()
	s, _ := newServer(t, sandbox.New(), server.Selection{})
	w := newWire(t, t.Context(), s)
	for range 3 {
		w.send(getIssue, `"same"`)
	}
	for range 3 {
		m := w.receive()
		assert.Equal(t, "same", m.ID)
		assert.False(t, m.Result.IsError)
	}
}

func TestThousandsOfCallsAtOnce(t *testing.T) {
	t.Parallel()
	s, _ := newServer(t, sandbox.New(), server.Selection{})
	w := newWire(t, t.Context(), s)
	const calls = 3000
	go func() {
		for i := range calls {
			fmt.Fprintf(w.in, getIssue+"\n", fmt.Sprint(i))
		}
		w.in.Close() // all of them are due nevertheless
	}()
	seen := map[any]bool{}
	for range calls {
		m := w.receive()
		assert.False(t, m.Result.IsError, m.Result)
		seen[m.ID] = true
	}
	assert.Len(t, seen, calls)
	require.NoError(t, <-w.done)
}

func TestPanicIsAnsweredGenerically(t *testing.T) {
	t.Parallel()
	s, log := newServer(t, sandbox.New(), server.Selection{})
	s.AddTool(mcp.NewTool("explode", mcp.WithDescription("for the test")), func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		panic(errors.New("secret of the inside, " + sandbox.Token))
	})
	w := newWire(t, t.Context(), s)
	w.send(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"explode"}}`)
	m := w.receive()
	assert.True(t, m.Result.IsError)
	assert.Equal(t, "explode: internal error, see the server's log", m.Result.Content[0].Text)
	assert.Contains(t, log.String(), "secret of the inside")
	assert.Contains(t, log.String(), "server_test.go", "the log has the stack")
	assert.NotContains(t, log.String(), sandbox.Token)
	w.send(getIssue, "2")
	assert.False(t, w.receive().Result.IsError, "the server lives on")
}

func TestCancellingACallCancelsItsRequest(t *testing.T) {
	t.Parallel()
	arrived, cancelled := make(chan struct{}), make(chan struct{})
	s, _ := newServer(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
		close(cancelled)
	}), server.Selection{})
	w := newWire(t, t.Context(), s)
	w.send(getIssue, "1")
	<-arrived
	w.send(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}`)
	select {
	case <-cancelled:
	case <-time.After(4 * time.Second):
		t.Fatal("the request to the service goes on")
	}
}

func TestEndOfInputLeavesCallsAMoment(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*wire, context.CancelFunc){
		"stdin closes": func(w *wire, _ context.CancelFunc) { w.in.Close() },
		"a signal":     func(_ *wire, cancel context.CancelFunc) { cancel() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			arrived := make(chan struct{}, 2)
			box := sandbox.New()
			s, _ := newServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				arrived <- struct{}{}
				if strings.HasSuffix(r.URL.Path, "/2") {
					<-r.Context().Done() // never answered
					return
				}
				time.Sleep(300 * time.Millisecond)
				box.ServeHTTP(w, r)
			}), server.Selection{})
			ctx, cancel := context.WithCancel(t.Context())
			w := newWire(t, ctx, s)
			w.send(getIssue, "1")
			w.send(strings.Replace(getIssue, `"number":1`, `"number":2`, 1), "2")
			<-arrived
			<-arrived
			start := time.Now()
			end(w, cancel)
			m := w.receive()
			assert.EqualValues(t, 1, m.ID)
			assert.False(t, m.Result.IsError, "the call under way is answered")
			go io.Copy(io.Discard, w.out)
			require.NoError(t, <-w.done)
			assert.Less(t, time.Since(start), 4*time.Second, "and the other is not waited for for ever")
		})
	}
}

// toolsThat returns the names of the tools to keep.
func toolsThat(keep func(tools.Tool) bool) []string {
	var names []string
	for _, tool := range tools.All() {
		if keep(tool) {
			names = append(names, tool.Name)
		}
	}
	return names
}

func TestSelection(t *testing.T) {
	t.Parallel()
	names := func(selection server.Selection) []string {
		s, _ := newServer(t, sandbox.New(), selection)
		w := newWire(t, t.Context(), s)
		w.send(`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`)
		line, err := w.out.ReadBytes('\n')
		require.NoError(t, err)
		var list struct {
			Result struct {
				Tools []struct {
					Name string `json:"name"`
				} `json:"tools"`
			} `json:"result"`
		}
		require.NoError(t, json.Unmarshal(line, &list))
		require.NotNil(t, list.Result.Tools)
		var names []string
		for _, tool := range list.Result.Tools {
			names = append(names, tool.Name)
		}
		return names
	}
	assert.ElementsMatch(t, toolsThat(func(tools.Tool) bool { return true }), names(server.Selection{}))
	assert.ElementsMatch(t, toolsThat(func(tool tools.Tool) bool { return tool.Effect == tools.Reads }), names(server.Selection{ReadOnly: true}))
	labels := toolsThat(func(tool tools.Tool) bool { return tool.Toolset == "labels" })
	assert.Subset(t, labels, []string{"add_labels", "remove_labels"})
	assert.ElementsMatch(t, labels, names(server.Selection{Toolsets: []string{"labels"}}))
	assert.Equal(t, []string{"get_issue"}, names(server.Selection{Tools: []string{"comment", "get_issue"}, ReadOnly: true}))
	assert.Empty(t, names(server.Selection{Tools: []string{"comment"}, ReadOnly: true}))

	require.NoError(t, server.Selection{Toolsets: tools.Toolsets()}.Check())
	require.ErrorContains(t, server.Selection{Toolsets: []string{"x"}}.Check(), "known are issues, comments, labels, enterprise")
	require.ErrorContains(t, server.Selection{Tools: []string{"x"}}.Check(), "get_issue")
}

func TestAuditLines(t *testing.T) {
	t.Parallel()
	var lines bytes.Buffer
	audit := server.Audit(&lines)
	audit(tools.Record{Tool: "comment", Target: "o/r#7", Outcome: "ok", ID: 5})
	audit(tools.Record{Tool: "update_issue", Target: "o/r#8", Outcome: "outcome unknown"})
	for i, want := range []string{
		`{"level":"INFO","msg":"write","tool":"comment","target":"o/r#7","outcome":"ok","id":5}`,
		`{"level":"INFO","msg":"write","tool":"update_issue","target":"o/r#8","outcome":"outcome unknown"}`,
	} {
		var line map[string]any
		require.NoError(t, json.Unmarshal(bytes.Split(lines.Bytes(), []byte("\n"))[i], &line))
		_, err := time.Parse(time.RFC3339Nano, line["time"].(string))
		require.NoError(t, err)
		delete(line, "time")
		got, err := json.Marshal(line)
		require.NoError(t, err)
		assert.JSONEq(t, want, string(got))
	}
}
