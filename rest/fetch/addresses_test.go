package fetch

import (
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

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
