package github_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

const token = "test-token"

var (
	repo = github.RepoRef{Owner: "o", Repo: "r"}
	ref  = github.IssueRef{RepoRef: repo, IssueNumber: 7}
)

const (
	readIssue  = "GET /repos/o/r/issues/7"
	patchIssue = "PATCH /repos/o/r/issues/7 "
	readLabels = "GET /repos/o/r/labels?per_page=100"
)

// service returns responses, each written as "status body", one after the other;
// the last one repeats. It records the request lines and bodies, and the headers.
type service struct {
	responses []string
	header    http.Header // of the responses

	mu       sync.Mutex
	requests []string
	headers  []http.Header
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, strings.TrimSpace(r.Method+" "+r.URL.RequestURI()+" "+string(body)))
	s.headers = append(s.headers, r.Header)
	response := "500 the test has no response"
	if n := len(s.responses); n > 0 {
		response = s.responses[min(len(s.requests), n)-1]
	}
	maps.Copy(w.Header(), s.header)
	var status int
	fmt.Sscan(response, &status)
	_, text, _ := strings.Cut(response, " ")
	if place, isRedirect := strings.CutPrefix(text, "to "); isRedirect {
		w.Header().Set("Location", place)
		text = fmt.Sprintf(`{"message":"Moved Permanently","url":%q}`, "https://api.github.test"+place)
	}
	w.WriteHeader(status)
	io.WriteString(w, text)
}

// newClient returns a client that neither waits nor retries.
func newClient(t testing.TB, s http.Handler) *github.Client {
	t.Helper()
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	c, err := github.New(github.Config{BaseURL: web.URL, Token: token, MaxWait: -1, Rates: rest.Unlimited})
	require.NoError(t, err)
	return c
}

// TestHeaders checks what every request carries.
func TestHeaders(t *testing.T) {
	t.Parallel()
	s := &service{responses: []string{`200 {"id":70,"number":7}`}}
	_, err := newClient(t, s).GetIssue(t.Context(), &github.GetIssueParams{IssueRef: ref})
	require.NoError(t, err)
	assert.Equal(t, "Bearer "+token, s.headers[0].Get("Authorization"))
	assert.Equal(t, "2022-11-28", s.headers[0].Get("X-GitHub-Api-Version"))
	assert.Equal(t, "application/vnd.github+json", s.headers[0].Get("Accept"))
}
