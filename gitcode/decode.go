package gitcode

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// GitCode writes an empty value as null, "", [], {} or an absent key, in any
// member, and the same number as a string in one response and as a number in
// the next. The types of this file accept all of these.

// unmarshal decodes JSON. It ignores a comma before a closing brace or bracket,
// which one of the documented responses has.
func unmarshal(data []byte, v any) error {
	err := json.Unmarshal(data, v)
	if _, ok := errors.AsType[*json.SyntaxError](err); ok {
		if repaired := withoutTrailingCommas(data); len(repaired) < len(data) {
			return json.Unmarshal(repaired, v)
		}
	}
	return err
}

// withoutTrailingCommas removes commas before a closing brace or bracket,
// outside of strings.
func withoutTrailingCommas(data []byte) []byte {
	repaired := make([]byte, 0, len(data))
	inString, escaped := false, false
	for _, c := range data {
		switch {
		case escaped:
			escaped = false
		case inString && c == '\\':
			escaped = true
		case c == '"':
			inString = !inString
		case !inString && (c == '}' || c == ']'):
			if before := bytes.TrimRight(repaired, " \t\r\n"); bytes.HasSuffix(before, []byte(",")) {
				repaired = before[:len(before)-1]
			}
		}
		repaired = append(repaired, c)
	}
	return repaired
}

// Text is a string. An empty value is "".
type Text string

// UnmarshalJSON accepts a string, or a number as it is written.
func (t *Text) UnmarshalJSON(data []byte) error {
	s, err := scalar(data)
	*t = Text(s)
	return err
}

// Int is an integer. An empty value is 0.
type Int int64

// UnmarshalJSON accepts a number, or a string that contains one.
func (n *Int) UnmarshalJSON(data []byte) error {
	s, err := scalar(data)
	if s = strings.TrimSpace(s); err != nil || s == "" {
		*n = 0
		return err
	}
	if v, err := strconv.ParseInt(s, 10, 64); err == nil {
		*n = Int(v)
		return nil
	}
	const exact = 1 << 53 // a float64 represents every integer up to here
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > exact {
		return fmt.Errorf("%.40q is not an integer", s)
	}
	*n = Int(f)
	return nil
}

// Bool is a boolean. An empty value is false.
type Bool bool

// UnmarshalJSON accepts a boolean, or a string or number that means one.
func (b *Bool) UnmarshalJSON(data []byte) error {
	s, err := scalar(data)
	*b = s == "true" || s == "1"
	return err
}

// Time is a time in any of the forms that GitCode writes. It is zero for an empty
// value and for an unknown form.
type Time struct{ time.Time }

// UnmarshalJSON accepts RFC 3339 with or without fractions of a second, and plain
// dates.
func (t *Time) UnmarshalJSON(data []byte) error {
	s, err := scalar(data)
	t.Time = time.Time{}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05.999Z0700", time.DateTime, time.DateOnly} {
		if v, bad := time.Parse(layout, s); bad == nil {
			t.Time = v
			break
		}
	}
	return err
}

// State is the state of an issue or a pull request. GitCode's older words (opened,
// close) become open and closed; others (merged, progressing, rejected) are kept.
type State string

// UnmarshalJSON accepts any of GitCode's words for a state.
func (s *State) UnmarshalJSON(data []byte) error {
	word, err := scalar(data)
	switch word {
	case "opened", "reopen", "reopened":
		word = "open"
	case "close":
		word = "closed"
	}
	*s = State(word)
	return err
}

// List is a JSON array. GitCode writes null, {} or "" for an empty one, and in
// some members a single element without brackets.
type List[T any] []T

// UnmarshalJSON accepts an array, a single element or an empty value.
func (l *List[T]) UnmarshalJSON(data []byte) error {
	*l = nil
	switch {
	case isEmpty(data):
		return nil
	case data[0] == '[':
		return json.Unmarshal(data, (*[]T)(l))
	}
	var one T
	if err := json.Unmarshal(data, &one); err != nil {
		return err
	}
	*l = List[T]{one}
	return nil
}

// IsEmpty reports whether an element of the list contains no T, which means that
// the response is not such a list. A list without elements is not empty in this
// sense.
func (l List[T]) IsEmpty() bool {
	for _, item := range l {
		if e, ok := any(item).(interface{ IsEmpty() bool }); ok && e.IsEmpty() {
			return true
		}
	}
	return false
}

// decodeObject decodes an object into v. It leaves v unchanged for an empty
// value.
func decodeObject(data []byte, v any) error {
	if isEmpty(data) {
		return nil
	}
	return json.Unmarshal(data, v)
}

// scalar returns the text of a string, or of a number or boolean as written.
func scalar(data []byte) (string, error) {
	switch {
	case isEmpty(data):
		return "", nil
	case data[0] == '"':
		var s string
		err := json.Unmarshal(data, &s)
		return s, err
	case data[0] == '{', data[0] == '[':
		return "", fmt.Errorf("%.40q is neither a string nor a number", data)
	}
	return string(data), nil
}

// isEmpty reports whether data is one of the ways GitCode writes an empty value.
func isEmpty(data []byte) bool {
	if len(data) == 0 {
		return true
	}
	switch data[0] {
	case 'n':
		return true
	case '"':
		return len(data) == 2
	case '{', '[':
		return len(bytes.TrimSpace(data[1:len(data)-1])) == 0
	}
	return false
}
