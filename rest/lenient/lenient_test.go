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

type item struct {
	ID    Int         `json:"id"`
	Text  Text        `json:"text"`
	Inner List[*item] `json:"inner"`
}

// IsEmpty reports whether there is no id.
func (i *item) IsEmpty() bool { return i.ID == 0 }

func TestRowsOmitMembers(t *testing.T) {
	t.Parallel()
	rows := PageRows[*item]{Omit: []string{"text"}}
	const list = `[{"id":1,"text":"a","inner":[{"text":"b"}]},{"te\u0078t":"a","ID":2,"TEXT":7}]`
	want := List[*item]{{ID: 1, Inner: List[*item]{{Text: "b"}}}, {ID: 2}}
	require.NoError(t, Decode([]byte(list), &rows))
	assert.Equal(t, want, rows.Items)
	require.Error(t, Decode([]byte(list+"x"), &rows))
	assert.Equal(t, PageRows[*item]{Omit: []string{"text"}}, rows, "after a syntax error")
	require.NoError(t, Decode([]byte(list), &rows))
	assert.Equal(t, want, rows.Items)
}

// TestHiddenFields checks that an embedded field whose key an outer one has is left
// alone.
func TestHiddenFields(t *testing.T) {
	t.Parallel()
	type withoutText struct {
		item
		Text struct{} `json:"text"`
	}
	for _, text := range []string{`"a"`, `{"id":2}`, `null`, `[1]`} {
		var v withoutText
		require.NoError(t, Decode([]byte(`{"id":1,"text":`+text+`,"TEXT":`+text+`,"inner":[{"text":"b"}]}`), &v))
		assert.Equal(t, withoutText{item: item{ID: 1, Inner: List[*item]{{Text: "b"}}}}, v, text)
	}
}

// TestRowsAreNotNil checks that elements that are dropped leave nothing behind.
func TestRowsAreNotNil(t *testing.T) {
	t.Parallel()
	var rows AllRows[*item]
	require.NoError(t, Decode([]byte(`[null,{"text":"lost"},{"id":1},{},{"text":"lost","inner":[{},null]},{"id":2,"inner":[{},{"id":3}]}]`), &rows))
	assert.Equal(t, AllRows[*item]{List[*item]{{ID: 1}, {ID: 2, Inner: List[*item]{{ID: 3}}}}, Tally{At: []int{2, 5}, Unreadable: 4}}, rows)
	require.NoError(t, Decode([]byte(`[{"text":"lost"}]`), &rows))
	assert.Nil(t, rows.Items)
}

func TestSyntaxErrors(t *testing.T) {
	t.Parallel()
	for _, data := range []string{``, ` `, `{"id":1`, `{"id":1}}`, `{"id":1,}`, `{"id":1,"x":[1,{"a":"\x"}]}`, `{"id":1,"x":"` + "\n" + `"}`, `{"id":1,"x":01}`, `{"id":1,"x":tru}`, `{"id":1 "x":2}`, `{"id":1,"x":[1 2]}`, "{\"id\":1}\x00"} {
		v := item{ID: 5, Text: "x"}
		err := Decode([]byte(data), &v)
		assert.Equal(t, json.Unmarshal([]byte(data), new(any)), err, data)
		assert.Equal(t, item{}, v, data)
	}
}

// TestDepth checks that values may be nested as deeply as in encoding/json.
func TestDepth(t *testing.T) {
	t.Parallel()
	nested := func(open, end string, n int) string { return strings.Repeat(open, n) + "1" + strings.Repeat(end, n) }
	for name, test := range map[string]struct{ data, tooDeep string }{
		"lists":      {nested("[", "]", 10_000), nested("[", "]", 10_001)},
		"objects":    {nested(`{"a":`, "}", 10_000), nested(`{"a":`, "}", 10_001)},
		"unknown":    {`{"x":` + nested("[", "]", 9_999) + `}`, `{"x":` + nested("[", "]", 10_000) + `}`},
		"structs":    {nested(`{"inner":`, "}", 10_000), nested(`{"inner":`, "}", 10_001)},
		"empty ones": {strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000), strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001)},
		"in rows":    {`[{"inner":` + nested("[", "]", 9_998) + `}]`, `[{"inner":` + nested("[", "]", 9_999) + `}]`},
	} {
		for _, v := range []any{new(item), new(List[*item]), new(AllRows[*item]), new(Text)} {
			if err := Decode([]byte(test.data), v); err != nil {
				assert.ErrorContains(t, err, "not a list", "%s into %T", name, v)
			}
			assert.ErrorContains(t, Decode([]byte(test.tooDeep), v), "exceeded max depth", "%s into %T", name, v)
		}
	}
}

// TestMemoryOfHostileData checks that what is not kept costs nothing, however much
// there is.
func TestMemoryOfHostileData(t *testing.T) {
	for name, part := range map[string]string{
		"unknown members": `"x":{"a":[1,"\u0041",null]},`, "escaped keys": `"\u0041":1,`, "capital keys": `"ABC":1,`,
	} {
		allocations := func(n int) float64 {
			data := []byte(`{` + strings.Repeat(part, n) + `"id":1}`)
			return testing.AllocsPerRun(3, func() {
				var v item
				assert.NoError(t, Decode(data, &v))
			})
		}
		assert.InDelta(t, allocations(100), allocations(10_000), 5, name)
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
		require.NoError(t, Decode(data, &got))
		assert.Equal(t, want, string(got))
	})
}
