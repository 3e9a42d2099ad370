package server

import (
	_ "embed"
	"fmt"
	"html"
	"net/http"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

//go:embed http_page.html
var pageHTML string

// page serves the page that people see in a browser: what the server is, its
// tools, and ready-made configurations for clients.
type page struct {
	tools       []tools.Tool
	needsSecret bool
	userToken   *UserToken // nil if callers need none of their own
	sse         bool
}

func (p page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	fmt.Fprint(w, p.html(addressOf(r))) //nolint:errcheck // the client is gone
}

// addressOf returns the address the browser used, also through a proxy.
func addressOf(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

func (p page) html(address string) string {
	var rows strings.Builder
	for _, t := range p.tools {
		fmt.Fprintf(&rows, "<dt><code>%s</code></dt><dd>%s</dd>\n", t.Name, html.EscapeString(t.Description))
	}
	var snippets strings.Builder
	for _, s := range p.snippets(address) {
		fmt.Fprintf(&snippets, "<h3>%s</h3>\n<pre>%s</pre>\n", s.client, html.EscapeString(s.text))
	}
	var notes []string
	if p.needsSecret {
		notes = append(notes, "It requires a shared secret; ask whoever runs this server.")
	}
	if p.userToken != nil {
		notes = append(notes, "It uses your own GitCode token and keeps it only while your request runs.")
	}
	if p.sse {
		notes = append(notes, "Clients that support only the deprecated HTTP+SSE transport can connect to <code>/sse</code>.")
	}
	return strings.NewReplacer("{{notes}}", strings.Join(notes, " "), "{{snippets}}", snippets.String(), "{{tools}}", rows.String()).Replace(pageHTML)
}

type snippet struct{ client, text string }

// snippets returns configurations for common clients.
func (p page) snippets(address string) []snippet {
	var flags string
	var headers []string
	add := func(name, value string) {
		flags += fmt.Sprintf(" \\\n  --header %q", name+": "+value)
		headers = append(headers, fmt.Sprintf("%q: %q", name, value))
	}
	if p.needsSecret {
		add("Authorization", "Bearer SECRET")
	}
	if p.userToken != nil {
		add(p.userToken.Header, "YOUR_GITCODE_TOKEN")
	}
	object := func(indent string) string {
		if len(headers) == 0 {
			return ""
		}
		return ",\n" + indent + `"headers": { ` + strings.Join(headers, ", ") + " }"
	}
	url := address + "/mcp"
	servers := func(key, kind, urlKey string) string {
		if kind != "" {
			kind = fmt.Sprintf("%q: %q,\n      ", "type", kind)
		}
		return fmt.Sprintf("{\n  %q: {\n    \"gitcode\": {\n      %s%q: %q%s\n    }\n  }\n}", key, kind, urlKey, url, object("      "))
	}
	return []snippet{
		{"Claude Code", "claude mcp add --transport http gitcode " + url + flags},
		{"VS Code, .vscode/mcp.json", servers("servers", "http", "url")},
		{"Cursor, ~/.cursor/mcp.json", servers("mcpServers", "", "url")},
		{"opencode, opencode.json", servers("mcp", "remote", "url")},
		{"Gemini CLI, ~/.gemini/settings.json", servers("mcpServers", "", "httpUrl")},
		{"Claude Desktop and other clients that only run local servers", fmt.Sprintf("npx mcp-remote %s%s", url, flags)},
	}
}
