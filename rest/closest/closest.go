// Package closest finds things by their names, and names what somebody may have
// meant by a name that does not exist.
package closest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// closest returns at most three of the names that somebody may have meant by
// name, the most similar first: the same ones in another case, those that begin
// with it or end with it after a slash, and those at a small edit distance.
func closest(name string, names []string) []string {
	type match struct {
		name     string
		distance int
	}
	var matches []*match
	for _, other := range names {
		if d, ok := distance(strings.ToLower(strings.TrimSpace(name)), strings.ToLower(other)); ok {
			matches = append(matches, &match{other, d})
		}
	}
	slices.SortStableFunc(matches, func(a, b *match) int { return a.distance - b.distance })
	var found []string
	for _, m := range matches[:min(len(matches), 3)] {
		found = append(found, m.name)
	}
	return found
}

// distance returns how far apart two names are, and whether that is close.
func distance(name, other string) (int, bool) {
	const longest = 50 // in runes; nobody retypes longer names
	a, b := []rune(name), []rune(other)
	switch {
	case len(a) == 0 || len(b) == 0 || len(a) > longest || len(b) > longest:
		return 0, name == other
	case name == other:
		return 0, true
	case strings.HasPrefix(other, name), strings.HasSuffix(other, "/"+name), strings.HasSuffix(name, "/"+other):
		return 1, true
	case strings.HasPrefix(name, other):
		return 1, 2*len(b) >= len(a)
	}
	limit := min(max(1, len(a)/3), max(len(a), len(b))-1)
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return 0, false // a shortcut: the distance is at least this
	}
	d := editDistance(a, b)
	return d, d <= limit
}

// editDistance returns the number of runes to insert, delete, replace or swap
// with their neighbor that turns a into b.
func editDistance(a, b []rune) int {
	var before []int // the row before the previous one
	previous := make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := range a {
		current := make([]int, len(b)+1)
		current[0] = i + 1
		for j := range b {
			change := previous[j]
			if a[i] != b[j] {
				change++
			}
			current[j+1] = min(change, previous[j+1]+1, current[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				current[j+1] = min(current[j+1], before[j-1]+1)
			}
		}
		before, previous = previous, current
	}
	return previous[len(b)]
}

// Named is something with a number and a name.
type Named struct {
	Number int64
	Name   string
}

// Find returns the number of the thing with a name, in any case unless two differ
// only in that. The error says what else somebody may have meant.
func Find(kind, name, place string, things []Named) (int64, error) {
	var names []string
	var found []Named
	for _, thing := range things {
		if thing.Name == name {
			return thing.Number, nil
		}
		if strings.EqualFold(thing.Name, name) {
			found = append(found, thing)
		}
		names = append(names, thing.Name)
	}
	switch len(found) {
	case 0:
		return 0, errors.New(NotAmong(kind, name, place, names))
	case 1:
		return found[0].Number, nil
	}
	return 0, fmt.Errorf("%d %ss have the title %s in another case; pass the number of one, such as %d", len(found), kind, Quoted(name), found[0].Number)
}

// NotAmong says that a repository has no label or whatever of a name, and which
// of its names may be meant: the closest, or else the first ten.
func NotAmong(kind, name, place string, names []string) string {
	sentence := fmt.Sprintf("there is no %s %s in %s; ", kind, Quoted(name), place)
	if close := closest(name, names); len(close) > 0 {
		return sentence + "did you mean " + enumerated(close, "or") + "?"
	}
	const maxShown = 10
	switch len(names) {
	case 0:
		return sentence + "it has none"
	case 1:
		return sentence + "it has only " + Quoted(names[0])
	}
	if len(names) > maxShown {
		return fmt.Sprintf("%sit has %d, such as %s", sentence, len(names), enumerated(names[:maxShown], "and"))
	}
	return sentence + "it has " + enumerated(names, "and")
}

// NoneAmong is NotAmong for several names, of which it explains the first five. It
// ends with a full stop or a question mark.
func NoneAmong(kind string, names []string, place string, known []string) string {
	const maxNamed = 5
	text := ""
	for _, name := range names[:min(len(names), maxNamed)] {
		text = joined(text, NotAmong(kind, name, place, known))
	}
	if more := len(names) - maxNamed; more > 0 {
		text = joined(text, fmt.Sprintf("%d more %ss do not exist", more, kind))
	}
	return Ended(text)
}

// joined returns a text with another sentence.
func joined(text, next string) string {
	switch {
	case text == "":
		return next
	case strings.HasSuffix(text, "?"):
		return text + " " + strings.ToUpper(next[:1]) + next[1:]
	}
	return text + "; " + next
}

// Ended returns a sentence with its full stop, unless it is a question.
func Ended(sentence string) string {
	if strings.HasSuffix(sentence, "?") {
		return sentence
	}
	return sentence + "."
}

// enumerated returns names as in `"a", "b" or "c"`.
func enumerated(names []string, conjunction string) string {
	var b strings.Builder
	for i, name := range names {
		switch {
		case i > 0 && i == len(names)-1:
			b.WriteString(" " + conjunction + " ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(Quoted(name))
	}
	return b.String()
}

// Quoted returns a name in quotes, truncated if it is too long to repeat.
func Quoted(name string) string {
	const limit = 100 // bytes
	if len(name) > limit {
		end := limit
		for !utf8.RuneStart(name[end]) {
			end--
		}
		name = name[:end] + "…"
	}
	return strconv.Quote(name)
}
