package sanitize

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:generate go run gen.go /usr/share/unicode

// removeHidden returns s without hidden characters, with its control characters
// escaped, and the number of characters removed.
func removeHidden(s string) (clean string, hidden int) {
	if isPlain(s) {
		return s, 0
	}
	if !utf8.ValidString(s) {
		s = string([]rune(s))
	}
	if visible(s) == len(s) {
		return s, 0
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	var kept keeper
	kept.Grow(len(s))
	for s != "" {
		if size := visible(s); size > 0 {
			kept.addVisible(s[:size])
			s = s[size:]
			continue
		}
		r, size := utf8.DecodeRuneInString(s)
		if isControl(r) {
			fmt.Fprintf(&kept, `\u%04x`, r)
			kept.before, kept.base = 0, 0
		} else {
			if size = strings.IndexFunc(s, func(r rune) bool { return !isHidden(r) }); size < 0 {
				size = len(s)
			}
			hidden += kept.addHidden(s[:size], s[size:])
		}
		s = s[size:]
	}
	return kept.String(), hidden
}

// visible returns the length of the part of s before its first hidden or control
// character.
func visible(s string) int {
	for i, r := range s {
		if isControl(r) || isHidden(r) {
			return i
		}
	}
	return len(s)
}

// isPlain reports whether s consists of visible ASCII, newlines and tabs.
func isPlain(s string) bool {
	for i := range len(s) {
		if b := s[i]; b < ' ' && b != '\n' && b != '\t' || b >= 0x7f {
			return false
		}
	}
	return true
}

// isControl reports whether r is a control character other than newline and tab.
func isControl(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }

const (
	zeroWidthSpace          = '\u200b'
	zeroWidthNonJoiner      = '\u200c'
	zeroWidthJoiner         = '\u200d'
	emojiSelector           = '\ufe0f'
	keycap                  = '\u20e3'
	mongolianVowelSeparator = '\u180e'
	blackFlag               = '\U0001f3f4'
)

// maxIdeographSelectors is the number of selectors after ideographs kept in a
// text. The list of registered forms of ideographs is too long to include, so
// any selector is kept, and each can encode a byte. The names of people and
// places that need them need one or two.
const maxIdeographSelectors = 4

// isHidden reports whether r is not displayed by itself. Hidden characters are
// the format characters (bidirectional controls, joiners, tags, soft hyphens, …)
// except the few that are displayed, the variation selectors, and the other
// characters that Unicode allows a font to ignore.
func isHidden(r rune) bool {
	// Fast path: no hidden character is in these ranges, which have ASCII, most of
	// Chinese with its punctuation, Korean and emoji.
	if r < 0xad || r > 0x206f && r < 0x3164 || r > 0x3164 && r < 0xfe00 || r > 0xfeff && r < 0xffa0 || r > 0x1d17a && r < 0xe0000 {
		return false
	}
	return unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) &&
		!unicode.In(r, unicode.Prepended_Concatenation_Mark, unicode.Egyptian_Hieroglyphs)
}

// A keeper builds the filtered text.
type keeper struct {
	strings.Builder
	before    rune // the last character kept; 0 if there is none or it was escaped
	base      rune // like before, but ignores the marks and selectors that follow a character
	selectors int  // number of selectors after ideographs
}

func (k *keeper) addVisible(s string) {
	k.WriteString(s)
	k.before, _ = utf8.DecodeLastRuneInString(s)
	for s != "" {
		r, size := utf8.DecodeLastRuneInString(s)
		if r < '\u0300' || !unicode.In(r, unicode.Mn, unicode.Me) {
			k.base = r
			return
		}
		s = s[:len(s)-size]
	}
}

// addHidden adds those characters of a run of hidden ones that change how their
// neighbors are displayed, and returns the number of others. The text after the
// run is rest.
func (k *keeper) addHidden(run, rest string) (removed int) {
	after := rune(0)
	if rest != "" {
		after, _ = utf8.DecodeRuneInString(rest)
	}
	for run != "" {
		r, size := utf8.DecodeRuneInString(run)
		switch {
		case k.selects(r, after):
			k.WriteRune(r)
			k.before = r
		case k.joins(r, after):
			k.WriteRune(r)
			k.before, k.base = r, r
		case k.before == blackFlag && flagOf(run) != "":
			size = len(flagOf(run))
			k.WriteString(run[:size])
			k.before, k.base = unicode.MaxRune, unicode.MaxRune
		default:
			removed++
		}
		run = run[size:]
	}
	return removed
}

// selects reports whether the character r selects one of the forms that Unicode
// defines for the character before it.
func (k *keeper) selects(r, after rune) bool {
	if r == emojiSelector && after == keycap && strings.ContainsRune("0123456789#*", k.before) {
		return true
	}
	bases := basesOf(r)
	ideograph := unicode.Is(unicode.Unified_Ideograph, k.before)
	if bases != nil && unicode.Is(bases, k.before) || ideograph && r >= 0xe0100 && r <= 0xe01ef {
		if ideograph {
			k.selectors++
		}
		return !ideograph || k.selectors <= maxIdeographSelectors
	}
	return false
}

// variation is a variation selector, and the characters after which it is defined.
type variation struct {
	selector rune
	bases    *unicode.RangeTable
}

// basesOf returns the characters after which Unicode defines a variation selector, or
// nil if it defines none.
func basesOf(selector rune) *unicode.RangeTable {
	for i := range variationBases {
		if v := &variationBases[i]; v.selector == selector {
			return v.bases
		}
	}
	return nil
}

// joins reports whether the character r changes how its neighbors are joined or
// where a line breaks between them. The second of two in a row changes nothing.
func (k *keeper) joins(r, after rune) bool {
	if isHidden(k.base) {
		return false
	}
	switch r {
	case zeroWidthSpace:
		return isVisible(k.base) && isVisible(after) && (unicode.Is(unspaced, k.base) || unicode.Is(unspaced, after))
	case zeroWidthJoiner:
		return unicode.Is(pictographs, k.base) && unicode.Is(pictographs, after) ||
			unicode.Is(viramas, k.before) || unicode.Is(viramas, after) && isLetter(k.base) ||
			// A letter shows its joined form next to a joiner. Two letters that join need none.
			unicode.Is(joinsNext, k.base) != unicode.Is(joinsPrevious, after) && !unicode.In(after, unicode.Mn, unicode.Me)
	case zeroWidthNonJoiner:
		return unicode.Is(viramas, k.before) || unicode.In(after, viramas, vowelSigns) && isLetter(k.base) ||
			// Persian has it after letters that do not join, and between a foreign word and a suffix.
			isLetter(k.base) && isLetter(after) && (unicode.Is(cursive, k.base) || unicode.Is(cursive, after))
	case mongolianVowelSeparator:
		return unicode.Is(unicode.Mongolian, k.base) && unicode.Is(unicode.Mongolian, after)
	}
	return false
}

// flagOf returns the tags of a region's flag at the start of tags, if any.
func flagOf(tags string) string {
	for _, flag := range flagTags {
		if strings.HasPrefix(tags, flag) {
			return flag
		}
	}
	return ""
}

// isLetter reports whether r is a letter or a number.
func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// isVisible reports whether r is neither hidden nor white space.
func isVisible(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !isHidden(r) }
