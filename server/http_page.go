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

// page is what a person sees who opens the server in a browser: what it is,
// its tools, and what to paste into each client.
type page struct {
	guarded bool // by a secret
	users   bool // who bring their own tokens
	sse     bool
}

func (p page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	fmt.Fprint(w, p.html(addressOf(r))) //nolint:errcheck // the client is gone
}

// addressOf is the server as the browser sees it, through a proxy too.
func addressOf(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

func (p page) html(address string) string {
	var rows strings.Builder
	for _, t := range tools.All() {
		fmt.Fprintf(&rows, "<dt><code>%s</code></dt><dd>%s</dd>\n", t.Name, html.EscapeString(t.Description))
	}
	var snippets strings.Builder
	for _, s := range p.snippets(address) {
		fmt.Fprintf(&snippets, "<h3>%s</h3>\n<pre>%s</pre>\n", s.client, html.EscapeString(s.text))
	}
	var notes []string
	if p.guarded {
		notes = append(notes, "It wants its secret, which whoever runs it can tell you.")
	}
	if p.users {
		notes = append(notes, "It works with your own GitCode token, which it keeps no longer than your request.")
	}
	if p.sse {
		notes = append(notes, "Clients that know only the older HTTP+SSE transport find it at <code>/sse</code>; it is deprecated.")
	}
	return strings.NewReplacer("{{notes}}", strings.Join(notes, " "), "{{snippets}}", snippets.String(), "{{tools}}", rows.String()).Replace(pageHTML)
}

type snippet struct{ client, text string }

// snippets are configurations for the usual clients, with the right address.
func (p page) snippets(address string) []snippet {
	var flags string
	var headers []string
	add := func(name, value string) {
		flags += fmt.Sprintf(" \\\n  --header %q", name+": "+value)
		headers = append(headers, fmt.Sprintf("%q: %q", name, value))
	}
	if p.guarded {
		add("Authorization", "Bearer SECRET")
	}
	if p.users {
		add(headerToken, "YOUR_GITCODE_TOKEN")
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
		{"Claude Desktop and others that only start programs", fmt.Sprintf("npx mcp-remote %s%s", url, flags)},
	}
}
