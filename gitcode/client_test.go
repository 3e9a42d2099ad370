package gitcode_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
)

// The flag belongs to the golden tests; go test ./... gives it to every package.
var _ = flag.Bool("update", false, "rewrite golden files (none here)")

const token = "test-token"

var (
	ref   = gitcode.IssueRef{RepoRef: gitcode.RepoRef{Owner: "o", Repo: "r"}, Number: 7}
	issue = `{"id":70,"number":"7","state":"open","html_url":"https://gitcode.com/o/r/issues/7"}`
)

// service answers requests in turn with "status body" and keeps their lines
// and bodies.
type service struct {
	answers  []string
	header   http.Header
	requests []string
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.requests = append(s.requests, strings.TrimSpace(r.Method+" "+r.URL.RequestURI()+" "+string(body)))
	answer := "500 no answer prepared"
	if n := len(s.answers); n > 0 {
		answer = s.answers[min(len(s.requests), n)-1] // the last again and again
	}
	maps.Copy(w.Header(), s.header)
	var status int
	fmt.Sscan(answer, &status)
	_, text, _ := strings.Cut(answer, " ")
	w.WriteHeader(status)
	io.WriteString(w, text)
}

// newClient returns a client that tries once; limit_test.go is about the rest.
func newClient(t testing.TB, s http.Handler) *gitcode.Client {
	t.Helper()
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	c, err := gitcode.New(gitcode.Config{BaseURL: web.URL, Token: token, Timeout: 5 * time.Second, MaxWait: -1})
	require.NoError(t, err)
	return c
}

func TestNewRefusesBaseURL(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"gitcode.com", "ftp://gitcode.com", "https://", "https://me:secret@gitcode.com", "https://gitcode.com?access_token=x", "https://a b"} {
		_, err := gitcode.New(gitcode.Config{BaseURL: base})
		assert.Error(t, err, base)
	}
}

func TestWithoutTokenNothingIsSent(t *testing.T) {
	t.Parallel()
	s := &service{}
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	c, err := gitcode.New(gitcode.Config{BaseURL: web.URL})
	require.NoError(t, err)
	_, err = c.GetIssue(t.Context(), ref)
	require.ErrorContains(t, err, "GITCODE_TOKEN")
	assert.Equal(t, gitcode.Unauthenticated, class(t, err))
	assert.Empty(t, s.requests)
}

func TestPathArgumentsStayInTheirPlace(t *testing.T) {
	t.Parallel()
	for _, owner := range []string{"", ".", ".."} {
		s := &service{}
		_, err := newClient(t, s).GetIssue(t.Context(), gitcode.IssueRef{RepoRef: gitcode.RepoRef{Owner: owner, Repo: "r"}, Number: 1})
		require.ErrorContains(t, err, "owner must not be")
		assert.Equal(t, gitcode.Invalid, class(t, err))
		assert.Empty(t, s.requests)
	}
	for owner, escaped := range map[string]string{
		"a/b": "a%2Fb", "../x": "..%2Fx", "a?b": "a%3Fb", "a#b": "a%23b", "a%2Fb": "a%252Fb", "名": "%E5%90%8D", "a b": "a%20b", "{repo}": "%7Brepo%7D", "a;b": "a%3Bb",
	} {
		s := &service{answers: []string{"200 " + issue}}
		_, err := newClient(t, s).GetIssue(t.Context(), gitcode.IssueRef{RepoRef: gitcode.RepoRef{Owner: owner, Repo: "r"}, Number: 1})
		require.NoError(t, err)
		assert.Equal(t, []string{"GET /repos/" + escaped + "/r/issues/1"}, s.requests)
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	var asked int
	c := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		http.Redirect(w, r, "/elsewhere", http.StatusMovedPermanently)
	}))
	_, err := c.UpdateIssue(t.Context(), gitcode.UpdateIssueParams{IssueRef: ref, Title: new("x")})
	assert.Equal(t, gitcode.Moved, class(t, err))
	assert.Equal(t, 1, asked)
}

func TestErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer string
		class  gitcode.Class
		says   []string
	}{
		"no token header":           {`400 {"error_code":400,"error_code_name":"UN_KNOW","error_message":"Orchestration error: Invalid header parameter: private-token, required"}`, gitcode.Unauthenticated, []string{"private-token", "Access Tokens"}},
		"gateway":                   {`401 {"message":"401 Unauthorized"}`, gitcode.Unauthenticated, []string{"answered 401: 401 Unauthorized"}},
		"no scope":                  {`403 {"error_code":403,"error_code_name":"FORBIDDEN","error_message":"no scopes:read_projects","trace_id":"abc1"}`, gitcode.Forbidden, []string{"no scopes:read_projects", "trace_id abc1", "scope"}},
		"scope in other words":      {`400 {"error_code":400,"error_message":"CH.00000403 apig token has not permission to request url"}`, gitcode.Forbidden, []string{"scope"}},
		"no authority, as 400":      {`400 {"error_message":"403 Forbidden - You don't have the authority"}`, gitcode.Forbidden, []string{"authority"}},
		"not found":                 {`404 {"error_code":404,"error_code_name":"NOT_PATH","error_message":"Label Not Found","trace_id":"8cb7"}`, gitcode.NotFound, []string{"Label Not Found", "Check owner, repo, number", "lacks permission"}},
		"conflict, as 400":          {`400 {"error_code":409,"error_message":"already exists"}`, gitcode.Conflict, []string{"already exists", "error_code 409"}},
		"parameter":                 {`400 {"error_code":1000,"error_code_name":"PARAMETER_ERROR","error_message":"参数 :number 类型错误"}`, gitcode.Invalid, []string{"参数 :number 类型错误", "PARAMETER_ERROR"}},
		"firewall":                  {`418 <html>blocked</html>`, gitcode.Firewall, []string{"<html>blocked</html>", "unsafe"}},
		"too many":                  {`429 `, gitcode.RateLimited, []string{"429", "50 requests a minute"}},
		"unavailable":               {`502 <html>Bad Gateway</html>`, gitcode.Unavailable, []string{"try again"}},
		"oauth form":                {`401 {"error":"invalid_token"}`, gitcode.Unauthenticated, []string{"invalid_token"}},
		"nothing":                   {`404 `, gitcode.NotFound, []string{"404 Not Found"}},
		"an error code as a string": {`400 {"error_code":"409","error_message":"x"}`, gitcode.Conflict, nil},
		"html with 200":             {`200 <html>hello</html>`, gitcode.Malformed, []string{"hello"}},
		"cut off":                   {`200 {"id":1,"ti`, gitcode.Malformed, nil},
		"not an issue":              {`200 {"message":"ok"}`, gitcode.Malformed, []string{"does not hold"}},
		"an empty read":             {`200 `, gitcode.Malformed, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := newClient(t, &service{answers: []string{test.answer}}).GetIssue(t.Context(), ref)
			require.Error(t, err)
			assert.Equal(t, test.class, class(t, err))
			assert.Contains(t, err.Error(), "GET /repos/{owner}/{repo}/issues/{number}")
			for _, words := range test.says {
				assert.Contains(t, err.Error(), words)
			}
			assert.NotContains(t, err.Error(), "127.0.0.1")
			assert.NotContains(t, err.Error(), token)
		})
	}
}

func TestNoAnswer(t *testing.T) {
	t.Parallel()
	web := httptest.NewServer(http.NotFoundHandler())
	web.Close()
	c, err := gitcode.New(gitcode.Config{BaseURL: web.URL, Token: token})
	require.NoError(t, err)
	_, err = c.GetIssue(t.Context(), ref)
	assert.Equal(t, gitcode.Unavailable, class(t, err))
	assert.NotContains(t, err.Error(), web.URL)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = newClient(t, &service{}).GetIssue(ctx, ref)
	require.ErrorIs(t, err, context.Canceled)
}

func TestPages(t *testing.T) {
	t.Parallel()
	two := `200 [` + issue + `,` + issue + `]`
	for name, test := range map[string]struct {
		answer string
		header http.Header
		paging gitcode.Paging
		items  int
		total  *int
		next   int
	}{
		"total and pages":             {two, http.Header{"total_count": {"5"}, "total_page": {"3"}}, gitcode.Paging{Page: 2, PerPage: 2}, 2, new(5), 3},
		"the last page":               {two, http.Header{"total_count": {"4"}, "total_page": {"2"}}, gitcode.Paging{Page: 2, PerPage: 2}, 2, new(4), 0},
		"total alone":                 {two, http.Header{"Total_count": {"5"}}, gitcode.Paging{PerPage: 2}, 2, new(5), 2},
		"no headers, a full page":     {two, nil, gitcode.Paging{PerPage: 2}, 2, nil, 2},
		"no headers, a short page":    {two, nil, gitcode.Paging{PerPage: 3}, 2, nil, 0},
		"no headers, default size":    {two, nil, gitcode.Paging{}, 2, nil, 0},
		"null":                        {"200 null", http.Header{"total_count": {"0"}}, gitcode.Paging{}, 0, new(0), 0},
		"empty, but headers say more": {"200 []", http.Header{"total_page": {"9"}}, gitcode.Paging{Page: 4}, 0, nil, 0},
		"headers that are no numbers": {two, http.Header{"total_count": {"many"}}, gitcode.Paging{PerPage: 3}, 2, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page, err := newClient(t, &service{answers: []string{test.answer}, header: test.header}).
				ListRepoIssues(t.Context(), gitcode.ListRepoIssuesParams{RepoRef: ref.RepoRef, Paging: test.paging})
			require.NoError(t, err)
			assert.Len(t, page.Items, test.items)
			assert.Equal(t, test.total, page.Total)
			assert.Equal(t, test.next, page.Next)
		})
	}
	_, err := newClient(t, &service{answers: []string{`200 {"message":"not a list"}`}}).
		ListRepoIssues(t.Context(), gitcode.ListRepoIssuesParams{RepoRef: ref.RepoRef})
	assert.Equal(t, gitcode.Malformed, class(t, err))
}

// class returns the class of a gitcode.Error.
func class(t *testing.T, err error) gitcode.Class {
	t.Helper()
	var e *gitcode.Error
	require.ErrorAs(t, err, &e)
	return e.Class
}
