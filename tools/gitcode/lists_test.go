package gitcode_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// issueLists are the tools that list issues, with arguments.
var issueLists = map[string]string{
	"list_repo_issues":       `"owner":"o","repo":"r"`,
	"list_user_issues":       `"state":"open"`,
	"list_org_issues":        `"org":"o"`,
	"list_enterprise_issues": `"enterprise":"e"`,
	"search_issues":          `"q":"x"`,
}

func TestFields(t *testing.T) {
	t.Parallel()
	answer := `[{"id":1,"number":"7","title":"a<b \"c\"","state":"open","labels":[{"name":"kind/bug"}],"user":{"login":"mei"},"comments":3},{"id":2,"number":"8"}]`
	for name, arguments := range issueLists {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := func(w http.ResponseWriter, r *http.Request) {
				assert.NotContains(t, r.URL.RawQuery, "fields")
				responds(200, answer)(w, r)
			}
			for fields, rows := range map[string]string{
				`["labels","number","title","labels"]`: `{"rows":[{"labels":["kind/bug"],"number":7,"title":"a<b \"c\""},{"number":8}]}`,
				`["milestone"]`:                        `{"rows":[{},{}]}`,
				`"author,comments"`:                    `{"rows":[{"author":"mei","comments":3},{}]}`,
			} {
				result, _ := do(t, service, tools.Env{MaxResult: 60_000}, name, `{`+arguments+`,"fields":`+fields+`}`)
				require.False(t, result.IsError, text(t, result))
				assert.Equal(t, rows, text(t, result), fields)
				assert.Equal(t, rows, string(result.StructuredContent.(json.RawMessage)))
			}
			all, _ := do(t, service, tools.Env{}, name, `{`+arguments+`}`)
			none, _ := do(t, service, tools.Env{}, name, `{`+arguments+`,"fields":[]}`)
			assert.Equal(t, text(t, all), text(t, none))

			result, _ := do(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") }, tools.Env{}, name, `{`+arguments+`,"fields":["number","asignees"]}`)
			assert.True(t, result.IsError)
			assert.Contains(t, text(t, result), `not sent: fields must not contain "asignees"; the members of a row are number, repo, id, title, state, `)
		})
	}
}

// TestFieldsMakeRoom checks that rows without the other members fill a result.
func TestFieldsMakeRoom(t *testing.T) {
	t.Parallel()
	var rows []string
	for n := range 100 {
		rows = append(rows, fmt.Sprintf(`{"id":%d,"number":"%d","title":%q}`, n+1, n+100, strings.Repeat("long ", 50)))
	}
	service := responds(200, "["+strings.Join(rows, ",")+"]")
	result, _ := do(t, service, tools.Env{MaxResult: 1500}, "list_repo_issues", `{"owner":"o","repo":"r","per_page":100,"fields":["number"]}`)
	assert.Regexp(t, `^\{"rows":\[\{"number":100\},.+"next_page":1\.\d\d,"cut":"\d+ of 100 rows are left out; repeat the call with page=1\.\d\d\."\}$`, text(t, result))
	assert.LessOrEqual(t, len(text(t, result)), 1500)
	assert.Greater(t, len(text(t, result)), 1480)
}

// TestPageAfterTheEnd checks that a page after the end of a list is not taken for
// an empty list.
func TestPageAfterTheEnd(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	page := u.call("list_repo_issues", `{`+portal+`,"page":9}`)
	assert.Empty(t, page["rows"])
	assert.Equal(t, "The list ends before this page. Which rows a page has depends on per_page, in a search also on limit.", page["cut"])
	assert.NotContains(t, u.call("list_repo_issues", `{`+portal+`,"search":"no such words"}`), "cut")
}

// TestCutSaysWhatIsMissing checks what a model reads of a list that could not be
// read as a whole.
func TestCutSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	page := func(number, size int) string {
		var rows []string
		for n := (number-1)*size + 1; n <= number*size; n++ {
			rows = append(rows, fmt.Sprintf(`{"id":%d,"number":"%d"}`, n, n))
		}
		return "[" + strings.Join(rows, ",") + "]"
	}
	service := func(failing, total int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			number := 1
			fmt.Sscan(r.URL.Query().Get("page"), &number)
			w.Header()["total_count"] = []string{"100"}
			if number > 1 {
				w.Header()["total_count"] = []string{fmt.Sprint(total)}
			}
			if number == failing {
				w.Header()["Retry-After"] = []string{"42"}
				responds(429, `{"error_message":"slow down"}`)(w, r)
				return
			}
			responds(200, page(number, 10))(w, r)
		}
	}
	const arguments = `{"owner":"o","repo":"r","per_page":10,"limit":100,"fields":["number"]}`
	const shrank = "The list became shorter while it was read, so rows may be missing; read it again if every row matters."
	for name, test := range map[string]struct {
		failing, total, bound int
		next, cut             string
	}{
		"a page that fails":   {4, 100, 0, "4", `page 4 could not be read: GET /repos/{owner}/{repo}/issues returned 429: slow down; repeat the call with page=4 in 42s.`},
		"a list that shrinks": {0, 99, 0, "", shrank},
		"both":                {4, 99, 0, "4", `page 4 could not be read: GET /repos/{owner}/{repo}/issues returned 429: slow down; repeat the call with page=4 in 42s. ` + shrank},
		"both, cut":           {8, 99, 800, "5.02", `28 of 70 rows are left out; repeat the call with page=5.02. ` + shrank},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result, _ := do(t, service(test.failing, test.total), tools.Env{MaxResult: test.bound}, "list_repo_issues", arguments)
			require.False(t, result.IsError, text(t, result))
			var list struct {
				Next json.Number `json:"next_page"`
				Cut  string
			}
			require.NoError(t, json.Unmarshal([]byte(text(t, result)), &list))
			assert.Equal(t, test.next, list.Next.String())
			assert.Equal(t, test.cut, list.Cut)
		})
	}
	result, _ := do(t, service(1, 100), tools.Env{}, "list_repo_issues", arguments)
	assert.True(t, result.IsError)
	result, _ = do(t, service(0, 100), tools.Env{}, "list_repo_issues", `{"owner":"o","repo":"r","limit":1001}`)
	assert.Contains(t, text(t, result), "not sent: limit must be at most 1000 (integer: Rows to return")
	result, _ = do(t, service(0, 100), tools.Env{}, "list_repo_issues", `{"owner":"o","repo":"r","limit":0}`)
	assert.Contains(t, text(t, result), "not sent: limit must be at least 1")
}

// TestSearchInTheSandbox reads a search whose pages overlap, at once and by
// next_page.
func TestSearchInTheSandbox(t *testing.T) {
	t.Parallel()
	session := connect(t, newClient(t, sandbox.New(), api.Config{BaseURL: sandbox.Prefix, Token: sandbox.Token}), tools.Env{})
	for n := range 12 {
		require.False(t, call(t, session, "create_issue", fmt.Sprintf(`{"owner":"openharbor","repo":"portal","title":"needle %d"}`, n)).IsError)
	}
	type row struct {
		Repo, Title string
		Number      int
	}
	read := func(arguments string) (rows []row, next string) {
		result := call(t, session, "search_issues", `{"q":"needle"`+arguments+`}`)
		require.False(t, result.IsError, text(t, result))
		var list struct {
			Rows []row
			Next json.Number `json:"next_page"`
		}
		require.NoError(t, json.Unmarshal([]byte(text(t, result)), &list))
		return list.Rows, list.Next.String()
	}
	for _, paging := range []string{`,"limit":1000`, `,"limit":1000,"per_page":5`, `,"limit":12,"per_page":4,"repo":"openharbor/portal","state":"open","sort":"created","order":"desc"`} {
		rows, next := read(paging)
		assert.Empty(t, next)
		require.Len(t, rows, 12, paging)
		for i, r := range rows {
			assert.Equal(t, row{"openharbor/portal", fmt.Sprintf("needle %d", 11-i), rows[0].Number - i}, r)
		}
	}
	found := map[string]bool{}
	for page := "1"; page != ""; {
		rows, next := read(`,"per_page":5,"page":` + page)
		for _, r := range rows {
			found[r.Title] = true
		}
		page = next
	}
	assert.Len(t, found, 12)
}
