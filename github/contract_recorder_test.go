package github_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

// recorder is a GitHub that answers each request with the documented example.
type recorder struct {
	t           testing.TB
	description description
	issue       string // in the response to a read of one, if it is not the documented one

	mu       sync.Mutex
	recorded []exchange
}

func (s *recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	assert.NoError(s.t, err)
	e := record(r, body)
	route, _, err := s.description.route(e.method, e.url)
	if err == nil {
		e.status, e.response, err = s.description.example(route)
		if s.issue != "" && route.Method+" "+route.Path == "GET /repos/{owner}/{repo}/issues/{issue_number}" {
			e.response = []byte(s.issue)
		}
	}
	s.mu.Lock()
	s.recorded = append(s.recorded, e)
	s.mu.Unlock()
	if err != nil {
		assert.NoError(s.t, err)
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(e.status)
	w.Write(e.response)
}

// record returns a request as an exchange without a response.
func record(r *http.Request, body []byte) exchange {
	raw, below := strings.CutPrefix(r.URL.EscapedPath(), apiPath)
	u := &url.URL{Path: "/not below " + apiPath, RawQuery: r.URL.RawQuery}
	if path, err := url.PathUnescape(raw); below && err == nil {
		u.Path, u.RawPath = path, raw
	}
	header := r.Header.Clone()
	return exchange{method: r.Method, url: u, header: header, body: bytes.TrimSpace(body)}
}

// take returns what was recorded since the last call.
func (s *recorder) take() []exchange {
	s.mu.Lock()
	defer s.mu.Unlock()
	recorded := s.recorded
	s.recorded = nil
	return recorded
}

// checkHeader checks the header of a request of ours.
func checkHeader(t testing.TB, e exchange) {
	t.Helper()
	assert.Equal(t, "Bearer "+contractToken, e.header.Get("Authorization"))
	assert.Equal(t, "2022-11-28", e.header.Get("X-Github-Api-Version"))
	assert.Regexp(t, `^application/vnd\.github(\.(raw|text|html|full))?\+json$`, e.header.Get("Accept"))
	assert.NotEmpty(t, e.header.Get("User-Agent"), "GitHub rejects requests without")
	if len(e.body) > 0 {
		assert.Equal(t, "application/json", e.header.Get("Content-Type"))
	} else {
		assert.NotContains(t, e.header, "Content-Type")
	}
	expected := []string{"Accept", "Accept-Encoding", "Authorization", "Content-Length", "Content-Type", "User-Agent", "X-Github-Api-Version"}
	for name := range e.header {
		assert.Contains(t, expected, name, "an unexpected header")
	}
}

// members returns what is compared of a request.
func members(e exchange) map[string]string {
	all := map[string]string{"method": e.method, "path": e.url.Path}
	for _, name := range []string{"Accept", "X-Github-Api-Version", "Authorization", "Content-Type"} {
		all[name] = e.header.Get(name)
	}
	for name, values := range e.url.Query() {
		all["query "+name] = strings.Join(values, " and ")
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(e.body, &object); err != nil || object == nil {
		all["body"] = string(e.body)
	}
	for name, value := range object {
		all["body "+name] = string(value)
	}
	return all
}

// compare returns the members that differ.
func compare(ours, theirs map[string]string) map[string]difference {
	found := map[string]difference{}
	for _, names := range []map[string]string{ours, theirs} {
		for name := range names {
			if ours[name] != theirs[name] {
				found[name] = difference{ours: ours[name], theirs: theirs[name]}
			}
		}
	}
	return found
}
