package main

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

func TestCallArguments(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "reply.md")
	require.NoError(t, os.WriteFile(file, []byte("From a file.\n"), 0o600))
	comment := func(body string) []string {
		return []string{"call", "comment", "openharbor/portal#1", "body=" + body, "--sandbox", "--dry-run", "--json"}
	}
	for name, test := range map[string]struct {
		args   []string
		stdin  string
		want   string // part of stdout, or of stderr if there is a status
		status int
	}{
		"a file":                   {comment("@" + file), "", `{\"body\":\"From a file.\\n\"}`, 0},
		"stdin":                    {comment("@-"), "From stdin.", `{\"body\":\"From stdin.\"}`, 0},
		"a literal @":              {comment("@@linwei, please look"), "", `{\"body\":\"@linwei, please look\"}`, 0},
		"an @ within":              {comment("a@b"), "", `{\"body\":\"a@b\"}`, 0},
		"no such file":             {comment("@linwei"), "", "no such file or directory; write @@linwei for a value that begins with @", 2},
		"an object on stdin":       {[]string{"call", "get_issue", "-", "--sandbox"}, `{"owner":"openharbor","repo":"portal","number":1}`, "number: 1\n", 0},
		"an address and an object": {[]string{"call", "list_repo_issues", "openharbor/portal", "-", "--sandbox"}, "\n{\"per_page\":1}", "next_page: 2\n", 0},
		"no object on stdin":       {[]string{"call", "get_issue", "-", "--sandbox"}, `[1]`, `stdin contains no JSON object, but "[1]"`, 2},
		"an unknown flag":          {[]string{"call", "--jason"}, "", "unknown flag", 2},
		"an unknown tool":          {[]string{"call", "get_isue", "a/b#1", "--sandbox"}, "", `did you mean "get_issue"?`, 2},
		"a failed call":            {[]string{"call", "get_issue", "openharbor/portal#99", "--sandbox"}, "", "returned 404", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stdout, stderr, status := run(t, test.stdin, nil, test.args...)
			assert.Equal(t, test.status, status, stderr)
			output := stdout
			if test.status != 0 {
				output = stderr
			}
			if strings.Contains(strings.Join(test.args, " "), "--json") && test.status != 0 {
				output = stdout
			}
			assert.Contains(t, output, test.want)
		})
	}
}

// TestJSONErrors checks that --json prints errors as JSON too, and nothing else.
func TestJSONErrors(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"a failed call":   {"get_issue", "openharbor/portal#99", "--sandbox"},
		"an unknown tool": {"get_isue", "--sandbox"},
		"no token":        {"comment", "openharbor/portal#1", "body=x"},
	} {
		stdout, stderr, status := run(t, "", nil, append([]string{"call", "--json"}, args...)...)
		assert.NotZero(t, status, name)
		assert.Empty(t, stderr, name)
		var failure struct{ Error string }
		require.NoError(t, json.Unmarshal([]byte(stdout), &failure), stdout)
		assert.NotEmpty(t, failure.Error, name)
	}
}

func TestToolHelp(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"call", "list_repo_issues", "--help"}, {"tools", "list_repo_issues"}} {
		stdout, stderr, status := run(t, "", nil, args...)
		assert.Zero(t, status, stderr)
		assert.Contains(t, stdout, "gitcode-mcp call list_repo_issues owner=… repo=… [name=value]...\n\nRequired:\n  owner  string\n")
		assert.Contains(t, stdout, "\n  state  open|closed|all\n      Default all\n")
		assert.Contains(t, stdout, "\n  labels  string,…\n")
		assert.NotContains(t, stdout, "\x1b", "no terminal")
	}
	stdout, _, status := run(t, "", nil, "call", "--help")
	assert.Zero(t, status)
	assert.Contains(t, stdout, "Call a tool and print its result.")
	for _, args := range [][]string{{"call", "list_repo_isues", "--help"}, {"tools", "list_repo_isues"}, {"tools", "list_repo_isues", "--json"}} {
		stdout, stderr, _ := run(t, "", nil, args...)
		assert.Empty(t, stdout, args)
		assert.Contains(t, stderr, `did you mean "list_repo_issues"`, args)
	}
	for _, args := range [][]string{{"call", "get_me", "--help"}, {"tools", "get_me"}, {"tools", "get_me", "--json"}} {
		stdout, stderr, _ := run(t, "", nil, args...)
		assert.Empty(t, stdout, args)
		assert.Equal(t, "gitcode-mcp: get_me is not offered: the toolset people is not among the default ones (GITCODE_MCP_TOOLSETS)\n", stderr, args)
		stdout, stderr, status := run(t, "", []string{"GITCODE_MCP_TOOLSETS=people"}, args...)
		assert.Zero(t, status, stderr)
		assert.Contains(t, stdout, "get_me", args)
		assert.Empty(t, stderr, args)
	}
}

func TestCompletion(t *testing.T) {
	t.Parallel()
	for last, want := range map[string]string{
		"get_issue":                      "get_issue\tReturn an issue",
		"list_repo_issues sta":           "state=\t",
		"list_repo_issues state=":        "state=open\nstate=closed\nstate=all\n:",
		"list_repo_issues x=1 per_page=": ":",
		"comment body=@":                 ":0",
	} {
		args := append([]string{"__complete", "call"}, strings.Fields(last)...)
		stdout, stderr, status := run(t, "", nil, args...)
		assert.Zero(t, status, stderr)
		assert.Contains(t, stdout, want, last)
	}
	_, stderr, _ := run(t, "", []string{"GITCODE_MCP_SERVER=http://127.0.0.1:1"}, "__complete", "call", "")
	assert.Contains(t, stderr, "ShellCompDirectiveError", "of a server that cannot be reached")
}

// TestCallOfAServer calls tools of a process that serves HTTP.
func TestCallOfAServer(t *testing.T) {
	t.Parallel()
	secret := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(secret, []byte("open-sesame-42\n"), 0o600))
	address := serveHTTP(t, nil, "--sandbox", "--user-tokens", "--secret-file="+secret)
	env := []string{"GITCODE_TOKEN=" + sandbox.Token}
	with := func(args ...string) []string {
		return append(args, "--server="+address, "--secret-file="+secret, "--user-tokens")
	}
	stdout, stderr, status := run(t, "", env, with("call", "get_issue", "openharbor/portal#1")...)
	assert.Zero(t, status, stderr)
	assert.Contains(t, stdout, "number: 1\n")
	stdout, stderr, status = run(t, "", env, with("tools")...)
	assert.Zero(t, status, stderr)
	assert.Contains(t, stdout, "\ncomment ")

	stdout, stderr, status = run(t, "", nil, "call", "get_issue", "openharbor/portal#1", "--server="+address, "--secret-file="+secret)
	assert.Zero(t, status, stderr)
	assert.Contains(t, stdout, "number: 1\n", "public data needs no token")

	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"a failed call":     {with("call", "get_issue", "openharbor/portal#99"), "returned 404"},
		"no secret":         {[]string{"call", "get_issue", "openharbor/portal#1", "--server=" + address}, "401 Unauthorized: unauthorized: missing or wrong secret"},
		"no token":          {[]string{"call", "comment", "openharbor/portal#1", "body=x", "--server=" + address, "--secret-file=" + secret}, "there is no token. Put a valid token in the header X-GitCode-Token."},
		"no server":         {[]string{"tools", "--server=http://127.0.0.1:1"}, "connection refused"},
		"no address":        {[]string{"tools", "--server=127.0.0.1"}, `"127.0.0.1" is not the address of a server`},
		"a sandbox of ours": {append(with("tools"), "--sandbox"), "--server cannot be combined with --sandbox"},
	} {
		_, stderr, status := run(t, "", env, test.args...)
		assert.NotZero(t, status, name)
		assert.Contains(t, stderr, test.want, name)
	}
}

func TestLargeArgument(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "large")
	require.NoError(t, os.WriteFile(file, make([]byte, maxArgument+1), 0o600))
	for _, body := range []string{"@" + file, "@-"} {
		_, stderr, status := run(t, strings.Repeat("x", maxArgument+1), nil, "call", "comment", "openharbor/portal#1", "body="+body, "--sandbox")
		assert.Equal(t, statusUsage, status)
		assert.Equal(t, "gitcode-mcp: body: larger than 4 MiB\n", stderr)
	}
}

// TestInterruptedInput checks that a signal ends what waits for stdin.
func TestInterruptedInput(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	in, _ := io.Pipe() // nobody writes to it
	interrupt()
	for _, arg := range []string{"-", "body=@-"} {
		_, err := parseArguments(ctx, []string{arg}, nil, in)
		require.ErrorIs(t, err, context.Canceled, arg)
	}
	assert.False(t, confirmed(ctx, in, io.Discard, "Really?"))
}
