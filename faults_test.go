package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox/fault"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// faults is what goes wrong for an owner of that name.
var faults = map[string]fault.Fault{
	"401":             {Status: 401, Body: `{"message":"401 Unauthorized"}`},
	"no-token":        {Status: 400, Body: `{"error_code":400,"error_code_name":"UN_KNOW","error_message":"Orchestration error: Invalid header parameter: private-token, required"}`},
	"403-scope":       {Status: 403, Body: `{"error_code":403,"error_code_name":"FORBIDDEN","error_message":"no scopes:read_projects","trace_id":"0f3a"}`},
	"403-apig":        {Status: 400, Body: `{"error_code":400,"error_message":"CH.00000403 apig token has not permission to request url"}`},
	"403":             {Status: 400, Body: `{"error_message":"403 Forbidden - You don't have the authority"}`},
	"409":             {Status: 400, Body: `{"error_code":409,"error_message":"name already exists"}`},
	"418":             {Status: 418, Body: "<html><body>The request was blocked</body></html>"},
	"429-retry-after": {Status: 429, Header: http.Header{"Retry-After": {"47"}}},
	"429":             {Status: 429, Body: `{"error_code":429,"error_message":"too many requests"}`},
	"502":             {Status: 502, Body: "<html>Bad Gateway</html>"},
	"cut-off":         {CutOff: true},
	"reset":           {Reset: true},
	"timeout":         {Delay: 5 * time.Second},
	"moved":           {Redirect: "https://elsewhere.test/api/v5/repos/new/home/issues/1?private=1", Status: 301},
	"garbage":         {Garbage: true},
	"echo":            {Echo: true},
}

// faultyService is the sandbox with an owner for each fault.
func faultyService(t *testing.T) string {
	t.Helper()
	web := httptest.NewServer(fault.Inject(sandbox.New(), func(r *http.Request) fault.Fault {
		owner, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, sandbox.Prefix+"/repos/"), "/")
		return faults[owner]
	}))
	t.Cleanup(func() {
		web.CloseClientConnections()
		web.Close()
	})
	return web.URL + sandbox.Prefix
}

// TestWhatAModelReads plays a session over stdio against a service that fails;
// with -v it prints the transcript.
func TestWhatAModelReads(t *testing.T) {
	t.Parallel()
	logFile, err := os.Create(filepath.Join(t.TempDir(), "log"))
	require.NoError(t, err)
	defer logFile.Close()
	env := []string{"GITCODE_API_URL=" + faultyService(t), "GITCODE_TOKEN=" + sandbox.Token, "GITCODE_TIMEOUT=500ms", "GITCODE_MAX_WAIT=1s", "GITCODE_LOG_LEVEL=debug"}
	session, err := client.NewStdioMCPClientWithOptions(os.Args[0], nil, nil, transport.WithCommandStderrWriter(logFile),
		transport.WithCommandFunc(func(ctx context.Context, _ string, _ []string, _ []string) (*exec.Cmd, error) {
			return program(ctx, env), nil
		}))
	require.NoError(t, err)
	_, err = session.Initialize(t.Context(), mcp.InitializeRequest{})
	require.NoError(t, err)

	const get, create, update, comment = "get_issue", "create_issue", "update_issue", "comment"
	for _, test := range []struct {
		owner, tool string
		next        string // what the error says to do
	}{
		{"401", get, "Set GITCODE_TOKEN to a valid token"},
		{"no-token", get, "Set GITCODE_TOKEN to a valid token"},
		{"403-scope", get, "The token lacks the scope read_projects"},
		{"403-apig", create, "The token lacks a scope"},
		{"403", update, "ask for access to the repository"},
		{"404", get, "Check owner, repo, number. GitCode answers 404 also where the token lacks permission"},
		{"409", create, "read it again"},
		{"418", comment, "reword it"},
		{"429-retry-after", get, "Call again in 47s."},
		{"429", get, "wait a minute, then call again"},
		{"502", get, "try again in a minute"},
		{"cut-off", get, "the answer was cut off. GitCode cannot"},
		{"garbage", get, "try again"},
		{"timeout", get, "no answer in time. GitCode cannot"},
		{"moved", get, "it is now at /api/v5/repos/new/home/issues/1. The repository or issue has moved: call again with its present owner and name."},
		{"moved", update, "it is now at /api/v5/repos/new/home/issues/1"},
		{"reset", create, "look before you repeat it. list_repo_issues with sort=created and the title as search tells."},
		{"timeout", comment, "no answer in time. It may have happened: look before you repeat it. list_issue_comments with order=desc tells."},
		{"502", update, "look before you repeat it. get_issue tells."},
		{"echo", comment, "Correct the arguments"},
	} {
		arguments := map[string]any{"owner": test.owner, "repo": "portal", "number": 1}
		switch test.tool {
		case create:
			delete(arguments, "number")
			arguments["title"] = "private words"
		case update:
			arguments["state"] = "closed"
		case comment:
			arguments["body"] = "private words"
		}
		result, err := call(t.Context(), session, test.tool, arguments)
		require.NoError(t, err)
		assert.True(t, result.IsError, test.owner)
		assert.Contains(t, text(result), test.next, test.owner)
		assert.NotContains(t, text(result), sandbox.Token, test.owner)
		assert.NotContains(t, text(result), "127.0.0.1", test.owner)
		t.Logf("%s %s:\n%s", test.owner, test.tool, text(result))
	}
	require.NoError(t, session.Close())
	content, err := os.ReadFile(logFile.Name())
	require.NoError(t, err)
	log := string(content)
	assert.NotContains(t, log, sandbox.Token, "not even in the log at debug")
	assert.NotContains(t, log, "private words", "no arguments in the log")
	assert.Contains(t, log, `"msg":"write","tool":"create_issue","target":"reset/portal","outcome":"outcome unknown"}`)
}

func TestTokenComesClean(t *testing.T) {
	t.Parallel()
	api := faultyService(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "token")
	require.NoError(t, os.WriteFile(file, []byte(sandbox.Token+"\n"), 0o600))
	empty := filepath.Join(dir, "empty")
	require.NoError(t, os.WriteFile(empty, []byte("\n"), 0o600))
	for name, test := range map[string]struct {
		env, args []string
		stderr    string
	}{
		"as it is":           {[]string{"GITCODE_TOKEN=" + sandbox.Token}, nil, ""},
		"with blanks":        {[]string{"GITCODE_TOKEN=  " + sandbox.Token + "\n"}, nil, ""},
		"with quotes":        {[]string{`GITCODE_TOKEN="` + sandbox.Token + `"`}, nil, ""},
		"with single quotes": {[]string{`GITCODE_TOKEN='` + sandbox.Token + `' `}, nil, ""},
		"in a file":          {nil, []string{"--token-file=" + file}, ""},
		"in a file, by env":  {[]string{"GITCODE_TOKEN_FILE=" + file}, nil, ""},
		"a file's path":      {[]string{"GITCODE_TOKEN=" + file}, nil, "GITCODE_TOKEN names a file"},
		"two words":          {[]string{"GITCODE_TOKEN=" + sandbox.Token + " x"}, nil, "GITCODE_TOKEN holds blanks"},
		"not ASCII":          {[]string{"GITCODE_TOKEN=" + sandbox.Token + "语"}, nil, "no token has"},
		"an empty file":      {nil, []string{"--token-file=" + empty}, "is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"call", "get_issue", "owner=openharbor", "repo=portal", "number=1", "--log-level=debug", "--api-url=" + api}, test.args...)
			stdout, stderr, status := run(t, "", test.env, args...)
			assert.NotContains(t, stdout+stderr, sandbox.Token)
			if test.stderr == "" {
				assert.Zero(t, status, stderr)
				return
			}
			assert.Equal(t, 1, status)
			assert.Contains(t, stderr, test.stderr)
		})
	}
}

func TestAuditLogFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "audit.jsonl")
	for range 2 { // the file is appended to
		_, stderr, status := run(t, "", nil, "call", "comment", "owner=openharbor", "repo=portal", "number=2", "body=private words", "--sandbox", "--audit-log="+file)
		require.Zero(t, status, stderr)
	}
	_, _, status := run(t, "", nil, "call", "update_issue", "owner=openharbor", "repo=portal", "number=99", "state=closed", "--sandbox", "--audit-log="+file)
	require.Equal(t, 1, status)
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.NotContains(t, string(content), "private words")
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	require.Len(t, lines, 3)
	for i, outcome := range []string{"ok", "ok", "not found"} {
		var line struct {
			Time                  time.Time
			Tool, Target, Outcome string
			ID                    int64
		}
		require.NoError(t, json.Unmarshal([]byte(lines[i]), &line))
		assert.Equal(t, outcome, line.Outcome)
		assert.WithinDuration(t, time.Now(), line.Time, time.Minute)
		assert.Equal(t, outcome == "ok", line.ID > 0)
		assert.Regexp(t, `^openharbor/portal#\d+$`, line.Target)
	}

	_, stderr, status := run(t, "", nil, "tools", "--audit-log=/no/such/folder/file")
	assert.Equal(t, 1, status)
	assert.Contains(t, stderr, "open the audit log")
}

func TestDryRunFitsTheSchemas(t *testing.T) {
	t.Parallel()
	const number = `"owner":"openharbor","repo":"portal","number":1`
	for name, arguments := range map[string]string{
		"create_issue":   `{"owner":"openharbor","repo":"portal","title":"t","labels":["bug"]}`,
		"update_issue":   `{` + number + `,"state":"closed","labels":[]}`,
		"comment":        `{` + number + `,"body":"b"}`,
		"update_comment": `{"owner":"openharbor","repo":"portal","id":5,"body":"b"}`,
		"delete_comment": `{"owner":"openharbor","repo":"portal","id":5}`,
		"add_labels":     `{` + number + `,"labels":["l"]}`,
		"remove_labels":  `{` + number + `,"labels":["l"]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stdout, stderr, status := run(t, "", []string{"GITCODE_DRY_RUN=true", "GITCODE_API_URL=http://127.0.0.1:1", "GITCODE_TOKEN=x"}, "call", name, arguments, "--json")
			require.Zero(t, status, stderr)
			for _, tool := range tools.All() {
				if tool.Name == name {
					var result any
					require.NoError(t, json.Unmarshal([]byte(stdout), &result))
					assert.NoError(t, compiled(t, tool.Output).Validate(result))
				}
			}
		})
	}
}
