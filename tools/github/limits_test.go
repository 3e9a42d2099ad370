package github_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

// TestEveryResultIsBounded calls tools whose results are too long in one of many
// ways, with limits from the least to the default.
func TestEveryResultIsBounded(t *testing.T) {
	t.Parallel()
	quoted, many := toolstest.Quoted, toolstest.Many
	words := strings.Repeat("文字 words ", 6_000)
	const repo = `{"owner":"o","repo":"r"`
	for name, test := range map[string]struct {
		tool, arguments string
		status          int
		answer          string
		comments        string
		dryRun          bool
		cut             string // in the result with the limit of 2,000 bytes; "" for an error
	}{
		"body":           {tool: "github_get_issue", answer: `{"id":1,"number":7,"body":` + quoted(words) + `}`, cut: "A text is cut; its end says how to read the rest."},
		"three bodies":   {tool: "github_get_issue", arguments: `{` + issue7 + `,"accept":"full"}`, answer: `{"id":1,"number":7,"body":` + quoted(words) + `,"body_text":` + quoted(words) + `,"body_html":` + quoted(words) + `}`, cut: "3 texts are cut; their ends say how to read the rest."},
		"comments":       {tool: "github_get_issue", arguments: `{` + issue7 + `,"include":["comments"]}`, answer: `{"id":1,"number":7,"comments":100}`, comments: many(`{"id":%d,"body":`+quoted(words[:3000])+`}`, 100), cut: "Earlier comments are left out."},
		"a comment":      {tool: "github_get_issue", arguments: `{` + issue7 + `,"comment_id":1}`, answer: `{"id":1,"number":7,"comments":1}`, comments: `[{"id":1,"body":` + quoted(words) + `}]`, cut: "A text is cut; "},
		"title":          {tool: "github_get_issue", answer: `{"id":1,"number":7,"title":` + quoted(words) + `}`, cut: "The title is truncated after "},
		"labels":         {tool: "github_get_issue", answer: `{"id":1,"number":7,"labels":` + many(`{"name":"label %d"}`, 2000) + `}`, cut: " of 2000 labels are left out"},
		"assignees":      {tool: "github_get_issue", answer: `{"id":1,"number":7,"assignees":` + many(`{"login":"user%d"}`, 500) + `}`, cut: " of 500 assignees are left out"},
		"rows":           {tool: "github_list_repo_issues", arguments: repo + `}`, answer: many(`{"id":%[1]d,"number":%[1]d,"title":"`+strings.Repeat("long ", 20)+`"}`, 30), cut: " of 30 rows are left out; repeat the call with page=1."},
		"rows' bodies":   {tool: "github_list_repo_issues", arguments: repo + `,"include":["body"]}`, answer: many(`{"id":%[1]d,"number":%[1]d,"body":`+quoted(words)+`}`, 3), cut: "rows are left out; repeat the call with page="},
		"rows' comments": {tool: "github_list_repo_issues", arguments: repo + `,"include":["comments"]}`, answer: `[{"id":1,"number":7,"comments":50}]`, comments: many(`{"id":%d,"body":`+quoted(words[:3000])+`}`, 50), cut: "Earlier comments are left out."},
		"my rows":        {tool: "github_list_my_issues", arguments: `{"include":["body"]}`, answer: `[{"id":1,"number":7,"repository":{"full_name":"o/r"},"body":` + quoted(words) + `}]`, cut: "A text is cut; "},
		"assignee rows":  {tool: "github_list_assignees", arguments: repo + `}`, answer: many(`{"login":"user%d`+strings.Repeat("x", 100)+`"}`, 30), cut: " of 30 rows are left out; repeat the call with page=1."},
		"labels written": {tool: "github_update_issue", arguments: `{` + issue7 + `,"state":"open"}`, answer: `{"id":1,"number":7,"state":"open","labels":` + many(`{"name":"label %d"}`, 2000) + `}`, cut: " of 2000 labels are left out"},
		"warnings":       {tool: "github_update_issue", arguments: `{` + issue7 + `,"labels":` + many(quoted(words[:1000]+"%d"), 100) + `,"create_labels":true}`, answer: `{"id":1,"number":7,"labels":[]}`, cut: " is truncated after "},
		"dry run":        {tool: "github_create_issue", arguments: repo + `,"title":"t","body":` + quoted(words) + `}`, dryRun: true, cut: "The text is truncated after "},
		"error":          {tool: "github_get_issue", status: 422, answer: `{"message":` + quoted(words) + `,"errors":` + many(`{"field":"f%d","message":"wrong"}`, 500) + `}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.arguments == "" {
				test.arguments = `{` + issue7 + `}`
			}
			if test.status == 0 {
				test.status = 200
			}
			service := func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/comments") {
					responds(200, test.comments)(w, r)
					return
				}
				responds(test.status, test.answer)(w, r)
			}
			tool := toolstest.Named(t, newTools(t, toolstest.Serve(t, http.HandlerFunc(service))+"/api/v3"), test.tool)
			toolstest.TestBounded(t, tool, test.dryRun, test.arguments, test.cut)
		})
	}
}

// TestCutTextsSayHowToReadOn follows the calls that cut texts name until everything
// was read.
func TestCutTextsSayHowToReadOn(t *testing.T) {
	t.Parallel()
	var body strings.Builder
	for i := range 2_000 {
		fmt.Fprintf(&body, "line %d of the text\n", i)
	}
	whole, err := json.Marshal(body.String())
	require.NoError(t, err)
	issue := `{"id":1,"number":7,"comments":2,"body_text":` + string(whole) + `,"repository_url":"https://api.test/repos/o/r"}`
	service := func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/comments"):
			responds(200, `[{"id":11,"body":`+string(whole)+`},{"id":12,"body":`+string(whole)+`},{"id":13,"body":"Thanks"}]`)(w, r)
		case r.URL.Path == "/api/v3/issues":
			responds(200, "["+issue+"]")(w, r)
		default:
			responds(200, issue)(w, r)
		}
	}
	for name, test := range map[string]struct {
		tool, arguments, call string
		texts                 func(value map[string]any) []any
	}{
		"body": {"github_get_issue", issue7 + `,"accept":"text"`, "github_get_issue issue_number=7 accept=text",
			func(v map[string]any) []any { return []any{v["body_text"]} }},
		"body of a row": {"github_list_my_issues", `"accept":"text"`, "github_get_issue owner=o repo=r issue_number=7 accept=text",
			func(v map[string]any) []any { return []any{v["rows"].([]any)[0].(map[string]any)["body_text"]} }},
		"comment": {"github_get_issue", issue7 + `,"comment_id":11`, "github_get_issue issue_number=7 comment_id=11",
			func(v map[string]any) []any { return []any{v["comments"].([]any)[0].(map[string]any)["body"]} }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tool, arguments, read := test.tool, test.arguments, ""
			for calls := 1; ; calls++ {
				require.LessOrEqual(t, calls, 20)
				result, _ := do(t, service, tools.Env{MaxResult: 10_000}, tool, `{`+arguments+`}`)
				var value map[string]any
				require.NoError(t, json.Unmarshal([]byte(text(t, result)), &value), text(t, result))
				texts := test.texts
				if tool != test.tool {
					texts = func(v map[string]any) []any { return []any{v["body_text"]} }
				}
				part := fmt.Sprint(texts(value)[0])
				head, rest, cut := strings.Cut(part, "… (")
				read += head
				if !cut {
					break
				}
				_, rest, found := strings.Cut(rest, "; the rest: ")
				require.True(t, found, part)
				next, offset, found := strings.Cut(strings.TrimSuffix(rest, ")"), " offset=")
				require.True(t, found, part)
				assert.Equal(t, test.call, next)
				tool, arguments = "github_get_issue", issue7+`,"offset":`+offset
				if strings.Contains(next, "accept=text") {
					arguments += `,"accept":"text"`
				}
				if strings.Contains(next, "comment_id=11") {
					arguments += `,"comment_id":11`
				}
				test.call = strings.Replace(test.call, " owner=o repo=r", "", 1)
			}
			assert.Equal(t, body.String(), read)
		})
	}

	result, _ := do(t, service, tools.Env{MaxResult: 4_000}, "github_get_issue", `{`+issue7+`,"accept":"text","include":["comments"]}`)
	assert.Contains(t, text(t, result), "earlier comments; github_get_issue issue_number=7 comment_id=", "the comments that are left out can be read")
	result, _ = do(t, service, tools.Env{}, "github_get_issue", `{`+issue7+`,"comment_id":99}`)
	assert.Contains(t, text(t, result), "o/r#7 has no comment 99")
	result, _ = do(t, service, tools.Env{}, "github_get_issue", `{`+issue7+`,"comment_id":13,"offset":7}`)
	assert.Contains(t, text(t, result), "offset is more than the comment's 6 characters")
}

// TestUnreadComments checks that comments that cannot be read cost nothing else.
func TestUnreadComments(t *testing.T) {
	t.Parallel()
	service := func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/8/comments"):
			responds(200, `[{"id":12,"body":"Me too","user":{"login":"ann"}}]`)(w, r)
		case strings.HasSuffix(r.URL.Path, "/comments"):
			responds(404, `{"message":"Not Found"}`)(w, r)
		case strings.HasSuffix(r.URL.Path, "/issues"):
			responds(200, `[{"id":1,"number":7,"comments":3},{"id":2,"number":8,"comments":1},{"id":3,"number":9,"comments":2}]`)(w, r)
		default:
			responds(200, `{"id":1,"number":7,"title":"t","comments":3}`)(w, r)
		}
	}
	const failed = ": GET /repos/{owner}/{repo}/issues/{issue_number}/comments returned 404: Not Found."
	result, _ := do(t, service, tools.Env{}, "github_get_issue", `{`+issue7+`,"include":["comments"]}`)
	assert.JSONEq(t, `{"number":7,"title":"t","comments":3,"cut":"Could not read the comments of #7`+failed+`"}`, text(t, result))
	result, _ = do(t, service, tools.Env{}, "github_list_repo_issues", `{"owner":"o","repo":"r","include":["comments"]}`)
	assert.JSONEq(t, `{"rows":[{"number":7,"comments":3},{"number":8,"comments":[{"author":"ann","body":"Me too"}]},{"number":9,"comments":2}],"cut":"Could not read the comments of #7, #9`+failed+`"}`, text(t, result))
}
