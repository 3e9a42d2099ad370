// Package readback compares what a write requested with what a response shows.
// Services report success although they drop what the token's owner may not set, or
// what their edition lacks, so only a comparison shows whether a write had its
// effect.
package readback

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// Field is a field that a write requested, and what a response shows of it. A field
// with one value is a list that is empty if the value is.
type Field struct {
	Name      string // the parameter
	Member    string // of the response; "" means Name
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

// Comparison compares the fields that a write requested with a response, one after the
// other.
type Comparison struct {
	Members map[string]json.RawMessage // of the response; nil is a missing one, which is not an empty one
	Result
}

// Text compares a text, unless it was not requested.
func (c *Comparison) Text(name string, want *string, got lenient.Text) {
	if want != nil {
		c.Field(&Field{Name: name, Want: Text(*want), Got: Text(string(got))})
	}
}

// Word compares a word in any case, unless it was not requested.
func (c *Comparison) Word(name string, want *string, got lenient.Text) {
	if want != nil {
		c.Field(&Field{Name: name, Want: NonEmpty(*want), Got: NonEmpty(string(got)), FoldCase: true})
	}
}

// Value compares a value that is in a member of another name.
func (c *Comparison) Value(name, member, want, got string) {
	c.Field(&Field{Name: name, Member: member, Want: NonEmpty(want), Got: NonEmpty(got)})
}

// Field compares a field.
func (c *Comparison) Field(f *Field) {
	// A member shows a field if it has a value, or an empty one.
	member := c.Members[cmp.Or(f.Member, f.Name)]
	if member == nil || len(f.Got) == 0 && !lenient.IsEmpty(member) {
		c.Unknown = append(c.Unknown, f.Name)
		return
	}
	d := Deviation{Field: f.Name, Missing: Without(f.Want, f.Got, f.FoldCase)}
	if f.Partial || len(f.Unwanted) > 0 {
		d.Extra = Shared(f.Unwanted, f.Got, f.FoldCase)
	} else {
		d.Extra = Without(f.Got, f.Want, f.FoldCase)
	}
	if len(d.Missing)+len(d.Extra) > 0 {
		c.Ignored = append(c.Ignored, d)
	}
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

// Shared returns the texts that are in others too, each once.
func Shared(texts, others []string, foldCase bool) []string {
	return Without(texts, Without(texts, others, foldCase), foldCase)
}

// Number returns a number as a text, which is empty for 0.
func Number(number int64) string {
	if number == 0 {
		return ""
	}
	return strconv.FormatInt(number, 10)
}

// Distinct returns the names, each once, ignoring case.
func Distinct(names []string) []string { return Without(names, nil, true) }
