package server

import (
	"fmt"
	"html"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// snippet is what a user copies to use the server with a client.
type snippet struct{ client, where, text string }

// Credential is a secret that callers send in a header.
type Credential struct {
	Header, Prefix string // what it is sent in, and what precedes it there
	Variable       string // environment variable of the client that holds it
	Title          string // what to ask the user for
}

// credentials returns what callers must send.
func (p page) credentials() []Credential {
	var list []Credential
	if p.cfg.Secret != "" {
		list = append(list, Credential{"Authorization", "Bearer ", "GITCODE_MCP_SECRET", "Secret of the GitCode MCP server"})
	}
	if p.cfg.UserTokens {
		for _, f := range p.forges {
			list = append(list, Credential{f.TokenHeader, "", strings.ToUpper(f.Name) + "_TOKEN", f.Name + " access token"})
		}
	}
	return list
}

// clients returns the configurations for common clients.
func (p page) clients(address string) string {
	var b strings.Builder
	var variables []string
	for _, c := range p.credentials() {
		variables = append(variables, "<code>"+c.Variable+"</code>")
	}
	if variables != nil {
		fmt.Fprintf(&b, "<p>Set %s in the environment of the client. VS Code asks for the values instead; in the configuration of Claude Desktop, fill them in.</p>\n", tools.Enumerated(variables, "and"))
	}
	open := " open"
	for _, s := range p.snippets(address) {
		fmt.Fprintf(&b, "<details name=\"client\"%s>\n<summary><h3>%s</h3></summary>\n<div class=\"inside code\" data-name=\"%[2]s\">\n<p>%s</p>\n<pre>%s</pre>\n</div>\n</details>\n",
			open, s.client, s.where, html.EscapeString(s.text))
		open = ""
	}
	if !p.cfg.NoSSE {
		b.WriteString("<p>Clients that support only the deprecated HTTP+SSE transport can connect to <code>/sse</code>.</p>\n")
	}
	return b.String()
}

// clientFiles says of each client that is configured in a file where that is.
var clientFiles = []struct{ name, title, where string }{
	{"claude-desktop", "Claude Desktop", "Settings, Developer, Edit Config opens <code>claude_desktop_config.json</code> for you. <code>npx</code> is part of Node.js."},
	{"vscode", "VS Code", "<code>.vscode/mcp.json</code>, or the command “MCP: Open User Configuration”"},
	{"cursor", "Cursor", "<code>~/.cursor/mcp.json</code>, or <code>.cursor/mcp.json</code> in a project"},
	{"opencode", "opencode", "<code>~/.config/opencode/opencode.json</code>, or <code>opencode.json</code> in a project"},
	{"gemini", "Gemini CLI", "<code>~/.gemini/settings.json</code>. Gemini CLI connects only in folders that you trust."},
	{"windsurf", "Windsurf", "<code>~/.codeium/windsurf/mcp_config.json</code>"},
	{"codex", "Codex", "<code>~/.codex/config.toml</code>"},
}

func (p page) snippets(address string) []snippet {
	claude := []string{"claude mcp add --scope user --transport http gitcode " + address + "/mcp"}
	for _, c := range p.credentials() {
		claude = append(claude, fmt.Sprintf("--header '%s: %s${%s:-}'", c.Header, c.Prefix, c.Variable))
	}
	list := []snippet{{"Claude Code", "Run this command.", strings.Join(claude, " ")}}
	if p.cfg.Configuration != nil {
		for _, c := range clientFiles {
			list = append(list, snippet{c.title, c.where, p.cfg.Configuration(c.name, address+"/mcp", p.credentials())})
		}
	}
	return append(list, snippet{"curl", "To check the connection in a terminal:", p.curl(address)})
}

// curl returns a command that calls the example of the sandbox, or else asks what
// the server is. It uses the stateless revision, which needs no session.
func (p page) curl(address string) string {
	method, name := "server/discover", ""
	params := []string{"_meta", object("io.modelcontextprotocol/protocolVersion", quote("2026-07-28"), "io.modelcontextprotocol/clientCapabilities", "{}")}
	if t, arguments, ok := p.example(); ok {
		method, name = "tools/call", " \\\n  -H 'Mcp-Name: "+t.Name+"'"
		var members []string
		for _, a := range tools.Arguments(t.Input()) {
			if value, given := arguments[a.Name]; given {
				members = append(members, a.Name, quote(value))
			}
		}
		params = append([]string{"name", quote(t.Name), "arguments", object(members...)}, params...)
	}
	var secrets strings.Builder
	for _, c := range p.credentials() {
		fmt.Fprintf(&secrets, " \\\n  -H \"%s: %s$%s\"", c.Header, c.Prefix, c.Variable)
	}
	return "curl " + address + "/mcp" + secrets.String() + " \\\n  -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' \\\n  -H 'Mcp-Protocol-Version: 2026-07-28' -H 'Mcp-Method: " + method + "'" + name +
		" \\\n  -d '" + object("jsonrpc", quote("2.0"), "id", "1", "method", quote(method), "params", object(params...)) + "'"
}

// quote returns a text as JSON.
func quote(text string) string { return string(appendQuoted(nil, []byte(text))) }

// object returns a JSON object of names and values that are JSON.
func object(members ...string) string {
	var list []string
	for i := 0; i+1 < len(members); i += 2 {
		list = append(list, quote(members[i])+":"+members[i+1])
	}
	return "{" + strings.Join(list, ",") + "}"
}
