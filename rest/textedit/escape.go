package textedit

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"
)

// isUnseen reports whether a character cannot be seen, or looks like another one:
// control and format characters, variation selectors, all white space but
// blanks, tabs and line feeds.
func isUnseen(r rune) bool {
	return r != ' ' && r != '\n' && r != '\t' &&
		unicode.In(r, unicode.Cc, unicode.Cf, unicode.Z, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// escapeUnseen escapes the characters of a text that cannot be seen, as JSON
// does. If forms is true, it also escapes those that look the same in several
// normalization forms.
func escapeUnseen(text string, forms bool) string {
	var b strings.Builder
	for text != "" {
		segment := text[:norm.NFC.NextBoundaryInString(text, true)]
		ambiguous := forms && (norm.NFC.String(segment) != segment || norm.NFD.String(segment) != segment)
		for _, r := range segment {
			if isUnseen(r) || ambiguous && r >= 0x80 {
				b.WriteString(escape(r))
			} else {
				b.WriteRune(r)
			}
		}
		text = text[len(segment):]
	}
	return b.String()
}

// escape returns a character as JSON escapes it.
func escape(r rune) string {
	if high, low := utf16.EncodeRune(r); high != unicode.ReplacementChar {
		return fmt.Sprintf(`\u%04x\u%04x`, high, low)
	}
	return fmt.Sprintf(`\u%04x`, r)
}

// looksSame reports whether two texts differ only in characters that cannot be
// seen, or in their normalization form.
func looksSame(a, b string) bool {
	seen := func(text string) string {
		return norm.NFC.String(strings.Map(func(r rune) rune {
			switch {
			case !isUnseen(r):
				return r
			case unicode.IsSpace(r):
				return ' '
			}
			return -1
		}, text))
	}
	return seen(a) == seen(b)
}

// isEscaped reports whether texts are shown with an escape instead of a character.
func isEscaped(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }

// escapedOccurrences returns where the passages start and end that are old once
// their control characters are escaped, but no more than maxOccurrences + 1.
func escapedOccurrences(text, old string) (starts, ends []int) {
	if !strings.Contains(old, `\u00`) {
		return nil, nil
	}
	shown, offsets := folding{escaped: true}.apply(text)
	offsets = append(offsets, len(text))
	isStart := func(i int) bool { return i == 0 || offsets[i-1] != offsets[i] }
	for _, i := range occurrences(shown, old) {
		if end := i + len(old); isStart(i) && isStart(end) {
			starts, ends = append(starts, offsets[i]), append(ends, offsets[end])
		}
	}
	return starts, ends
}

// unescapeControls returns a text with the control characters of a passage instead
// of their escapes.
func unescapeControls(text, passage string) string {
	for _, r := range passage {
		if isEscaped(r) {
			text = strings.ReplaceAll(text, escape(r), string(r))
		}
	}
	return text
}
