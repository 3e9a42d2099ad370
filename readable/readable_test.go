package readable

import (
	"encoding/json"
	"math/big"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
	"golang.org/x/tools/txtar"
)

func TestReadable(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a long line ", 20) + "ends"
	for name, test := range map[string]struct{ json, want string }{
		"order":           {`{"b":1,"a":true,"c":null}`, "b: 1\na: true\nc: null"},
		"lines":           {`{"body":"one\n  two\n"}`, "body: |\n  one\n    two"},
		"no last break":   {`{"body":"one\n\ntwo"}`, "body: |-\n  one\n\n  two"},
		"empty lines":     {`{"body":"one\n\n","x":1}`, "body: |+\n  one\n\nx: 1"},
		"blanks first":    {`{"body":"\n  one\ntwo "}`, "body: |2-\n\n    one\n  two "},
		"names":           {`{"labels":["bug","help wanted"],"none":[],"no":{}}`, "labels: [bug, help wanted]\nnone: []\n\"no\": {}"},
		"rows":            {`{"rows":[{"number":1,"labels":["bug"]},{"number":2}]}`, "rows:\n  - number: 1\n    labels: [bug]\n  - number: 2"},
		"lines in rows":   {`{"rows":[{"user":{"bio":"a\nb"}}]}`, "rows:\n  - user:\n      bio: |-\n        a\n        b"},
		"lists in a list": {`[[1,2],[],"a"]`, "- [1, 2]\n- []\n- a"},
		"mixed list":      {`[1,{"a":"b\nc","d":[]},null]`, `[1, {a: "b\nc", d: []}, null]`},
		"long line":       {`{"title":"` + long + `"}`, "title: " + long},
		"long text":       {`{"body":"` + long + `\n"}`, "body: |\n  " + long},
		"long names":      {`["` + long + `","` + long + `"]`, "[" + long + ", " + long + "]"},
		"Chinese":         {`{"title":"现象 𠮷"}`, "title: 现象 𠮷"},
		"emoji":           {`{"title":"😀 🇨🇳 👩‍💻","tab":"\t😀"}`, "title: 😀 🇨🇳 👩‍💻\ntab: \"\\t😀\""},
		"emoji in lines":  {`{"body":"one 😀\ntwo"}`, "body: |-\n  one 😀\n  two"},
		"punctuation":     {`["#1","a: b","a #b","- x","it's","a, b","'",": x","x:"]`, `['#1', 'a: b', 'a #b', '- x', it's, 'a, b', '''', ': x', 'x:']`},
		"in a block":      {`{"a":"b, c","d":"e:f","g":"-h"}`, "a: b, c\nd: e:f\ng: -h"},
		"other types":     {`["yes","1","1_0","0x1f","-1.5e3","12:30","2024-11-20","null","~",""]`, `["yes", "1", "1_0", "0x1f", "-1.5e3", "12:30", "2024-11-20", "null", "~", ""]`},
		"times":           {`["2024-11-20T13:00+08:00","2024-11-20T13:00:21.5+08:00","2024-1-2 3:4:5"]`, `['2024-11-20T13:00+08:00', "2024-11-20T13:00:21.5+08:00", "2024-1-2 3:4:5"]`},
		"numbers in text": {`["1.2.3","404 pages","+a","v1"]`, `[1.2.3, 404 pages, +a, v1]`},
		"blank":           {`{"a":" ","b":"c "}`, "a: ' '\nb: 'c '"},
		"escapes":         {`{"a":"\u001b[1m","b":"c\r\nd","e":"\u2028\ufeff\u0085\""}`, `a: "\u001b[1m"` + "\n" + `b: "c\r\nd"` + "\n" + `e: "\u2028\ufeff\u0085\""`},
		"large numbers":   {`{"id":12345678901234567890,"a":1E2}`, "id: 12345678901234567890\na: 1E2"},
		"text, not JSON":  {"{: 😀", "{: 😀"},
		"YAML, not JSON":  {"a:   no", "a:   no"},
		"two values":      {"{} {}", "{} {}"},
		"no text":         {"", ""},
		"a word":          {`"a\nb"`, `"a\nb"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, YAML(test.json, plain))
			if json.Valid([]byte(test.json)) {
				assertYAML(t, test.json)
			}
		})
	}
}

// TestReadableResults checks that YAML reads from every golden result what the
// result contains.
func TestReadableResults(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../testdata/*/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		archive, err := txtar.ParseFile(name)
		require.NoError(t, err)
		for _, section := range archive.Files {
			if json.Valid(section.Data) {
				assertYAML(t, string(section.Data))
			}
		}
	}
}

func FuzzReadable(f *testing.F) {
	for _, text := range []string{"yes", "1", "a: b", "- x", "# c", " a", "a ", "\ta", "a\tb", "a\r\nb", "a\u0085b", "\u2028", "\ufeff", "\x00\x1b\x7f",
		"a\n\n\n", "\n", "\n\n", " \n", "\n \n", "a\n b\n", "\n\ta", "a \nb", "---\na", "a\n...\n", "%a\nb", "?", "-", ":", "? a", "'", `"`, `\`, "{a", "[", "!x", "&a", "*a",
		"|", ">", "@", "`", "<<", "=", "0b1", "0o7", "1e400", ".5", "+.inf", "2001-1-2 3:4:5", "1:60", "😀", "é\u0301", strings.Repeat("x ", 3000)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 10_000 {
			return
		}
		if json.Valid([]byte(text)) {
			assertYAML(t, text)
		}
		key := text[:min(len(text), 100)] // YAML limits the length of keys
		content, err := json.Marshal(map[string]any{
			"text": text, "list": []any{text, 1, map[string]any{key: text}},
			"rows": []any{map[string]any{"a": text, key: []any{}}, text, []any{[]any{text}}}, key: map[string]any{key: map[string]any{"last": text}},
		})
		require.NoError(t, err)
		assertYAML(t, string(content))
	})
}

// assertYAML checks that a JSON text and what YAML returns for it are the same
// values in the same order to a parser of YAML.
func assertYAML(t *testing.T, text string) {
	t.Helper()
	var want any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	require.NoError(t, d.Decode(&want))
	switch want.(type) {
	case map[string]any, []any:
	default:
		return
	}
	var doc yaml.Node
	require.NoError(t, yaml.Load([]byte(YAML(text, plain)+"\n"), &doc), "%s", YAML(text, plain))
	require.Equal(t, want, valueOf(t, doc.Content[0]), "%s", YAML(text, plain))
}

// valueOf returns a node as encoding/json decodes the same value.
func valueOf(t *testing.T, n *yaml.Node) any {
	t.Helper()
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		return n.Value == "true"
	case "!!int", "!!float":
		_, isNumber := new(big.Float).SetString(n.Value)
		require.True(t, isNumber, n.Value)
		return json.Number(n.Value)
	case "!!seq":
		list := []any{}
		for _, item := range n.Content {
			list = append(list, valueOf(t, item))
		}
		return list
	case "!!map":
		object := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			require.Equal(t, "!!str", n.Content[i].ShortTag(), n.Content[i].Value)
			object[n.Content[i].Value] = valueOf(t, n.Content[i+1])
		}
		return object
	}
	require.Equal(t, "!!str", n.ShortTag(), n.Value)
	return n.Value
}

// plain is a style that changes nothing.
func plain(name string) string { return name }
