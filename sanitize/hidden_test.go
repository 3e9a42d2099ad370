package sanitize

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
)

func TestLegibleTextIsUnchanged(t *testing.T) {
	t.Parallel()
	for name, texts := range map[string][]string{
		"empty":                             {""},
		"Latin":                             {"plain", "naïve Zoë", "e\u0301"},
		"markup":                            {"Promise<string>", "<img src=x onerror=alert(1)>", "a && b || c"},
		"code":                              {"```go\nfunc f() {\n\treturn\n}\n```"},
		"Greek and Cyrillic":                {"Ελληνικά", "кириллица"},
		"Chinese":                           {"白屏 – 首页", "無法開啟"},
		"Japanese":                          {"日本語　全角", "ﾊﾝｶｸ"},
		"Korean":                            {"한국어", "\u1112\u1161\u11ab"},
		"Hebrew":                            {"עברית", "שָׁלוֹם"},
		"Arabic":                            {"العربية", "مُحَمَّد"},
		"Persian":                           {"می\u200cخواهم", "خانه\u200cها"},
		"Persian after a letter apart":      {"کار\u200cها", "نرم\u200cافزار\u200cهای"},
		"Persian after a hamza":             {"شیء\u200cگرا"},
		"Persian after a vowel mark":        {"مَیِ\u200cخواهم", "کتابِ\u200cمن"},
		"Persian after a digit":             {"۲۰\u200cساله", "5\u200cگانه"},
		"Persian after a foreign word":      {"API\u200cها"},
		"Arabic initial form":               {"ه\u200d", "سال ۱۴۰۵ ه\u200d.ش", "هَ\u200d!"},
		"Arabic medial and final forms":     {"\u200dه\u200d", "\u200dه", "the form \u200dه"},
		"Syriac":                            {"ܫ\u200d", "ܫܠܡܐ"},
		"N'Ko":                              {"ߒߞߏ", "ߞ\u200d"},
		"Devanagari":                        {"क्\u200dष", "क्\u200cष", "र्\u200dय", "क्\u200c"},
		"Bengali":                           {"ক্\u200cত", "র\u200d্যাব", "ভাষা"},
		"Gujarati, Gurmukhi and Odia":       {"ક્\u200dષ", "ਪੰਜਾਬੀ", "କ୍\u200cଷ"},
		"Tamil":                             {"க்\u200cஷ"},
		"Telugu":                            {"రాజ్\u200cకుమార్"},
		"Kannada":                           {"ರ\u200d್ಕ", "ರಾಜ್\u200cಕುಮಾರ್"},
		"Malayalam chillu":                  {"അവന്\u200d", "അവര്\u200d പറഞ്ഞു", "ന്\u200dറെ"},
		"Malayalam with a separate vowel":   {"ക\u200cു"},
		"Sinhala":                           {"ශ්\u200dරී", "ක\u200d්ෂ"},
		"Thai":                              {"ภาษา\u200bไทย", "น้ำ\u200bใจ"},
		"Thai next to Latin and digits":     {"ใช้\u200bGitHub\u200bแล้ว", "รุ่น\u200b15\u200bใหม่"},
		"Khmer":                             {"ភាសា\u200bខ្មែរ", "ប\u200c៊ី"},
		"Khmer next to Latin and digits":    {"ប្រើ\u200bLinux\u200bថ្មី", "ឆ្នាំ\u200b2026"},
		"Lao":                               {"ພາສາ\u200bລາວ"},
		"Myanmar":                           {"မြန်မာ\u200bစာ", "က\ufe00"},
		"Tibetan":                           {"བོད་ཡིག"},
		"Mongolian":                         {"ᠮᠣᠩᠭᠣᠯ\u180eᠠ", "ᠠ\u180bᠨ", "ᠭ\u180c", "ᠠ\u200d", "ᠠ\u180b\u200d"},
		"Phags-pa":                          {"ꡖ\ufe00"},
		"ideograph variation":               {"葛\U000e0100城市", "漢\U000e0100", "辻\U000e0101さんと葛\U000e0100さん"},
		"compatibility ideograph":           {"㐀不\ufe00"},
		"CJK punctuation":                   {"你好，\ufe00世界。\ufe01", "！\ufe00？\ufe01"},
		"mathematics":                       {"a ∩\ufe00 b", "x ≨\ufe00 y"},
		"fullwidth zero with a stroke":      {"０\ufe00"},
		"emoji family and professions":      {"👨‍👩‍👧‍👦", "👩🏽‍💻", "🧑‍⚕️", "🕵🏻‍♂️"},
		"emoji of one picture":              {"❤️‍🔥", "🙂‍↔️", "👁️‍🗨️", "🐦‍🔥", "🍋‍🟩", "🏴‍☠️"},
		"emoji flags":                       {"🏳️‍🌈", "🏳️‍⚧️", "🇨🇳"},
		"flags of England, Scotland, Wales": {"🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "🏴󠁧󠁢󠁳󠁣󠁴󠁿 🏴󠁧󠁢󠁷󠁬󠁳󠁿"},
		"keycaps":                           {"1️⃣", "#️⃣ *️⃣", "0️⃣9️⃣"},
		"emoji and text style":              {"☎︎", "✈️", "‼️", "㊗️", "©️ ™️", "↩︎"},
		"visible format":                    {"\u06dd\u0600"},
		"unusual white space":               {"line\u2028separator", "nbsp\u00a0here", "U+2800 \u2800"},
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

// TestHiddenCharactersAreRemoved checks texts of which only the visible part is
// kept.
func TestHiddenCharactersAreRemoved(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"bidirectional override":                     "pay\u202eload\u202c",
		"bidirectional isolates and marks":           "a\u2066b\u2069c\u200e\u200f\u061c",
		"zero-width space in Latin":                  "ze\u200bro",
		"zero-width space in Chinese":                "白\u200b屏",
		"zero-width spaces around Thai":              "\u200bภาษา\u200b \u200bไทย\u200b",
		"joiners in Latin":                           "wo\u200drd wo\u200crd",
		"byte order mark":                            "\ufeffbom",
		"soft hyphen":                                "soft\u00adhyphen",
		"invisible operators":                        "x\u2060\u2061\u2062\u2063\u2064y",
		"deprecated format characters":               "x\u206a\u206b\u206c\u206d\u206e\u206fy",
		"interlinear annotation":                     "\ufff9note\ufffa\ufffb",
		"fillers and the grapheme joiner":            "\u3164\uffa0\u115f\u034f",
		"unassigned ignorable characters":            "a\u2065\ufff0\U000e0080\U000e0fff",
		"musical format characters":                  "a\U0001d173\U0001d17a",
		"shorthand format characters":                "a\U0001bca0\U0001bca3",
		"tags":                                       "hi" + tags("hi") + "\U000e007f!",
		"tags after an emoji":                        "😀" + tags("rm -rf") + "\U000e007f",
		"tags of no flag":                            "🏴" + tags("gb") + "\U000e007f",
		"tags of a flag that is not emoji":           "🏴" + tags("usca") + "\U000e007f",
		"tags of a flag without an end":              "🏴" + tags("gbeng"),
		"tags of a flag after another emoji":         "🏳" + tags("gbeng") + "\U000e007f",
		"language tag":                               "a\U000e0001" + tags("en"),
		"bytes as selectors after an emoji":          "😀" + selectors("ignore previous"),
		"bytes as selectors after each emoji":        "😀" + strings.Join(strings.Split(selectors("rm -rf"), ""), "😀"),
		"bytes as selectors after a letter":          "a" + selectors("ignore"),
		"bytes as selectors after digits":            "1" + strings.Join(strings.Split(selectors("rm -rf"), ""), "2"),
		"bytes as selectors after symbols":           "→" + strings.Join(strings.Split(selectors("rm -rf"), ""), "★"),
		"half bytes as selectors after digits":       "0\ufe001\ufe012\ufe023\ufe03",
		"half bytes as selectors after a star":       "★\ufe00★\ufe01★\ufe02★\ufe03",
		"half bytes after ideographs":                "漢\ufe03字\ufe04漢\ufe05字\ufe06",
		"emoji selector after a digit":               "1\ufe0f2\ufe0e",
		"keycap without a digit":                     "a\ufe0f\u20e3",
		"keycap in text style":                       "1\ufe0e\u20e3",
		"emoji selector after a letter":              "a\ufe0fb",
		"emoji selector after another emoji":         "😀\ufe0f😀\ufe0e",
		"selector at the start":                      "\ufe0f\U000e0100\u180b",
		"Mongolian selectors in Latin":               "a\u180bb\u180cc\u180dd\u180f",
		"Mongolian selectors after ideographs":       "漢\u180b字\u180c",
		"Mongolian selectors not defined":            "ᠪ\u180cᠪ\u180dᠪ\u180f",
		"Mongolian vowel separators":                 "a\u180eb\u180e ᠮ\u180e",
		"bits as joiners in Latin":                   "i\u200cg\u200dn\u200co\u200dr\u200ce",
		"bits as joiners after a word":               "word\u200c\u200d\u200c\u200c\u200d end",
		"bits as joiners in Chinese":                 "白\u200c屏\u200d首\u200c页",
		"bits as joiners in Cyrillic":                "д\u200cр\u200dу\u200cг",
		"bits as joiners between digits":             "1\u200c2\u200d3",
		"bits as joiners after marks":                "م\u064e\u200c\u064e\u200c\u064e\u200dی",
		"joiners between joined letters":             "س\u200dل\u200dم",
		"joiners between a joined letter and a mark": "س\u200d\u064eل\u200d\u0651م",
		"joiners after letters apart":                "د\u200d ر\u200d",
		"joiners at the end of Persian":              "می\u200c می\u200c.",
		"joiners between a letter and emoji":         "a\u200d\u200d😀",
		"joiner after an emoji":                      "😀\u200d",
		"joiner after a keycap":                      "5\u20e3\u200d😀",
		"joiner before a selector":                   "😀\u200d\ufe0fx",
		"non-joiner between emoji":                   "😀\u200c😀",
		"zero-width spaces between emoji":            "😀\u200b😀",
		"joiners in Thai":                            "ภา\u200cษา\u200dไทย",
		"Khmer vowels without form":                  "ក\u17b4\u17b5",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, hidden := Filter{}.Text(text)
			want := visibleOf(text)
			assert.Equal(t, want, got)
			assert.Equal(t, utf8.RuneCountInString(text)-utf8.RuneCountInString(want), hidden)
			assert.NotZero(t, hidden)
		})
	}
}

// TestHiddenCharactersAreBounded checks texts that need some hidden characters
// and have more than they need.
func TestHiddenCharactersAreBounded(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, in, want string }{
		{"chain of Mongolian selectors", "ᠠ\u180b\u180c\u180d\u180f\u180bᠨ", "ᠠ\u180bᠨ"},
		{"bytes as selectors after an emoji with one", "❤\ufe0f" + selectors("ignore") + "x", "❤\ufe0fx"},
		{"run of selectors after an emoji", "❤\ufe0f\ufe01\ufe02\ufe0f", "❤\ufe0f"},
		{"run of selectors after a keycap's digit", "1\ufe0f\ufe0f\u20e3", "1\ufe0f\u20e3"},
		{"bytes as selectors after an ideograph", "漢\U000e0100" + selectors("ignore"), "漢\U000e0100"},
		{
			"bytes as selectors after each ideograph",
			"漢\U000e0162字\U000e0163漢\U000e0164字\U000e0165漢\U000e0166字\U000e0167", "漢\U000e0162字\U000e0163漢\U000e0164字\U000e0165漢字",
		},
		{"compatibility ideographs", strings.Repeat("不\ufe00", 6), strings.Repeat("不\ufe00", 4) + "不不"},
		{"bits as joiners after a Persian letter", "می\u200c\u200d\u200c\u200c\u200dخواهم", "می\u200cخواهم"},
		{"bits as joiners after a virama", "क्\u200d\u200c\u200d\u200dष", "क्\u200dष"},
		{"bits as joiners between emoji", "👩\u200d\u200c\u200d\u200d💻", "👩\u200d💻"},
		{"bits as joiners at the end of an Arabic word", "ه\u200d\u200d\u200c\u200d", "ه\u200d"},
		{"run of zero-width spaces in Thai", "ก\u200b\u200b\u200c\u200bข", "ก\u200bข"},
		{"run of Mongolian vowel separators", "ᠯ\u180e\u180e\u180eᠠ", "ᠯ\u180eᠠ"},
		{"a mark of direction after a non-joiner", "می\u200c\u200fخواهم", "می\u200cخواهم"},
		{"tags after a flag", "🏴" + tags("gbsct") + "\U000e007f" + tags("x") + "\U000e007f", "🏴" + tags("gbsct") + "\U000e007f"},
		{"tags of a flag twice", "🏴" + strings.Repeat(tags("gbsct")+"\U000e007f", 2), "🏴" + tags("gbsct") + "\U000e007f"},
		{"a hidden character in a flag", "🏴\u200b" + tags("gbsct") + "\U000e007f", "🏴" + tags("gbsct") + "\U000e007f"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, hidden := Filter{}.Text(test.in)
			assert.Equal(t, test.want, got, "%+q", got)
			assert.Equal(t, utf8.RuneCountInString(test.in)-utf8.RuneCountInString(test.want), hidden)
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

// tags spells a text in tag characters.
func tags(text string) string {
	return strings.Map(func(r rune) rune { return 0xe0000 + r }, text)
}

// selectors encodes the bytes of a text as variation selectors 1 to 256.
func selectors(text string) string {
	var out strings.Builder
	for _, b := range []byte(text) {
		if b < 16 {
			out.WriteRune(0xfe00 + rune(b))
		} else {
			out.WriteRune(0xe0100 + rune(b) - 16)
		}
	}
	return out.String()
}

// visibleOf returns s without any hidden character.
func visibleOf(s string) string {
	return strings.Map(func(r rune) rune {
		if isHidden(r) {
			return -1
		}
		return r
	}, s)
}

func TestFastPathMissesNoHiddenCharacter(t *testing.T) {
	t.Parallel()
	for r := range unicode.MaxRune + 1 {
		want := unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) &&
			!unicode.In(r, unicode.Prepended_Concatenation_Mark, unicode.Egyptian_Hieroglyphs)
		if isHidden(r) != want {
			assert.Equal(t, want, isHidden(r), "%U", r)
		}
	}
}
