package github_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// TestAdvice checks what GitHub's errors advise.
func TestAdvice(t *testing.T) {
	t.Parallel()
	const get, update, create, lock = "github_get_issue", "github_update_issue", "github_create_issue", "github_lock_issue"
	for name, test := range map[string]struct {
		tool   string
		status int
		body   string
		header []string
		want   string
	}{
		"not found":        {get, 404, `{"message":"Not Found"}`, nil, "Check owner=o, repo=r and issue_number=7. GitHub also returns 404 if the token lacks permission."},
		"deleted":          {get, 410, `{"message":"This issue was deleted"}`, nil, "This is final: issues are disabled in the repository, or the issue was deleted."},
		"moved":            {lock, 301, `{"message":"Moved Permanently"}`, nil, "Nothing was changed, because the issue has moved. Read it with github_get_issue, which follows, and repeat the call with the owner, repo and issue_number that it shows."},
		"renamed":          {create, 301, `{"message":"Moved Permanently"}`, nil, "The repository has moved. Call again with its new owner and name."},
		"login page":       {lock, 302, ``, []string{"Location", "/login"}, "returned 302: redirected to /login. Nothing was changed: the request was redirected, for example to a login page. Check the base URL of GitHub's API in the settings: its scheme, host and path."},
		"choices":          {create, 300, `[]`, nil, "Nothing was changed: the request was redirected, for example to a login page."},
		"another server":   {get, 301, ``, []string{"Location", "https://github.test/api/v3/repos/o/r/issues/7"}, "The redirect was not followed, because it leads to another server or in a circle. Check the base URL of GitHub's API in the settings: its scheme, host and path."},
		"no scope":         {update, 403, `{"message":"Must have admin rights to Repository."}`, nil, "Either the token's owner may not do this, or the token lacks a scope: repo for a classic one, the permission Issues for a fine-grained one. Ask for access to the repository, or use another token."},
		"fine-grained":     {update, 403, `{"message":"Resource not accessible by personal access token"}`, nil, "The token lacks a permission. Give a fine-grained token the permission Issues (read and write) for this repository, a classic one the scope repo."},
		"single sign-on":   {get, 403, `{"message":"Resource protected by organization SAML enforcement."}`, []string{"X-GitHub-SSO", "required; url=https://github.com/orgs/o/sso?authorization_request=x"}, "The organization requires single sign-on."},
		"kind of token":    {get, 403, "{\"message\":\"`o` forbids access via a personal access token (classic).\"}", nil, "The organization does not accept this kind of token."},
		"archived":         {update, 403, `{"message":"Repository was archived so is read-only."}`, nil, "The repository is archived and accepts no changes."},
		"validation":       {create, 422, `{"message":"Validation Failed","errors":[{"resource":"Issue","field":"milestone","code":"invalid","value":9}]}`, nil, "Correct the field that the message names: GitHub rejects unknown values, or takes the request for spam. The same call will be rejected again."},
		"secondary limit":  {update, 403, `{"message":"You have exceeded a secondary rate limit."}`, []string{"Retry-After", "90"}, "Retry in 1m30s."},
		"unauthenticated":  {get, 401, `{"message":"Bad credentials"}`, nil, "Put a valid token in GITHUB_TOKEN. Create one on GitHub under Settings, Developer settings, Personal access tokens"},
		"unavailable":      {get, 503, `{"message":"Service unavailable"}`, nil, "GitHub cannot be reached or is failing. Retry in a minute."},
		"unauthorized put": {lock, 403, ``, nil, "Ask for access to the repository, or use another token."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			arguments := map[string]string{get: `{` + issue7 + `}`, update: `{` + issue7 + `,"state":"closed"}`, create: `{"owner":"o","repo":"r","title":"t"}`, lock: `{` + issue7 + `}`}[test.tool]
			service := func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet && test.status < 400 { // a moved issue that cannot be read
					responds(404, `{"message":"Not Found"}`)(w, r)
					return
				}
				responds(test.status, test.body, test.header...)(w, r)
			}
			if test.tool == get {
				service = responds(test.status, test.body, test.header...)
			}
			result, _ := do(t, service, tools.Env{}, test.tool, arguments)
			require.True(t, result.IsError)
			assert.Contains(t, text(t, result), test.want)
			t.Log(text(t, result))
		})
	}
}
