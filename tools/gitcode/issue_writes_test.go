package gitcode_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// script returns a service that responds to its requests one after the other,
// each response written as "status body".
func script(t *testing.T, responses ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !assert.NotEmpty(t, responses, "%s %s", r.Method, r.URL) {
			return
		}
		var status int
		fmt.Sscan(responses[0], &status)
		body := responses[0][4:]
		responses = responses[1:]
		responds(status, body)(w, r)
	}
}

// TestResultsOfIssueWrites checks what a model reads after a write, and what the
// audit log records.
func TestResultsOfIssueWrites(t *testing.T) {
	t.Parallel()
	const (
		repo    = `"owner":"o","repo":"r"`
		created = `201 {"id":70,"number":"7","state":"open","title":"t"}`
		sparse  = `200 {"id":70,"number":"7","state":"open","title":"t","labels":[{"name":"old"}],"assignee":{"login":"ann"}}`
		before  = `200 {"id":70,"number":"7","state":"open","title":"t","labels":[{"name":"old"}],"assignees":[{"login":"ann"},{"login":"bob"}],"milestone":{"number":4,"title":"v1"}}`
		refused = `400 {"error_message":"CH.00000403 apig token has not permission to request url"}`
		lost    = `200 {"id":70,"number":"7","state":"closed","title":"T","body":"x","labels":[],"assignees":[{"login":"ann"},{"login":"eve"}],"milestone":null}`

		opened = `200 {"id":70,"number":"7","state":"open","title":"t"}`
		closed = `200 {"id":70,"number":"7","state":"closed","title":"t"}`
		post   = "POST /repos/{owner}/{repo}/issues/{number}/comments"

		patch = "PATCH /repos/{owner}/issues/{number} returned 400: CH.00000403 apig token has not permission to request url"
		read  = "GET /repos/{owner}/{repo}/issues/{number} returned 404 Not Found"
	)
	for name, test := range map[string]struct {
		tool, arguments string
		responses       []string
		result, outcome string
	}{
		"labels that do not exist": {"update_issue", issue7 + `,"labels":["nosuch"],"create_labels":true`, []string{before, sparse, `200 {"id":70,"number":"7","state":"open","title":"t","labels":[],"assignees":[{"login":"ann"},{"login":"bob"}],"milestone":{"number":4,"title":"v1"}}`},
			`{"number":7,"title":"t","state":"open","labels":[],"assignees":["ann","bob"],"milestone":{"number":4,"title":"v1"},"previous_labels":["old"],"warnings":["label \"nosuch\" was not set"]}`, "partial"},
		"everything else is lost": {"update_issue", issue7 + `,"state":"closed"`, []string{before, sparse, lost},
			`{"number":7,"title":"T","state":"closed","labels":[],"assignees":["ann","eve"],"warnings":["the title changed from \"t\" to \"T\" although that was not requested",` +
				`"assignee \"bob\" was removed and assignee \"eve\" was added although that was not requested","milestone 4 was removed although that was not requested","label \"old\" was removed although that was not requested"]}`, "ok"},
		"the type and the severity are lost": {"update_issue", issue7 + `,"title":"t"`, []string{`200 {"number":7,"title":"old","issue_type":"bug","severity":"Major"}`, "204 ", `200 {"number":7,"title":"t","issue_type":"task"}`},
			`{"number":7,"title":"t","warnings":["the type changed from \"bug\" to \"task\" although that was not requested","could not verify whether the issue still has severity Major: not in GitCode's response; check with get_issue"]}`, "ok"},
		"all is ignored": {"update_issue", issue7 + `,"title":"T","state":"closed","assignee":"eve","milestone":0`, []string{before, sparse, before},
			`{"number":7,"title":"t","state":"open","labels":["old"],"assignees":["ann","bob"],"milestone":{"number":4,"title":"v1"},"previous_assignees":["ann","bob"],"warnings":["the title differs from the one requested","the state is open, not closed",` +
				`"assignee \"eve\" was not set; GitCode ignores unknown users and users who may not be assigned; assignees \"ann\", \"bob\" are still set","milestone 4 is still set"]}`, "partial"},
		"an unknown milestone": {"update_issue", issue7 + `,"milestone":99999`, []string{before, sparse, before},
			`{"number":7,"title":"t","state":"open","labels":["old"],"assignees":["ann","bob"],"milestone":{"number":4,"title":"v1"},"warnings":["milestone 99999 was not set; the repository may have no such milestone: use the global number that get_issue shows, not the one in the web address; milestone 4 is still set"]}`, "partial"},
		"reading back fails": {"update_issue", issue7 + `,"milestone":0,"assignee":"ann,bob"`, []string{before, sparse, "404 "},
			`{"number":7,"title":"t","state":"open","previous_assignees":["ann","bob"],"warnings":["could not verify assignees \"ann\", \"bob\", whether the milestone was cleared: reading the issue back: ` + read + `; check with get_issue"]}`, "ok"},
		"reading back fails, the rest is known": {"update_issue", issue7 + `,"title":"t"`, []string{strings.Replace(before, `"title":"t"`, `"title":"old"`, 1), sparse, "404 "},
			`{"number":7,"title":"t","state":"open","warnings":["could not verify whether anything else changed: reading the issue back: ` + read + `; check with get_issue"]}`, "ok"},
		"clearing the labels fails": {"update_issue", issue7 + `,"title":"t","labels":[]`, []string{before, sparse, "403 ", before},
			`{"number":7,"title":"t","state":"open","labels":["old"],"assignees":["ann","bob"],"milestone":{"number":4,"title":"v1"},"previous_labels":["old"],"warnings":["label \"old\" is still set: DELETE /repos/{owner}/{repo}/issues/{number}/labels returned 403 Forbidden; ask a member of the repository, or use a token with more scopes"]}`, "partial"},

		"created, and the rest is refused": {"create_issue", repo + `,"title":"t","assignee":"ann","milestone":40004,"labels":["bug"],"create_labels":true`, []string{created, refused, refused, "403 "},
			`{"number":7,"title":"t","state":"open","warnings":["assignee \"ann\", milestone 40004, label \"bug\" are missing: ` + patch + `; ask a member of the repository, or use a token with more scopes"]}`, "partial"},
		"created, and the rest is invalid": {"create_issue", repo + `,"title":"t","assignee":"ann","labels":["a","b"],"create_labels":true`, []string{created, "422 ", "422 "},
			`{"number":7,"title":"t","state":"open","warnings":["assignee \"ann\" is missing: PATCH /repos/{owner}/issues/{number} returned 422 Unprocessable Entity; set with update_issue",` +
				`"labels \"a\", \"b\" are missing: POST /repos/{owner}/{repo}/issues/{number}/labels returned 422 Unprocessable Entity; add with add_labels"]}`, "partial"},
		"created without a number": {"create_issue", repo + `,"title":"t","labels":["bug"],"create_labels":true`, []string{"201 "},
			`{"warnings":["GitCode created the issue without returning its number; find it with list_repo_issues (sort=created, search=the title) and do not create it again","label \"bug\" is missing: not sent: GitCode did not return the number of the issue; add with add_labels"]}`, "partial"},
		"created, and a step may have happened": {"create_issue", repo + `,"title":"t","labels":["bug"],"create_labels":true`, []string{created, "502 ", "404 "},
			`{"number":7,"title":"t","state":"open","warnings":["could not verify label \"bug\" (its request failed: POST /repos/{owner}/{repo}/issues/{number}/labels returned 502 Bad Gateway): reading the issue back: ` + read + `; check with get_issue"]}`, "outcome_unknown"},
		"created, a step failed and another may have": {"create_issue", repo + `,"title":"t","assignee":"ann","labels":["bug"],"create_labels":true`, []string{created, "403 ", "502 ", "404 "},
			`{"number":7,"title":"t","state":"open","warnings":["assignee \"ann\" is missing: PATCH /repos/{owner}/issues/{number} returned 403 Forbidden; ask a member of the repository, or use a token with more scopes",` +
				`"could not verify label \"bug\" (its request failed: POST /repos/{owner}/{repo}/issues/{number}/labels returned 502 Bad Gateway): reading the issue back: ` + read + `; check with get_issue"]}`, "partial"},
		"created, and a step happened nevertheless": {"create_issue", repo + `,"title":"t","labels":["bug"],"create_labels":true`, []string{created, "502 ", `200 {"id":70,"number":"7","state":"open","title":"t","labels":[{"name":"bug"}]}`},
			`{"number":7,"title":"t","state":"open","labels":["bug"]}`, "ok"},
		"created, but visible": {"create_issue", repo + `,"title":"t","security_hole":true`, []string{created, `200 {"id":70,"number":"7","title":"t","visibility_reason":"public"}`},
			`{"number":7,"title":"t","visibility":"public","warnings":["the visibility is \"public\" although security_hole true was requested"]}`, "partial"},

		"closed with a comment": {"update_issue", issue7 + `,"state":"closed","comment":"c"`, []string{opened, "204 ", closed, `201 {"id":9,"body":"c"}`},
			`{"number":7,"title":"t","state":"closed","comment_id":9}`, "ok"},
		"only a comment": {"update_issue", issue7 + `,"comment":"c"`, []string{`201 {"id":9,"body":"c"}`}, `{"number":7,"comment_id":9}`, "ok"},
		"closed, and the comment is refused": {"update_issue", issue7 + `,"state":"closed","comment":"c"`, []string{opened, "204 ", closed, "403 "},
			`{"number":7,"title":"t","state":"closed","warnings":["the comment is missing: ` + post + ` returned 403 Forbidden; ask a member of the repository, or use a token with more scopes"]}`, "partial"},
		"closed, and the comment may be there": {"update_issue", issue7 + `,"state":"closed","comment":"c"`, []string{opened, "204 ", closed, "502 "},
			`{"number":7,"title":"t","state":"closed","warnings":["the comment may have been posted: ` + post + ` returned 502 Bad Gateway; check with list_issue_comments (order=desc) before posting it again"]}`, "outcome_unknown"},
		"closed, and the comment has no id": {"update_issue", issue7 + `,"state":"closed","comment":"c"`, []string{opened, "204 ", closed, "201 "},
			`{"number":7,"title":"t","state":"closed","warnings":["GitCode accepted the comment without returning its id; find it with list_issue_comments and do not post it again"]}`, "ok"},
		"not closed, so not commented on": {"update_issue", issue7 + `,"state":"closed","comment":"c"`, []string{opened, "204 ", opened},
			`{"number":7,"title":"t","state":"open","warnings":["the state is open, not closed","the comment is missing: not sent: the change before it did not fully happen; post with comment"]}`, "partial"},
		"only a comment is new": {"update_issue", issue7 + `,"add_assignees":["ann"],"comment":"c"`, []string{`200 {"id":70,"number":"7","assignees":[{"login":"ann"}]}`, `201 {"id":9,"body":"c"}`},
			`{"number":7,"assignees":["ann"],"unchanged":true,"comment_id":9}`, "ok"},
		"nothing to change": {"update_issue", issue7 + `,"add_assignees":["Ann"]`, []string{`200 {"id":70,"number":"7","state":"open","title":"t","assignees":[{"login":"ann"}]}`},
			`{"number":7,"title":"t","state":"open","assignees":["ann"],"unchanged":true}`, ""},
		"open already": {"update_issue", issue7 + `,"state":"open"`, []string{before},
			`{"number":7,"title":"t","state":"open","labels":["old"],"assignees":["ann","bob"],"milestone":{"number":4,"title":"v1"},"unchanged":true}`, ""},
		"someone unknown instead of someone": {"update_issue", issue7 + `,"assignee":"ann,ghost"`, []string{`200 {"number":7,"assignees":[{"login":"ann"},{"login":"bob"}]}`, "204 ", `200 {"number":7,"assignees":[{"login":"ann"}]}`},
			`{"number":7,"assignees":["ann"],"previous_assignees":["ann","bob"],"warnings":["assignee \"ghost\" was not set; GitCode ignores unknown users and users who may not be assigned"]}`, "partial"},
		"someone to remove is not assigned": {"update_issue", issue7 + `,"remove_assignees":["eve"]`, []string{`200 {"number":7,"assignees":[{"login":"ann"}]}`},
			`{"number":7,"assignees":["ann"],"unchanged":true,"warnings":["\"eve\" was not assigned"]}`, ""},
		"two of three are not assigned": {"update_issue", issue7 + `,"remove_assignees":["eve","Ann","dan"]`, []string{`200 {"number":7,"assignees":[{"login":"ann"}]}`, "204 ", `200 {"number":7,"assignees":[]}`},
			`{"number":7,"assignees":[],"warnings":["\"eve\", \"dan\" were not assigned"]}`, "ok"},
		"edited": {"update_issue", issue7 + `,"edits":"[{\"old\":\"<b>\",\"new\":\"<T>\"}]"`, []string{`200 {"number":7,"body":"<b>"}`, `200 {"number":7,"body":"<b>"}`, "204 ", `200 {"number":7,"body":"<T>"}`},
			`{"number":7,"diff":"@@ line 1\n-<b>\n+<T>"}`, "ok"},
		"edited in vain": {"update_issue", issue7 + `,"edits":[{"old":"b","new":"B"}]`, []string{`200 {"number":7,"body":"b"}`, `200 {"number":7,"body":"b"}`, "204 ", `200 {"number":7,"body":"b"}`},
			`{"number":7,"diff":"@@ line 1\n-b\n+B","warnings":["the body differs from the one requested"]}`, "partial"},

		"comment edited":    {"update_comment", repo + `,"id":5,"edits":[{"old":"b","new":"B"}]`, []string{`200 {"id":5,"body":"b"}`, `200 {"id":5,"body":"b"}`, "204 ", `200 {"id":5,"body":"B"}`}, `{"id":5,"diff":"@@ line 1\n-b\n+B"}`, "ok"},
		"comment as it was": {"update_comment", repo + `,"id":5,"edits":[{"old":"b","new":"b"}]`, []string{`200 {"id":5,"body":"b"}`}, `{"id":5,"unchanged":true}`, ""},

		"labels added":   {"add_labels", issue7 + `,"labels":["a","b"],"create_labels":true`, []string{`201 [{"name":"a"},{"name":"b"}]`}, `{"number":7,"added":["a","b"]}`, "ok"},
		"label ignored":  {"add_labels", issue7 + `,"labels":["a","b"],"create_labels":true`, []string{"204 ", `200 {"number":7,"labels":[{"name":"a"},{"name":"c"}]}`}, `{"number":7,"added":["a"],"labels":["a","c"],"warnings":["label \"b\" was not added"]}`, "partial"},
		"labels ignored": {"add_labels", issue7 + `,"labels":["a","b"],"create_labels":true`, []string{"204 ", `200 {"number":7,"labels":[]}`}, `{"number":7,"warnings":["labels \"a\", \"b\" were not added"]}`, "partial"},
		"label unknown":  {"add_labels", issue7 + `,"labels":["a"],"create_labels":true`, []string{"204 ", "404 "}, `{"number":7,"warnings":["could not verify label \"a\": reading the issue back: ` + read + `; check with get_issue"]}`, "ok"},
		"labels removed": {"remove_labels", issue7 + `,"labels":[" a "]`, []string{"204 "}, `{"number":7,"removed":["a"]}`, "ok"},

		"comment changed": {"update_comment", repo + `,"id":5,"body":"b"`, []string{"204 ", `200 {"id":5,"body":"b"}`}, `{"id":5}`, "ok"},
		"comment ignored": {"update_comment", repo + `,"id":5,"body":"b"`, []string{`200 {"id":5,"body":"a"}`, `200 {"id":5,"body":"a"}`}, `{"id":5,"warnings":["the body of the comment differs from the one sent; check it with get_comment"]}`, "partial"},
		"comment unknown": {"update_comment", repo + `,"id":5,"body":"b"`, []string{"204 ", "404 "},
			`{"id":5,"warnings":["GitCode accepted the change, but the new body could not be verified: reading it back: GET /repos/{owner}/{repo}/issues/comments/{id} returned 404 Not Found; check it with get_comment"]}`, "ok"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result, records := do(t, script(t, test.responses...), tools.Env{}, test.tool, "{"+test.arguments+"}")
			require.False(t, result.IsError, text(t, result))
			assert.JSONEq(t, test.result, text(t, result))
			if test.outcome == "" {
				assert.Empty(t, records)
				return
			}
			require.Len(t, records, 1)
			assert.Equal(t, test.outcome, records[0].Outcome)
		})
	}
}

// TestDryRunsShowTheDifference checks that the result of a dry run has what is
// known before anything is written, and the planned requests as they are.
func TestDryRunsShowTheDifference(t *testing.T) {
	t.Parallel()
	const (
		before  = `200 {"number":7,"body":"a\nb","labels":[{"name":"old"}],"assignees":[{"login":"ann"}]}`
		comment = `200 {"id":5,"body":"a\nb"}`
		edit    = `,"edits":[{"old":"b","new":"B"}]`
		diff    = `"diff":"@@ line 2\n-b\n+B"`
		post    = `{"method":"POST","path":"/repos/o/r/issues/7/comments","body":"{\"body\":\"c\"}"}`
	)
	for name, test := range map[string]struct {
		tool, arguments string
		responses       []string
		result          string
	}{
		"an edit": {"update_issue", issue7 + edit + `,"comment":"c"`, []string{before, before},
			`{"number":7,` + diff + `,"dry_run":[{"method":"PATCH","path":"/repos/o/issues/7","body":"{\"body\":\"a\\nB\",\"repo\":\"r\"}"},` + post + `]}`},
		"lists": {"update_issue", issue7 + `,"labels":["new"],"create_labels":true,"assignee":"eve"`, []string{before},
			`{"number":7,"previous_labels":["old"],"previous_assignees":["ann"],"dry_run":[{"method":"PATCH","path":"/repos/o/issues/7","body":"{\"assignee\":\"eve\",\"labels\":\"new\",\"repo\":\"r\"}"}]}`},
		"nothing but a comment": {"update_issue", issue7 + `,"assignee":"ann","comment":"c"`, []string{before},
			`{"number":7,"labels":["old"],"assignees":["ann"],"unchanged":true,"dry_run":[` + post + `]}`},
		"someone to remove": {"update_issue", issue7 + `,"title":"t","remove_assignees":["eve"]`, []string{before},
			`{"number":7,"warnings":["\"eve\" was not assigned"],"dry_run":[{"method":"PATCH","path":"/repos/o/issues/7","body":"{\"repo\":\"r\",\"title\":\"t\"}"}]}`},
		"a title": {"update_issue", issue7 + `,"title":"t"`, []string{before},
			`{"dry_run":[{"method":"PATCH","path":"/repos/o/issues/7","body":"{\"repo\":\"r\",\"title\":\"t\"}"}]}`},
		"a comment": {"update_comment", `"owner":"o","repo":"r","id":5` + edit, []string{comment, comment},
			`{"id":5,` + diff + `,"dry_run":[{"method":"PATCH","path":"/repos/o/r/issues/comments/5","body":"{\"body\":\"a\\nB\"}"}]}`},
		"a comment as it is": {"update_comment", `"owner":"o","repo":"r","id":5,"edits":[{"old":"b","new":"b"}]`, []string{comment}, `{"id":5,"unchanged":true}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result, records := do(t, script(t, test.responses...), tools.Env{DryRun: true}, test.tool, "{"+test.arguments+"}")
			require.False(t, result.IsError, text(t, result))
			assert.JSONEq(t, test.result, text(t, result))
			assert.Empty(t, records)
		})
	}
}

// TestLabelsThatCannotBeChecked checks the error and its advice.
func TestLabelsThatCannotBeChecked(t *testing.T) {
	t.Parallel()
	for tool, arguments := range map[string]string{
		"add_labels":    issue7 + `,"labels":["bug"]`,
		"update_issue":  issue7 + `,"labels":["bug"]`,
		"create_issue":  `"owner":"o","repo":"r","title":"t","labels":["bug"]`,
		"update_issues": `"owner":"o","repo":"r","changes":[{"numbers":[7],"add_labels":["bug"]}]`,
	} {
		result, records := do(t, responds(403, ""), tools.Env{}, tool, "{"+arguments+"}")
		assert.True(t, result.IsError)
		assert.Equal(t, tool+": not sent: the labels could not be checked: GET /repos/{owner}/{repo}/labels returned 403 Forbidden; create_labels=true skips this check."+
			" The token's owner may not do this. Ask for access to the repository, or use another token.", text(t, result))
		assert.Empty(t, records)
	}
}

// TestConflictOfEdits checks that the advice for a text that somebody else
// changed is to retry, and that nothing is recorded as written.
func TestConflictOfEdits(t *testing.T) {
	t.Parallel()
	result, records := do(t, script(t, `200 {"number":7,"body":"a"}`, `200 {"number":7,"body":"ab"}`), tools.Env{}, "update_issue", "{"+issue7+`,"append":"c"}`)
	assert.True(t, result.IsError)
	assert.Equal(t, "update_issue: not sent: somebody else changed the text at the same time; retry with the same arguments", text(t, result))
	assert.Empty(t, records)
}

// TestWarningsSayHowLongToWait checks the warnings about requests that the local
// rate limit does not allow.
func TestWarningsSayHowLongToWait(t *testing.T) {
	t.Parallel()
	const wait = `(1h0m0s|59m\d+s)`
	for name, test := range map[string]struct {
		tool, arguments string
		requests        int // that the limit allows
		warnings        []string
	}{
		"steps": {"create_issue", `"owner":"o","repo":"r","title":"t","assignee":"ann","labels":["bug"],"create_labels":true`, 1, []string{
			`^assignee "ann" is missing: not sent: the local rate limit is exhausted; retry in ` + wait + ` with update_issue$`,
			`^label "bug" is missing: not sent: the local rate limit is exhausted; retry in ` + wait + ` with add_labels$`,
		}},
		"reading back":        {"update_issue", issue7 + `,"title":"new"`, 2, []string{`the local rate limit is exhausted; check in ` + wait + ` with get_issue$`}},
		"reading labels back": {"add_labels", issue7 + `,"labels":["x"],"create_labels":true`, 1, []string{`the local rate limit is exhausted; check in ` + wait + ` with get_issue$`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := responds(200, `{"id":70,"number":7,"state":"open","title":"t"}`)
			client := newClient(t, answer, api.Config{MaxWait: -1, Rates: []rest.Rate{{Requests: test.requests, Per: time.Hour}}})
			result := call(t, connect(t, client, tools.Env{}), test.tool, "{"+test.arguments+"}")
			var got struct{ Warnings []string }
			require.NoError(t, json.Unmarshal([]byte(text(t, result)), &got), text(t, result))
			require.Len(t, got.Warnings, len(test.warnings), text(t, result))
			for i, want := range test.warnings {
				assert.Regexp(t, want, got.Warnings[i])
			}
		})
	}
}
