// Package lenient decodes JSON whose members can have unexpected forms. Services
// write the same value as a string in one response and as a number in the next,
// and an empty one as null, "", [], {} or an absent key. The types of this package
// accept all of these. A member in any other form is dropped, which leaves the zero
// value. So one odd value costs nothing else.
//
// Only [Decode] knows these forms; encoding/json does not. It fills structs as
// encoding/json does, by their json tags, and calls the UnmarshalJSON methods of
// other types.
package lenient

import (
	"bytes"
	"math"
	"strconv"
	"time"
)

// Text is a string, or a number as it is written. An empty value is "". Any other
// type of strings is decoded likewise.
type Text string

// Int is an integer, or a string that contains one. An empty value is 0. Any other
// type of integers is decoded likewise.
type Int int64

// Count is a number of things, in the forms of an Int. Value is nil if the response
// does not contain one.
type Count struct{ Value *int }

// Known returns the number, 0 if it is unknown.
func (c Count) Known() int {
	if c.Value == nil {
		return 0
	}
	return *c.Value
}

// Bool is a boolean, or a string or number that means one. Value is nil if the
// response does not contain one.
type Bool struct{ Value *bool }

// IsTrue reports whether the value is known to be true.
func (b Bool) IsTrue() bool { return b.Value != nil && *b.Value }

// Time is a time: RFC 3339 with or without fractions of a second, or a plain date.
// It is zero for an empty value and for an unknown form.
type Time struct{ time.Time }

// parseInt returns an integer in the forms of an Int. Anything else is 0.
func parseInt(text []byte) int64 {
	text = bytes.TrimSpace(text)
	if n, err := strconv.ParseInt(string(text), 10, 64); err == nil {
		return n
	}
	const exact = 1 << 53 // a float64 represents every integer up to here
	if f, err := strconv.ParseFloat(string(text), 64); err == nil && f == math.Trunc(f) && math.Abs(f) <= exact {
		return int64(f)
	}
	return 0
}

// parseCount returns the value of a Count.
func parseCount(text []byte) *int {
	n := parseInt(text)
	if n < 0 || n == 0 && string(bytes.TrimSpace(text)) != "0" {
		return nil
	}
	return new(int(n))
}

// parseBool returns the boolean that a JSON value means, or nil.
func parseBool(data []byte) *bool {
	switch string(bytes.Trim(data, `"`)) {
	case "true", "1":
		return new(true)
	case "false", "0":
		return new(false)
	}
	return nil
}

// parseTime returns the value of a Time.
func parseTime(text []byte) time.Time {
	if len(text) == 0 {
		return time.Time{}
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05.999Z0700", time.DateTime, time.DateOnly} {
		if t, err := time.Parse(layout, string(text)); err == nil {
			return t
		}
	}
	return time.Time{}
}

// Scalar returns the text of a string, or of a number as written. Anything else
// is "".
func Scalar(data []byte) string {
	d := decoder{scanner: scanner{data: data}}
	return string(d.content())
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
