package tools

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	ellipsis = "…"
	// minValue is the size of the smallest text or array, [""] with an ellipsis.
	minValue = 7
	// minElement is the size below which elements of an array are not shrunk. The
	// last ones are left out instead.
	minElement = 400
	// maxCut bounds what is said about what was cut.
	maxCut = 300
)

// shrink returns a JSON object with its longest texts truncated and its longest
// arrays cut until it has at most limit bytes. Its member cut says what is
// missing, and names the setting of the limit. Numbers and short texts, such as
// a state or a time, stay.
func shrink(text []byte, limit int, setting string) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	root, err := parse(decoder)
	if err != nil {
		return nil, fmt.Errorf("shrink a result: %w", err)
	}
	earlier, _ := truncate(root.remove("cut"), limit/2)
	if earlier != "" {
		earlier += " "
	}
	room := min(maxCut, limit/3)
	var s shrinker
	s.shrink("", root, limit-len(`,"cut":""`)-quotedLen(earlier)-room)
	note, _ := truncate(s.note(limit, setting), room)
	root.add("cut", newText(earlier+note))
	return root.append(nil), nil
}

// shrinker shrinks values and remembers what it cut.
type shrinker struct{ cuts []*cut }

// cut is what was cut of all members of a name.
type cut struct {
	name        string // with [] at the end for the elements of an array
	texts       int    // truncated
	kept, whole int    // characters of the last of them
	left, total int    // elements left out of arrays
	absent      int    // members left out
	bytes       int
}

func (s *shrinker) cut(name string, bytes int) *cut {
	i := slices.IndexFunc(s.cuts, func(c *cut) bool { return c.name == name })
	if i < 0 {
		i = len(s.cuts)
		s.cuts = append(s.cuts, &cut{name: name})
	}
	s.cuts[i].bytes += bytes
	return s.cuts[i]
}

// shrink reduces a value, which belongs to the member name, to size bytes.
func (s *shrinker) shrink(name string, n *node, size int) {
	before := n.size()
	if before <= size {
		return
	}
	switch n.kind {
	case '"':
		c := s.cut(name, before-size)
		c.whole = utf8.RuneCountInString(n.text)
		n.text, c.kept = truncate(n.text, size-2)
		c.texts++
	case '[':
		kept := 0
		for used := 2; kept < len(n.nodes); kept++ {
			if used += min(n.nodes[kept].size(), minElement) + 1; used > size {
				break
			}
		}
		if kept = max(kept, 1); kept < len(n.nodes) {
			c := s.cut(name, before-size)
			c.left, c.total = c.left+len(n.nodes)-kept, c.total+len(n.nodes)
			n.nodes = n.nodes[:kept]
		}
		s.shrinkAll(n, size-1-kept, func(int) string { return name + "[]" })
	case '{':
		for len(n.nodes) > 0 && n.minSize() > size {
			i := n.longest()
			s.cut(n.names[i], n.nodes[i].size()).absent++
			n.remove(n.names[i])
		}
		around := 1 + len(n.nodes)
		for _, name := range n.names {
			around += quotedLen(name) + 1
		}
		s.shrinkAll(n, size-around, func(i int) string { return n.names[i] })
	}
}

// shrinkAll reduces the elements of a value to size bytes in all. Those that are
// longer than a fair share are reduced to it.
func (s *shrinker) shrinkAll(n *node, size int, name func(i int) string) {
	var sizes []int
	for _, child := range n.nodes {
		if child.kind == 0 {
			size -= len(child.text)
		} else {
			sizes = append(sizes, child.size())
		}
	}
	slices.Sort(sizes)
	for i, least := range sizes {
		share := size / (len(sizes) - i)
		if least > share {
			for i, child := range n.nodes {
				s.shrink(name(i), child, share)
			}
			return
		}
		size -= least
	}
}

// note says what was cut, the most first.
func (s *shrinker) note(limit int, setting string) string {
	slices.SortStableFunc(s.cuts, func(a, b *cut) int { return cmp.Compare(b.bytes, a.bytes) })
	var clauses []string
	for _, c := range s.cuts {
		array, isElement := strings.CutSuffix(c.name, "[]")
		text := "the " + c.name
		switch {
		case isElement:
			text = "a value of " + array
		case c.name == "body", c.name == "content":
			text = "the text"
		}
		if c.texts == 1 {
			clauses = append(clauses, fmt.Sprintf("%s is truncated after %d of %d characters", text, c.kept, c.whole))
		} else if c.texts > 1 {
			clauses = append(clauses, fmt.Sprintf("%d values of %s are truncated", c.texts, array))
		}
		if c.left > 0 {
			clauses = append(clauses, fmt.Sprintf("%d of %d %s are left out", c.left, c.total, c.name))
		}
		if c.absent > 0 {
			clauses = append(clauses, c.name+" is left out")
		}
	}
	if len(clauses) == 0 {
		return ""
	}
	what := strings.Join(clauses[:min(len(clauses), 2)], "; ")
	if len(clauses) > 2 {
		what = clauses[0] + "; also cut: " + strings.Join(s.names()[1:], ", ")
	}
	return fmt.Sprintf("%s%s (the server's %s is %d bytes). The user can read the rest on the web page, or raise the setting.",
		strings.ToUpper(what[:1]), what[1:], setting, limit)
}

// names returns the names of the members that were cut.
func (s *shrinker) names() []string {
	var names []string
	for _, c := range s.cuts {
		if name := strings.TrimSuffix(c.name, "[]"); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// truncate returns the beginning of a text with an ellipsis, at most size bytes
// when quoted, and how many characters of the text it has. A text that is short
// enough stays.
func truncate(text string, size int) (beginning string, characters int) {
	if quotedLen(text)-2 <= size {
		return text, utf8.RuneCountInString(text)
	}
	end, used := 0, len(ellipsis)
	for i, r := range text {
		if used += escapedLen(r); used > size {
			break
		}
		end = i + utf8.RuneLen(r)
	}
	// A joiner that joins nothing would be invisible.
	beginning = strings.TrimRightFunc(text[:end], func(r rune) bool { return unicode.Is(unicode.Cf, r) })
	return beginning + ellipsis, utf8.RuneCountInString(beginning)
}

// abridge returns a text of at most limit bytes. It leaves out the middle,
// because an error begins with what failed and ends with what to do.
func abridge(text string, limit int, setting string) string {
	if limit <= 0 || len(text) <= max(limit, MinResult) {
		return text
	}
	limit = max(limit, MinResult)
	note := fmt.Sprintf(" … (about %d bytes are left out, because the server's %s is %d bytes) … ", len(text)-limit, setting, limit)
	room := limit - len(note)
	head, tail := room/2, len(text)-room/2
	for !utf8.RuneStart(text[head]) {
		head--
	}
	for !utf8.RuneStart(text[tail]) {
		tail++
	}
	return text[:head] + note + text[tail:]
}
