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

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
)

// maxPending is how many requests are read ahead of their answers: with
// maxMessage it bounds the memory.
const maxPending = 256

// grace is how long calls under way may take to end after stdin has ended.
const grace = 2 * time.Second

// ServeStdio serves MCP on in and out until in ends or ctx is done; calls that
// are then under way get a moment to be answered.
func ServeStdio(ctx context.Context, s *mcpserver.MCPServer, in io.Reader, out io.Writer, logger *slog.Logger) error {
	stdio := mcpserver.NewStdioServer(s)
	stdio.SetErrorLogger(slog.NewLogLogger(logger.Handler(), slog.LevelError))
	mcpserver.WithWorkerPoolSize(32)(stdio)
	mcpserver.WithQueueSize(maxPending)(stdio)

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
	answered chan struct{} // holds an element when a request was answered since
	writing  sync.Mutex    // held while a message is written

	mu      sync.Mutex
	pending int // requests read and not answered
	failed  error
}

// read feeds lines until the input ends.
func (d *drain) read(in io.Reader) {
	defer close(d.lines)
	reader := bufio.NewReaderSize(in, 64<<10)
	for {
		line, err := readLine(reader)
		if len(bytes.TrimSpace(line)) > 0 {
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

// readLine reads a line with its end, which mcp-go needs and the last may
// lack. Of a line that is too long it returns the first maxMessage bytes and one
// more.
func readLine(reader *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := reader.ReadSlice('\n')
		if len(line) <= maxMessage {
			line = append(line, part[:min(len(part), maxMessage+1-len(line))]...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && len(line) > 0 && len(line) <= maxMessage:
			line = append(line, '\n')
		}
		return line, err
	}
}

// Read gives mcp-go the next line, or the end once nothing is under way.
func (d *drain) Read(p []byte) (int, error) {
	for len(d.rest) == 0 {
		d.wait(maxPending, nil)
		select {
		case line, ok := <-d.lines:
			switch {
			case !ok:
				return 0, d.end()
			case len(line) > maxMessage:
				if err := d.refuse(line); err != nil {
					return 0, err
				}
				continue
			case isRequest(line):
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

// refuse answers a message that is too long.
func (d *drain) refuse(line []byte) error {
	message, err := json.Marshal(mcp.NewJSONRPCError(mcp.NewRequestId(idOf(line)), mcp.INVALID_REQUEST,
		fmt.Sprintf("the message is over %d MiB", maxMessage>>20), nil))
	if err != nil {
		return err
	}
	d.writing.Lock()
	defer d.writing.Unlock()
	_, err = d.out.Write(append(message, '\n'))
	return err
}

// idOf finds the id at the beginning of a message that is not read whole; nil
// if there is none.
func idOf(line []byte) any {
	decoder := json.NewDecoder(bytes.NewReader(line))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil
	}
	for {
		key, err := decoder.Token()
		if err != nil {
			return nil
		}
		var value any
		if decoder.Decode(&value) != nil {
			return nil
		}
		if key == "id" {
			return value
		}
	}
}

// end waits for the answers that are due.
func (d *drain) end() error {
	d.wait(1, time.After(grace))
	return io.EOF
}

// wait returns when fewer than most requests are unanswered, or on timeout.
func (d *drain) wait(most int, timeout <-chan time.Time) {
	for d.count(0) >= most {
		select {
		case <-d.answered:
		case <-timeout:
			return
		}
	}
}

// Write passes on one of mcp-go's messages, which it writes whole.
func (d *drain) Write(message []byte) (int, error) {
	d.writing.Lock()
	n, err := d.out.Write(message)
	d.writing.Unlock()
	if isResponse(message) {
		d.count(-1)
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

func methodOf(message []byte) string {
	var e envelope
	_ = json.Unmarshal(message, &e) // what is no JSON has no method
	return e.Method
}

func isResponse(message []byte) bool {
	var e envelope
	return json.Unmarshal(message, &e) == nil && e.ID != nil && e.Method == ""
}
