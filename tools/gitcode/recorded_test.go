package gitcode_test

import (
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// TestOlderAndRecordedResponses calls the tools with the responses in the
// documentation of April 2024 and those recorded from the live service in
// October 2024.
func TestOlderAndRecordedResponses(t *testing.T) {
	t.Parallel()
	const repo = `"owner":"o","repo":"r"`
	const url = `"url":"https://gitcode.com/qinmh2/zhishiku2222/issues/3"`
	for response, test := range map[string]struct {
		status          int
		tool, arguments string
		result          string
	}{
		"2024-04_create_issue": {200, "create_issue", `{` + repo + `,"title":"123"}`, `{"number":3,"title":"123","state":"open",` + url + `}`},
		"2024-04_update_issue": {200, "update_issue", `{` + repo + `,"number":3,"title":"123","body":"test123\n"}`, `{"number":3,"title":"123","state":"open","labels":[],"assignees":[],` + url + `}`},
		"2024-04_get_issue": {200, "get_issue", `{` + repo + `,"number":3}`,
			`{"number":3,"id":150663,"title":"123","state":"open","author":"vinnie","created":"2024-04-14T12:05:45+08:00","updated":"2024-04-14T12:05:45+08:00",` + url + `,"body":"test123"}`},
		"recorded_add_labels": {201, "add_labels", `{` + repo + `,"number":1,"labels":["fasd","gfasd"],"create_labels":true}`, `{"number":1,"added":["fasd","gfasd"]}`},
		"recorded_comment":    {201, "comment", `{` + repo + `,"number":1,"body":"gfouygfasdohugvoifuhas"}`, `{"id":1530183,"issue":1}`},
		"recorded_list_labels": {200, "list_enterprise_issue_labels", `{"enterprise":"e","issue_id":1}`,
			`{"rows":["wontfix","question","invalid","help wanted","enhancement","duplicate","documentation","bug","123123213","bug1","fsaghhhhh","gasad","ghasdc","kind/123132"]}`},
		"recorded_linking_prs": {200, "list_issue_pull_requests", `{` + repo + `,"number":1}`,
			`{"rows":[{"number":1,"title":"到fork仓库的pr","state":"open","head":"pr1","base":"main","labels":["bug"],"updated":"2024-09-19T15:20+08:00","url":"https://gitcode.com/wxlorg/demo-test-fork/merge_requests/1"},` +
				`{"number":1,"title":"1234123","state":"open","head":"pr1","base":"main","labels":["bug"],"updated":"2024-10-25T10:18+08:00","url":"https://gitcode.com/ibforuorg/test1/merge_requests/1"}]}`},
		"recorded_delete_label_failed": {404, "remove_labels", `{` + repo + `,"number":1,"labels":["x"]}`,
			"remove_labels: DELETE /repos/{owner}/{repo}/issues/{number}/labels/{name} returned 404: Label Not Found (error_code 404 NOT_PATH, trace_id 8cb7fbf0c9ce42819d2e23047dc7373c). " +
				"The label x is not on the issue, or the issue cannot be found. Read the issue, and check owner=o, repo=r and number=1."},
	} {
		t.Run(response, func(t *testing.T) {
			t.Parallel()
			body, err := os.ReadFile("../../gitcode/testdata/responses/" + response + ".json")
			require.NoError(t, err)
			session := connect(t, newClient(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(test.status)
				w.Write(body)
			}), api.Config{}), tools.Env{})
			result := call(t, session, test.tool, test.arguments)
			assert.Equal(t, test.status >= 400, result.IsError)
			assert.Equal(t, test.result, text(t, result))
		})
	}
}

// TestUnknownLabelsAreNamed checks that the error of a removal names all the
// labels in question.
func TestUnknownLabelsAreNamed(t *testing.T) {
	t.Parallel()
	session := connect(t, newClient(t, sandbox.New(), api.Config{BaseURL: sandbox.Prefix, Token: sandbox.Token}), tools.Env{})
	for labels, want := range map[string]string{
		`["bug","nosuch"]`: "One of the labels bug, nosuch is not on the issue, so that none was removed, or the issue cannot be found. Read the issue, and check owner=openharbor, repo=portal and number=11.",
		`"nosuch"`:         "The label nosuch is not on the issue, or the issue cannot be found. Read the issue, and check owner=openharbor, repo=portal and number=11.",
	} {
		result := call(t, session, "remove_labels", `{"owner":"openharbor","repo":"portal","number":11,"labels":`+labels+`}`)
		assert.True(t, result.IsError)
		assert.Contains(t, text(t, result), want)
	}
}
