package gitcode

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxQuoted is the maximum number of lines that an error quotes.
const maxQuoted = 3

// quoteLines quotes the lines at some offsets, each line once.
func quoteLines(text string, offsets []int) string {
	var quotes []string
	lines, last := 0, 0
	for _, offset := range offsets {
		number, start, end := lineAt(text, offset)
		if number == last {
			continue
		}
		last = number
		if lines++; lines <= maxQuoted {
			quotes = append(quotes, fmt.Sprintf("line %d %s", number, quoteAround(text[start:end], offset-start)))
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
// are escaped, so that they can be seen.
func quoteAround(line string, offset int) string {
	if len(line) <= maxQuote {
		return strconv.Quote(line)
	}
	start := max(0, min(offset-maxQuote/4, len(line)-maxQuote))
	quoted := strconv.Quote(cut(line, start, start+maxQuote))
	if start > 0 {
		quoted = "…" + quoted
	}
	if start+maxQuote < len(line) {
		quoted += "…"
	}
	return quoted
}

// maxSearched is how much of a text is searched for something similar, in bytes.
const maxSearched = 1 << 20

// similar says what a text contains instead of a passage that it does not
// contain: the same with other white space, case or invisible characters, or
// else the most similar line.
func similar(text, passage string) string {
	text, passage = cut(text, 0, min(len(text), maxSearched)), cut(passage, 0, min(len(passage), maxSearched))
	for _, f := range []struct {
		differs string
		fold    folding
	}{
		{"invisible characters", folding{visible: true}},
		{"white space", folding{dense: true}},
		{"case", folding{lower: true}},
		{"white space, case or invisible characters", folding{visible: true, dense: true, lower: true}},
	} {
		folded, offsets := f.fold.apply(text)
		wanted, _ := f.fold.apply(passage)
		if i := strings.Index(folded, wanted); i >= 0 && strings.TrimSpace(wanted) != "" {
			return fmt.Sprintf("this differs only in %s: %s", f.differs, quoteLines(text, []int{offsets[i]}))
		}
	}
	wanted := missingLine(text, passage)
	line, start := mostSimilarLine(text, wanted)
	if line == "" {
		return "no line of it is similar"
	}
	number, _, _ := lineAt(text, start)
	return fmt.Sprintf("the most similar line is line %d %s", number, quoteAround(line, whereDiffers(line, wanted)))
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
type folding struct{ visible, dense, lower bool }

// apply returns a text without the differences, and the offset in the text of
// each of its bytes.
func (f folding) apply(text string) (folded string, offsets []int) {
	b := make([]byte, 0, len(text))
	offsets = make([]int, 0, len(text))
	for i, r := range text {
		switch {
		case f.visible && unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point),
			f.dense && unicode.IsSpace(r):
			continue
		case f.lower:
			r = unicode.ToLower(r)
		}
		b = utf8.AppendRune(b, r)
		for len(offsets) < len(b) {
			offsets = append(offsets, i)
		}
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

// mostSimilarLine returns the line that shares most pairs of neighboring letters
// with another one, relative to the length of both, and its offset. It returns
// "" if none shares any.
func mostSimilarLine(text, wanted string) (best string, start int) {
	pairs, wantedLength := map[[2]rune]int{}, 0
	eachPair(wanted, func(p [2]rune) { pairs[p]++; wantedLength++ })
	bestScore, offset := 0.0, 0
	for line := range strings.Lines(text) {
		shared, length, seen := 0, 0, map[[2]rune]int{}
		eachPair(line, func(p [2]rune) {
			length++
			if seen[p] < pairs[p] {
				seen[p]++
				shared++
			}
		})
		if score := float64(shared) / float64(wantedLength+length+1); score > bestScore {
			best, start, bestScore = strings.TrimSuffix(line, "\n"), offset, score
		}
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
