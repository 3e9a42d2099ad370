package server

import (
	"log/slog"
	"slices"
	"strings"
)

// Redact returns a ReplaceAttr for slog that keeps secrets out of a log,
// whatever attribute they stand in.
func Redact(secrets ...string) func([]string, slog.Attr) slog.Attr {
	secrets = slices.DeleteFunc(secrets, func(s string) bool { return s == "" })
	return func(_ []string, a slog.Attr) slog.Attr {
		if text := a.Value.String(); redacted(text, secrets) != text {
			a.Value = slog.StringValue(redacted(text, secrets))
		}
		return a
	}
}

func redacted(text string, secrets []string) string {
	for _, secret := range secrets {
		text = strings.ReplaceAll(text, secret, "[token removed]")
	}
	return text
}
