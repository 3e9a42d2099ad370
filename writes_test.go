package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// write is a call that changes something in a new sandbox.
type write struct {
	arguments string
	// before are calls that prepare it: "tool arguments". The members of their results
	// replace <name> in what follows.
	before []string
	// settles is set if the call itself finds out by reading whether a write with an
	// unknown outcome happened.
	settles bool
	// harmless is set if no tool finds out, and the call may be repeated.
	harmless bool
}

const (
	portal   = `"owner":"openharbor","repo":"portal"`
	octo     = `"owner":"octoharbor","repo":"portal"`
	harbor   = `"id":"harborlab/portal"`
	incident = `gitlab_create_issue {` + harbor + `,"title":"Down","issue_type":"incident"}`
	image    = `gitlab_upload_metric_image {` + harbor + `,"issue_iid":<iid>,"file":"graph.png"}`
)

// writes has a call for each tool that writes.
var writes = map[string]write{
	"create_issue":      {arguments: `{` + portal + `,"title":"Uploads stop"}`},
	"update_issue":      {arguments: `{` + portal + `,"number":2,"title":"Uploads stop"}`},
	"update_issues":     {arguments: `{` + portal + `,"changes":[{"numbers":[2],"comment":"Seen again."}]}`, settles: true},
	"comment":           {arguments: `{` + portal + `,"number":2,"body":"Seen again."}`},
	"update_comment":    {arguments: `{` + portal + `,"id":<id>,"body":"Seen twice."}`, before: []string{`comment {` + portal + `,"number":2,"body":"Seen again."}`}},
	"delete_comment":    {arguments: `{` + portal + `,"id":<id>}`, before: []string{`comment {` + portal + `,"number":2,"body":"Seen again."}`}},
	"add_labels":        {arguments: `{` + portal + `,"number":2,"labels":["question"]}`},
	"upload_attachment": {arguments: `{` + portal + `,"file":"graph.png"}`, harmless: true},
	"remove_labels":     {arguments: `{` + portal + `,"number":2,"labels":["question"]}`, before: []string{`add_labels {` + portal + `,"number":2,"labels":["question"]}`}},

	"replace_labels":    {arguments: `{` + portal + `,"number":2,"labels":["question","kind/security"]}`},
	"create_repo_label": {arguments: `{` + portal + `,"name":"kind/typo","color":"#fff"}`},
	"update_repo_label": {arguments: `{` + portal + `,"original_name":"kind/security","name":"kind/safety"}`},
	"delete_repo_label": {arguments: `{` + portal + `,"name":"kind/security"}`},
	"create_milestone":  {arguments: `{` + portal + `,"title":"v3.0","due_on":"2027-03-31"}`},
	"update_milestone":  {arguments: `{` + portal + `,"number":253899,"state":"closed"}`},
	"delete_milestone":  {arguments: `{` + portal + `,"number":253899}`},

	"link_pull_request":    {arguments: `{` + portal + `,"pull_request":13,"numbers":[9]}`},
	"unlink_pull_request":  {arguments: `{` + portal + `,"pull_request":9,"numbers":[2]}`},
	"set_related_branches": {arguments: `{` + portal + `,"number":2,"branch_names":["main"]}`},

	"github_create_issue":     {arguments: `{` + octo + `,"title":"Uploads stop"}`},
	"github_update_issue":     {arguments: `{` + octo + `,"issue_number":2,"title":"Uploads stop"}`},
	"github_add_assignees":    {arguments: `{` + octo + `,"issue_number":2,"assignees":["crew-01"]}`},
	"github_remove_assignees": {arguments: `{` + octo + `,"issue_number":2,"assignees":["crew-01"]}`, before: []string{`github_add_assignees {` + octo + `,"issue_number":2,"assignees":["crew-01"]}`}},
	"github_lock_issue":       {arguments: `{` + octo + `,"issue_number":2}`},
	"github_unlock_issue":     {arguments: `{` + octo + `,"issue_number":2}`, before: []string{`github_lock_issue {` + octo + `,"issue_number":2}`}},

	"gitlab_create_issue":        {arguments: `{` + harbor + `,"title":"Uploads stop"}`},
	"gitlab_update_issue":        {arguments: `{` + harbor + `,"issue_iid":2,"title":"Uploads stop"}`},
	"gitlab_delete_issue":        {arguments: `{` + harbor + `,"issue_iid":2}`},
	"gitlab_reorder_issue":       {arguments: `{` + harbor + `,"issue_iid":2,"move_after_id":<id>}`, before: []string{`gitlab_get_issue {` + harbor + `,"issue_iid":1}`}},
	"gitlab_move_issue":          {arguments: `{` + harbor + `,"issue_iid":2,"to_project_id":"harborlab/tools/cli"}`},
	"gitlab_clone_issue":         {arguments: `{` + harbor + `,"issue_iid":2,"to_project_id":"harborlab/tools/cli"}`},
	"gitlab_promote_issue":       {arguments: `{` + harbor + `,"issue_iid":2}`},
	"gitlab_subscribe":           {arguments: `{` + harbor + `,"issue_iid":<iid>}`, before: []string{`gitlab_create_issue {` + harbor + `,"title":"Uploads stop"}`, `gitlab_unsubscribe {` + harbor + `,"issue_iid":<iid>}`}},
	"gitlab_unsubscribe":         {arguments: `{` + harbor + `,"issue_iid":<iid>}`, before: []string{`gitlab_create_issue {` + harbor + `,"title":"Uploads stop"}`}},
	"gitlab_create_todo":         {arguments: `{` + harbor + `,"issue_iid":<iid>}`, before: []string{`gitlab_create_issue {` + harbor + `,"title":"Uploads stop"}`}},
	"gitlab_set_time_estimate":   {arguments: `{` + harbor + `,"issue_iid":2,"duration":"3h"}`},
	"gitlab_reset_time_estimate": {arguments: `{` + harbor + `,"issue_iid":1}`},
	"gitlab_add_spent_time":      {arguments: `{` + harbor + `,"issue_iid":2,"duration":"1h"}`},
	"gitlab_reset_spent_time":    {arguments: `{` + harbor + `,"issue_iid":1}`},
	"gitlab_upload_metric_image": {arguments: `{` + harbor + `,"issue_iid":<iid>,"file":"graph.png"}`, before: []string{incident}},
	"gitlab_update_metric_image": {arguments: `{` + harbor + `,"issue_iid":<iid>,"image_id":<id>,"url_text":"Latency"}`, before: []string{incident, image}},
	"gitlab_delete_metric_image": {arguments: `{` + harbor + `,"issue_iid":<iid>,"image_id":<id>}`, before: []string{incident, image}},
}

// TestWrites checks what holds for each tool that writes, whatever its forge.
func TestWrites(t *testing.T) {
	t.Parallel()
	for _, f := range allForges() {
		for _, tool := range toolsAt(t, f, "http://127.0.0.1:1", rest.Unlimited) {
			if tool.Effect == tools.Reads {
				continue
			}
			t.Run(tool.Name, func(t *testing.T) {
				t.Parallel()
				_, known := writes[tool.Name]
				require.True(t, known, "add a call of this tool to writes")
				t.Run("is sent once and audited", func(t *testing.T) {
					t.Parallel()
					w := newWriting(t, f, tool.Name, rest.Unlimited)
					text, failed := w.call(t)
					require.False(t, failed, text)
					assert.NotEmpty(t, w.requests())
					assert.Equal(t, distinct(w.requests()), w.requests(), "no request is repeated")
					require.Len(t, w.records, 1)
					assert.Equal(t, tool.Name, w.records[0].Tool)
					assert.Equal(t, "ok", w.records[0].Outcome)
					assert.NotEmpty(t, w.records[0].Target)
				})
				t.Run("is not repeated after its connection breaks", func(t *testing.T) {
					t.Parallel()
					w := newWriting(t, f, tool.Name, rest.Unlimited)
					w.faults.breakWrites = true
					text, _ := w.call(t)
					t.Log(text)
					assert.NotEmpty(t, w.requests())
					assert.Equal(t, distinct(w.requests()), w.requests())
					require.Len(t, w.records, 1)
					if writes[tool.Name].settles {
						assert.Contains(t, text, `"counts":{"done":1}`)
						assert.Equal(t, "ok", w.records[0].Outcome)
						return
					}
					assert.Contains(t, text, "outcome is unknown. ")
					assert.Equal(t, !writes[tool.Name].harmless, strings.Contains(text, "unknown. Check with "))
					assert.Equal(t, "outcome_unknown", w.records[0].Outcome)
				})
				t.Run("is shown by a dry run and not sent", func(t *testing.T) {
					t.Parallel()
					w := newWriting(t, f, tool.Name, rest.Unlimited)
					w.env.DryRun = true
					text, failed := w.call(t)
					require.False(t, failed, text)
					assert.Empty(t, w.requests())
					assert.Empty(t, w.records)
					var result struct {
						DryRun []rest.PlannedRequest `json:"dry_run"`
					}
					require.NoError(t, json.Unmarshal([]byte(text), &result))
					w.env.DryRun = false
					_, failed = w.call(t)
					require.False(t, failed)
					require.NotEmpty(t, result.DryRun)
					sent := w.requests()
					assert.True(t, strings.HasPrefix(sent[0], result.DryRun[0].Method+" "), "the dry run begins with %s, the call with %.80s", result.DryRun[0].Method, sent[0])
					assert.Contains(t, sent[0], result.DryRun[0].Path)
				})
				t.Run("waits for the rate limit or is not sent", func(t *testing.T) {
					t.Parallel()
					w := newWriting(t, f, tool.Name, []rest.Rate{{Requests: 1, Per: time.Hour}})
					w.exhaust(t)
					text, failed := w.call(t)
					assert.True(t, failed)
					assert.Contains(t, text, "rate limit")
					assert.Empty(t, w.requests())
					assert.Empty(t, w.records)
				})
				t.Run("is refused by a policy and not sent", func(t *testing.T) {
					t.Parallel()
					w := newWriting(t, f, tool.Name, rest.Unlimited)
					w.restrict(t, f, `write = ["other/*"]`)
					text, failed := w.call(t)
					assert.True(t, failed)
					assert.Contains(t, text, `not sent: policy rule "write" of policy.toml: `)
					assert.Empty(t, w.requests())
					assert.Empty(t, w.records)
				})
				t.Run("takes no more requests under a policy", func(t *testing.T) {
					t.Parallel()
					free, restricted := newWriting(t, f, tool.Name, rest.Unlimited), newWriting(t, f, tool.Name, rest.Unlimited)
					restricted.restrict(t, f, "writes_per_hour = 10\nwrites_per_issue = 10\nmentions = 3")
					_, failed := free.call(t)
					require.False(t, failed)
					text, failed := restricted.call(t)
					require.False(t, failed, text)
					assert.Len(t, restricted.requests(), len(free.requests()))
					assert.Equal(t, free.faults.reads, restricted.faults.reads)
					assert.Len(t, restricted.records, 1)
				})
			})
		}
	}
}

// toolsAt returns the tools of a forge at a base URL, with a file that may be sent.
func toolsAt(t *testing.T, f *forge, baseURL string, rates []rest.Rate) []tools.Tool {
	t.Helper()
	return guardedTools(t, f, baseURL, rates, nil)
}

// guardedTools is toolsAt with a guard.
func guardedTools(t *testing.T, f *forge, baseURL string, rates []rest.Rate, guard rest.Guard) []tools.Tool {
	t.Helper()
	directory := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(directory, "graph.png"), []byte("\x89PNG\r\n\x1a\n"), 0o600))
	files, err := tools.OpenFiles(directory, "--allow-dir")
	require.NoError(t, err)
	all, _, err := f.tools(rest.Config{BaseURL: baseURL + f.sandbox.path, Token: f.sandbox.token, Rates: rates, MaxWait: -1, Guard: guard}, tools.Settings{Files: files})
	require.NoError(t, err)
	return all
}
