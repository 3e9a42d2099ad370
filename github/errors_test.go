package github_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

func TestErrors(t *testing.T) {
	t.Parallel()
	inTenMinutes := func(header http.Header) http.Header {
		header.Set("Date", "Sat, 21 Nov 2026 20:00:00 GMT") // any clock
		header.Set("X-RateLimit-Reset", "1795291800")
		return header
	}
	for name, test := range map[string]struct {
		response   string
		header     http.Header
		class      rest.Class
		says       string // after the status
		retryAfter time.Duration
	}{
		"bad credentials":  {`401 {"message":"Bad credentials","documentation_url":"https://docs.github.test","status":"401"}`, nil, rest.Unauthenticated, "Bad credentials", 0},
		"no permission":    {`403 {"message":"Must have admin rights to Repository."}`, nil, rest.Forbidden, "Must have admin rights to Repository", 0},
		"a missing scope":  {`403 {"message":"Resource not accessible by personal access token"}`, http.Header{"X-Accepted-Github-Permissions": {"issues=write"}}, rest.Forbidden, "Resource not accessible by personal access token; the token needs the permissions issues=write", 0},
		"single sign-on":   {`403 {"message":"Resource protected by organization SAML enforcement."}`, http.Header{"X-Github-Sso": {"required; url=https://github.test/orgs/acme/sso?authorization_request=SECRET"}}, rest.Forbidden, "Resource protected by organization SAML enforcement; authorize the token for single sign-on at https://github.test/orgs/acme/sso", 0},
		"an odd sign-on":   {`403 {"message":"x"}`, http.Header{"X-Github-Sso": {"required; url=javascript:alert(1)"}}, rest.Forbidden, "x; authorize the token for single sign-on", 0},
		"not found":        {`404 {"message":"Not Found"}`, nil, rest.NotFound, "Not Found", 0},
		"gone":             {`410 {"message":"Issues are disabled for this repo"}`, nil, rest.NotFound, "Issues are disabled for this repo", 0},
		"gone, no words":   {`410 `, nil, rest.NotFound, "issues are disabled in the repository, or the issue was deleted", 0},
		"moved elsewhere":  {`301 {"message":"Moved Permanently","url":"https://elsewhere.test/repositories/1/issues/2?token=SECRET"}`, nil, rest.Moved, "moved to /repositories/1/issues/2", 0},
		"moved, escaped":   {`301 {"url":"https://elsewhere.test/%74%65%73%74%2d%74%6f%6b%65%6e"}`, nil, rest.Moved, "moved to /[token removed]", 0},
		"moved too far":    {`301 {"message":"Moved Permanently","url":"https://elsewhere.test/` + strings.Repeat("x", 300) + `"}`, nil, rest.Moved, "Moved Permanently", 0},
		"moved, no place":  {`307 `, nil, rest.Moved, "", 0},
		"legal reasons":    {`451 {"message":"Repository access blocked","block":{"reason":"dmca"}}`, nil, rest.Forbidden, "Repository access blocked: dmca", 0},
		"a proxy":          {`502 <html>Unicorn!</html>`, nil, rest.Unavailable, "<html>Unicorn!</html>", 0},
		"no service":       {`503 {"code":"503","message":"Service unavailable"}`, nil, rest.Unavailable, "Service unavailable", 0},
		"a conflict":       {`409 {"message":"Conflict"}`, nil, rest.Conflict, "Conflict", 0},
		"bad JSON":         {`400 {"message":"Problems parsing JSON"}`, nil, rest.Invalid, "Problems parsing JSON", 0},
		"JSON without use": {`400 {"a":1}`, nil, rest.Invalid, `{"a":1}`, 0},

		"a missing field":   {`422 {"message":"Validation Failed","errors":[{"resource":"Issue","field":"title","code":"missing_field"}]}`, nil, rest.Invalid, "Validation Failed: title is missing", 0},
		"an unknown value":  {`422 {"message":"Validation Failed","errors":[{"value":"ghost","resource":"Issue","field":"assignees","code":"invalid"},{"value":99,"resource":"Issue","field":"milestone","code":"missing"}]}`, nil, rest.Invalid, `Validation Failed: assignees "ghost" is invalid; milestone "99" does not exist`, 0},
		"own words":         {`422 {"message":"Validation Failed","errors":[{"resource":"Issue","code":"custom","field":"title","message":"title is too long (maximum is 256 characters)"},{"resource":"Label","field":"name","code":"custom","message":"is reserved"}]}`, nil, rest.Invalid, "Validation Failed: title is too long (maximum is 256 characters); name: is reserved", 0},
		"texts":             {`422 {"message":"Validation Failed","errors":["No.", "Never."]}`, nil, rest.Invalid, "Validation Failed: No.; Never.", 0},
		"one text":          {`422 {"message":"Validation Failed","errors":"No."}`, nil, rest.Invalid, "Validation Failed: No.", 0},
		"other codes":       {`422 {"message":"Validation Failed","errors":[{"resource":"Label","code":"already_exists"},{"field":"body","code":"unprocessable"},{"field":"type","code":"custom"},{"field":"x","code":"new_code"}]}`, nil, rest.Invalid, "Validation Failed: Label already exists; body cannot be processed; type is not accepted; x new_code", 0},
		"errors in no form": {`422 {"message":"Validation Failed","errors":[null,7,[],{},{"field":{}}]}`, nil, rest.Invalid, "Validation Failed: 7", 0},

		"primary limit":            {`403 {"message":"API rate limit exceeded for user ID 1."}`, inTenMinutes(http.Header{"X-Ratelimit-Remaining": {"0"}}), rest.RateLimited, "API rate limit exceeded for user ID 1.", 10 * time.Minute},
		"primary limit, 429":       {`429 {"message":"API rate limit exceeded"}`, inTenMinutes(http.Header{"X-Ratelimit-Remaining": {"0"}}), rest.RateLimited, "API rate limit exceeded", 10 * time.Minute},
		"secondary limit":          {`403 {"message":"You have exceeded a secondary rate limit."}`, http.Header{"Retry-After": {"17"}}, rest.RateLimited, "You have exceeded a secondary rate limit.", 17 * time.Second},
		"secondary limit, no time": {`403 {"message":"You have exceeded a secondary rate limit."}`, http.Header{"X-Ratelimit-Remaining": {"4000"}}, rest.RateLimited, "You have exceeded a secondary rate limit.", time.Minute},
		"secondary limit, 429":     {`429 {"message":"Slow down"}`, nil, rest.RateLimited, "Slow down", time.Minute},
		"abuse detection":          {`403 {"message":"You have triggered an abuse detection mechanism."}`, nil, rest.RateLimited, "You have triggered an abuse detection mechanism.", time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{test.response}, header: test.header}
			_, err := newClient(t, s).CreateIssue(t.Context(), &github.CreateIssueParams{RepoRef: repo, Title: "t"})
			var e *rest.Error
			require.ErrorAs(t, err, &e)
			if e.Status >= 500 {
				assert.Equal(t, rest.OutcomeUnknown, e.Class)
				_, err = newClient(t, s).GetIssue(t.Context(), &github.GetIssueParams{IssueRef: ref})
				require.ErrorAs(t, err, &e)
			}
			assert.Equal(t, test.class, e.Class)
			assert.Equal(t, test.says, e.Message)
			assert.Equal(t, test.retryAfter, e.RetryAfter)
			assert.NotContains(t, err.Error(), "SECRET")
		})
	}
}

// TestPauses checks that no request is sent as long as GitHub allows none.
func TestPauses(t *testing.T) {
	t.Parallel()
	const exhausted = "the service's rate limit is exhausted"
	for name, test := range map[string]struct {
		response string
		header   http.Header
		wait     time.Duration // at least; 0 if the next request may be sent
	}{
		"requests are left":         {`200 {"id":70,"number":7}`, http.Header{"X-Ratelimit-Remaining": {"1"}}, 0},
		"none is left":              {`200 {"id":70,"number":7}`, http.Header{"X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Resource": {"core"}}, 9 * time.Minute},
		"none is left, older":       {`200 {"id":70,"number":7}`, http.Header{"X-Ratelimit-Remaining": {"0"}}, 9 * time.Minute},
		"no search is left":         {`200 {"id":70,"number":7}`, http.Header{"X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Resource": {"search"}}, 0},
		"primary limit":             {`403 {"message":"API rate limit exceeded"}`, http.Header{"X-Ratelimit-Remaining": {"0"}}, 9 * time.Minute},
		"secondary limit":           {`403 {"message":"secondary rate limit"}`, http.Header{"Retry-After": {"120"}}, time.Minute},
		"secondary limit, no time":  {`403 {"message":"secondary rate limit"}`, nil, 20 * time.Second},
		"no permission":             {`403 {"message":"no"}`, nil, 0},
		"an unavailable service":    {`503 {"message":"no"}`, http.Header{"Retry-After": {"120"}}, 0},
		"the limit is already over": {`200 {"id":70,"number":7}`, http.Header{"X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Reset": {"1795291100"}}, 0},
		"an odd reset":              {`200 {"id":70,"number":7}`, http.Header{"X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Reset": {"99999999999999999999"}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{test.response}, header: http.Header{"Date": {"Sat, 21 Nov 2026 20:00:00 GMT"}, "X-Ratelimit-Reset": {"1795291800"}}}
			maps.Copy(s.header, test.header)
			c := newClient(t, s)
			_, _ = c.GetIssue(t.Context(), &github.GetIssueParams{IssueRef: ref})
			_, err := c.GetIssue(t.Context(), &github.GetIssueParams{IssueRef: ref})
			if test.wait == 0 {
				assert.Len(t, s.requests, 2)
				return
			}
			assert.Len(t, s.requests, 1)
			var e *rest.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, rest.RateLimited, e.Class)
			assert.Equal(t, exhausted, e.Message)
			assert.Greater(t, e.RetryAfter, test.wait)
		})
	}
}
