package gitcode_test

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mark3labs/mcp-go/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// requestLog is a sandbox that remembers the requests.
type requestLog struct {
	*sandbox.Sandbox

	mu       sync.Mutex
	requests []string
}

func (s *requestLog) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests = append(s.requests, r.Method+" "+strings.TrimPrefix(r.URL.Path, "/api/"))
	s.mu.Unlock()
	s.Sandbox.ServeHTTP(w, r)
}

func (s *requestLog) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	taken := s.requests
	s.requests = nil
	return taken
}

func connectToLog(t testing.TB) (*client.Client, *requestLog) {
	t.Helper()
	box := &requestLog{Sandbox: sandbox.New()}
	return connect(t, newClient(t, box, api.Config{BaseURL: sandbox.Prefix, Token: sandbox.Token}), tools.Env{}), box
}

// TestWorkflow reads what an enterprise defines, and creates and changes an issue with
// it.
func TestWorkflow(t *testing.T) {
	t.Parallel()
	session, box := connectToLog(t)
	do := func(tool, arguments, want string) {
		t.Helper()
		result := call(t, session, tool, arguments)
		assert.Equal(t, want, text(t, result))
	}
	do("list_issue_statuses", `{"enterprise":"harbor-tech"}`,
		`{"rows":[{"name":"待办的","description":"尚未开始处理"},{"name":"进行中","description":"已有人处理，尚未完成"},{"name":"已完成"},{"name":"已拒绝","description":"不予处理"}]}`)
	do("list_issue_types", `{"org":"openharbor"}`,
		`{"rows":[{"name":"任务","statuses":["待办的","进行中"],"closed_statuses":["已完成","已拒绝"]},`+
			`{"name":"缺陷","description":"与预期不符的行为","statuses":["待办的","进行中"],"closed_statuses":["已完成","已拒绝"]},`+
			`{"name":"需求","description":"新功能或改进","statuses":["待办的","进行中"],"closed_statuses":["已完成","已拒绝"]}],`+
			`"custom_fields":[{"name":"业务线","kind":"select_single","options":["门户","命令行","平台"],"types":["任务","缺陷","需求"]},`+
			`{"name":"Platforms","kind":"select_multi","description":"Where it happens","options":["Windows","macOS","Linux","HarmonyOS"],"types":["缺陷"]},`+
			`{"name":"Found in version","kind":"text_single","types":["缺陷"]}]}`)
	assert.Contains(t, text(t, call(t, session, "list_issue_types", `{"org":"linwei"}`)), "Group Not Found")
	box.take()
	do("create_issue", `{"owner":"openharbor","repo":"portal","title":"Crash","issue_type":"缺陷","status":"进行中","issue_severity":"主要","milestone":"v2.3","assignee":"sunli","labels":["bug"],
		"custom_fields":["Platforms=Linux","业务线=门户","Platforms=Windows"],"template_path":".gitcode/ISSUE_TEMPLATE/bug.yml"}`,
		`{"number":15,"title":"Crash","state":"open","labels":["bug"],"assignees":["sunli"],"milestone":{"number":253899,"title":"v2.3"},"issue_state":"进行中","url":"https://gitcode.com/openharbor/portal/issues/15"}`)
	issue := text(t, call(t, session, "get_issue", `{"owner":"openharbor","repo":"portal","number":15}`))
	assert.Contains(t, issue, `"type":"缺陷","priority":"主要"`)
	assert.Contains(t, issue, `"custom_fields":["Platforms=Linux","Platforms=Windows","业务线=门户"]`)
	box.take()

	// A status closes the issue, which is no change that nobody asked for.
	do("update_issue", `{"owner":"openharbor","repo":"portal","number":15,"status":"已拒绝","issue_severity":"次要","custom_fields":["Platforms=macOS","业务线="],"comment":"No."}`,
		`{"number":15,"title":"Crash","state":"closed","labels":["bug"],"assignees":["sunli"],"milestone":{"number":253899,"title":"v2.3"},"issue_state":"已拒绝","url":"https://gitcode.com/openharbor/portal/issues/15","comment_id":340137}`)
	assert.Equal(t, []string{
		"GET v5/repos/openharbor/portal/issues/15", "PATCH v5/repos/openharbor/issues/15", "GET v5/repos/openharbor/portal/issues/15", "POST v5/repos/openharbor/portal/issues/15/comments",
	}, box.take(), "types and fields are remembered")
	assert.Contains(t, text(t, call(t, session, "get_issue", `{"owner":"openharbor","repo":"portal","number":15}`)), `"priority":"次要","url":"https://gitcode.com/openharbor/portal/issues/15","custom_fields":["Platforms=macOS"]`)
	box.take()
	result := text(t, call(t, session, "update_issue", `{"owner":"openharbor","repo":"portal","number":15,"status":"已拒绝","issue_type":"缺陷","issue_severity":"次要","custom_fields":["Platforms=macOS","业务线="]}`))
	assert.Contains(t, result, `"unchanged":true`)
	assert.Equal(t, []string{"GET v5/repos/openharbor/portal/issues/15"}, box.take())
}

// TestWorkflowOfManyIssues changes the status of several issues in one call.
func TestWorkflowOfManyIssues(t *testing.T) {
	t.Parallel()
	session, box := connectToLog(t)
	update := func(changes string) string {
		t.Helper()
		return text(t, call(t, session, "update_issues", `{"owner":"openharbor","repo":"portal","changes":[`+changes+`]}`))
	}
	assert.Contains(t, update(`{"numbers":[3,4],"status":"进行"},{"numbers":[3],"add_labels":["bgu"]}`), `update_issues: not sent: there is no status "进行" in openharbor; did you mean "进行中"? There is no label "bgu" in openharbor/portal; did you mean "bug"?`)
	assert.Contains(t, update(`{"numbers":[3,4],"status":"进行中"},{"numbers":[3],"status":"已完成"}`), `the changes of issue 3 contradict each other: the statuses "进行中" and "已完成"`)
	box.take()
	assert.JSONEq(t, `{"rows":[{"number":1,"outcome":"unchanged"},{"number":3,"outcome":"done"},{"number":4,"outcome":"done"}],"counts":{"done":2,"unchanged":1}}`,
		update(`{"numbers":[1,3,4],"status":"进行中"},{"numbers":[4],"comment":"Started."}`))
	var writes []string
	for _, request := range box.take() {
		if !strings.HasPrefix(request, "GET ") {
			writes = append(writes, request)
		}
	}
	assert.Equal(t, []string{"PATCH v5/repos/openharbor/issues/3", "PATCH v5/repos/openharbor/issues/4", "POST v5/repos/openharbor/portal/issues/4/comments"}, writes)
	assert.Contains(t, update(`{"numbers":[3],"status":"已拒绝"}`), `"outcome":"done"`)
	assert.Contains(t, text(t, call(t, session, "get_issue", `{"owner":"openharbor","repo":"portal","number":3}`)), `"state":"closed","issue_state":"已拒绝"`)

	// Nobody defines statuses for this repository, so GitCode ignores it.
	result := text(t, call(t, session, "update_issues", `{"owner":"linwei","repo":"notes","changes":[{"numbers":[1],"status":"进行中","comment":"Started."}]}`))
	assert.Contains(t, result, `"remaining":[{"numbers":[1],"status":"进行中","comment":"Started."}]`)
	assert.Contains(t, result, `"outcome":"failed"`)
}

// TestWorkflowIsChecked checks that names that the owner does not define are rejected
// before anything is sent.
func TestWorkflowIsChecked(t *testing.T) {
	t.Parallel()
	session, box := connectToLog(t)
	for arguments, want := range map[string]string{
		`"status":"进行"`:                                   `there is no status "进行" in openharbor; did you mean "进行中"?`,
		`"status":"done","issue_type":"缺陷"`:               `there is no status "done" in the issue type "缺陷"; it has "待办的", "进行中", "已完成" and "已拒绝".`,
		`"issue_type":"bug"`:                              `there is no issue type "bug" in openharbor; it has "任务", "缺陷" and "需求".`,
		`"custom_fields":["Platform=Linux"]`:              `there is no custom field "Platform" in openharbor; did you mean "Platforms"?`,
		`"custom_fields":["Platforms=linux"]`:             `there is no option "linux" in the custom field "Platforms"; did you mean "Linux"?`,
		`"custom_fields":["Platforms"]`:                   `custom_fields: "Platforms" is not NAME=VALUE`,
		`"custom_fields":["Found in version=2","=Linux"]`: `custom_fields: "=Linux" is not NAME=VALUE`,
	} {
		for tool, rest := range map[string]string{"create_issue": `"title":"New"`, "update_issue": `"number":1`} {
			result := call(t, session, tool, `{"owner":"openharbor","repo":"portal",`+rest+`,`+arguments+`}`)
			require.True(t, result.IsError, text(t, result))
			assert.Contains(t, text(t, result), "not sent: ", arguments)
			assert.Contains(t, text(t, result), want, arguments)
		}
	}
	for _, request := range box.take() {
		assert.False(t, strings.HasPrefix(request, "POST ") || strings.HasPrefix(request, "PATCH "), request)
	}
}

// TestWorkflowIsReadBack checks that warnings name what GitCode ignores: everything in a
// repository whose owner defines nothing, a type in an update, and fields that issues of
// the type do not have.
func TestWorkflowIsReadBack(t *testing.T) {
	t.Parallel()
	session, _ := connectToLog(t)
	for _, test := range []struct{ tool, arguments, want string }{
		{
			"create_issue", `"repo":"notes","owner":"linwei","title":"New","status":"进行中","issue_type":"缺陷","issue_severity":"主要","custom_fields":["a=1","b=2"]`,
			`"warnings":["type 缺陷 was not set","status 进行中 was not set","issue_severity 主要 was not set; it is a priority as the organization names it","custom fields \"a=1\", \"b=2\" were not set"]`,
		},
		{
			"update_issue", `"owner":"linwei","repo":"notes","number":1,"status":"进行中","issue_severity":"主要","custom_fields":["a=1"],"comment":"Started."`,
			`"warnings":["the status is 待办的, not 进行中","issue_severity 主要 was not set; it is a priority as the organization names it","custom field \"a=1\" was not set","the comment is missing: not sent: the change before it did not fully happen; post with comment"]`,
		},
		{"update_issue", `"owner":"openharbor","repo":"portal","number":1,"issue_type":"任务"`, `"warnings":["the type is 缺陷, not 任务; GitCode documents it only for new issues"]`},
		{"update_issue", `"owner":"openharbor","repo":"portal","number":3,"custom_fields":["Platforms=Linux","业务线=门户"]`, `"warnings":["custom field \"Platforms=Linux\" was not set"]`},
	} {
		result := call(t, session, test.tool, `{`+test.arguments+`}`)
		require.False(t, result.IsError, text(t, result))
		assert.Contains(t, text(t, result), test.want)
	}
}

// TestWorkflowIsReadAgain checks that what an owner defines is remembered, and that a
// name that is not among it is looked up again a little later.
func TestWorkflowIsReadAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		settings, statuses := 0, `{"status_name":"New"}`
		c, err := api.New(api.Config{Token: testToken, Rates: plenty, Transport: roundTripper(func(r *http.Request) string {
			if strings.HasSuffix(r.URL.Path, "/settings") {
				settings++
				return `[{"type_name":"bug","status":[` + statuses + `]}]`
			}
			return `{"id":1,"number":7,"issue_state":"New","state":"open"}`
		})})
		require.NoError(t, err)
		update := func(status string) error {
			_, err := c.UpdateIssue(t.Context(), &api.UpdateIssueParams{IssueRef: api.IssueRef{RepoRef: api.RepoRef{Owner: "o", Repo: "r"}, Number: 7}, Workflow: api.Workflow{Status: status}})
			return err
		}
		for range 3 {
			require.NoError(t, update("new"))
		}
		assert.Equal(t, 1, settings)
		require.EqualError(t, update("Done"), `not sent: there is no status "Done" in o; it has only "New".`)
		statuses += `,{"status_name":"Done"}`
		time.Sleep(time.Minute)
		require.NoError(t, update("Done"))
		assert.Equal(t, 2, settings)
	})
}

// roundTripper is a service that returns the response to a request.
type roundTripper func(*http.Request) string

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(f(r))), Request: r}, nil
}

// TestCustomFieldsThatStay checks that warnings name values that a change should have
// removed, and no values of other fields.
func TestCustomFieldsThatStay(t *testing.T) {
	t.Parallel()
	issue := `{"id":1,"number":7,"state":"open","custom_fields":[{"field_name":"Platforms","field_values":["Linux","macOS"]},
		{"field_name":"Team","field_values":["Core"]},{"field_name":"Area","field_values":["UI"]}]}`
	result, _ := do(t, responds(200, issue), tools.Env{}, "update_issue", `{`+issue7+`,"custom_fields":["Platforms=macOS","Team="]}`)
	require.False(t, result.IsError, text(t, result))
	assert.Contains(t, text(t, result), `"warnings":["custom field \"Team=\" was not set; custom fields \"Platforms=Linux\", \"Team=Core\" are still set"]`)
}
