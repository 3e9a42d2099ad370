package server

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"slices"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

//go:embed http_page.html
var pageHTML string

// SandboxUsers are the users of a forge's sandbox.
type SandboxUsers struct {
	Forge string
	Users []SandboxUser
}

// SandboxUser is a user of the sandbox, as the web page lists them.
type SandboxUser struct {
	Name  string
	Role  string // what the user may do
	Token string
}

// page serves the page that people see in a browser: what the server is, its
// tools, and ready-made configurations for clients.
type page struct {
	cfg    HTTPConfig
	forges []*tools.Forge
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
	var snippets strings.Builder
	for _, s := range p.snippets(address) {
		fmt.Fprintf(&snippets, "<h3>%s</h3>\n<pre>%s</pre>\n", s.client, html.EscapeString(s.text))
	}
	var notes []string
	if p.cfg.Secret != "" {
		notes = append(notes, "It requires a shared secret; ask whoever runs this server.")
	}
	if p.cfg.UserTokens {
		note := "It uses your own " + enumerate(p.forges, nameOf, "and") + " token and keeps it only while your request runs."
		if len(p.forges) > 1 {
			note = "It uses your own tokens of " + enumerate(p.forges, nameOf, "and") + " and keeps them only while your request runs. Leave out the header of a forge that you do not use."
		}
		for _, f := range p.forges {
			if f.Client.Anonymous() {
				note += " To read public data of " + f.Name + ", no token is needed."
			}
		}
		notes = append(notes, note)
	}
	if !p.cfg.NoSSE {
		notes = append(notes, "Clients that support only the deprecated HTTP+SSE transport can connect to <code>/sse</code>.")
	}
	return strings.NewReplacer("{{forges}}", enumerate(p.forges, nameOf, "and"), "{{badges}}", p.badges(), "{{notes}}", strings.Join(notes, " "), "{{snippets}}", snippets.String(),
		"{{users}}", p.users(), "{{tools}}", p.tools()).Replace(pageHTML)
}

// badges returns the version, and what makes this server differ from others.
func (p page) badges() string {
	var b strings.Builder
	for _, badge := range []struct {
		text  string
		shown bool
	}{
		{"version " + p.cfg.Version, p.cfg.Version != ""},
		{"sandbox: nothing reaches " + enumerate(p.forges, nameOf, "or"), p.cfg.Sandbox},
		{"read-only", p.cfg.Selection.ReadOnly},
		{"dry run: writes are not sent", p.cfg.DryRun},
	} {
		if badge.shown {
			fmt.Fprintf(&b, "<span class=\"badge\">%s</span>\n", html.EscapeString(badge.text))
		}
	}
	return b.String()
}

// users returns the sections about the users of each sandbox.
func (p page) users() string {
	var b strings.Builder
	for _, box := range p.cfg.SandboxUsers {
		whose := ""
		if len(p.cfg.SandboxUsers) > 1 {
			whose = box.Forge + " "
		}
		fmt.Fprintf(&b, "<h2>Users of the %ssandbox</h2>\n<div class=\"wide\"><table>\n<tr><th>User</th><th>Role</th><th>Token</th></tr>\n", html.EscapeString(whose))
		for _, u := range box.Users {
			fmt.Fprintf(&b, "<tr><td>%s</td><td>%s</td><td><code>%s</code></td></tr>\n",
				html.EscapeString(u.Name), html.EscapeString(u.Role), html.EscapeString(u.Token))
		}
		b.WriteString("</table></div>\n")
	}
	return b.String()
}

// tools returns the tools that the server offers, by toolset.
func (p page) tools() string {
	var b strings.Builder
	toolset := ""
	for _, t := range p.cfg.Tools {
		if p.cfg.Selection.excludes(t) != "" {
			continue
		}
		if t.Toolset != toolset {
			if toolset != "" {
				b.WriteString("</dl>\n")
			}
			toolset = t.Toolset
			fmt.Fprintf(&b, "<h3>%s</h3>\n<dl>\n", html.EscapeString(toolset))
		}
		fmt.Fprintf(&b, "<dt><code>%s</code> <span class=\"badge %s\">%[2]s</span></dt>\n<dd>%s<div class=\"arguments\">%s</div></dd>\n",
			t.Name, t.Effect, html.EscapeString(t.Description), argumentsHTML(t))
	}
	if toolset == "" {
		return "<p>The settings of this server exclude every tool.</p>"
	}
	return b.String() + "</dl>"
}

// argumentsHTML returns the names of a tool's arguments, the required ones first.
func argumentsHTML(t tools.Tool) string {
	var schema struct {
		Properties json.RawMessage
		Required   []string
	}
	if err := json.Unmarshal(t.Input(), &schema); err != nil {
		panic(fmt.Sprintf("schema of %s: %v", t.Name, err)) // the program made it
	}
	var optional []string
	for _, name := range memberNames(schema.Properties) {
		if !slices.Contains(schema.Required, name) {
			optional = append(optional, name)
		}
	}
	var parts []string
	for _, part := range []struct {
		label string
		names []string
	}{{"Required: ", schema.Required}, {"Optional: ", optional}} {
		if len(part.names) > 0 {
			parts = append(parts, part.label+"<code>"+strings.Join(part.names, "</code>, <code>")+"</code>")
		}
	}
	return strings.Join(parts, "<br>")
}

// memberNames returns the names of an object's members, in their order.
func memberNames(object json.RawMessage) []string {
	var names []string
	decoder := json.NewDecoder(bytes.NewReader(object))
	for _, err := decoder.Token(); err == nil && decoder.More(); { // the opening brace
		var name json.Token
		var value json.RawMessage
		if name, err = decoder.Token(); err == nil {
			err = decoder.Decode(&value)
		}
		names = append(names, fmt.Sprint(name))
	}
	return names
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
	if p.cfg.Secret != "" {
		add("Authorization", "Bearer SECRET")
	}
	if p.cfg.UserTokens {
		for _, f := range p.forges {
			add(f.TokenHeader, "YOUR_"+strings.ToUpper(f.Name)+"_TOKEN")
		}
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
