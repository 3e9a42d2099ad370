// Package sanitize filters text before a language model reads it. Issues and
// comments are written by strangers, and services may echo a token back in an
// error.
//
// # Hidden characters
//
// Unicode has characters that people do not see but models read: bidirectional
// controls, zero-width characters, tags, variation selectors. They can carry
// instructions that a person reviewing the text cannot see. The filter removes and
// counts them. It never removes a visible character.
//
// It keeps a hidden character where Unicode gives it an effect on its neighbors,
// judging by the Unicode Character Database (see tables.go):
//
//   - a variation selector in a sequence that the database defines, in a keycap,
//     and after the first few ideographs that have one
//   - a zero-width joiner in an emoji, at a virama, and where a letter of a
//     cursive script shows its joined form without a letter to join
//   - a zero-width non-joiner at a virama, before an Indic vowel sign, and between
//     letters of which one is cursive
//   - a zero-width space where one side is in a script written without spaces,
//     such as Thai and Khmer
//   - a vowel separator between Mongolian letters
//   - the tags of the flags of England, Scotland and Wales
//
// Text can still hide bits where legible text needs the same characters. Each of
// these choices carries about one bit per visible character: an emoji selector
// or none after an emoji; a joiner or none between two emoji, between letters of
// a cursive script, or at a virama; a zero-width space or none in Thai; a
// selector or none after a Mongolian letter, a mathematical operator or Chinese
// punctuation. Most of them change the display. The four selectors after
// ideographs in a text carry a byte each.
//
// # Control characters
//
// Control characters other than newline and tab become visible escapes such as
// \u001b. They are not counted as hidden. A CRLF becomes a newline. Invalid UTF-8
// becomes U+FFFD.
//
// # Secrets
//
// Each secret is replaced by "[token removed]". Secrets are searched for after
// hidden characters are removed, and none is kept between two ASCII characters,
// so a hidden character cannot protect a token.
//
// # JSON
//
// [Filter.JSON] filters every string of an encoded result. A new member of a
// result is thus filtered without further code. Secrets are replaced in values
// only: member names belong to the program, and a secret must not change them.
package sanitize

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Filter removes hidden characters and secrets from text. The zero Filter has no
// secrets to remove. A Filter is safe for concurrent use.
type Filter struct {
	// Secrets are the strings to replace. None may be empty.
	Secrets []string
}

const redacted = "[token removed]"

// Text returns s without hidden characters and secrets, with control characters
// escaped, and the number of hidden characters removed.
func (f Filter) Text(s string) (clean string, hidden int) {
	clean, hidden = removeHidden(s)
	for _, secret := range f.Secrets {
		clean = strings.ReplaceAll(clean, secret, redacted)
	}
	return clean, hidden
}

// JSON applies [Filter.Text] to every string of a compact JSON text and returns
// the total number of hidden characters removed. It does not replace secrets in
// member names. All other bytes are left unchanged. JSON does not escape <, > and
// &, which are frequent in issues: a model reads them better, and with fewer
// tokens, unescaped. It returns an error if a string is not valid JSON.
func (f Filter) JSON(text []byte) (clean []byte, hidden int, err error) {
	mayHaveSecret := slices.ContainsFunc(f.Secrets, func(secret string) bool {
		return strings.ContainsAny(secret, "\"\\\n\t") || !isPlainJSON([]byte(secret)) || bytes.Contains(text, []byte(secret))
	})
	if !mayHaveSecret && isPlainJSON(text) {
		return text, 0, nil
	}
	var out bytes.Buffer
	out.Grow(len(text))
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	for {
		start := bytes.IndexByte(text, '"')
		if start < 0 {
			break
		}
		end := start + literalLen(text[start:])
		literal, isName := text[start:end], bytes.HasPrefix(text[end:], []byte(":"))
		if isPlainJSON(literal) && (isName || !mayHaveSecret) {
			out.Write(text[:end])
			text = text[end:]
			continue
		}
		var s string
		if err := json.Unmarshal(literal, &s); err != nil {
			return nil, 0, fmt.Errorf("decode a JSON string: %w", err)
		}
		removed := 0
		if isName {
			s, removed = removeHidden(s)
		} else {
			s, removed = f.Text(s)
		}
		hidden += removed
		out.Write(text[:start])
		if err := encoder.Encode(s); err != nil {
			return nil, 0, fmt.Errorf("encode a JSON string: %w", err)
		}
		out.Truncate(out.Len() - 1) // the newline that Encode adds
		text = text[end:]
	}
	out.Write(text)
	return out.Bytes(), hidden, nil
}

// isPlainJSON reports whether a text has nothing that [Filter.JSON] would change,
// except for secrets: no hidden and no control characters, and no escapes except
// those of a quotation mark, a backslash, a newline and a tab. This holds for most
// results, and finding it out takes much less time than decoding their strings.
func isPlainJSON(text []byte) bool {
	quotes := 0
	for i := 0; i < len(text); {
		switch b := text[i]; {
		case b >= ' ' && b < 0x7f && b != '"' && b != '\\', b == '\n', b == '\t':
			i++
		case b == '"':
			quotes++
			i++
		case b == '\\':
			if i+1 == len(text) || strings.IndexByte(`"\nt`, text[i+1]) < 0 {
				return false
			}
			i += 2
		case b < utf8.RuneSelf:
			return false
		default:
			r, size := utf8.DecodeRune(text[i:])
			if r == utf8.RuneError || r == '\u2028' || r == '\u2029' || isControl(r) || isHidden(r) {
				return false
			}
			i += size
		}
	}
	return quotes%2 == 0 // or else a string does not end
}

// literalLen returns the length of the string literal that text starts with.
func literalLen(text []byte) int {
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
