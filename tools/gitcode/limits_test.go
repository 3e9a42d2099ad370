package gitcode_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func TestListsWithoutPagesSayHowToGetTheRest(t *testing.T) {
	t.Parallel()
	entries := strings.Repeat(`{"id":1,"content":"changed the title of the issue"},`, 300)
	result, _ := do(t, responds(200, "["+strings.TrimSuffix(entries, ",")+"]"), tools.Env{MaxResult: 5_000}, "get_operate_logs", `{`+issue7+`}`)
	assert.LessOrEqual(t, len(text(t, result)), 5_000)
	assert.Regexp(t, `"cut":"\d+ of 300 rows are left out \(the server's GITCODE_MCP_MAX_RESULT is 5000 bytes\).+ raise the setting.`, text(t, result))
	assert.NotContains(t, text(t, result), "next_page")
}

// TestEveryResultIsBounded calls tools whose results are too long in one of many
// ways, with limits from the least to the default.
func TestEveryResultIsBounded(t *testing.T) {
	t.Parallel()
	const comment5 = `{"owner":"o","repo":"r","id":5}`
	many := func(format string, n int) string {
		var elements []string
		for i := range n {
			elements = append(elements, fmt.Sprintf(format, i))
		}
		return "[" + strings.Join(elements, ",") + "]"
	}
	quoted := func(s string) string {
		encoded, err := json.Marshal(s)
		require.NoError(t, err)
		return string(encoded)
	}
	words := strings.Repeat("文字 words ", 6_000)
	control := strings.Repeat("\x1b", 30_000)
	for name, test := range map[string]struct {
		tool, arguments string
		status          int
		answer          string
		dryRun          bool
		cut             string // in the result with the limit of 2,000 bytes; "" for an error
	}{
		"body":                   {tool: "get_issue", answer: `{"id":1,"number":7,"title":"t","state":"open","body":` + quoted(words) + `}`, cut: "A text is cut; its end says how to read the rest."},
		"control":                {tool: "get_issue", answer: `{"id":1,"number":7,"title":"t","body":` + quoted(control) + `}`, cut: "A text is cut; "},
		"title":                  {tool: "get_issue", answer: `{"id":1,"number":7,"title":` + quoted(words) + `,"body":"b"}`, cut: "The title is truncated after "},
		"title and body":         {tool: "get_issue", answer: `{"id":1,"number":7,"title":` + quoted(words) + `,"body":` + quoted(words+words) + `}`, cut: "The text is truncated after "},
		"address":                {tool: "get_issue", answer: `{"id":1,"number":7,"html_url":` + quoted(words) + `}`, cut: "The url is truncated after "},
		"author":                 {tool: "get_issue", answer: `{"id":1,"number":7,"user":{"login":` + quoted(words) + `}}`, cut: "The author is truncated after "},
		"a label":                {tool: "get_issue", answer: `{"id":1,"number":7,"labels":[{"name":` + quoted(words) + `},{"name":"bug"}]}`, cut: "A value of labels is truncated after "},
		"2,000 labels":           {tool: "get_issue", answer: `{"id":1,"number":7,"labels":` + many(`{"name":"label %d"}`, 2000) + `,"body":"b"}`, cut: " of 2000 labels are left out"},
		"long labels":            {tool: "get_issue", answer: `{"id":1,"number":7,"labels":` + many(`{"name":"%d `+strings.Repeat("语", 500)+`"}`, 200) + `}`, cut: " of 200 labels are left out; "},
		"assignees":              {tool: "get_issue", answer: `{"id":1,"number":7,"assignees":` + many(`{"login":"user%d"}`, 500) + `}`, cut: " of 500 assignees are left out"},
		"milestone":              {tool: "get_issue", answer: `{"id":1,"number":7,"milestone":{"number":3,"title":` + quoted(words) + `}}`, cut: "The title is truncated after "},
		"row of an issue":        {tool: "list_repo_issues", arguments: `{"owner":"o","repo":"r"}`, answer: `[{"id":1,"number":7,"title":` + quoted(words) + `},{"id":2,"number":8}]`, cut: "1 of 2 rows are left out; repeat the call with page=1.01. The title is truncated after "},
		"labels of a row":        {tool: "list_repo_issues", arguments: `{"owner":"o","repo":"r"}`, answer: `[{"id":1,"number":7,"labels":` + many(`{"name":"label %d"}`, 2000) + `}]`, cut: " of 2000 labels are left out ("},
		"long label rows":        {tool: "list_enterprise_issue_labels", arguments: `{"enterprise":"e","issue_id":1}`, answer: many(`{"name":"%d`+strings.Repeat("\\u001b", 3000)+`"}`, 20), cut: "19 of 20 rows are left out; repeat the call with page=1.01. A value of rows is truncated after "},
		"branches":               {tool: "list_issue_pull_requests", answer: many(`{"id":1,"number":%d,"head":{"ref":`+quoted(words[:9000])+`},"base":{"ref":`+quoted(words[:9000])+`}}`, 20), cut: " of 20 rows are left out; "},
		"log of one entry":       {tool: "get_operate_logs", answer: `[{"id":1,"content":` + quoted(words) + `},{"id":2,"content":"renamed"}]`, cut: "The text is truncated after "},
		"comment":                {tool: "get_comment", arguments: comment5, answer: `{"id":5,"body":` + quoted(control+words) + `}`, cut: "A text is cut; "},
		"a revision":             {tool: "get_issue_history", answer: `[{"id":"1","content":` + quoted(words) + `},{"id":"2","content":"b"}]`, cut: "1 of 2 rows are left out; repeat the call with page=2. A text is cut; "},
		"members":                {tool: "list_org_members", arguments: `{"org":"o"}`, answer: many(`{"login":"user%d","name":`+quoted(words[:1000])+`}`, 100), cut: " of 100 rows are left out; repeat the call with page=1."},
		"related branches":       {tool: "list_related_branches", answer: many(`"branch-%d"`, 3000), cut: " of 3000 rows are left out ("},
		"links of a write":       {tool: "link_pull_request", arguments: `{"owner":"o","repo":"r","pull_request":5,"numbers":[10]}`, answer: many(`{"number":1%d}`, 2000), cut: " of 2000 issues are left out ("},
		"a milestone":            {tool: "get_milestone", answer: `{"number":7,"title":"v1","description":` + quoted(words) + `}`, cut: "The description is truncated after "},
		"labels of a repository": {tool: "list_repo_labels", arguments: `{"owner":"o","repo":"r"}`, answer: many(`{"name":"label %d","description":`+quoted(words[:9000])+`}`, 20), cut: " of 20 rows are left out; repeat the call with page=1.01."},
		"replaced labels": {tool: "replace_labels", arguments: `{` + issue7 + `,"labels":["new"],"create_labels":true}`,
			answer: `{"number":7,"labels":` + many(`{"name":"label %d"}`, 2000) + `}`, cut: " of 2000 labels are left out"},
		"labels of a write": {tool: "add_labels", arguments: `{` + issue7 + `,"labels":["label 7"],"create_labels":true}`,
			answer: many(`{"name":"label %d"}`, 2000), cut: " of 2000 labels are left out ("},
		"long labels of a write": {tool: "add_labels", arguments: `{` + issue7 + `,"labels":` + many(quoted(words[:1000]+"%d"), 100) + `,"create_labels":true}`,
			answer: `[{"name":"a"}]`, cut: " is truncated after "},
		"address of a write": {tool: "update_issue", arguments: `{` + issue7 + `,"state":"closed"}`,
			answer: `{"id":1,"number":7,"state":"closed","html_url":` + quoted(words) + `}`, cut: "The url is truncated after "},
		"dry run":           {tool: "comment", arguments: `{` + issue7 + `,"body":` + quoted(words) + `}`, dryRun: true, cut: "The text is truncated after "},
		"error":             {tool: "get_issue", status: 400, answer: `{"error_message":` + quoted(words) + `}`},
		"error's name":      {tool: "get_issue", status: 400, answer: `{"error_code":1,"error_code_name":` + quoted(words) + `,"trace_id":` + quoted(control) + `}`},
		"invalid arguments": {tool: "get_issue", arguments: `{"owner":"o",` + quoted(words) + `:1,` + quoted(control) + `:1}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.arguments == "" {
				test.arguments = `{` + issue7 + `}`
			}
			if test.status == 0 {
				test.status = 200
			}
			for _, limit := range []int{1, 499, 500, 800, 2000, 10_000, 60_000} {
				result, _ := do(t, responds(test.status, test.answer), tools.Env{MaxResult: limit, DryRun: test.dryRun}, test.tool, test.arguments)
				text := text(t, result)
				assert.LessOrEqual(t, len(text), max(limit, 500), "%d bytes", limit)
				require.Equal(t, test.cut == "", result.IsError, text)
				if result.IsError {
					assert.True(t, utf8.ValidString(text))
					continue
				}
				structured, err := json.Marshal(result.StructuredContent)
				require.NoError(t, err)
				assert.JSONEq(t, text, string(structured))
				var value map[string]any
				require.NoError(t, json.Unmarshal([]byte(text), &value), text)
				switch {
				case limit == 2000:
					assert.Contains(t, value["cut"], test.cut)
					t.Logf("%s: %s", name, value["cut"])
				case limit < 2000:
					assert.NotEmpty(t, value["cut"], "%d bytes: %s", limit, text)
				}
				if limit >= 800 {
					assert.NoError(t, compile(t, toolNamed(t, test.tool).Output()).Validate(value), "%d bytes: %s", limit, text)
				}
			}
		})
	}
}

func TestCutKeepsWhatIdentifiesAResult(t *testing.T) {
	t.Parallel()
	words := strings.Repeat("文字 words ", 20_000)
	result, _ := do(t, responds(200, `{"id":123456,"number":7,"state":"open","title":"`+words+`","body":"`+words+`","created_at":"2024-04-10T08:10:30+08:00","user":{"login":"mei"},"labels":[{"name":"bug"}]}`),
		tools.Env{MaxResult: 1000}, "get_issue", `{`+issue7+`}`)
	for _, part := range []string{`"number":7`, `"id":123456`, `"state":"open"`, `"created":"2024-04-10T08:10:30+08:00"`, `"author":"mei"`, `"labels":["bug"]`, `"title":"文字`, `"body":"文字`, "…"} {
		assert.Contains(t, text(t, result), part)
	}
	result, _ = do(t, responds(400, `{"error_message":"`+strings.Repeat("x", 200)+`","error_code_name":"`+words+`"}`), tools.Env{MaxResult: 1000}, "get_issue", `{`+issue7+`}`)
	assert.True(t, strings.HasPrefix(text(t, result), "get_issue: GET /repos/"), text(t, result))
	assert.True(t, strings.HasSuffix(text(t, result), "the same call will be rejected again."), "the advice stays: %s", text(t, result))
}
