package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func TestPage(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(s *setup) { s.http.Secret = "open sesame" })
	resp, body := r.do(t, http.MethodGet, "/", nil)
	assert.Equal(t, "text/html; charset=utf-8", resp.Header.Get("Content-Type"))
	for _, part := range []string{
		"get_issue", "&#34;url&#34;: &#34;" + r.url + "/mcp&#34;", "Bearer SECRET", `name="viewport"`,
		"claude mcp add --transport http gitcode " + r.url, "It requires a shared secret", "<code>/sse</code>",
	} {
		assert.Contains(t, body, part)
	}
	for _, part := range []string{"<script", "http://fonts", "{{", "sesame", "X-GitCode-Token"} {
		assert.NotContains(t, body, part)
	}
	assert.NotRegexp(t, `(src|href)="https?://`, body, "the page loads nothing from elsewhere")
}

func TestPageWithUserTokens(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(s *setup) { s.userTokens, s.http.NoSSE = true, true })
	_, body := r.do(t, http.MethodGet, "/", nil)
	assert.Contains(t, body, "X-GitCode-Token: YOUR_GITCODE_TOKEN")
	assert.Contains(t, body, "It uses your own GitCode token")
	assert.NotContains(t, body, "SECRET")
	assert.NotContains(t, body, "/sse")
}

func TestPageListsTheToolsOffered(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(s *setup) { s.server.Selection = server.Selection{ReadOnly: true, Toolsets: []string{"issues"}} })
	_, body := r.do(t, http.MethodGet, "/", nil)
	offered := 0
	for _, tool := range allTools() {
		if tool.Toolset == "issues" && tool.Effect == tools.Reads {
			offered++
			assert.Contains(t, body, "<code>"+tool.Name+"</code> <span class=\"badge reads\">reads</span>")
		} else {
			assert.NotContains(t, body, "<dt><code>"+tool.Name+"</code>")
		}
	}
	assert.Equal(t, offered, strings.Count(body, "<dt>"))
	assert.Equal(t, strings.Count(body, "<dl>"), strings.Count(body, "</dl>"))
	assert.Contains(t, body, "Required: <code>owner</code>, <code>repo</code>, <code>number</code><br>Optional: <code>offset</code>, <code>include</code></div>", "get_issue")
	assert.Regexp(t, "Required: <code>owner</code>, <code>repo</code><br>Optional: <code>\\w+</code>, <code>", body, "list_repo_issues")
}

func TestPageShowsEveryEffect(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), nil)
	_, body := r.do(t, http.MethodGet, "/", nil)
	for _, tool := range allTools() {
		assert.Contains(t, body, "<code>"+tool.Name+"</code> <span class=\"badge "+tool.Effect.String()+"\">"+tool.Effect.String()+"</span>")
	}
}

func TestPageWithoutTools(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(s *setup) { s.server.Selection = server.Selection{ReadOnly: true, Tools: []string{"comment"}} })
	_, body := r.do(t, http.MethodGet, "/", nil)
	assert.Contains(t, body, "exclude every tool")
	assert.NotContains(t, body, "<dl>")
}

func TestPageBadges(t *testing.T) {
	t.Parallel()
	badges := []string{"version 1.2.3&lt;", "sandbox: nothing", "read-only", "dry run: writes"}
	for name, test := range map[string]struct {
		change func(*setup)
		want   []string
	}{
		"none":      {func(*setup) {}, nil},
		"version":   {func(s *setup) { s.http.Version = "1.2.3<" }, badges[:1]},
		"sandbox":   {func(s *setup) { s.http.Sandbox = true }, badges[1:2]},
		"read-only": {func(s *setup) { s.server.Selection.ReadOnly = true }, badges[2:3]},
		"dry run":   {func(s *setup) { s.http.DryRun = true }, badges[3:]},
		"all": {func(s *setup) {
			s.http.Version, s.http.Sandbox, s.server.Selection.ReadOnly, s.http.DryRun = "1.2.3<", true, true, true
		}, badges},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, body := start(t, sandbox.New(), test.change).do(t, http.MethodGet, "/", nil)
			for _, badge := range badges {
				shown := strings.Contains(body, "<span class=\"badge\">"+badge)
				assert.Equal(t, strings.Contains(strings.Join(test.want, ","), badge), shown, badge)
			}
		})
	}
}

func TestPageListsTheSandboxUsers(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(s *setup) {
		s.http.SandboxUsers = []server.SandboxUsers{{Forge: "GitCode", Users: []server.SandboxUser{{Name: "maria", Role: "maintainer <of> all", Token: "token-of-maria"}}}}
	})
	_, body := r.do(t, http.MethodGet, "/", nil)
	assert.Contains(t, body, "<td>maria</td><td>maintainer &lt;of&gt; all</td><td><code>token-of-maria</code></td>")
	_, body = start(t, sandbox.New(), nil).do(t, http.MethodGet, "/", nil)
	assert.NotContains(t, body, "<table>")
}
