package doctor_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/doctor"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	codesandbox "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/github"
	hubsandbox "gitcode.com/gitcode-mcp/gitcode-mcp/github/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	labsandbox "gitcode.com/gitcode-mcp/gitcode-mcp/gitlab/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/install"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// A response replaces that of a sandbox to a path, or only adds to its header if it
// has no status.
type response struct {
	status int
	body   string
	header [2]string
}

// forges are the clients and sandboxes of all forges.
var forges = map[string]struct {
	client  func(rest.Config) (doctor.Client, error)
	sandbox http.Handler
	prefix  string
	token   string
}{
	"GitCode": {func(cfg rest.Config) (doctor.Client, error) { return gitcode.New(cfg) }, codesandbox.New(), codesandbox.Prefix, codesandbox.Token},
	"GitHub":  {func(cfg rest.Config) (doctor.Client, error) { return github.New(cfg) }, hubsandbox.New(), hubsandbox.Prefix, hubsandbox.Token},
	"GitLab":  {func(cfg rest.Config) (doctor.Client, error) { return gitlab.New(cfg) }, labsandbox.New(), labsandbox.Prefix, labsandbox.Token},
}

// examine checks a forge whose sandbox responds differently to some paths, "" being
// the base URL, and returns its checks by their names.
func examine(t *testing.T, name string, cfg rest.Config, readOnly bool, responses map[string]response) map[string]doctor.Check {
	t.Helper()
	forge := forges[name]
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		response, ok := responses[strings.TrimPrefix(r.URL.Path, forge.prefix)]
		if ok {
			w.Header().Set(response.header[0], response.header[1])
		}
		if response.status != 0 {
			w.WriteHeader(response.status)
			io.WriteString(w, response.body)
			return
		}
		forge.sandbox.ServeHTTP(w, r)
	}))
	t.Cleanup(service.Close)
	if cfg.BaseURL == "" {
		cfg.BaseURL = service.URL + forge.prefix
	}
	cfg.MaxWait = -1
	client, err := forge.client(cfg)
	require.NoError(t, err)
	checks := map[string]doctor.Check{}
	subject := &doctor.Forge{Name: name, URLSetting: "X_API_URL", TokenSource: "X_TOKEN", SetToken: "Put a token into X_TOKEN.", ReadOnly: readOnly, Client: client}
	for _, c := range doctor.Examine(t.Context(), subject) {
		assert.Equal(t, name, c.Subject)
		assert.Equal(t, c.Status == doctor.Failed || c.Status == doctor.Warning, c.Fix != "", "%s has a fix if it needs one", c.Name)
		assert.NotContains(t, c.Text+c.Fix, forge.token)
		checks[c.Name] = c
	}
	return checks
}

func TestTokens(t *testing.T) {
	t.Parallel()
	const insufficient = `{"error":"insufficient_scope","error_description":"The request requires higher privileges than provided by the access token.","scope":"api read_api"}`
	ok, failed, warning := doctor.OK, doctor.Failed, doctor.Warning
	soon := time.Now().Add(50 * time.Hour)
	for name, test := range map[string]struct {
		forge                   string
		token                   string // the sandbox's if empty, none if -
		readOnly                bool
		responses               map[string]response
		status                  doctor.Status
		text                    string
		scopes                  doctor.Status // "" if they are not checked
		scopesText, scopesFixed string        // parts
	}{
		"fine":                 {"GitCode", "", false, nil, ok, "the one in X_TOKEN is accepted; its owner is linwei", ok, "allows to read issues", ""},
		"none":                 {"GitCode", "-", false, nil, warning, "there is no token: public data can be read", "", "", ""},
		"wrong":                {"GitCode", "wrong-token-0123", false, nil, failed, "GitCode does not accept the one in X_TOKEN: ", "", "", ""},
		"no scopes":            {"GitCode", "", false, map[string]response{"/user": {status: 403, body: `{"error_message":"no scopes:read_user"}`}, "/user/issues": {status: 403, body: `{"error_code":403,"error_code_name":"FORBIDDEN","error_message":"no scopes:read_projects","trace_id":"0f3a"}`}}, ok, "the one in X_TOKEN is accepted", failed, "the token lacks the scope read_projects", "Put a token"},
		"no scopes, gateway":   {"GitCode", "", false, map[string]response{"/user/issues": {status: 403, body: `{"message":"apig token scope"}`}}, ok, "its owner is linwei", failed, "lacks the scopes for projects and issues", ""},
		"hostile owner":        {"GitCode", "", false, map[string]response{"/user": {status: 200, body: `{"id":1,"login":"a\u001b[2J ` + codesandbox.Token + `"}`}}, ok, `; its owner is a\u001b[2J [token removed]`, ok, "", ""},
		"a web page":           {"GitCode", "", false, map[string]response{"/user": {status: 200, body: `<html>`}}, failed, "the response is not that of GitCode's API: ", "", "", ""},
		"failing":              {"GitCode", "", false, map[string]response{"/user": {status: 502}}, failed, "it could not be checked: ", "", "", ""},
		"fails later":          {"GitCode", "", false, map[string]response{"/user/issues": {status: 502}}, failed, "it could not be checked: ", "", "", ""},
		"GitHub, fine-grained": {"GitHub", "", false, nil, ok, "its owner is octavia", ok, "allows to read issues", ""},
		"GitHub, none":         {"GitHub", "-", false, nil, failed, "there is no token", "", "", ""},
		"GitHub, wrong":        {"GitHub", "wrong-token-0123", false, nil, failed, "GitHub does not accept the one in X_TOKEN: Bad credentials (401)", "", "", ""},
		"GitHub, classic":      {"GitHub", "", false, map[string]response{"/user": {header: [2]string{"X-OAuth-Scopes", "gist, repo"}}}, ok, "its owner is octavia", ok, "the token has gist, repo", ""},
		"GitHub, public only":  {"GitHub", "", false, map[string]response{"/user": {header: [2]string{"X-OAuth-Scopes", "public_repo"}}}, ok, "its owner is octavia", warning, "private repositories are missing", "use another token"},
		"GitHub, wrong scopes": {"GitHub", "", false, map[string]response{"/user": {header: [2]string{"X-OAuth-Scopes", "gist"}}}, ok, "its owner is octavia", failed, "the token has gist, but not the scope repo", "Put a token"},
		"GitHub, no scopes":    {"GitHub", "", false, map[string]response{"/user": {header: [2]string{"X-OAuth-Scopes", ""}}}, ok, "its owner is octavia", failed, "the token has none, but not the scope repo", ""},
		"GitHub, no issues":    {"GitHub", "", false, map[string]response{"/user/issues": {status: 403, body: `{"message":"Resource not accessible by personal access token"}`}}, ok, "its owner is octavia", failed, "the token lacks the permission Issues", ""},
		"GitHub, installation": {"GitHub", "", false, map[string]response{"/user": {status: 403, body: `{"message":"Resource not accessible by integration"}`}}, ok, "the one in X_TOKEN is accepted", ok, "", ""},
		"GitHub, expires":      {"GitHub", "", false, map[string]response{"/user": {header: [2]string{"GitHub-Authentication-Token-Expiration", soon.UTC().Format("2006-01-02 15:04:05 MST")}}}, warning, "octavia; it expires on " + soon.UTC().Format(time.DateOnly), ok, "", ""},
		"GitLab, unknown":      {"GitLab", "", false, nil, ok, "its owner is " + labsandbox.Me, ok, "allows to read issues", ""},
		"GitLab, none":         {"GitLab", "-", false, nil, failed, "there is no token", "", "", ""},
		"GitLab, wrong":        {"GitLab", "wrong-token-0123", false, nil, failed, "GitLab does not accept the one in X_TOKEN: ", "", "", ""},
		"GitLab, fine":         {"GitLab", "", false, map[string]response{"/personal_access_tokens/self": {status: 200, body: `{"scopes":["api"],"expires_at":"2999-01-31"}`}}, ok, "; it expires on 2999-01-31", ok, "the token has api", ""},
		"GitLab, reads":        {"GitLab", "", false, map[string]response{"/personal_access_tokens/self": {status: 200, body: `{"scopes":["read_api"]}`}}, ok, "", warning, "the token has read_api; it can only read", "GITCODE_MCP_READ_ONLY"},
		"GitLab, read-only":    {"GitLab", "", true, map[string]response{"/personal_access_tokens/self": {status: 200, body: `{"scopes":["read_api"]}`}}, ok, "", ok, "the token has read_api", ""},
		"GitLab, wrong scopes": {"GitLab", "", false, map[string]response{"/personal_access_tokens/self": {status: 200, body: `{"scopes":["read_user"]}`}}, ok, "", failed, "the token has read_user, but not the scope api, or read_api for reading only", ""},
		"GitLab, no scopes":    {"GitLab", "", false, map[string]response{"/user": {status: 403, body: insufficient}, "/issues": {status: 403, body: insufficient}}, ok, "the one in X_TOKEN is accepted", failed, "the token lacks the scope api, or read_api for reading only", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := rest.Config{Token: strings.TrimPrefix(test.token, "-")}
			if test.token == "" {
				cfg.Token = forges[test.forge].token
			}
			checks := examine(t, test.forge, cfg, test.readOnly, test.responses)
			assert.Equal(t, ok, checks["connection"].Status, checks["connection"].Text)
			assert.Equal(t, test.status, checks["token"].Status, checks["token"].Text)
			assert.Contains(t, checks["token"].Text, test.text)
			assert.Equal(t, test.scopes, checks["scopes"].Status, checks["scopes"].Text)
			assert.Contains(t, checks["scopes"].Text, test.scopesText)
			assert.Contains(t, checks["scopes"].Fix, test.scopesFixed)
		})
	}
}

func TestClock(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		header  [2]string
		status  doctor.Status
		pattern string
	}{
		"right":   {[2]string{"X", "x"}, doctor.OK, "^this machine's clock agrees with GitCode's$"},
		"ahead":   {[2]string{"Date", time.Now().Add(-3 * time.Hour).UTC().Format(http.TimeFormat)}, doctor.Failed, "^this machine's clock is 3h0m[0-9]+s ahead of GitCode's$"},
		"behind":  {[2]string{"Date", time.Now().Add(3 * time.Hour).UTC().Format(http.TimeFormat)}, doctor.Failed, `^this machine's clock is \S+ behind GitCode's$`},
		"no date": {[2]string{"Date", ""}, doctor.Skipped, "no date"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checks := examine(t, "GitCode", rest.Config{Token: codesandbox.Token}, false, map[string]response{"": {header: test.header}})
			assert.Equal(t, test.status, checks["clock"].Status)
			assert.Regexp(t, test.pattern, checks["clock"].Text)
			assert.Equal(t, doctor.OK, checks["token"].Status)
		})
	}
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	const base = "http://127.0.0.1:1/api/v5"
	checks := examine(t, "GitCode", rest.Config{BaseURL: base, Token: codesandbox.Token}, false, nil)
	assert.Equal(t, doctor.Failed, checks["connection"].Status)
	assert.Contains(t, checks["connection"].Text, base+" cannot be reached without a proxy: ")
	assert.Equal(t, "Check X_API_URL and the network. If programs need a proxy there, set HTTPS_PROXY.", checks["connection"].Fix)
	assert.Equal(t, doctor.Skipped, checks["token"].Status)
	assert.NotContains(t, checks, "scopes")
}

func TestClients(t *testing.T) {
	t.Parallel()
	project := t.TempDir()
	places := install.PlacesOf(t.TempDir(), func(string) string { return "" })
	write := func(content string, path ...string) string {
		file := filepath.Join(path...)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
		return file
	}
	write(`{"mcpServers":{"other":{"command":"other-mcp"}}}`, places.Home, ".claude.json")
	checks := doctor.ExamineClients(places, project)
	require.Len(t, checks, 1)
	assert.Equal(t, doctor.Warning, checks[0].Status)
	assert.NotEmpty(t, checks[0].Fix)

	want := map[string]string{
		"claude-code":    write(`{"mcpServers":{"issues":{"command":"/usr/bin/gitcode-mcp"}}}`, project, ".mcp.json"),
		"claude-desktop": write(`{"mcpServers":{"gitcode":{"command":"C:\\gitcode-mcp.exe"}}}`, places.Config, "Claude", "claude_desktop_config.json"),
		"vscode":         write(`{"servers":{"gitcode" : {"url":"https://mcp.example.com/mcp"}}}`, places.Config, "Code", "User", "mcp.json"),
		"cursor":         write(`{"mcpServers":{"gitcode":{}}}`, places.Home, ".cursor", "mcp.json"),
		"opencode":       write(`{"mcp":{"gitcode":{}}}`, places.Home, ".config", "opencode", "opencode.json"),
		"gemini":         write(`{"mcpServers":{"gitcode":{}}}`, places.Home, ".gemini", "settings.json"),
		"windsurf":       write(`{"mcpServers":{"gitcode":{}}}`, places.Home, ".codeium", "windsurf", "mcp_config.json"),
		"codex":          write("[mcp_servers.gitcode]\nurl = \"https://mcp.example.com/mcp\"\n", places.Home, ".codex", "config.toml"),
	}
	got := map[string]string{}
	for _, c := range doctor.ExamineClients(places, project) {
		assert.Equal(t, doctor.OK, c.Status)
		got[c.Name] = strings.TrimSuffix(c.Text, " names this server")
	}
	assert.Equal(t, want, got)
}
