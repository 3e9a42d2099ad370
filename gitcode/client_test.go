package gitcode_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

const token = "test-token"

var (
	ref   = gitcode.IssueRef{RepoRef: gitcode.RepoRef{Owner: "o", Repo: "r"}, Number: 7}
	issue = `{"id":70,"number":"7","state":"open","html_url":"https://gitcode.com/o/r/issues/7"}`
)

// service returns responses, each written as "status body", one after the other.
// It records the request lines and bodies.
type service struct {
	responses []string
	header    http.Header
	requests  []string
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.requests = append(s.requests, strings.TrimSpace(r.Method+" "+r.URL.RequestURI()+" "+string(body)))
	response := "500 the test has no response"
	if n := len(s.responses); n > 0 {
		response = s.responses[min(len(s.requests), n)-1] // the last one repeats
	}
	maps.Copy(w.Header(), s.header)
	var status int
	fmt.Sscan(response, &status)
	_, text, _ := strings.Cut(response, " ")
	w.WriteHeader(status)
	io.WriteString(w, text)
}

// newClient returns a client that neither waits nor retries.
func newClient(t testing.TB, s http.Handler) *gitcode.Client {
	t.Helper()
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	c, err := gitcode.New(gitcode.Config{BaseURL: web.URL, Token: token, MaxWait: -1, Rates: rest.Unlimited})
	require.NoError(t, err)
	return c
}

// TestConfigWithTokenAlone checks that the documented limits apply unless a
// program asks for others.
func TestConfigWithTokenAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		c, err := gitcode.New(gitcode.Config{Token: token, Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			assert.Equal(t, "api.gitcode.com", r.URL.Host)
			sent++
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(issue))}, nil
		})})
		require.NoError(t, err)
		for range 50 {
			_, err := c.GetIssue(t.Context(), &gitcode.GetIssueParams{IssueRef: ref})
			require.NoError(t, err)
		}
		_, err = c.GetIssue(t.Context(), &gitcode.GetIssueParams{IssueRef: ref})
		assert.Equal(t, rest.RateLimited, class(t, err))
		assert.Equal(t, 50, sent)
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestMovedIssue(t *testing.T) {
	t.Parallel()
	var requests int
	c := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests++
		http.Redirect(w, r, "https://elsewhere.test/api/v5/repos/new/name/issues/7?access_token=secret", http.StatusMovedPermanently)
	}))
	_, err := c.UpdateIssue(t.Context(), &gitcode.UpdateIssueParams{IssueRef: ref, Title: new("x")})
	assert.Equal(t, rest.Moved, class(t, err))
	assert.ErrorContains(t, err, "moved to /api/v5/repos/new/name/issues/7")
	assert.NotContains(t, err.Error(), "secret")
	assert.Equal(t, 1, requests)

	// An address that is cut must not end with a part of the token.
	for n := 220; n < 300; n++ {
		c = newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://elsewhere.test/"+strings.Repeat("x", n)+token, http.StatusMovedPermanently)
		}))
		_, err = c.UpdateIssue(t.Context(), &gitcode.UpdateIssueParams{IssueRef: ref, Title: new("x")})
		assert.NotContains(t, err.Error(), token[:4], n)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		response string
		class    rest.Class
		says     []string
	}{
		"no token header":           {`400 {"error_code":400,"error_code_name":"UN_KNOW","error_message":"Orchestration error: Invalid header parameter: private-token, required"}`, rest.Unauthenticated, []string{"private-token", "error_code 400 UN_KNOW"}},
		"gateway":                   {`401 {"message":"401 Unauthorized"}`, rest.Unauthenticated, []string{"returned 401: 401 Unauthorized"}},
		"no scope":                  {`403 {"error_code":403,"error_code_name":"FORBIDDEN","error_message":"no scopes:read_projects","trace_id":"abc1"}`, rest.Forbidden, []string{"no scopes:read_projects", "trace_id abc1"}},
		"no scope, in other words":  {`400 {"error_code":400,"error_message":"CH.00000403 apig token has not permission to request url"}`, rest.Forbidden, []string{"apig token"}},
		"no authority, as 400":      {`400 {"error_message":"403 Forbidden - You don't have the authority"}`, rest.Forbidden, []string{"authority"}},
		"token not found, as 404":   {`404 {"error_code":404,"error_code_name":"error","error_message":"404, token not found"}`, rest.Unauthenticated, []string{"token not found"}},
		"token not found, as 401":   {`401 {"error_code":401,"error_message":"401, token not found"}`, rest.Unauthenticated, nil},
		"unknown organization":      {`400 {"error_code":400,"error_code_name":"Unknown","error_message":"org not found"}`, rest.NotFound, []string{"org not found"}},
		"unknown project, by code":  {`400 {"error_code":1003,"error_code_name":"NOT_EXIST","error_message":"项目不存在"}`, rest.NotFound, []string{"项目不存在", "error_code 1003 NOT_EXIST"}},
		"unknown project, by words": {`400 {"error_code":400,"error_message":"Project not found:x/y"}`, rest.NotFound, nil},
		"not found":                 {`404 {"error_code":404,"error_code_name":"NOT_PATH","error_message":"Label Not Found","trace_id":"8cb7"}`, rest.NotFound, []string{"Label Not Found"}},
		"conflict, as 400":          {`400 {"error_code":409,"error_message":"already exists"}`, rest.Conflict, []string{"already exists", "error_code 409"}},
		"parameter":                 {`400 {"error_code":1000,"error_code_name":"PARAMETER_ERROR","error_message":"参数 :number 类型错误"}`, rest.Invalid, []string{"参数 :number 类型错误", "PARAMETER_ERROR"}},
		"firewall":                  {`418 <html>blocked</html>`, rest.ContentBlocked, []string{"<html>blocked</html>"}},
		"rate limit":                {`429 `, rest.RateLimited, []string{"429 Too Many Requests"}},
		"unavailable":               {`502 <html>Bad Gateway</html>`, rest.Unavailable, []string{"Bad Gateway"}},
		"OAuth form":                {`401 {"error":"invalid_token"}`, rest.Unauthenticated, []string{"invalid_token"}},
		"empty":                     {`404 `, rest.NotFound, []string{"404 Not Found"}},
		"an error code as a string": {`400 {"error_code":"409","error_message":"x"}`, rest.Conflict, nil},
		"HTML with 200":             {`200 <html>hello</html>`, rest.MalformedResponse, []string{`the response is not JSON; it starts with "<html>hello</html>"`}},
		"truncated":                 {`200 {"id":1,"ti`, rest.MalformedResponse, []string{"the response is cut off"}},
		"not an issue":              {`200 {"message":"ok"}`, rest.MalformedResponse, []string{"the response does not contain the requested object"}},
		"an empty read":             {`200 `, rest.MalformedResponse, []string{"the response is empty"}},
		"a list":                    {`200 [` + issue + `]`, rest.MalformedResponse, []string{"a list where an object was expected"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := newClient(t, &service{responses: []string{test.response}}).GetIssue(t.Context(), &gitcode.GetIssueParams{IssueRef: ref})
			require.Error(t, err)
			assert.Equal(t, test.class, class(t, err))
			assert.Contains(t, err.Error(), "GET /repos/{owner}/{repo}/issues/{number}")
			for _, words := range test.says {
				assert.Contains(t, err.Error(), words)
			}
			assert.NotContains(t, err.Error(), "127.0.0.1")
			assert.NotRegexp(t, `invalid character|unexpected end|gitcode\.[A-Z]|Go value`, err.Error(), "nothing of encoding/json")
			assert.NotContains(t, err.Error(), token)
			assert.NotRegexp(t, `GITCODE_|X-GitCode|get_issue`, err.Error(), "a client gives no advice")
		})
	}
}

// TestErrorIn200 checks that a response with the service's own error is an error,
// whatever its status.
func TestErrorIn200(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]func(*gitcode.Client) error{
		"get": func(c *gitcode.Client) error {
			_, err := c.GetIssue(t.Context(), &gitcode.GetIssueParams{IssueRef: ref})
			return err
		},
		"list": func(c *gitcode.Client) error {
			_, err := c.ListRepoIssues(t.Context(), &gitcode.ListRepoIssuesParams{RepoRef: ref.RepoRef})
			return err
		},
		"logs": func(c *gitcode.Client) error {
			_, err := c.GetOperateLogs(t.Context(), &gitcode.GetOperateLogsParams{IssueRef: ref})
			return err
		},
		"create": func(c *gitcode.Client) error {
			_, err := c.CreateIssue(t.Context(), &gitcode.CreateIssueParams{RepoRef: ref.RepoRef, Title: "t"})
			return err
		},
		"label": func(c *gitcode.Client) error {
			_, err := c.AddLabels(t.Context(), &gitcode.AddLabelsParams{IssueRef: ref, Labels: gitcode.Labels{"l"}, CreateLabels: true})
			return err
		},
		"delete": func(c *gitcode.Client) error {
			return c.DeleteComment(t.Context(), &gitcode.CommentRef{RepoRef: ref.RepoRef, ID: 5})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := call(newClient(t, &service{responses: []string{`200 {"error_code":404,"error_code_name":"NOT_PATH","error_message":"Not Found","trace_id":"8cb7"}`}}))
			require.Error(t, err)
			assert.Equal(t, rest.NotFound, class(t, err))
			assert.ErrorContains(t, err, "returned 200: Not Found (error_code 404 NOT_PATH, trace_id 8cb7)")

			err = call(newClient(t, &service{responses: []string{`200 {"error_code":500,"error_message":"failed"}`}}))
			require.Error(t, err)
			want := rest.Unavailable
			if name == "create" || name == "label" || name == "delete" {
				want = rest.OutcomeUnknown
			}
			assert.Equal(t, want, class(t, err))
		})
	}
}

// TestErrorsAreShort checks that nothing of a response makes an error long or
// breaks its line.
func TestErrorsAreShort(t *testing.T) {
	t.Parallel()
	long := strings.Repeat(`\n语`, 20_000)
	_, err := newClient(t, &service{responses: []string{`400 {"error_code":7,"error_code_name":"` + long + `","error_message":"` + long + `","trace_id":"` + long + `"}`}}).GetIssue(t.Context(), &gitcode.GetIssueParams{IssueRef: ref})
	require.Error(t, err)
	assert.Less(t, len(err.Error()), 700)
	assert.NotContains(t, err.Error(), "\n")
}

func TestPages(t *testing.T) {
	t.Parallel()
	two := `200 [` + issue + `,{"id":80,"number":"8"}]`
	for name, test := range map[string]struct {
		response string
		header   http.Header
		paging   gitcode.Paging
		items    int
		total    *int
		next     int
	}{
		"total and pages":             {two, http.Header{"total_count": {"5"}, "total_page": {"3"}}, gitcode.Paging{Page: 2, PerPage: 2}, 2, new(5), 3},
		"last page":                   {two, http.Header{"total_count": {"4"}, "total_page": {"2"}}, gitcode.Paging{Page: 2, PerPage: 2}, 2, new(4), 0},
		"total only":                  {two, http.Header{"Total_count": {"5"}}, gitcode.Paging{PerPage: 2}, 2, new(5), 2},
		"no headers, a full page":     {two, nil, gitcode.Paging{PerPage: 2}, 2, nil, 2},
		"no headers, a short page":    {two, nil, gitcode.Paging{PerPage: 3}, 2, nil, 0},
		"no headers, unreadable rows": {`200 [null,` + issue + `]`, nil, gitcode.Paging{PerPage: 2}, 1, nil, 2},
		"only unreadable rows":        {`200 [null,7]`, http.Header{"total_page": {"3"}}, gitcode.Paging{PerPage: 2}, 0, nil, 2},
		"no headers, default size":    {two, nil, gitcode.Paging{}, 2, nil, 0},
		"null":                        {"200 null", http.Header{"total_count": {"0"}}, gitcode.Paging{}, 0, new(0), 0},
		"empty, but headers say more": {"200 []", http.Header{"total_page": {"9"}}, gitcode.Paging{Page: 4}, 0, nil, 0},
		"headers without numbers":     {two, http.Header{"total_count": {"many"}}, gitcode.Paging{PerPage: 3}, 2, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page, err := newClient(t, &service{responses: []string{test.response}, header: test.header}).
				ListRepoIssues(t.Context(), &gitcode.ListRepoIssuesParams{RepoRef: ref.RepoRef, Paging: test.paging})
			require.NoError(t, err)
			assert.Len(t, page.Items, test.items)
			assert.Equal(t, test.total, page.Total)
			assert.EqualValues(t, test.next, page.Next)
		})
	}
	_, err := newClient(t, &service{responses: []string{`200 {"message":"not a list"}`}}).
		ListRepoIssues(t.Context(), &gitcode.ListRepoIssuesParams{RepoRef: ref.RepoRef})
	assert.Equal(t, rest.MalformedResponse, class(t, err))
	assert.ErrorContains(t, err, "the response is an object where a list was expected")

	page, err := newClient(t, &service{responses: []string{`200 [null,` + issue + `,{"message":"x"}]`}}).GetOperateLogs(t.Context(), &gitcode.GetOperateLogsParams{IssueRef: ref})
	require.NoError(t, err)
	assert.Len(t, page.Items, 1)
	assert.Equal(t, 2, page.Unreadable)
}

// class returns the class of a *rest.Error.
func class(t *testing.T, err error) rest.Class {
	t.Helper()
	var e *rest.Error
	require.ErrorAs(t, err, &e)
	return e.Class
}
