package server

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// maxUnwritten is the number of bytes of log lines that a LogWriter holds.
const maxUnwritten = 1 << 20

// errDropped is returned for a log line that is never written.
var errDropped = errors.New("log line dropped: the log is not read")

// LogWriter passes log lines on to another writer and never blocks. When the
// other writer blocks, because many clients do not read stderr, it holds up to
// 1 MiB of lines and then drops lines until the other writer proceeds. It writes
// how many were dropped where they are missing.
type LogWriter struct {
	w io.Writer

	mu      sync.Mutex
	lines   []byte // not passed on yet
	dropped int    // lines missing after lines
	// written is closed when no line is left to write. It is nil while there is
	// nothing to write.
	written chan struct{}
}

// NewLogWriter returns a LogWriter that passes lines on to w.
func NewLogWriter(w io.Writer) *LogWriter { return &LogWriter{w: w} }

// Write accepts one or more whole lines. It returns an error if it drops them.
func (l *LogWriter) Write(lines []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.written == nil {
		l.written = make(chan struct{})
		go l.pass(l.written)
	}
	// After a line was dropped, shorter ones that would fit are dropped too, so
	// that lines are missing in one place.
	if l.dropped > 0 || len(l.lines)+len(lines) > maxUnwritten {
		l.dropped++
		return 0, errDropped
	}
	l.lines = append(l.lines, lines...)
	return len(lines), nil
}

// pass writes lines until none is left. Lines that cannot be written are lost.
func (l *LogWriter) pass(written chan struct{}) {
	defer close(written)
	for {
		l.mu.Lock()
		lines, dropped := l.lines, l.dropped
		l.lines, l.dropped = nil, 0
		if len(lines) == 0 && dropped == 0 {
			l.written = nil
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		if dropped > 0 {
			lines = fmt.Appendf(lines, "time=%s level=WARN msg=\"%d log lines dropped\"\n", time.Now().Format(time.RFC3339), dropped)
		}
		_, _ = l.w.Write(lines)
	}
}

// Flush waits until every line is written, for at most timeout.
func (l *LogWriter) Flush(timeout time.Duration) {
	l.mu.Lock()
	written := l.written
	l.mu.Unlock()
	if written == nil {
		return
	}
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case <-written:
	case <-timer.C:
	}
}
