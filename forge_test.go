package main

import (
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

// TestInstructions checks that the instructions explain the forges whose tools are
// offered.
func TestInstructions(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args            []string
		gitcode, github bool
	}{
		"all":     {nil, true, true},
		"github":  {[]string{"--toolsets=github"}, false, true},
		"issues":  {[]string{"--toolsets=issues"}, true, false},
		"a tool":  {[]string{"--tools=github_get_issue"}, false, true},
		"nothing": {[]string{"--toolsets=labels", "--read-only"}, false, false},
	} {
		s := settingsOf(t, append(test.args, "--sandbox", "--github-api-url=https://hub.test/api/v3")...)
		s.stderr = io.Discard
		_, cfg, err := s.configure(false, nil)
		require.NoError(t, err, name)
		assert.Equal(t, test.gitcode, strings.Contains(cfg.Instructions, "issues of GitCode"), name)
		assert.Equal(t, test.github, strings.Contains(cfg.Instructions, "issues of GitHub"), name)
	}
}

const (
	hubToken = "hub-token-0123"
	labToken = "lab-token-0123"
)

// TestForgesAreServedIfConfigured checks which settings add the tools of each
// optional forge. In them X stands for its name.
func TestForgesAreServedIfConfigured(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(file, []byte(hubToken), 0o600))
	for name, test := range map[string]struct {
		env, args []string
		served    bool
	}{
		"nothing":            {nil, nil, false},
		"a rate":             {[]string{"X_RATE=1/s"}, nil, false},
		"empty variables":    {[]string{"X_TOKEN=", "X_TOKEN_FILE=", "X_API_URL="}, nil, false},
		"blank variables":    {[]string{"X_TOKEN= ", "X_TOKEN_FILE= \t", "X_API_URL=\n"}, nil, false},
		"blank flags":        {nil, []string{"--X-token-file= ", "--X-api-url="}, false},
		"a token":            {[]string{"X_TOKEN=" + hubToken}, nil, true},
		"a token file":       {[]string{"X_TOKEN_FILE=" + file}, nil, true},
		"a URL":              {[]string{"X_API_URL=https://hub.test/api/v4"}, nil, true},
		"a token file, flag": {nil, []string{"--X-token-file=" + file}, true},
		"a URL, flag":        {nil, []string{"--X-api-url=https://hub.test/api/v4"}, true},
		"sandbox":            {nil, []string{"--sandbox"}, false},
		"sandbox, a token":   {[]string{"X_TOKEN=" + hubToken}, []string{"--sandbox"}, true},
		"sandbox, a URL":     {nil, []string{"--sandbox", "--X-api-url=https://hub.test/api/v4"}, true},
	} {
		for _, forge := range []string{"GitHub", "GitLab"} {
			t.Run(forge+", "+name, func(t *testing.T) {
				t.Parallel()
				prefix := strings.ToLower(forge)
				env, args := replaced(test.env, "X_", strings.ToUpper(forge)+"_"), replaced(test.args, "--X-", "--"+prefix+"-")
				stdout, stderr, status := run(t, "", env, append([]string{"tools"}, args...)...)
				require.Zero(t, status, stderr)
				assert.Equal(t, test.served, strings.Contains(stdout, "\n"+prefix+"_get_issue "), stdout)
				assert.Contains(t, stdout, "\nget_issue ")
				hello := `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}` + "\n"
				stdout, _, _ = run(t, hello, env, args...)
				title := `"title":"GitCode issues"`
				if test.served {
					title = `"title":"GitCode and ` + forge + ` issues"`
				}
				assert.Contains(t, stdout, title)
			})
		}
	}
}

// TestNamesOfAllForges checks where all forges are named.
func TestNamesOfAllForges(t *testing.T) {
	t.Parallel()
	hello := `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}` + "\n"
	stdout, _, _ := run(t, hello, []string{"GITHUB_TOKEN=" + hubToken, "GITLAB_TOKEN=" + labToken})
	assert.Contains(t, stdout, `"title":"GitCode, GitHub and GitLab issues"`)
	stdout, _, _ = run(t, "", nil, "http", "--help")
	assert.Contains(t, strings.Join(strings.Fields(stdout), " "), "Use the tokens that callers send in X-GitCode-Token, X-GitHub-Token or X-GitLab-Token.")
	stdout, _, _ = run(t, "", nil, "--help")
	assert.Contains(t, stdout, "An MCP server for the issues of GitCode, GitHub and GitLab.")
	for line := range strings.SplitSeq(stdout, "\n") {
		assert.LessOrEqual(t, len(line), 80, line)
	}
}

// replaced returns texts with one beginning replaced by another.
func replaced(texts []string, before, after string) []string {
	list := slices.Clone(texts)
	for i, text := range list {
		if rest, ok := strings.CutPrefix(text, before); ok {
			list[i] = after + rest
		}
	}
	return list
}

// TestForgeSettings checks the messages about the settings of several forges.
func TestForgeSettings(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(file, []byte(hubToken), 0o600))
	issue := []string{"call", "github_get_issue", "owner=o", "repo=r", "issue_number=1"}
	users := []string{"http", "--user-tokens", "--addr=127.0.0.1:0"}
	const configure = ". To offer GitHub's tools, set GITHUB_TOKEN, GITHUB_TOKEN_FILE or GITHUB_API_URL\n"
	for name, test := range map[string]struct {
		env, args []string
		stderr    string
	}{
		"tool of a forge not configured":    {nil, []string{"tools", "--tools=github_get_issue"}, `unknown tool "github_get_issue"; known tools are create_issue, `},
		"how to configure its tool":         {nil, []string{"tools", "--tools=get_issue,github_get_issue"}, configure},
		"how to configure its toolset":      {[]string{"GITCODE_MCP_TOOLSETS=github"}, []string{"tools"}, configure},
		"its other toolset":                 {[]string{"GITCODE_MCP_TOOLSETS=issues,gitlab_time"}, []string{"tools"}, ". To offer GitLab's tools, set GITLAB_TOKEN, GITLAB_TOKEN_FILE or GITLAB_API_URL\n"},
		"both forges":                       {nil, []string{"tools", "--tools=gitlab_get_issue,github_get_issue"}, configure[:len(configure)-1] + ". To offer GitLab's tools, set GITLAB_TOKEN, "},
		"unknown tool of no forge":          {nil, []string{"tools", "--tools=githubs,gitlabx"}, lastTool(t) + "\n"},
		"unknown tool of a configured one":  {[]string{"GITHUB_TOKEN=" + hubToken}, []string{"tools", "--tools=github_get"}, `unknown tool "github_get"`},
		"bad rate":                          {[]string{"GITHUB_TOKEN=" + hubToken, "GITHUB_RATE=fast"}, []string{"tools"}, "gitcode-mcp: GITHUB_RATE: "},
		"bad base URL":                      {[]string{"GITHUB_API_URL=hub.test"}, []string{"tools"}, "gitcode-mcp: GITHUB_API_URL: "},
		"blank base URL":                    {[]string{"GITHUB_API_URL= ", "GITHUB_TOKEN=" + hubToken}, []string{"tools"}, "gitcode-mcp: GITHUB_API_URL: "},
		"token is a file":                   {[]string{"GITHUB_TOKEN=" + file}, []string{"tools"}, "GITHUB_TOKEN names a file; set it to the token itself, or name the file in GITHUB_TOKEN_FILE or --github-token-file\n"},
		"token not expanded":                {[]string{"GITHUB_TOKEN=${GITHUB_TOKEN}"}, []string{"tools"}, "GITHUB_TOKEN contains the placeholder"},
		"missing token file":                {nil, []string{"tools", "--github-token-file=/no/such/file"}, "read the token in --github-token-file: open /no/such/file: "},
		"web site":                          {[]string{"GITHUB_API_URL=https://GitHub.com"}, []string{"tools"}, "GITHUB_API_URL is GitHub's web site; GitHub's API is https://api.github.com\n"},
		"web site of GitLab":                {[]string{"GITLAB_API_URL=https://lab.test:8443/"}, []string{"tools"}, "GITLAB_API_URL is not the address of GitLab's API, which ends with /api/v4, such as https://lab.test:8443/api/v4\n"},
		"a project of GitLab":               {[]string{"GITLAB_API_URL=https://lab.test/group/project"}, []string{"tools"}, "such as https://lab.test/api/v4\n"},
		"older API of GitLab":               {[]string{"GITLAB_API_URL=https://lab.test/git/api/v3/"}, []string{"tools"}, "such as https://lab.test/api/v4\n"},
		"GitHub's API as GitLab's":          {[]string{"GITLAB_API_URL=https://api.github.com"}, []string{"tools"}, "GITLAB_API_URL is GitHub's API; GitLab's API is https://jihulab.com/api/v4\n"},
		"GitHub at GitLab":                  {[]string{"GITHUB_API_URL=https://jihulab.com/api/v4"}, []string{"tools"}, "GITHUB_API_URL is GitLab's API; GitHub's API is https://api.github.com\n"},
		"GitLab at GitHub":                  {nil, []string{"tools", "--gitlab-api-url=https://github.com/api/v4"}, "--gitlab-api-url is GitHub's web site; GitLab's API is https://jihulab.com/api/v4\n"},
		"another forge's web site":          {nil, []string{"tools", "--api-url=https://www.github.com/o/r"}, "--api-url is GitHub's web site; GitCode's API is https://api.gitcode.com/api/v5\n"},
		"another forge's API":               {[]string{"GITHUB_API_URL=https://api.gitcode.com:443/api/v5"}, []string{"tools"}, "GITHUB_API_URL is GitCode's API; GitHub's API is https://api.github.com\n"},
		"call a tool not configured":        {nil, append(issue, "--sandbox"), `there is no tool "github_get_issue" in this server; it has `},
		"how to configure what is called":   {nil, append(issue, "--sandbox"), configure},
		"call with a typo":                  {nil, []string{"call", "get_isue", "--sandbox"}, `there is no tool "get_isue" in this server; did you mean "get_issue"?` + "\n"},
		"no token":                          {[]string{"GITHUB_API_URL=http://127.0.0.1:1"}, issue, "there is no token. Put a valid token in GITHUB_TOKEN."},
		"GitCode's token is not GitHub's":   {[]string{"GITHUB_API_URL=http://127.0.0.1:1", "GITCODE_TOKEN=" + sandbox.Token}, issue, "there is no token. Put a valid token in GITHUB_TOKEN."},
		"an address of GitLab":              {[]string{"GITLAB_API_URL=http://127.0.0.1:1/api/v4"}, []string{"call", "gitlab_get_issue", "group/sub/project#1"}, "there is no token. Put a valid token in GITLAB_TOKEN."},
		"its address and JSON":              {[]string{"GITLAB_API_URL=http://127.0.0.1:1/api/v4"}, []string{"call", "gitlab_update_issue", "group/project#1", `{"title":"x"}`}, "there is no token. Put a valid token in GITLAB_TOKEN."},
		"two addresses of GitLab":           {[]string{"GITLAB_API_URL=http://127.0.0.1:1/api/v4"}, []string{"call", "gitlab_move_issue", "group/project#1", "group/docs"}, "there is no token. Put a valid token in GITLAB_TOKEN."},
		"three addresses of GitLab":         {[]string{"GITLAB_API_URL=http://127.0.0.1:1/api/v4"}, []string{"call", "gitlab_move_issue", "a/b", "a/b", "a/b"}, "id and to_project_id are already given"},
		"users and a token":                 {[]string{"GITCODE_TOKEN=x"}, users, "; unset GITCODE_TOKEN\n"},
		"users and a token file by flag":    {nil, append(users, "--token-file=x"), "; unset --token-file\n"},
		"users and a token of GitHub":       {[]string{"GITHUB_TOKEN=" + hubToken}, users, "; unset GITHUB_TOKEN; to offer GitHub's tools, set GITHUB_API_URL\n"},
		"users and a token of GitHub, URL":  {[]string{"GITHUB_TOKEN_FILE=x", "GITHUB_API_URL=https://hub.test"}, users, "; unset GITHUB_TOKEN_FILE\n"},
		"users and a token of GitLab":       {[]string{"GITLAB_TOKEN=" + hubToken}, users, "; unset GITLAB_TOKEN; to offer GitLab's tools, set GITLAB_API_URL\n"},
		"users and tokens of both, by both": {[]string{"GITCODE_TOKEN=x", "GITHUB_TOKEN=y", "GITHUB_API_URL=https://hub.test"}, append(users, "--github-token-file=x"), "; unset GITCODE_TOKEN and GITHUB_TOKEN and --github-token-file\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, stderr, status := run(t, "", test.env, test.args...)
			assert.NotZero(t, status)
			assert.Contains(t, stderr, test.stderr)
			assert.NotContains(t, stderr, hubToken)
		})
	}
}

func TestWarningsOfSeveralForges(t *testing.T) {
	t.Parallel()
	const (
		code = `msg="there is no token for GitCode, so every call of its tools that writes, or reads what is not public, will fail; set GITCODE_TOKEN or GITCODE_TOKEN_FILE"`
		hub  = `msg="there is no token for GitHub, so every call of its tools will fail; set GITHUB_TOKEN or GITHUB_TOKEN_FILE"`
		lab  = `msg="there is no token for GitLab, so every call of its tools will fail; set GITLAB_TOKEN or GITLAB_TOKEN_FILE"`
		url  = "GITHUB_API_URL=https://hub.test"
		lurl = "GITLAB_API_URL=https://lab.test/api/v4"
	)
	testWarnings(t, map[string]started{
		"both tokens":             {[]string{"GITCODE_TOKEN=" + sandbox.Token, "GITHUB_TOKEN=" + hubToken}, nil, nil},
		"no token of GitHub":      {[]string{"GITCODE_TOKEN=" + sandbox.Token, url}, nil, []string{hub}},
		"no token of GitCode":     {[]string{"GITHUB_TOKEN=" + hubToken}, nil, []string{code}},
		"no token":                {[]string{url}, nil, []string{code, hub}},
		"no token of three":       {[]string{url, lurl}, nil, []string{code, hub, lab}},
		"only tools of GitLab":    {[]string{url, lurl}, []string{"--toolsets=gitlab,gitlab_time"}, []string{lab}},
		"no tool of GitCode":      {[]string{"GITHUB_TOKEN=" + hubToken}, []string{"--toolsets=github"}, nil},
		"no tool of GitHub":       {[]string{"GITCODE_TOKEN=" + sandbox.Token, url}, []string{"--toolsets=issues"}, nil},
		"the sandbox needs none":  {[]string{url}, []string{"--sandbox"}, nil},
		"one forge without token": {nil, nil, []string{`msg="there is no token, so every call that writes, or reads what is not public, will fail; set GITCODE_TOKEN or GITCODE_TOKEN_FILE"`}},
	})
}

// TestSandboxIgnoresURLsAndTokens calls tools of all forges in the sandbox with
// settings that name a service, which must not be asked.
func TestSandboxIgnoresURLsAndTokens(t *testing.T) {
	service := httptest.NewServer(nil)
	service.Close()
	env := []string{"GITCODE_API_URL=" + service.URL, "GITCODE_TOKEN=code-token-0123", "GITHUB_API_URL=" + service.URL, "GITHUB_TOKEN=" + hubToken, "GITLAB_API_URL=" + service.URL + "/api/v4", "GITLAB_TOKEN=" + labToken}
	stdout, stderr, status := run(t, "", env, "call", "get_issue", "openharbor/portal#1", "--sandbox")
	assert.Zero(t, status, stderr)
	assert.Contains(t, stdout, "number: 1\n")
	t.Setenv("GITHUB_TOKEN", hubToken)
	t.Setenv("GITLAB_TOKEN", labToken)
	s := settingsOf(t, "--sandbox", "--github-api-url="+service.URL, "--gitlab-api-url="+service.URL+"/api/v4")
	v, err := s.serve(false, server.NewMetrics())
	require.NoError(t, err)
	require.Len(t, v.tokens, 3)
	assert.NotContains(t, v.tokens, hubToken)
	assert.NotContains(t, v.tokens, labToken)
	for _, tool := range v.tools {
		assert.NotContains(t, tool.Forge().Client.BaseURL(), service.URL, tool.Name)
		assert.NotContains(t, []string{hubToken, labToken}, tool.Forge().Client.Token(t.Context()), tool.Name)
	}
}

// lastTool returns the name of the last tool of the first forge.
func lastTool(t *testing.T) string {
	t.Helper()
	all := toolsAt(t, allForges()[0], "http://127.0.0.1:1", rest.Unlimited)
	return all[len(all)-1].Name
}
