package install

import (
	"cmp"
	"path/filepath"
	"runtime"
)

// Server is an MCP server to add to a configuration: a program, or the URL of a
// remote server.
type Server struct {
	Name    string // of its entry
	Command string
	Args    []string
	URL     string
	Headers []Header // for a URL: those that are no secrets
	Secrets []Secret
	// Owned are the environment variables and headers for all secrets that a server
	// can have. Those that are not among Secrets are removed from its entry.
	Owned []string
}

// Header is a header of requests to a remote server.
type Header struct{ Name, Value string }

// Secret is a value that a configuration should not contain.
type Secret struct {
	Variable string // environment variable that holds it
	Title    string // what to ask the user for
	Header   string // for a URL: the header that carries it
	Prefix   string // for a URL: what precedes it in the header
	Plain    string // the value, if it is to be written in plain text
}

// Client is an MCP client, with the place and the form of its configuration.
type Client struct {
	Name  string // on the command line
	Title string

	files    func(Places) []string // the first one that exists is used, or else the first
	project  []string              // files of a project that the client reads too
	section  string                // name of the object that holds the servers
	refer    string                // how a variable that may not be set is referred to; empty if it cannot be
	inputs   bool                  // whether refer names an input that the client asks for
	toml     bool                  // whether the configuration is TOML rather than JSON
	describe func(c *Client, s *Server) []member
}

// Places are the directories in which clients keep their configurations.
type Places struct {
	Home     string
	Config   string              // of applications: ~/.config, ~/Library/Application Support or %APPDATA%
	Packages string              // of applications in packages on Windows: %LOCALAPPDATA%\Packages
	Env      func(string) string // looks up an environment variable
}

// Clients returns the clients that the package knows.
func Clients() []*Client {
	// Claude Code: https://code.claude.com/docs/en/mcp
	// Claude Desktop: https://modelcontextprotocol.io/docs/develop/connect-local-servers
	// VS Code: https://code.visualstudio.com/docs/copilot/reference/mcp-configuration
	// Cursor: https://cursor.com/docs/mcp
	// opencode: https://opencode.ai/docs/mcp-servers
	// Gemini CLI: https://geminicli.com/docs/tools/mcp-server
	// Windsurf: https://docs.windsurf.com/windsurf/cascade/mcp
	// Codex: https://developers.openai.com/codex/mcp
	return []*Client{
		{
			Name: "claude-code", Title: "Claude Code", section: "mcpServers", refer: "${%s:-}", describe: typed,
			project: []string{".mcp.json"},
			files: func(p Places) []string {
				return []string{filepath.Join(cmp.Or(p.Env("CLAUDE_CONFIG_DIR"), p.Home), ".claude.json")}
			},
		},
		{
			Name: "claude-desktop", Title: "Claude Desktop", section: "mcpServers", describe: bridged,
			files: func(p Places) []string {
				return []string{filepath.Join(p.claudeDesktop(), "claude_desktop_config.json")}
			},
		},
		{
			Name: "vscode", Title: "VS Code", section: "servers", refer: "${input:%s}", inputs: true, describe: typed,
			project: []string{".vscode/mcp.json"},
			files:   func(p Places) []string { return []string{filepath.Join(p.Config, "Code", "User", "mcp.json")} },
		},
		{
			Name: "cursor", Title: "Cursor", section: "mcpServers", refer: "${env:%s}", describe: cursor,
			project: []string{".cursor/mcp.json"},
			files:   func(p Places) []string { return []string{filepath.Join(p.Home, ".cursor", "mcp.json")} },
		},
		{
			Name: "opencode", Title: "opencode", section: "mcp", refer: "{env:%s}", describe: opencode,
			project: []string{"opencode.json", "opencode.jsonc"},
			files: func(p Places) []string {
				dir := filepath.Join(cmp.Or(p.Env("XDG_CONFIG_HOME"), filepath.Join(p.Home, ".config")), "opencode")
				return []string{filepath.Join(dir, "opencode.json"), filepath.Join(dir, "opencode.jsonc"), filepath.Join(dir, "config.json")}
			},
		},
		{
			Name: "gemini", Title: "Gemini CLI", section: "mcpServers", refer: "${%s}", describe: gemini,
			project: []string{".gemini/settings.json"},
			files: func(p Places) []string {
				return []string{filepath.Join(cmp.Or(p.Env("GEMINI_CLI_HOME"), p.Home), ".gemini", "settings.json")}
			},
		},
		{
			Name: "windsurf", Title: "Windsurf", section: "mcpServers", refer: "${env:%s}", describe: untyped("serverUrl"),
			files: func(p Places) []string {
				return []string{filepath.Join(p.Home, ".codeium", "windsurf", "mcp_config.json")}
			},
		},
		{
			Name: "codex", Title: "Codex", section: "mcp_servers", refer: "%s", toml: true, describe: codex,
			project: []string{".codex/config.toml"},
			files: func(p Places) []string {
				return []string{filepath.Join(cmp.Or(p.Env("CODEX_HOME"), filepath.Join(p.Home, ".codex")), "config.toml")}
			},
		},
	}
}

// Files returns the files that can configure the client: those of the user, and those of
// the project in a directory.
func (c *Client) Files(p Places, project string) []string {
	files := c.files(p)
	for _, file := range c.project {
		files = append(files, filepath.Join(project, filepath.FromSlash(file)))
	}
	return files
}

// PlacesOf returns the places of a user with this home directory.
func PlacesOf(home string, env func(string) string) Places {
	p := Places{Home: home, Env: env}
	switch runtime.GOOS {
	case "windows":
		p.Config = cmp.Or(env("APPDATA"), filepath.Join(home, "AppData", "Roaming"))
		p.Packages = filepath.Join(cmp.Or(env("LOCALAPPDATA"), filepath.Join(home, "AppData", "Local")), "Packages")
	case "darwin":
		p.Config = filepath.Join(home, "Library", "Application Support")
	default:
		p.Config = cmp.Or(env("XDG_CONFIG_HOME"), filepath.Join(home, ".config"))
	}
	return p
}

// claudeDesktop returns the directory of Claude Desktop. If it was installed as a
// package (MSIX), Windows shows it another directory instead of the usual one.
// https://github.com/anthropics/claude-code/issues/26073
func (p Places) claudeDesktop() string {
	if p.Packages != "" {
		if packages, err := filepath.Glob(filepath.Join(p.Packages, "Claude_*")); err == nil && len(packages) > 0 {
			return filepath.Join(packages[0], "LocalCache", "Roaming", "Claude")
		}
	}
	return filepath.Join(p.Config, "Claude")
}
