package server

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
)

// Redact returns a ReplaceAttr function for slog that removes secrets from the
// values of all attributes.
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

// CleanToken removes the white space and quotes that shells and editors leave
// around a token. It rejects what cannot be a token; source names where it comes
// from.
func CleanToken(source, token string) (string, error) {
	token = strings.TrimSpace(token)
	for _, quote := range []string{`"`, `'`} {
		if inner, ok := strings.CutPrefix(token, quote); ok {
			if inner, ok = strings.CutSuffix(inner, quote); ok {
				token = strings.TrimSpace(inner)
			}
		}
	}
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", fmt.Errorf("%s contains blanks or other characters that no token has", source)
	}
	return token, nil
}
