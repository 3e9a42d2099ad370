// Package schema makes JSON Schemas from Go structs and checks arguments
// against them. It is the only importer of the schema libraries.
//
// # Struct tags
//
// The json tag names a member, which is required unless the tag has omitempty.
// The tag jsonschema holds its constraints (minimum=1, enum=open,
// format=date-time, pattern=…), and jsonschema_description its description.
// Members of embedded structs belong to the struct. The elements of a list can be
// structs with tags of their own; the constraints of another list are those of
// its elements, except for minItems and maxItems. A member with a pattern can
// have an example, which the error for another value shows.
//
// The format date-time also accepts a date, and its description says so. The
// format date-range accepts 2026-09-01..2026-09-30 with either end optional, and
// leaves the rest of a text without ".." that begins with a date, and any other
// text, to the pattern.
//
// # Schemas
//
// The published schemas consist of type, properties, required, items, enum,
// maximum and description. They contain no references, combinators or type
// arrays, because some MCP clients reject those. The other constraints, such as
// patterns and least values, are enforced and not published: models read the
// description, and pay for every byte of a schema.
//
// # Limits
//
// Arguments have at most 10,000 values, however nested. Members of type number
// have at most two decimals and are at most 1,000,000,000. The text of an error
// names at most five faults.
package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	reflector "github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
)

// Schema is the JSON Schema of a struct type. Its parts are made on their first use:
// they are most of the work of a program that starts, and most are never used.
type Schema struct {
	root      func() *reflector.Schema // with what is not published
	published func() json.RawMessage
	compiled  func() *validator.Schema
}

// For returns the schema of what a pointer points to. Its first use panics if that has
// none, which is a mistake in its type.
func For(value any) *Schema {
	s := &Schema{root: sync.OnceValue(func() *reflector.Schema { return reflect(value) })}
	s.published = made(value, func() (json.RawMessage, error) { return json.Marshal(publish(s.root())) })
	s.compiled = made(value, func() (*validator.Schema, error) { return compile(s.root()) })
	return s
}

// made returns a function that makes a part of the schema of a value once.
func made[T any](value any, part func() (T, error)) func() T {
	return sync.OnceValue(func() T {
		t, err := part()
		if err != nil {
			panic(fmt.Errorf("schema of %T: %w", value, err))
		}
		return t
	})
}

func reflect(value any) *reflector.Schema {
	r := reflector.Reflector{Anonymous: true, ExpandedStruct: true, DoNotReference: true}
	root := r.Reflect(value)
	root.Version = ""
	describeTimes(root)
	return root
}

// JSON returns the published schema.
func (s *Schema) JSON() json.RawMessage { return s.published() }

// Identifiers returns the names of the required members, except for lists and
// for texts, which are the members with a pattern.
func (s *Schema) Identifiers() []string {
	return slices.DeleteFunc(slices.Clone(s.root().Required), func(name string) bool {
		property := s.root().Properties.Value(name)
		return property.Type == "array" || property.Pattern != ""
	})
}

// MembersIn returns the names of the members that the elements of a list have.
func (s *Schema) MembersIn(list string) (names []string) {
	for name := range s.root().Properties.Value(list).Items.Properties.FromOldest() {
		names = append(names, name)
	}
	return names
}

// describeTimes adds to the description of each time what is accepted as one, unless
// it says so.
func describeTimes(s *reflector.Schema) {
	if s == nil {
		return
	}
	if s.Format == "date-time" && !strings.Contains(s.Description, "RFC 3339") {
		s.Description += "; RFC 3339, or a date (00:00 +08:00)"
	}
	describeTimes(s.Items)
	if s.Properties != nil {
		for _, property := range s.Properties.FromOldest() {
			describeTimes(property)
		}
	}
}

// publish returns a copy of a schema with the keywords that are published.
func publish(s *reflector.Schema) *reflector.Schema {
	if s == nil {
		return nil
	}
	p := &reflector.Schema{
		Type: s.Type, Items: publish(s.Items), Required: s.Required, Enum: s.Enum,
		Maximum: s.Maximum, Description: s.Description,
	}
	if s.Properties != nil {
		p.Properties = reflector.NewProperties()
		for name, property := range s.Properties.FromOldest() {
			p.Properties.Set(name, publish(property))
		}
	}
	return p
}

func compile(root *reflector.Schema) (*validator.Schema, error) {
	raw, err := json.Marshal(root)
	if err != nil {
		return nil, err
	}
	doc, err := validator.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	boundNumbers(doc)
	c := validator.NewCompiler()
	c.AssertFormat()
	c.RegisterFormat(&validator.Format{Name: "date-range", Validate: checkDateRange})
	const name = "schema.json"
	if err := c.AddResource(name, doc); err != nil {
		return nil, err
	}
	return c.Compile(name)
}

var leadingDate = compiled(`^\d{4}-\d\d-\d\d`)

// compiled returns a function that returns an expression, compiled on its first use
// and not when the program starts.
//
//go:noinline
func compiled(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}

// checkDateRange checks a range of dates, and the date that a text in another
// form begins with.
func checkDateRange(value any) error {
	text, _ := value.(string)
	from, to, ok := strings.Cut(text, "..")
	if !ok {
		if date := leadingDate().FindString(text); date != "" {
			_, err := time.Parse(time.DateOnly, date)
			return err
		}
		return nil
	}
	if from == "" && to == "" || from != "" && to != "" && to < from {
		return errors.New("no range")
	}
	for _, date := range []string{from, to} {
		if _, err := time.Parse(time.DateOnly, date); err != nil && date != "" {
			return err
		}
	}
	return nil
}

// boundNumbers adds the bounds of numbers that are not integers to a schema.
func boundNumbers(doc any) {
	schema, ok := doc.(map[string]any)
	if !ok {
		return
	}
	if schema["type"] == "number" {
		schema["multipleOf"], schema["maximum"] = json.Number("0.01"), json.Number("1000000000")
	}
	boundNumbers(schema["items"])
	properties, _ := schema["properties"].(map[string]any)
	for _, property := range properties {
		boundNumbers(property)
	}
}

// Decode checks arguments and decodes them into value, a pointer to the struct. It
// accepts unambiguous shorthand:
// null for an absent member, "12" or "#12" for 12, "true" for true, 12 for
// "12", words of an enum in any case, opened or reopen for open and close for
// closed, a date and a time without seconds for a time, "a,b" or a single element
// for a list, and a text that contains a list or an object as JSON. The error names
// the first five faults and the values that would be accepted.
func (s *Schema) Decode(arguments json.RawMessage, value any) error {
	if arguments = bytes.TrimSpace(arguments); len(arguments) == 0 {
		arguments = json.RawMessage("{}")
	}
	var c coercer
	if err := c.count(arguments); err != nil {
		return err
	}
	coerced, err := c.coerceObject(s.root(), arguments)
	if err != nil {
		return err
	}
	doc, err := validator.UnmarshalJSON(bytes.NewReader(coerced))
	if _, ok := doc.(map[string]any); !ok || err != nil {
		return fmt.Errorf("the arguments must be an object, not %.40s", arguments)
	}
	if err := s.compiled().Validate(doc); err != nil {
		return s.explain(err, doc)
	}
	if err := json.Unmarshal(coerced, value); err != nil {
		// The schema has no bound for the size of an integer.
		if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return fmt.Errorf("%s is out of range%s", mismatch.Field, s.description(strings.Split(mismatch.Field, ".")))
		}
		return fmt.Errorf("read the arguments: %w", err)
	}
	return nil
}
