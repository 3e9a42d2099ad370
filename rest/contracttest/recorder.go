package contracttest

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Recorder is a service that remembers what it is asked for.
type Recorder struct {
	TB     testing.TB
	Prefix string // of all paths, which exchanges lack
	// Respond sets the response to a request.
	Respond func(*Exchange) error

	mu       sync.Mutex
	recorded []Exchange
}

// ServeHTTP implements [http.Handler].
func (s *Recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	assert.NoError(s.TB, err)
	e := Record(r, s.Prefix, body)
	err = s.Respond(&e)
	s.mu.Lock()
	s.recorded = append(s.recorded, e)
	s.mu.Unlock()
	if err != nil {
		assert.NoError(s.TB, err)
		w.WriteHeader(http.StatusNotFound)
		return
	}
	maps.Copy(w.Header(), e.ResponseHeader)
	w.WriteHeader(e.Status)
	w.Write(e.Response) //nolint:errcheck // fails only if the client is gone
}

// Record returns a request as an exchange without a response.
func Record(r *http.Request, prefix string, body []byte) Exchange {
	raw, below := strings.CutPrefix(r.URL.EscapedPath(), prefix)
	u := &url.URL{Path: "/not below " + prefix, RawQuery: r.URL.RawQuery}
	if path, err := url.PathUnescape(raw); below && err == nil {
		u.Path, u.RawPath = path, raw
	}
	return Exchange{Method: r.Method, URL: u, Header: r.Header.Clone(), Body: bytes.TrimSpace(body)}
}

// Take returns what was recorded since the last call.
func (s *Recorder) Take() []Exchange {
	s.mu.Lock()
	defer s.mu.Unlock()
	recorded := s.recorded
	s.recorded = nil
	return recorded
}

// Statuses is a handler that remembers the statuses of its responses.
type Statuses struct {
	http.Handler

	mu       sync.Mutex
	statuses []int
}

// ServeHTTP implements [http.Handler].
func (s *Statuses) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.Handler.ServeHTTP(statusWriter{w, s}, r)
}

// Take returns the statuses since the last call.
func (s *Statuses) Take() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	taken := s.statuses
	s.statuses = nil
	return taken
}

// statusWriter remembers the status before it is written.
type statusWriter struct {
	http.ResponseWriter
	*Statuses
}

func (w statusWriter) WriteHeader(status int) {
	w.mu.Lock()
	w.statuses = append(w.statuses, status)
	w.mu.Unlock()
	w.ResponseWriter.WriteHeader(status)
}
