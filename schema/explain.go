package schema

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
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
	path   []string // names of members and indices of elements
	clause string
}

// explain converts a validation error to one sentence that a model can act on:
// for each invalid argument its name, the reason and its description.
func (s *Schema) explain(err error, arguments any) error {
	var invalid *validator.ValidationError
	if !errors.As(err, &invalid) {
		return err
	}
	var faults []*fault
	var walk func(e *validator.ValidationError)
	walk = func(e *validator.ValidationError) {
		if len(e.Causes) == 0 {
			faults = append(faults, s.faults(e, arguments)...)
		}
		for _, cause := range e.Causes {
			walk(cause)
		}
	}
	walk(invalid)
	slices.SortFunc(faults, func(a, b *fault) int {
		return cmp.Or(slices.CompareFunc(a.path, b.path, compareSteps), strings.Compare(a.clause, b.clause))
	})
	faults = slices.CompactFunc(faults, func(a, b *fault) bool { return a.clause == b.clause })
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

// compareSteps compares names, and indices as numbers.
func compareSteps(a, b string) int {
	return cmp.Or(cmp.Compare(indexOf(a), indexOf(b)), strings.Compare(a, b))
}

// indexOf returns the index that a step of a path is, or -1 for a name.
func indexOf(step string) int {
	if i, err := strconv.Atoi(step); err == nil {
		return i
	}
	return -1
}

// faults returns the arguments that fail one keyword.
func (s *Schema) faults(e *validator.ValidationError, arguments any) []*fault {
	path := e.InstanceLocation
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		var faults []*fault
		for _, name := range k.Missing {
			path := slices.Concat(path, []string{name})
			faults = append(faults, &fault{path, place(path) + " is missing" + s.description(path)})
		}
		return faults
	case *kind.AdditionalProperties:
		return []*fault{{path, s.unknown(path, k.Properties)}}
	}
	if len(path) == 0 {
		return []*fault{{path, e.ErrorKind.LocalizedString(english())}}
	}
	reason := s.reason(path, e.ErrorKind)
	if _, ok := e.ErrorKind.(*kind.Type); ok {
		reason = cmp.Or(syntaxError(s.find(path), valueAt(arguments, path)), reason)
	}
	return []*fault{{path, place(path) + " " + reason + s.description(path)}}
}

// unknown returns the clause about members that an object does not have.
func (s *Schema) unknown(path, names []string) string {
	noun := "argument"
	if len(path) > 0 {
		noun = "member"
	}
	nouns := noun + "s"
	if len(names) > 1 {
		noun = nouns
	}
	var quoted []string
	names = slices.Sorted(slices.Values(names))
	for _, name := range names {
		quoted = append(quoted, fmt.Sprintf("%.40q", name))
	}
	clause := fmt.Sprintf("unknown %s %s", noun, first(quoted, ", "))
	if len(path) > 0 {
		clause += " in " + place(path)
	}
	known := slices.Collect(s.find(path).Properties.KeysFromOldest())
	if meant := closestOf(names, known); len(meant) > 0 {
		return fmt.Sprintf("%s; did you mean %s?", clause, strings.Join(meant, ", "))
	}
	return fmt.Sprintf("%s; the %s are %s", clause, nouns, strings.Join(known, ", "))
}

// place returns a path as in changes[2].state.
func place(path []string) string {
	var b strings.Builder
	for i, step := range path {
		switch {
		case i == 0:
			b.WriteString(step)
		case indexOf(step) >= 0:
			b.WriteString("[" + step + "]")
		default:
			b.WriteString("." + step)
		}
	}
	return b.String()
}

// find returns the schema of the value at a path, whose indices may be left out.
// It returns an empty schema if there is none.
func (s *Schema) find(path []string) *reflector.Schema {
	at := s.root()
	for _, step := range path {
		if at.Items != nil {
			at = at.Items
			if indexOf(step) >= 0 {
				continue
			}
		}
		if at.Properties == nil || at.Properties.Value(step) == nil {
			return &reflector.Schema{}
		}
		at = at.Properties.Value(step)
	}
	return at
}

func english() *message.Printer { return message.NewPrinter(language.English) }

// reason returns why a value is invalid. Where the validator's own message is in
// terms of JSON Schema, it returns plainer words.
func (s *Schema) reason(path []string, failed validator.ErrorKind) string {
	property := s.find(path)
	switch k := failed.(type) {
	case *kind.Type:
		switch {
		case len(property.Enum) > 0:
			return "must be one of " + oneOf(property.Enum)
		case property.Items == nil:
		case property.Items.Type == "object":
			return "must be an array of objects"
		case property.Items.Type == "string":
			return "must be an array, or names separated by commas"
		default:
			return "must be an array, or numbers separated by commas"
		}
		return fmt.Sprintf("must be of type %s, not %s", strings.Join(k.Want, " or "), k.Got)
	case *kind.Enum:
		return "must be one of " + oneOf(k.Want)
	case *kind.MinLength:
		return "must not be empty"
	case *kind.MinItems:
		return "must have at least one element"
	case *kind.MaxItems:
		return fmt.Sprintf("must have at most %d elements", k.Want)
	case *kind.Minimum:
		return "must be at least " + k.Want.RatString()
	case *kind.Maximum:
		return "must be at most " + k.Want.RatString()
	case *kind.MultipleOf:
		return "must have at most two decimals, like 1.25"
	case *kind.Format:
		switch k.Want {
		case "date-time":
			return fmt.Sprintf("must be a time like 2024-11-20T13:00:21+08:00, or a date, not %.40q", k.Got)
		case "date":
			return fmt.Sprintf("must be a date like 2024-11-20, not %.40q", k.Got)
		case "date-range":
			return fmt.Sprintf("must have the form of 2026-09-01..2026-09-30, not %.40q", k.Got)
		}
	case *kind.Pattern:
		if len(property.Examples) > 0 {
			return fmt.Sprintf("must have the form of %v, not %.40q", property.Examples[0], k.Got)
		}
		if k.Want == `\S` {
			return "must not be blank"
		}
		if ok, err := regexp.MatchString(k.Want, strings.ReplaceAll(k.Got, ",", "")); ok && err == nil {
			return "must not contain a comma"
		}
		return fmt.Sprintf("must not be %.40q", k.Got)
	}
	return failed.LocalizedString(english())
}

// description returns the type and description of an argument in parentheses,
// for the end of a clause. For an element without a description it returns those
// of the array.
func (s *Schema) description(path []string) string {
	for ; len(path) > 0; path = path[:len(path)-1] {
		if property := s.find(path); property.Description != "" {
			return " (" + typeName(property) + ": " + property.Description + ")"
		}
	}
	return ""
}

func typeName(property *reflector.Schema) string {
	if property.Items != nil {
		return "array of " + property.Items.Type + "s"
	}
	return property.Type
}

func oneOf(values []any) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = fmt.Sprint(v)
	}
	return strings.Join(words, ", ")
}
