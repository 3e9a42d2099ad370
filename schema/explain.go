package schema

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	reflector "github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// maxFaults is the maximum number of faults that an error names.
const maxFaults = 5

// fault is why an argument is invalid. The members order faults, because the
// validator visits arguments in random order.
type fault struct {
	name   string
	index  int // of the element, in an array
	clause string
}

// explain converts a validation error to one sentence that a model can act on:
// for each invalid argument its name, the reason and its description.
func (s *Schema[T]) explain(err error) error {
	var invalid *validator.ValidationError
	if !errors.As(err, &invalid) {
		return err
	}
	var faults []fault
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
	slices.SortFunc(faults, func(a, b fault) int {
		return cmp.Or(strings.Compare(a.name, b.name), cmp.Compare(a.index, b.index), strings.Compare(a.clause, b.clause))
	})
	clauses := make([]string, len(faults))
	for i, f := range faults {
		clauses[i] = f.clause
	}
	return errors.New(first(clauses, "; "))
}

// first joins the first few texts and says how many more there are.
func first(texts []string, separator string) string {
	if len(texts) <= maxFaults {
		return strings.Join(texts, separator)
	}
	return fmt.Sprintf("%s and %d more", strings.Join(texts[:maxFaults], separator), len(texts)-maxFaults)
}

// faults returns the arguments that fail one keyword.
func (s *Schema[T]) faults(e *validator.ValidationError) []fault {
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		var faults []fault
		for _, name := range k.Missing {
			faults = append(faults, fault{name: name, clause: name + " is missing" + s.description(name)})
		}
		return faults
	case *kind.AdditionalProperties:
		var names []string
		for _, name := range slices.Sorted(slices.Values(k.Properties)) {
			names = append(names, fmt.Sprintf("%.40q", name))
		}
		noun := "argument"
		if len(names) > 1 {
			noun = "arguments"
		}
		return []fault{{clause: fmt.Sprintf("unknown %s %s; the arguments are %s", noun, first(names, ", "), strings.Join(s.names(), ", "))}}
	}
	if len(e.InstanceLocation) == 0 {
		return []fault{{clause: e.ErrorKind.LocalizedString(english)}}
	}
	name, where, index := e.InstanceLocation[0], e.InstanceLocation[0], 0
	if len(e.InstanceLocation) > 1 {
		where += "[" + strings.Join(e.InstanceLocation[1:], "][") + "]"
		index, _ = strconv.Atoi(e.InstanceLocation[1])
	}
	return []fault{{name, index, where + " " + s.reason(name, e.ErrorKind) + s.description(name)}}
}

var english = message.NewPrinter(language.English)

// reason returns why a value is invalid. Where the validator's own message is in
// terms of JSON Schema, it returns plainer words.
func (s *Schema[T]) reason(name string, failed validator.ErrorKind) string {
	switch k := failed.(type) {
	case *kind.Type:
		property, ok := s.root.Properties.Get(name)
		switch {
		case ok && len(property.Enum) > 0:
			return "must be one of " + oneOf(property.Enum)
		case slices.Contains(k.Want, "array"):
			return "must be an array, or names separated by commas"
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
	case *kind.MultipleOf:
		return "must have at most two decimals, like 1.25"
	case *kind.Format:
		if k.Want == "date-time" {
			return fmt.Sprintf("must be a time like 2024-11-20T13:00:21+08:00, not %.40q", k.Got)
		}
	case *kind.Pattern:
		if property, ok := s.root.Properties.Get(name); ok && len(property.Examples) > 0 {
			return fmt.Sprintf("must have the form of %v, not %.40q", property.Examples[0], k.Got)
		}
		if k.Want == `\S` {
			return "must not be blank"
		}
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
