package tools

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/schema"
)

// expansion replaces the addresses in the arguments of a call with what they
// contain.
type expansion struct {
	forge   *Forge
	forges  []*Forge // of the server
	members map[string]json.RawMessage
	found   []address
	changed bool
}

// expand returns the arguments of a call with each address that is given as
// owner, repo, number, issue_number or id, or as one of numbers, replaced with
// what it contains. Arguments that are absent are taken from the addresses. It returns an
// error if they contradict each other, or if a tool that would change an issue is
// given the address of a comment. A tool without owner and repo keeps its
// arguments, and so do arguments that are invalid anyway. If projects are in groups,
// the arguments are id, issue_iid and to_project_id, and a tool whose id is a number
// keeps them. Errors name that of the forges which an address belongs to.
func (t Tool) expand(arguments json.RawMessage, forges []*Forge) (json.RawMessage, error) {
	e := expansion{forge: t.forge, forges: forges}
	if len(t.forge.Addresses.Hosts) == 0 || schema.TooMany(arguments) || json.Unmarshal(arguments, &e.members) != nil {
		return arguments, nil
	}
	properties := t.properties()
	names, needed := []string{"owner", "repo", "number", "issue_number", "id"}, []string{"owner", "repo"}
	if t.forge.Addresses.Groups != "" {
		if id := properties["id"]; id.Type == "integer" {
			return arguments, nil
		}
		names, needed = []string{"id", "issue_iid"}, []string{"id"}
	}
	names = slices.DeleteFunc(names, func(name string) bool {
		_, ok := properties[name]
		return !ok
	})
	if len(names) < len(needed) || !slices.Equal(names[:len(needed)], needed) {
		return arguments, nil
	}
	if _, ok := properties["to_project_id"]; ok {
		if err := e.replaceProject("to_project_id"); err != nil {
			return arguments, notSent(err)
		}
	}
	for _, name := range names {
		if err := e.replace(name); err != nil {
			return arguments, notSent(err)
		}
	}
	if err := e.replaceNumbers(e.members, properties, ""); err != nil {
		return arguments, notSent(err)
	}
	for _, a := range e.found {
		if a.dotted && !e.has("owner") && !e.has("repo") {
			return arguments, notSent(t.forge.wrongAddress(a.text, forges))
		}
	}
	for _, a := range e.found {
		if a.id != 0 && t.Effect >= Changes && (a.project != "" || !slices.Contains(names, "id")) {
			return arguments, notSent(fmt.Errorf("%.200q is the address of a comment, but %s is about an issue; leave out what follows #", a.text, t.Name))
		}
		for _, name := range names {
			if err := e.fill(name, a); err != nil {
				return arguments, notSent(err)
			}
		}
	}
	if !e.changed {
		return arguments, nil
	}
	return json.Marshal(e.members)
}

// object is the part of a schema that shows where projects and issue numbers are.
type object struct{ Properties map[string]property }

type property struct {
	Type  string
	Items *object
}

// parse parses an address. It returns errNoAddress for a text that does not look
// like one.
func (e *expansion) parse(text string) (address, error) {
	a, err := e.forge.parseAddress(text)
	other := func(f *Forge) bool { return f != e.forge && f.Addresses.isHost(a.host) }
	if errors.Is(err, errWrongAddress) || slices.ContainsFunc(e.forges, other) {
		err = e.forge.wrongAddress(strings.TrimSpace(text), e.forges)
	}
	return a, err
}

// replace removes a member that is an address, and blanks around names.
func (e *expansion) replace(name string) error {
	text, ok := textOf(e.members[name])
	if !ok {
		return nil
	}
	trimmed := strings.TrimSpace(text)
	a, err := e.parse(trimmed)
	switch {
	case errors.Is(err, errNoAddress):
		if trimmed != text {
			e.members[name], e.changed = quote(trimmed), true
		}
		return nil
	case err != nil:
		return fmt.Errorf("%s: %w", name, err)
	case a.value(name) == nil:
		noun := "issue number"
		if name == "id" {
			noun = "comment id, as in " + e.forge.Addresses.Comment
		}
		return fmt.Errorf("%s: %.200q has no %s", name, a.text, noun)
	}
	delete(e.members, name)
	e.found, e.changed = append(e.found, a), true
	return nil
}

// replaceProject replaces an address with its project. It is not that of the call.
func (e *expansion) replaceProject(name string) error {
	before := len(e.found)
	if err := e.replace(name); err != nil || len(e.found) == before {
		return err
	}
	e.members[name] = e.found[before].value(name)
	e.found = e.found[:before]
	return nil
}

// fill sets a member to what an address contains, if both do not contradict each
// other.
func (e *expansion) fill(name string, a address) error {
	value := a.value(name)
	if value == nil {
		return nil
	}
	given := display(e.members[name])
	switch {
	case !e.has(name):
		e.members[name], e.changed = value, true
	case !same(given, display(value)):
		return fmt.Errorf("%s is %s, but the address %.200q has %s", name, given, a.text, display(value))
	}
	return nil
}

// has reports whether a member is given.
func (e *expansion) has(name string) bool {
	given := display(e.members[name])
	return given != "" && given != "null"
}

// same reports whether two arguments are the same name, in any case, or the same
// number.
func same(a, b string) bool {
	n, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(a), "#"), 64)
	m, err2 := strconv.ParseFloat(b, 64)
	return strings.EqualFold(a, b) || err == nil && err2 == nil && n == m
}

// replaceNumbers replaces the addresses in the member numbers of an object and of
// the objects in its lists. The place of the object is for errors.
func (e *expansion) replaceNumbers(object map[string]json.RawMessage, properties map[string]property, place string) error {
	var lists []string
	for name := range object {
		if properties[name].Items != nil {
			lists = append(lists, name)
		}
	}
	slices.Sort(lists)
	for _, name := range lists {
		items := properties[name].Items
		raw := unquote(object[name])
		if schema.TooMany(raw) {
			continue
		}
		if name == "numbers" {
			if err := e.replaceElements(object, raw, place); err != nil {
				return err
			}
		}
		if _, ok := items.Properties["numbers"]; !ok {
			continue
		}
		if bytes.HasPrefix(raw, []byte("{")) {
			raw = slices.Concat([]byte("["), raw, []byte("]"))
		}
		var inner []map[string]json.RawMessage
		if json.Unmarshal(raw, &inner) != nil {
			continue
		}
		before := len(e.found)
		for i, element := range inner {
			if err := e.replaceNumbers(element, items.Properties, fmt.Sprintf("%s%s[%d].", place, name, i)); err != nil {
				return err
			}
		}
		if len(e.found) > before {
			object[name], _ = json.Marshal(inner) // cannot fail
		}
	}
	return nil
}

// replaceElements replaces the addresses in the member numbers, whose value is a
// list, a text with elements separated by commas, or a single element.
func (e *expansion) replaceElements(object map[string]json.RawMessage, raw json.RawMessage, place string) error {
	var elements []json.RawMessage
	if text, ok := textOf(raw); ok && strings.Contains(text, "/") && strings.Count(text, ",") < 1000 {
		for element := range strings.SplitSeq(text, ",") {
			elements = append(elements, quote(element))
		}
	} else if json.Unmarshal(raw, &elements) != nil {
		return nil
	}
	before := len(e.found)
	for i, element := range elements {
		text, ok := textOf(element)
		if !ok {
			continue
		}
		a, err := e.parse(text)
		switch {
		case errors.Is(err, errNoAddress):
			continue
		case err != nil:
			return fmt.Errorf("%snumbers[%d]: %w", place, i, err)
		case a.number == 0:
			return fmt.Errorf("%snumbers[%d]: %.200q has no issue number", place, i, a.text)
		}
		elements[i] = a.value("number")
		a.number, a.id = 0, 0 // they are not the call's
		e.found, e.changed = append(e.found, a), true
	}
	if len(e.found) > before {
		object["numbers"], _ = json.Marshal(elements) // cannot fail
	}
	return nil
}

// unquote returns the array or object that a text contains, and otherwise raw.
func unquote(raw json.RawMessage) json.RawMessage {
	if text, ok := textOf(raw); ok {
		if inner := bytes.TrimSpace([]byte(text)); len(inner) > 0 && (inner[0] == '[' || inner[0] == '{') && json.Valid(inner) {
			return inner
		}
	}
	return raw
}

// textOf returns the string that a member of the arguments is.
func textOf(raw json.RawMessage) (text string, ok bool) {
	if !bytes.HasPrefix(raw, []byte(`"`)) {
		return "", false
	}
	err := json.Unmarshal(raw, &text)
	return text, err == nil
}
