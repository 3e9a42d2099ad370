package install

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
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
				return []string{filepath.Join(or(p.Env("CLAUDE_CONFIG_DIR"), p.Home), ".claude.json")}
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
				dir := filepath.Join(or(p.Env("XDG_CONFIG_HOME"), filepath.Join(p.Home, ".config")), "opencode")
				return []string{filepath.Join(dir, "opencode.json"), filepath.Join(dir, "opencode.jsonc"), filepath.Join(dir, "config.json")}
			},
		},
		{
			Name: "gemini", Title: "Gemini CLI", section: "mcpServers", refer: "${%s}", describe: gemini,
			project: []string{".gemini/settings.json"},
			files: func(p Places) []string {
				return []string{filepath.Join(or(p.Env("GEMINI_CLI_HOME"), p.Home), ".gemini", "settings.json")}
			},
		},
		{
			Name: "windsurf", Title: "Windsurf", section: "mcpServers", refer: "${env:%s}", describe: untyped("serverUrl"),
			files: func(p Places) []string {
				return []string{filepath.Join(p.Home, ".codeium", "windsurf", "mcp_config.json")}
			},
		},
		{
			Name: "codex", Title: "Codex", section: "mcp_servers", refer: "%s", describe: codex,
			project: []string{".codex/config.toml"},
			files: func(p Places) []string {
				return []string{filepath.Join(or(p.Env("CODEX_HOME"), filepath.Join(p.Home, ".codex")), "config.toml")}
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
		p.Config = or(env("APPDATA"), filepath.Join(home, "AppData", "Roaming"))
		p.Packages = filepath.Join(or(env("LOCALAPPDATA"), filepath.Join(home, "AppData", "Local")), "Packages")
	case "darwin":
		p.Config = filepath.Join(home, "Library", "Application Support")
	default:
		p.Config = or(env("XDG_CONFIG_HOME"), filepath.Join(home, ".config"))
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

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

// toml reports whether the configuration is TOML rather than JSON.
func (c *Client) toml() bool { return c.Name == "codex" }

// member is a member of an entry. Its value is a string, a list of strings, or an
// object of members.
type member struct {
	name  string
	value any
}

// obsolete returns the members of an entry that describe a server of the other
// kind, or in another way.
func obsolete(s *Server) []string {
	if s.URL == "" {
		return []string{"type", "url", "httpUrl", "serverUrl", "headers", "http_headers", "env_http_headers", "bearer_token_env_var"}
	}
	return []string{"type", "command", "args", "env", "environment", "env_vars", "httpUrl", "bearer_token_env_var"}
}

// value returns the value of a secret in the configuration.
func (c *Client) value(s Secret) string {
	switch {
	case s.Plain != "":
		return s.Plain
	case c.inputs:
		return fmt.Sprintf(c.refer, inputID(s))
	}
	return fmt.Sprintf(c.refer, s.Variable)
}

// inputID returns the name of the input that asks for a secret.
func inputID(s Secret) string { return strings.ReplaceAll(strings.ToLower(s.Variable), "_", "-") }

// environment returns the variables of a local server.
func (c *Client) environment(s *Server) (env []member) {
	for _, secret := range s.Secrets {
		env = append(env, member{secret.Variable, c.value(secret)})
	}
	return env
}

// headers returns the headers of requests to a remote server.
func (c *Client) headers(s *Server) (headers []member) {
	for _, secret := range s.Secrets {
		headers = append(headers, member{secret.Header, secret.Prefix + c.value(secret)})
	}
	for _, h := range s.Headers {
		headers = append(headers, member{h.Name, h.Value})
	}
	return headers
}

// withObject appends an object to members, unless it is empty.
func withObject(members []member, name string, object []member) []member {
	if len(object) == 0 {
		return members
	}
	return append(members, member{name, object})
}

// typed describes a server with its type.
func typed(c *Client, s *Server) []member {
	if s.URL != "" {
		return append([]member{{"type", "http"}}, untyped("url")(c, s)...)
	}
	return append([]member{{"type", "stdio"}}, untyped("")(c, s)...)
}

// untyped describes a server without its type; a remote one has its URL in the
// named member.
func untyped(url string) func(*Client, *Server) []member {
	return func(c *Client, s *Server) []member {
		if s.URL != "" {
			return withObject([]member{{url, s.URL}}, "headers", c.headers(s))
		}
		return withObject([]member{{"command", s.Command}, {"args", s.Args}}, "env", c.environment(s))
	}
}

// cursor describes a server with its type, if it is local.
func cursor(c *Client, s *Server) []member {
	if s.URL != "" {
		return untyped("url")(c, s)
	}
	return typed(c, s)
}

// gemini describes a server with its type, if it is remote.
func gemini(c *Client, s *Server) []member {
	if s.URL != "" {
		return typed(c, s)
	}
	return untyped("")(c, s)
}

// bridged describes a server to a client that starts only local ones. A program
// from npm connects them to a remote one. It resolves variables in headers itself,
// where they must not follow a blank.
func bridged(c *Client, s *Server) []member {
	if s.URL == "" {
		return untyped("")(c, s)
	}
	args := []string{"-y", "mcp-remote", s.URL}
	if strings.HasPrefix(s.URL, "http://") {
		args = append(args, "--allow-http")
	}
	var env []member
	for _, secret := range s.Secrets {
		args = append(args, "--header", secret.Header+":${"+secret.Variable+"}")
		env = append(env, member{secret.Variable, secret.Prefix + secret.Plain})
	}
	for _, h := range s.Headers {
		args = append(args, "--header", h.Name+":"+h.Value)
	}
	return withObject([]member{{"command", "npx"}, {"args", args}}, "env", env)
}

func opencode(c *Client, s *Server) []member {
	if s.URL != "" {
		return withObject([]member{{"type", "remote"}, {"url", s.URL}}, "headers", c.headers(s))
	}
	command := append([]string{s.Command}, s.Args...)
	return withObject([]member{{"type", "local"}, {"command", command}}, "environment", c.environment(s))
}

// codex describes a server in TOML, where other members refer to variables than
// those that hold values.
func codex(c *Client, s *Server) []member {
	var names []string
	var values, headerNames, headers []member
	bearer := ""
	for _, secret := range s.Secrets {
		switch {
		case secret.Plain != "":
			values = append(values, member{secret.Variable, secret.Plain})
			headers = append(headers, member{secret.Header, secret.Prefix + secret.Plain})
		case secret.Prefix != "":
			bearer = secret.Variable
		default:
			names = append(names, secret.Variable)
			headerNames = append(headerNames, member{secret.Header, secret.Variable})
		}
	}
	if s.URL == "" {
		entry := []member{{"command", s.Command}, {"args", s.Args}}
		if names != nil {
			entry = append(entry, member{"env_vars", names})
		}
		return withObject(entry, "env", values)
	}
	entry := []member{{"url", s.URL}}
	if bearer != "" {
		entry = append(entry, member{"bearer_token_env_var", bearer})
	}
	for _, h := range s.Headers {
		headers = append(headers, member{h.Name, h.Value})
	}
	return withObject(withObject(entry, "env_http_headers", headerNames), "http_headers", headers)
}
