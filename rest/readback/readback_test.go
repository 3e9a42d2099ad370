package readback_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/readback"
)

func TestComparison(t *testing.T) {
	t.Parallel()
	list, none := json.RawMessage(`["x"]`), json.RawMessage(`[]`)
	ignored := func(missing, extra []string) readback.Result {
		return readback.Result{Ignored: []readback.Deviation{{Field: "labels", Missing: missing, Extra: extra}}}
	}
	for name, test := range map[string]struct {
		member json.RawMessage
		field  readback.Field
		want   readback.Result
	}{
		"as requested":          {list, readback.Field{Want: []string{"a", "b"}, Got: []string{"b", "a"}}, readback.Result{}},
		"cleared":               {none, readback.Field{}, readback.Result{}},
		"not cleared":           {list, readback.Field{Got: []string{"a"}}, ignored(nil, []string{"a"})},
		"another value":         {list, readback.Field{Want: []string{"a"}, Got: []string{"b"}}, ignored([]string{"a"}, []string{"b"})},
		"another case":          {list, readback.Field{Want: []string{"a"}, Got: []string{"A"}}, ignored([]string{"a"}, []string{"A"})},
		"a case without effect": {list, readback.Field{Want: []string{"a"}, Got: []string{"A"}, FoldCase: true}, readback.Result{}},
		"further values":        {list, readback.Field{Want: []string{"a"}, Got: []string{"a", "b"}, Partial: true}, readback.Result{}},
		"removed":               {list, readback.Field{Unwanted: []string{"a"}, Got: []string{"b"}}, readback.Result{}},
		"not removed":           {list, readback.Field{Unwanted: []string{"a", "c"}, Got: []string{"a", "b"}}, ignored(nil, []string{"a"})},
		"not shown":             {nil, readback.Field{Want: []string{"a"}}, readback.Result{Unknown: []string{"labels"}}},
		"unreadable":            {list, readback.Field{Want: []string{"a"}}, readback.Result{Unknown: []string{"labels"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.field.Name = "labels"
			c := readback.Comparison{Members: map[string]json.RawMessage{"labels": test.member}}
			c.Field(&test.field)
			assert.Equal(t, test.want, c.Result)
		})
	}
}

// TestComparisonOfValues checks what the shorter ways to compare a value accept.
func TestComparisonOfValues(t *testing.T) {
	t.Parallel()
	member := json.RawMessage(`"x"`)
	c := readback.Comparison{Members: map[string]json.RawMessage{"text": member, "word": member, "milestone": member}}
	c.Text("text", nil, "")
	c.Text("text", new("a\nb"), "a\r\nb ")
	c.Text("text", new("a"), "A")
	c.Word("word", nil, "")
	c.Word("word", new("open"), "OPEN")
	c.Word("lacking", new(""), "")
	c.Value("milestone_id", "milestone", readback.Number(3), readback.Number(3))
	c.Value("milestone_id", "milestone", "", "v1")
	assert.Equal(t, readback.Result{
		Ignored: []readback.Deviation{{Field: "text", Missing: []string{"a"}, Extra: []string{"A"}}, {Field: "milestone_id", Extra: []string{"v1"}}},
		Unknown: []string{"lacking"},
	}, c.Result)
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
