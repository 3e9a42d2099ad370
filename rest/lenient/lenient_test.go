package lenient

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestElements(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]string{
		`[]`:     nil,
		`[ ]`:    nil,
		`[1]`:    {"1"},
		`[1, 2]`: {"1", "2"},
		` [ "a,]" , ["b", {"c":"}"}] , {"d\\":[1,2],"e\"":3} ] `: {`"a,]"`, `["b", {"c":"}"}]`, `{"d\\":[1,2],"e\"":3}`},
	} {
		var got []string
		for i, element := range Elements([]byte(strings.TrimSpace(in))) {
			assert.Equal(t, len(got), i)
			got = append(got, string(element))
		}
		assert.Equal(t, want, got, in)
	}
}

// FuzzText checks that a text decodes as encoding/json decodes it.
func FuzzText(f *testing.F) {
	for _, seed := range []string{``, `plain 中文`, `\"a\" \\ \/ \n\r\t`, `\b\f\u0041\ud83d\ude00`, `a\n\ud83d`, "\xff\\n", `ends with \\`, `\n`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content string) {
		data := []byte(`"` + content + `"`)
		var want string
		if json.Unmarshal(data, &want) != nil {
			return
		}
		var got Text
		require.NoError(t, json.Unmarshal(data, &got))
		assert.Equal(t, want, string(got))
	})
}
