package main

import (
	"bytes"
	"html"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/install"
)

// configurations are files of clients with other servers, comments and unusual
// formatting, as far as the clients accept them.
var configurations = map[string]string{
	"claude-code":    "{\"numStartups\":3,\n   \"mcpServers\" : { \"other\":{\"command\":\"x\"} },\n\t\"projects\": {\"/p\": {\"history\": [ ]}}}",
	"claude-desktop": "{\r\n\t\"globalShortcut\": \"\",\r\n\t\"mcpServers\": {\r\n\t\t\"other\": { \"command\": \"x\" }\r\n\t}\r\n}",
	"vscode":         "// servers of mine\n{\n\t\"servers\": {\n\t\t\"other\": { \"url\": \"https://x\" }, // keep\n\t},\n\t/* asked */ \"inputs\": [\n\t\t{ \"type\": \"promptString\", \"id\": \"x\", \"description\": \"\" },\n\t],\n}\n",
	"cursor":         "{\n    \"mcpServers\": {\n\n        \"other\": {\"command\": \"x\"}\n\n    }\n}\n\n",
	"opencode":       "{\n  \"$schema\": \"https://opencode.ai/config.json\",\n  // servers\n  \"mcp\": {\n    \"other\": { \"type\": \"local\", \"command\": [\"x\"] }\n  }\n}\n",
	"gemini":         "{\n  /* look */ \"ui\": {\"theme\": \"x\"},\n  \"mcpServers\": {\"other\": {\"command\": \"x\"}} // end\n}\n",
	"windsurf":       "{\"mcpServers\": {\"other\": {\"command\": \"x\", \"env\": {\"X_TOKEN\": \"another-secret\"}}}}",
	"codex":          "# mine\nmodel = \"x\"   # the best\n\n[mcp_servers.other]\ncommand = 'x'\nenv = {  A = \"b\"  }\n",
}

// configurationOf writes a client's file into a new home.
func configurationOf(t *testing.T, client, content string) (home, file string) {
	t.Helper()
	home = t.TempDir()
	places := install.PlacesOf(home, func(string) string { return "" })
	file = clientNamed(client).File(places)
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
	return home, file
}

func readFile(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(content)
}

// inHome returns the environment of a program with this home.
func inHome(home string) []string {
	return []string{"HOME=" + home, "USERPROFILE=" + home, "APPDATA=" + filepath.Join(home, "AppData", "Roaming")}
}

// TestInstall adds the server to a file with other contents, twice, and removes it.
func TestInstall(t *testing.T) {
	t.Parallel()
	require.Len(t, configurations, len(install.Clients()))
	for client, content := range configurations {
		t.Run(client, func(t *testing.T) {
			t.Parallel()
			home, file := configurationOf(t, client, content)
			command := []string{"install", client, "--sandbox"}

			stdout, stderr, status := run(t, "", inHome(home), append(command, "--print")...)
			require.Zero(t, status, stderr)
			assert.Contains(t, stdout, file+"\n@@ line ")
			assert.Equal(t, content, readFile(t, file), "--print changes nothing")

			written, stderr, status := run(t, "", inHome(home), command...)
			require.Zero(t, status, stderr)
			assert.Equal(t, stdout+"Written. The old file is "+file+".bak.\n", written)
			assert.Equal(t, content, readFile(t, file+".bak"))
			assert.NotContains(t, stdout, "another-secret")
			installed := readFile(t, file)
			assert.Contains(t, installed, "other")
			assert.Contains(t, installed, `"stdio", "--sandbox"]`)
			for line := range strings.Lines(content) {
				if _, comment, ok := strings.Cut(line, "//"); ok {
					assert.Contains(t, installed, comment)
				}
			}

			again, stderr, status := run(t, "", inHome(home), command...)
			require.Zero(t, status, stderr)
			assert.Contains(t, again, "Nothing to change: ")
			assert.Equal(t, installed, readFile(t, file))

			_, stderr, status = run(t, "", inHome(home), "uninstall", client)
			require.Zero(t, status, stderr)
			assert.Equal(t, content, readFile(t, file))
			again, stderr, status = run(t, "", inHome(home), "uninstall", client)
			require.Zero(t, status, stderr)
			assert.Contains(t, again, "Nothing to change: ")
		})
	}
}

// TestInstallCarriesSettings checks what becomes of settings, without a file.
func TestInstallCarriesSettings(t *testing.T) {
	t.Parallel()
	const token, other = "GITCODE_TOKEN=tok-0123456789", "GITHUB_TOKEN=ghp-0123456789"
	here, err := os.Getwd()
	require.NoError(t, err)
	home := t.TempDir()
	tokenFile, err := filepath.Rel(here, filepath.Join(home, "token"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(tokenFile, []byte("tok-0123456789"), 0o600))
	for name, test := range map[string]struct {
		env, args []string
		parts     []string // of the output
		not       []string
	}{
		"token":             {[]string{token}, []string{"claude-code"}, []string{`"args": ["stdio"],`, `"GITCODE_TOKEN": "${GITCODE_TOKEN:-}"`}, []string{"GITHUB", "Set "}},
		"no token":          {nil, []string{"claude-code"}, []string{"\nWritten.\nSet GITCODE_TOKEN in the environment in which Claude Code starts.\n"}, nil},
		"no token, asked":   {nil, []string{"vscode"}, []string{`"${input:gitcode-token}"`}, []string{"Set "}},
		"two forges":        {[]string{token, other}, []string{"gemini"}, []string{`"GITCODE_TOKEN": "${GITCODE_TOKEN}"`, `"GITHUB_TOKEN": "${GITHUB_TOKEN}"`}, nil},
		"only another":      {[]string{other}, []string{"opencode"}, []string{`"GITHUB_TOKEN": "{env:GITHUB_TOKEN}"`}, []string{"GITCODE_TOKEN"}},
		"flags":             {[]string{token}, []string{"codex", "--read-only", "--toolsets=issues,labels", "--github-api-url=https://h/api/v3"}, []string{`"--github-api-url=https://h/api/v3", "--read-only", "--toolsets=issues,labels"]`}, nil},
		"variables":         {[]string{token, "GITCODE_MCP_READ_ONLY=1", "GITCODE_MCP_TIMEOUT=5s"}, []string{"cursor"}, []string{`"args": ["stdio", "--timeout=5s", "--read-only"],`}, nil},
		"defaults":          {[]string{token, "GITCODE_MCP_DRY_RUN=false"}, []string{"cursor", "--timeout=30s"}, []string{`"args": ["stdio"],`}, nil},
		"files":             {nil, []string{"codex", "--token-file=" + tokenFile, "--audit-log=~/audit.jsonl"}, []string{"--token-file=" + filepath.Join(home, "token"), "audit.jsonl"}, []string{"env_vars", "~", ".."}},
		"sandbox file":      {nil, []string{"codex", "--sandbox=" + tokenFile + ".json"}, []string{"--sandbox=" + filepath.Join(home, "token.json")}, []string{".."}},
		"plain token":       {[]string{token}, []string{"claude-desktop", "--plain-token"}, []string{`"GITCODE_TOKEN": "…"`}, []string{"tok-0123456789"}},
		"name":              {nil, []string{"cursor", "--name=issues"}, []string{`"issues": {`}, []string{`"gitcode"`}},
		"remote":            {[]string{token, "GITCODE_MCP_TIMEOUT=5s"}, []string{"windsurf", "--http=https://h"}, []string{`"serverUrl": "https://h/mcp"`}, []string{"TOKEN", "timeout", "headers"}},
		"remote, secret":    {[]string{"GITCODE_MCP_SECRET=0123456789"}, []string{"claude-code", "--http=https://h/x"}, []string{`"url": "https://h/x"`, `"Authorization": "Bearer ${GITCODE_MCP_SECRET:-}"`}, []string{"0123456789"}},
		"remote, users":     {[]string{token}, []string{"vscode", "--http=https://h", "--user-tokens"}, []string{`"X-GitCode-Token": "${input:gitcode-token}"`}, nil},
		"remote, selection": {nil, []string{"cursor", "--http=https://h", "--read-only", "--toolsets=issues"}, []string{`"X-MCP-Readonly": "true"`, `"X-MCP-Toolsets": "issues"`}, nil},
		"remote, bridged":   {nil, []string{"claude-desktop", "--http=http://h:8080"}, []string{`"command": "npx"`, `["-y", "mcp-remote", "http://h:8080/mcp", "--allow-http"]`}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stdout, stderr, status := run(t, "", append(inHome(t.TempDir()), test.env...), append([]string{"install"}, test.args...)...)
			require.Zero(t, status, stderr)
			for _, part := range test.parts {
				assert.Contains(t, stdout, part)
			}
			for _, part := range test.not {
				assert.NotContains(t, stdout, part)
			}
		})
	}
}

// TestInstallInProject changes a file that the user names.
func TestInstallInProject(t *testing.T) {
	t.Parallel()
	home, project := t.TempDir(), filepath.Join(t.TempDir(), ".vscode", "mcp.json")
	_, stderr, status := run(t, "", inHome(home), "install", "vscode", "--sandbox", "--yes", "--config="+project)
	require.Zero(t, status, stderr)
	assert.Contains(t, readFile(t, project), `"args": ["stdio", "--sandbox"]`)
	entries, err := os.ReadDir(home)
	require.NoError(t, err)
	assert.Empty(t, entries)
}

// TestInstallAndPage checks that the web page of a server shows for each client what
// install writes.
func TestInstallAndPage(t *testing.T) {
	t.Parallel()
	forges := []string{"GITHUB_API_URL=https://api.github.com", "GITLAB_API_URL=https://jihulab.com/api/v4"}
	tokens := []string{"GITCODE_TOKEN=token-of-mine", "GITHUB_TOKEN=token-of-mine", "GITLAB_TOKEN=token-of-mine"}
	secret := []string{"GITCODE_MCP_SECRET=token-of-mine"}
	for name, test := range map[string]struct{ server, args []string }{
		"neither":     {nil, nil},
		"secret":      {secret, nil},
		"user tokens": {nil, []string{"--user-tokens"}},
		"both":        {secret, []string{"--user-tokens"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := serveHTTP(t, slices.Concat(forges, test.server), append([]string{"--sandbox"}, test.args...)...)
			response, err := http.Get(address)
			require.NoError(t, err)
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			require.NoError(t, err)
			shown := map[string]string{}
			for _, match := range regexp.MustCompile(`(?s)data-name="([^"]+)">.*?<pre>(.*?)</pre>`).FindAllStringSubmatch(string(body), -1) {
				shown[match[1]] = html.UnescapeString(match[2])
			}
			assert.Len(t, shown, len(install.Clients())+1, "the clients, and curl")
			for _, client := range install.Clients() {
				file := filepath.Join(t.TempDir(), "config")
				args := append([]string{"install", client.Name, "--http=" + address, "--config=" + file}, test.args...)
				if client.NeedsPlain() {
					args = append(args, "--plain-token")
				}
				_, stderr, status := run(t, "", slices.Concat(inHome(t.TempDir()), tokens, test.server), args...)
				require.Zero(t, status, stderr)
				want, got := readFile(t, file), strings.ReplaceAll(shown[client.Title], "YOUR_VALUE", "token-of-mine")
				if client.Name == "claude-code" { // the page has a command
					want = claudeCommand(t, want)
				}
				assert.Equal(t, want, got, client.Title)
			}
		})
	}
}

// claudeCommand returns the command that makes Claude Code write this configuration.
func claudeCommand(t *testing.T, configuration string) string {
	t.Helper()
	server := regexp.MustCompile(`"type": "(\w+)",\s+"url": "(.*?)"`).FindStringSubmatch(configuration)
	require.NotNil(t, server, configuration)
	command := "claude mcp add --scope user --transport " + server[1] + " gitcode " + server[2]
	for _, header := range regexp.MustCompile(`"([\w-]+)": "(.*\$\{.*)"`).FindAllStringSubmatch(configuration, -1) {
		command += " --header '" + header[1] + ": " + header[2] + "'"
	}
	return command
}

func TestInstallRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		content string
		args    []string
		want    string
	}{
		"unknown client":      {"", []string{"emacs"}, "give one client: claude-code, claude-desktop, vscode,"},
		"no client":           {"", nil, "give one client: "},
		"broken":              {"{\"mcpServers\": {", []string{"cursor"}, "mcp.json was not changed: line 1, column 17"},
		"wrong section":       {`{"mcpServers": []}`, []string{"cursor"}, "mcp.json was not changed: mcpServers is not an object"},
		"no place for tokens": {"", []string{"claude-desktop"}, "Claude Desktop cannot read GITCODE_TOKEN from the environment; name a file that contains the token with --token-file, or"},
		"no remote tokens":    {"", []string{"claude-desktop", "--http=https://h", "--user-tokens"}, "Claude Desktop cannot read GITCODE_TOKEN from the environment; write it into the configuration with --plain-token"},
		"no token to write":   {"", []string{"cursor", "--plain-token"}, "there is no token to write; set GITCODE_TOKEN"},
		"no URL":              {"", []string{"cursor", "--http=mcp.example.com"}, `--http "mcp.example.com" is not the URL of a server`},
		"password in a URL":   {"", []string{"cursor", "--http=https://me:hunter2@h"}, "--http must not contain a user or a password"},
		"settings of another": {"", []string{"cursor", "--http=https://h", "--timeout=3s"}, "--timeout cannot be used with --http"},
		"users of a program":  {"", []string{"cursor", "--user-tokens"}, "--user-tokens needs --http"},
		"bad setting":         {"", []string{"cursor", "--toolsets=issue"}, `--toolsets: unknown toolset "issue"`},
		"no token file":       {"", []string{"cursor", "--token-file=/no/such/file"}, "read the token in --token-file: "},
		"bad name":            {"", []string{"cursor", "--name=a.b"}, `--name "a.b" may contain only`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			home, file := configurationOf(t, "cursor", test.content)
			stdout, stderr, status := run(t, "", inHome(home), append([]string{"install"}, test.args...)...)
			assert.Equal(t, 1, status)
			assert.Empty(t, stdout)
			assert.Contains(t, stderr, "gitcode-mcp: ")
			assert.Contains(t, stderr, test.want)
			assert.Equal(t, test.content, readFile(t, file))
			entries, err := os.ReadDir(filepath.Dir(file))
			require.NoError(t, err)
			assert.Len(t, entries, 1, "no other file")
		})
	}
}

func TestConfirmed(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]bool{"y\n": true, " YES \r\n": true, "\n": false, "": false, "no\n": false, "yy\n": false} {
		var out bytes.Buffer
		assert.Equal(t, want, confirmed(t.Context(), strings.NewReader(answer), &out, "Write this change?"), answer)
		assert.Equal(t, "Write this change? [y/N] ", out.String())
	}
}

func TestProgramPath(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "gitcode-mcp")
	if runtime.GOOS == "windows" {
		link += ".exe"
	}
	if err := os.Symlink(os.Args[0], link); err != nil {
		t.Skip(err)
	}
	t.Setenv("PATH", dir)
	got, err := programPath()
	require.NoError(t, err)
	assert.Equal(t, link, got)
	require.NoError(t, os.Remove(link))
	require.NoError(t, os.WriteFile(link, nil, 0o755)) // another program of this name
	got, err = programPath()
	require.NoError(t, err)
	assert.True(t, filepath.IsAbs(got))
	assert.True(t, sameFile(got, os.Args[0]))
}
