package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	mcpserver "github.com/mark3labs/mcp-go/server"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

// wire is a client that writes and reads single lines.
type wire struct {
	t    *testing.T
	in   io.WriteCloser
	out  *bufio.Reader
	done chan error // receives what ServeStdio returns
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

func TestMalformedMessagesAreAnswered(t *testing.T) {
	t.Parallel()
	s, _ := newServer(t, sandbox.New(), server.Selection{})
	w := newWire(t, t.Context(), s)
	for _, test := range []struct {
		name, line string
		id         any
		code       int
	}{
		{"truncated", `{"jsonrpc":"2.0","id":1,`, nil, -32700},
		{"not JSON", `no JSON`, nil, -32700},
		{"unknown method", `{"jsonrpc":"2.0","id":2,"method":"no/such"}`, 2.0, -32601},
		{"wrong version", `{"jsonrpc":"1.0","id":3,"method":"ping"}`, 3.0, -32600},
		{"unknown tool", `{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"no_such"}}`, 4.0, -32602},
		{"params are an array", `{"jsonrpc":"2.0","id":5,"method":"tools/call","params":[]}`, 5.0, -32600},
		{"too long", `{"jsonrpc":"2.0","id":"six","method":"tools/call","params":{"name":"comment","arguments":{"body":"` + strings.Repeat("x", 20<<20) + `"}}}`, "six", -32600},
		{"too long, no id", strings.Repeat("[", 5<<20), nil, -32600},
	} {
		w.send("%s", test.line)
		m := w.receive()
		assert.Equal(t, test.id, m.ID, test.name)
		require.NotNil(t, m.Error, test.name)
		assert.Equal(t, test.code, m.Error.Code, "%s: %s", test.name, m.Error.Message)
	}
	w.send(getIssue, "7")
	assert.False(t, w.receive().Result.IsError, "the server still works")
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
	}()
	seen := map[any]bool{}
	for range calls {
		m := w.receive()
		assert.False(t, m.Result.IsError, m.Result)
		seen[m.ID] = true
	}
	assert.Len(t, seen, calls)
	w.in.Close()
	require.NoError(t, <-w.done)
}

// hang is a fake GitCode that never answers.
type hang struct{ arrived, canceled chan struct{} }

func newHang() *hang { return &hang{make(chan struct{}), make(chan struct{})} }

func (h *hang) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	close(h.arrived)
	<-r.Context().Done()
	close(h.canceled)
}

// requireCanceled waits until the request to GitCode was canceled, for less time
// than the client's own timeout.
func (h *hang) requireCanceled(t *testing.T) {
	t.Helper()
	select {
	case <-h.canceled:
	case <-time.After(patience / 2):
		require.Fail(t, "the request to GitCode was not canceled")
	}
}

func TestCancelingACallCancelsItsRequest(t *testing.T) {
	t.Parallel()
	service := newHang()
	s, _ := newServer(t, service, server.Selection{})
	w := newWire(t, t.Context(), s)
	w.send(getIssue, "1")
	<-service.arrived
	w.send(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}`)
	service.requireCanceled(t)
}

func TestEndOfInputCancelsStuckCalls(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*wire, context.CancelFunc){
		"stdin closes": func(w *wire, _ context.CancelFunc) { w.in.Close() },
		"signal":       func(_ *wire, cancel context.CancelFunc) { cancel() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := newHang()
			s, _ := newServer(t, service, server.Selection{})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			w := newWire(t, ctx, s)
			w.send(getIssue, "1")
			<-service.arrived
			end(w, cancel)
			go io.Copy(io.Discard, w.out)
			service.requireCanceled(t)
			require.NoError(t, <-w.done)
		})
	}
}
