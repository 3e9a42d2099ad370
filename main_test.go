package main

import (
	"bufio"
	"bytes"
	"context"
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// asProgram makes the test binary behave as the program itself, so that tests
// can start real processes without building one.
const asProgram = "GITCODE_MCP_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	if config := os.Getenv(asProxy); config != "" {
		serveProxy(config)
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

// serveHTTP runs the program as a server until the test ends, and returns its address.
func serveHTTP(t *testing.T, env []string, args ...string) (address string) {
	t.Helper()
	cmd := program(t.Context(), env, append([]string{"http", "--addr=127.0.0.1:0"}, args...)...)
	log, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	line, err := bufio.NewReader(log).ReadString('\n')
	require.NoError(t, err)
	found := regexp.MustCompile(`addr=(\S+)`).FindStringSubmatch(line)
	require.NotNil(t, found, line)
	return "http://" + found[1]
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
		stdout, stderr string // parts; a test with stderr expects a status that is not 0
	}{
		"call":                       {nil, issue("--sandbox"), "number: 1\n", ""},
		"call with text of lines":    {nil, issue("--sandbox"), "body: |-\n  ### 现象\n", ""},
		"call with JSON":             {nil, []string{"call", "get_issue", `{"owner":"openharbor","repo":"portal","number":7}`, "--json", "--sandbox"}, `{"number":7,"id":`, ""},
		"call with a list":           {nil, []string{"call", "list_repo_issues", "owner=openharbor", "repo=portal", "labels=bug,kind/security", "--sandbox"}, "- number: 5\n", ""},
		"call with an address":       {nil, []string{"call", "get_issue", "https://gitcode.com/openharbor/portal/issues/1", "--sandbox"}, "number: 1\n", ""},
		"call with a query":          {nil, []string{"call", "get_issue", "https://atomgit.com/openharbor/portal/issues/1?from=list&a=b#top", "--sandbox"}, "number: 1\n", ""},
		"call with a short address":  {nil, []string{"call", "get_issue", "openharbor/portal#1", "--sandbox"}, "number: 1\n", ""},
		"call with address and more": {nil, []string{"call", "list_repo_issues", "labels=bug,kind/security", "openharbor/portal", "direction=asc", "--sandbox"}, "- number: 5\n", ""},
		"call with a slash in value": {nil, []string{"call", "comment", "openharbor/portal#1", "body=see a/b", "--sandbox"}, "issue: 1\n", ""},
		"contradiction":              {nil, []string{"call", "get_issue", "openharbor/portal#1", "owner=o", "--sandbox"}, "", `owner is o, but the address "openharbor/portal#1" has openharbor`},
		"call with address and JSON": {nil, []string{"call", "list_issue_comments", "openharbor/portal#1", `{"order":"desc","limit":1}`, "--sandbox"}, "next_page: 1.01\n", ""},
		"address and JSON differ":    {nil, []string{"call", "get_issue", "openharbor/portal#1", `{"owner":"o"}`, "--sandbox"}, "", "but the JSON object contains owner"},
		"other address":              {nil, []string{"call", "get_issue", "https://github.com/o/r/issues/1", "--sandbox"}, "", "not the address of a repository, an issue or a comment of GitCode"},
		"too many addresses":         {nil, []string{"call", "get_issue", "a/b", "a/b", "a/b", "--sandbox"}, "", "owner and repo are already given"},
		"tool error":                 {nil, []string{"call", "get_issue", "owner=openharbor", "repo=portal", "number=99", "--sandbox"}, "", "gitcode-mcp: get_issue: "},
		"missing argument":           {nil, []string{"call", "get_issue", "owner=o", "--sandbox"}, "", "number"},
		"unknown tool":               {nil, []string{"call", "get_isue", "--sandbox"}, "", "get_isue"},
		"no tool":                    {nil, []string{"call"}, "", "gitcode-mcp: no tool given\nRun 'gitcode-mcp tools'"},
		"argument without =":         {nil, []string{"call", "get_issue", "openharbor", "--sandbox"}, "", "neither name=value, an address nor a JSON object"},
		"invalid JSON":               {nil, []string{"call", "get_issue", "{owner", "--sandbox"}, "", "invalid JSON"},
		"tools":                      {nil, []string{"tools"}, "\ncomment ", ""},
		"tools as JSON":              {nil, []string{"tools", "--json", "--tools=get_issue"}, `{"tools":[{"annotations":`, ""},
		"version":                    {nil, []string{"--version"}, "gitcode-mcp version devel", ""},
		"completion":                 {nil, []string{"completion", "bash"}, "bash completion V2 for gitcode-mcp", ""},
		"unknown command":            {nil, []string{"tolls"}, "", "unknown command \"tolls\" for \"gitcode-mcp\"\n\nDid you mean this?\n\ttools\n"},
		"unexpected argument":        {nil, []string{"demo", "x"}, "", "gitcode-mcp: unexpected argument \"x\"\nRun 'gitcode-mcp demo --help' for usage\n"},
		"unknown flag":               {nil, []string{"call", "--jason"}, "", "gitcode-mcp: unknown flag: --jason\nRun 'gitcode-mcp call --help' for usage\n"},
		"bad audit log":              {nil, []string{"tools", "--audit-log=/no/such/folder/file"}, "", "open the audit log"},
		"audit without a log":        {nil, append(comment, "--audit-required"), "", "gitcode-mcp: --audit-required needs a file; set --audit-log too\n"},
		"audit variable, no log":     {[]string{"GITCODE_MCP_AUDIT_REQUIRED=true"}, comment, "", "gitcode-mcp: GITCODE_MCP_AUDIT_REQUIRED needs a file; set GITCODE_MCP_AUDIT_LOG too\n"},
		"audit with a log":           {nil, append(comment, "--audit-required", "--audit-log="+filepath.Join(home, "audit.jsonl")), "", "returned 404"},
		"http beyond loopback":       {nil, []string{"http", "--addr=0.0.0.0:0", "--sandbox"}, "", "GITCODE_MCP_SECRET"},
		"http with two tokens":       {[]string{"GITCODE_TOKEN=x"}, []string{"http", "--user-tokens", "--addr=127.0.0.1:0"}, "", "--user-tokens cannot be combined"},
		"http with a short secret":   {[]string{"GITCODE_MCP_SECRET=open"}, []string{"http", "--sandbox"}, "", "GITCODE_MCP_SECRET is shorter than 8 characters"},
		"http without certificate":   {nil, []string{"http", "--tls-cert=/no/such", "--tls-key=/no/such", "--sandbox"}, "", "load --tls-cert and --tls-key"},
		"http without secret file":   {nil, []string{"http", "--secret-file=/no/such", "--sandbox"}, "", "read the secret"},
		"http with files":            {nil, []string{"http", "--sandbox", "--allow-dir=" + home}, "", "a server over HTTP sends no files; unset --allow-dir\n"},
		"http with files, variable":  {[]string{"GITCODE_MCP_ALLOW_DIR=" + home}, []string{"http", "--sandbox"}, "", "a server over HTTP sends no files; unset GITCODE_MCP_ALLOW_DIR\n"},
		"files in no directory":      {nil, issue("--sandbox", "--allow-dir=/no/such"), "", "gitcode-mcp: --allow-dir: open /no/such: no such file or directory\n"},
		"files in a file":            {[]string{"GITCODE_MCP_ALLOW_DIR=" + file}, issue("--sandbox"), "", "gitcode-mcp: GITCODE_MCP_ALLOW_DIR: "},
		"files in the home":          {[]string{"HOME=" + home, "GITCODE_MCP_ALLOW_DIR=~/"}, issue("--sandbox"), "number: 1\n", ""},
		"healthcheck without server": {[]string{"GITCODE_MCP_ADDR=127.0.0.1:1"}, []string{"healthcheck"}, "", "refused"},

		"variable":                      {[]string{"GITCODE_MCP_SANDBOX=true"}, issue(), "number: 1\n", ""},
		"empty variable":                {[]string{"GITCODE_MCP_TIMEOUT="}, issue("--sandbox"), "number: 1\n", ""},
		"flag before the command":       {nil, append([]string{"--sandbox"}, issue()...), "number: 1\n", ""},
		"read-only":                     {[]string{"GITCODE_MCP_READ_ONLY=true"}, comment, "", "the server is read-only (GITCODE_MCP_READ_ONLY)"},
		"read-only by flag":             {nil, append(comment, "--read-only"), "", "the server is read-only (--read-only)"},
		"not in the list by flag":       {nil, append(comment, "--tools=get_issue"), "", "the server does not include this tool (--tools)"},
		"cut as the flag says":          {nil, issue("--sandbox", "--max-result=500"), "the server''s --max-result is 500 bytes", ""},
		"cut as the variable says":      {[]string{"GITCODE_MCP_MAX_RESULT=500"}, issue("--sandbox"), "the server''s GITCODE_MCP_MAX_RESULT is 500 bytes", ""},
		"no tool left by variable":      {[]string{"GITCODE_MCP_READ_ONLY=true"}, []string{"tools", "--tools=comment"}, "", "no tool is offered; check GITCODE_MCP_READ_ONLY and --tools\n"},
		"flag over variable":            {[]string{"GITCODE_MCP_SANDBOX=true"}, append(comment, "--sandbox=false"), "", "GITCODE_TOKEN"},
		"list with blanks":              {[]string{"GITCODE_MCP_TOOLSETS= issues, labels,"}, issue("--sandbox"), "number: 1\n", ""},
		"list without a name":           {[]string{"GITCODE_MCP_TOOLSETS= , "}, []string{"tools"}, "", "invalid value \" , \" in GITCODE_MCP_TOOLSETS: it contains no name"},
		"empty list":                    {[]string{"GITCODE_MCP_TOOLSETS="}, []string{"tools"}, "", "invalid value \"\" in GITCODE_MCP_TOOLSETS: it contains no name"},
		"empty list of tools":           {[]string{"GITCODE_MCP_TOOLS="}, []string{"tools"}, "", "invalid value \"\" in GITCODE_MCP_TOOLS: it contains no name"},
		"empty list flag":               {nil, []string{"tools", "--toolsets="}, "", "it contains no name"},
		"empty list behind its flag":    {[]string{"GITCODE_MCP_TOOLSETS="}, issue("--toolsets=issues", "--sandbox"), "number: 1\n", ""},
		"no tool left":                  {nil, []string{"tools", "--read-only", "--toolsets=labels"}, "", "no tool is offered; check --read-only and --toolsets\n"},
		"not in the list":               {[]string{"GITCODE_MCP_TOOLSETS=issues, labels"}, comment, "", "TOOLSETS"},
		"list flag over variable":       {[]string{"GITCODE_MCP_TOOLSETS=issues"}, issue("--toolsets=labels", "--sandbox"), "", "toolset issues (--toolsets)"},
		"unknown name in a list flag":   {nil, []string{"tools", "--tools=get"}, "", `--tools: unknown tool "get"`},
		"unknown name in a list":        {[]string{"GITCODE_MCP_TOOLS=get_issue,get"}, []string{"tools"}, "", `"get"`},
		"bad duration":                  {[]string{"GITCODE_MCP_TIMEOUT=soon"}, []string{"tools"}, "", `gitcode-mcp: invalid value "soon" in GITCODE_MCP_TIMEOUT: `},
		"bad number":                    {[]string{"GITCODE_MCP_MAX_RESULT=60k"}, []string{"tools"}, "", `invalid value "60k" in GITCODE_MCP_MAX_RESULT: `},
		"small results":                 {[]string{"GITCODE_MCP_MAX_RESULT=400"}, []string{"tools", "--sandbox"}, "", "GITCODE_MCP_MAX_RESULT 400 is too small: it must be at least 500, or 0"},
		"negative results":              {nil, []string{"tools", "--sandbox", "--max-result=-1"}, "", "--max-result -1 is too small: it must be at least 500, or 0"},
		"bad boolean":                   {[]string{"GITCODE_MCP_DRY_RUN=yes"}, []string{"tools"}, "", `invalid value "yes" in GITCODE_MCP_DRY_RUN: it must be true or false`},
		"bad level":                     {[]string{"GITCODE_MCP_LOG_LEVEL=loud"}, []string{"tools"}, "", `invalid value "loud" in GITCODE_MCP_LOG_LEVEL: `},
		"bad rate":                      {[]string{"GITCODE_RATE=fast"}, []string{"tools"}, "", "gitcode-mcp: GITCODE_RATE: "},
		"bad base URL":                  {[]string{"GITCODE_API_URL=gitcode.com"}, []string{"tools"}, "", "gitcode-mcp: GITCODE_API_URL: "},
		"bad variable of a command":     {[]string{"GITCODE_MCP_SESSION_IDLE=x"}, []string{"http"}, "", "in GITCODE_MCP_SESSION_IDLE: "},
		"bad variable behind its flag":  {[]string{"GITCODE_MCP_TIMEOUT=soon"}, issue("--timeout=30s", "--sandbox"), "number: 1\n", ""},
		"bad variable of other command": {[]string{"GITCODE_MCP_SESSION_IDLE=x"}, []string{"tools"}, "\ncomment ", ""},

		"no token":                 {nil, comment[:len(comment)-1], "", "not sent: there is no token. Put a valid token in GITCODE_TOKEN."},
		"no token, public data":    {nil, issue(api), "number: 1\n", ""},
		"no token, private data":   {nil, []string{"call", "get_issue", "openharbor/portal#5", api}, "", "Check owner=openharbor, repo=portal and number=5, which may need a token. Without a token, GitCode shows only public data. Put one in GITCODE_TOKEN."},
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
				assert.NotZero(t, status)
				assert.Empty(t, stdout)
			}
			assert.Contains(t, stdout, test.stdout)
			assert.Contains(t, stderr, test.stderr)
			assert.NotContains(t, stderr, "Usage:")
		})
	}
}

func TestWarningsAtStart(t *testing.T) {
	t.Parallel()
	const noToken, noTool = "level=WARN msg=\"there is no token", "level=WARN msg=\"no tool is offered; check "
	testWarnings(t, map[string]started{
		"sandbox":            {nil, []string{"--sandbox"}, nil},
		"token":              {[]string{"GITCODE_TOKEN=" + sandbox.Token}, nil, nil},
		"no token":           {nil, nil, []string{noToken}},
		"blank token":        {[]string{"GITCODE_TOKEN= "}, nil, []string{noToken}},
		"quotes as token":    {[]string{`GITCODE_TOKEN=""`}, nil, []string{noToken}},
		"no tool":            {[]string{"GITCODE_MCP_TOOLSETS=labels"}, []string{"--sandbox", "--read-only"}, []string{noTool + "--read-only and GITCODE_MCP_TOOLSETS\""}},
		"no token, and none": {[]string{"GITCODE_MCP_READ_ONLY=true"}, []string{"--tools=comment"}, []string{noToken, noTool + "GITCODE_MCP_READ_ONLY and --tools\""}},
	})
}

// started is a start of the program, and the warnings that it logs.
type started struct {
	env, args []string
	warnings  []string // a part of each
}

func testWarnings(t *testing.T, starts map[string]started) {
	t.Helper()
	for name, test := range starts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, stderr, status := run(t, "", test.env, append([]string{"stdio"}, test.args...)...)
			assert.Zero(t, status, stderr)
			lines := slices.Collect(strings.Lines(stderr))
			require.Len(t, lines, len(test.warnings), stderr)
			for i, warning := range test.warnings {
				assert.Contains(t, lines[i], warning)
			}
		})
	}
}

// TestFullAuditLog uses a file that can be opened but not written.
func TestFullAuditLog(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("there is no device whose writes fail")
	}
	comment := []string{"call", "comment", "owner=openharbor", "repo=portal", "number=1", "body=x", "--sandbox", "--audit-log=/dev/full"}
	_, stderr, status := run(t, "", nil, comment...)
	assert.Zero(t, status, "the log is not required")
	assert.Contains(t, stderr, "the audit log cannot be written")
	_, stderr, status = run(t, "", nil, append(comment, "--audit-required")...)
	assert.Equal(t, 1, status)
	assert.Contains(t, stderr, "comment was not sent: the audit log cannot be written, and the server refuses writes without it (--audit-required)")

	metrics, page := server.NewMetrics(), httptest.NewRecorder()
	log, err := settingsOf(t, "--audit-log=/dev/full").openAuditLog(slog.New(slog.DiscardHandler), metrics)
	require.NoError(t, err)
	log.Record(tools.Record{Tool: "comment"})
	log.Record(tools.Record{Tool: "comment"})
	metrics.ServeHTTP(page, nil)
	assert.Contains(t, page.Body.String(), "gitcode_mcp_audit_failures_total 2\n")
}

func TestDemo(t *testing.T) {
	t.Parallel()
	stdout, stderr, status := run(t, "", nil, "demo")
	assert.Zero(t, status, stderr)
	for _, tool := range []string{"list_repo_issues", "get_issue", "add_labels", "update_issues", "update_issue"} {
		assert.Contains(t, stdout, "> "+tool+" ")
	}
	assert.Equal(t, 1, strings.Count(stdout, "error: "), "only the mistyped label is rejected")
	assert.Equal(t, 1, strings.Count(stdout, "warnings: "))
	_, end, _ := strings.Cut(stdout, "# What changed?")
	for _, member := range []string{"state: closed\n", "labels: [bug]\n", "assignees: [linwei]\n", "title: v2.3\n", "content: closed the issue\n"} {
		assert.Contains(t, end, member)
	}
}
