package tools

import (
	"encoding/json"
	"flag"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The flag belongs to the golden tests; go test ./... gives it to every package.
var _ = flag.Bool("update", false, "rewrite golden files (none here)")

func TestHiddenCharactersAreRemoved(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"pay\u202eload\u202c":                      "payload", // bidirectional override
		"a\u2066b\u2069c\u200e\u200f\u061c":        "abc",     // isolates and marks
		"ze\u200bro":                               "zero",
		"wo\u200drd wo\u200crd":                    "word word", // joiners join no Latin
		"\ufeffbom":                                "bom",
		"soft\u00adhyphen":                         "softhyphen",
		"x\u2060\u2061\u2062\u2063\u2064y":         "xy",
		"hi\U000e0068\U000e0069\U000e007f!":        "hi!", // tags spell "hi"
		"\U0001f3f4\U000e0067\U000e0062\U000e007f": "\U0001f3f4",
		"a\ufe0fb":                                 "ab",          // a variation selector on a letter
		"😀\ufe0f\ufe01\ufe02":                      "😀\ufe0f",     // and a run of them on an emoji
		"😀\U000e0100\U000e0101":                    "😀",           // those that smuggle bytes
		"漢\U000e0100":                              "漢\U000e0100", // the form of an ideograph
		"漢\U000e0100\U000e0101":                    "漢\U000e0100", // one is enough
		"\u3164\uffa0\u115f\u034f":                 "",            // fillers and the grapheme joiner
		"\ufff9note\ufffa\ufffb":                   "note",
		"a\u200d\u200d😀":                           "a😀",
	} {
		got, n := visible(in)
		assert.Equal(t, want, got, "%+q", in)
		assert.Equal(t, utf8.RuneCountInString(in)-utf8.RuneCountInString(want), n, "%+q", in)
	}
}

func TestVisibleCharactersStay(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"", "plain", "Promise<string>", "<img src=x onerror=alert(1)>", "a && b || c", "```go\nfunc f() {\n\treturn\n}\n```",
		"白屏 – 首页", "日本語　全角", "한국어", "naïve Zoë", "e\u0301", "עברית", "العربية",
		"👨‍👩‍👧‍👦", "👩🏽‍💻", "🏳️‍🌈", "❤️‍🔥", "🙂‍↔️", "🧑‍⚕️", "1️⃣", "#️⃣", "☎︎", "✈️", "‼️", "🇨🇳", "㊗️", "👁️‍🗨️",
		"می\u200cخواهم", "क्\u200dष", "ශ්\u200dරී", "ক্\u200cত", "ভাষা", "ภาษา\u200bไทย", "ភាសា\u200bខ្មែរ", "ᠮᠣᠩᠭᠣᠯ\u180eᠠ",
		"\u06dd\u0600", "line\u2028separator", "nbsp\u00a0here", "U+2800 \u2800",
		"葛\U000e0100城市",
	} {
		got, n := visible(s)
		assert.Equal(t, s, got)
		assert.Zero(t, n, "%+q", s)
	}
}

func TestControlCharactersShow(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"a\x00b\x1b[31mred\x07": `a\u0000b\u001b[31mred\u0007`,
		"tab\tnew\nline":        "tab\tnew\nline",
		"dos\r\nline":           "dos\nline",
		"old\rmac":              `old\u000dmac`,
		"\x7f\u0085\u009b":      `\u007f\u0085\u009b`,
	} {
		got, n := visible(in)
		assert.Equal(t, want, got)
		assert.Zero(t, n)
	}
}

func TestScrubJSON(t *testing.T) {
	t.Parallel()
	c := scrubber{secrets: []string{"s3cr3t-token"}}
	for in, want := range map[string]string{
		`{"a":"x<y","b":[1,"é"],"c":null}`:                   `{"a":"x<y","b":[1,"é"],"c":null}`,
		"{\"title\":\"a\u200bb\",\"labels\":[\"c\u202ed\"]}": `{"title":"ab","labels":["cd"]}`,
		`{"a":"\u0007 \\u0007 \"q\" \\"}`:                    `{"a":"\\u0007 \\u0007 \"q\" \\"}`,
		`{"a":"the s3cr3t-token here"}`:                      `{"a":"the [token removed] here"}`,
		"{\"a\":\"s3cr3t\u200b-token\"}":                     `{"a":"[token removed]"}`,
		`{"a":"\ud83d\ude00"}`:                               `{"a":"😀"}`,
	} {
		got, _, err := c.json([]byte(in))
		require.NoError(t, err)
		assert.Equal(t, want, string(got))
	}
	_, hidden, err := c.json([]byte("{\"a\":\"\u200b\u200b\",\"b\":\"\u202e\"}"))
	require.NoError(t, err)
	assert.Equal(t, 3, hidden)
}

// FuzzVisible holds that the filter is idempotent, gives valid UTF-8, removes
// only what is hidden, and counts what it removes.
func FuzzVisible(f *testing.F) {
	for _, seed := range []string{
		"plain", "a\u200b\u200d\u200cb", "👨‍👩‍👧", "می\u200cخواهم", "x\r\r\ny", "\xff\xfe", "漢\U000e0100\U000e0101\u200d漢", "ก\u200b\u200b\u200bข",
		"😀\u200d\u200b\u200d😀", "\u202e\u2066", "1\ufe0f\u20e3", "\u0600\u06dd", "क\u200d\u200cष",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, hidden := visible(s)
		assert.True(t, utf8.ValidString(got))
		again, more := visible(got)
		assert.Equal(t, got, again, "idempotent")
		assert.Zero(t, more)

		// What is left out was hidden; what is not hidden is all there, in order.
		shows := func(s string) string {
			return strings.Map(func(r rune) rune {
				if isHidden(r) || unicode.IsControl(r) {
					return -1
				}
				return r
			}, s)
		}
		if !strings.ContainsFunc(s, unicode.IsControl) && utf8.ValidString(s) {
			assert.Equal(t, shows(s), shows(got))
			assert.Equal(t, utf8.RuneCountInString(s)-hidden, utf8.RuneCountInString(got))
		}
		encoded, err := compact(map[string]string{"s": s})
		require.NoError(t, err)
		clean, _, err := scrubber{}.json(encoded)
		require.NoError(t, err)
		var back map[string]string
		require.NoError(t, json.Unmarshal(clean, &back))
		whole, _ := visible(string([]rune(s)))
		assert.Equal(t, whole, back["s"], "a string and the same in JSON")
	})
}
