package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

func TestPageForm(t *testing.T) {
	t.Parallel()
	call := func(tool string, arguments ...string) string {
		query := url.Values{"tool": {tool}, "run": {"1"}}
		for i := 0; i+1 < len(arguments); i += 2 {
			query.Set("argument."+arguments[i], arguments[i+1])
		}
		return query.Encode()
	}
	const failed, owner = "The call failed", `name="argument.owner" aria-describedby="argument-owner-hint" required value="`
	for name, test := range map[string]struct {
		query     string
		want, not []string
	}{
		"the example":     {"", []string{"<option selected>list_repo_issues</option>", owner + "openharbor\"", "<details>\n<summary>Optional"}, []string{`id="result"`}},
		"another tool":    {"tool=get_issue", []string{"<option selected>get_issue</option>", owner + "openharbor\"", `value="1"`}, []string{`id="result"`}},
		"a call":          {call("get_issue", "owner", "openharbor", "repo", "portal", "number", "1"), []string{`id="result"`, "labels: [bug, priority/high]\n", "登录后首页偶发白屏"}, []string{failed}},
		"optional ones":   {call("list_repo_issues", "owner", "openharbor", "repo", "portal", "labels", "bug,priority/high", "state", "open"), []string{"<details open>\n<summary>Optional", "Migration 0042", "<option selected>open</option>"}, []string{failed, "Notification mails"}},
		"nothing given":   {call("get_issue"), []string{failed, "number is missing", owner + "\""}, nil},
		"a failure":       {call("get_issue", "owner", "openharbor", "repo", "portal", "number", "999"), []string{failed, "returned 404"}, nil},
		"markup":          {call("get_issue", "owner", `"><script>alert(1)</script>`, "repo", "<b>", "number", "1"), []string{failed, "&#34;&gt;&lt;script&gt;"}, []string{"<script>alert", "<b>"}},
		"a write":         {call("comment", "owner", "openharbor", "repo", "portal", "number", "1", "body", "hello"), []string{"<option selected>list_repo_issues</option>"}, []string{`id="result"`, "<option>comment</option>"}},
		"an unknown tool": {call(`x"><b>`), nil, []string{`id="result"`, "<b>"}},
		"optional tool":   {call("list_milestones", "owner", "openharbor", "repo", "portal"), nil, []string{`id="result"`}},
	} {
		for variant, userTokens := range map[string]bool{"": false, ", user tokens": true} {
			t.Run(name+variant, func(t *testing.T) {
				t.Parallel()
				r := start(t, sandbox.New(), func(s *setup) { s.http.Sandbox, s.http.Sandboxes, s.userTokens = true, sandboxes, userTokens })
				resp, body := r.do(t, http.MethodGet, "/?"+test.query, nil)
				assert.Equal(t, http.StatusOK, resp.StatusCode)
				for _, part := range test.want {
					assert.Contains(t, body, part)
				}
				for _, part := range test.not {
					assert.NotContains(t, body, part)
				}
				assert.NotContains(t, r.log.String(), "level=ERROR")
				_, result, _ := strings.Cut(body, `id="result"`)
				result, _, _ = strings.Cut(result, "</pre>")
				assert.NotContains(t, result, sandbox.Token)
			})
		}
	}
}

// TestPageMakesNoCallForOtherSites checks that another site cannot make the browser of
// a visitor call tools.
func TestPageMakesNoCallForOtherSites(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(s *setup) { s.http.Sandbox, s.http.Sandboxes = true, sandboxes })
	for site, called := range map[string]bool{"": true, "none": true, "same-origin": true, "same-site": false, "cross-site": false} {
		var header []string
		if site != "" {
			header = []string{"Sec-Fetch-Site", site}
		}
		_, body := r.do(t, http.MethodGet, "/?tool=get_issue&run=1&argument.owner=openharbor&argument.repo=portal&argument.number=1", nil, header...)
		assert.Equal(t, called, strings.Contains(body, `id="result"`), site)
	}
}

// TestPageCallsOnlyOnAnOpenSandbox checks that the page makes no call anywhere else:
// it asks for no secret.
func TestPageCallsOnlyOnAnOpenSandbox(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*setup){
		"a forge":           func(*setup) {},
		"a forge, examples": func(s *setup) { s.http.Sandboxes = sandboxes },
		"secret":            func(s *setup) { s.http.Sandbox, s.http.Sandboxes, s.http.Secret = true, sandboxes, "open sesame" },
		"no read": func(s *setup) {
			s.http.Sandbox, s.server.Selection = true, server.Selection{Tools: []string{"comment"}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") }), change)
			_, body := r.do(t, http.MethodGet, "/?tool=get_issue&run=1&argument.owner=openharbor&argument.repo=portal&argument.number=1", nil)
			assert.NotContains(t, body, "<form")
			assert.NotContains(t, body, `id="result"`)
		})
	}
}
