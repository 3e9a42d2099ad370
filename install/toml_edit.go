package install

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// tomlEdit collects changes of a TOML file.
type tomlEdit struct {
	text    string
	newline string
	changes []change
}

// change replaces the bytes from start to end.
type change struct {
	start, end int
	new        string
}

func (e *tomlEdit) replace(start, end int, text string) {
	e.changes = append(e.changes, change{start, end, text})
}

// lineEnd returns the line break that the text before an offset lacks.
func (e *tomlEdit) lineEnd(offset int) string {
	if offset == 0 || e.text[offset-1] == '\n' {
		return ""
	}
	return e.newline
}

// finish returns the text with all changes.
func (e *tomlEdit) finish() (string, error) {
	slices.SortStableFunc(e.changes, func(a, b change) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end))
	})
	var b strings.Builder
	copied := 0
	for _, c := range e.changes {
		if c.start < copied {
			return "", fmt.Errorf("two changes overlap at byte %d", c.start)
		}
		b.WriteString(e.text[copied:c.start] + c.new)
		copied = c.end
	}
	b.WriteString(e.text[copied:])
	if _, err := parseTOML(b.String()); err != nil {
		return "", fmt.Errorf("edit it: %w", err) // a bug of this package must not break the file
	}
	return b.String(), nil
}

// removeAll removes every statement below a path. A table goes with the comments
// between its lines, and with one of the blank lines around it.
func (e *tomlEdit) removeAll(list []statement, path []string) {
	below := func(st statement) bool { return len(st.path) >= len(path) && slices.Equal(st.path[:len(path)], path) }
	for i := 0; i < len(list); i++ {
		if !below(list[i]) {
			continue
		}
		if !list[i].table {
			e.replace(list[i].start, list[i].end, "")
			continue
		}
		start := list[i].start
		for i+1 < len(list) && below(list[i+1]) {
			i++
		}
		for _, blank := range []string{"\r\n", "\n"} {
			if before := e.text[:start]; before == blank || strings.HasSuffix(before, "\n"+blank) {
				start -= len(blank)
				break
			}
		}
		e.replace(start, list[i].end, "")
	}
}

// setInTable sets the keys of a table that has a header of its own, and removes
// the other owned ones.
func (e *tomlEdit) setInTable(list []statement, table int, members []member, owned []string) {
	end := table
	set := map[string]bool{}
	for i := table + 1; i < len(list) && !list[i].table; i++ {
		end = i
		name := list[i].path[len(list[i].path)-1]
		m := slices.IndexFunc(members, func(m member) bool { return m.name == name })
		switch {
		case m >= 0:
			set[name] = true
			if want := tomlText(members[m].value); want != list[i].raw {
				e.replace(list[i].valueStart, list[i].valueEnd, want)
			}
		case slices.Contains(owned, name):
			e.replace(list[i].start, list[i].end, "")
		}
	}
	var added strings.Builder
	for _, m := range members {
		if !set[m.name] {
			added.WriteString(tomlKey(m.name) + " = " + tomlText(m.value) + e.newline)
		}
	}
	if added.Len() > 0 {
		e.replace(list[end].end, list[end].end, e.lineEnd(list[end].end)+added.String())
	}
}

// removeOwned removes the owned names from a table, an inline table or an array.
func (e *tomlEdit) removeOwned(list []statement, path, owned []string) {
	for i, st := range list {
		if !slices.Equal(st.path, path) {
			continue
		}
		if st.table {
			e.setInTable(list, i, nil, owned)
			continue
		}
		var empty any = []string(nil)
		if st.members != nil {
			empty = []member(nil)
		}
		want := st.merged(empty, owned)
		switch want {
		case st.raw:
		case "[]", "{  }":
			e.replace(st.start, st.end, "")
		default:
			e.replace(st.valueStart, st.valueEnd, want)
		}
	}
}

// merged returns the value of a key with new contents. Of variables and headers it
// keeps those that are not owned, and values that stay the same keep their
// formatting.
func (st *statement) merged(value any, owned []string) string {
	name := st.path[len(st.path)-1]
	switch value := value.(type) {
	case []string:
		want := slices.Clone(value)
		if name == "env_vars" {
			for _, old := range st.strings {
				if !slices.Contains(owned, old) {
					want = append(want, old)
				}
			}
		}
		if slices.Equal(slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(st.strings))) && (name == "env_vars" || slices.Equal(want, st.strings)) {
			return st.raw
		}
		return tomlText(want)
	case []member:
		if value == nil && !slices.ContainsFunc(st.members, func(old tomlValue) bool { return slices.Contains(owned, old.name) }) {
			return st.raw
		}
		var list []string
		for _, m := range value {
			list = append(list, tomlKey(m.name)+" = "+tomlText(m.value))
		}
		for _, old := range st.members {
			if !slices.Contains(owned, old.name) && !has(value, old.name) {
				list = append(list, old.text)
			}
		}
		return "{ " + strings.Join(list, ", ") + " }"
	}
	if st.isString && st.strings[0] == value {
		return st.raw
	}
	return tomlText(value)
}
