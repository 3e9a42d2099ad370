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
	var out bytes.Buffer
	out.Grow(len(text))
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	// A string without escapes contains a secret only if the text does.
	hasSecret := slices.ContainsFunc(f.Secrets, func(secret string) bool { return bytes.Contains(text, []byte(secret)) })
	for {
		start := bytes.IndexByte(text, '"')
		if start < 0 {
			break
		}
		end := start + literalLen(text[start:])
		literal, isName := text[start:end], bytes.HasPrefix(text[end:], []byte(":"))
		if isPlain(literal) && !bytes.Contains(literal, []byte(`\`)) && (isName || !hasSecret) {
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
