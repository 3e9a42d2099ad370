package gitcode_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

func TestReactionsOnTheSandbox(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	all := u.call("list_issue_reactions", `{`+portal+`,"number":2}`)
	assert.Equal(t, []any{"like", "like", "like", "eyes"}, column(all, "emoji"))
	assert.Equal(t, []any{"tomb", "zhaoqian", "guest", "sunli"}, column(all, "user"))
	assert.NotContains(t, all, "next_page")
	assert.Equal(t, []any{"sunli"}, column(u.call("list_issue_reactions", `{`+portal+`,"number":2,"emoji_name":"eyes"}`), "user"))
	page := u.call("list_issue_reactions", `{`+portal+`,"number":2,"per_page":3}`)
	assert.Equal(t, []any{"eyes"}, column(u.call("list_issue_reactions", fmt.Sprintf(`{`+portal+`,"number":2,"per_page":3,"page":%v}`, page["next_page"])), "emoji"))
	assert.Empty(t, u.call("list_issue_reactions", `{`+portal+`,"number":1}`)["rows"])

	comment := column(u.call("list_issue_comments", `{`+portal+`,"number":2}`), "id")[0]
	assert.Equal(t, []any{map[string]any{"emoji": "rocket", "user": "maria"}}, u.call("list_comment_reactions", fmt.Sprintf(`{`+portal+`,"id":%.0f}`, comment))["rows"])
	assert.Contains(t, u.fail("list_issue_reactions", `{`+portal+`,"number":2,"emoji_name":"heart"}`), "emoji_name must be one of like, dislike,")
	assert.Contains(t, u.fail("list_comment_reactions", `{`+portal+`,"id":1}`), "Note Not Found")
}

func TestHistoryOnTheSandbox(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	history := func(of string) []any { return column(u.call("get_issue_history", `{`+portal+`,`+of+`}`), "content") }
	assert.Empty(t, history(`"number":3`), "never edited")
	for _, body := range []string{"First", "Second"} {
		u.call("update_issue", fmt.Sprintf(`{`+portal+`,"number":4,"body":%q}`, body))
	}
	assert.Equal(t, []any{"Second", "First", "Comments in code blocks are #333 on #222. See `.hljs-comment`."}, history(`"number":4`))
	rows := u.call("get_issue_history", `{`+portal+`,"number":4,"page":3}`)["rows"].([]any)
	assert.Subset(t, rows[0], map[string]any{"author": "tomb", "first": true, "created": "2026-09-14T21:47+08:00"})
	page := u.call("get_issue_history", `{`+portal+`,"number":4,"limit":2}`)
	assert.Equal(t, []any{"linwei", "linwei"}, column(page, "author"))
	assert.Equal(t, 3.0, page["next_page"])
	assert.Equal(t, 3.0, page["total"])
	assert.Equal(t, []any{"cond"}, history(`"number":4,"page":1,"offset":2`))
	for of, message := range map[string]string{
		`"number":4,"page":4`:             "page 4 is past the end: the history has 3 rows",
		`"number":4,"page":2,"offset":99`: "offset 99 is past the end: the content has 5 characters",
		`"number":4,"offset":-1`:          "offset must be at least 0",
		`"number":99`:                     "Issue Not Found",
	} {
		assert.Contains(t, u.fail("get_issue_history", `{`+portal+`,`+of+`}`), message)
	}

	comment := u.call("comment", `{`+portal+`,"number":4,"body":"One"}`)["id"]
	id := fmt.Sprintf(`{`+portal+`,"id":%.0f`, comment)
	assert.Empty(t, u.call("get_comment_history", id+`}`)["rows"])
	u.call("update_comment", id+`,"body":"Two"}`)
	assert.Equal(t, []any{"Two", "One"}, column(u.call("get_comment_history", id+`}`), "content"))
	assert.Equal(t, []any{"One"}, column(u.call("get_comment_history", id+`,"page":2}`), "content"))
}

// TestLongHistoriesAreReadOn reads a history of long texts by what its results say:
// next_page, and the calls at the ends of texts.
func TestLongHistoriesAreReadOn(t *testing.T) {
	t.Parallel()
	var want []string
	var answer strings.Builder
	for i := range 12 {
		want = append(want, fmt.Sprintf("%d %s", i, strings.Repeat("文字 words ", 60*i*i)))
		fmt.Fprintf(&answer, `,{"id":"%d","content":%s,"user":{"login":"mei"}}`, i, toolstest.Quoted(want[i]))
	}
	session := connect(t, newClient(t, responds(200, "["+answer.String()[1:]+"]"), api.Config{}), tools.Env{MaxResult: 10_000})
	read := func(arguments string) (rows []struct{ Content string }, next string) {
		result := call(t, session, "get_issue_history", `{"owner":"o","repo":"r","number":7`+arguments+`}`)
		require.False(t, result.IsError, text(t, result))
		require.LessOrEqual(t, len(text(t, result)), 10_000)
		var list struct {
			Rows []struct{ Content string }
			Next json.Number `json:"next_page"`
		}
		require.NoError(t, json.Unmarshal([]byte(text(t, result)), &list))
		return list.Rows, list.Next.String()
	}
	end := regexp.MustCompile(`… \([\d,]+ of [\d,]+ characters; the rest: get_issue_history number=7 page=(\d+) offset=(\d+)\)$`)
	var got []string
	calls := 0
	for next := "1"; next != ""; {
		var rows []struct{ Content string }
		rows, next = read(`,"page":` + next)
		for _, row := range rows {
			content := row.Content
			for m := end.FindStringSubmatch(content); m != nil; m = end.FindStringSubmatch(content) {
				require.Equal(t, fmt.Sprint(len(got)+1), m[1])
				calls++
				require.Less(t, calls, 50)
				rest, after := read(fmt.Sprintf(`,"page":%s,"offset":%s`, m[1], m[2]))
				require.Len(t, rest, 1)
				assert.Empty(t, after)
				content = strings.TrimSuffix(content, m[0]) + rest[0].Content
			}
			got = append(got, content)
		}
		calls++
	}
	assert.Equal(t, want, got)
	assert.Greater(t, calls, 3)
}
