package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// snippet is what a user copies to use the server with a client.
type snippet struct{ client, where, text string }

// credential is a secret that callers send in a header.
type credential struct{ header, prefix, variable, title string }

// credentials returns what callers must send.
func (p page) credentials() []credential {
	var list []credential
	if p.cfg.Secret != "" {
		list = append(list, credential{"Authorization", "Bearer ", "GITCODE_MCP_SECRET", "Secret of the gitcode-mcp server"})
	}
	if p.cfg.UserTokens {
		for _, f := range p.forges {
			list = append(list, credential{f.TokenHeader, "", strings.ToUpper(f.Name) + "_TOKEN", f.Name + " access token"})
		}
	}
	return list
}

// clients returns the configurations for common clients.
func (p page) clients(address string) string {
	var b strings.Builder
	var variables []string
	for _, c := range p.credentials() {
		variables = append(variables, "<code>"+c.variable+"</code>")
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

func (p page) snippets(address string) []snippet {
	url, credentials := quote(address+"/mcp"), p.credentials()
	// headers returns the member of a configuration that refers to variables, or
	// nothing if the server needs no headers.
	headers := func(reference string, names func(variable string) string) []string {
		var members []string
		for _, c := range credentials {
			members = append(members, c.header, quote(c.prefix+fmt.Sprintf(reference, names(c.variable))))
		}
		if members == nil {
			return nil
		}
		return []string{"headers", object(members...)}
	}
	same := func(variable string) string { return variable }
	entry := func(key, reference string, members ...string) string {
		return indented(object(key, object("gitcode", object(append(members, headers(reference, same)...)...))))
	}

	claude, args, env := "claude mcp add --scope user --transport http gitcode "+address+"/mcp", []string{"-y", "mcp-remote", address + "/mcp"}, []string(nil)
	codex := []string{"[mcp_servers.gitcode]", "url = " + url}
	var inputs, codexHeaders []string
	if strings.HasPrefix(address, "http://") {
		args = append(args, "--allow-http")
	}
	for _, c := range credentials {
		claude += fmt.Sprintf(" --header '%s: %s${%s:-}'", c.header, c.prefix, c.variable)
		args = append(args, "--header", c.header+":${"+c.variable+"}") // no blank: some systems split arguments there
		env = append(env, c.variable, quote(c.prefix+"YOUR_VALUE"))
		inputs = append(inputs, object("type", quote("promptString"), "id", quote(inputName(c.variable)), "description", quote(c.title), "password", "true"))
		if c.prefix != "" {
			codex = append(codex, "bearer_token_env_var = "+quote(c.variable))
		} else {
			codexHeaders = append(codexHeaders, quote(c.header)+" = "+quote(c.variable))
		}
	}
	if codexHeaders != nil {
		codex = append(codex, "env_http_headers = { "+strings.Join(codexHeaders, ", ")+" }")
	}
	desktop := []string{"command", quote("npx"), "args", list(args)}
	if env != nil {
		desktop = append(desktop, "env", object(env...))
	}
	code := []string{"servers", object("gitcode", object(append([]string{"type", quote("http"), "url", url}, headers("${input:%s}", inputName)...)...))}
	if inputs != nil {
		code = append([]string{"inputs", "[" + strings.Join(inputs, ",") + "]"}, code...)
	}
	return []snippet{
		{"Claude Code", "Run this command.", claude},
		{"Claude Desktop", "Settings, Developer, Edit Config opens <code>claude_desktop_config.json</code> for you. <code>npx</code> is part of Node.js.",
			indented(object("mcpServers", object("gitcode", object(desktop...))))},
		{"VS Code", "<code>.vscode/mcp.json</code>, or the command “MCP: Open User Configuration”", indented(object(code...))},
		{"Cursor", "<code>~/.cursor/mcp.json</code>, or <code>.cursor/mcp.json</code> in a project", entry("mcpServers", "${env:%s}", "url", url)},
		{"opencode", "<code>~/.config/opencode/opencode.json</code>, or <code>opencode.json</code> in a project", entry("mcp", "{env:%s}", "type", quote("remote"), "url", url)},
		{"Gemini CLI", "<code>~/.gemini/settings.json</code>. Gemini CLI connects only in folders that you trust.", entry("mcpServers", "${%s}", "httpUrl", url)},
		{"Windsurf", "<code>~/.codeium/windsurf/mcp_config.json</code>", entry("mcpServers", "${env:%s}", "serverUrl", url)},
		{"Codex", "<code>~/.codex/config.toml</code>", strings.Join(codex, "\n") + "\n"},
		{"curl", "To check the connection in a terminal:", p.curl(address)},
	}
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
		fmt.Fprintf(&secrets, " \\\n  -H \"%s: %s$%s\"", c.header, c.prefix, c.variable)
	}
	return "curl " + address + "/mcp" + secrets.String() + " \\\n  -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' \\\n  -H 'Mcp-Protocol-Version: 2026-07-28' -H 'Mcp-Method: " + method + "'" + name +
		" \\\n  -d '" + object("jsonrpc", quote("2.0"), "id", "1", "method", quote(method), "params", object(params...)) + "'"
}

// inputName returns the name of the input in which VS Code asks for a variable's value.
func inputName(variable string) string {
	return strings.ReplaceAll(strings.ToLower(variable), "_", "-")
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

// list returns texts as a JSON array.
func list(texts []string) string {
	var quoted []string
	for _, text := range texts {
		quoted = append(quoted, quote(text))
	}
	return "[" + strings.Join(quoted, ",") + "]"
}

// indented returns JSON in lines.
func indented(text string) string {
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(text), "", "  "); err != nil {
		return text // it is no JSON
	}
	return b.String()
}
