package sanitize

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
)

func TestHiddenCharactersAreRemoved(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, in, want string }{
		{"bidirectional override", "pay\u202eload\u202c", "payload"},
		{"bidirectional isolates and marks", "a\u2066b\u2069c\u200e\u200f\u061c", "abc"},
		{"zero-width space in Latin", "ze\u200bro", "zero"},
		{"joiners in Latin", "wo\u200drd wo\u200crd", "word word"},
		{"byte order mark", "\ufeffbom", "bom"},
		{"soft hyphen", "soft\u00adhyphen", "softhyphen"},
		{"invisible operators", "x\u2060\u2061\u2062\u2063\u2064y", "xy"},
		{"tags that spell hi", "hi\U000e0068\U000e0069\U000e007f!", "hi!"},
		{"tags of a flag", "\U0001f3f4\U000e0067\U000e0062\U000e007f", "\U0001f3f4"},
		{"variation selector after a letter", "a\ufe0fb", "ab"},
		{"run of variation selectors after an emoji", "😀\ufe0f\ufe01\ufe02", "😀\ufe0f"},
		{"supplementary selectors, which can encode bytes", "😀\U000e0100\U000e0101", "😀"},
		{"run of selectors after an ideograph", "漢\U000e0100\U000e0101", "漢\U000e0100"},
		{"fillers and the grapheme joiner", "\u3164\uffa0\u115f\u034f", ""},
		{"interlinear annotation", "\ufff9note\ufffa\ufffb", "note"},
		{"a joiner before a selector", "😀\u200d\ufe0fx", "😀\ufe0fx"},
		{"joiners between a letter and an emoji", "a\u200d\u200d😀", "a😀"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, hidden := Filter{}.Text(test.in)
			assert.Equal(t, test.want, got)
			assert.Equal(t, utf8.RuneCountInString(test.in)-utf8.RuneCountInString(test.want), hidden)
		})
	}
}

func TestVisibleTextIsUnchanged(t *testing.T) {
	t.Parallel()
	for name, texts := range map[string][]string{
		"empty":                {""},
		"Latin":                {"plain", "naïve Zoë", "e\u0301"},
		"markup":               {"Promise<string>", "<img src=x onerror=alert(1)>", "a && b || c"},
		"code":                 {"```go\nfunc f() {\n\treturn\n}\n```"},
		"East Asian":           {"白屏 – 首页", "日本語　全角", "한국어"},
		"right to left":        {"עברית", "العربية"},
		"emoji with joiners":   {"👨‍👩‍👧‍👦", "👩🏽‍💻", "🏳️‍🌈", "❤️‍🔥", "🙂‍↔️", "🧑‍⚕️", "👁️‍🗨️"},
		"emoji with selectors": {"1️⃣", "#️⃣", "☎︎", "✈️", "‼️", "㊗️", "🇨🇳"},
		"scripts with joiners": {"می\u200cخواهم", "क्\u200dष", "ශ්\u200dරී", "ক্\u200cত", "ভাষা"},
		"unspaced scripts":     {"ภาษา\u200bไทย", "ភាសា\u200bខ្មែរ"},
		"Mongolian":            {"ᠮᠣᠩᠭᠣᠯ\u180eᠠ"},
		"ideograph variation":  {"葛\U000e0100城市", "漢\U000e0100"},
		"visible format":       {"\u06dd\u0600"},
		"unusual white space":  {"line\u2028separator", "nbsp\u00a0here", "U+2800 \u2800"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, text := range texts {
				got, hidden := Filter{}.Text(text)
				assert.Equal(t, text, got)
				assert.Zero(t, hidden, "%+q", text)
			}
		})
	}
}

func TestControlCharactersAreEscaped(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, in, want string }{
		{"terminal escapes", "a\x00b\x1b[31mred\x07", `a\u0000b\u001b[31mred\u0007`},
		{"tab and newline are kept", "tab\tnew\nline", "tab\tnew\nline"},
		{"CRLF becomes a newline", "dos\r\nline", "dos\nline"},
		{"carriage return alone", "old\rmac", `old\u000dmac`},
		{"DEL and C1", "\x7f\u0085\u009b", `\u007f\u0085\u009b`},
		{"invalid UTF-8 becomes U+FFFD", "a\xff", "a\ufffd"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, hidden := Filter{}.Text(test.in)
			assert.Equal(t, test.want, got)
			assert.Zero(t, hidden)
		})
	}
}
