package command_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/command"
)

func TestLines(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"alone":                   "/close",
		"with an argument":        "/kind bug",
		"after a text":            "Done.\n/close\nThanks",
		"in capitals":             "/CLOSE",
		"in Chinese":              "/关闭",
		"indented":                "   \t/close",
		"after wide blanks":       "\u3000\u00a0/close",
		"after a braille blank":   "\u2800/close",
		"after a byte order mark": "\ufeff/close",
		"after zero width":        "\u200b\u2060/close",
		"zero width inside":       "/\u200bclose",
		"split word":              "/cl\u200bose",
		"after a tag character":   "\U000e0061/close",
		"after a filler":          "\u3164/close",
		"after a soft hyphen":     "\u00ad/close",
		"in a code block":         "```\n/close\n```",
		"in an indented block":    "    /close",
		"in a quote":              "> /close",
		"in a quote of a quote":   ">> > /close",
		"in a comment":            "<!--\n/close\n-->",
		"CRLF":                    "a\r\n/close\r\n",
		"carriage return":         "a\r/close",
		"vertical tab":            "a\v/close",
		"form feed":               "a\f/close",
		"file separator":          "a\x1c/close",
		"next line":               "a\u0085/close",
		"line separator":          "a\u2028/close",
		"paragraph separator":     "a\u2029/close",
		"after a control":         "a\n\x00\x08/close",
		"full width":              "\uff0fclose",
		"fraction":                "\u2044close",
		"division":                "\u2215close",
		"big solidus":             "\u29f8close",
		"box drawing":             "\u2571close",
		"full width word":         "/\uff43lose",
		"full width second slash": "/close\uff0fx",
		"mathematical word":       "/\U0001d41close",
		"decimal reference":       "&#47;close",
		"hex reference":           "&#X2F;close",
		"named reference":         "&sol;close",
		"ends like a directory":   "/close/",
		"two slashes in all":      "/assign /a/b",
		"looks like a path":       "/assign/@ann",
	} {
		t.Run(name, func(t *testing.T) { assert.Len(t, command.Lines(text), 1) })
	}
	for name, text := range map[string]string{
		"nothing":         "",
		"no slash":        "close",
		"a path":          "/usr/bin/env is missing\n/etc/hosts",
		"a path with dot": "/a.b/c-d",
		"chinese path":    "/数据/日志",
		"not first":       "Use /close to close it.",
		"in backticks":    "`/close`",
		"a comment":       "// close\n/* close */",
		"a number":        "/2",
		"a slash":         "/ close",
		"an address":      "https://gitcode.com/a/b",
		"an ampersand":    "R&D &amp; &#x110000; &#;",
		"and or":          "and/or",
		"only slashes":    "/\n//\n",
	} {
		t.Run(name, func(t *testing.T) { assert.Empty(t, command.Lines(text)) })
	}
}

func TestNew(t *testing.T) {
	t.Parallel()
	assert.Empty(t, command.New("/kind bug\nmore", "/kind bug\n"))
	assert.Equal(t, []string{"/close"}, command.New("/kind bug\n/close", "/kind bug\n"))
	assert.Equal(t, []string{"/kind bug"}, command.New("/kind bug\n/kind bug", "/kind bug\n"))
}

// TestLongTexts reads texts of 2 MB. Time that grows with their square would be many
// seconds.
func TestLongTexts(t *testing.T) {
	t.Parallel()
	var lines strings.Builder
	for i := range 150_000 {
		fmt.Fprintf(&lines, "/c%d @u%d\n", i, i)
	}
	assert.Equal(t, []string{"/x"}, command.New("/x\n"+lines.String(), lines.String()))
	assert.Len(t, command.Mentions(lines.String()), 150_000)
}

func TestMentions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"":                             nil,
		"@ann and @Bob-1, @ann.":       {"ann", "bob-1"},
		"你好@linwei":                    {"linwei"},
		"mail a@b.com":                 nil,
		"_@ann_ .@bob":                 {"ann_", "bob"},
		"@a@b@c":                       {"a", "b", "c"},
		"\uff20ann \ufe6bbob":          {"ann", "bob"},
		"@\u200bann @b\u2060ob":        {"ann", "bob"},
		"&#64;ann &commat;bob &#x40;c": {"ann", "bob", "c"},
		"@ @- @.":                      nil,
		"`@ann`":                       {"ann"},
		"x\u200b@ann \uff11@bob ª@c":   {"ann", "bob", "c"}, // are no mail addresses
		"&#97;@ann a&commat;bob":       {"ann", "bob"},
		"@org/a, @Org/b/ @org/b.":      {"org/a", "org/b"},
	} {
		assert.Equal(t, want, command.Mentions(text), text)
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		" WontFix ":         "wontfix",
		"ｗｏｎｔｆｉｘ":           "wontfix",
		"wont\u200bfix":     "wontfix",
		"\u212aind":         "kind", // Kelvin
		"cafe\u0301":        "café",
		"\ufb01x":           "fix",
		"a\u00a0 b":         "a b",
		"\u017f":            "s",
		"ﷺ":                 command.Fold(command.Fold("ﷺ")),
		"wont\U000e0061fix": "wontfix",
	} {
		assert.Equal(t, want, command.Fold(text))
	}
	assert.True(t, command.IsPlain("门户/a_b-1"))
	for _, text := range []string{"a\u200bb", "cafe\u0301", "a\nb", "\xff", "a\u00adb"} {
		assert.False(t, command.IsPlain(text), "%q", text)
	}
}

// FuzzLines checks that nothing before or around a command hides it.
func FuzzLines(f *testing.F) {
	f.Add("text", "close")
	f.Add("```\n", "kind bug")
	f.Add("a\u2028", "\u200bx")
	f.Fuzz(func(t *testing.T, before, after string) {
		if !utf8.ValidString(before + after) {
			return
		}
		for _, text := range []string{before, after} {
			for _, name := range command.Mentions(text) {
				assert.Equal(t, command.Fold(name), name)
			}
			assert.Equal(t, command.Fold(text), command.Fold(command.Fold(text)))
		}
		const line = "\n> \u200b/close"
		if len(command.Lines(before)) >= len(command.Lines(before+line+"\n"+after)) && !strings.Contains(before, "&") {
			t.Errorf("%q hides a command", before)
		}
	})
}
