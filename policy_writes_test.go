package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/policy"
)

// TestReplacedAssignees replaces people who may be unassigned, one by one and in bulk.
func TestReplacedAssignees(t *testing.T) {
	t.Parallel()
	p := newPlayground(t, `assignees = ["*", "!bot-*", "!linwei"]`)
	p.prepare(t, `update_issue {"owner":"openharbor","repo":"portal","number":1,"assignee":"sunli,maria"}`)
	p.prepare(t, `update_issue {"owner":"openharbor","repo":"portal","number":2,"assignee":"sunli,linwei"}`)
	for _, line := range []string{
		`update_issue {"owner":"openharbor","repo":"portal","number":1,"remove_assignees":["maria"]}`,
		`update_issue {"owner":"openharbor","repo":"portal","number":1,"add_assignees":["maria"]}`,
		`update_issue {"owner":"openharbor","repo":"portal","number":1,"assignee":"zhaoqian"}`,
		`update_issues {"owner":"openharbor","repo":"portal","changes":[{"numbers":[1],"assignee":"sunli,maria"}]}`,
		`update_issue {"owner":"openharbor","repo":"portal","number":1,"assignee":""}`,
		`update_issue {"owner":"openharbor","repo":"portal","number":2,"remove_assignees":["sunli"]}`,
		`github_update_issue {"owner":"octoharbor","repo":"portal","issue_number":1,"assignees":[]}`,
		`gitlab_update_issue {"id":"harborlab/portal","issue_iid":1,"assignee_ids":[]}`,
	} {
		text, failed := p.call(t, line)
		assert.False(t, failed, "%s\n%s", line, text)
	}
	for _, line := range []string{
		`update_issue {"owner":"openharbor","repo":"portal","number":2,"assignee":""}`,
		`update_issues {"owner":"openharbor","repo":"portal","changes":[{"numbers":[2],"assignee":""}]}`,
	} {
		text, failed := p.call(t, line)
		assert.True(t, failed, line)
		assert.Contains(t, text, `"linwei" may not be assigned or unassigned`, line)
	}
}

// TestQuestionOfADeletedIssue reads the title of an issue of GitLab that is to be deleted.
func TestQuestionOfADeletedIssue(t *testing.T) {
	t.Parallel()
	f := allForges()[2]
	box, err := f.sandbox.open("")
	require.NoError(t, err)
	service := httptest.NewServer(box)
	t.Cleanup(service.Close)
	tool := named(t, guardedTools(t, f, service.URL, rest.Unlimited, nil), "gitlab_delete_issue")
	text, failed, err := tool.Question(tools.Env{}, json.RawMessage(`{"id":"harborlab/portal","issue_iid":1}`))(t.Context())
	require.NoError(t, err)
	assert.Nil(t, failed)
	assert.Equal(t, `Permanently delete issue harborlab/portal#1 "The timetable is empty without a network" with its comments?`, text)
	_, failed, err = tool.Question(tools.Env{}, json.RawMessage(`{"id":"harborlab/portal","issue_iid":999}`))(t.Context())
	require.Error(t, err)
	require.NotNil(t, failed)
	assert.Contains(t, resultText(t, failed), "404")
}

// TestEditsThatComposeACommand writes the parts of a command one after the other.
func TestEditsThatComposeACommand(t *testing.T) {
	t.Parallel()
	p := newPlayground(t, `commands = true`)
	for _, call := range []struct {
		line   string
		failed bool
	}{
		{`create_issue {"owner":"openharbor","repo":"portal","title":"Parts","body":"close\nand kind bug"}`, false},
		{`update_issue {"owner":"openharbor","repo":"portal","number":15,"prepend":"/"}`, false}, // on a line of its own
		{`update_issue {"owner":"openharbor","repo":"portal","number":15,"edits":[{"old":"/\nclose","new":"/close"}]}`, true},
		{`update_issue {"owner":"openharbor","repo":"portal","number":15,"edits":[{"old":"and kind","new":"/kind"}]}`, true},
		{`update_issue {"owner":"openharbor","repo":"portal","number":15,"edits":[{"old":"and kind","new":"/kind"}],"allow_commands":true}`, false},
		{`update_issue {"owner":"openharbor","repo":"portal","number":15,"append":"A command that is there already stays."}`, false},
		{`update_issue {"owner":"openharbor","repo":"portal","number":15,"append":"/kind bug"}`, true},
		{`update_issue {"owner":"openharbor","repo":"portal","number":15,"title":"/close","comment":"Done."}`, false}, // no bot reads titles
		{`update_issue {"owner":"openharbor","repo":"portal","number":15,"comment":"Done.\n/close"}`, true},
		{`update_issues {"owner":"openharbor","repo":"portal","changes":[{"numbers":[15],"comment":"/close"}]}`, true},
		{`update_issues {"owner":"openharbor","repo":"portal","changes":[{"numbers":[15],"comment":"/close"}],"allow_commands":true}`, false},
		{`create_issue {"owner":"openharbor","repo":"portal","title":"x","body":"> /close"}`, true},
	} {
		before := len(p.written())
		text, failed := p.call(t, call.line)
		assert.Equal(t, call.failed, failed, "%s\n%s", call.line, text)
		if call.failed {
			assert.Contains(t, text, "allow_commands=true", call.line)
			assert.Len(t, p.written(), before, call.line)
		}
	}
}

// TestBulkUnderPolicy changes issues that are read one by one, some of them long after
// the rehearsal, and takes no more requests than without a policy.
func TestBulkUnderPolicy(t *testing.T) {
	t.Parallel()
	var changes []string
	for number := 1; number <= 14; number++ {
		changes = append(changes, fmt.Sprintf(`{"numbers":[%d],"assignee":"sunli","comment":"Seen."}`, number))
	}
	call := `update_issues {"owner":"openharbor","repo":"portal","changes":[` + strings.Join(changes, ",") + `]}`
	f := allForges()[0]
	requests := func(guard rest.Guard) (reads, writes int64, text string) {
		var read, written atomic.Int64
		box, err := f.sandbox.open("")
		require.NoError(t, err)
		service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Method != http.MethodGet:
				written.Add(1)
			case strings.HasSuffix(r.URL.Path, "/issues"): // the list cannot be read
				read.Add(1)
				http.Error(w, "{}", http.StatusForbidden)
				return
			default:
				read.Add(1)
			}
			box.ServeHTTP(w, r)
		}))
		t.Cleanup(service.Close)
		tool := named(t, guardedTools(t, f, service.URL, []rest.Rate{{Requests: 1_000_000, Per: 1}}, guard), "update_issues")
		name, arguments, _ := strings.Cut(call, " ")
		require.Equal(t, tool.Name, name)
		result, _ := tool.Call(t.Context(), tools.Env{}, json.RawMessage(arguments))
		return read.Load(), written.Load(), resultText(t, result)
	}
	reads, writes, want := requests(nil)
	file := filepath.Join(t.TempDir(), "policy.toml")
	require.NoError(t, os.WriteFile(file, []byte(`assignees = ["*"]`), 0o600))
	restrictions, err := policy.Load(file)
	require.NoError(t, err)
	guardedReads, guardedWrites, text := requests(restrictions.For("GitCode").Guard())
	assert.Equal(t, want, text)
	assert.Equal(t, reads+1, guardedReads, "only the list that failed is requested again")
	assert.Equal(t, writes, guardedWrites)
	assert.Positive(t, writes)
}
