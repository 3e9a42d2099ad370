package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

// wire is a client that writes and reads single lines.
type wire struct {
	t    *testing.T
	in   io.WriteCloser
	out  *bufio.Reader // reads outPipe
	done chan error    // receives what ServeStdio returns

	outPipe *io.PipeReader
}

func newWire(t *testing.T, ctx context.Context, s *server.Server) *wire {
	t.Helper()
	inRead, inWrite := io.Pipe()
	outRead, outWrite := io.Pipe()
	w := &wire{t: t, in: inWrite, out: bufio.NewReaderSize(outRead, 1<<20), done: make(chan error, 1), outPipe: outRead}
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
	ID     json.RawMessage `json:"id"`
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

func TestDuplicateIDsAreAllAnswered(t *testing.T) {
	t.Parallel()
	s, _ := newServer(t, sandbox.New(), server.Selection{})
	w := newWire(t, t.Context(), s)
	for range 3 {
		w.send(getIssue, `"same"`)
	}
	for range 3 {
		m := w.receive()
		assert.JSONEq(t, `"same"`, string(m.ID))
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
	seen := map[string]bool{}
	for range calls {
		m := w.receive()
		assert.False(t, m.Result.IsError, m.Result)
		seen[string(m.ID)] = true
	}
	assert.Len(t, seen, calls)
	w.in.Close()
	require.NoError(t, <-w.done)
}
