package gitcode

import (
	"encoding/json"
	"slices"
	"strings"
)

// CustomFields are values of custom fields as NAME=VALUE. A name that is repeated has
// several values, and one with an empty value none.
type CustomFields []string

// fieldValues are the values of a custom field as GitCode writes them.
type fieldValues struct {
	Name   Text       `json:"field_name"`
	Values List[Text] `json:"field_values"`
}

// split returns the values by field, in order.
func (f CustomFields) split() []*fieldValues {
	var all []*fieldValues
	for _, pair := range f {
		name, value, _ := strings.Cut(pair, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		i := slices.IndexFunc(all, func(v *fieldValues) bool { return string(v.Name) == name })
		if i < 0 {
			i = len(all)
			all = append(all, &fieldValues{Name: Text(name), Values: List[Text]{}})
		}
		if value != "" {
			all[i].Values = append(all[i].Values, Text(value))
		}
	}
	return all
}

// values returns one NAME=VALUE for each value, and NAME= for a field without any.
func (f CustomFields) values() []string {
	var all []string
	for _, v := range f.split() {
		all = append(all, v.pairs()...)
		if len(v.Values) == 0 {
			all = append(all, string(v.Name)+"=")
		}
	}
	return all
}

// MarshalJSON returns the values as GitCode expects them.
func (f CustomFields) MarshalJSON() ([]byte, error) { return json.Marshal(f.split()) }

func (v *fieldValues) pairs() []string {
	var all []string
	for _, value := range v.Values {
		all = append(all, string(v.Name+"="+value))
	}
	return all
}

// fieldName returns the name in NAME=VALUE.
func fieldName(pair string) string {
	name, _, _ := strings.Cut(pair, "=")
	return name
}

// withoutValues returns the requested values that others lack. NAME= requests no
// value, which others lack if they have one of that name.
func withoutValues(want, others []string) []string {
	return slices.DeleteFunc(withoutExact(want, others), func(pair string) bool {
		return strings.HasSuffix(pair, "=") && !slices.ContainsFunc(others, func(o string) bool { return fieldName(o) == fieldName(pair) })
	})
}

// extraValues returns the values of requested fields that were not requested.
func extraValues(got, want []string) []string {
	return slices.DeleteFunc(withoutExact(got, want), func(pair string) bool {
		return !slices.ContainsFunc(want, func(w string) bool { return fieldName(w) == fieldName(pair) })
	})
}
