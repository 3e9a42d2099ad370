package schema

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	reflector "github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// explain converts a validation error to one sentence that a model can act on:
// for each invalid argument its name, the reason and its description.
func (s *Schema[T]) explain(err error) error {
	var invalid *validator.ValidationError
	if !errors.As(err, &invalid) {
		return err
	}
	var faults []string
	var walk func(e *validator.ValidationError)
	walk = func(e *validator.ValidationError) {
		if len(e.Causes) == 0 {
			faults = append(faults, s.faults(e)...)
		}
		for _, cause := range e.Causes {
			walk(cause)
		}
	}
	walk(invalid)
	slices.Sort(faults) // the validator visits members in random order
	return errors.New(strings.Join(faults, "; "))
}

// faults returns a clause for each argument that fails one keyword.
func (s *Schema[T]) faults(e *validator.ValidationError) []string {
	var faults []string
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		for _, name := range k.Missing {
			faults = append(faults, fmt.Sprintf("%s is missing%s", name, s.description(name)))
		}
		return faults
	case *kind.AdditionalProperties:
		for _, name := range k.Properties {
			faults = append(faults, fmt.Sprintf("unknown argument %.40q; the arguments are %s", name, strings.Join(s.names(), ", ")))
		}
		return faults
	}
	if len(e.InstanceLocation) == 0 {
		return []string{e.ErrorKind.LocalizedString(english)}
	}
	name, where := e.InstanceLocation[0], e.InstanceLocation[0]
	if len(e.InstanceLocation) > 1 {
		where += "[" + strings.Join(e.InstanceLocation[1:], "][") + "]"
	}
	return []string{where + " " + s.reason(name, e.ErrorKind) + s.description(name)}
}

var english = message.NewPrinter(language.English)

// reason returns why a value is invalid. Where the validator's own message is in
// terms of JSON Schema, it returns plainer words.
func (s *Schema[T]) reason(name string, failed validator.ErrorKind) string {
	switch k := failed.(type) {
	case *kind.Type:
		if property, ok := s.root.Properties.Get(name); ok && len(property.Enum) > 0 {
			return "must be one of " + oneOf(property.Enum)
		}
		return fmt.Sprintf("must be of type %s, not %s", strings.Join(k.Want, " or "), k.Got)
	case *kind.Enum:
		return "must be one of " + oneOf(k.Want)
	case *kind.MinLength:
		return "must not be empty"
	case *kind.MinItems:
		return "must have at least one element"
	case *kind.Minimum:
		return "must be at least " + k.Want.RatString()
	case *kind.Maximum:
		return "must be at most " + k.Want.RatString()
	case *kind.Format:
		if k.Want == "date-time" {
			return fmt.Sprintf("must be a time like 2024-11-20T13:00:21+08:00, not %.40q", k.Got)
		}
	case *kind.Pattern:
		return fmt.Sprintf("must not be %.40q", k.Got)
	}
	return failed.LocalizedString(english)
}

// description returns the type and description of an argument in parentheses,
// for the end of a clause.
func (s *Schema[T]) description(name string) string {
	property, ok := s.root.Properties.Get(name)
	if !ok || property.Description == "" {
		return ""
	}
	return " (" + typeName(property) + ": " + property.Description + ")"
}

func typeName(property *reflector.Schema) string {
	if property.Items != nil {
		return "array of " + property.Items.Type + "s"
	}
	return property.Type
}

func (s *Schema[T]) names() []string {
	var names []string
	for pair := s.root.Properties.Oldest(); pair != nil; pair = pair.Next() {
		names = append(names, pair.Key)
	}
	return names
}

func oneOf(values []any) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = fmt.Sprint(v)
	}
	return strings.Join(words, ", ")
}
