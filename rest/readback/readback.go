// Package readback compares what a write requested with what a response shows.
// Services report success although they drop what the token's owner may not set, or
// what their edition lacks, so only a comparison shows whether a write had its
// effect.
package readback

import (
	"encoding/json"
	"slices"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// Field is a field that a write requested, and what a response shows of it. A field
// with one value is a list that is empty if the value is.
type Field struct {
	Name      string          // the parameter
	Member    json.RawMessage // of the response; nil if it has none, which is not an empty one
	Want, Got []string
	Unwanted  []string // values to remove; the others may stay
	Partial   bool     // values besides Want may stay too
	FoldCase  bool
}

// Deviation is a field that is not as requested.
type Deviation struct {
	Field   string   // the parameter
	Missing []string // values that were requested and are not there
	Extra   []string // values that are there instead
}

// Result is what a comparison finds.
type Result struct {
	Ignored []Deviation
	Unknown []string // fields that the response does not show
}

// Compare compares fields that were requested with a response.
func Compare(fields []Field) Result {
	var r Result
	for _, f := range fields {
		if !f.isShown() {
			r.Unknown = append(r.Unknown, f.Name)
			continue
		}
		d := Deviation{Field: f.Name, Missing: Without(f.Want, f.Got, f.FoldCase)}
		if f.Partial || len(f.Unwanted) > 0 {
			d.Extra = Without(f.Unwanted, Without(f.Unwanted, f.Got, f.FoldCase), f.FoldCase)
		} else {
			d.Extra = Without(f.Got, f.Want, f.FoldCase)
		}
		if len(d.Missing)+len(d.Extra) > 0 {
			r.Ignored = append(r.Ignored, d)
		}
	}
	return r
}

// isShown reports whether a response contains a field: a value, or an empty one.
func (f Field) isShown() bool {
	return f.Member != nil && (lenient.IsEmpty(f.Member) || len(f.Got) > 0)
}

// IsWhole reports whether a member is a list of as many elements as were read. Null
// and a list of which an element cannot be read prove nothing.
func IsWhole(member json.RawMessage, read int) bool {
	var elements []json.RawMessage
	return json.Unmarshal(member, &elements) == nil && elements != nil && len(elements) == read
}

// Then returns the result with what a later response shows of the fields that were
// unknown.
func (r Result) Then(later Result) Result {
	isKnown := func(field string) bool { return !slices.Contains(r.Unknown, field) }
	return Result{
		Ignored: append(r.Ignored, slices.DeleteFunc(later.Ignored, func(d Deviation) bool { return isKnown(d.Field) })...),
		Unknown: slices.DeleteFunc(later.Unknown, isKnown),
	}
}

// NonEmpty returns a text as a list, which is empty if the text is.
func NonEmpty(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// Text returns a text as a list, without what services may change: the line endings
// and the white space around it.
func Text(text string) []string {
	return NonEmpty(strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")))
}

// Trimmed returns names without the white space around them.
func Trimmed(names []string) []string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = strings.TrimSpace(name)
	}
	return list
}

// Without returns the texts that are not in others, each once.
func Without(texts, others []string, foldCase bool) []string {
	seen := map[string]bool{}
	key := func(text string) string {
		if foldCase {
			return strings.ToLower(text)
		}
		return text
	}
	for _, text := range others {
		seen[key(text)] = true
	}
	var left []string
	for _, text := range texts {
		if !seen[key(text)] {
			seen[key(text)] = true
			left = append(left, text)
		}
	}
	return left
}

// Distinct returns the names, each once, ignoring case.
func Distinct(names []string) []string { return Without(names, nil, true) }
