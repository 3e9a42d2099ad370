package server

import (
	"context"
	"io"
	"log/slog"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// Audit returns a function that writes a line for each write, a JSON object:
// when, which tool, where, with what outcome, and GitCode's id of what was
// written. No texts.
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
