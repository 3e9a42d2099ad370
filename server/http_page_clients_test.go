package server_test

import (
	"encoding/json"
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

func TestPageSnippets(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*setup)
		want   map[string]string
	}{
		"no credentials": {func(s *setup) { s.http.NoSSE = true }, map[string]string{
			"Claude Code":    `claude mcp add --scope user --transport http gitcode URL/mcp`,
			"Claude Desktop": `{"mcpServers":{"gitcode":{"command":"npx","args":["-y","mcp-remote","URL/mcp","--allow-http"]}}}`,
			"VS Code":        `{"servers":{"gitcode":{"type":"http","url":"URL/mcp"}}}`,
			"Cursor":         `{"mcpServers":{"gitcode":{"url":"URL/mcp"}}}`,
			"opencode":       `{"mcp":{"gitcode":{"type":"remote","url":"URL/mcp"}}}`,
			"Gemini CLI":     `{"mcpServers":{"gitcode":{"httpUrl":"URL/mcp"}}}`,
			"Windsurf":       `{"mcpServers":{"gitcode":{"serverUrl":"URL/mcp"}}}`,
			"Codex":          "[mcp_servers.gitcode]\nurl = \"URL/mcp\"\n",
		}},
		"secret and user tokens": {func(s *setup) { s.http.Secret, s.userTokens = "open sesame", true }, map[string]string{
			"Claude Code": `claude mcp add --scope user --transport http gitcode URL/mcp --header 'Authorization: Bearer ${GITCODE_MCP_SECRET:-}' --header 'X-GitCode-Token: ${GITCODE_TOKEN:-}'`,
			"Claude Desktop": `{"mcpServers":{"gitcode":{"command":"npx","args":["-y","mcp-remote","URL/mcp","--allow-http","--header","Authorization:${GITCODE_MCP_SECRET}","--header","X-GitCode-Token:${GITCODE_TOKEN}"],
				"env":{"GITCODE_MCP_SECRET":"Bearer YOUR_VALUE","GITCODE_TOKEN":"YOUR_VALUE"}}}}`,
			"VS Code": `{"inputs":[{"type":"promptString","id":"gitcode-mcp-secret","description":"Secret of the gitcode-mcp server","password":true},
				{"type":"promptString","id":"gitcode-token","description":"GitCode access token","password":true}],
				"servers":{"gitcode":{"type":"http","url":"URL/mcp","headers":{"Authorization":"Bearer ${input:gitcode-mcp-secret}","X-GitCode-Token":"${input:gitcode-token}"}}}}`,
			"Cursor":     `{"mcpServers":{"gitcode":{"url":"URL/mcp","headers":{"Authorization":"Bearer ${env:GITCODE_MCP_SECRET}","X-GitCode-Token":"${env:GITCODE_TOKEN}"}}}}`,
			"opencode":   `{"mcp":{"gitcode":{"type":"remote","url":"URL/mcp","headers":{"Authorization":"Bearer {env:GITCODE_MCP_SECRET}","X-GitCode-Token":"{env:GITCODE_TOKEN}"}}}}`,
			"Gemini CLI": `{"mcpServers":{"gitcode":{"httpUrl":"URL/mcp","headers":{"Authorization":"Bearer ${GITCODE_MCP_SECRET}","X-GitCode-Token":"${GITCODE_TOKEN}"}}}}`,
			"Windsurf":   `{"mcpServers":{"gitcode":{"serverUrl":"URL/mcp","headers":{"Authorization":"Bearer ${env:GITCODE_MCP_SECRET}","X-GitCode-Token":"${env:GITCODE_TOKEN}"}}}}`,
			"Codex":      "[mcp_servers.gitcode]\nurl = \"URL/mcp\"\nbearer_token_env_var = \"GITCODE_MCP_SECRET\"\nenv_http_headers = { \"X-GitCode-Token\" = \"GITCODE_TOKEN\" }\n",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, sandbox.New(), test.change)
			_, body := r.do(t, http.MethodGet, "/", nil)
			got := snippets(body)
			for client, want := range test.want {
				want = strings.ReplaceAll(want, "URL", r.url)
				if json.Valid([]byte(want)) {
					assert.JSONEq(t, want, got[client], client)
				} else {
					assert.Equal(t, want, got[client], client)
				}
			}
			assert.Contains(t, body, "<code>~/.config/opencode/opencode.json</code>")
			assert.Contains(t, body, "only in folders that you trust")
			assert.Contains(t, got, "curl")
			assert.Len(t, got, len(test.want)+1)
			assert.Equal(t, strings.Contains(name, "secret"), strings.Contains(body, "<code>GITCODE_MCP_SECRET</code> and <code>GITCODE_TOKEN</code> in the environment"))
			assert.NotContains(t, body, "sesame")
			assert.Equal(t, name != "no credentials", strings.Contains(body, "/sse"))
		})
	}
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
