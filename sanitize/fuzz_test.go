package sanitize

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// FuzzText checks that the filter is idempotent, returns valid UTF-8, removes
// hidden characters only, counts them, keeps no sequence that Unicode does not
// define, and treats a string in JSON the same.
func FuzzText(f *testing.F) {
	for _, seed := range []string{
		"plain", "a\u200b\u200d\u200cb", "👨‍👩‍👧", "می\u200cخواهم", "x\r\r\ny", "\xff\xfe", "漢\U000e0100\U000e0101\u200d漢", "ก\u200b\u200b\u200bข",
		"😀\u200d\u200b\u200d😀", "\u202e\u2066", "1\ufe0f\u20e3", "\u0600\u06dd", "क\u200d\u200cष", "ه\u200d\u064e\u200c\u200dب", "ᠠ\u180b\u180c\u180eᠠ",
		"🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f\U000e007f", "，\ufe00\ufe01", "അവന്\u200d\u200c", "不\ufe00不\U000e0100不\U000e0101不\ufe00不\ufe00",
		"र\u200d\u200c्\u200d\u200c", "❤\ufe0f\u200d🔥\u200d", "ក\u200b1\u200b\ufe0f", "\u200dه", "\x07\ufe0f\u200dه",
	} {
		f.Add(seed)
	}
	f.Fuzz(checkText)
}

// TestRandomText is like FuzzText, with texts that consist of hidden characters
// and of neighbors that need them.
func TestRandomText(t *testing.T) {
	t.Parallel()
	alphabet := []rune("a1*→é漢字、ب\u064eرد۱ءܫߞकष\u094d\u093eറ\u0d4dไ\u0e31ក\u17d2\u17caᠠᠯᠪꡖ😀❤👩💻🏽🏴\u20e3 \n\x07" +
		hiddenOfEveryKind + "\u180c\u200b\u200c\u200c\u200d\u200d\ufe01\ufe0f\U000e0101")
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		text := make([]rune, random.IntN(12))
		for i := range text {
			text[i] = alphabet[random.IntN(len(alphabet))]
		}
		if checkText(t, string(text)); t.Failed() {
			require.Fail(t, "text", "%+q", string(text))
		}
	}
}

func checkText(t *testing.T, s string) {
	got, hidden := Filter{}.Text(s)
	assert.True(t, utf8.ValidString(got))
	again, more := Filter{}.Text(got)
	assert.Equal(t, got, again, "idempotent")
	assert.Zero(t, more)
	assert.Empty(t, undefined(got), "%+q", got)

	// Control characters become longer escapes and invalid UTF-8 is replaced,
	// so only texts without them can be compared.
	if !strings.ContainsFunc(s, unicode.IsControl) && utf8.ValidString(s) {
		assert.Equal(t, visibleOf(s), visibleOf(got))
		assert.Equal(t, utf8.RuneCountInString(s)-hidden, utf8.RuneCountInString(got))
	}

	var encoded bytes.Buffer
	require.NoError(t, json.NewEncoder(&encoded).Encode(map[string]string{"s": s}))
	clean, hiddenInJSON, err := Filter{}.JSON(encoded.Bytes())
	require.NoError(t, err)
	var decoded map[string]string
	require.NoError(t, json.Unmarshal(clean, &decoded))
	assert.Equal(t, got, decoded["s"])
	assert.Equal(t, hidden, hiddenInJSON)
}

// FuzzJSON checks that every string of a JSON text is filtered like a text, secrets
// included, whatever the text and the secret are.
func FuzzJSON(f *testing.F) {
	for _, seed := range [][2]string{
		{"plain", "secret"}, {"a secret\nhere", "secret"}, {"a se\u200bcret", "secret"}, {"\nabc", "nabc"}, {"a\tb", "a\tb"}, {"quo\"ted", "\""},
		{"back\\slash", "k\\s"}, {"\u2028", "\u2028"}, {"\x7f\x80", "\x7f"}, {"\ufffd", "\ufffd"}, {"❤\ufe0f", "❤"}, {"a\r\nb", "\n"}, {"\u0085", "u"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, s, secret string) {
		if s = strings.ToValidUTF8(s, "\ufffd"); secret == "" || !utf8.ValidString(secret) {
			return
		}
		filter := Filter{Secrets: []string{"another", secret}}
		want, hidden := filter.Text(s)
		var encoded bytes.Buffer
		encoder := json.NewEncoder(&encoded)
		encoder.SetEscapeHTML(false)
		require.NoError(t, encoder.Encode([]string{s, "", s}))
		clean, hiddenInJSON, err := filter.JSON(encoded.Bytes())
		require.NoError(t, err)
		var decoded []string
		require.NoError(t, json.Unmarshal(clean, &decoded))
		empty, _ := filter.Text("")
		assert.Equal(t, []string{want, empty, want}, decoded)
		assert.Equal(t, 2*hidden, hiddenInJSON)
	})
}

// undefined returns the hidden characters of a text that are in no sequence
// defined by Unicode, each with its neighbors. It looks at the whole text, where
// the filter looks at one character after the other.
func undefined(text string) (found []string) {
	for _, flag := range flagTags {
		text = strings.ReplaceAll(text, string(blackFlag)+flag, string(blackFlag))
	}
	runes := []rune("\n\n" + text + "\n")
	ideographs := 0
	for i, r := range runes {
		if !isHidden(r) {
			continue
		}
		before, after := runes[i-1], runes[i+1]
		// A selector belongs to the character before it; marks follow.
		letter := i - 1
		for letter > 0 && (unicode.Is(unicode.Variation_Selector, runes[letter]) || unicode.In(runes[letter], unicode.Mn, unicode.Me)) {
			letter--
		}
		base := runes[letter]
		isWord := func(r rune) bool { return unicode.In(r, unicode.L, unicode.N) }
		var ok bool
		switch {
		case unicode.Is(unicode.Variation_Selector, r) && unicode.Is(unicode.Unified_Ideograph, before):
			ideographs++
			ok = ideographs <= maxIdeographSelectors && (r >= 0xe0100 || basesOf(r) != nil && unicode.Is(basesOf(r), before))
		case unicode.Is(unicode.Variation_Selector, r):
			bases := basesOf(r)
			ok = before >= utf8.RuneSelf && bases != nil && unicode.Is(bases, before) || before < utf8.RuneSelf && r == emojiSelector && after == keycap
		case r == zeroWidthJoiner:
			ok = unicode.Is(pictographs, base) && unicode.Is(pictographs, after) || // an emoji
				unicode.Is(viramas, before) || unicode.Is(viramas, after) || // a conjunct
				unicode.Is(joinsNext, base) && !unicode.Is(joinsPrevious, after) && !unicode.In(after, unicode.Mn, unicode.Me) || // an initial form
				!unicode.Is(joinsNext, base) && unicode.Is(joinsPrevious, after) // a final form
		case r == zeroWidthNonJoiner:
			ok = unicode.Is(viramas, before) || unicode.In(after, viramas, vowelSigns) ||
				isWord(base) && isWord(after) && (unicode.Is(cursive, base) || unicode.Is(cursive, after))
		case r == zeroWidthSpace:
			ok = unicode.Is(unspaced, base) || unicode.Is(unspaced, after)
		case r == mongolianVowelSeparator:
			ok = unicode.Is(unicode.Mongolian, base) && unicode.Is(unicode.Mongolian, after)
		}
		betweenASCII := before < utf8.RuneSelf && after < utf8.RuneSelf
		// At most a selector and a joiner stand between two visible characters.
		inRow := isHidden(before) && !unicode.Is(unicode.Variation_Selector, before) || isHidden(after) && !unicode.Is(unicode.Variation_Selector, r)
		if !ok || betweenASCII || inRow {
			found = append(found, string(runes[i-1:i+2]))
		}
	}
	return found
}

// TestUndefinedSequences checks that the fuzz test recognizes them.
func TestUndefinedSequences(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"selector after a letter":    "a\ufe0fb",
		"selectors in a row":         "❤\ufe0f\ufe0f",
		"selectors after ideographs": strings.Repeat("漢\U000e0100", maxIdeographSelectors+1),
		"joiners in a row":           "می\u200c\u200dخواهم",
		"joiner in Latin":            "a\u200db",
		"tags":                       "🏴" + tags("gb") + "\U000e007f",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.NotEmpty(t, undefined(text))
		})
	}
}
