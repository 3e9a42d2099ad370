package readback_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/readback"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	list, none := json.RawMessage(`["x"]`), json.RawMessage(`[]`)
	ignored := func(missing, extra []string) readback.Result {
		return readback.Result{Ignored: []readback.Deviation{{Field: "labels", Missing: missing, Extra: extra}}}
	}
	for name, test := range map[string]struct {
		field readback.Field
		want  readback.Result
	}{
		"as requested":          {readback.Field{Member: list, Want: []string{"a", "b"}, Got: []string{"b", "a"}}, readback.Result{}},
		"cleared":               {readback.Field{Member: none}, readback.Result{}},
		"not cleared":           {readback.Field{Member: list, Got: []string{"a"}}, ignored(nil, []string{"a"})},
		"another value":         {readback.Field{Member: list, Want: []string{"a"}, Got: []string{"b"}}, ignored([]string{"a"}, []string{"b"})},
		"another case":          {readback.Field{Member: list, Want: []string{"a"}, Got: []string{"A"}}, ignored([]string{"a"}, []string{"A"})},
		"a case without effect": {readback.Field{Member: list, Want: []string{"a"}, Got: []string{"A"}, FoldCase: true}, readback.Result{}},
		"further values":        {readback.Field{Member: list, Want: []string{"a"}, Got: []string{"a", "b"}, Partial: true}, readback.Result{}},
		"removed":               {readback.Field{Member: list, Unwanted: []string{"a"}, Got: []string{"b"}}, readback.Result{}},
		"not removed":           {readback.Field{Member: list, Unwanted: []string{"a", "c"}, Got: []string{"a", "b"}}, ignored(nil, []string{"a"})},
		"not shown":             {readback.Field{Want: []string{"a"}}, readback.Result{Unknown: []string{"labels"}}},
		"unreadable":            {readback.Field{Member: list, Want: []string{"a"}}, readback.Result{Unknown: []string{"labels"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.field.Name = "labels"
			assert.Equal(t, test.want, readback.Compare([]readback.Field{test.field}))
		})
	}
}

// TestThen checks that a later response counts only for what was unknown.
func TestThen(t *testing.T) {
	t.Parallel()
	deviation := func(field string) readback.Deviation { return readback.Deviation{Field: field} }
	first := readback.Result{Ignored: []readback.Deviation{deviation("a")}, Unknown: []string{"b", "c"}}
	later := readback.Result{Ignored: []readback.Deviation{deviation("a"), deviation("b"), deviation("d")}, Unknown: []string{"c", "e"}}
	assert.Equal(t, readback.Result{Ignored: []readback.Deviation{deviation("a"), deviation("b")}, Unknown: []string{"c"}}, first.Then(later))
}

func TestIsWhole(t *testing.T) {
	t.Parallel()
	for member, want := range map[string]bool{"": false, "null": false, "[]": true, "[1]": false, "{}": false, `""`: false} {
		assert.Equal(t, want, readback.IsWhole(json.RawMessage(member), 0), member)
	}
	assert.True(t, readback.IsWhole(json.RawMessage(`["a",{"b":1}]`), 2))
	assert.False(t, readback.IsWhole(json.RawMessage(`["a",{"b":1}]`), 1))
}

func TestTexts(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{"a\nb"}, readback.Text(" a\r\nb\n"))
	assert.Empty(t, readback.Text("\r\n"))
	assert.Equal(t, []string{"a", "b"}, readback.Distinct([]string{"a", "A", "b"}))
	assert.Equal(t, []string{"a", ""}, readback.Trimmed([]string{" a", " "}))
}
