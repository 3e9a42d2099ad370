package server

import (
	"fmt"
	"log/slog"
	"regexp"
	"strings"
)

// Redact returns a ReplaceAttr function for slog that removes secrets from the
// values of all attributes.
func Redact(secrets ...string) func([]string, slog.Attr) slog.Attr {
	secrets = removable(secrets)
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

// minSecret is the minimum length of a token or secret. Redacting a shorter one
// would destroy ordinary text.
const minSecret = 8

// placeholder matches what clients leave in a configuration whose variable they
// did not expand.
var placeholder = regexp.MustCompile(`^(\$\{.*|\$[A-Za-z_]\w*|\{env:.*|%\w+%|YOUR_\w+)$`)

// CleanSecret removes the white space around a secret. It rejects one that is
// too short, and an unexpanded placeholder; source names where it comes from.
func CleanSecret(source, secret string) (string, error) {
	secret = strings.TrimSpace(secret)
	switch {
	case secret == "":
		return "", nil
	case placeholder.MatchString(secret):
		return "", fmt.Errorf("%s contains the placeholder %.40s; the program that sets it did not replace it", source, secret)
	case len(secret) < minSecret:
		return "", fmt.Errorf("%s is shorter than %d characters", source, minSecret)
	}
	return secret, nil
}

// CleanToken is CleanSecret for a token, from which it also removes the quotes
// that shells and editors leave around it.
func CleanToken(source, token string) (string, error) {
	token = strings.TrimSpace(token)
	for _, quote := range []string{`"`, `'`} {
		if inner, ok := strings.CutPrefix(token, quote); ok {
			if inner, ok = strings.CutSuffix(inner, quote); ok {
				token = inner
			}
		}
	}
	token, err := CleanSecret(source, token)
	if err == nil && strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", fmt.Errorf("%s contains blanks or other characters that no token has", source)
	}
	return token, err
}
