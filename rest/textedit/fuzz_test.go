package textedit_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/textedit"
)

// FuzzApply checks that an edit either replaces its passage and nothing else, or
// is rejected because the passage does not occur exactly once.
func FuzzApply(f *testing.F) {
	for _, seed := range [][5]string{
		{"a\r\nb\r\n", "a\nb", "c\n", "", ""},
		{"one\ntwo", "two", "2", "top", "end"},
		{"aaa", "aa", "b", "", "\n\n"},
		{"a\r\r\nb", "\r\n", "\n", "x\r\n", "\r"},
		{"| a |\n|---|\n", "|", "", "", ""},
		{"", "a", "b", "\n", "\n"},
		{"\u200bFoo\u00a0bar", "foo bar", "x", "", "y"},
		{"0", "0", "\r", "0", "0"},
		{"a\x1bb", `\u001bb`, `\u001b`, "", ""},
		{"a\x1bb", `\u001bb`, "c", "\r", ""},
		{"e\u0301 é", "é", "e\u0301", "", ""},
		{"\xff\n", "\xff", "\xfe", "", ""},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3], seed[4])
	}
	f.Fuzz(func(t *testing.T, text, old, new, prepend, appended string) {
		changed, diff, err := textedit.Changes{Prepend: prepend, Append: appended, Edits: []textedit.Edit{{Old: old, New: new}}}.Apply(text)
		if err != nil {
			assert.Empty(t, changed+diff)
			assert.LessOrEqual(t, len(err.Error()), 3000)
			exact := strings.Count(text, old) == 1 && strings.LastIndex(text, old) == strings.Index(text, old)
			if old != "" && exact && !strings.Contains(text+old, "\r") {
				t.Fatalf("%q occurs once in %q: %v", old, text, err)
			}
			return
		}
		require.NotEmpty(t, old)
		require.LessOrEqual(t, len(diff), 2000)
		if utf8.ValidString(strings.Join([]string{text, old, new, prepend, appended}, "|")) {
			require.True(t, utf8.ValidString(diff), "%q", diff)
		}
		if strings.Contains(text+old+new+prepend+appended, "\r") {
			plain := func(s string) string { return strings.ReplaceAll(s, "\r", "") }
			if !strings.Contains(plain(text), plain(old)) {
				require.Contains(t, old, `\u00`, "which stands for a control character")
				return
			}
			require.Contains(t, plain(changed), plain(new))
			added := len(plain(changed)) - len(plain(text)) + len(plain(old)) - len(plain(new+prepend+appended))
			require.GreaterOrEqual(t, added, 0)
			require.LessOrEqual(t, added, 2, "one line break after prepend, one before append")
			return
		}
		before, after, found := strings.Cut(text, old)
		if !found {
			require.Contains(t, old, `\u00`, "which stands for a control character")
			return
		}
		want := before + new + after
		if prepend != "" {
			if !strings.HasSuffix(prepend, "\n") && want != "" && !strings.HasPrefix(want, "\n") {
				prepend += "\n"
			}
			want = prepend + want
		}
		if appended != "" {
			if want != "" && !strings.HasPrefix(appended, "\n") && !strings.HasSuffix(want, "\n") {
				appended = "\n" + appended
			}
			want += appended
		}
		require.Equal(t, want, changed)
	})
}
