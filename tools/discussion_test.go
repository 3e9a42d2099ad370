package tools_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// talk is a result with comments.
type talk struct {
	Comments tools.Comments `json:"comments,omitempty"`
	tools.Notes

	discussion tools.Discussion
}

func (v *talk) LongTexts() []tools.LongText { return v.discussion.LongTexts(v.Comments) }
func (v *talk) History() tools.History      { return v.discussion.History(&v.Comments) }
func (v *talk) Omit() string {
	if v.discussion.Omit(&v.Comments) {
		return "comments"
	}
	return ""
}

// readTalk returns the result of a tool whose discussion has comments of the
// given sizes.
func readTalk(t *testing.T, discussion tools.Discussion, limit int, sizes ...int) string {
	t.Helper()
	tool := (&tools.Forge{Client: newIdleClient(t)}).Toolset("x", tools.Read("x", "Read.",
		func(context.Context, *struct{}) (*struct{}, error) { return nil, nil },
		func(*struct{}, *struct{}) *talk {
			v := &talk{Comments: tools.NumberOfComments(len(sizes)), discussion: discussion}
			for i, size := range sizes {
				v.discussion.Add(int64(i+1), "li", time.Date(2024, 11, 20, 13, 0, 21, 0, time.UTC), strings.Repeat("x", size))
			}
			v.discussion.Set(&v.Comments)
			return v
		}))[0]
	result, err := tool.Call(t.Context(), tools.Env{MaxResult: limit}, json.RawMessage(`{}`))
	require.NoError(t, err)
	content, ok := result.Content[0].(mcp.TextContent)
	require.True(t, ok)
	return content.Text
}

func TestDiscussion(t *testing.T) {
	t.Parallel()
	row := tools.Discussion{
		Earlier: func(id int64) string { return fmt.Sprintf("list before=%d", id) },
		Rest:    func(id int64) string { return fmt.Sprintf("get id=%d", id) },
	}
	single, skipping := row, row
	single.Single, skipping.Skipped = true, 90_000
	thousand := []int{1000, 1000, 1000, 1000}
	for name, test := range map[string]struct {
		discussion tools.Discussion
		limit      int
		sizes      []int
		want       []string
	}{
		"no comments":  {row, 0, nil, []string{`{}`}},
		"in a row":     {row, 0, []int{1, 2}, []string{`{"comments":[{"author":"li","created":"2024-11-20","body":"x"},{"author":"li","created":"2024-11-20","body":"xx"}]}`}},
		"in an issue":  {single, 0, []int{1}, []string{`{"comments":[{"id":1,"author":"li","created":"2024-11-20T13:00Z","body":"x"}]}`}},
		"without text": {row, 0, []int{0}, []string{`{"comments":[{"author":"li","created":"2024-11-20"}]}`}},
		"left out":     {row, 2500, thousand, []string{`[{"left_out":"2 earlier comments; list before=2 has them"},{"author"`, `"cut":"Earlier comments are left out."`}},
		"cut":          {row, 3000, []int{9000}, []string{`{"id":1,"author":"li"`, ` of 9,000 characters; the rest: get id=1 offset=2`}},
		"both":         {row, 500, []int{9000, 9000, 9000}, []string{`"left_out":"2 earlier comments; list before=2 has them"`, ` of 9,000 characters; the rest: get id=3 offset=`}},
		"a later part": {skipping, 8000, []int{9000, 9000}, []string{` of 9,000 characters; the rest: get id=1 offset=3`, ` of 99,000 characters; the rest: get id=2 offset=93`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := readTalk(t, test.discussion, test.limit, test.sizes...)
			for _, want := range test.want {
				assert.Contains(t, got, want)
			}
			if test.limit > 0 {
				assert.LessOrEqual(t, len(got), test.limit)
			}
		})
	}
}

func TestOmitComments(t *testing.T) {
	t.Parallel()
	var member tools.Comments
	var d tools.Discussion
	assert.False(t, d.Omit(&member), "there are none")
	d.Add(1, "li", time.Time{}, "x")
	d.Set(&member)
	assert.True(t, d.Omit(&member))
	assert.Equal(t, tools.NumberOfComments(1), member)
	assert.Zero(t, d.History(&member).Len)
	assert.False(t, d.Omit(&member), "twice")
}
