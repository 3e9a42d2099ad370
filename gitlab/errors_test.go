package gitlab_test

import (
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

func TestErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		response   string
		header     http.Header
		class      rest.Class
		says       string // after the status
		retryAfter time.Duration
	}{
		"no token":             {`401 {"message":"401 Unauthorized"}`, nil, rest.Unauthenticated, "Unauthorized", 0},
		"a revoked token":      {`401 {"error":"invalid_token","error_description":"Token was revoked. You have to re-authorize from the user."}`, nil, rest.Unauthenticated, "invalid_token: Token was revoked. You have to re-authorize from the user.", 0},
		"no permission":        {`403 {"message":"403 Forbidden"}`, nil, rest.Forbidden, "Forbidden", 0},
		"no permission, why":   {`403 {"message":"403 Forbidden - Your account has been blocked."}`, nil, rest.Forbidden, "Forbidden - Your account has been blocked.", 0},
		"a missing scope":      {`403 {"error":"insufficient_scope","error_description":"The request requires higher privileges than provided by the access token.","scope":"api"}`, nil, rest.Forbidden, "insufficient_scope: The request requires higher privileges than provided by the access token; the token needs one of the scopes api", 0},
		"no project":           {`404 {"message":"404 Project Not Found"}`, nil, rest.NotFound, "Project Not Found", 0},
		"no route":             {`404 {"error":"404 Not Found"}`, nil, rest.NotFound, "Not Found", 0},
		"the wrong address":    {`404 <!DOCTYPE html><html><head></head></html>`, nil, rest.NotFound, "<!DOCTYPE html><html><head></head></html>", 0},
		"a missing parameter":  {`400 {"error":"title is missing"}`, nil, rest.Invalid, "title is missing", 0},
		"several parameters":   {`400 {"error":"assignee_id, assignee_username are mutually exclusive, state does not have a valid value"}`, nil, rest.Invalid, "assignee_id, assignee_username are mutually exclusive, state does not have a valid value", 0},
		"a field":              {`400 {"message":{"title":["can't be blank","is too short"],"base":["No."]}}`, nil, rest.Invalid, "No.; title can't be blank; title is too short", 0},
		"a list":               {`422 {"message":["Title can't be blank"]}`, nil, rest.Invalid, "Title can't be blank", 0},
		"a text in an object":  {`400 {"message":{"error":"Spam detected"}}`, nil, rest.Invalid, "Spam detected", 0},
		"a deeper object":      {`400 {"message":{"a":{"b":["c"]}}}`, nil, rest.Invalid, "a b c", 0},
		"a captcha":            {`409 {"needs_captcha_response":true,"spam_log_id":42,"message":{"error":"Your issue has been recognized as spam."}}`, nil, rest.Conflict, "Your issue has been recognized as spam.", 0},
		"a duplicate":          {`409 {"message":"409 Conflict"}`, nil, rest.Conflict, "Conflict", 0},
		"a precondition":       {`412 {"message":"412 Precondition Failed"}`, nil, rest.Conflict, "Precondition Failed", 0},
		"not processable":      {`422 {"message":"422 Unprocessable Entity"}`, nil, rest.Invalid, "Unprocessable Entity", 0},
		"legal reasons":        {`451 {"message":"blocked"}`, nil, rest.Forbidden, "blocked", 0},
		"moved":                {"301 ", http.Header{"Location": {"https://elsewhere.test/api/v4/projects/12?private_token=SECRET"}}, rest.Moved, "moved to /api/v4/projects/12", 0},
		"moved, no place":      {"302 ", nil, rest.Moved, "", 0},
		"a method":             {`405 {"error":"405 Not Allowed"}`, nil, rest.Invalid, "Not Allowed", 0},
		"a proxy":              {`502 <html>Whoops, GitLab is taking too much time to respond.</html>`, nil, rest.Unavailable, "<html>Whoops, GitLab is taking too much time to respond.</html>", 0},
		"a failure":            {`500 {"message":"500 Internal Server Error"}`, nil, rest.Unavailable, "Internal Server Error", 0},
		"maintenance":          {`503 {"message":"GitLab is in maintenance mode"}`, http.Header{"Retry-After": {"60"}}, rest.Unavailable, "GitLab is in maintenance mode", time.Minute},
		"nothing":              {"400 ", nil, rest.Invalid, "", 0},
		"JSON without use":     {`400 {"a":1}`, nil, rest.Invalid, `{"a":1}`, 0},
		"no object":            {`400 ["x"]`, nil, rest.Invalid, `["x"]`, 0},
		"a number":             {`400 {"message":7}`, nil, rest.Invalid, "7", 0},
		"the status as a word": {`400 {"message":"4000 issues are too many"}`, nil, rest.Invalid, "4000 issues are too many", 0},

		"a rate limit":              {"429 Retry later\n", http.Header{"Retry-After": {"17"}, "Ratelimit-Remaining": {"0"}}, rest.RateLimited, "Retry later", 17 * time.Second},
		"a rate limit and its end":  {"429 Retry later\n", http.Header{"Ratelimit-Remaining": {"0"}, "Ratelimit-Reset": {"1795291800"}, "Date": {"Sat, 21 Nov 2026 20:09:00 GMT"}}, rest.RateLimited, "Retry later", time.Minute},
		"the limit of an operation": {`429 {"message":{"error":"This endpoint has been requested too many times. Try again later."}}`, nil, rest.RateLimited, "This endpoint has been requested too many times. Try again later.", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{test.response}, header: test.header}
			_, err := newClient(t, s).GetIssueByID(t.Context(), &gitlab.GetIssueByIDParams{ID: 1})
			var e *rest.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, test.class, e.Class)
			assert.Equal(t, test.says, e.Message)
			assert.Equal(t, test.retryAfter, e.RetryAfter)
			assert.NotContains(t, err.Error(), "SECRET")
		})
	}
}

// TestPauses checks that no request is sent as long as GitLab allows none.
func TestPauses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		response string
		header   http.Header
		wait     time.Duration // at least; 0 if the next request may be sent
	}{
		"requests are left":           {`200 {"id":70,"iid":7}`, http.Header{"Ratelimit-Remaining": {"1"}}, 0},
		"none is left":                {`200 {"id":70,"iid":7}`, http.Header{"Ratelimit-Remaining": {"0"}, "Ratelimit-Name": {"throttle_authenticated_api"}}, 9 * time.Minute},
		"none is left, without token": {`200 {"id":70,"iid":7}`, http.Header{"Ratelimit-Remaining": {"0"}, "Ratelimit-Name": {"throttle_unauthenticated_api"}}, 9 * time.Minute},
		"none is left, of no name":    {`200 {"id":70,"iid":7}`, http.Header{"Ratelimit-Remaining": {"0"}}, 9 * time.Minute},
		"no package is left":          {`200 {"id":70,"iid":7}`, http.Header{"Ratelimit-Remaining": {"0"}, "Ratelimit-Name": {"throttle_authenticated_packages_api"}}, 0},
		"a rate limit":                {"429 Retry later", http.Header{"Retry-After": {"120"}, "Ratelimit-Remaining": {"0"}}, time.Minute},
		"a rate limit, no time":       {"429 Retry later", http.Header{"Ratelimit-Remaining": {"0"}}, 9 * time.Minute},
		"the limit of an operation":   {`429 {"message":{"error":"Try again later."}}`, nil, 0},
		"no permission":               {`403 {"message":"403 Forbidden"}`, nil, 0},
		"an unavailable service":      {`503 {"message":"no"}`, http.Header{"Retry-After": {"120"}}, 0},
		"the limit is already over":   {`200 {"id":70,"iid":7}`, http.Header{"Ratelimit-Remaining": {"0"}, "Ratelimit-Reset": {"1795291100"}}, 0},
		"an odd reset":                {`200 {"id":70,"iid":7}`, http.Header{"Ratelimit-Remaining": {"0"}, "Ratelimit-Reset": {"99999999999999999999"}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{test.response}, header: http.Header{"Date": {"Sat, 21 Nov 2026 20:00:00 GMT"}, "Ratelimit-Reset": {"1795291800"}}}
			maps.Copy(s.header, test.header)
			c := newClient(t, s)
			_, _ = c.GetIssue(t.Context(), &gitlab.GetIssueParams{IssueRef: ref})
			_, err := c.GetIssue(t.Context(), &gitlab.GetIssueParams{IssueRef: ref})
			if test.wait == 0 {
				assert.Len(t, s.requests, 2)
				return
			}
			assert.Len(t, s.requests, 1)
			var e *rest.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, rest.RateLimited, e.Class)
			assert.Equal(t, "the service's rate limit is exhausted", e.Message)
			assert.Greater(t, e.RetryAfter, test.wait)
		})
	}
}
