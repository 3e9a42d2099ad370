package server_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func TestPage(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(s *setup) { s.http.Secret, s.http.Version = "open sesame", "1.2.3<" })
	resp, body := r.do(t, http.MethodGet, "/", nil)
	assert.Equal(t, "text/html; charset=utf-8", resp.Header.Get("Content-Type"))
	for _, part := range []string{
		"get_issue", `name="viewport"`, "<code>/sse</code>", "version 1.2.3&lt;", "work with issues on GitCode.",
		`<a href="https://gitcode.com/setting/token-classic">Create a GitCode token</a>`,
	} {
		assert.Contains(t, body, part)
	}
	for _, part := range []string{"http://fonts", "{{", "sesame", "X-GitCode-Token", sandbox.Token, "<form", "style="} {
		assert.NotContains(t, body, part)
	}
	assert.NotRegexp(t, `src="|<link`, body, "the page loads nothing")
	assert.Contains(t, body, `<a href="`+server.Website+`">Documentation</a>`)
	assert.Less(t, strings.Index(body, `id="tokens"`), strings.Index(body, `id="clients"`), "configurations need a token")
}

// TestPageAllowsOnlyItself checks that the page can run and load only what is part of
// it, and that only the form of a sandbox can be sent.
func TestPageAllowsOnlyItself(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*setup)
		forms  string
	}{
		"a forge":              {func(*setup) {}, "'none'"},
		"sandbox":              {func(s *setup) { s.http.Sandbox = true }, "'self'"},
		"sandbox, with secret": {func(s *setup) { s.http.Sandbox, s.http.Secret = true, "open sesame" }, "'none'"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp, body := start(t, sandbox.New(), test.change).do(t, http.MethodGet, "/", nil)
			want := "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action " + test.forms
			for _, element := range []string{"style", "script"} {
				found := regexp.MustCompile(`(?s)<`+element+`>(.*?)</`+element+`>`).FindAllStringSubmatch(body, -1)
				require.Len(t, found, 1)
				hash := sha256.Sum256([]byte(found[0][1]))
				want += "; " + element + "-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'"
			}
			assert.Equal(t, want, resp.Header.Get("Content-Security-Policy"))
			assert.Equal(t, "no-store", resp.Header.Get("Cache-Control"))
			assert.NotRegexp(t, `\son[a-z]+="`, body, "handlers would not run")
		})
	}
}

func TestPageListsTheToolsOffered(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(s *setup) { s.server.Selection = server.Selection{ReadOnly: true, Toolsets: []string{"issues"}} })
	_, body := r.do(t, http.MethodGet, "/", nil)
	offered := 0
	for _, tool := range allTools() {
		heading := "<div class=\"tool\"><code>" + tool.Name + "</code> <span class=\"effect reads\">reads</span>"
		if tool.Toolset == "issues" && tool.Effect == tools.Reads {
			offered++
			assert.Contains(t, body, heading)
		} else {
			assert.NotContains(t, body, heading)
		}
	}
	assert.Equal(t, offered, strings.Count(body, `<div class="tool">`))
	assert.Regexp(t, `<details>\s<summary><h3>issues</h3> <small>\d+ tools: reads</small></summary>`, body)
	assert.Contains(t, body, "Required: <code>owner</code>, <code>repo</code>, <code>number</code><br>Optional: <code>offset</code>, <code>include</code></div>", "get_issue")
	assert.Regexp(t, "Required: <code>owner</code>, <code>repo</code><br>Optional: <code>\\w+</code>, <code>", body, "list_repo_issues")
}

func TestPageShowsEveryEffect(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), nil)
	_, body := r.do(t, http.MethodGet, "/", nil)
	for _, tool := range allTools() {
		assert.Contains(t, body, "<code>"+tool.Name+"</code> <span class=\"effect "+tool.Effect.String()+"\">"+tool.Effect.String()+"</span>")
	}
	assert.Contains(t, body, "<h3>labels</h3> <small>3 tools: adds, changes, deletes</small>")
}

func TestPageWithoutTools(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(s *setup) {
		s.server.Selection, s.http.Sandbox = server.Selection{ReadOnly: true, Tools: []string{"comment"}}, true
	})
	_, body := r.do(t, http.MethodGet, "/", nil)
	assert.Contains(t, body, "exclude every tool")
	assert.NotContains(t, body, "<form")
	assert.NotContains(t, body, `<div class="tool">`)
}

func TestPageModes(t *testing.T) {
	t.Parallel()
	modes := []string{"Sandbox", "Read-only", "Dry run", "Reads and writes", "Policy", "Your own token", "Shared token", "No token", "Secret required"}
	for name, test := range map[string]struct {
		change func(*setup)
		want   []string
	}{
		"none":        {func(*setup) {}, []string{"Reads and writes", "Shared token"}},
		"no token":    {func(s *setup) { s.gitcode.Token = "" }, []string{"Reads and writes", "No token"}},
		"sandbox":     {func(s *setup) { s.http.Sandbox = true }, []string{"Sandbox", "Reads and writes"}},
		"read-only":   {func(s *setup) { s.server.Selection.ReadOnly = true }, []string{"Read-only", "Shared token"}},
		"dry run":     {func(s *setup) { s.http.DryRun = true }, []string{"Dry run", "Shared token"}},
		"policy":      {func(s *setup) { s.http.Policy = true }, []string{"Reads and writes", "Policy", "Shared token"}},
		"secret":      {func(s *setup) { s.http.Secret = "open sesame" }, []string{"Reads and writes", "Shared token", "Secret required"}},
		"user tokens": {func(s *setup) { s.userTokens = true }, []string{"Reads and writes", "Your own token"}},
		"all": {func(s *setup) {
			s.http.Sandbox, s.server.Selection.ReadOnly, s.http.DryRun, s.http.Policy, s.userTokens, s.http.Secret = true, true, true, true, true, "open sesame"
		}, []string{"Sandbox", "Read-only", "Dry run", "Policy", "Your own token", "Secret required"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, body := start(t, sandbox.New(), test.change).do(t, http.MethodGet, "/", nil)
			var shown []string
			for _, mode := range modes {
				if strings.Contains(body, "<dt>"+mode+"</dt>") {
					shown = append(shown, mode)
				}
			}
			assert.Equal(t, test.want, shown)
		})
	}
}

// TestPageListsTheSandboxUsers checks that the page shows the tokens of the sandbox
// only where callers send one.
func TestPageListsTheSandboxUsers(t *testing.T) {
	t.Parallel()
	for _, userTokens := range []bool{true, false} {
		r := start(t, sandbox.New(), func(s *setup) {
			s.userTokens, s.http.Sandbox = userTokens, true
			s.http.Sandboxes = []server.Sandbox{{Forge: "GitCode", Users: []server.SandboxUser{{Name: "maria", Role: "maintainer <of> all", Token: "token-of-maria"}}}}
		})
		_, body := r.do(t, http.MethodGet, "/", nil)
		assert.Contains(t, body, "<dt>maria</dt><dd>maintainer &lt;of&gt; all</dd>")
		assert.Equal(t, userTokens, strings.Contains(body, "<dd><code>token-of-maria</code></dd>"))
		assert.Equal(t, userTokens, strings.Contains(body, "token-of-maria"))
	}
	_, body := start(t, sandbox.New(), nil).do(t, http.MethodGet, "/", nil)
	assert.NotContains(t, body, "Users of the sandbox")
}
