package server

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	mcpserver "github.com/mark3labs/mcp-go/server"
)

// grace is how long calls under way may take to end after stdin has ended.
const grace = 2 * time.Second

// ServeStdio serves MCP on in and out until in ends or ctx is done; calls that
// are then under way get a moment to be answered.
func ServeStdio(ctx context.Context, s *mcpserver.MCPServer, in io.Reader, out io.Writer, logger *slog.Logger) error {
	stdio := mcpserver.NewStdioServer(s)
	stdio.SetErrorLogger(slog.NewLogLogger(logger.Handler(), slog.LevelError))
	mcpserver.WithWorkerPoolSize(32)(stdio)
	mcpserver.WithQueueSize(1000)(stdio)

	d := &drain{out: out, lines: make(chan []byte), answered: make(chan struct{}, 1), done: ctx.Done()}
	go d.read(in)
	// mcp-go cancels every call when its context or its input ends, so it gets
	// neither before d has seen the calls answered.
	err := stdio.Listen(context.WithoutCancel(ctx), d, d)
	return errors.Join(err, d.failure())
}

// drain passes lines from a reader to mcp-go and its messages to a writer, and
// holds the end of input back while requests are unanswered.
type drain struct {
	out      io.Writer
	lines    chan []byte
	rest     []byte // of the line being read
	done     <-chan struct{}
	answered chan struct{} // a token each time the last request was answered

	mu      sync.Mutex
	pending int // requests read and not answered
	failed  error
}

// read feeds lines until the input ends.
func (d *drain) read(in io.Reader) {
	defer close(d.lines)
	reader := bufio.NewReader(in)
	for {
		line, err := reader.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			if err != nil {
				line = append(line, '\n') // mcp-go drops a last line without one
			}
			select {
			case d.lines <- line:
			case <-d.done:
				return
			}
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				d.mu.Lock()
				d.failed = fmt.Errorf("read stdin: %w", err)
				d.mu.Unlock()
			}
			return
		}
	}
}

// Read gives mcp-go the next line, or the end once nothing is under way.
func (d *drain) Read(p []byte) (int, error) {
	if len(d.rest) == 0 {
		select {
		case line, ok := <-d.lines:
			if !ok {
				return 0, d.end()
			}
			if isRequest(line) {
				d.count(+1)
			}
			d.rest = line
		case <-d.done:
			return 0, d.end()
		}
	}
	n := copy(p, d.rest)
	d.rest = d.rest[n:]
	return n, nil
}

// end waits for the answers that are due.
func (d *drain) end() error {
	timeout := time.After(grace)
	for d.count(0) > 0 {
		select {
		case <-d.answered:
		case <-timeout:
			return io.EOF
		}
	}
	return io.EOF
}

// Write passes on one of mcp-go's messages, which it writes whole.
func (d *drain) Write(message []byte) (int, error) {
	n, err := d.out.Write(message)
	if isResponse(message) && d.count(-1) == 0 {
		select {
		case d.answered <- struct{}{}:
		default:
		}
	}
	return n, err
}

func (d *drain) count(change int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.pending = max(d.pending+change, 0)
	return d.pending
}

func (d *drain) failure() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.failed
}

// envelope is what tells requests, responses and notifications apart. The
// answer to a line that is no JSON has the id null, and answers no request.
type envelope struct {
	ID     any    `json:"id"`
	Method string `json:"method"`
}

func isRequest(message []byte) bool {
	var e envelope
	return json.Unmarshal(message, &e) == nil && e.ID != nil && e.Method != ""
}

func isResponse(message []byte) bool {
	var e envelope
	return json.Unmarshal(message, &e) == nil && e.ID != nil && e.Method == ""
}
