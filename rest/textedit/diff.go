package textedit

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// The sizes of a diff, in bytes.
const (
	maxDiff    = 1950 // of all
	maxSide    = 800  // of the lines that a change removes, and of those it adds
	maxChanged = 200  // of what differs in a line
	maxContext = 60   // of what is shown of a line before and after that
)

// diffOf returns the lines that changes of a text remove and add, as in
// "@@ line 12\n-old\n+new". The numbers count the lines of the text before the
// changes. Long lines are shortened around the difference, and the whole to
// about 2,000 bytes.
func diffOf(text string, changes []passage) string {
	hunks := hunksOf(text, changes)
	var b strings.Builder
	for i, h := range hunks {
		s := h.String()
		if i > 0 && b.Len()+len(s) > maxDiff {
			fmt.Fprintf(&b, "\n… and %d more changes", len(hunks)-i)
			break
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(s)
	}
	return b.String()
}

// hunk is a run of lines that change.
type hunk struct {
	line     int // number of the first line
	old, new []string
}

// hunksOf returns the lines that change. Changes in the same line are one hunk.
func hunksOf(text string, changes []passage) []hunk {
	var hunks []hunk
	for len(changes) > 0 {
		number, start, end := lineAt(text, changes[0].start)
		var changed strings.Builder
		copied := start
		for len(changes) > 0 && changes[0].start <= end {
			c := changes[0]
			changed.WriteString(text[copied:c.start] + c.new)
			copied = c.end
			_, _, end = lineAt(text, c.end)
			changes = changes[1:]
		}
		changed.WriteString(text[copied:end])
		h := hunk{number, splitLines(text[start:end]), splitLines(changed.String())}
		if end == len(text) {
			h.old, h.new = withoutEnd(h.old), withoutEnd(h.new)
		}
		if h.trim(); len(h.old)+len(h.new) > 0 {
			hunks = append(hunks, h)
		}
	}
	return hunks
}

// splitLines returns lines without their ends.
func splitLines(text string) []string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSuffix(line, "\r")
	}
	return lines
}

// withoutEnd returns the last lines of a text without the empty one after the
// last line break.
func withoutEnd(lines []string) []string {
	if last := len(lines) - 1; lines[last] == "" {
		return lines[:last]
	}
	return lines
}

// trim removes the first and the last lines that are the same.
func (h *hunk) trim() {
	for len(h.old) > 0 && len(h.new) > 0 && h.old[0] == h.new[0] {
		h.old, h.new, h.line = h.old[1:], h.new[1:], h.line+1
	}
	for len(h.old) > 0 && len(h.new) > 0 && h.old[len(h.old)-1] == h.new[len(h.new)-1] {
		h.old, h.new = h.old[:len(h.old)-1], h.new[:len(h.new)-1]
	}
}

// String returns the hunk as part of a diff.
func (h *hunk) String() string {
	removed, added := slices.Clone(h.old), slices.Clone(h.new)
	for i := range max(len(removed), len(added)) {
		if len(removed) == len(added) {
			removed[i], added[i] = shortenPair(h.old[i], h.new[i])
			continue
		}
		if i < len(removed) {
			removed[i], _ = shortenPair(h.old[i], "")
		}
		if i < len(added) {
			_, added[i] = shortenPair("", h.new[i])
		}
	}
	return fmt.Sprintf("@@ line %d", h.line) + side("\n-", removed) + side("\n+", added)
}

// side returns lines with a mark before each.
func side(mark string, lines []string) string {
	var b strings.Builder
	for i, line := range lines {
		line = mark + line
		if b.Len()+len(line) > maxSide {
			fmt.Fprintf(&b, "\n… and %d more lines", len(lines)-i)
			break
		}
		b.WriteString(line)
	}
	return b.String()
}

// shortenPair shortens two lines around what differs in them. If nobody could see
// the difference, it is escaped.
func shortenPair(a, b string) (string, string) {
	before := 0
	for before < min(len(a), len(b)) && a[before] == b[before] {
		before++
	}
	for before > 0 && (!startsAt(a, before) || !startsAt(b, before)) {
		before--
	}
	after := 0
	for after < min(len(a), len(b))-before && a[len(a)-1-after] == b[len(b)-1-after] {
		after++
	}
	for after > 0 && (!startsAt(a, len(a)-after) || !startsAt(b, len(b)-after)) {
		after--
	}
	oldPart, newPart := a[before:len(a)-after], b[before:len(b)-after]
	if looksSame(oldPart, newPart) {
		oldPart, newPart = escapeUnseen(oldPart, true), escapeUnseen(newPart, true)
		a, b = a[:before]+oldPart+a[len(a)-after:], b[:before]+newPart+b[len(b)-after:]
	}
	return shortenLine(a, before, len(a)-after), shortenLine(b, before, len(b)-after)
}

// startsAt reports whether a character starts at an offset, or the text ends.
func startsAt(text string, i int) bool { return i == len(text) || utf8.RuneStart(text[i]) }

// shortenLine shortens a line in which the bytes from start to end matter. What
// it leaves out is marked with "…".
func shortenLine(line string, start, end int) string {
	if len(line) <= maxChanged {
		return line
	}
	from, to := max(0, start-maxContext), min(len(line), end+maxContext)
	var b strings.Builder
	if from > 0 {
		b.WriteString("…")
	}
	if to-from > maxChanged+2*maxContext {
		b.WriteString(cut(line, from, from+maxChanged/2+maxContext) + "…")
		from = to - maxChanged/2 - maxContext
	}
	b.WriteString(cut(line, from, to))
	if to < len(line) {
		b.WriteString("…")
	}
	return b.String()
}

// cut returns the characters of s that begin from start to before end.
func cut(s string, start, end int) string {
	for start < len(s) && !utf8.RuneStart(s[start]) {
		start++
	}
	for end < len(s) && end > start && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[start:max(start, end)]
}
