// Package lenient decodes JSON whose members can have unexpected forms. Services
// write the same value as a string in one response and as a number in the next,
// and an empty one as null, "", [], {} or an absent key. The types of this package
// accept all of these. A member in any other form is dropped: their UnmarshalJSON
// methods leave the zero value and never fail, and [Decode] ignores what
// encoding/json cannot store in a struct. So one odd value costs nothing else.
package lenient

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Decode decodes JSON and drops members in an unexpected form.
func Decode(data []byte, v any) error {
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

// Text is a string. An empty value is "".
type Text string

// UnmarshalJSON accepts a string, or a number as it is written.
func (t *Text) UnmarshalJSON(data []byte) error {
	*t = Text(Scalar(data))
	return nil
}

// Int is an integer. An empty value is 0.
type Int int64

// UnmarshalJSON accepts an integer, or a string that contains one.
func (n *Int) UnmarshalJSON(data []byte) error {
	s := strings.TrimSpace(Scalar(data))
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
	if s := strings.TrimSpace(Scalar(data)); s == "" || n.UnmarshalJSON(data) != nil || n == 0 && s != "0" || n < 0 {
		return nil
	}
	c.Value = new(int(n))
	return nil
}

// Bool is a boolean. Value is nil if the response does not contain one.
type Bool struct{ Value *bool }

// IsTrue reports whether the value is known to be true.
func (b Bool) IsTrue() bool { return b.Value != nil && *b.Value }

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

// Time is a time in any of the usual forms. It is zero for an empty
// value and for an unknown form.
type Time struct{ time.Time }

// UnmarshalJSON accepts RFC 3339 with or without fractions of a second, and plain
// dates.
func (t *Time) UnmarshalJSON(data []byte) error {
	s := Scalar(data)
	t.Time = time.Time{}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05.999Z0700", time.DateTime, time.DateOnly} {
		if v, err := time.Parse(layout, s); err == nil {
			t.Time = v
			break
		}
	}
	return nil
}

// Scalar returns the text of a string, or of a number as written. Anything else
// is "".
func Scalar(data []byte) string {
	switch c := First(data); {
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
		i := bytes.IndexByte([]byte(`nrt"\/`), First(after))
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

// First returns the first byte of a JSON value, which shows its kind, and 0 if
// there is no value.
func First(data []byte) byte {
	if len(data) == 0 {
		return 0
	}
	return data[0]
}

// IsEmpty reports whether data is one of the ways to write an empty value.
func IsEmpty(data []byte) bool {
	switch First(data) {
	case 0, 'n':
		return true
	case '"':
		return len(data) == 2
	case '{', '[':
		return len(bytes.TrimSpace(data[1:len(data)-1])) == 0
	}
	return false
}
