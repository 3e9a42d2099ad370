package server

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

//go:embed http_page.html
var pageHTML string

//go:embed http_page.css
var pageStyle string

//go:embed http_page.js
var pageScript string

// Sandbox describes the sandbox of a forge for the web page.
type Sandbox struct {
	Forge string
	Users []SandboxUser // the first is the one that the page makes calls as
	// Example is a read that the page offers to try.
	Example Example
}

// SandboxUser is a user of the sandbox, as the web page lists them.
type SandboxUser struct {
	Name  string
	Role  string // what the user may do
	Token string
}

// Example is a call of a tool that reads. The page also proposes its arguments for
// other tools that have arguments with these names.
type Example struct {
	Tool      string
	Arguments map[string]string
}

// page serves the page that people see in a browser: what the server is, its
// tools, and ready-made configurations for clients. On a sandbox it also has a form
// to try a read. The page needs no script; the only one copies configurations.
type page struct {
	cfg    HTTPConfig
	forges []*tools.Forge
}

func (p page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	forms := "'none'"
	if p.offersForm() {
		forms = "'self'"
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action "+forms+
		"; style-src "+hashOf(pageStyle)+"; script-src "+hashOf(pageScript))
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store") // it may have the result of a call
	fmt.Fprint(w, p.html(r))                    //nolint:errcheck // the client is gone
}

// hashOf returns the source expression that allows an inline script or style.
func hashOf(text string) string {
	hash := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'"
}

// addressOf returns the address the browser used, also through a proxy.
func addressOf(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

func (p page) html(r *http.Request) string {
	version := ""
	if p.cfg.Version != "" {
		version = " <small>version " + html.EscapeString(p.cfg.Version) + "</small>"
	}
	return strings.NewReplacer("{{style}}", pageStyle, "{{script}}", pageScript, "{{version}}", version,
		"{{website}}", Website, "{{forges}}", enumerate(p.forges, nameOf, "and"), "{{modes}}", p.modes(), "{{clients}}", p.clients(addressOf(r)),
		"{{tokens}}", p.tokens(), "{{try}}", p.form(r), "{{users}}", p.users(), "{{tools}}", p.tools()).Replace(pageHTML)
}

// modes returns what makes this server differ from others.
func (p page) modes() string {
	var b strings.Builder
	either, tokenless := enumerate(p.forges, nameOf, "or"), p.tokenless()
	for _, mode := range []struct {
		is         bool
		name, text string
	}{
		{p.cfg.Sandbox, "Sandbox", "A built-in fake stands in for " + enumerate(p.forges, nameOf, "and") + ". Nothing reaches " + either + "."},
		{p.cfg.Selection.ReadOnly, "Read-only", "The server offers only tools that read."},
		{p.cfg.DryRun, "Dry run", "Writes are checked and their requests shown, but not sent."},
		{!p.cfg.Selection.ReadOnly && !p.cfg.DryRun, "Reads and writes", "Tools that write take effect at once, unless the client asks you first."},
		{p.cfg.Policy, "Policy", "Rules of the operator restrict what calls may do. A refusal names the rule."},
		{p.cfg.UserTokens, "Your own token", p.tokenMode()},
		{!p.cfg.UserTokens && !p.cfg.Sandbox && len(tokenless) < len(p.forges), "Shared token", "Callers use the token of the server."},
		{len(tokenless) > 0, "No token", "The server has no " + enumerate(tokenless, nameOf, "or") + " token. Calls that need one fail."},
		{p.cfg.Secret != "", "Secret required", "Callers must send a shared secret; ask whoever runs this server."},
	} {
		if mode.is {
			fmt.Fprintf(&b, "<div><dt>%s</dt><dd>%s</dd></div>\n", mode.name, html.EscapeString(mode.text))
		}
	}
	return b.String()
}

// tokenless returns the forges for which nobody has a token.
func (p page) tokenless() []*tools.Forge {
	if p.cfg.UserTokens || p.cfg.Sandbox {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(p.forges), func(f *tools.Forge) bool { return f.Client.Token(context.Background()) != "" })
}

// tokenMode describes a server that uses the tokens of its callers.
func (p page) tokenMode() string {
	text := "The server uses your own " + enumerate(p.forges, nameOf, "and") + " token and keeps it only while your request runs."
	if len(p.forges) > 1 {
		text = "The server uses your own tokens of " + enumerate(p.forges, nameOf, "and") + " and keeps them only while your request runs. Leave out the header of a forge that you do not use."
	}
	for _, f := range p.forges {
		if f.Client.Anonymous() {
			text += " To read public data of " + f.Name + ", no token is needed."
		}
	}
	return text
}

// tokens says who needs a token, and where to create one.
func (p page) tokens() string {
	need := "You need none: calls use the token of the server. To run a server of your own:"
	switch {
	case len(p.tokenless()) > 0:
		need = "Whoever runs this server can give it a token:"
	case p.cfg.Sandbox && p.cfg.UserTokens:
		need = "Use a token of <a href=\"#users\">a user of the sandbox</a>. For the real service:"
	case p.cfg.Sandbox:
		need = "The sandbox needs no token. For the real service:"
	case p.cfg.UserTokens:
		need = "Calls use a token of yours:"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<p>%s</p>\n<ul>\n", need)
	webAddress := regexp.MustCompile(`https://[^\s)]+`)
	for _, f := range p.forges {
		help := webAddress.ReplaceAllString(html.EscapeString(f.TokenHelp), `<a href="$0">documentation</a>`)
		if f.TokenURL != "" {
			help = fmt.Sprintf("<a href=\"%s\">Create a %s token</a> (<a href=\"%s\">documentation</a>).", html.EscapeString(f.TokenURL), f.Name, webAddress.FindString(f.TokenHelp))
		}
		fmt.Fprintf(&b, "<li>%s</li>\n", help)
	}
	return b.String() + "</ul>\n"
}

// users returns the users of each sandbox. Their tokens are of use only where callers
// send one.
func (p page) users() string {
	if len(p.cfg.Sandboxes) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("<section aria-labelledby=\"users\">\n<h2 id=\"users\">Users of the sandbox</h2>\n")
	for _, box := range p.cfg.Sandboxes {
		fmt.Fprintf(&b, "<details>\n<summary><h3>%s</h3></summary>\n<dl class=\"inside\">\n", html.EscapeString(box.Forge))
		for _, u := range box.Users {
			fmt.Fprintf(&b, "<div class=\"user\"><dt>%s</dt><dd>%s</dd>", html.EscapeString(u.Name), html.EscapeString(u.Role))
			if p.cfg.UserTokens {
				fmt.Fprintf(&b, "<dd><code>%s</code></dd>", html.EscapeString(u.Token))
			}
			b.WriteString("</div>\n")
		}
		b.WriteString("</dl>\n</details>\n")
	}
	return b.String() + "</section>\n"
}
