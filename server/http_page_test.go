package server_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
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
