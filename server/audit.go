package server

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// AuditLog records each write as one line of JSON: the time, the tool, the
// target, the outcome, the user as a hash of the token, and the forge's id of
// what was written. It records no text that a user wrote.
type AuditLog struct {
	path   string      // "" if the lines go to a writer
	failed func(error) // called when a line cannot be written; may be nil

	mu  sync.Mutex
	w   io.Writer
	err error // of the last line
}

// NewAuditLog returns a log that writes to w.
func NewAuditLog(w io.Writer) *AuditLog { return &AuditLog{w: w} }

// OpenAuditLog returns a log that appends to a file. It calls failed, if
// non-nil, for each line that cannot be written.
func OpenAuditLog(path string, failed func(error)) (*AuditLog, error) {
	a := &AuditLog{path: path, failed: failed}
	return a, a.Reopen()
}

// Reopen opens the file again, after it was moved for rotation. A log that
// writes to a writer has no file.
func (a *AuditLog) Reopen() error {
	if a.path == "" {
		return nil
	}
	file, err := os.OpenFile(a.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open the audit log: %w", err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if old, ok := a.w.(io.Closer); ok {
		old.Close() //nolint:errcheck // every line was written at once
	}
	a.w, a.err = file, nil
	return nil
}

// Check returns an error if the next line could not be written, as far as that
// can be known in advance: the file cannot be opened, or the last line failed
// and opening the file again does not help.
func (a *AuditLog) Check() error {
	a.mu.Lock()
	err := a.err
	a.mu.Unlock()
	if a.path != "" {
		return a.Reopen()
	}
	return err
}

// Record writes a line.
func (a *AuditLog) Record(r tools.Record) {
	line := slog.NewRecord(time.Now(), slog.LevelInfo, "write", 0)
	line.AddAttrs(slog.String("tool", r.Tool), slog.String("target", r.Target), slog.String("outcome", r.Outcome))
	if r.User != "" {
		line.AddAttrs(slog.String("user", r.User))
	}
	if r.ID != 0 {
		line.AddAttrs(slog.Int64("id", r.ID))
	}
	a.mu.Lock()
	a.err = slog.NewJSONHandler(a.w, nil).Handle(context.Background(), line)
	err := a.err
	a.mu.Unlock()
	if err != nil && a.failed != nil {
		a.failed(err)
	}
}
