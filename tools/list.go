package tools

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/schema"
)

// missing returns what is missing of a list and how to get it, and the part of it
// that holds for any of its rows. Both may be "". Read is the number of rows that
// were read, even if they could not be decoded.
func missing(p *rest.Page[struct{}], read int) (cut, note string) {
	if p.Shrank {
		note = "The list became shorter while it was read, so rows may be missing; read it again if every row matters."
	}
	if p.Lacking > 0 && !p.Shrank {
		note = fmt.Sprintf("The list should have %d more rows, which no page contains.", p.Lacking)
	}
	if p.Total != nil && *p.Total > 0 && read == 0 {
		note = "The list ends before this page. Which rows a page has depends on per_page, in a search also on limit."
	}
	switch {
	case p.Sparse:
		return join("Reading ended before the limit, because few rows were wanted; continue with next_page.", note), note
	case p.Err == nil:
		return note, note
	}
	wait := ""
	if e, ok := errors.AsType[*rest.Error](p.Err); ok && e.RetryAfter > 0 {
		wait = fmt.Sprintf(" in %v", Wait(e))
	}
	return join(fmt.Sprintf("page %v could not be read: %s; repeat the call with page=%v%s.", p.Next, clause(p.Err), p.Next, wait), note), note
}

// join returns two notes as one. Either may be "".
func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}

// fieldsOf returns the members of rows that params select with a method
// RowFields, each once. It rejects those that the schema of the result does not
// have.
func fieldsOf(params any, output *schema.Schema) ([]string, error) {
	p, ok := params.(interface{ RowFields() []string })
	if !ok || len(p.RowFields()) == 0 {
		return nil, nil
	}
	names := output.MembersIn("rows")
	var fields []string
	for _, field := range p.RowFields() {
		if !slices.Contains(names, field) {
			return nil, fmt.Errorf("fields must not contain %.40q; the members of a row are %s", field, strings.Join(names, ", "))
		}
		if !slices.Contains(fields, field) {
			fields = append(fields, field)
		}
	}
	return fields, nil
}

// selectRows returns an encoded list whose rows have only the given members, in
// this order. None means all.
func selectRows(list []byte, fields []string) []byte {
	if len(fields) == 0 {
		return list
	}
	members := membersOf(list)
	for i, m := range members {
		if m.name != "rows" {
			continue
		}
		rows := make([]byte, 1, len(m.value)+1)
		rows[0] = '['
		chosen := make([][]byte, len(fields))
		for row := range valuesOf(m.value) {
			clear(chosen)
			for m := range valuesOf(row) {
				name, _, _ := bytes.Cut(m[1:], []byte(`":`))
				if i := slices.Index(fields, string(name)); i >= 0 {
					chosen[i] = m
				}
			}
			present := slices.DeleteFunc(slices.Clone(chosen), func(m []byte) bool { return m == nil })
			if len(rows) > 1 {
				rows = append(rows, ',')
			}
			rows = append(append(append(rows, '{'), bytes.Join(present, []byte(","))...), '}')
		}
		members[i].value = append(rows, ']')
	}
	return objectOf(members)
}

// member is a member of a JSON object.
type member struct {
	name  string
	value json.RawMessage
}

// membersOf returns the members of an object, in order. Like valuesOf, it expects
// compact JSON of this program, whose names have no escapes.
func membersOf(object []byte) []member {
	var members []member
	for m := range valuesOf(object) {
		name, value, _ := bytes.Cut(m[1:], []byte(`":`))
		members = append(members, member{string(name), value})
	}
	return members
}

// valuesOf returns what is between the commas of an array or an object.
func valuesOf(text []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		start, depth, inString := 1, 0, false
		for i := 0; i < len(text); i++ {
			switch c := text[i]; {
			case c == '"':
				inString = !inString
			case inString && c == '\\':
				i++
			case inString:
			case c == '[', c == '{':
				depth++
			case depth == 1 && (c == ',' || c == ']' || c == '}'):
				if i > start && !yield(text[start:i]) {
					return
				}
				start = i + 1
			case c == ']', c == '}':
				depth--
			}
		}
	}
}

// objectOf encodes an object. The names need no escaping.
//
//go:noinline
func objectOf(members []member) []byte {
	object := []byte{'{'}
	for i, m := range members {
		if i > 0 {
			object = append(object, ',')
		}
		object = append(append(append(append(object, '"'), m.name...), `":`...), m.value...)
	}
	return append(object, '}')
}
