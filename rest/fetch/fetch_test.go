package fetch

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

const typeA, typeAAAA = 1, 28

const private = "the host has an address in a private network, from which nothing is fetched"

func TestGet(t *testing.T) {
	t.Parallel()
	var header http.Header
	w := newWeb(t, func(w http.ResponseWriter, r *http.Request) {
		header = r.Header
		io.WriteString(w, r.URL.RequestURI())
	})
	c, dialed := w.client(Config{UserAgent: "tests"})
	file, err := c.Get(t.Context(), " "+w.url("files.example", "/a%2Fb/1.png?x=1#top")+"\n")
	require.NoError(t, err)
	assert.Equal(t, &File{"files.example", "1.png", []byte("/a%2Fb/1.png?x=1")}, file)
	assert.Equal(t, []string{w.addr.String()}, *dialed)
	assert.Equal(t, http.Header{"User-Agent": {"tests"}, "Accept-Encoding": {"gzip"}, "Connection": {"close"}}, header, "neither a token nor a cookie")
	file, err = c.Get(t.Context(), w.url("files.example", "/o/图 1.png"))
	require.NoError(t, err)
	assert.Equal(t, &File{"files.example", "图 1.png", []byte("/o/%E5%9B%BE%201.png")}, file)
	file, err = c.Get(t.Context(), w.url("files.example", ""))
	require.NoError(t, err)
	assert.Empty(t, file.Name)
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	var header http.Header
	w := newWeb(t, nil)
	w.names = func(name string, _ int) []string {
		if name == "inside.example" {
			return []string{"192.168.1.1"}
		}
		return []string{"127.0.0.1"}
	}
	w.Config.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		header = r.Header
		if to, found := strings.CutPrefix(r.URL.RequestURI(), "/to/"); found {
			to, _ = url.PathUnescape(to)
			rw.Header().Set("Location", to)
			rw.Header().Set("Set-Cookie", "session=1; Secure")
			rw.WriteHeader(http.StatusFound)
			return
		}
		io.WriteString(rw, r.Host+r.URL.Path)
	})
	to := func(address string) string {
		return w.url("files.example", "/to/"+url.PathEscape(address))
	}
	c, _ := w.client(Config{Hosts: []string{w.host("files.example"), w.host("other.example"), w.host("inside.example"), "[::1]", "169.254.169.254"}})
	for _, address := range []string{"/file", w.url("other.example", "/file"), strings.TrimPrefix(w.url("other.example", "/file"), "https:"), to("/file"), to(to("/file"))} {
		file, err := c.Get(t.Context(), to(address))
		require.NoError(t, err, address)
		assert.Contains(t, string(file.Content), "/file", address)
		assert.Equal(t, "file", file.Name)
		assert.Equal(t, http.Header{"User-Agent": {"gitcode-mcp"}, "Accept-Encoding": {"gzip"}, "Connection": {"close"}}, header, address)
	}
	const elsewhere = "it is redirected to another address: "
	for address, message := range map[string]string{
		"https://evil.example/":                 elsewhere + "it is on another host; files are fetched only from ",
		w.url("evil.example", "/"):              elsewhere + "it is on another host; files are fetched only from ",
		"http://" + w.host("files.example"):     elsewhere + "only https addresses are fetched",
		"http://127.0.0.1:8080/":                elsewhere + "only https addresses are fetched",
		"file:///etc/passwd":                    elsewhere + "only https addresses are fetched",
		"data:image/png;base64,AAAA":            elsewhere + "only https addresses are fetched",
		"https://me@" + w.host("files.example"): elsewhere + "an address with a user is not fetched",
		w.url("inside.example", "/"):            private,
		"https://[::1]/":                        private,
		"https://169.254.169.254/latest":        private,
		"https://%zz":                           "it is redirected to something that is not an address",
		to(to(to("/file"))):                     "it is redirected more than 3 times",
	} {
		e := failure(t, c, to(address))
		assert.Contains(t, e.Message, message, address)
		assert.Equal(t, rest.Invalid, e.Class)
		assert.False(t, e.NotSent, address)
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	w := newWeb(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/404":
			w.WriteHeader(http.StatusNotFound)
		case "/304":
			w.WriteHeader(http.StatusNotModified)
		case "/cut":
			w.Header().Set("Content-Length", "100")
			io.WriteString(w, "short")
		case "/header":
			w.Header().Set("X-Long", strings.Repeat("x", 1<<20))
		case "/stalled":
			io.WriteString(w, "begins")
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		case "/silent":
			<-r.Context().Done()
		}
	})
	get := func(timeout time.Duration, path string, adjust func(*Client)) *rest.Error {
		c, _ := w.client(Config{Timeout: timeout})
		if adjust != nil {
			adjust(c)
		}
		return failure(t, c, w.url("files.example", path))
	}
	const plenty = 30 * time.Second
	assert.Equal(t, &rest.Error{Class: rest.NotFound, Endpoint: "GET files.example", Status: 404}, get(plenty, "/404", nil))
	assert.Equal(t, 304, get(plenty, "/304", nil).Status)
	for _, path := range []string{"/cut", "/header"} {
		assert.Equal(t, "the file could not be read", get(plenty, path, nil).Message, path)
	}
	for _, path := range []string{"/stalled", "/silent"} {
		assert.Equal(t, "the file did not arrive within 50ms", get(50*time.Millisecond, path, nil).Message, path)
	}
	assert.Equal(t, "the host name cannot be resolved", get(plenty, "/", func(c *Client) {
		c.dialer.Resolver = resolver(func(string, int) []string { return nil })
	}).Message)
	assert.Equal(t, "the file could not be read", get(plenty, "/", func(c *Client) { c.transport.TLSClientConfig = nil }).Message, "a certificate by nobody")
}

// TestSize checks that a body of any length, compressed or not, costs bounded memory.
func TestSize(t *testing.T) {
	zeros := make([]byte, 1<<20)
	w := newWeb(t, func(w http.ResponseWriter, r *http.Request) {
		var body io.Writer = w
		switch r.URL.Path {
		case "/exact":
			for range 20 {
				w.Write(zeros[:1_000_000])
			}
			return
		case "/announced":
			w.Header().Set("Content-Length", "20000001")
		case "/compressed":
			w.Header().Set("Content-Encoding", "gzip")
			body = gzip.NewWriter(w)
		}
		for {
			if _, err := body.Write(zeros); err != nil || r.Context().Err() != nil {
				return
			}
		}
	})
	c, _ := w.client(Config{})
	file, err := c.Get(t.Context(), w.url("files.example", "/exact"))
	require.NoError(t, err)
	assert.Len(t, file.Content, MaxSize)
	file = nil
	for _, path := range []string{"/endless", "/announced", "/compressed"} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		e := failure(t, c, w.url("files.example", path))
		runtime.ReadMemStats(&after)
		assert.Equal(t, "the file has more than 20 MB", e.Message, path)
		t.Logf("%s: %d MB allocated", path, (after.TotalAlloc-before.TotalAlloc)>>20)
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(150<<20), path)
	}
}

// TestLocal checks that a service on this machine stands in for the hosts, and is
// reached in no other way.
func TestLocal(t *testing.T) {
	t.Parallel()
	var local *httptest.Server
	local = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/base/moved":
			http.Redirect(w, r, "https://raw.gitcode.com/file", http.StatusFound)
		case "/base/back":
			http.Redirect(w, r, local.URL+"/base/file", http.StatusFound)
		default:
			io.WriteString(w, r.URL.RequestURI())
		}
	}))
	t.Cleanup(local.Close)
	c := New(Config{Hosts: []string{"gitcode.com", "raw.gitcode.com"}, Local: local.URL + "/base"})
	for address, content := range map[string]string{
		"https://gitcode.com/o/r/a%2Fb.png?x=1": "/base/o/r/a%2Fb.png?x=1",
		"https://gitcode.com/moved":             "/base/file",
	} {
		file, err := c.Get(t.Context(), address)
		require.NoError(t, err, address)
		assert.Equal(t, content, string(file.Content))
	}
	for _, address := range []string{local.URL + "/base/file", "https://gitcode.com/back"} {
		assert.Contains(t, failure(t, c, address).Message, "only https addresses are fetched")
	}
	assert.Contains(t, failure(t, c, strings.Replace(local.URL, "http:", "https:", 1)).Message, "files are fetched only from")
	public := New(Config{})
	assert.Equal(t, private, failure(t, public, strings.Replace(local.URL, "http:", "https:", 1)).Message)
	c.Allow = func(_ context.Context, u *url.URL) error {
		if u.Path == "/file" {
			return &rest.Error{Message: "forbidden"}
		}
		return nil
	}
	assert.Equal(t, "forbidden", failure(t, c, "https://gitcode.com/moved").Message)
	elsewhere := New(Config{Hosts: []string{"gitcode.com"}, Local: "http://10.0.0.1"})
	assert.Equal(t, "the file could not be read", failure(t, elsewhere, "https://gitcode.com/").Message)
}
