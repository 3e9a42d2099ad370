package server

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync/atomic"
	"time"
)

// readLine reads the next line that is not blank. Of a line that is too long it
// returns the first maxMessage+1 bytes and skips the rest. The last line may come with
// an error.
func readLine(reader *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := reader.ReadSlice('\n')
		if len(line) <= maxMessage {
			line = append(line, part[:min(len(part), maxMessage+1-len(line))]...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case len(bytes.TrimSpace(line)) > 0:
			return line, err
		case err != nil:
			return nil, err
		default:
			line = nil
		}
	}
}

// lineWriter writes lines, one at a time. The first write that fails is the
// last: a client could not make sense of what follows half a line.
type lineWriter struct {
	w      io.Writer
	failed context.CancelCauseFunc   // is called with the error of a write
	turn   chan struct{}             // holds an element while a line is written
	err    error                     // of the first write that failed; guarded by turn
	since  atomic.Pointer[time.Time] // of the last progress of the write that is running, or nil
}

// writeSize is the size in which a line is written. A write of that size that
// does not return makes no progress.
const writeSize = 32 << 10

func newLineWriter(w io.Writer, failed context.CancelCauseFunc) *lineWriter {
	return &lineWriter{w: w, failed: failed, turn: make(chan struct{}, 1)}
}

func (l *lineWriter) write(line []byte) {
	l.turn <- struct{}{}
	defer func() { <-l.turn }()
	defer l.since.Store(nil)
	for part := range slices.Chunk(line, writeSize) {
		if l.err != nil {
			return
		}
		now := time.Now()
		l.since.Store(&now)
		if _, err := l.w.Write(part); err != nil {
			l.err = fmt.Errorf("write stdout: %w", err)
			l.failed(l.err)
		}
	}
}

// blocked returns how long the write that is running has made no progress.
func (l *lineWriter) blocked() time.Duration {
	if since := l.since.Load(); since != nil {
		return time.Since(*since)
	}
	return 0
}
