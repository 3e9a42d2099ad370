package server_test

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

// snippets returns the snippets on a page, by client.
func snippets(body string) map[string]string {
	found := map[string]string{}
	for _, match := range regexp.MustCompile(`(?s)data-name="([^"]+)">.*?<pre>(.*?)</pre>`).FindAllStringSubmatch(body, -1) {
		found[match[1]] = html.UnescapeString(match[2])
	}
	return found
}

// TestPageSnippets checks what the page asks to be configured, and that it shows that.
func TestPageSnippets(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change                    func(*setup)
		claude, others, variables string
	}{
		"no credentials": {func(s *setup) { s.http.NoSSE = true }, "", "[]", ""},
		"secret and user tokens": {
			func(s *setup) { s.http.Secret, s.userTokens = "open sesame", true },
			" --header 'Authorization: Bearer ${GITCODE_MCP_SECRET:-}' --header 'X-GitCode-Token: ${GITCODE_TOKEN:-}'",
			`[{"Authorization" "Bearer " "GITCODE_MCP_SECRET" "Secret of the GitCode MCP server"} {"X-GitCode-Token" "" "GITCODE_TOKEN" "GitCode access token"}]`,
			"<code>GITCODE_MCP_SECRET</code> and <code>GITCODE_TOKEN</code>",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, sandbox.New(), func(s *setup) {
				s.http.Configuration = func(client, url string, credentials []server.Credential) string {
					return fmt.Sprintf("<%s>\n%s %q", client, url, credentials)
				}
				test.change(s)
			})
			_, body := r.do(t, http.MethodGet, "/", nil)
			got := snippets(body)
			assert.Equal(t, "claude mcp add --scope user --transport http gitcode "+r.url+"/mcp"+test.claude, got["Claude Code"])
			assert.Equal(t, "<gemini>\n"+r.url+"/mcp "+test.others, got["Gemini CLI"])
			assert.Contains(t, got, "curl")
			assert.Contains(t, body, "<code>~/.config/opencode/opencode.json</code>")
			assert.Contains(t, body, "only in folders that you trust")
			assert.Equal(t, test.variables != "", strings.Contains(body, "in the environment of the client"))
			assert.Contains(t, body, test.variables)
			assert.NotContains(t, body, "sesame")
			assert.Equal(t, name != "no credentials", strings.Contains(body, "/sse"))
		})
	}
	_, body := start(t, sandbox.New(), nil).do(t, http.MethodGet, "/", nil)
	assert.Len(t, snippets(body), 2, "only commands")
}

// TestPageCurl sends the request that the curl command describes.
func TestPageCurl(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*setup)
		want   string
	}{
		"a forge":                {func(*setup) {}, `serverInfo":{"name":"gitcode-mcp"`},
		"secret and user tokens": {func(s *setup) { s.http.Secret, s.userTokens = "open-sesame", true }, `serverInfo":{"name":"gitcode-mcp"`},
		"sandbox":                {func(s *setup) { s.http.Sandbox, s.http.Sandboxes = true, sandboxes }, `\"title\":\"登录后首页偶发白屏\"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, sandbox.New(), test.change)
			_, body := r.do(t, http.MethodGet, "/", nil)
			command := snippets(body)["curl"]
			require.True(t, strings.HasPrefix(command, "curl "+r.url+"/mcp "), command)
			command = strings.NewReplacer("$GITCODE_MCP_SECRET", "open-sesame", "$GITCODE_TOKEN", sandbox.Token).Replace(command)
			var header []string
			for _, match := range regexp.MustCompile(`-H ['"](.*?): (.*?)['"]`).FindAllStringSubmatch(command, -1) {
				header = append(header, match[1], match[2])
			}
			_, data, _ := strings.Cut(command, "-d '")
			resp, body := r.post(t, "/mcp", strings.TrimSuffix(data, "'"), header...)
			assert.Equal(t, http.StatusOK, resp.StatusCode, body)
			assert.Contains(t, body, test.want)
		})
	}
}

var sandboxes = []server.Sandbox{{
	Forge:   "GitCode",
	Users:   []server.SandboxUser{{Name: sandbox.Me, Token: sandbox.Token}},
	Example: server.Example{Tool: "list_repo_issues", Arguments: map[string]string{"owner": "openharbor", "repo": "portal", "number": "1"}},
}}
