package fetch

import (
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
	"strings"
	"sync"
	"syscall"
	"testing"

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
