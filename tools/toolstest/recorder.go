package toolstest

import (
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Recorder is a service that records requests and responds as the sections of a
// golden file say.
type Recorder struct {
	Given map[string]string // the sections
	Base  string            // path below which the sections' paths are

	mu       sync.Mutex
	requests []recorded
	others   int // number of requests without a section of their path
}

type recorded struct {
	method string
	url    *url.URL
	header http.Header
	body   string
}

func (r recorded) line() string { return r.method + " " + r.url.EscapedPath() }

// section returns the name of the response to a request, without "response", and
// the lines of its headers.
func (s *Recorder) section(r *http.Request) (name, headers string) {
	_, path, found := strings.Cut(r.URL.EscapedPath(), s.Base)
	if !found { // of another version, such as ../v8/user
		path = ".." + strings.TrimPrefix(r.URL.EscapedPath(), s.Base[:strings.LastIndexByte(s.Base, '/')])
	}
	name = " " + r.Method + " " + path
	headers = s.Given["headers"]
	if _, found := s.Given["response"+name]; !found {
		s.others++
		name = " " + strconv.Itoa(s.others)
		if _, found = s.Given["response"+name]; !found {
			return "", headers
		}
		headers = ""
	}
	if own, found := s.Given["headers"+name]; found {
		headers = own
	}
	return name, headers
}

func (s *Recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, recorded{r.Method, r.URL, r.Header, string(body)})
	status := http.StatusOK
	section, headers := s.section(r)
	for line := range strings.Lines(headers) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if name == "status" {
			status, _ = strconv.Atoi(value)
			continue
		}
		w.Header()[name] = []string{value}
	}
	w.WriteHeader(status)
	io.WriteString(w, s.Given["response"+section]) //nolint:errcheck // none after a status without a body
}

// shownHeaders are the headers of a request that golden files show.
var shownHeaders = []string{"Authorization", "Private-Token", "Content-Type", "Accept", "If-None-Match"}

// String returns the requests as the golden files show them: in order, or sorted
// by path if all have a section of their path, because such requests may be sent
// at the same time.
func (s *Recorder) String() string {
	if s.others == 0 {
		slices.SortStableFunc(s.requests, func(a, b recorded) int { return strings.Compare(a.line(), b.line()) })
	}
	var b strings.Builder
	for _, r := range s.requests {
		b.WriteString(r.line() + "\n")
		for _, name := range slices.Sorted(maps.Keys(r.url.Query())) {
			values := r.url.Query()[name]
			if since, err := time.Parse(time.RFC3339, values[0]); err == nil && time.Since(since) < 24*time.Hour {
				values = []string{"now"} // or an hour ago
			}
			fmt.Fprintf(&b, "? %s\n", url.Values{name: values}.Encode())
		}
		for _, name := range shownHeaders {
			if value := r.header.Get(name); value != "" {
				b.WriteString(name + ": " + r.withoutBoundary(value) + "\n")
			}
		}
		if r.body != "" {
			b.WriteString(strings.TrimSuffix(r.withoutBoundary(r.body), "\n") + "\n")
		}
	}
	return b.String()
}

// withoutBoundary replaces the boundary of a multipart body, which is random, and its
// line endings.
func (r recorded) withoutBoundary(text string) string {
	_, params, err := mime.ParseMediaType(r.header.Get("Content-Type"))
	if err != nil || params["boundary"] == "" {
		return text
	}
	return strings.NewReplacer(params["boundary"], "BOUNDARY", "\r\n", "\n").Replace(text)
}
