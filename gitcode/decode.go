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

// GitCode answers "nothing" as null, "", [], {} or an absent key, in any
// field, and writes the same number as a string in one answer and as a number
// in the next. The types of this file take all of it, so that one odd member
// never costs a whole answer.

// unmarshal decodes JSON; one of GitCode's documented answers has a comma
// before a closing brace, which is passed over.
func unmarshal(data []byte, v any) error {
	err := json.Unmarshal(data, v)
	if _, ok := errors.AsType[*json.SyntaxError](err); ok {
		if mended := withoutTrailingCommas(data); len(mended) < len(data) {
			return json.Unmarshal(mended, v)
		}
	}
	return err
}

// withoutTrailingCommas drops commas that stand before a closing brace or
// bracket, outside of strings.
func withoutTrailingCommas(data []byte) []byte {
	mended := make([]byte, 0, len(data))
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
			if before := bytes.TrimRight(mended, " \t\r\n"); bytes.HasSuffix(before, []byte(",")) {
				mended = before[:len(before)-1]
			}
		}
		mended = append(mended, c)
	}
	return mended
}

// Text is a string; empty where GitCode answers nothing.
type Text string

// UnmarshalJSON takes a string, or a number as it is written.
func (t *Text) UnmarshalJSON(data []byte) error {
	s, err := scalar(data)
	*t = Text(s)
	return err
}

// Int is an integer; 0 where GitCode answers nothing.
type Int int64

// UnmarshalJSON takes a number or a string holding one.
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
	const exact = 1 << 53 // beyond it a float64 no longer holds every integer
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > exact {
		return fmt.Errorf("%.40q is not an integer", s)
	}
	*n = Int(f)
	return nil
}

// Bool is a boolean; false where GitCode answers nothing.
type Bool bool

// UnmarshalJSON takes a boolean, or a string or number that means one.
func (b *Bool) UnmarshalJSON(data []byte) error {
	s, err := scalar(data)
	*b = s == "true" || s == "1"
	return err
}

// Time is a point in time, read in any of the forms GitCode writes; zero where
// it answers nothing or a form that is none of them.
type Time struct{ time.Time }

// UnmarshalJSON reads RFC 3339 with or without fractions of a second, and
// plain dates.
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

// State is where an issue or pull request stands. GitCode's older words
// (opened, close) are read as open and closed; others (merged, progressing,
// rejected) stay.
type State string

// UnmarshalJSON reads a state and gives it its one name.
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

// List is a JSON array. GitCode writes null, {} or "" for an empty one, and
// in some fields the only element without its brackets.
type List[T any] []T

// UnmarshalJSON takes an array, a lone element or nothing.
func (l *List[T]) UnmarshalJSON(data []byte) error {
	*l = nil
	switch {
	case nothing(data):
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

// missing reports whether an element is not what the list is of.
func (l List[T]) missing() bool {
	for _, item := range l {
		if m, ok := any(item).(interface{ missing() bool }); ok && m.missing() {
			return true
		}
	}
	return false
}

// object decodes an object into v and leaves v as it is for nothing.
func object(data []byte, v any) error {
	if nothing(data) {
		return nil
	}
	return json.Unmarshal(data, v)
}

// scalar returns the text of a string, or of a number or boolean as written.
func scalar(data []byte) (string, error) {
	switch {
	case nothing(data):
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

// nothing reports whether data is one of the ways GitCode says "nothing".
func nothing(data []byte) bool {
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
