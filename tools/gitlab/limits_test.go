package gitlab_test

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
	const project = `{"id":"g/p"`
	for name, test := range map[string]struct {
		tool, arguments string
		status          int
		answer          string
		comments        string
		dryRun          bool
		cut             string // in the result with the limit of 2,000 bytes; "" for an error
	}{
		"description":    {tool: "gitlab_get_issue", answer: `{"id":1,"iid":7,"description":` + quoted(words) + `}`, cut: "A text is cut; its end says how to read the rest."},
		"by its id":      {tool: "gitlab_get_issue_by_id", arguments: `{"id":1}`, answer: `{"id":1,"iid":7,"project_id":4,"description":` + quoted(words) + `}`, cut: "A text is cut; its end says how to read the rest."},
		"comments":       {tool: "gitlab_get_issue", arguments: `{` + issue7 + `,"include":["comments"]}`, answer: `{"id":1,"iid":7,"user_notes_count":100}`, comments: many(`{"id":%d,"body":`+quoted(words[:3000])+`}`, 100), cut: "Earlier comments are left out."},
		"a comment":      {tool: "gitlab_get_issue", arguments: `{` + issue7 + `,"comment_id":1}`, answer: `{"id":1,"iid":7,"user_notes_count":1}`, comments: `[{"id":1,"body":` + quoted(words) + `}]`, cut: "A text is cut; "},
		"title":          {tool: "gitlab_get_issue", answer: `{"id":1,"iid":7,"title":` + quoted(words) + `}`, cut: "The title is truncated after "},
		"labels":         {tool: "gitlab_get_issue", answer: `{"id":1,"iid":7,"labels":` + many(`"label %d"`, 2000) + `}`, cut: " of 2000 labels are left out"},
		"assignees":      {tool: "gitlab_get_issue", answer: `{"id":1,"iid":7,"assignees":` + many(`{"username":"user%d"}`, 500) + `}`, cut: " of 500 assignees are left out"},
		"rows":           {tool: "gitlab_list_project_issues", arguments: project + `}`, answer: many(`{"id":%[1]d,"iid":%[1]d,"title":"`+strings.Repeat("long ", 20)+`"}`, 30), cut: " of 30 rows are left out; repeat the call with page=1."},
		"rows' texts":    {tool: "gitlab_list_project_issues", arguments: project + `,"include":["description"]}`, answer: many(`{"id":%[1]d,"iid":%[1]d,"description":`+quoted(words)+`}`, 3), cut: "rows are left out; repeat the call with page="},
		"rows' comments": {tool: "gitlab_list_project_issues", arguments: project + `,"include":["comments"]}`, answer: `[{"id":1,"iid":7,"project_id":4,"user_notes_count":50}]`, comments: many(`{"id":%d,"body":`+quoted(words[:3000])+`}`, 50), cut: "Earlier comments are left out."},
		"rows anywhere":  {tool: "gitlab_list_issues", arguments: `{"include":["description"]}`, answer: `[{"id":1,"iid":7,"references":{"full":"g/p#7"},"description":` + quoted(words) + `}]`, cut: "A text is cut; "},
		"participants":   {tool: "gitlab_list_participants", answer: many(`{"id":%[1]d,"username":"user%[1]d`+strings.Repeat("x", 100)+`"}`, 30), cut: " of 30 rows are left out; repeat the call with page=1."},
		"merge requests": {tool: "gitlab_list_related_merge_requests", answer: many(`{"id":%[1]d,"iid":%[1]d,"title":"`+strings.Repeat("x", 100)+`"}`, 30), cut: " of 30 rows are left out; repeat the call with page=1."},
		"images":         {tool: "gitlab_list_metric_images", answer: many(`{"id":%[1]d,"url_text":"`+strings.Repeat("x", 100)+`"}`, 300), cut: " of 300 rows are left out"},
		"labels written": {tool: "gitlab_update_issue", arguments: `{` + issue7 + `,"state":"open"}`, answer: `{"id":1,"iid":7,"state":"opened","labels":` + many(`"label %d"`, 2000) + `}`, cut: " of 2000 labels are left out"},
		"warnings":       {tool: "gitlab_update_issue", arguments: `{` + issue7 + `,"create_labels":true,"labels":` + many(quoted(words[:1000]+"%d"), 100) + `}`, answer: `{"id":1,"iid":7,"labels":[]}`, cut: " is truncated after "},
		"dry run":        {tool: "gitlab_create_issue", arguments: project + `,"title":"t","description":` + quoted(words) + `}`, dryRun: true, cut: "The text is truncated after "},
		"message":        {tool: "gitlab_get_issue", status: 404, answer: `{"message":` + quoted(words) + `}`},
		"not JSON":       {tool: "gitlab_get_issue", status: 502, answer: words},
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
				if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/notes") {
					responds(200, test.comments)(w, r)
					return
				}
				responds(test.status, test.answer)(w, r)
			}
			tool := toolstest.Named(t, newTools(t, toolstest.Serve(t, http.HandlerFunc(service))+"/api/v4"), test.tool)
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
	issue := `{"id":1,"iid":7,"project_id":4,"user_notes_count":2,"description":` + string(whole) + `,"references":{"full":"g/p#7"}}`
	service := func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/notes"):
			responds(200, `[{"id":11,"body":`+string(whole)+`},{"id":12,"body":`+string(whole)+`},{"id":13,"body":"Thanks"}]`)(w, r)
		case r.URL.Path == "/api/v4/issues":
			responds(200, "["+issue+"]")(w, r)
		default:
			responds(200, issue)(w, r)
		}
	}
	description := func(v map[string]any) any { return v["description"] }
	for name, test := range map[string]struct {
		tool, arguments, call string
		text                  func(value map[string]any) any
	}{
		"description": {"gitlab_get_issue", issue7, "gitlab_get_issue issue_iid=7", description},
		"of a row": {"gitlab_list_issues", `"include":["description"]`, "gitlab_get_issue id=g/p issue_iid=7",
			func(v map[string]any) any { return v["rows"].([]any)[0].(map[string]any)["description"] }},
		"by its id": {"gitlab_get_issue_by_id", `"id":1`, "gitlab_get_issue id=g/p issue_iid=7", description},
		"comment": {"gitlab_get_issue", issue7 + `,"comment_id":11`, "gitlab_get_issue issue_iid=7 comment_id=11",
			func(v map[string]any) any { return v["comments"].([]any)[0].(map[string]any)["body"] }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tool, arguments, read := test.tool, test.arguments, ""
			for calls := 1; ; calls++ {
				require.LessOrEqual(t, calls, 20)
				result, _ := do(t, service, tools.Env{MaxResult: 10_000}, tool, `{`+arguments+`}`)
				var value map[string]any
				require.NoError(t, json.Unmarshal([]byte(text(t, result)), &value), text(t, result))
				shown := test.text
				if tool != test.tool {
					shown = description
				}
				part := fmt.Sprint(shown(value))
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
				tool, arguments = "gitlab_get_issue", issue7+`,"offset":`+offset
				if strings.Contains(next, "comment_id=11") {
					arguments += `,"comment_id":11`
				}
				test.call = strings.Replace(test.call, " id=g/p", "", 1)
			}
			assert.Equal(t, body.String(), read)
		})
	}

	result, _ := do(t, service, tools.Env{MaxResult: 4_000}, "gitlab_get_issue", `{`+issue7+`,"include":["comments"]}`)
	assert.Contains(t, text(t, result), "earlier comments; gitlab_get_issue issue_iid=7 comment_id=", "the comments that are left out can be read")
	result, _ = do(t, service, tools.Env{}, "gitlab_get_issue", `{`+issue7+`,"comment_id":99}`)
	assert.Contains(t, text(t, result), "g/p#7 has no comment 99")
	result, _ = do(t, service, tools.Env{}, "gitlab_get_issue", `{`+issue7+`,"comment_id":13,"offset":7}`)
	assert.Contains(t, text(t, result), "offset is more than the comment's 6 characters")
}

// TestUnreadComments checks that comments that cannot be read cost nothing else.
func TestUnreadComments(t *testing.T) {
	t.Parallel()
	service := func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/8/notes"):
			responds(200, `[{"id":12,"body":"Me too","author":{"username":"ann"}}]`)(w, r)
		case strings.HasSuffix(r.URL.Path, "/notes"):
			responds(404, `{"message":"404 Not found"}`)(w, r)
		case strings.HasSuffix(r.URL.Path, "/issues"):
			responds(200, `[{"id":1,"iid":7,"user_notes_count":3},{"id":2,"iid":8,"user_notes_count":1},{"id":3,"iid":9,"user_notes_count":2}]`)(w, r)
		default:
			responds(200, `{"id":1,"iid":7,"title":"t","user_notes_count":3}`)(w, r)
		}
	}
	const failed = ": GET /projects/{id}/issues/{issue_iid}/notes returned 404: Not found."
	result, _ := do(t, service, tools.Env{}, "gitlab_get_issue", `{`+issue7+`,"include":["comments"]}`)
	assert.JSONEq(t, `{"iid":7,"id":1,"title":"t","comments":3,"cut":"Could not read the comments of #7`+failed+`"}`, text(t, result))
	result, _ = do(t, service, tools.Env{}, "gitlab_list_project_issues", `{"id":"g/p","include":["comments"]}`)
	assert.JSONEq(t, `{"rows":[{"iid":7,"comments":3},{"iid":8,"comments":[{"author":"ann","body":"Me too"}]},{"iid":9,"comments":2}],"cut":"Could not read the comments of #7, #9`+failed+`"}`, text(t, result))
}

// TestMessagesWithPeriods checks that notes are sentences although the messages that
// they repeat end with periods.
func TestMessagesWithPeriods(t *testing.T) {
	t.Parallel()
	service := func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/notes"):
			responds(403, `{"error":"The comments are hidden."}`)(w, r)
		case r.URL.Query().Get("page") == "2":
			responds(405, `{"error":"Offset pagination has a maximum allowed offset of 50000."}`)(w, r)
		default:
			responds(200, `[{"id":1,"iid":7}]`, "X-Next-Page", "2")(w, r)
		}
	}
	result, _ := do(t, service, tools.Env{}, "gitlab_list_project_issues", `{"id":"g/p","include":["comments"],"limit":2,"per_page":1}`)
	assert.JSONEq(t, `{"rows":[{"iid":7}],"next_page":2,"cut":"page 2 could not be read: GET /projects/{id}/issues returned 405: Offset pagination has a maximum allowed offset of 50000; repeat the call with page=2. `+
		`Could not read the comments of #7: GET /projects/{id}/issues/{issue_iid}/notes returned 403: The comments are hidden."}`, text(t, result))
}
