package tools

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text can hold characters that people do not see and models read, which hides
// instructions from whoever looks over a model's shoulder. visible removes
// them, whatever string they stand in, and nothing that shows.

// visible returns s without hidden characters, how many those were, and with
// control characters other than newline and tab as escapes that show.
func visible(s string) (string, int) {
	if utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return isControl(r) || isHidden(r) }) < 0 {
		return s, 0
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	var b strings.Builder
	b.Grow(len(s))
	hidden, before := 0, rune(0)
	for i, r := range s {
		if isControl(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
			before = 0
			continue
		}
		if isHidden(r) {
			after, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
			if !belongs(r, before, after) {
				hidden++
				continue
			}
		}
		b.WriteRune(r)
		before = r
	}
	return b.String(), hidden
}

// isControl reports whether a rune is a control character that is no white
// space of a text.
func isControl(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }

const (
	zeroWidthSpace     = '\u200b'
	zeroWidthNonJoiner = '\u200c'
	zeroWidthJoiner    = '\u200d'
	mongolianSeparator = '\u180e'
)

// isHidden reports whether a rune has no look of its own: the format
// characters (bidirectional controls, joiners, tags, soft hyphens, …) but
// those that print, and what Unicode lets a font ignore.
func isHidden(r rune) bool {
	if r < 0xad || r >= 0x3400 && r < 0xfe00 { // Latin, and most of Chinese and Korean
		return false
	}
	return unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) &&
		!unicode.In(r, unicode.Prepended_Concatenation_Mark, unicode.Egyptian_Hieroglyphs)
}

// belongs reports whether a hidden rune is part of how its neighbours are
// written: joiners and variation selectors in emoji and in the scripts that
// need them. Only one at a time does, and never after nothing.
func belongs(r, before, after rune) bool {
	switch r {
	case zeroWidthJoiner:
		return isEmoji(before) && isEmoji(after) || in(joining, before, after)
	case zeroWidthNonJoiner:
		return in(joining, before, after)
	case zeroWidthSpace:
		return in(unspaced, before, after)
	case mongolianSeparator:
		return in([]*unicode.RangeTable{unicode.Mongolian}, before, after)
	}
	switch {
	case r >= 0xfe00 && r <= 0xfe0f: // the look of a symbol, or of a letter in a few scripts
		return isSymbol(before) || unicode.In(before, unicode.Han, unicode.Myanmar, unicode.Phags_Pa)
	case r >= 0xe0100 && r <= 0xe01ef: // the form of an ideograph
		return unicode.Is(unicode.Han, before)
	case unicode.Is(unicode.Variation_Selector, r): // Mongolian's own
		return unicode.Is(unicode.Mongolian, before)
	}
	return false
}

// joining are the scripts in which joiners change letters; unspaced those that
// mark where a line may break with a space of no width.
var (
	joining = []*unicode.RangeTable{
		unicode.Arabic, unicode.Syriac, unicode.Nko, unicode.Mongolian, unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi,
		unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala,
		unicode.Khmer, unicode.Myanmar, unicode.Tibetan, unicode.Javanese, unicode.Balinese,
	}
	unspaced = []*unicode.RangeTable{unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan}
)

func in(scripts []*unicode.RangeTable, before, after rune) bool {
	return unicode.In(before, scripts...) && unicode.In(after, scripts...) && !isHidden(before) && !isHidden(after)
}

// isEmoji reports whether a rune can stand beside a joiner in an emoji: a
// pictograph, a skin tone, an arrow, or the selector that makes one colourful.
func isEmoji(r rune) bool {
	return r == 0xfe0f || r >= 0x203c && isSymbol(r)
}

func isSymbol(r rune) bool {
	return unicode.In(r, unicode.So, unicode.Sm, unicode.Sk) || strings.ContainsRune("0123456789#*‼⁉〰ℹ", r)
}

// scrubber makes JSON fit to show: without hidden characters and without
// secrets, in any string of it.
type scrubber struct {
	secrets []string
}

// text scrubs one string.
func (c scrubber) text(s string) (string, int) {
	s, hidden := visible(s)
	for _, secret := range c.secrets {
		s = strings.ReplaceAll(s, secret, "[token removed]")
	}
	return s, hidden
}

// json scrubs every string of a compact JSON text.
func (c scrubber) json(text []byte) ([]byte, int, error) {
	var out bytes.Buffer
	out.Grow(len(text))
	total := 0
	for len(text) > 0 {
		start := bytes.IndexByte(text, '"')
		if start < 0 {
			break
		}
		out.Write(text[:start])
		text = text[start:]
		end := closing(text)
		literal := text[:end]
		text = text[end:]
		if c.isClean(literal) {
			out.Write(literal)
			continue
		}
		var s string
		if err := json.Unmarshal(literal, &s); err != nil {
			return nil, 0, err
		}
		s, hidden := c.text(s)
		total += hidden
		encoded, err := compact(s)
		if err != nil {
			return nil, 0, err
		}
		out.Write(encoded)
	}
	out.Write(text)
	return out.Bytes(), total, nil
}

// closing returns the length of the string literal a JSON text begins with.
func closing(text []byte) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

// isClean reports whether a literal is one that needs no second look.
func (c scrubber) isClean(literal []byte) bool {
	for _, b := range literal {
		if b >= utf8.RuneSelf || b == '\\' || b == 0x7f {
			return false
		}
	}
	return !slices.ContainsFunc(c.secrets, func(secret string) bool { return bytes.Contains(literal, []byte(secret)) })
}
