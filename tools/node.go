package tools

import (
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// node is a JSON value.
type node struct {
	kind  byte   // '{', '[', '"', or 0 for a number, a boolean or null
	text  string // of a string, or of a number as written
	names []string
	nodes []*node
}

func newText(text string) *node { return &node{kind: '"', text: text} }

func parse(decoder *json.Decoder) (*node, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token := token.(type) {
	case string:
		return newText(token), nil
	case json.Delim:
		n := &node{kind: byte(token)}
		for decoder.More() {
			if n.kind == '{' {
				name, err := decoder.Token()
				if err != nil {
					return nil, err
				}
				n.names = append(n.names, name.(string))
			}
			child, err := parse(decoder)
			if err != nil {
				return nil, err
			}
			n.nodes = append(n.nodes, child)
		}
		_, err := decoder.Token()
		return n, err
	case nil:
		return &node{text: "null"}, nil
	default:
		return &node{text: fmt.Sprint(token)}, nil
	}
}

// add adds a member to an object.
func (n *node) add(name string, child *node) {
	n.names, n.nodes = append(n.names, name), append(n.nodes, child)
}

// remove removes a member of an object, if it is there, and returns its text.
func (n *node) remove(name string) string {
	i := slices.Index(n.names, name)
	if i < 0 {
		return ""
	}
	text := n.nodes[i].text
	n.names, n.nodes = slices.Delete(n.names, i, i+1), slices.Delete(n.nodes, i, i+1)
	return text
}

// longest returns the index of the longest member, the last one if several are
// as long. A number counts as shorter than any text.
func (n *node) longest() int {
	best := 0
	length := func(i int) int {
		if n.nodes[i].kind == 0 {
			return 0
		}
		return n.nodes[i].size()
	}
	for i := range n.nodes {
		if length(i) >= length(best) {
			best = i
		}
	}
	return best
}

// size returns the length of a value in bytes.
func (n *node) size() int {
	return n.sizeWith((*node).size)
}

// minSize returns the least length that an object can be reduced to without
// losing a member.
func (n *node) minSize() int {
	return n.sizeWith(func(child *node) int {
		if child.kind == 0 {
			return len(child.text)
		}
		return min(child.size(), minValue)
	})
}

func (n *node) sizeWith(childSize func(*node) int) int {
	switch n.kind {
	case 0:
		return len(n.text)
	case '"':
		return quotedLen(n.text)
	}
	size := 2 + max(len(n.nodes)-1, 0)
	for i, child := range n.nodes {
		if n.kind == '{' {
			size += quotedLen(n.names[i]) + 1
		}
		size += childSize(child)
	}
	return size
}

// append appends a value to b.
func (n *node) append(b []byte) []byte {
	switch n.kind {
	case 0:
		return append(b, n.text...)
	case '"':
		return appendQuoted(b, n.text)
	}
	b = append(b, n.kind)
	for i, child := range n.nodes {
		if i > 0 {
			b = append(b, ',')
		}
		if n.kind == '{' {
			b = append(appendQuoted(b, n.names[i]), ':')
		}
		b = child.append(b)
	}
	return append(b, n.kind+2) // the closing brace or bracket
}

func appendQuoted(b []byte, text string) []byte {
	quoted, err := rest.Marshal(text)
	if err != nil {
		panic(err) // a string can always be encoded
	}
	return append(b, quoted...)
}

// quotedLen returns the length of a string literal that [rest.Marshal] writes.
func quotedLen(text string) int {
	n := 2
	for _, r := range text {
		n += escapedLen(r)
	}
	return n
}

// escapedLen returns the length of a character in a string literal.
func escapedLen(r rune) int {
	switch r {
	case '"', '\\', '\n', '\r', '\t', '\b', '\f':
		return 2
	case '\u2028', '\u2029':
		return 6
	}
	if r < ' ' {
		return 6
	}
	return utf8.RuneLen(r)
}
