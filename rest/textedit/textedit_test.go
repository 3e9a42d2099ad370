package textedit_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/textedit"
)

func edits(pairs ...string) textedit.Changes {
	var e textedit.Changes
	for i := 0; i < len(pairs); i += 2 {
		e.Edits = append(e.Edits, textedit.Edit{Old: pairs[i], New: pairs[i+1]})
	}
	return e
}

func TestApply(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 300)
	for name, test := range map[string]struct {
		text  string
		edits textedit.Changes
		want  string
		diff  string
	}{
		"one line":                          {"a\nb\nc\n", edits("b", "B"), "a\nB\nc\n", "@@ line 2\n-b\n+B"},
		"part of a line":                    {"one two three", edits("two", "2"), "one 2 three", "@@ line 1\n-one two three\n+one 2 three"},
		"two lines":                         {"a\nb\nc", edits("a", "A", "c", "C"), "A\nb\nC", "@@ line 1\n-a\n+A\n@@ line 3\n-c\n+C"},
		"in any order":                      {"a\nb\nc", edits("c", "C", "a", "A"), "A\nb\nC", "@@ line 1\n-a\n+A\n@@ line 3\n-c\n+C"},
		"two in one line":                   {"a b c", edits("c", "C", "a", "A"), "A b C", "@@ line 1\n-a b c\n+A b C"},
		"side by side":                      {"ab", edits("b", "2", "a", "1"), "12", "@@ line 1\n-ab\n+12"},
		"old of one edit is new of another": {"a b", edits("a", "b", "b", "a"), "b a", "@@ line 1\n-a b\n+b a"},
		"lines are removed":                 {"a\nb\nc", edits("b\n", ""), "a\nc", "@@ line 2\n-b"},
		"the last line is removed":          {"a\nb\n", edits("b\n", ""), "a\n", "@@ line 2\n-b"},
		"a line becomes empty":              {"a\nb\nc", edits("b", ""), "a\n\nc", "@@ line 2\n-b\n+"},
		"a line is inserted":                {"a\nc", edits("a\n", "a\nb\n"), "a\nb\nc", "@@ line 2\n+b"},
		"everything is removed":             {"a\r\n", edits("a\n", ""), "", "@@ line 1\n-a"},
		"nothing changes":                   {"a", edits("a", "a"), "a", ""},

		"CRLF":                      {"a\r\nb\r\nc\r\n", edits("a\nb", "A\nB\n"), "A\r\nB\r\n\r\nc\r\n", "@@ line 1\n-a\n-b\n+A\n+B\n+"},
		"CRLF in the edit":          {"a\r\nb\r\n", edits("a\r\nb", "A\r\nB"), "A\r\nB\r\n", "@@ line 1\n-a\n-b\n+A\n+B"},
		"CRLF is kept at the edges": {"a\r\nb\r\nc", edits("\nb\n", "\nB\n"), "a\r\nB\r\nc", "@@ line 2\n-b\n+B"},
		"LF for CRLF":               {"a\nb\n", edits("a\r\nb", "A\nB"), "A\nB\n", "@@ line 1\n-a\n-b\n+A\n+B"},
		"mostly LF":                 {"a\r\nb\nc\nd", edits("a\nb", "A\nB"), "A\nB\nc\nd", "@@ line 1\n-a\n-b\n+A\n+B"},
		"lone carriage returns":     {"a\rb\r\r\nc", edits("b", "\rB"), "a\r\rB\r\r\nc", "@@ line 1\n-a\rb\r\n+a\r\rB\r"},

		"escapes of control characters":    {"a\x1b[0m b\r\nc", edits(`\u001b[0m b`+"\n", `\u001b[1m \u0007`+"\n"), "a\x1b[1m \\u0007\r\nc", "@@ line 1\n-a\x1b[0m b\n+a\x1b[1m \\u0007"},
		"escapes that are text":            {"a \\u001b b", edits(`\u001b`, `\u001b!`), `a \u001b! b`, "@@ line 1\n-a \\u001b b\n+a \\u001b! b"},
		"an invisible character":           {"foo\u200bbar", edits("o\u200bb", "ob"), "foobar", `@@ line 1` + "\n-" + `foo\u200bbar` + "\n+foobar"},
		"another normalization form":       {"cafe\u0301s", edits("e\u0301", "é"), "cafés", `@@ line 1` + "\n-" + `cafe\u0301s` + "\n+" + `caf\u00e9s`},
		"another blank":                    {"a\u00a0b", edits("\u00a0", " "), "a b", `@@ line 1` + "\n-" + `a\u00a0b` + "\n+a b"},
		"an invisible character elsewhere": {"a\u200bb é", edits("b", "c"), "a\u200bc é", "@@ line 1\n-a\u200bb é\n+a\u200bc é"},

		"append":                                  {"a", textedit.Changes{Append: "b"}, "a\nb", "@@ line 2\n+b"},
		"append after a line break":               {"a\n", textedit.Changes{Append: "b"}, "a\nb", "@@ line 2\n+b"},
		"append with a line break":                {"a", textedit.Changes{Append: "\nb\n"}, "a\nb\n", "@@ line 2\n+b"},
		"append after a blank line":               {"a\n", textedit.Changes{Append: "\nb"}, "a\n\nb", "@@ line 2\n+\n+b"},
		"append with CRLF":                        {"a\r\nb", textedit.Changes{Append: "c\nd"}, "a\r\nb\r\nc\r\nd", "@@ line 3\n+c\n+d"},
		"append to an empty text":                 {"", textedit.Changes{Append: "a"}, "a", "@@ line 1\n+a"},
		"prepend":                                 {"b", textedit.Changes{Prepend: "a"}, "a\nb", "@@ line 1\n+a"},
		"prepend with a line break":               {"b", textedit.Changes{Prepend: "a\n"}, "a\nb", "@@ line 1\n+a"},
		"prepend with a blank line":               {"b", textedit.Changes{Prepend: "a\n\n"}, "a\n\nb", "@@ line 1\n+a\n+"},
		"prepend before a line break":             {"\nb", textedit.Changes{Prepend: "a"}, "a\nb", "@@ line 1\n-\n+a"},
		"prepend with CRLF":                       {"b\r\n", textedit.Changes{Prepend: "a"}, "a\r\nb\r\n", "@@ line 1\n+a"},
		"prepend before CRLF":                     {"\r\nb\r\n", textedit.Changes{Prepend: "a"}, "a\r\nb\r\n", "@@ line 1\n-\n+a"},
		"both to an empty text":                   {"", textedit.Changes{Prepend: "a", Append: "b"}, "a\nb", "@@ line 1\n+a\n+b"},
		"append to a line whose break is removed": {"a\n", textedit.Changes{Append: "b", Edits: []textedit.Edit{{Old: "a\n", New: "A"}}}, "A\nb", "@@ line 1\n-a\n+A\n+b"},
		"append to a line whose break is new":     {"a", textedit.Changes{Append: "b", Edits: []textedit.Edit{{Old: "a", New: "A\n"}}}, "A\nb", "@@ line 1\n-a\n+A\n+b"},
		"append when nothing is left":             {"a", textedit.Changes{Append: "b", Edits: []textedit.Edit{{Old: "a", New: ""}}}, "b", "@@ line 1\n-a\n+b"},
		"all together":                            {"b", textedit.Changes{Prepend: "a", Append: "c", Edits: []textedit.Edit{{Old: "b", New: "B"}}}, "a\nB\nc", "@@ line 1\n-b\n+a\n+B\n+c"},
		"edits look at the original text":         {"b", textedit.Changes{Prepend: "b", Append: "b", Edits: []textedit.Edit{{Old: "b", New: "x"}}}, "b\nx\nb", "@@ line 2\n+x\n+b"},

		"a long line": {long + "old" + long, edits("old", "new"), long + "new" + long, "@@ line 1\n-…" + long[:60] + "old" + long[:60] + "…\n+…" + long[:60] + "new" + long[:60] + "…"},
		"a long line, in the middle of a character": {strings.Repeat("文", 100) + "a", edits("a", "b"), strings.Repeat("文", 100) + "b",
			"@@ line 1\n-…" + strings.Repeat("文", 20) + "a\n+…" + strings.Repeat("文", 20) + "b"},
		"a long line is new": {"a", textedit.Changes{Append: strings.Repeat("y", 500)}, "a\n" + strings.Repeat("y", 500), "@@ line 2\n+" + strings.Repeat("y", 160) + "…" + strings.Repeat("y", 160)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed, diff, err := test.edits.Apply(test.text)
			require.NoError(t, err)
			assert.Equal(t, test.want, changed)
			assert.Equal(t, test.diff, diff)
		})
	}
}

func TestApplyRejects(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("lorem ipsum ", 20)
	for name, test := range map[string]struct {
		text  string
		edits textedit.Changes
		err   string
	}{
		"an empty old":        {"a", edits("a", "b", "", "x"), `edits[1].old must not be empty`},
		"an empty text":       {"", edits("a", "b"), `edits[0].old does not occur in the text; no line of it is similar`},
		"two occurrences":     {"a x\nb\na y", edits("a", "b"), `edits[0].old occurs 2 times; include more of the text around it: line 1 "a x", line 3 "a y"`},
		"many occurrences":    {strings.Repeat("a\n", 5), edits("a", "b"), `edits[0].old occurs 5 times; include more of the text around it: line 1 "a", line 2 "a", line 3 "a", and 2 more lines`},
		"countless":           {strings.Repeat("a", 5000), edits("a", "b"), `edits[0].old occurs more than 100 times; include more of the text around it: line 1 "` + strings.Repeat("a", 80) + `"…`},
		"occurrences overlap": {"banana", edits("ana", "x"), `edits[0].old occurs 2 times; include more of the text around it: line 1 "banana"`},
		"in a long line":      {long + "here " + long + "here", edits("here", "x"), `edits[0].old occurs 2 times; include more of the text around it: line 1 …"m ipsum lorem ipsum here lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem i"…`},
		"the same twice":      {"a b", edits("a", "x", "b", "y", "a", "z"), `edits[0] and edits[2] overlap; combine them`},
		"edits overlap":       {"abc", edits("bc", "x", "ab", "y"), `edits[0] and edits[1] overlap; combine them`},

		"other white space":  {"a\nfoo  bar\n", edits("foo bar", "x"), `edits[0].old does not occur in the text; this differs only in white space: line 2 "foo  bar"`},
		"a no-break space":   {"foo\u00a0bar", edits("foo bar", "x"), `edits[0].old does not occur in the text; this differs only in white space: line 1 "foo\u00a0bar"`},
		"other case":         {"Foo Bar", edits("foo bar", "x"), `edits[0].old does not occur in the text; this differs only in case: line 1 "Foo Bar"`},
		"invisible":          {"a\nfoo\u200bbar", edits("foobar", "x"), `edits[0].old does not occur in the text; this differs only in invisible characters: line 2 "foo\u200bbar"`},
		"several of them":    {"Foo \u2060Bar", edits("foobar", "x"), `edits[0].old does not occur in the text; this differs only in white space, case, invisible characters or Unicode normalization: line 1 "Foo \u2060Bar"`},
		"another form":       {"one\ncafe\u0301 <é> 文", edits("café", "x"), `edits[0].old does not occur in the text; this differs only in Unicode normalization (NFC, NFD): line 2 "cafe\u0301 <\u00e9> 文"`},
		"the usual form":     {"café", edits("cafe\u0301", "x"), `edits[0].old does not occur in the text; this differs only in Unicode normalization (NFC, NFD): line 1 "caf\u00e9"`},
		"another character":  {"5 \u212b", edits("5 \u00c5", "x"), `edits[0].old does not occur in the text; this differs only in Unicode normalization (NFC, NFD): line 1 "5 \u212b"`},
		"a control":          {"a\x1b[0mb\x00", edits("a[0mb", "x"), `edits[0].old does not occur in the text; this differs only in invisible characters: line 1 "a\u001b[0mb\u0000"`},
		"beyond 16 bits":     {"a\U000e0061\ufe0fb \"\\\t", edits("ab", "x"), `edits[0].old does not occur in the text; this differs only in invisible characters: line 1 "a\udb40\udc61\ufe0fb \"\\\t"`},
		"escapes, twice":     {"a\x1bb\na\x1bb", edits(`a\u001bb`, "x"), `edits[0].old occurs 2 times; include more of the text around it: line 1 "a\u001bb", line 2 "a\u001bb"`},
		"part of an escape":  {"a\x1bb", edits(`001bb`, "x"), `edits[0].old does not occur in the text; no line of it is similar`},
		"half an escape":     {"\x1b\x1bb", edits(`b\u001bb`, "x"), `edits[0].old does not occur in the text; no line of it is similar`},
		"another word":       {"# Title\n\nThe quick brown fox\njumps", edits("The quick red fox", "x"), `edits[0].old does not occur in the text; the most similar line is line 3 "The quick brown fox"`},
		"the line after":     {"one\ntwo\nthree", edits("one\ntwo\nthere", "x"), `edits[0].old does not occur in the text; the most similar line is line 3 "three"`},
		"not consecutive":    {"one\ntwo\nthree", edits("one\nthree", "x"), `edits[0].old does not occur in the text; the most similar line is line 1 "one"`},
		"hardly similar":     {"# Release\n\n- [ ] tests of the client\n", edits("The server rejects a client without a token", "x"), `edits[0].old does not occur in the text; no line of it is similar`},
		"chance":             {long + long + long, edits("dolor sit ipse", "x"), `edits[0].old does not occur in the text; no line of it is similar`},
		"nothing similar":    {"abc", edits("xyz", "x"), `edits[0].old does not occur in the text; no line of it is similar`},
		"end of a long line": {long + "the quick brown fox", edits("the quick brown cat", "x"), `edits[0].old does not occur in the text; the most similar line is line 1 …" lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum the quick brown fox"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed, diff, err := test.edits.Apply(test.text)
			assert.EqualError(t, err, test.err)
			assert.Empty(t, changed+diff)
		})
	}
}

// TestDiffIsShort checks that a diff stays short however much changes.
func TestDiffIsShort(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	var many textedit.Changes
	for i := range 200 {
		fmt.Fprintf(&text, "line %d %s\nkept\n", i, strings.Repeat("中文", 100))
		many.Edits = append(many.Edits, textedit.Edit{Old: fmt.Sprintf("line %d ", i), New: fmt.Sprintf("LINE %d ", i)})
	}
	for name, e := range map[string]textedit.Changes{
		"many edits":         many,
		"many lines":         {Append: text.String()},
		"all lines":          edits(text.String(), strings.ToUpper(text.String())),
		"many lines removed": edits(text.String()[:20_000], ""),
	} {
		_, diff, err := e.Apply(text.String())
		require.NoError(t, err, name)
		assert.LessOrEqual(t, len(diff), 2000, name)
		assert.Greater(t, len(diff), 500, name)
		assert.Regexp(t, `… and \d+ more (changes|lines)`, diff, name)
		assert.NotContains(t, diff, "\ufffd", name)
	}
}
