package gitcode_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func TestLinksOnTheSandbox(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	const pull13 = portal + `,"pull_request":13`
	assert.Empty(t, u.call("list_pull_request_issues", `{`+pull13+`}`)["rows"])
	linked := u.call("link_pull_request", `{`+pull13+`,"numbers":[9,"#2"]}`)
	assert.Equal(t, map[string]any{"pull_request": 13.0, "issues": []any{2.0, 9.0}}, linked)
	rows := u.call("list_pull_request_issues", `{`+pull13+`}`)["rows"]
	assert.Equal(t, map[string]any{
		"number": 2.0, "title": "Upload of attachments over 8 MB times out", "state": "open", "labels": []any{"bug"}, "author": "maria",
	}, rows.([]any)[0])
	page := u.call("list_pull_request_issues", `{`+pull13+`,"per_page":1}`)
	assert.Equal(t, []any{9.0}, column(u.call("list_pull_request_issues", fmt.Sprintf(`{`+pull13+`,"per_page":1,"page":%v}`, page["next_page"])), "number"))
	assert.Equal(t, []any{9.0, 12.0, 13.0}, column(u.call("list_issue_pull_requests", `{`+portal+`,"number":2}`), "number"))
	id := u.call("get_issue", `{`+portal+`,"number":9}`)["id"]
	pulls := u.call("list_enterprise_issue_pull_requests", fmt.Sprintf(`{"enterprise":"harbor-tech","issue_id":%.0f}`, id))
	assert.Equal(t, []any{13.0}, column(pulls, "number"))
	assert.Equal(t, []any{"fix/csv-bom"}, column(pulls, "head"))
	assert.Contains(t, column(u.call("get_operate_logs", `{`+portal+`,"number":9}`), "action"), "add_issue_mr_link")

	assert.Equal(t, map[string]any{"pull_request": 13.0, "issues": []any{2.0, 9.0}, "warnings": []any{"issue 99 was not linked"}},
		u.call("link_pull_request", `{`+pull13+`,"numbers":[9,99]}`), "GitCode may ignore unknown issues")
	assert.Equal(t, map[string]any{"pull_request": 13.0, "issues": []any{9.0}},
		u.call("unlink_pull_request", `{`+pull13+`,"numbers":["https://gitcode.com/openharbor/portal/issues/2",1]}`))
	assert.Equal(t, map[string]any{"pull_request": 13.0, "issues": []any{}}, u.call("unlink_pull_request", `{`+pull13+`,"numbers":[9]}`))
	assert.Empty(t, u.call("list_pull_request_issues", `{`+pull13+`}`)["rows"])

	branches := func() any { return u.call("list_related_branches", `{`+portal+`,"number":2}`)["rows"] }
	assert.Equal(t, []any{"fix/upload-timeout"}, branches())
	assert.Equal(t, map[string]any{"number": 2.0, "branches": []any{"main", "fix/csv-bom"}},
		u.call("set_related_branches", `{`+portal+`,"number":2,"branch_names":["main","fix/csv-bom"]}`))
	assert.Equal(t, []any{"main", "fix/csv-bom"}, branches())
	assert.Equal(t, map[string]any{"number": 2.0, "branches": []any{"main"}, "warnings": []any{`branch "Main" was not set`}},
		u.call("set_related_branches", `{`+portal+`,"number":2,"branch_names":["main","Main"]}`), "GitCode may ignore unknown branches")
	assert.Equal(t, map[string]any{"number": 2.0, "branches": []any{}}, u.call("set_related_branches", `{`+portal+`,"number":2,"branch_names":[]}`))
	assert.Empty(t, branches())

	for _, test := range []struct{ tool, arguments, message string }{
		{"link_pull_request", `{` + portal + `,"pull_request":99,"numbers":[1]}`, "MergeRequest Not Found"},
		{"link_pull_request", `{` + pull13 + `,"numbers":[]}`, "numbers must have at least one element"},
		{"link_pull_request", `{` + pull13 + `,"numbers":[0]}`, "numbers[0] must be at least 1"},
		{"link_pull_request", `{` + pull13 + `,"numbers":["https://gitcode.com/openharbor/cli/issues/1"]}`, `repo is portal, but the address`},
		{"link_pull_request", `{` + portal + `,"pull_request":"https://gitcode.com/openharbor/portal/issues/13","numbers":[1]}`, "pull_request must be of type integer"},
		{"set_related_branches", `{` + portal + `,"number":2}`, "branch_names"},
		{"set_related_branches", `{` + portal + `,"number":2,"branch_names":[" "]}`, "branch_names[0]"},
	} {
		assert.Contains(t, u.fail(test.tool, test.arguments), test.message, "%s %s", test.tool, test.arguments)
	}
}

// TestLinksThatCannotBeReadBack checks what a model reads if GitCode's responses do
// not show whether links or branches changed.
func TestLinksThatCannotBeReadBack(t *testing.T) {
	t.Parallel()
	const pull5 = `{"owner":"o","repo":"r","pull_request":5,"numbers":[3,99]}`
	const branches = `{"owner":"o","repo":"r","number":7,"branch_names":["main"]}`
	for name, test := range map[string]struct {
		tool, arguments, answer string
		status                  int // of the read
		read, want, outcome     string
	}{
		"all links are shown": {"link_pull_request", pull5, `[{"number":3},{"number":"99"}]`, 500, "", `{"pull_request":5,"issues":[3,99]}`, "ok"},
		"no links are shown":  {"link_pull_request", pull5, ``, 200, `[{"number":"3"}]`, `{"pull_request":5,"issues":[3],"warnings":["issue 99 was not linked"]}`, "partial"},
		"links are unknown": {"link_pull_request", pull5, `{"message":"ok"}`, 404, `{"error_message":"gone"}`,
			`{"pull_request":5,"warnings":["GitCode accepted the request, but the links of issues 3, 99 could not be verified: reading them back: ` +
				`GET /repos/{owner}/{repo}/pulls/{pull_request}/issues returned 404: gone; check with list_pull_request_issues"]}`, "ok"},
		"a link is odd": {"unlink_pull_request", pull5, `[]`, 200, `[{"number":"3"},{"number":{}}]`,
			`{"pull_request":5,"issues":[3],"warnings":["issue 3 is still linked","GitCode accepted the request, but the links of issue 99 could not be verified: ` +
				`reading them back: 1 of them are not in the documented form; check with list_pull_request_issues"]}`, "partial"},
		"an issue of another repository": {"unlink_pull_request", pull5, `[]`, 200, `[{"number":"3","url":"https://api.gitcode.com/api/v5/repos/o/other/issues/3"}]`,
			`{"pull_request":5,"issues":[]}`, "ok"},
		"the link of another repository is shown": {"link_pull_request", `{"owner":"o","repo":"r","pull_request":5,"numbers":[3]}`, `[{"number":3,"html_url":"https://gitcode.com/o/other/issues/3"}]`, 200, `[]`,
			`{"pull_request":5,"issues":[],"warnings":["issue 3 was not linked"]}`, "partial"},
		"an odd branch is shown": {"set_related_branches", `{"owner":"o","repo":"r","number":7,"branch_names":[]}`, `[{"name":"main"}]`, 200, `["main"]`,
			`{"number":7,"branches":["main"],"warnings":["branch \"main\" is still set"]}`, "partial"},
		"branches are shown":  {"set_related_branches", branches, `["main"]`, 500, ``, `{"number":7,"branches":["main"]}`, "ok"},
		"no branches":         {"set_related_branches", `{"owner":"o","repo":"r","number":7,"branch_names":[]}`, `null`, 200, `["main"]`, `{"number":7,"branches":["main"],"warnings":["branch \"main\" is still set"]}`, "partial"},
		"branches are odd":    {"set_related_branches", branches, `{"id":1}`, 200, `["main",{}]`, `{"number":7,"warnings":["GitCode accepted the change, but the branches could not be verified: reading them back: 1 of them are not in the documented form; check with list_related_branches"]}`, "ok"},
		"branches are absent": {"set_related_branches", branches, ``, 200, `null`, `{"number":7,"branches":[],"warnings":["branch \"main\" was not set"]}`, "partial"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result, records := do(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet {
					responds(test.status, test.read)(w, r)
					return
				}
				responds(200, test.answer)(w, r)
			}, tools.Env{}, test.tool, test.arguments)
			require.False(t, result.IsError, text(t, result))
			assert.Equal(t, test.want, text(t, result))
			require.Len(t, records, 1)
			assert.Equal(t, test.outcome, records[0].Outcome)
		})
	}
}

func TestIssuesOfAnotherRepositoryAreNamed(t *testing.T) {
	t.Parallel()
	result, _ := do(t, responds(200, `[{"number":"3","url":"https://api.gitcode.com/api/v5/repos/o/other/issues/3"},
		{"number":"3","url":"https://api.gitcode.com/api/v5/repos/O/R/issues/3"},{"title":"odd"}]`), tools.Env{}, "list_pull_request_issues", `{"owner":"o","repo":"r","pull_request":5}`)
	require.False(t, result.IsError, text(t, result))
	assert.Equal(t, `{"rows":[{"number":3,"repo":"o/other"},{"number":3}],"unreadable":1}`, text(t, result))
}
