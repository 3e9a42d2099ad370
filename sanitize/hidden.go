package sanitize

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// removeHidden returns s without hidden characters, with its control characters
// escaped, and the number of characters removed.
func removeHidden(s string) (clean string, hidden int) {
	if utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return isControl(r) || isHidden(r) }) < 0 {
		return s, 0
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	var b strings.Builder
	b.Grow(len(s))
	before := rune(0) // the last rune kept; 0 if there is none or it was escaped
	for i, r := range s {
		if isControl(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
			before = 0
			continue
		}
		if isHidden(r) {
			after, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
			if !shapes(r, before, after) {
				hidden++
				continue
			}
		}
		b.WriteRune(r)
		before = r
	}
	return b.String(), hidden
}

// isControl reports whether r is a control character other than newline and tab.
func isControl(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }

const (
	zeroWidthSpace          = '\u200b'
	zeroWidthNonJoiner      = '\u200c'
	zeroWidthJoiner         = '\u200d'
	emojiSelector           = '\ufe0f'
	mongolianVowelSeparator = '\u180e'
)

// isHidden reports whether r is not displayed by itself. Hidden characters are
// the format characters (bidirectional controls, joiners, tags, soft hyphens, …)
// except the few that are displayed, the variation selectors, and the other
// characters that Unicode allows a font to ignore.
func isHidden(r rune) bool {
	// Fast path: ASCII, most Chinese and Korean. No hidden character is in these ranges.
	if r < 0xad || r >= 0x3400 && r < 0xfe00 {
		return false
	}
	return unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) &&
		!unicode.In(r, unicode.Prepended_Concatenation_Mark, unicode.Egyptian_Hieroglyphs)
}

// shapes reports whether the hidden character r changes how its neighbors are
// displayed, as joiners and variation selectors do in emoji and in some scripts.
// A hidden character at the start of a text shapes nothing, nor does the second
// of two in a row, except after the emoji variation selector.
func shapes(r, before, after rune) bool {
	switch r {
	case zeroWidthJoiner:
		return isEmoji(before) && isEmoji(after) && after != emojiSelector || isBetween(joiningScripts, before, after)
	case zeroWidthNonJoiner:
		return isBetween(joiningScripts, before, after)
	case zeroWidthSpace:
		return isBetween(unspacedScripts, before, after)
	case mongolianVowelSeparator:
		return isBetween([]*unicode.RangeTable{unicode.Mongolian}, before, after)
	}
	switch {
	case r >= 0xfe00 && r <= 0xfe0f: // selects the form of a symbol, and of a letter in a few scripts
		return isSymbol(before) || unicode.In(before, unicode.Han, unicode.Myanmar, unicode.Phags_Pa)
	case r >= 0xe0100 && r <= 0xe01ef: // selects the form of an ideograph
		return unicode.Is(unicode.Han, before)
	case unicode.Is(unicode.Variation_Selector, r): // the remaining ones belong to Mongolian
		return unicode.Is(unicode.Mongolian, before)
	}
	return false
}

var (
	// joiningScripts are the scripts in which joiners change the form of letters.
	joiningScripts = []*unicode.RangeTable{
		unicode.Arabic, unicode.Syriac, unicode.Nko, unicode.Mongolian, unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi,
		unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala,
		unicode.Khmer, unicode.Myanmar, unicode.Tibetan, unicode.Javanese, unicode.Balinese,
	}
	// unspacedScripts are written without spaces. A zero-width space marks where
	// a line may break.
	unspacedScripts = []*unicode.RangeTable{unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan}
)

// isBetween reports whether both neighbors are visible characters of the scripts.
func isBetween(scripts []*unicode.RangeTable, before, after rune) bool {
	return unicode.In(before, scripts...) && unicode.In(after, scripts...) && !isHidden(before) && !isHidden(after)
}

// isEmoji reports whether r can stand next to a joiner in an emoji: a
// pictograph, a skin tone, an arrow, or the emoji variation selector.
func isEmoji(r rune) bool {
	return r == emojiSelector || r >= 0x203c && isSymbol(r)
}

func isSymbol(r rune) bool {
	return unicode.In(r, unicode.So, unicode.Sm, unicode.Sk) || strings.ContainsRune("0123456789#*‼⁉〰ℹ", r)
}
