package gitcode_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/client"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// user is an MCP client of a server on the sandbox. It validates every result
// against the tool's output schema.
type user struct {
	t       *testing.T
	session *client.Client
	schemas map[string]*validator.Schema
	called  map[string]bool
}

func newUser(t *testing.T) *user {
	t.Helper()
	u := &user{t: t, schemas: map[string]*validator.Schema{}, called: map[string]bool{}}
	u.session = connect(t, newClient(t, sandbox.New(), api.Config{BaseURL: sandbox.Prefix, Token: sandbox.Token}), tools.Env{MaxResult: 60_000})
	for _, tool := range allTools(t) {
		u.schemas[tool.Name] = compile(t, tool.Output())
	}
	return u
}

// call calls a tool that succeeds and returns its result.
func (u *user) call(tool, arguments string) map[string]any {
	u.t.Helper()
	u.called[tool] = true
	result := call(u.t, u.session, tool, arguments)
	content := text(u.t, result)
	require.False(u.t, result.IsError, "%s: %s", tool, content)
	doc, err := validator.UnmarshalJSON(strings.NewReader(content))
	require.NoError(u.t, err)
	assert.NoError(u.t, u.schemas[tool].Validate(doc), "the result of %s matches its output schema", tool)
	var value map[string]any
	require.NoError(u.t, json.Unmarshal([]byte(content), &value))
	return value
}

// fail calls a tool that fails and returns the error that a model reads.
func (u *user) fail(tool, arguments string) string {
	u.t.Helper()
	result := call(u.t, u.session, tool, arguments)
	content := text(u.t, result)
	require.True(u.t, result.IsError, "%s %s succeeded: %s", tool, arguments, content)
	return content
}

// column returns one member of each row.
func column(result map[string]any, name string) []any {
	values := []any{}
	for _, row := range result["rows"].([]any) {
		values = append(values, row.(map[string]any)[name])
	}
	return values
}

const portal = `"owner":"openharbor","repo":"portal"`

func TestEveryToolOnTheSandbox(t *testing.T) {
	t.Parallel()
	u := newUser(t)

	milestone := u.call("get_issue", `{`+portal+`,"number":1}`)["milestone"].(map[string]any)
	created := u.call("create_issue", fmt.Sprintf(`{`+portal+`,"title":"Crash <on> start","assignee":"maria","milestone":%.0f,"labels":["bug","kind/security"]}`, milestone["number"]))
	assert.Equal(t, map[string]any{
		"number": 15.0, "title": "Crash <on> start", "state": "open", "url": "https://gitcode.com/openharbor/portal/issues/15",
		"labels": []any{"bug", "kind/security"}, "assignees": []any{"maria"}, "milestone": milestone,
	}, created)
	read := u.call("get_issue", `{`+portal+`,"number":15}`)
	assert.Equal(t, "Crash <on> start", read["title"])
	assert.Equal(t, []any{"bug", "kind/security"}, read["labels"])
	assert.Equal(t, []any{"maria"}, read["assignees"])
	assert.Equal(t, milestone, read["milestone"])
	assert.Equal(t, "待办的", read["issue_state"])
	assert.NotContains(t, read, "body")
	id := read["id"].(float64)

	commented := u.call("comment", `{`+portal+`,"number":15,"body":"Seen on 2.3 too."}`)
	comment := int(commented["id"].(float64))
	u.call("update_comment", fmt.Sprintf(`{`+portal+`,"id":%d,"body":"Seen on 2.3 and 2.2."}`, comment))
	assert.Equal(t, "Seen on 2.3 and 2.2.", u.call("get_comment", fmt.Sprintf(`{`+portal+`,"id":%d}`, comment))["body"])
	assert.Equal(t, []any{float64(comment)}, column(u.call("list_issue_comments", `{`+portal+`,"number":15}`), "id"))
	assert.Contains(t, column(u.call("list_repo_comments", `{`+portal+`,"sort":"created","direction":"desc","per_page":1}`), "issue"), 15.0)
	assert.Len(t, u.call("list_enterprise_issue_comments", fmt.Sprintf(`{"enterprise":"harbor-tech","issue_id":%.0f}`, id))["rows"], 1)

	u.call("add_labels", `{`+portal+`,"number":15,"labels":["help wanted"]}`)
	u.call("remove_labels", `{`+portal+`,"number":15,"labels":["bug","kind/security"]}`)
	assert.Equal(t, []any{"help wanted"}, u.call("list_enterprise_issue_labels", fmt.Sprintf(`{"enterprise":"harbor-tech","issue_id":%.0f}`, id))["rows"])

	updated := u.call("update_issue", `{`+portal+`,"number":15,"title":"Crash on start","body":"text","state":"closed","assignee":"linwei","milestone":0,"labels":[]}`)
	assert.Equal(t, map[string]any{
		"number": 15.0, "title": "Crash on start", "state": "closed", "url": "https://gitcode.com/openharbor/portal/issues/15",
		"labels": []any{}, "previous_labels": []any{"help wanted"}, "assignees": []any{"linwei"}, "previous_assignees": []any{"maria"},
	}, updated)
	read = u.call("get_enterprise_issue", fmt.Sprintf(`{"enterprise":"harbor-tech","issue_id":%.0f}`, id))
	assert.Equal(t, "text", read["body"])
	assert.Equal(t, "closed", read["state"])
	assert.Equal(t, []any{"linwei"}, read["assignees"])
	assert.NotContains(t, read, "milestone")
	assert.NotContains(t, read, "labels")
	assert.Contains(t, column(u.call("get_operate_logs", `{`+portal+`,"number":15}`), "action"), "milestone")

	for tool, arguments := range map[string]string{
		"list_repo_issues":       `{` + portal + `,"state":"closed","sort":"updated","per_page":1}`,
		"list_user_issues":       `{"filter":"created","state":"closed","sort":"updated","per_page":1}`,
		"list_org_issues":        `{"org":"openharbor","filter":"assigned","state":"all","sort":"updated","per_page":1}`,
		"list_enterprise_issues": `{"enterprise":"harbor-tech","state":"closed","sort":"updated","per_page":1}`,
	} {
		assert.Equal(t, []any{15.0}, column(u.call(tool, arguments), "number"), tool)
	}
	pulls := u.call("list_issue_pull_requests", `{`+portal+`,"number":2,"mergeable":true}`)
	assert.Equal(t, []any{true, false}, column(pulls, "mergeable"))
	assert.Equal(t, []any{nil, nil}, column(u.call("list_issue_pull_requests", `{`+portal+`,"number":2}`), "mergeable"))

	u.call("delete_comment", fmt.Sprintf(`{`+portal+`,"id":%d}`, comment))
	assert.Contains(t, u.fail("get_comment", fmt.Sprintf(`{`+portal+`,"id":%d}`, comment)), "Note Not Found")

	assert.GreaterOrEqual(t, len(u.called), 20, "the test calls the twenty documented operations")
}

func TestListFilters(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	for _, test := range []struct {
		tool, arguments string
		numbers         []any
	}{
		{"list_repo_issues", `{` + portal + `,"per_page":3,"page":5}`, []any{2.0, 1.0}},
		{"list_repo_issues", `{` + portal + `,"direction":"asc","per_page":2}`, []any{1.0, 2.0}},
		{"list_repo_issues", `{` + portal + `,"state":"closed","labels":["duplicate"]}`, []any{8.0}},
		{"list_repo_issues", `{` + portal + `,"labels":["bug","priority/high"],"milestone":"v2.3","state":"open"}`, []any{13.0, 5.0, 1.0}},
		{"list_repo_issues", `{` + portal + `,"milestone":"none"}`, []any{12.0, 11.0, 10.0, 8.0, 7.0}},
		{"list_repo_issues", `{` + portal + `,"assignee":"303745"}`, []any{4.0}},
		{"list_repo_issues", `{` + portal + `,"assignee":"maria"}`, []any{4.0}},
		{"list_repo_issues", `{` + portal + `,"creator":"sunli"}`, []any{13.0, 9.0}},
		{"list_repo_issues", `{` + portal + `,"search":"csv"}`, []any{9.0}},
		{"list_repo_issues", `{` + portal + `,"search":"白屏"}`, []any{1.0}},
		{"list_repo_issues", `{` + portal + `,"since":"2026-11-03T00:00:00+08:00"}`, []any{14.0, 13.0}},
		{"list_repo_issues", `{` + portal + `,"created_at":"2026-11-12T16:44:00+08:00"}`, []any{14.0}},
		{"list_repo_issues", `{` + portal + `,"created_after":"2026-09-20T00:00:00+08:00","created_before":"2026-09-26T00:00:00+08:00"}`, []any{8.0, 7.0, 6.0}},
		{"list_repo_issues", `{` + portal + `,"updated_after":"2026-10-21T00:00:00+08:00","updated_before":"2026-10-22T00:00:00Z"}`, []any{11.0}},
		{"list_user_issues", `{}`, []any{13.0, 9.0, 1.0, 2.0, 1.0}},
		{"list_user_issues", `{"state":"progressing","filter":"all"}`, []any{2.0}},
		{"list_user_issues", `{"state":"rejected","filter":"all"}`, []any{}},
		{"list_user_issues", `{"deadline":"20261101T000000+80-20261201T000000+80"}`, []any{9.0}},
		{"list_user_issues", `{"schedule":"-20261003T000000+80"}`, []any{1.0, 2.0}},
		{"list_user_issues", `{"created_at":"20261101T000000+80-"}`, []any{1.0, 13.0}},
		{"list_user_issues", `{"created_at":"2026-11-01.."}`, []any{1.0, 13.0}},
		{"list_user_issues", `{"deadline":"2026-11-01..2026-12-01"}`, []any{9.0}},
		{"list_user_issues", `{"schedule":"..2026-10-02"}`, []any{1.0, 2.0}},
		{"list_user_issues", `{"finished_at":"20260101T000000+80-"}`, []any{}},
		{"list_user_issues", `{"filter":"created","labels":"documentation"}`, []any{1.0, 3.0}},
		{"list_org_issues", `{"org":"openharbor","search":"token"}`, []any{1.0}},
		{"list_org_issues", `{"org":"openharbor","created_at":"20261101T000000+80-"}`, []any{13.0}},
		{"list_org_issues", `{"org":"openharbor","created_at":"2026-11-01T00:00:00+08:00"}`, []any{13.0}},
		{"list_org_issues", `{"org":"openharbor","created_at":"2026-11-01"}`, []any{13.0}},
		{"list_org_issues", `{"org":"openharbor","created_at":"2026-11-01..2026-11-30"}`, []any{13.0}},
		{"list_repo_issues", `{` + portal + `,"state":" Closed","labels":["duplicate"],"since":"2026-01-01"}`, []any{8.0}},
		{"list_enterprise_issues", `{"enterprise":"harbor-tech","program":"门户重构"}`, []any{13.0, 2.0, 1.0}},
		{"list_enterprise_issues", `{"enterprise":"harbor-tech","assignee":"none","milestone":"*"}`, []any{14.0, 6.0, 3.0}},
		{"list_enterprise_issues", `{"enterprise":"harbor-tech","created_at":"2026-11-01","created_before":"2026-11-03"}`, []any{13.0, 3.0}},
		{"list_enterprise_issues", `{"enterprise":"harbor-tech","creator":"tomb","state":"closed"}`, []any{8.0, 7.0}},
	} {
		assert.ElementsMatch(t, test.numbers, column(u.call(test.tool, test.arguments), "number"), "%s %s", test.tool, test.arguments)
	}

	page := u.call("list_repo_issues", `{`+portal+`,"per_page":10}`)
	assert.EqualValues(t, 14, page["total"])
	assert.EqualValues(t, 2, page["next_page"])
	page = u.call("list_repo_issues", `{`+portal+`,"per_page":10,"page":2}`)
	assert.Len(t, page["rows"], 4)
	assert.NotContains(t, page, "next_page")
	assert.Equal(t, []any{}, u.call("list_repo_issues", `{`+portal+`,"search":"nowhere"}`)["rows"])
}

func TestRejections(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	for _, test := range []struct{ tool, arguments, message string }{
		{"update_issue", `{` + portal + `,"number":1}`, "nothing to change"},
		{"update_issue", `{` + portal + `,"number":1,"state":"shut"}`, "state must be one of open, closed"},
		{"update_issue", `{` + portal + `,"number":1,"title":" "}`, "title"},
		{"create_issue", `{` + portal + `,"title":""}`, "title"},
		{"create_issue", `{` + portal + `,"title":"x","labels":["a,b"]}`, `labels[0] must not contain a comma`},
		{"add_labels", `{` + portal + `,"number":1,"labels":[]}`, "labels must have at least one element"},
		{"add_labels", `{` + portal + `,"number":1,"labels":[" "]}`, "labels[0]"},
		{"remove_labels", `{` + portal + `,"number":1,"labels":["question"]}`, "Label Not Found"},
		{"comment", `{` + portal + `,"number":1,"body":"\n"}`, "body"},
		{"list_repo_issues", `{` + portal + `,"since":"yesterday"}`, "since must be a time like 2024-11-20T13:00:21+08:00"},
		{"list_repo_issues", `{` + portal + `,"per_page":101}`, "per_page must be at most 100"},
		{"list_repo_issues", `{` + portal + `,"page":0}`, "page must be at least 1"},
		{"list_repo_issues", `{"owner":"..","repo":"portal"}`, "owner must not be"},
		{"list_enterprise_issues", `{"enterprise":"harbor-tech","created_at":"2026-11-01T00:00:00Z"}`, "a date"},
		{"list_user_issues", `{"schedule":"2026-11-01"}`, "must have the form of 2026-09-01..2026-09-30"},
		{"get_issue", `{"owner":"openharbor","repo":"nowhere","number":1}`, "Project Not Found"},
		{"get_enterprise_issue", `{"enterprise":"harbor-tech","issue_id":1}`, "Issue Not Found"},
		{"list_org_issues", `{"org":"nobody"}`, "Group Not Found"},
	} {
		assert.Contains(t, u.fail(test.tool, test.arguments), test.message, "%s %s", test.tool, test.arguments)
	}

	// GitCode ignores unknown users and milestones. It ignores or creates unknown
	// labels, so that the issue has them or a warning names them.
	warned := u.call("update_issue", `{`+portal+`,"number":4,"assignee":"ghost","milestone":99,"labels":["bug","nope"],"create_labels":true}`)
	assert.Contains(t, warned["warnings"], `assignee "ghost" was not set; GitCode ignores unknown users and users who may not be assigned; assignee "maria" is still set`)
	assert.Contains(t, fmt.Sprint(warned["warnings"]), "milestone 99 was not set")
	if !assert.Contains(t, warned["labels"], "bug") || !assert.NotEmpty(t, warned["previous_labels"]) {
		return
	}
	hasOrWarns := func(labels any) {
		t.Helper()
		warnings := fmt.Sprint(warned["warnings"])
		assert.NotEqual(t, strings.Contains(fmt.Sprint(labels), "nope"), strings.Contains(warnings, `label "nope" was not`), warnings)
	}
	hasOrWarns(warned["labels"])
	warned = u.call("create_issue", `{`+portal+`,"title":"t","assignee":"ghost","labels":["nope"],"create_labels":true}`)
	assert.Contains(t, fmt.Sprint(warned["warnings"]), `assignee "ghost" was not set`)
	hasOrWarns(warned["labels"])
	warned = u.call("add_labels", `{`+portal+`,"number":4,"labels":["nope","question"],"create_labels":true}`)
	assert.Contains(t, warned["added"], "question")
	hasOrWarns(warned["added"])
}

// TestPrivacyIsReadBack checks that a result says who can see the issue, or that
// this is unknown.
func TestPrivacyIsReadBack(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	result := u.call("create_issue", `{`+portal+`,"title":"t","security_hole":true}`)
	if result["visibility"] == nil {
		assert.Equal(t, []any{"could not verify security_hole true: not in GitCode's response; check with get_issue"}, result["warnings"])
	}
	number := result["number"].(float64)
	assert.Equal(t, result["visibility"], u.call("update_issue", fmt.Sprintf(`{`+portal+`,"number":%.0f,"security_hole":true}`, number))["visibility"])
}

// TestStateInPlaceKeepsTheStatus checks that the state which an issue already has
// does not reset its workflow status.
func TestStateInPlaceKeepsTheStatus(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	read := func() any { return u.call("get_issue", `{`+portal+`,"number":2}`)["issue_state"] }
	status := read()
	require.Equal(t, "进行中", status)
	assert.Equal(t, true, u.call("update_issue", `{`+portal+`,"number":2,"state":"open"}`)["unchanged"])
	assert.Equal(t, status, read())
	assert.NotContains(t, u.call("update_issue", `{`+portal+`,"number":2,"state":"open","title":"New"}`), "unchanged")
	assert.Equal(t, status, read())
}

// TestUpdateKeepsTheMilestone checks that a change of something else repeats the
// milestone, which GitCode may otherwise drop.
func TestUpdateKeepsTheMilestone(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	before := u.call("get_issue", `{`+portal+`,"number":1}`)
	require.NotNil(t, before["milestone"])
	updated := u.call("update_issue", `{`+portal+`,"number":1,"state":"closed"}`)
	assert.Equal(t, before["milestone"], updated["milestone"])
	assert.NotContains(t, updated, "warnings")
	cleared := u.call("update_issue", `{`+portal+`,"number":1,"milestone":0}`)
	assert.NotContains(t, cleared, "milestone")
	assert.NotContains(t, cleared, "warnings")
}
