package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

// asProgram makes the test binary behave as the program itself, so that tests
// can start real processes without building one.
const asProgram = "GITCODE_MCP_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// program returns the program as a command whose settings are only env.
func program(ctx context.Context, env []string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env = append([]string{asProgram + "=1", "PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}, env...)
	return cmd
}

// run runs the program and checks that it prints no token.
func run(t *testing.T, stdin string, env []string, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	cmd := program(t.Context(), env, args...)
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

func TestCommands(t *testing.T) {
	t.Parallel()
	issue := func(more ...string) []string {
		return append([]string{"call", "get_issue", "owner=openharbor", "repo=portal", "number=1"}, more...)
	}
	service := httptest.NewServer(sandbox.New())
	t.Cleanup(service.Close)
	api := "--api-url=" + service.URL + sandbox.Prefix
	home := t.TempDir()
	file, empty := filepath.Join(home, "token"), filepath.Join(home, "empty")
	require.NoError(t, os.WriteFile(file, []byte(sandbox.Token+"\n"), 0o600))
	require.NoError(t, os.WriteFile(empty, []byte("\n"), 0o600))
	comment := []string{"call", "comment", "owner=o", "repo=r", "number=1", "body=x", "--sandbox"}
	for name, test := range map[string]struct {
		env, args      []string
		stdout, stderr string // parts; a test with stderr expects status 1
	}{
		"call":                       {nil, issue("--sandbox"), "number: 1\n", ""},
		"call with text of lines":    {nil, issue("--sandbox"), "body: |-\n  ### 现象\n", ""},
		"call with JSON":             {nil, []string{"call", "get_issue", `{"owner":"openharbor","repo":"portal","number":7}`, "--json", "--sandbox"}, `{"number":7,"id":`, ""},
		"call with a list":           {nil, []string{"call", "list_repo_issues", "owner=openharbor", "repo=portal", "labels=bug,kind/security", "--sandbox"}, "- number: 5\n", ""},
		"tool error":                 {nil, []string{"call", "get_issue", "owner=openharbor", "repo=portal", "number=99", "--sandbox"}, "", "gitcode-mcp: get_issue: "},
		"missing argument":           {nil, []string{"call", "get_issue", "owner=o", "--sandbox"}, "", "number"},
		"unknown tool":               {nil, []string{"call", "get_isue", "--sandbox"}, "", "get_isue"},
		"no tool":                    {nil, []string{"call"}, "", "gitcode-mcp: no tool given\nRun 'gitcode-mcp tools'"},
		"argument without =":         {nil, []string{"call", "get_issue", "openharbor", "--sandbox"}, "", "neither name=value nor a JSON object"},
		"invalid JSON":               {nil, []string{"call", "get_issue", "{owner", "--sandbox"}, "", "invalid JSON"},
		"tools":                      {nil, []string{"tools"}, "\ncomment ", ""},
		"tools as JSON":              {nil, []string{"tools", "--json", "--tools=get_issue"}, `{"tools":[{"annotations":`, ""},
		"version":                    {nil, []string{"--version"}, "gitcode-mcp version devel", ""},
		"completion":                 {nil, []string{"completion", "bash"}, "bash completion V2 for gitcode-mcp", ""},
		"unknown command":            {nil, []string{"tolls"}, "", "unknown command \"tolls\" for \"gitcode-mcp\"\n\nDid you mean this?\n\ttools\n"},
		"unexpected argument":        {nil, []string{"tools", "x"}, "", "gitcode-mcp: unexpected argument \"x\"\nRun 'gitcode-mcp tools --help' for usage\n"},
		"unknown flag":               {nil, []string{"call", "--jason"}, "", "gitcode-mcp: unknown flag: --jason\nRun 'gitcode-mcp call --help' for usage\n"},
		"bad audit log":              {nil, []string{"tools", "--audit-log=/no/such/folder/file"}, "", "open the audit log"},
		"http beyond loopback":       {nil, []string{"http", "--addr=0.0.0.0:0", "--sandbox"}, "", "GITCODE_MCP_SECRET"},
		"http with two tokens":       {[]string{"GITCODE_TOKEN=x"}, []string{"http", "--user-tokens", "--addr=127.0.0.1:0"}, "", "--user-tokens cannot be combined"},
		"http with a short secret":   {[]string{"GITCODE_MCP_SECRET=open"}, []string{"http", "--sandbox"}, "", "GITCODE_MCP_SECRET is shorter than 8 characters"},
		"http without certificate":   {nil, []string{"http", "--tls-cert=/no/such", "--tls-key=/no/such", "--sandbox"}, "", "load --tls-cert and --tls-key"},
		"http without secret file":   {nil, []string{"http", "--secret-file=/no/such", "--sandbox"}, "", "read the secret"},
		"healthcheck without server": {[]string{"GITCODE_MCP_ADDR=127.0.0.1:1"}, []string{"healthcheck"}, "", "refused"},

		"variable":                      {[]string{"GITCODE_MCP_SANDBOX=true"}, issue(), "number: 1\n", ""},
		"empty variable":                {[]string{"GITCODE_MCP_TIMEOUT="}, issue("--sandbox"), "number: 1\n", ""},
		"flag before the command":       {nil, append([]string{"--sandbox"}, issue()...), "number: 1\n", ""},
		"read-only":                     {[]string{"GITCODE_MCP_READ_ONLY=true"}, comment, "", "READ_ONLY"},
		"flag over variable":            {[]string{"GITCODE_MCP_SANDBOX=true"}, issue("--sandbox=false"), "", "GITCODE_TOKEN"},
		"list with blanks":              {[]string{"GITCODE_MCP_TOOLSETS= issues, labels,"}, issue("--sandbox"), "number: 1\n", ""},
		"list without a name":           {[]string{"GITCODE_MCP_TOOLSETS= , "}, []string{"tools"}, "", "invalid value \" , \" in GITCODE_MCP_TOOLSETS: it contains no name"},
		"no tool left":                  {nil, []string{"tools", "--read-only", "--toolsets=labels"}, "", "no tool is offered; check --read-only, --toolsets and --tools"},
		"not in the list":               {[]string{"GITCODE_MCP_TOOLSETS=issues, labels"}, comment, "", "TOOLSETS"},
		"list flag over variable":       {[]string{"GITCODE_MCP_TOOLSETS=issues"}, issue("--toolsets=labels", "--sandbox"), "", "TOOLSETS"},
		"unknown name in a list":        {[]string{"GITCODE_MCP_TOOLS=get_issue,get"}, []string{"tools"}, "", `"get"`},
		"bad duration":                  {[]string{"GITCODE_MCP_TIMEOUT=soon"}, []string{"tools"}, "", `gitcode-mcp: invalid value "soon" in GITCODE_MCP_TIMEOUT: `},
		"bad number":                    {[]string{"GITCODE_MCP_MAX_RESULT=60k"}, []string{"tools"}, "", `invalid value "60k" in GITCODE_MCP_MAX_RESULT: `},
		"bad boolean":                   {[]string{"GITCODE_MCP_DRY_RUN=yes"}, []string{"tools"}, "", `invalid value "yes" in GITCODE_MCP_DRY_RUN: it must be true or false`},
		"bad level":                     {[]string{"GITCODE_MCP_LOG_LEVEL=loud"}, []string{"tools"}, "", `invalid value "loud" in GITCODE_MCP_LOG_LEVEL: `},
		"bad rate":                      {[]string{"GITCODE_RATE=fast"}, []string{"tools"}, "", "--rate or GITCODE_RATE: "},
		"bad base URL":                  {[]string{"GITCODE_API_URL=gitcode.com"}, []string{"tools"}, "", "--api-url or GITCODE_API_URL: "},
		"bad variable of a command":     {[]string{"GITCODE_MCP_SESSION_IDLE=x"}, []string{"http"}, "", "in GITCODE_MCP_SESSION_IDLE: "},
		"bad variable behind its flag":  {[]string{"GITCODE_MCP_TIMEOUT=soon"}, issue("--timeout=30s", "--sandbox"), "number: 1\n", ""},
		"bad variable of other command": {[]string{"GITCODE_MCP_SESSION_IDLE=x"}, []string{"tools"}, "\ncomment ", ""},

		"no token":                 {nil, issue(), "", "GITCODE_TOKEN"},
		"token":                    {[]string{"GITCODE_TOKEN=" + sandbox.Token}, issue(api), "number: 1\n", ""},
		"token with blanks":        {[]string{"GITCODE_TOKEN=  " + sandbox.Token + "\n"}, issue(api), "number: 1\n", ""},
		"token with quotes":        {[]string{`GITCODE_TOKEN="` + sandbox.Token + `"`}, issue(api), "number: 1\n", ""},
		"token with single quotes": {[]string{`GITCODE_TOKEN='` + sandbox.Token + `' `}, issue(api), "number: 1\n", ""},
		"token not expanded":       {[]string{"GITCODE_TOKEN=${GITCODE_TOKEN}"}, issue(api), "", "GITCODE_TOKEN contains the placeholder ${GITCODE_TOKEN}"},
		"token of two words":       {[]string{"GITCODE_TOKEN=" + sandbox.Token + " x"}, issue(api), "", "GITCODE_TOKEN"},
		"token not in ASCII":       {[]string{"GITCODE_TOKEN=" + sandbox.Token + "语"}, issue(api), "", "GITCODE_TOKEN"},
		"token file":               {nil, issue(api, "--token-file="+file), "number: 1\n", ""},
		"token file by variable":   {[]string{"GITCODE_TOKEN_FILE=" + file}, issue(api), "number: 1\n", ""},
		"token file in the home":   {[]string{"HOME=" + home, "GITCODE_TOKEN_FILE=~/token"}, issue(api), "number: 1\n", ""},
		"token file as token":      {[]string{"GITCODE_TOKEN=" + file}, issue(api), "", "GITCODE_TOKEN names a file"},
		"empty token file":         {nil, issue(api, "--token-file="+empty), "", "is empty"},
		"missing token file":       {nil, issue(api, "--token-file=/no/such/file"), "", "read the token"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stdout, stderr, status := run(t, "", test.env, test.args...)
			if test.stderr == "" {
				assert.Zero(t, status, stderr)
				assert.Empty(t, stderr)
			} else {
				assert.Equal(t, 1, status)
				assert.Empty(t, stdout)
			}
			assert.Contains(t, stdout, test.stdout)
			assert.Contains(t, stderr, test.stderr)
			assert.NotContains(t, stderr, "Usage:")
		})
	}
}

func TestHelpShowsVariables(t *testing.T) {
	t.Parallel()
	root := rootCommand()
	for _, cmd := range append(root.Commands(), root) {
		help, stderr, status := run(t, "", nil, append(strings.Fields(cmd.CommandPath())[1:], "--help")...)
		require.Zero(t, status, stderr)
		check := func(flag *pflag.Flag) {
			if slices.Contains([]string{"help", "version", "json"}, flag.Name) {
				return
			}
			if variable := flag.Annotations[variableKey]; assert.Len(t, variable, 1, flag.Name) {
				assert.Contains(t, help, "("+variable[0]+")")
				assert.Regexp(t, "^GITCODE_(MCP_)?"+strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_"))+"$", variable[0])
			}
		}
		cmd.LocalNonPersistentFlags().VisitAll(check)
		root.PersistentFlags().VisitAll(check)
	}
}

func TestDemo(t *testing.T) {
	t.Parallel()
	stdout, stderr, status := run(t, "", nil, "demo")
	assert.Zero(t, status, stderr)
	for _, tool := range []string{"list_repo_issues", "get_issue", "list_issue_comments", "add_labels", "remove_labels", "comment", "update_issue"} {
		assert.Contains(t, stdout, "> "+tool+" ")
	}
	assert.Equal(t, 1, strings.Count(stdout, "error: "), "only the last call fails")
	assert.NotContains(t, stdout, "warnings")
}

func TestPrintReadable(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a long line ", 20) + "ends"
	for name, test := range map[string]struct{ json, want string }{
		"order":           {`{"b":1,"a":true,"c":null}`, "b: 1\na: true\nc: null\n"},
		"lines":           {`{"body":"one\n  two\n"}`, "body: |\n  one\n    two\n"},
		"names":           {`{"labels":["bug","help wanted"],"none":[]}`, "labels: [bug, help wanted]\nnone: []\n"},
		"rows":            {`{"rows":[{"number":1,"labels":["bug"]}]}`, "rows:\n  - number: 1\n    labels: [bug]\n"},
		"long line":       {`{"title":"` + long + `"}`, "title: " + long + "\n"},
		"long text":       {`{"body":"` + long + `\n"}`, "body: |\n  " + long + "\n"},
		"long names":      {`["` + long + `","` + long + `"]`, "[" + long + ", " + long + "]\n"},
		"Chinese":         {`{"title":"现象"}`, "title: 现象\n"},
		"emoji":           {`{"title":"😀 🇨🇳 😀"}`, "title: 😀 🇨🇳 😀\n"},
		"emoji in lines":  {`{"body":"one 😀\ntwo"}`, "body: |-\n  one 😀\n  two\n"},
		"private use":     {"{\"a\":\"\uE000 😀 \uE001 👍\"}", "a: \uE000 😀 \uE001 👍\n"},
		"text, not JSON":  {"{: 😀", "{: 😀\n"},
		"quoted scalars":  {`{"number":"#1","time":"2024-11-20T13:00:21+08:00"}`, "number: '#1'\ntime: \"2024-11-20T13:00:21+08:00\"\n"},
		"empty and blank": {`{"a":"","b":" "}`, "a: \"\"\nb: ' '\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b strings.Builder
			require.NoError(t, printReadable(&b, test.json))
			assert.Equal(t, test.want, b.String())
		})
	}
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

// TestAuditLogReopensOnSIGHUP rotates the audit log of a running server.
func TestAuditLogReopensOnSIGHUP(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "audit.jsonl")
	cmd := program(t.Context(), nil, "--sandbox", "--audit-log="+file)
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewReader(out)
	comment := func() {
		_, err := fmt.Fprintln(in, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"comment","arguments":{"owner":"openharbor","repo":"portal","number":1,"body":"x"}}}`)
		require.NoError(t, err)
		_, err = lines.ReadString('\n')
		require.NoError(t, err)
	}
	comment()
	require.NoError(t, os.Rename(file, file+".1"))
	require.NoError(t, cmd.Process.Signal(syscall.SIGHUP))
	for { // the signal arrives at some point
		comment()
		if content, err := os.ReadFile(file); err == nil && len(content) > 0 {
			break
		}
	}
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

// TestReadmeSettings checks that the README documents every setting, and that its
// JSON is valid.
func TestReadmeSettings(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	root := rootCommand()
	for _, cmd := range append(root.Commands(), root) {
		cmd.LocalFlags().VisitAll(func(flag *pflag.Flag) {
			if variable := flag.Annotations[variableKey]; variable != nil {
				assert.True(t, strings.Contains(string(readme), "| `"+variable[0]+"` | `--"+flag.Name+"` |"), flag.Name) //nolint:testifylint // a failure should not print the README
			}
		})
	}
	for block := range strings.SplitSeq(string(readme), "```json\n") {
		if snippet, _, ok := strings.Cut(block, "```\n"); ok && strings.HasPrefix(snippet, "{") {
			assert.True(t, json.Valid([]byte(snippet)), snippet)
		}
	}
}

// TestImports checks that imports point one way, and that each library has the
// one package that knows it.
func TestImports(t *testing.T) {
	t.Parallel()
	const module = "gitcode.com/gitcode-mcp/gitcode-mcp/"
	allowed := map[string]string{ // folder to the packages of the module that it may import
		".": `.*`, "rest": `-`, "schema": `-`, "sanitize": `-`, "prompts": `-`, "gitcode/sandbox": `-`, "gitcode/sandbox/fault": `-`,
		"gitcode": `rest`, "tools": `(rest|schema|sanitize)`, "tools/gitcode": `(tools|gitcode|rest)`, "server": `(tools|prompts|rest)`,
	}
	owners := map[string]string{ // library to the folders that may import it
		"github.com/go-resty/": `rest`, "github.com/invopop/": `schema`, "github.com/santhosh-tekuri/": `schema`,
		"github.com/mark3labs/mcp-go/": `(\.|prompts|server|tools)`, "github.com/spf13/": `\.`, "github.com/VictoriaMetrics/": `server`,
		"github.com/modelcontextprotocol/": `-`, "github.com/stretchr/": `-`, "golang.org/x/tools/": `-`, // for tests
	}
	list, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.Dir}}{{range .Imports}} {{.}}{{end}}", "./...").Output()
	require.NoError(t, err)
	here, err := os.Getwd()
	require.NoError(t, err)
	for line := range strings.Lines(string(list)) {
		words := strings.Fields(line)
		folder, err := filepath.Rel(here, words[0])
		require.NoError(t, err)
		folder = filepath.ToSlash(folder)
		require.Contains(t, allowed, folder, "the test has no rule for this folder")
		for _, path := range words[1:] {
			if own, ok := strings.CutPrefix(path, module); ok {
				assert.Regexp(t, "^"+allowed[folder]+"$", own, "%s imports %s", folder, path)
			}
			for library, folders := range owners {
				if strings.HasPrefix(path, library) {
					assert.Regexp(t, "^"+folders+"$", folder, "%s imports %s", folder, path)
				}
			}
		}
	}
}

// TestNoMethodReflection checks that nothing in the program looks methods up
// by name: the linker then keeps every exported method, which adds megabytes.
func TestNoMethodReflection(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-ldflags=-dumpdep", "-o", os.DevNull, ".").CombinedOutput()
	require.NoError(t, err, "%.2000s", out)
	require.True(t, bytes.Contains(out, []byte("main.main -> ")), "the linker printed no dependencies")
	for line := range bytes.Lines(out) {
		if bytes.Contains(line, []byte("<ReflectMethod>")) {
			assert.Fail(t, "method reflection", "%s", line)
		}
	}
}
