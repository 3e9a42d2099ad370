package rest_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// rawServer responds to each request with 200 and thing7, until the test ends. It
// returns its address, and the bytes of each request.
func rawServer(t *testing.T) (string, <-chan string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { listener.Close() })
	requests := make(chan string, 1)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			var raw bytes.Buffer
			r, err := http.ReadRequest(bufio.NewReader(io.TeeReader(conn, &raw)))
			if err == nil {
				_, err = io.Copy(io.Discard, r.Body)
			}
			if err != nil {
				raw.WriteString(err.Error())
			}
			requests <- raw.String()
			io.WriteString(conn, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: "+strconv.Itoa(len(thing7))+"\r\n\r\n"+thing7)
			conn.Close()
		}
	}()
	return "http://" + listener.Addr().String(), requests
}

// TestBodiesOnTheWire checks in the bytes of a request that the body of a DELETE
// is sent, and that a write without a body has the length 0 and no type.
func TestBodiesOnTheWire(t *testing.T) {
	t.Parallel()
	base, requests := rawServer(t)
	c := newClient(t, nil, rest.Config{BaseURL: base})
	for name, test := range map[string]struct {
		method, body string
		has, lacks   []string
	}{
		"DELETE with body":    {"DELETE", `{"names":["ann"]}`, []string{"Content-Length: 17", "Content-Type: application/json"}, []string{"Transfer-Encoding:"}},
		"DELETE without body": {"DELETE", "", nil, []string{"Content-Type:", "Transfer-Encoding:"}},
		"PUT without body":    {"PUT", "", []string{"Content-Length: 0"}, []string{"Content-Type:", "Transfer-Encoding:"}},
		"POST without body":   {"POST", "", []string{"Content-Length: 0"}, []string{"Content-Type:", "Transfer-Encoding:"}},
		"PATCH without body":  {"PATCH", "", []string{"Content-Length: 0"}, []string{"Content-Type:", "Transfer-Encoding:"}},
	} {
		req := &rest.Request{Endpoint: test.method + " /things", Method: test.method, Path: "/things"}
		if test.body != "" {
			req.Body = []byte(test.body)
		}
		_, _, err := rest.Do[thing](t.Context(), c, req)
		require.NoError(t, err, name)
		head, body, _ := strings.Cut(<-requests, "\r\n\r\n")
		lines := strings.Split(head, "\r\n")
		assert.Equal(t, test.method+" /things HTTP/1.1", lines[0], name)
		assert.Equal(t, test.body, body, name)
		for _, line := range test.has {
			assert.Contains(t, lines, line, name)
		}
		for _, start := range test.lacks {
			assert.NotContains(t, head, "\r\n"+start, name)
		}
	}
}

// TestMediaTypes checks which media type a request accepts.
func TestMediaTypes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ forge, request, want string }{
		"default":       {"", "", "application/json"},
		"forge":         {"application/vnd.forge+json", "", "application/vnd.forge+json"},
		"request":       {"application/vnd.forge+json", "application/vnd.forge.html+json", "application/vnd.forge.html+json"},
		"request alone": {"", "text/plain", "text/plain"},
	} {
		var accept []string
		f := forge()
		f.Accept = test.forge
		c := newClientOf(t, f, inMemory(func(r *http.Request) (*http.Response, error) {
			accept = r.Header.Values("Accept")
			return response(200, thing7), nil
		}), rest.Config{})
		req, err := rest.NewRequest("GET /{owner}/things/{id}", thingRef{"o", 7})
		require.NoError(t, err)
		req.Accept = test.request
		_, _, err = rest.Do[thing](t.Context(), c, req)
		require.NoError(t, err)
		assert.Equal(t, []string{test.want}, accept, name)
	}
}
