package install

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// statement is a header or a key with its value in a TOML file. It takes up whole
// lines.
type statement struct {
	path       []string // of the table, or of the key with that of its table
	table      bool
	depth      int // length of the path of the table
	line       int
	start, end int // of the lines
	valueStart int // of a key: where its value starts and ends
	valueEnd   int
	raw        string // the value as it is written
	isString   bool
	strings    []string    // of an array: its strings; of a string: itself
	members    []tomlValue // of an inline table
}

// tomlValue is a key and its value in an inline table, as they are written.
type tomlValue struct{ name, text string }

// parseTOML returns the statements of a file.
func parseTOML(text string) ([]statement, error) {
	// The parser does not let go of what it parses, and counts from the end of it.
	data := slices.Clip([]byte(text))
	p := unstable.Parser{}
	p.Reset(data)
	var list []statement
	var table []string
	for p.NextExpression() {
		node := p.Expression()
		var s statement
		start := -1
		for it := node.Key(); it.Next(); {
			if start < 0 {
				start = int(it.Node().Raw.Offset)
			}
			s.path = append(s.path, string(it.Node().Data))
		}
		end := start
		if node.Kind == unstable.KeyValue {
			s.path = append(slices.Clone(table), s.path...)
			end = int(node.Raw.Offset + node.Raw.Length)
			s.valueEnd = end
			s.valueStart = end - len(strings.TrimLeft(afterKey(p.Raw(node.Raw), node), " \t"))
			s.raw = text[s.valueStart:s.valueEnd]
			s.readValue(&p, node.Value())
		} else {
			s.table = true
			if table = s.path; node.Kind == unstable.ArrayTable {
				table = append(slices.Clone(table), "[]") // no path that is looked for
			}
		}
		s.depth = len(table)
		s.line = 1 + strings.Count(text[:start], "\n")
		s.start = strings.LastIndexByte(text[:start], '\n') + 1
		if s.end = len(text); strings.Contains(text[end:], "\n") {
			s.end = end + strings.IndexByte(text[end:], '\n') + 1
		}
		list = append(list, s)
	}
	if err := p.Error(); err != nil {
		if e, ok := err.(*unstable.ParserError); ok && len(e.Highlight) > 0 { //nolint:errorlint // the parser returns it as it is
			return nil, fmt.Errorf("line %d: %w", p.Shape(p.Range(e.Highlight)).Start.Line, err)
		}
		return nil, err
	}
	return list, nil
}

// afterKey returns what follows the equals sign of a key and its value.
func afterKey(raw []byte, node *unstable.Node) string {
	last := node.Raw.Offset
	for it := node.Key(); it.Next(); {
		last = it.Node().Raw.Offset + it.Node().Raw.Length
	}
	_, value, _ := strings.Cut(string(raw[last-node.Raw.Offset:]), "=")
	return value
}

// readValue reads the parts of a value that are kept when it changes.
func (s *statement) readValue(p *unstable.Parser, value *unstable.Node) {
	if value.Kind == unstable.String {
		s.isString, s.strings = true, []string{string(value.Data)}
	}
	for it := value.Children(); it.Next(); {
		switch child := it.Node(); {
		case value.Kind == unstable.Array && child.Kind == unstable.String:
			s.strings = append(s.strings, string(child.Data))
		case value.Kind == unstable.InlineTable && child.Kind == unstable.KeyValue:
			key := child.Key()
			key.Next()
			s.members = append(s.members, tomlValue{string(key.Node().Data), string(p.Raw(child.Raw))})
		}
	}
}

// installTOML adds the table of a server to a configuration, or updates it.
func (c *Client) installTOML(text string, s *Server) (string, error) {
	list, err := parseTOML(text)
	if err != nil {
		return "", err
	}
	path := []string{c.section, s.Name}
	if err := checkForm(list, path); err != nil {
		return "", err
	}
	e := &tomlEdit{text: text, newline: "\n"}
	if strings.Contains(text, "\r\n") {
		e.newline = "\r\n"
	}
	members := c.describe(c, s)
	for _, name := range obsolete(s) {
		if !slices.ContainsFunc(members, func(m member) bool { return m.name == name }) {
			e.removeAll(list, append(slices.Clone(path), name))
		}
	}
	header := slices.IndexFunc(list, func(st statement) bool { return st.table && slices.Equal(st.path, path) })
	last := header // statement of the table
	for header >= 0 && last+1 < len(list) && !list[last+1].table {
		last++
	}
	var added strings.Builder
	for _, m := range members {
		key := append(slices.Clone(path), m.name)
		if table := slices.IndexFunc(list, func(st statement) bool { return st.table && slices.Equal(st.path, key) }); table >= 0 {
			inner, ok := m.value.([]member)
			if !ok {
				return "", fmt.Errorf("%s is a table", strings.Join(key, "."))
			}
			e.setInTable(list, table, inner, s.Owned)
			continue
		}
		if i := slices.IndexFunc(list, func(st statement) bool {
			return !st.table && len(st.path) > len(key) && slices.Equal(st.path[:len(key)], key)
		}); i >= 0 && !slices.ContainsFunc(list, func(st statement) bool { return st.table && slices.Equal(st.path, key) }) {
			return "", fmt.Errorf("line %d defines %s with a dotted key; write [%s] first", list[i].line, strings.Join(key, "."), strings.Join(key, "."))
		}
		i := slices.IndexFunc(list, func(st statement) bool { return !st.table && slices.Equal(st.path, key) })
		if i < 0 {
			fmt.Fprintf(&added, "%s = %s%s", m.name, tomlText(m.value), e.newline)
			continue
		}
		if want := list[i].merged(m.value, s.Owned); want != list[i].raw {
			e.replace(list[i].valueStart, list[i].valueEnd, want)
		}
	}
	for _, name := range []string{"env", "env_vars", "http_headers", "env_http_headers"} {
		if !slices.ContainsFunc(members, func(m member) bool { return m.name == name }) && !slices.Contains(obsolete(s), name) {
			e.removeOwned(list, append(slices.Clone(path), name), s.Owned)
		}
	}
	switch {
	case header >= 0 && added.Len() > 0:
		e.replace(list[last].end, list[last].end, e.lineEnd(list[last].end)+added.String())
	case header < 0:
		blank := e.newline
		if strings.TrimSpace(text) == "" {
			blank = ""
		}
		e.replace(len(text), len(text), e.lineEnd(len(text))+blank+"["+strings.Join(path, ".")+"]"+e.newline+added.String())
	}
	return e.finish()
}

// checkForm returns an error unless the table of a server is missing, or written once
// and with a header.
func checkForm(list []statement, path []string) error {
	name, headers := strings.Join(path, "."), 0
	for _, st := range list {
		common := min(len(st.path), len(path))
		if !st.table && st.depth < len(path) && slices.Equal(st.path[:common], path[:common]) {
			return fmt.Errorf("line %d defines %s without a header; rewrite it with headers such as [%s]", st.line, strings.Join(st.path, "."), name)
		}
		if st.table && slices.Equal(st.path, path) {
			if headers++; headers > 1 {
				return fmt.Errorf("line %d repeats [%s]; remove one of the two", st.line, name)
			}
		}
	}
	return nil
}

// uninstallTOML removes the table of a server, and the tables within it.
func (c *Client) uninstallTOML(text string, s *Server) (string, error) {
	list, err := parseTOML(text)
	if err != nil {
		return "", err
	}
	path := []string{c.section, s.Name}
	if i := slices.IndexFunc(list, func(st statement) bool { return !st.table && slices.Equal(st.path, path[:1]) }); i >= 0 {
		if slices.ContainsFunc(list[i].members, func(m tomlValue) bool { return m.name == s.Name }) {
			return "", checkForm(list, path)
		}
	}
	e := &tomlEdit{text: text, newline: "\n"}
	e.removeAll(list, path)
	return e.finish()
}

// tomlText returns a value as TOML.
func tomlText(value any) string {
	switch value := value.(type) {
	case []string:
		quoted := make([]string, len(value))
		for i, s := range value {
			quoted[i] = tomlText(s)
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	case []member:
		var list []string
		for _, m := range value {
			list = append(list, tomlKey(m.name)+" = "+tomlText(m.value))
		}
		return "{ " + strings.Join(list, ", ") + " }"
	}
	text := value.(string)
	if !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == '\'' || r == 0x7f }) && strings.Contains(text, `\`) {
		return "'" + text + "'" // a path on Windows
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	return `"` + b.String() + `"`
}

// tomlKey returns a key as TOML. Keys are variables or headers.
func tomlKey(name string) string {
	if strings.ContainsFunc(name, func(r rune) bool {
		return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) {
		return tomlText(name)
	}
	return name
}
