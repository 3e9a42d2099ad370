package server

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
)

// stdioPipe sits between mcp-go and the process's stdin and stdout. It counts
// the pending requests, so that it can delay reading while there are too many,
// and the end of input until they are answered.
type stdioPipe struct {
	out      io.Writer
	lines    chan []byte
	rest     []byte // of the line being read
	done     <-chan struct{}
	answered chan struct{} // has an element after a request was answered
	writing  sync.Mutex    // held while a message is written

	mu      sync.Mutex
	pending int // requests read but not answered
	failed  error
}

func newStdioPipe(out io.Writer, done <-chan struct{}) *stdioPipe {
	return &stdioPipe{out: out, lines: make(chan []byte), answered: make(chan struct{}, 1), done: done}
}

// readLines passes lines to Read until the input ends.
func (p *stdioPipe) readLines(in io.Reader) {
	defer close(p.lines)
	reader := bufio.NewReaderSize(in, 64<<10)
	for {
		line, err := readLine(reader)
		if len(bytes.TrimSpace(line)) > 0 {
			select {
			case p.lines <- line:
			case <-p.done:
				return
			}
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				p.mu.Lock()
				p.failed = fmt.Errorf("read stdin: %w", err)
				p.mu.Unlock()
			}
			return
		}
	}
}

// readLine reads a line, including its newline. It adds the newline, which
// mcp-go requires, if the last line lacks one. Of a line that is too long it
// returns the first maxMessage+1 bytes and skips the rest.
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

// Read returns the next line, or io.EOF once the input has ended and the
// pending requests are answered or out of time.
func (p *stdioPipe) Read(b []byte) (int, error) {
	for len(p.rest) == 0 {
		p.waitForPending(maxPending-1, nil)
		select {
		case line, ok := <-p.lines:
			switch {
			case !ok:
				return 0, p.end()
			case len(line) > maxMessage:
				if err := p.rejectTooLong(line); err != nil {
					return 0, err
				}
				continue
			case isRequest(line):
				p.addPending(+1)
			}
			p.rest = line
		case <-p.done:
			return 0, p.end()
		}
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// rejectTooLong responds to a message that is too long with an error.
func (p *stdioPipe) rejectTooLong(line []byte) error {
	message, err := json.Marshal(mcp.NewJSONRPCError(mcp.NewRequestId(idOf(line)), mcp.INVALID_REQUEST,
		fmt.Sprintf("the message exceeds %d MiB", maxMessage>>20), nil))
	if err != nil {
		return err
	}
	p.writing.Lock()
	defer p.writing.Unlock()
	_, err = p.out.Write(append(message, '\n'))
	return err
}

// end waits up to grace for the pending requests and returns io.EOF.
func (p *stdioPipe) end() error {
	p.waitForPending(0, time.After(grace))
	return io.EOF
}

// waitForPending waits until at most limit requests are pending, or for timeout.
func (p *stdioPipe) waitForPending(limit int, timeout <-chan time.Time) {
	for p.addPending(0) > limit {
		select {
		case <-p.answered:
		case <-timeout:
			return
		}
	}
}

// Write writes a message. mcp-go passes each message in one call.
func (p *stdioPipe) Write(message []byte) (int, error) {
	p.writing.Lock()
	n, err := p.out.Write(message)
	p.writing.Unlock()
	if isResponse(message) {
		p.addPending(-1)
		select {
		case p.answered <- struct{}{}:
		default:
		}
	}
	return n, err
}

// addPending changes the number of pending requests and returns it.
func (p *stdioPipe) addPending(change int) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pending = max(p.pending+change, 0)
	return p.pending
}

// readError returns the error that ended the input, or nil at a regular end.
func (p *stdioPipe) readError() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.failed
}
