package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	reflector "github.com/invopop/jsonschema"
)

// syntaxError returns why a text that begins like an array or an object is not
// valid JSON, or "" if it is something else or no array or object is wanted.
func syntaxError(wanted *reflector.Schema, value any) string {
	text, _ := value.(string)
	raw := bytes.TrimSpace([]byte(text))
	if wanted.Type != "array" && wanted.Type != "object" || len(raw) == 0 || raw[0] != '[' && raw[0] != '{' {
		return ""
	}
	var parsed json.RawMessage
	if invalid, ok := errors.AsType[*json.SyntaxError](json.Unmarshal([]byte(text), &parsed)); ok {
		return fmt.Sprintf("is not valid JSON: %v at byte %d", invalid, invalid.Offset)
	}
	return ""
}

// valueAt returns the value at a path, or nil if there is none.
func valueAt(value any, path []string) any {
	for _, step := range path {
		switch v := value.(type) {
		case map[string]any:
			value = v[step]
		case []any:
			i := indexOf(step)
			if i < 0 || i >= len(v) {
				return nil
			}
			value = v[i]
		default:
			return nil
		}
	}
	return value
}

// closestOf returns, in quotes, the known name that somebody may have meant by
// each of some names. It returns nil if that is unknown for any of them.
func closestOf(names, known []string) []string {
	var meant []string
	for _, name := range names[:min(len(names), maxFaults)] {
		best, least := "", -1
		for _, other := range known {
			if d, ok := distance(plain(name), plain(other)); ok && (least < 0 || d < least) {
				best, least = other, d
			}
		}
		if best == "" {
			return nil
		}
		meant = append(meant, fmt.Sprintf("%q", best))
	}
	return meant
}

// plain returns a name without what separates its words.
func plain(name string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(name))
}

// distance returns the number of bytes to insert, delete or replace that turns a
// into b, and whether it is small.
func distance(a, b string) (int, bool) {
	limit := max(1, min(len(a), len(b))/3)
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return 0, false // a shortcut: the distance is at least this
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)], row[len(b)] <= limit
}
