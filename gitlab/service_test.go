package gitlab_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

const token = "test-token"

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
		text = `{"message":"Moved"}`
	}
	w.WriteHeader(status)
	io.WriteString(w, text)
}

// newClient returns a client that neither waits nor retries.
func newClient(t testing.TB, s http.Handler) *gitlab.Client {
	t.Helper()
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	c, err := gitlab.New(gitlab.Config{BaseURL: web.URL, Token: token, MaxWait: -1, Rates: rest.Unlimited})
	require.NoError(t, err)
	return c
}
