package fetch

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// web is a host with TLS whose address on this machine counts as public.
type web struct {
	*httptest.Server
	addr  netip.AddrPort
	names names
}

// names returns the addresses that a name resolves to at the nth lookup.
type names func(name string, nth int) []string

func newWeb(t *testing.T, handler http.HandlerFunc) *web {
	t.Helper()
	w := &web{Server: httptest.NewUnstartedServer(handler)}
	w.Config.ErrorLog = log.New(io.Discard, "", 0)
	w.StartTLS()
	t.Cleanup(func() {
		w.CloseClientConnections()
		w.Close()
	})
	w.addr = netip.MustParseAddrPort(w.Listener.Addr().String())
	w.names = func(string, int) []string { return []string{"127.0.0.1"} }
	return w
}

// url returns the address of a path of a host that resolves to the web's address.
func (w *web) url(host, path string) string {
	return "https://" + w.host(host) + path
}

func (w *web) host(name string) string {
	_, port, _ := net.SplitHostPort(w.addr.String())
	return net.JoinHostPort(name, port)
}

// client returns a client for which the web's address is public, and the addresses
// that it was about to dial.
func (w *web) client(cfg Config) (*Client, *[]string) {
	c := New(cfg)
	var mu sync.Mutex
	var dialed []string
	c.dialer.Control = func(network, address string, conn syscall.RawConn) error {
		mu.Lock()
		defer mu.Unlock()
		dialed = append(dialed, address)
		if address == w.addr.String() {
			return nil
		}
		return onlyPublic(network, address, conn)
	}
	roots := x509.NewCertPool()
	roots.AddCert(w.Certificate())
	c.transport.TLSClientConfig = &tls.Config{RootCAs: roots, ServerName: "example.com"}
	c.dialer.Resolver = resolver(w.names)
	return c, &dialed
}

// resolver returns a resolver of names, over a pipe instead of a network.
func resolver(resolve names) *net.Resolver {
	var mu sync.Mutex
	lookups := map[string]int{}
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() {
			defer server.Close()
			var size [2]byte
			for {
				if _, err := io.ReadFull(server, size[:]); err != nil {
					return
				}
				query := make([]byte, binary.BigEndian.Uint16(size[:]))
				if _, err := io.ReadFull(server, query); err != nil {
					return
				}
				mu.Lock()
				response := respond(query, func(name string, kind uint16) []string {
					if kind == typeA {
						lookups[name]++
					}
					return resolve(name, max(lookups[name], 1))
				})
				mu.Unlock()
				if _, err := server.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(response))), response...)); err != nil {
					return
				}
			}
		}()
		return client, nil
	}}
}

const typeA, typeAAAA = 1, 28

// respond returns the response to a DNS query with one question.
func respond(query []byte, resolve func(name string, kind uint16) []string) []byte {
	var labels []string
	end := 12
	for query[end] != 0 {
		labels = append(labels, string(query[end+1:end+1+int(query[end])]))
		end += 1 + int(query[end])
	}
	kind := binary.BigEndian.Uint16(query[end+1:])
	end += 5
	var answers []byte
	count := 0
	for _, text := range resolve(strings.Join(labels, "."), kind) {
		addr := netip.MustParseAddr(text)
		if addr.Is4() != (kind == typeA) || kind != typeA && kind != typeAAAA {
			continue
		}
		data := addr.AsSlice()
		answers = append(answers, 0xc0, 12, 0, byte(kind), 0, 1, 0, 0, 0, 0, 0, byte(len(data)))
		answers = append(answers, data...)
		count++
	}
	response := append([]byte{query[0], query[1], 0x81, 0x80, 0, 1, 0, byte(count), 0, 0, 0, 0}, query[12:end]...)
	return append(response, answers...)
}

// failure returns the error of a fetch.
func failure(t *testing.T, c *Client, address string) *rest.Error {
	t.Helper()
	file, err := c.Get(t.Context(), address)
	assert.Nil(t, file, address)
	var e *rest.Error
	require.ErrorAs(t, err, &e, address)
	return e
}

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

// TestPrivateAddresses fetches from addresses that are not public, and from names that
// resolve to them.
func TestPrivateAddresses(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{
		"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255", "127.0.0.1", "127.9.9.9", "169.254.169.254", "169.254.0.1",
		"172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.7",
		"224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
		"::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1",
		"2002:7f00:1::1", "2002:808:808::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "ff0e::1",
	} {
		t.Run(addr, func(t *testing.T) {
			t.Parallel()
			assert.False(t, isPublic(netip.MustParseAddr(addr)))
			c := New(Config{})
			literal := addr
			if strings.Contains(addr, ":") {
				literal = "[" + addr + "]"
			}
			assert.Equal(t, private, failure(t, c, "https://"+literal+"/x.png").Message)
			c.dialer.Resolver = resolver(func(string, int) []string { return []string{addr} })
			e := failure(t, c, "https://files.example/x.png")
			assert.Equal(t, private, e.Message)
			assert.Equal(t, "GET files.example: "+private, e.Error())
		})
	}
	for _, addr := range []string{"1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.167.0.1", "223.255.255.255", "2400:3200::1", "2606:4700::1111", "2a00::1", "2001:4860:4860::8888"} {
		assert.True(t, isPublic(netip.MustParseAddr(addr)), addr)
	}
	assert.False(t, isPublic(netip.MustParseAddr("2606:4700::1%eth0")))
	assert.False(t, isPublic(netip.Addr{}))
	for _, address := range []string{"https://[fe80::1%25lo]/x.png", "https://2130706433/", "https://0x7f000001/", "https://127.1/", "https://0177.0.0.1/", "https://localhost/"} {
		e := failure(t, New(Config{Timeout: 5 * time.Second}), address)
		assert.Regexp(t, "private network|cannot be resolved|could not be read", e.Message, address)
		assert.NotErrorIs(t, e, syscall.ECONNREFUSED, "%s was dialed", address)
	}
}

// TestMixedAddresses checks that of several addresses only the public one is used.
func TestMixedAddresses(t *testing.T) {
	t.Parallel()
	w := newWeb(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "file") })
	w.names = func(string, int) []string { return []string{"10.0.0.1", "fe80::1", "127.0.0.1", "192.168.0.1"} }
	c, _ := w.client(Config{})
	file, err := c.Get(t.Context(), w.url("files.example", "/"))
	require.NoError(t, err)
	assert.Equal(t, "file", string(file.Content))
}

// TestSecondLookup checks a name that resolves to a public address at first, and then
// to a private one on which something listens.
func TestSecondLookup(t *testing.T) {
	t.Parallel()
	w := newWeb(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/again" {
			http.Redirect(w, r, "/file", http.StatusFound)
			return
		}
		io.WriteString(w, "file")
	})
	inside, err := net.Listen("tcp", w.host("127.0.0.2"))
	if err != nil {
		t.Skip("this machine has only one loopback address:", err)
	}
	t.Cleanup(func() { inside.Close() })
	go func() {
		if conn, err := inside.Accept(); err == nil {
			conn.Close()
			t.Error("the private address was dialed")
		}
	}()
	w.names = func(_ string, nth int) []string { return []string{[]string{"127.0.0.1", "127.0.0.2"}[min(nth, 2)-1]} }
	c, dialed := w.client(Config{})
	file, err := c.Get(t.Context(), w.url("a.example", "/file"))
	require.NoError(t, err)
	assert.Equal(t, "file", string(file.Content))
	assert.Equal(t, private, failure(t, c, w.url("a.example", "/file")).Message)
	assert.Equal(t, private, failure(t, c, w.url("b.example", "/again")).Message, "between a redirect and its target")
	assert.Contains(t, *dialed, w.host("127.0.0.2"))
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

func TestRejectedAddresses(t *testing.T) {
	t.Parallel()
	c := New(Config{Hosts: []string{"gitcode.com", "raw.gitcode.com"}})
	for address, message := range map[string]string{
		"http://gitcode.com/x.png":              "only https addresses are fetched",
		"ftp://gitcode.com/x.png":               "only https addresses are fetched",
		"file:///etc/passwd":                    "only https addresses are fetched",
		"gitcode.com/x.png":                     "only https addresses are fetched",
		"/x.png":                                "only https addresses are fetched",
		"":                                      "only https addresses are fetched",
		"https:///x.png":                        "only https addresses are fetched",
		"https://gitcode.com\x7f/":              "it is not an address",
		"https://me:secret@gitcode.com/x.png":   "an address with a user is not fetched",
		"https://gitcode.com@evil.example/":     "an address with a user is not fetched",
		"https://evil.example/":                 "it is on another host; files are fetched only from gitcode.com, raw.gitcode.com",
		"https://gitcode.com.evil.example/":     "it is on another host; files are fetched only from gitcode.com, raw.gitcode.com",
		"https://gitcode.com:8443/":             "it is on another host; files are fetched only from gitcode.com, raw.gitcode.com",
		"https://evil.example/?https://gitcode": "it is on another host; files are fetched only from gitcode.com, raw.gitcode.com",
		"https://127.0.0.1/":                    "it is on another host; files are fetched only from gitcode.com, raw.gitcode.com",
		`https://evil.example\@gitcode.com/`:    "it is not an address",
	} {
		e := failure(t, c, address)
		assert.Equal(t, message, e.Message, address)
		assert.Equal(t, rest.Invalid, e.Class, address)
		assert.NotContains(t, e.Error(), "secret")
	}
	for _, address := range []string{"https://gitcode.com/x", "https://GitCode.com:443/x"} {
		u, err := url.Parse(address)
		require.NoError(t, err)
		assert.Empty(t, c.Problem(u), address)
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
