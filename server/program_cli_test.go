package server_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

// run runs the program and checks that it prints no token.
func run(t *testing.T, stdin string, env []string, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	cmd := program(t, env, args...)
	var out, log bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &log
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil {
		require.ErrorAs(t, err, &exit)
		status = exit.ExitCode()
	}
	assert.NotContains(t, out.String()+log.String(), sandbox.Token)
	return out.String(), log.String(), status
}

func TestAuditLogFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "audit.jsonl")
	var want []string
	for _, call := range []struct{ number, outcome string }{{"2", "ok"}, {"1", "ok"}, {"99", "not_found"}} {
		run(t, "", nil, "call", "comment", "owner=openharbor", "repo=portal", "number="+call.number, "body=private words", "--sandbox", "--audit-log="+file)
		want = append(want, "openharbor/portal#"+call.number+" "+call.outcome)
	}
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.NotContains(t, string(content), "private words")
	var got []string
	for row := range strings.Lines(string(content)) {
		var line struct{ Tool, Target, Outcome string }
		require.NoError(t, json.Unmarshal([]byte(row), &line))
		assert.Equal(t, "comment", line.Tool)
		got = append(got, line.Target+" "+line.Outcome)
	}
	assert.Equal(t, want, got)
}

// TestPolicyCommand checks a policy, and makes calls under it.
func TestPolicyCommand(t *testing.T) {
	t.Parallel()
	const example = "--policy=../deploy/policy.toml"
	out, log, status := run(t, "", nil, "policy", example)
	assert.Zero(t, status, log)
	for _, want := range []string{
		"GitCode\n  read             openharbor/*; not openharbor/secrets (read)\n", "  excluded tools   create_issue, update_comment, delete_comment",
		"GitHub, which is not served; set GITHUB_TOKEN, GITHUB_TOKEN_FILE or GITHUB_API_URL\n  read             octoharbor/** (github.read)\n",
	} {
		assert.Contains(t, out, want)
	}
	out, _, _ = run(t, "", nil, "policy")
	assert.Contains(t, out, "There is no policy")

	file := filepath.Join(t.TempDir(), "rules.toml")
	require.NoError(t, os.WriteFile(file, []byte("read = ['a/*']\nwrite = ['a/x', 'b/y']"), 0o600))
	out, _, _ = run(t, "", nil, "policy", "--policy="+file)
	assert.Contains(t, out, `  warning: no repository that matches "b/y" in write may be read, so it allows no write`)
	require.NoError(t, os.WriteFile(file, []byte("\ntools = ['!delete_coment']"), 0o600))
	_, log, status = run(t, "", []string{"GITCODE_MCP_POLICY=" + file}, "tools", "--sandbox")
	assert.Equal(t, 1, status)
	assert.Contains(t, log, `rules.toml: tools: there is no tool "delete_coment"`)
	_, log, status = run(t, "", []string{"GITCODE_MCP_POLICY="}, "tools", "--sandbox")
	assert.Equal(t, 1, status)
	assert.Contains(t, log, "GITCODE_MCP_POLICY is empty; unset it to restrict nothing")

	_, log, status = run(t, "", nil, "call", "comment", "linwei/notes#1", "body=x", "--sandbox", example)
	assert.Equal(t, 1, status)
	assert.Contains(t, log, `comment: not sent: policy rule "read" of policy.toml: linwei/notes may not be read; allowed: openharbor/*; not openharbor/secrets. The operator of this server decided so`)
	_, log, status = run(t, "", nil, "call", "comment", "openharbor/portal#1", "body=x", "--sandbox", example)
	assert.Zero(t, status, log)
	_, log, _ = run(t, "", nil, "call", "delete_comment", "owner=openharbor", "repo=portal", "id=1", "--sandbox", example)
	assert.Contains(t, log, `delete_comment is not offered: policy rule "tools" of policy.toml excludes it`)
}

// TestAuditLogReopensOnSIGHUP rotates the audit log of a running server.
func TestAuditLogReopensOnSIGHUP(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "audit.jsonl")
	cmd := program(t, nil, "--sandbox", "--audit-log="+file)
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewReader(out)
	comment := func() error {
		_, err := fmt.Fprintln(in, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"comment","arguments":{"owner":"openharbor","repo":"portal","number":1,"body":"x"}}}`)
		if err == nil {
			_, err = lines.ReadString('\n')
		}
		return err
	}
	require.NoError(t, comment())
	require.NoError(t, os.Rename(file, file+".1"))
	require.NoError(t, cmd.Process.Signal(syscall.SIGHUP))
	require.Eventually(t, func() bool { // the signal arrives at some point
		err = comment()
		content, _ := os.ReadFile(file) // it may not exist yet
		return err != nil || len(content) > 0
	}, patience, 10*time.Millisecond)
	require.NoError(t, err)
	require.NoError(t, in.Close())
	require.NoError(t, cmd.Wait())
}

func TestHealthcheck(t *testing.T) {
	t.Parallel()
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/healthz" {
			http.NotFound(w, r)
		}
	})
	listen := func(address string, overTLS bool) (addr string) {
		listener, err := net.Listen("tcp", address)
		require.NoError(t, err)
		web := &httptest.Server{Listener: listener, Config: &http.Server{Handler: handler}}
		if overTLS {
			web.StartTLS()
		} else {
			web.Start()
		}
		t.Cleanup(web.Close)
		return listener.Addr().String()
	}
	plain, encrypted := listen("127.0.0.1:0", false), listen("127.0.0.1:0", true)
	_, port, err := net.SplitHostPort(plain)
	require.NoError(t, err)
	for name, test := range map[string]struct {
		args    []string
		healthy bool
	}{
		"host":             {[]string{"--addr=" + plain}, true},
		"no host":          {[]string{"--addr=:" + port}, true},
		"every interface":  {[]string{"--addr=0.0.0.0:" + port}, true},
		"HTTPS":            {[]string{"--addr=" + encrypted, "--tls-cert=cert.pem"}, true},
		"HTTPS as HTTP":    {[]string{"--addr=" + encrypted}, false},
		"HTTP as HTTPS":    {[]string{"--addr=" + plain, "--tls-cert=cert.pem"}, false},
		"another loopback": {[]string{"--addr=127.0.0.2:" + port}, false},
	} {
		_, stderr, status := run(t, "", nil, append([]string{"healthcheck"}, test.args...)...)
		assert.Equal(t, test.healthy, status == 0, "%s: %s", name, stderr)
	}
	probe, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Log("this machine has no IPv6: ", err)
		return
	}
	probe.Close()
	t.Run("IPv6", func(t *testing.T) {
		addr := listen("[::1]:0", false)
		_, port, err := net.SplitHostPort(addr)
		require.NoError(t, err)
		for _, addr := range []string{addr, "[::]:" + port} {
			_, stderr, status := run(t, "", nil, "healthcheck", "--addr="+addr)
			assert.Zero(t, status, stderr)
		}
	})
}

// TestNoMethodReflection checks that nothing in the program looks methods up
// by name: the linker then keeps every exported method, which adds megabytes.
func TestNoMethodReflection(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-ldflags=-dumpdep", "-o", os.DevNull, "..").CombinedOutput()
	require.NoError(t, err, "%.2000s", out)
	require.True(t, bytes.Contains(out, []byte("main.main -> ")), "the linker printed no dependencies")
	for line := range bytes.Lines(out) {
		if bytes.Contains(line, []byte("<ReflectMethod>")) {
			assert.Fail(t, "method reflection", "%s", line)
		}
	}
}

// TestAdviceNamesTheSettingThatWasUsed checks that errors name a setting in the
// form in which the user gave it.
func TestAdviceNamesTheSettingThatWasUsed(t *testing.T) {
	t.Parallel()
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, `{"error_code":404,"error_code_name":"error","error_message":"404, token not found"}`, http.StatusNotFound)
	}))
	defer web.Close()
	file := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(file, []byte("a-token-in-a-file"), 0o600))
	for name, test := range map[string]struct {
		env, args []string
		want      string
	}{
		"variable":              {[]string{"GITCODE_TOKEN=a-token-in-a-variable"}, nil, "Put a valid token in GITCODE_TOKEN."},
		"file, by its flag":     {nil, []string{"--token-file", file}, "Put a valid token in the file in --token-file."},
		"file, by its variable": {[]string{"GITCODE_TOKEN_FILE=" + file}, nil, "Put a valid token in the file in GITCODE_TOKEN_FILE."},
		"nothing":               {nil, nil, "Without a token, GitCode shows only public data. Put one in GITCODE_TOKEN."},
	} {
		_, stderr, status := run(t, "", append(test.env, "GITCODE_API_URL="+web.URL), append([]string{"call", "get_issue", "owner=o", "repo=r", "number=1"}, test.args...)...)
		assert.Equal(t, 1, status, name)
		assert.Contains(t, stderr, test.want, name)
	}
}

func TestAPIURLIsNotPrinted(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"https://me:secret@forge.test:x", "ftp://me:secret@forge.test", "https://me:secret@forge.test"} {
		for _, args := range [][]string{{"tools", "--api-url", url}, {"tools", "--api-url=" + url}} {
			stdout, stderr, status := run(t, "", nil, args...)
			assert.Equal(t, 1, status)
			assert.Contains(t, stderr, "--api-url: the base URL")
			assert.NotContains(t, stdout+stderr, "secret")
		}
	}
}

// TestSandboxFile checks that commands see what other commands wrote, even at
// the same time.
func TestSandboxFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state.json")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			_, stderr, status := run(t, "", nil, "call", "create_issue", "owner=linwei", "repo=notes", "title=New", "--sandbox="+file)
			assert.Zero(t, status, stderr)
		})
	}
	wg.Wait()
	stdout, stderr, status := run(t, "", []string{"GITCODE_MCP_SANDBOX=" + file}, "call", "list_repo_issues", "owner=linwei", "repo=notes")
	assert.Zero(t, status, stderr)
	assert.Contains(t, stdout, "total: 5\n")

	stdout, stderr, status = run(t, "", []string{"GITCODE_MCP_SANDBOX=" + file}, "demo")
	assert.Zero(t, status, stderr)
	assert.Contains(t, stdout, "labels: [bug]\n")
	stdout, _, _ = run(t, "", nil, "call", "get_issue", "owner=openharbor", "repo=portal", "number=11", "--sandbox="+file)
	assert.Contains(t, stdout, "needs-info", "the demo does not change the file")

	_, stderr, status = run(t, "", nil, "tools", "--sandbox="+filepath.Join(file, "nowhere"))
	assert.Equal(t, 1, status)
	assert.Contains(t, stderr, "gitcode-mcp: keep the sandbox's state in ")
}

// TestSandboxFailures checks the repositories that fail on demand.
func TestSandboxFailures(t *testing.T) {
	t.Parallel()
	for repo, message := range map[string]string{"busy": "429", "broken": "502"} {
		_, stderr, status := run(t, "", nil, "call", "list_repo_issues", "owner=openharbor", "repo="+repo, "--sandbox", "--max-wait=0")
		assert.Equal(t, 1, status)
		assert.Contains(t, stderr, message)
	}
}
