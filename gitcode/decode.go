package gitcode

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// GitCode writes an empty value as null, "", [], {} or an absent key, in any
// member, and the same number as a string in one response and as a number in
// the next. The types of this file accept all of these. A member in any other
// form is dropped: their UnmarshalJSON methods leave the zero value and never
// fail, and decode ignores what encoding/json cannot store in a struct.

// unmarshal decodes a response. A body that contains GitCode's own error instead
// of an object is that error, whatever the status of the response.
func unmarshal(body []byte, v any) error {
	err := decode(body, v)
	if _, ok := errors.AsType[*json.SyntaxError](err); ok {
		if repaired := withoutTrailingCommas(body); len(repaired) < len(body) {
			body, err = repaired, decode(repaired, v)
		}
	}
	if isError(body) {
		// GitCode responds 400 to failures of all kinds; the error_code says which.
		return responseError(http.StatusBadRequest, nil, body)
	}
	return err
}

// decode decodes JSON and drops members in an unexpected form.
func decode(data []byte, v any) error {
	var err error
	if list, ok := v.(json.Unmarshaler); ok && json.Valid(data) {
		err = list.UnmarshalJSON(bytes.TrimSpace(data)) // encoding/json would look for the end of the list first
	} else {
		err = json.Unmarshal(data, v)
	}
	if _, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return nil // the other members are decoded
	}
	return err
}

// isError reports whether a body describes an error and no object.
func isError(body []byte) bool {
	if !bytes.HasPrefix(body, []byte("{")) || !bytes.Contains(body, []byte(`"error_`)) {
		return false
	}
	var wire struct {
		ID      Int  `json:"id"`
		Number  Int  `json:"number"`
		Code    Text `json:"error_code"`
		Message Text `json:"error_message"`
	}
	if decode(body, &wire) != nil || wire.ID != 0 || wire.Number != 0 || wire.Code == "0" {
		return false
	}
	return wire.Code != "" || wire.Message != ""
}

// withoutTrailingCommas removes commas before a closing brace or bracket,
// outside of strings: one of the documented responses has one. It returns data
// itself if there are none.
func withoutTrailingCommas(data []byte) []byte {
	var repaired []byte
	copied, comma := 0, -1 // comma is the position of one that only white space follows
	inString, escaped := false, false
	for i, c := range data {
		switch {
		case escaped:
			escaped = false
		case inString:
			escaped, inString = c == '\\', c != '"'
		case c == ' ', c == '\t', c == '\r', c == '\n':
		case c == ',':
			comma = i
		default:
			if comma >= 0 && (c == '}' || c == ']') {
				if repaired == nil {
					repaired = make([]byte, 0, len(data))
				}
				repaired = append(repaired, data[copied:comma]...)
				copied = comma + 1
			}
			comma, inString = -1, c == '"'
		}
	}
	if copied == 0 {
		return data
	}
	return append(repaired, data[copied:]...)
}

// Text is a string. An empty value is "".
type Text string

// UnmarshalJSON accepts a string, or a number as it is written.
func (t *Text) UnmarshalJSON(data []byte) error {
	*t = Text(scalar(data))
	return nil
}

// Int is an integer. An empty value is 0.
type Int int64

// UnmarshalJSON accepts an integer, or a string that contains one.
func (n *Int) UnmarshalJSON(data []byte) error {
	s := strings.TrimSpace(scalar(data))
	*n = 0
	if v, err := strconv.ParseInt(s, 10, 64); err == nil {
		*n = Int(v)
		return nil
	}
	const exact = 1 << 53 // a float64 represents every integer up to here
	if f, err := strconv.ParseFloat(s, 64); err == nil && f == math.Trunc(f) && math.Abs(f) <= exact {
		*n = Int(f)
	}
	return nil
}

// Count is a number of things. Value is nil if the response does not contain one.
type Count struct{ Value *int }

// Known returns the number, 0 if it is unknown.
func (c Count) Known() int {
	if c.Value == nil {
		return 0
	}
	return *c.Value
}

// UnmarshalJSON accepts what Int accepts.
func (c *Count) UnmarshalJSON(data []byte) error {
	c.Value = nil
	var n Int
	if s := strings.TrimSpace(scalar(data)); s == "" || n.UnmarshalJSON(data) != nil || n == 0 && s != "0" || n < 0 {
		return nil
	}
	c.Value = new(int(n))
	return nil
}

// Bool is a boolean. Value is nil if the response does not contain one.
type Bool struct{ Value *bool }

// UnmarshalJSON accepts a boolean, or a string or number that means one.
func (b *Bool) UnmarshalJSON(data []byte) error {
	b.Value = nil
	switch strings.Trim(string(data), `"`) {
	case "true", "1":
		b.Value = new(true)
	case "false", "0":
		b.Value = new(false)
	}
	return nil
}

// Time is a time in any of the forms that GitCode writes. It is zero for an empty
// value and for an unknown form.
type Time struct{ time.Time }

// UnmarshalJSON accepts RFC 3339 with or without fractions of a second, and plain
// dates.
func (t *Time) UnmarshalJSON(data []byte) error {
	s := scalar(data)
	t.Time = time.Time{}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05.999Z0700", time.DateTime, time.DateOnly} {
		if v, err := time.Parse(layout, s); err == nil {
			t.Time = v
			break
		}
	}
	return nil
}

// State is the state of an issue or a pull request. GitCode's older words (opened,
// close) become open and closed; others (merged, progressing, rejected) are kept.
type State string

// UnmarshalJSON accepts any of GitCode's words for a state.
func (s *State) UnmarshalJSON(data []byte) error {
	word := scalar(data)
	switch word {
	case "opened", "reopen", "reopened":
		word = "open"
	case "close":
		word = "closed"
	}
	*s = State(word)
	return nil
}

// scalar returns the text of a string, or of a number as written. Anything else
// is "".
func scalar(data []byte) string {
	switch c := first(data); {
	case c == '"':
		return unquote(data)
	case c == '-', c >= '0' && c <= '9':
		return string(data)
	}
	return ""
}

// unquote returns the text of a JSON string. It decodes what long texts consist of
// in a third of the time that encoding/json takes, and leaves the rest to it.
func unquote(data []byte) string {
	if len(data) < 2 || !utf8.Valid(data) {
		return unquoteAny(data)
	}
	rest := data[1 : len(data)-1]
	if bytes.IndexByte(rest, '\\') < 0 {
		return string(rest)
	}
	text := make([]byte, 0, len(rest))
	for {
		before, after, escaped := bytes.Cut(rest, []byte{'\\'})
		text = append(text, before...)
		if !escaped {
			return string(text)
		}
		i := bytes.IndexByte([]byte(`nrt"\/`), first(after))
		if i < 0 {
			return unquoteAny(data)
		}
		text, rest = append(text, "\n\r\t\"\\/"[i]), after[1:]
	}
}

func unquoteAny(data []byte) (text string) {
	_ = json.Unmarshal(data, &text) // a string decodes
	return text
}

// first returns the first byte of a JSON value, which shows its kind, and 0 if
// there is no value.
func first(data []byte) byte {
	if len(data) == 0 {
		return 0
	}
	return data[0]
}

// isEmpty reports whether data is one of the ways GitCode writes an empty value.
func isEmpty(data []byte) bool {
	switch first(data) {
	case 0, 'n':
		return true
	case '"':
		return len(data) == 2
	case '{', '[':
		return len(bytes.TrimSpace(data[1:len(data)-1])) == 0
	}
	return false
}
