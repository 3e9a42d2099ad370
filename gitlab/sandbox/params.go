package sandbox

import (
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// params are the parameters of a request. A value is a string, a json.Number, a
// bool, nil, a list of values or params.
type params map[string]any

// addValues adds the values of a query or a form, in which name[] stands for an
// element of a list and name[member] for a member of an object.
func (p params) addValues(values url.Values) {
	for name, list := range values {
		target, key := p, name
		if outer, inner, found := strings.Cut(name, "["); found && inner != "]" {
			member, rest, closed := strings.Cut(inner, "]")
			if !closed || rest != "" && rest != "[]" {
				continue
			}
			object, isObject := p[outer].(params)
			if !isObject {
				object = params{}
				p[outer] = object
			}
			target, key = object, member+rest
		}
		if plain, isList := strings.CutSuffix(key, "[]"); isList {
			elements, _ := target[plain].([]any)
			for _, value := range list {
				elements = append(elements, value)
			}
			target[plain] = elements
		} else {
			target[key] = list[len(list)-1]
		}
	}
}

// has reports whether there is a parameter, be it null.
func (p params) has(name string) bool {
	_, has := p[name]
	return has
}

// object returns a parameter that consists of others.
func (p params) object(name string) params {
	switch value := p[name].(type) {
	case params:
		return value
	case map[string]any:
		return value
	}
	return nil
}

// text returns a parameter as text, which is empty for null and for lists.
//
//go:noinline
func (p params) text(name string) string { return textOf(p[name]) }

//go:noinline
func textOf(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case json.Number:
		return value.String()
	case bool:
		return strconv.FormatBool(value)
	}
	return ""
}

// list returns the elements of a list, which may be a text with commas. An empty
// text is an empty list.
func (p params) list(name string) []string {
	if elements, isList := p[name].([]any); isList {
		list := []string{}
		for _, element := range elements {
			list = append(list, splitList(textOf(element))...)
		}
		return list
	}
	return splitList(p.text(name))
}

func splitList(text string) []string {
	list := []string{}
	for element := range strings.SplitSeq(text, ",") {
		if element = strings.TrimSpace(element); element != "" {
			list = append(list, element)
		}
	}
	return list
}

// check reads parameters and keeps the first problem it finds with them.
type check struct {
	params
	prefix  string // of the parameters' names in problems
	problem string
}

func (c *check) fail(name, problem string) {
	if c.problem == "" {
		c.problem = c.fullName(name) + " " + problem
	}
}

func (c *check) fullName(name string) string {
	if c.prefix == "" {
		return name
	}
	return c.prefix + "[" + name + "]"
}

// number returns a parameter that is a number. One that is absent, empty or null
// is not there.
func (c *check) number(name string) (n int, there bool) {
	text := c.text(name)
	if text == "" {
		if _, isList := c.params[name].([]any); isList {
			c.fail(name, "is invalid")
		}
		return 0, false
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		c.fail(name, "is invalid")
	}
	return n, true
}

// numbers returns a list of numbers.
func (c *check) numbers(name string) []int {
	numbers := []int{}
	for _, text := range c.list(name) {
		n, err := strconv.Atoi(text)
		if err != nil {
			c.fail(name, "is invalid")
		}
		numbers = append(numbers, n)
	}
	return numbers
}

// boolean returns a parameter that is true or false, and whether it is there.
func (c *check) boolean(name string) (value, there bool) {
	switch c.text(name) {
	case "true", "1", "t":
		return true, true
	case "false", "0", "f":
		return false, true
	case "":
		return false, false
	}
	c.fail(name, "is invalid")
	return false, false
}

// oneOf returns a parameter, or the first of its values if it is absent.
func (c *check) oneOf(name string, values ...string) string {
	if !c.has(name) {
		return values[0]
	}
	text := c.text(name)
	if !slices.Contains(values, text) {
		c.fail(name, "does not have a valid value")
	}
	return text
}

// time returns a parameter that is a time, or the zero time.
func (c *check) time(name string) time.Time {
	text := c.text(name)
	if text == "" {
		return time.Time{}
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC()
		}
	}
	c.fail(name, "is invalid")
	return time.Time{}
}

// exclusive reports parameters that must not be together.
func (c *check) exclusive(a, b string) {
	if c.has(a) && c.has(b) {
		c.problem = cmp.Or(c.problem, c.fullName(a)+", "+c.fullName(b)+" are mutually exclusive")
	}
}
