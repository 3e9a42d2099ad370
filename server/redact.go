package server

import (
	"fmt"
	"log/slog"
	"strings"
)

// Redact returns a ReplaceAttr for slog that keeps a secret out of a log,
// whatever attribute it stands in.
func Redact(secret string) func([]string, slog.Attr) slog.Attr {
	if secret == "" {
		return nil
	}
	replacer := strings.NewReplacer(secret, "[token removed]")
	return func(_ []string, a slog.Attr) slog.Attr {
		switch a.Value.Kind() {
		case slog.KindString:
			a.Value = slog.StringValue(replacer.Replace(a.Value.String()))
		case slog.KindAny:
			if text := fmt.Sprint(a.Value.Any()); replacer.Replace(text) != text {
				a.Value = slog.StringValue(replacer.Replace(text))
			}
		}
		return a
	}
}
