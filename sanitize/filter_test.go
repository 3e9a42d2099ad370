package sanitize

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const hiddenOfEveryKind = "\u00ad\u034f\u061c\u180b\u180e\u200b\u200c\u200d\u200e\u202e\u2060\u2066\u3164\ufe00\ufe0e\ufe0f\ufeff\U000e0074\U000e0100"

func TestTextRedactsSecrets(t *testing.T) {
	t.Parallel()
	filter := Filter{Secrets: []string{"s3cr3t-token", "другой"}}
	for _, test := range []struct {
		name, in, want string
		hidden         int
	}{
		{"none", "no secret here", "no secret here", 0},
		{"twice", "s3cr3t-token, s3cr3t-token", "[token removed], [token removed]", 0},
		{"several secrets", "s3cr3t-token другой", "[token removed] [token removed]", 0},
		{"split by a hidden character", "s3cr3t\u200b-token", "[token removed]", 1},
		{"split by every kind of hidden character", strings.Join(strings.Split("s3cr3t-token", ""), hiddenOfEveryKind), "[token removed]", 11 * utf8.RuneCountInString(hiddenOfEveryKind)},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, hidden := filter.Text(test.in)
			assert.Equal(t, test.want, got)
			assert.Equal(t, test.hidden, hidden)
		})
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	filter := Filter{Secrets: []string{"s3cr3t-token", `quo"ted`}}
	for _, test := range []struct {
		name, in, want string
		hidden         int
	}{
		{"empty", ``, ``, 0},
		{"no string", `[1,null,true]`, `[1,null,true]`, 0},
		{"nothing to remove", `{"a":"x<y","b":[1,"é"],"c":null}`, `{"a":"x<y","b":[1,"é"],"c":null}`, 0},
		{"hidden characters", "{\"title\":\"a\u200bb\",\"labels\":[\"c\u202ed\u202e\"]}", `{"title":"ab","labels":["cd"]}`, 3},
		{"escaped hidden character", `{"a":"b\u200bc"}`, `{"a":"bc"}`, 1},
		{"hidden character in a name", "{\"a\u200b\":1}", `{"a":1}`, 1},
		{"control characters and backslashes", `{"a":"\u0007 \\u0007 \"q\" \\"}`, `{"a":"\\u0007 \\u0007 \"q\" \\"}`, 0},
		{"secret", `{"a":"the s3cr3t-token here"}`, `{"a":"the [token removed] here"}`, 0},
		{"secret split by a hidden character", "{\"a\":\"s3cr3t\u200b-token\"}", `{"a":"[token removed]"}`, 1},
		{"secret written with escapes", `{"a":"s3cr3\u0074-\u0074oken"}`, `{"a":"[token removed]"}`, 0},
		{"secret written with escapes and split", `{"a":"s3cr3\u0074\u200b\u2060-token"}`, `{"a":"[token removed]"}`, 2},
		{"secret in a name", `{"s3cr3t-token":"s3cr3t-token","a s3cr3t-token":["s3cr3t-token"]}`, `{"s3cr3t-token":"[token removed]","a s3cr3t-token":["[token removed]"]}`, 0},
		{"secret in a name written with escapes", `{"s3cr3\u0074-token":1}`, `{"s3cr3t-token":1}`, 0},
		{"secret before a colon", `["s3cr3t-token:",{"a":"s3cr3t-token"}]`, `["[token removed]:",{"a":"[token removed]"}]`, 0},
		{"secret across values", `["s3cr3t","-token"]`, `["s3cr3t","-token"]`, 0},
		{"secret with an escape", `{"a":"quo\"ted"}`, `{"a":"[token removed]"}`, 0},
		{"escaped surrogate pair", `{"a":"\ud83d\ude00"}`, `{"a":"😀"}`, 0},
		{"escaped HTML", `{"a":"\u003cb\u003e"}`, `{"a":"<b>"}`, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, hidden, err := filter.JSON([]byte(test.in))
			require.NoError(t, err)
			assert.Equal(t, test.want, string(got))
			assert.Equal(t, test.hidden, hidden)
		})
	}
}

func TestJSONRejectsInvalidStrings(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"unknown escape": `{"a":"\x"}`,
		"unterminated":   `{"a":"é`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := Filter{}.JSON([]byte(text))
			require.ErrorContains(t, err, "decode a JSON string")
		})
	}
}

// TestJSONLeavesNamesAlone checks that even a secret as short as a letter
// changes only values.
func TestJSONLeavesNamesAlone(t *testing.T) {
	t.Parallel()
	got, hidden, err := Filter{Secrets: []string{"t"}}.JSON([]byte(`{"title":"text","t":[{"total":true}]}`))
	require.NoError(t, err)
	assert.JSONEq(t, `{"title":"[token removed]ex[token removed]","t":[{"total":true}]}`, string(got))
	assert.Zero(t, hidden)
}
