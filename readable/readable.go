// Package readable prints JSON for people.
package readable

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// YAML returns a JSON object or list as YAML, which keeps the order of members,
// prints text of several lines as a block, and keeps a list of scalars on one line.
// It returns other text unchanged. The names of members are written in a style.
func YAML(text string, style func(name string) string) string {
	d := printer{json.NewDecoder(strings.NewReader(text)), style}
	d.UseNumber()
	token, _ := d.Token()
	if _, nested := token.(json.Delim); !nested || !json.Valid([]byte(text)) {
		return text
	}
	return strings.TrimLeft(blockValue(d, token), " \n")
}

// printer reads the JSON of what it prints.
type printer struct {
	*json.Decoder
	style func(name string) string
}

// blockValue returns the value that begins with a token as it follows a colon or a
// hyphen: on the same line after a space, or on lines of its own.
func blockValue(d printer, token json.Token) string {
	switch t := token.(type) {
	case string:
		if strings.Contains(t, "\n") && !strings.ContainsFunc(t, isSpecial) {
			return " " + literal(t)
		}
		return " " + scalar(t, false)
	case json.Delim:
		if !d.More() {
			break
		}
		first, _ := d.Token()
		if t == '{' {
			return blockObject(d, first)
		}
		if _, nested := first.(json.Delim); nested {
			return blockList(d, first)
		}
		return " " + flowList(d, first)
	}
	return " " + flowValue(d, token)
}

func blockObject(d printer, key json.Token) string {
	var b strings.Builder
	for ; key != json.Delim('}'); key, _ = d.Token() {
		value, _ := d.Token()
		b.WriteString("\n" + d.style(scalar(key.(string), false)+":") + indented(blockValue(d, value)))
	}
	return b.String()
}

func blockList(d printer, item json.Token) string {
	var b strings.Builder
	for ; item != json.Delim(']'); item, _ = d.Token() {
		b.WriteString("\n- " + strings.TrimLeft(indented(blockValue(d, item)), " \n"))
	}
	return b.String()
}

// flowValue returns the value that begins with a token on one line.
func flowValue(d printer, token json.Token) string {
	switch t := token.(type) {
	case nil:
		return "null"
	case string:
		return scalar(t, true)
	case json.Delim:
		next, _ := d.Token()
		if t == '[' {
			return flowList(d, next)
		}
		var members []string
		for ; next != json.Delim('}'); next, _ = d.Token() {
			value, _ := d.Token()
			members = append(members, scalar(next.(string), true)+": "+flowValue(d, value))
		}
		return "{" + strings.Join(members, ", ") + "}"
	}
	return fmt.Sprint(token)
}

func flowList(d printer, item json.Token) string {
	var items []string
	for ; item != json.Delim(']'); item, _ = d.Token() {
		items = append(items, flowValue(d, item))
	}
	return "[" + strings.Join(items, ", ") + "]"
}

// indented indents all lines but the first, and leaves empty ones empty.
func indented(block string) string {
	var b strings.Builder
	for line := range strings.Lines(block) {
		if b.Len() > 0 && line != "\n" {
			b.WriteString("  ")
		}
		b.WriteString(line)
	}
	return b.String()
}

// literal returns text of several lines as a block. Its header says how the text
// begins, if with blanks, and how many line breaks end it, if not one.
func literal(text string) string {
	header := "|"
	if start := strings.TrimLeft(text, "\n"); strings.HasPrefix(start, " ") || strings.HasPrefix(start, "\t") {
		header += "2"
	}
	content, terminated := strings.CutSuffix(text, "\n")
	if !terminated {
		header += "-"
	} else if content == "" || strings.HasSuffix(content, "\n") {
		header += "+"
	}
	return header + "\n" + content
}

// scalar returns text on one line, in the quotes that it needs: double ones if it
// would be read as another type or contains characters to escape, single ones if it
// would be read as YAML's punctuation.
func scalar(text string, inFlow bool) string {
	if isOtherType(text) || strings.ContainsAny(text, "\t\n") || strings.ContainsFunc(text, isSpecial) {
		return doubleQuoted(text)
	}
	switch first, rest := text[:1], text[1:]+" "; {
	case strings.Contains("#,[]{}&*!|>'\"%@`", first),
		strings.Contains("-?:", first) && rest[0] == ' ',
		inFlow && strings.Contains("?:", first),
		inFlow && strings.ContainsAny(text, ",?[]{}:"),
		strings.Contains(rest, ": "), strings.Contains(text, " #"),
		strings.HasPrefix(text, " "), strings.HasSuffix(text, " "),
		strings.HasPrefix(text, "---"), strings.HasPrefix(text, "..."):
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	}
	return text
}

// isOtherType reports whether YAML of any version may read text without quotes as
// null, a boolean, a number, a time or a merge.
func isOtherType(text string) bool {
	switch strings.ToLower(text) {
	case "", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "<<", "=", ".nan", ".inf", "+.inf", "-.inf":
		return true
	}
	if !strings.Contains("0123456789+-.", text[:1]) {
		return false
	}
	number := strings.ReplaceAll(text, "_", "")
	if _, err := strconv.ParseInt(number, 0, 64); !errors.Is(err, strconv.ErrSyntax) {
		return true
	}
	if _, err := strconv.ParseFloat(number, 64); !errors.Is(err, strconv.ErrSyntax) {
		return true
	}
	for _, layout := range []string{"2006-1-2", "2006-1-2T15:4:5Z07:00", "2006-1-2t15:4:5Z07:00", "2006-1-2 15:4:5"} {
		if _, err := time.Parse(layout, text); err == nil {
			return true
		}
	}
	return strings.Contains(text, ":") && strings.Trim(text, "0123456789+-:._") == "" // in base 60, before YAML 1.2
}

func doubleQuoted(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case isSpecial(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// isSpecial reports whether YAML requires a character to be escaped, or takes it for
// the end of a line in some versions.
func isSpecial(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff || r == 0xfffe || r == 0xffff
}
