package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
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

	mu     sync.Mutex
	w      io.Writer
	file   fs.FileInfo // of w; nil if it is no file
	proven bool        // the last line was written, or the log is a writer without any
	torn   bool        // the last line was written in part
}

// NewAuditLog returns a log that writes to w.
func NewAuditLog(w io.Writer) *AuditLog { return &AuditLog{w: w, proven: true} }

// OpenAuditLog returns a log that appends to a file. It calls failed, if
// non-nil, for each line that cannot be written.
func OpenAuditLog(path string, failed func(error)) (*AuditLog, error) {
	a := &AuditLog{path: path, failed: failed}
	return a, a.Reopen()
}

// Reopen opens the file again, after it was moved for rotation. A log that
// writes to a writer has no file. That the file can be opened does not prove
// that it can be written: a full disk shows only when a line is.
func (a *AuditLog) Reopen() error {
	if a.path == "" {
		return nil
	}
	if info, err := os.Stat(a.path); err == nil && info.Mode()&fs.ModeNamedPipe != 0 {
		return fmt.Errorf("open the audit log: %s is a pipe, which would block writes", a.path)
	}
	file, err := os.OpenFile(a.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open the audit log: %w", err)
	}
	info, err := file.Stat()
	if err != nil {
		return errors.Join(fmt.Errorf("open the audit log: %w", err), file.Close())
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.file == nil || !os.SameFile(a.file, info) {
		a.proven, a.torn = false, isTorn(a.path, info)
	}
	a.file = info
	if old, ok := a.w.(io.Closer); ok {
		old.Close() //nolint:errcheck // every line was written at once
	}
	a.w = file
	return nil
}

// isTorn reports whether a file does not end with the end of a line, as after a
// process that was killed. A file that cannot be read is assumed to.
func isTorn(path string, info fs.FileInfo) bool {
	if !info.Mode().IsRegular() || info.Size() == 0 {
		return false
	}
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close() //nolint:errcheck // it was only read
	last := make([]byte, 1)
	_, err = file.ReadAt(last, info.Size()-1)
	return err == nil && last[0] != '\n'
}

// Check returns an error if the file cannot be opened again, or if a line cannot
// be written. It tries one, which says that the log can be written, if no line
// was written to the file yet or the last one failed. A disk that is full since
// then is found by the first record that fails, not before.
func (a *AuditLog) Check() error {
	if err := a.Reopen(); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.proven {
		return nil
	}
	return a.write(slog.NewRecord(time.Now(), slog.LevelInfo, "the audit log can be written", 0))
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
	err := a.write(line)
	a.mu.Unlock()
	if err != nil && a.failed != nil {
		a.failed(err)
	}
}

// write writes a line. What a disk that became full left of the line before it
// is ended first, so that it spoils no other line.
func (a *AuditLog) write(line slog.Record) error {
	var text bytes.Buffer
	if a.torn {
		text.WriteByte('\n')
	}
	err := slog.NewJSONHandler(&text, nil).Handle(context.Background(), line)
	if err != nil {
		return err
	}
	n, err := a.w.Write(text.Bytes())
	a.proven = err == nil
	a.torn = err != nil && (a.torn || n > 0)
	return err
}
