package install

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestClients shows the whole configuration of each client with nothing but this
// server in it, local and remote.
func TestClients(t *testing.T) {
	t.Parallel()
	const inputs = `{"type": "promptString", "id": "gitcode-token", "description": "GitCode access token", "password": true}`
	for name, want := range map[string]struct{ local, remote string }{
		"claude-code": {
			`{"mcpServers": {"gitcode": {"type": "stdio", "command": "/opt/gitcode-mcp", "args": ["stdio"], "env": {"GITCODE_TOKEN": "${GITCODE_TOKEN:-}"}}}}`,
			`{"mcpServers": {"gitcode": {"type": "http", "url": "https://mcp.example.com/mcp", "headers": {"X-GitCode-Token": "${GITCODE_TOKEN:-}", "Authorization": "Bearer ${GITCODE_MCP_SECRET:-}", "X-MCP-Readonly": "true"}}}}`,
		},
		"vscode": {
			`{"inputs": [` + inputs + `], "servers": {"gitcode": {"type": "stdio", "command": "/opt/gitcode-mcp", "args": ["stdio"], "env": {"GITCODE_TOKEN": "${input:gitcode-token}"}}}}`,
			`{"inputs": [` + inputs + `, {"type": "promptString", "id": "gitcode-mcp-secret", "description": "Secret of the server", "password": true}],
			"servers": {"gitcode": {"type": "http", "url": "https://mcp.example.com/mcp", "headers": {"X-GitCode-Token": "${input:gitcode-token}", "Authorization": "Bearer ${input:gitcode-mcp-secret}", "X-MCP-Readonly": "true"}}}}`,
		},
		"cursor": {
			`{"mcpServers": {"gitcode": {"type": "stdio", "command": "/opt/gitcode-mcp", "args": ["stdio"], "env": {"GITCODE_TOKEN": "${env:GITCODE_TOKEN}"}}}}`,
			`{"mcpServers": {"gitcode": {"url": "https://mcp.example.com/mcp", "headers": {"X-GitCode-Token": "${env:GITCODE_TOKEN}", "Authorization": "Bearer ${env:GITCODE_MCP_SECRET}", "X-MCP-Readonly": "true"}}}}`,
		},
		"opencode": {
			`{"mcp": {"gitcode": {"type": "local", "command": ["/opt/gitcode-mcp", "stdio"], "environment": {"GITCODE_TOKEN": "{env:GITCODE_TOKEN}"}}}}`,
			`{"mcp": {"gitcode": {"type": "remote", "url": "https://mcp.example.com/mcp", "headers": {"X-GitCode-Token": "{env:GITCODE_TOKEN}", "Authorization": "Bearer {env:GITCODE_MCP_SECRET}", "X-MCP-Readonly": "true"}}}}`,
		},
		"gemini": {
			`{"mcpServers": {"gitcode": {"command": "/opt/gitcode-mcp", "args": ["stdio"], "env": {"GITCODE_TOKEN": "${GITCODE_TOKEN}"}}}}`,
			`{"mcpServers": {"gitcode": {"type": "http", "url": "https://mcp.example.com/mcp", "headers": {"X-GitCode-Token": "${GITCODE_TOKEN}", "Authorization": "Bearer ${GITCODE_MCP_SECRET}", "X-MCP-Readonly": "true"}}}}`,
		},
		"windsurf": {
			`{"mcpServers": {"gitcode": {"command": "/opt/gitcode-mcp", "args": ["stdio"], "env": {"GITCODE_TOKEN": "${env:GITCODE_TOKEN}"}}}}`,
			`{"mcpServers": {"gitcode": {"serverUrl": "https://mcp.example.com/mcp", "headers": {"X-GitCode-Token": "${env:GITCODE_TOKEN}", "Authorization": "Bearer ${env:GITCODE_MCP_SECRET}", "X-MCP-Readonly": "true"}}}}`,
		},
		"claude-desktop": {
			`{"mcpServers": {"gitcode": {"command": "/opt/gitcode-mcp", "args": ["stdio"], "env": {"GITCODE_TOKEN": "plain GITCODE_TOKEN"}}}}`,
			`{"mcpServers": {"gitcode": {"command": "npx", "args": ["-y", "mcp-remote", "https://mcp.example.com/mcp", "--header", "X-GitCode-Token:${GITCODE_TOKEN}", "--header", "Authorization:${GITCODE_MCP_SECRET}", "--header", "X-MCP-Readonly:true"],
			"env": {"GITCODE_TOKEN": "plain GITCODE_TOKEN", "GITCODE_MCP_SECRET": "Bearer plain GITCODE_MCP_SECRET"}}}}`,
		},
		"codex": {
			`{"mcp_servers": {"gitcode": {"command": "/opt/gitcode-mcp", "args": ["stdio"], "env_vars": ["GITCODE_TOKEN"]}}}`,
			`{"mcp_servers": {"gitcode": {"url": "https://mcp.example.com/mcp", "bearer_token_env_var": "GITCODE_MCP_SECRET", "env_http_headers": {"X-GitCode-Token": "GITCODE_TOKEN"}, "http_headers": {"X-MCP-Readonly": "true"}}}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := client(name)
			for _, test := range []struct {
				server *Server
				want   string
			}{{testServer(), want.local}, {remoteServer(), want.remote}} {
				file := filepath.Join(t.TempDir(), "config")
				for i, secret := range test.server.Secrets {
					if c.NeedsPlain() {
						test.server.Secrets[i].Plain = "plain " + secret.Variable
					}
				}
				change, err := c.Install(Places{}, file, test.server)
				require.NoError(t, err)
				got := change.new
				assert.Equal(t, got, c.Configuration(test.server))
				if c.toml {
					values := map[string]any{}
					require.NoError(t, toml.Unmarshal([]byte(got), &values))
					got = encode(values)
				}
				assert.JSONEq(t, test.want, got)
				if name == "vscode" {
					assertSchema(t, "testdata/vscode.schema.json", got)
				}
			}
		})
	}
	assert.Len(t, Clients(), 8)
}

// assertSchema checks a configuration against the schema of its client.
func assertSchema(t *testing.T, file, text string) {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(file)
	require.NoError(t, err)
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	require.NoError(t, err)
	assert.NoError(t, schema.Validate(value))
}

func TestFiles(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	places := Places{Home: home, Config: filepath.Join(home, "app"), Env: func(string) string { return "" }}
	moved := Places{Home: home, Config: filepath.Join(home, "app"), Env: func(name string) string { return filepath.Join(home, name) }}
	for name, want := range map[string]struct{ file, moved string }{
		"claude-code":    {".claude.json", "CLAUDE_CONFIG_DIR/.claude.json"},
		"claude-desktop": {"app/Claude/claude_desktop_config.json", "app/Claude/claude_desktop_config.json"},
		"vscode":         {"app/Code/User/mcp.json", "app/Code/User/mcp.json"},
		"cursor":         {".cursor/mcp.json", ".cursor/mcp.json"},
		"opencode":       {".config/opencode/opencode.json", "XDG_CONFIG_HOME/opencode/opencode.json"},
		"gemini":         {".gemini/settings.json", "GEMINI_CLI_HOME/.gemini/settings.json"},
		"windsurf":       {".codeium/windsurf/mcp_config.json", ".codeium/windsurf/mcp_config.json"},
		"codex":          {".codex/config.toml", "CODEX_HOME/config.toml"},
	} {
		assert.Equal(t, filepath.Join(home, filepath.FromSlash(want.file)), client(name).File(places), name)
		assert.Equal(t, filepath.Join(home, filepath.FromSlash(want.moved)), client(name).File(moved), name)
	}
	existing := filepath.Join(home, ".config", "opencode", "opencode.jsonc")
	require.NoError(t, os.MkdirAll(filepath.Dir(existing), 0o755))
	require.NoError(t, os.WriteFile(existing, nil, 0o600))
	assert.Equal(t, existing, client("opencode").File(places))

	places.Packages = filepath.Join(home, "Packages")
	assert.Equal(t, filepath.Join(places.Config, "Claude", "claude_desktop_config.json"), client("claude-desktop").File(places))
	require.NoError(t, os.MkdirAll(filepath.Join(places.Packages, "Claude_x1"), 0o755))
	assert.Equal(t, filepath.Join(places.Packages, "Claude_x1", "LocalCache", "Roaming", "Claude", "claude_desktop_config.json"), client("claude-desktop").File(places))
}

// TestLinks takes the links apart as VS Code and Cursor do.
func TestLinks(t *testing.T) {
	t.Parallel()
	s := testServer("--toolsets=default,repo", "a b&c+d")
	link, err := url.Parse(VSCodeLink(s))
	require.NoError(t, err)
	assert.Equal(t, "insiders.vscode.dev/redirect", link.Host+link.Path)
	handler, query, _ := strings.Cut(link.Query().Get("url"), "?")
	assert.Equal(t, "vscode:mcp/install", handler)
	config, err := url.PathUnescape(query)
	require.NoError(t, err)
	assert.JSONEq(t, `{"name": "gitcode", "type": "stdio", "command": "/opt/gitcode-mcp", "args": ["stdio", "--toolsets=default,repo", "a b&c+d"], "env": {"GITCODE_TOKEN": "${input:gitcode-token}"},
		"inputs": [{"type": "promptString", "id": "gitcode-token", "description": "GitCode access token", "password": true}]}`, config)

	link, err = url.Parse(CursorLink(s))
	require.NoError(t, err)
	assert.Equal(t, "cursor.com/install-mcp", link.Host+link.Path)
	assert.Equal(t, "gitcode", link.Query().Get("name"))
	decoded, err := base64.StdEncoding.DecodeString(link.Query().Get("config"))
	require.NoError(t, err)
	assert.JSONEq(t, `{"type": "stdio", "command": "/opt/gitcode-mcp", "args": ["stdio", "--toolsets=default,repo", "a b&c+d"], "env": {"GITCODE_TOKEN": "${env:GITCODE_TOKEN}"}}`, string(decoded))
	assert.True(t, json.Valid(decoded))
}
