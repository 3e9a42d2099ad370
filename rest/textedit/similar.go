package textedit

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxQuoted is the maximum number of lines that an error quotes.
const maxQuoted = 3

// quoteLines quotes the lines at some offsets, each line once. If forms is true,
// it escapes what looks the same in several normalization forms.
func quoteLines(text string, offsets []int, forms bool) string {
	var quotes []string
	lines, last := 0, 0
	for _, offset := range offsets {
		number, start, end := lineAt(text, offset)
		if number == last {
			continue
		}
		last = number
		if lines++; lines <= maxQuoted {
			quotes = append(quotes, fmt.Sprintf("line %d %s", number, quoteAround(text[start:end], offset-start, forms)))
		}
	}
	if lines > maxQuoted {
		quotes = append(quotes, fmt.Sprintf("and %d more lines", lines-maxQuoted))
	}
	return strings.Join(quotes, ", ")
}

// lineAt returns the number of the line at an offset, from 1, and where it
// starts and ends.
func lineAt(text string, offset int) (number, start, end int) {
	number = 1 + strings.Count(text[:offset], "\n")
	start = 1 + strings.LastIndexByte(text[:offset], '\n')
	end = len(text)
	if i := strings.IndexByte(text[offset:], '\n'); i >= 0 {
		end = offset + i
	}
	return number, start, end
}

// maxQuote is the maximum length of a quoted line in bytes, before escaping.
const maxQuote = 80

// quoteAround quotes a line, shortened around an offset. Invisible characters
// are escaped, so that they can be seen, and with forms also those that look the
// same in several normalization forms.
func quoteAround(line string, offset int, forms bool) string {
	if len(line) <= maxQuote {
		return quote(line, forms)
	}
	start := max(0, min(offset-maxQuote/4, len(line)-maxQuote))
	quoted := quote(cut(line, start, start+maxQuote), forms)
	if start > 0 {
		quoted = "…" + quoted
	}
	if start+maxQuote < len(line) {
		quoted += "…"
	}
	return quoted
}

// quote returns a text as JSON writes it.
func quote(text string, forms bool) string {
	text = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "\r", `\r`).Replace(text)
	return `"` + escapeUnseen(text, forms) + `"`
}

// maxSearched is how much of a text is searched for something similar, in bytes.
const maxSearched = 1 << 20

// similar says what a text contains instead of a passage that it does not
// contain: the same with other white space, case, invisible characters or
// normalization form, or else the most similar line.
func similar(text, passage string) string {
	text, passage = cut(text, 0, min(len(text), maxSearched)), cut(passage, 0, min(len(passage), maxSearched))
	for _, f := range []struct {
		differs string
		fold    folding
	}{
		{"Unicode normalization (NFC, NFD)", folding{form: true}},
		{"invisible characters", folding{visible: true}},
		{"white space", folding{dense: true}},
		{"case", folding{lower: true}},
		{"white space, case, invisible characters or Unicode normalization", folding{form: true, visible: true, dense: true, lower: true}},
	} {
		folded, offsets := f.fold.apply(text)
		wanted, _ := f.fold.apply(passage)
		if i := strings.Index(folded, wanted); i >= 0 && strings.TrimSpace(wanted) != "" {
			return fmt.Sprintf("this differs only in %s: %s", f.differs, quoteLines(text, []int{offsets[i]}, f.fold.form))
		}
	}
	wanted := missingLine(text, passage)
	line, start := mostSimilarLine(text, wanted)
	if line == "" {
		return "no line of it is similar"
	}
	number, _, _ := lineAt(text, start)
	return fmt.Sprintf("the most similar line is line %d %s", number, quoteAround(line, whereDiffers(line, wanted), false))
}

// whereDiffers returns about where in a line the beginning of a passage ends, or
// 0 if the line does not contain the beginning.
func whereDiffers(line, passage string) int {
	for n := len(passage); n > 2; n /= 2 {
		if i := strings.Index(line, passage[:n]); i >= 0 {
			return i + n
		}
	}
	return 0
}

// folding says which differences between texts do not matter.
type folding struct{ form, visible, dense, lower, escaped bool }

// apply returns a text without the differences, and the offset in the text of
// each of its bytes.
func (f folding) apply(text string) (folded string, offsets []int) {
	b := make([]byte, 0, len(text))
	offsets = make([]int, 0, len(text))
	for start := 0; start < len(text); {
		_, size := utf8.DecodeRuneInString(text[start:])
		part := text[start : start+size]
		if f.form {
			size = norm.NFC.NextBoundaryInString(text[start:], true)
			part = norm.NFC.String(text[start : start+size])
		}
		for _, r := range part {
			switch {
			case f.escaped && isEscaped(r):
				b = append(b, escape(r)...)
				continue
			case f.visible && isUnseen(r) && !unicode.IsSpace(r), f.dense && unicode.IsSpace(r):
				continue
			case f.lower:
				r = unicode.ToLower(r)
			}
			b = utf8.AppendRune(b, r)
		}
		for len(offsets) < len(b) {
			offsets = append(offsets, start)
		}
		start += size
	}
	return string(b), offsets
}

// missingLine returns the first line of a passage that a text does not contain,
// or the first line if it contains all.
func missingLine(text, passage string) string {
	first := ""
	for line := range strings.Lines(passage) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.Contains(text, line) {
			return line
		}
		if first == "" {
			first = line
		}
	}
	return first
}

// similarEnough is the least similarity of a line that an error quotes, of at most
// 1 for the same letters.
const similarEnough = 0.5

// mostSimilarLine returns the line with the part that shares most pairs of
// neighboring letters with another line, relative to the length of both, and its
// offset. It returns "" if none is similar.
func mostSimilarLine(text, wanted string) (best string, start int) {
	pairs, length := map[[2]rune]int{}, 0
	eachPair(wanted, func(p [2]rune) { pairs[p]++; length++ })
	most, offset := similarEnough, 0
	for line := range strings.Lines(text) {
		var window [][2]rune // pairs of the line; a long one contains most pairs by chance
		shared, seen := 0, map[[2]rune]int{}
		eachPair(line, func(p [2]rune) {
			if window = append(window, p); len(window) > length*3/2 {
				if seen[window[0]] <= pairs[window[0]] {
					shared--
				}
				seen[window[0]]--
				window = window[1:]
			}
			if seen[p]++; seen[p] <= pairs[p] {
				shared++
			}
			if s := float64(2*shared) / float64(length+len(window)); shared > 0 && (s > most || best == "" && s == most) {
				best, start, most = strings.TrimSuffix(line, "\n"), offset, s
			}
		})
		offset += len(line)
	}
	return best, start
}

// eachPair calls f with each pair of neighboring characters, without white space
// and in lower case.
func eachPair(s string, f func([2]rune)) {
	var last rune
	for _, r := range s {
		if unicode.IsSpace(r) {
			continue
		}
		r = unicode.ToLower(r)
		if last != 0 {
			f([2]rune{last, r})
		}
		last = r
	}
}
