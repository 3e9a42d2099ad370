package gitcode

import (
	"fmt"
	"strings"
)

// CleanToken takes off what shells and editors leave around a token, blanks
// and quotes, and refuses what cannot be one; source says where it comes from.
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
		return "", fmt.Errorf("%s holds blanks or other characters that no token has", source)
	}
	return token, nil
}
