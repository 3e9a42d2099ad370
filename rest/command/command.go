// Package command finds what bots and services act on in a text: lines that are
// commands, such as /close, and mentions.
//
// A line is a command if it starts with a slash and a letter, unless that is the
// beginning of a path with two segments, such as /usr/bin. White space, invisible
// characters and quote marks before the slash do not count, and a character that only
// looks like a slash counts as one. It makes no difference whether the line is in a
// block of code: not every bot knows Markdown. Every character that some program takes
// for a line break is one.
package command

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Lines returns the lines of a text that are commands.
func Lines(text string) []string {
	if !mayHave(text, '/') {
		return nil
	}
	var found []string
	for line := range strings.FieldsFuncSeq(unescape(text), isLineBreak) {
		if isCommand(line) {
			found = append(found, strings.TrimFunc(line, unicode.IsSpace))
		}
	}
	return found
}

// New returns the lines of a text that are commands and that the text before did not
// have.
func New(text, before string) []string {
	old := map[string]int{}
	for _, line := range Lines(before) {
		old[line]++
	}
	return slices.DeleteFunc(Lines(text), func(line string) bool {
		old[line]--
		return old[line] >= 0
	})
}

// Quoted returns lines for an error: the first five, shortened.
func Quoted(lines []string) string {
	const most, longest = 5, 60
	var shown []string
	for _, line := range lines[:min(len(lines), most)] {
		if short := []rune(line); len(short) > longest {
			line = string(short[:longest]) + "…"
		}
		shown = append(shown, strconv.QuoteToGraphic(line))
	}
	if more := len(lines) - most; more > 0 {
		shown = append(shown, fmt.Sprintf("%d more", more))
	}
	return strings.Join(shown, ", ")
}

// Mentions returns the names that a text mentions, each once, as Fold writes them: of
// users, and of teams such as org/team. An at sign after an ASCII letter or digit is
// that of a mail address.
func Mentions(text string) []string {
	if !mayHave(text, '@') {
		return nil
	}
	var names []string
	text = norm.NFKC.String(strip(unescape(withoutMail(text))))
	for known := map[string]bool{}; ; {
		_, after, found := strings.Cut(text, "@")
		if !found {
			return names
		}
		end := strings.IndexFunc(after, func(r rune) bool { return !isName(r) })
		if end < 0 {
			end = len(after)
		}
		name := Fold(strings.TrimRight(after[:end], "-./"))
		if name != "" && !known[name] {
			known[name] = true
			names = append(names, name)
		}
		text = after[end:]
	}
}

// withoutMail replaces the at signs of mail addresses. It sees the text as services do:
// a character that becomes an ASCII letter only by normalization does not count as one.
func withoutMail(text string) string {
	var before rune
	inName := false // that is mentioned
	return strings.Map(func(r rune) rune {
		isMail := r == '@' && !inName && before < utf8.RuneSelf && isAlphanumeric(byte(before))
		inName = r == '@' && !isMail || inName && isName(r)
		if before = r; isMail {
			return ' '
		}
		return r
	}, text)
}

// Fold returns a text for comparisons with what must not be: without invisible
// characters and the white space around it, in the compatibility form (NFKC) and in
// one case.
func Fold(text string) string {
	text = norm.NFKC.String(strip(text))
	text = strings.ToLower(strings.ToUpper(text))
	return strings.Join(strings.Fields(norm.NFKC.String(strip(text))), " ")
}

// IsPlain reports whether a text has no invisible and no control characters, and is in
// the normal form NFC.
func IsPlain(text string) bool {
	return utf8.ValidString(text) && norm.NFC.IsNormalString(text) && !strings.ContainsFunc(text, func(r rune) bool { return isHidden(r) || unicode.IsControl(r) })
}

// mayHave reports whether a text may have a character after unescape and NFKC.
func mayHave(text string, r rune) bool {
	return strings.ContainsRune(text, r) || strings.Contains(text, "&") || strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
}

// isLineBreak reports whether a program may take r for a line break.
func isLineBreak(r rune) bool {
	return strings.ContainsRune("\n\v\f\r\x1c\x1d\x1e\u0085\u2028\u2029", r)
}

// slashes are what looks like a slash, besides what becomes one in NFKC.
const slashes = "/\u1735\u2041\u2044\u2215\u2571\u27cb\u29f8\u2cc6\u31d3\U0001d23a"

// isSlash reports whether r looks like a slash.
func isSlash(r rune) bool {
	return strings.ContainsRune(slashes, r) || norm.NFKC.String(string(r)) == "/"
}

// isCommand reports whether a line is a command.
func isCommand(line string) bool {
	line = strings.TrimLeftFunc(line, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || isHidden(r) || r == '\u2800' || r == '>' || r == '\uff1e' || r == '\ufe65'
	})
	slash, size := utf8.DecodeRuneInString(line)
	if size == 0 || !isSlash(slash) || slash == '/' && isPath(line[size:]) {
		return false
	}
	word := norm.NFKC.String(strings.TrimLeftFunc(line[size:], isHidden))
	first, _ := utf8.DecodeRuneInString(word)
	return unicode.IsLetter(first)
}

// isPath reports whether a text after a slash goes on like a path: usr/bin.
func isPath(text string) bool {
	first, second, found := strings.Cut(text, "/")
	next, _ := utf8.DecodeRuneInString(second)
	return found && isWord(next) && first != "" && !strings.ContainsFunc(first, func(r rune) bool { return !isWord(r) && !strings.ContainsRune(".-~+%", r) })
}

// isWord reports whether r is a letter, a digit or an underscore.
func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }

// isName reports whether r can be in the name of a user, or of a team with its path.
func isName(r rune) bool { return isWord(r) || strings.ContainsRune("-./", r) }

func isAlphanumeric(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
}

// isHidden reports whether r is not displayed.
func isHidden(r rune) bool {
	return r >= 0xad && unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// strip removes invisible characters.
func strip(text string) string {
	return strings.Map(func(r rune) rune {
		if isHidden(r) {
			return -1
		}
		return r
	}, text)
}

// unescape replaces the character references of HTML for slashes and at signs, which
// Markdown shows as such.
func unescape(text string) string {
	if !strings.Contains(text, "&") {
		return text
	}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, "&")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		const longest = 12
		name, _, ended := strings.Cut(after[:min(len(after), longest)], ";")
		text = after
		if r := reference(name); ended && r != 0 {
			b.WriteRune(r)
			text = after[len(name)+1:]
		} else {
			b.WriteByte('&')
		}
	}
}

// reference returns the character that a reference stands for, or 0.
func reference(name string) rune {
	switch {
	case name == "sol":
		return '/'
	case name == "commat":
		return '@'
	case !strings.HasPrefix(name, "#"):
		return 0
	}
	digits, base := name[1:], 10
	if hex, ok := strings.CutPrefix(strings.ToLower(digits), "x"); ok {
		digits, base = hex, 16
	}
	code, err := strconv.ParseUint(digits, base, 32)
	if err != nil || code > unicode.MaxRune {
		return 0
	}
	return rune(code)
}
