package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
	gosdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// asProgram makes the test binary behave as the program itself, so that the
// tests start real processes without building one.
const asProgram = "GITCODE_MCP_AS_PROGRAM=1"

func TestMain(m *testing.M) {
	if os.Getenv("GITCODE_MCP_AS_PROGRAM") != "" {
		main()
		return
	}
	os.Exit(withoutTokens(m.Run))
}

// withoutTokens runs the tests, passes on what they print, and fails if that
// holds a token: nothing that the program or a test says may.
func withoutTokens(tests func() int) int {
	read, write, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	stdout, stderr := os.Stdout, os.Stderr
	os.Stdout, os.Stderr = write, write
	var printed bytes.Buffer
	copied := make(chan error, 1)
	go func() {
		_, err := io.Copy(io.MultiWriter(stdout, &printed), read)
		copied <- err
	}()
	status := tests()
	os.Stdout, os.Stderr = stdout, stderr
	write.Close()
	if err := <-copied; err != nil {
		panic(err)
	}
	for _, token := range []string{testToken, sandbox.Token} {
		if bytes.Contains(printed.Bytes(), []byte(token)) {
			fmt.Fprintln(stderr, "FAIL: a token was printed:", token)
			status = 1
		}
	}
	return status
}

// program returns the program as a command, with nothing set but env.
func program(ctx context.Context, env []string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env = append([]string{asProgram, "PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}, env...)
	return cmd
}

// run runs the program to its end.
func run(t *testing.T, stdin string, env []string, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := program(ctx, env, args...)
	var out, log bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &log
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil {
		require.ErrorAs(t, err, &exit)
		status = exit.ExitCode()
	}
	return out.String(), log.String(), status
}

var revisions = []string{"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"}

func TestStdioWithMCPGoClient(t *testing.T) {
	t.Parallel()
	for _, revision := range revisions {
		t.Run(revision, func(t *testing.T) {
			t.Parallel()
			session, err := client.NewStdioMCPClientWithOptions(os.Args[0], nil, []string{"stdio", "--sandbox"},
				transport.WithCommandFunc(func(ctx context.Context, _ string, _ []string, args []string) (*exec.Cmd, error) {
					return program(ctx, nil, args...), nil
				}))
			require.NoError(t, err)
			t.Cleanup(func() { session.Close() })
			init := mcp.InitializeRequest{}
			init.Params.ProtocolVersion = revision
			init.Params.ClientInfo = mcp.Implementation{Name: "test", Version: "1"}
			hello, err := session.Initialize(t.Context(), init)
			require.NoError(t, err)
			assert.Equal(t, revision, hello.ProtocolVersion)
			assert.Contains(t, hello.Instructions, "never instructions")

			list, err := session.ListTools(t.Context(), mcp.ListToolsRequest{})
			require.NoError(t, err)
			assert.Len(t, list.Tools, len(tools.All()))
			result, err := call(t.Context(), session, "get_issue", map[string]any{"owner": "openharbor", "repo": "portal", "number": "#2"})
			require.NoError(t, err)
			assert.False(t, result.IsError)
			assert.Contains(t, text(result), "Upload of attachments")
		})
	}
}

func TestStdioWithOfficialClient(t *testing.T) {
	t.Parallel()
	for _, revision := range revisions {
		t.Run(revision, func(t *testing.T) {
			t.Parallel()
			c := gosdk.NewClient(&gosdk.Implementation{Name: "test", Version: "1"}, nil)
			session, err := c.Connect(t.Context(), &gosdk.CommandTransport{Command: program(t.Context(), nil, "stdio", "--sandbox")},
				&gosdk.ClientSessionOptions{ProtocolVersion: revision})
			require.NoError(t, err)
			t.Cleanup(func() { session.Close() })
			assert.Equal(t, revision, session.InitializeResult().ProtocolVersion)

			list, err := session.ListTools(t.Context(), nil)
			require.NoError(t, err)
			assert.Len(t, list.Tools, len(tools.All()))
			result, err := session.CallTool(t.Context(), &gosdk.CallToolParams{
				Name: "update_issue", Arguments: map[string]any{"owner": "openharbor", "repo": "portal", "number": 2, "state": "closed"},
			})
			require.NoError(t, err)
			assert.False(t, result.IsError)
			structured, err := json.Marshal(result.StructuredContent)
			require.NoError(t, err)
			assert.JSONEq(t, `{"number":2,"state":"closed","url":"https://gitcode.com/openharbor/portal/issues/2"}`, string(structured))
		})
	}
}

// TestStdioAnswersWhatIsUnderWay pipes a session in, as a script would: the end
// of input must not cost an answer, not even to a last line without its end.
func TestStdioAnswersWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	const session = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
{"jsonrpc":"2.0","method":"notifications/initialized"}
no JSON at all
{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"get_issue","arguments":{"owner":"openharbor","repo":"portal","number":1}}}
{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"get_issue","arguments":{"owner":"openharbor","repo":"portal","number":2}}}`
	stdout, stderr, status := run(t, session, nil, "--sandbox")
	assert.Zero(t, status, stderr)
	var ids []string
	for line := range strings.Lines(stdout) {
		var message struct {
			ID     json.RawMessage `json:"id"`
			Result struct {
				IsError bool `json:"isError"`
			} `json:"result"`
		}
		require.NoError(t, json.Unmarshal([]byte(line), &message), "stdout holds nothing but the protocol: %s", line)
		assert.False(t, message.Result.IsError, line)
		ids = append(ids, string(message.ID))
	}
	assert.ElementsMatch(t, []string{"1", "null", `"a"`, "3"}, ids)
}

func TestStdioEndsOnSignal(t *testing.T) {
	t.Parallel()
	cmd := program(t.Context(), nil, "--sandbox")
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	_, err = io.WriteString(in, `{"jsonrpc":"2.0","id":1,"method":"ping"}`+"\n")
	require.NoError(t, err)
	_, err = out.Read(make([]byte, 1))
	require.NoError(t, err)
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	_, err = io.Copy(io.Discard, out)
	require.NoError(t, err)
	assert.NoError(t, cmd.Wait())
}

func TestCall(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		env, args      []string
		stdout, stderr string // parts
		status         int
	}{
		"readable":               {nil, []string{"call", "get_issue", "owner=openharbor", "repo=portal", "number=1", "--sandbox"}, "number: 1\n", "", 0},
		"texts keep their lines": {nil, []string{"call", "get_issue", "owner=openharbor", "repo=portal", "number=1", "--sandbox"}, "body: |-\n  ### 现象\n", "", 0},
		"structured":             {nil, []string{"call", "get_issue", `{"owner":"openharbor","repo":"portal","number":7}`, "--json", "--sandbox"}, `{"number":7,"id":`, "", 0},
		"a list":                 {[]string{"GITCODE_SANDBOX=true"}, []string{"call", "list_repo_issues", "owner=openharbor", "repo=portal", "labels=bug,kind/security"}, "- number: 5\n", "", 0},
		"a tool's error":         {nil, []string{"call", "get_issue", "owner=openharbor", "repo=portal", "number=99", "--sandbox"}, "", "Issue Not Found", 1},
		"wrong arguments":        {nil, []string{"call", "get_issue", "owner=o", "--sandbox"}, "", "number is missing", 1},
		"no such tool":           {nil, []string{"call", "get_isue", "--sandbox"}, "", "get_isue", 1},
		"not name=value":         {nil, []string{"call", "get_issue", "openharbor", "--sandbox"}, "", "neither name=value", 1},
		"no JSON":                {nil, []string{"call", "get_issue", "{owner", "--sandbox"}, "", "is not JSON", 1},
		"no token":               {nil, []string{"call", "get_issue", "owner=o", "repo=r", "number=1"}, "", "Set GITCODE_TOKEN", 1},
		"read-only":              {[]string{"GITCODE_READ_ONLY=true"}, []string{"call", "comment", "owner=o", "repo=r", "number=1", "body=x", "--sandbox"}, "", "only reads (GITCODE_READ_ONLY)", 1},
		"not in the toolsets":    {[]string{"GITCODE_TOOLSETS=issues, labels"}, []string{"call", "comment", "owner=o", "repo=r", "number=1", "body=x", "--sandbox"}, "", "GITCODE_TOOLSETS", 1},
		"the flag wins":          {[]string{"GITCODE_TOOLSETS=labels"}, []string{"call", "get_issue", "owner=openharbor", "repo=portal", "number=1", "--toolsets=issues", "--sandbox"}, "number: 1", "", 0},
		"unknown toolset":        {[]string{"GITCODE_TOOLSETS=issue"}, []string{"tools"}, "", `no toolset "issue"; known are issues, comments, labels, enterprise`, 1},
		"unknown tool":           {[]string{"GITCODE_TOOLS=get_issue,get"}, []string{"tools"}, "", `no tool "get"; known are create_issue, update_issue,`, 1},
		"bad base URL":           {[]string{"GITCODE_API_URL=gitcode.com"}, []string{"tools"}, "", "not an http(s) address", 1},
		"no token file":          {nil, []string{"tools", "--token-file=/does/not/exist"}, "", "read the token", 1},
		"catalogue":              {nil, []string{"tools"}, "Comment on an issue.", "", 0},
		"catalogue of a few":     {[]string{"GITCODE_TOOLS=get_issue"}, []string{"tools", "--json"}, `{"tools":[{"annotations":`, "", 0},
		"http beyond loopback":   {nil, []string{"http", "--addr=0.0.0.0:0", "--sandbox"}, "", "can be reached by other machines: set GITCODE_MCP_SECRET", 1},
		"two kinds of tokens":    {[]string{"GITCODE_TOKEN=x"}, []string{"http", "--user-tokens", "--addr=127.0.0.1:0"}, "", "exclude each other", 1},
		"no certificate":         {nil, []string{"http", "--tls-cert=/no/such", "--tls-key=/no/such", "--sandbox"}, "", "load --tls-cert and --tls-key", 1},
		"no secret file":         {nil, []string{"http", "--secret-file=/no/such", "--sandbox"}, "", "read the secret", 1},
		"nobody to be healthy":   {[]string{"GITCODE_MCP_ADDR=127.0.0.1:1"}, []string{"healthcheck"}, "", "refused", 1},
		"version":                {nil, []string{"--version"}, "devel", "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stdout, stderr, status := run(t, "", test.env, test.args...)
			assert.Equal(t, test.status, status, stderr)
			assert.Contains(t, stdout, test.stdout)
			assert.Contains(t, stderr, test.stderr)
		})
	}
}

func TestDemo(t *testing.T) {
	t.Parallel()
	stdout, stderr, status := run(t, "", nil, "demo")
	assert.Zero(t, status, stderr)
	for _, tool := range []string{"list_repo_issues", "get_issue", "list_issue_comments", "add_labels", "comment", "update_issue"} {
		assert.Contains(t, stdout, "> "+tool+" ")
	}
	assert.Equal(t, 1, strings.Count(stdout, "error: "), "only the mistake made on purpose fails")
	assert.NotContains(t, stdout, "warnings")
}
