package server

import (
	"context"
	"io"
	"log/slog"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// Audit returns a function that records each write as one line of JSON: the
// time, the tool, the target, the outcome, and GitCode's id of what was
// written. It records no text that a user wrote.
func Audit(w io.Writer) func(tools.Record) {
	logger := slog.New(slog.NewJSONHandler(w, nil))
	return func(r tools.Record) {
		attrs := []slog.Attr{slog.String("tool", r.Tool), slog.String("target", r.Target), slog.String("outcome", r.Outcome)}
		if r.ID != 0 {
			attrs = append(attrs, slog.Int64("id", r.ID))
		}
		logger.LogAttrs(context.Background(), slog.LevelInfo, "write", attrs...)
	}
}
