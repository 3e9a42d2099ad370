package server_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

// TestUnsentBodiesAreCutOff announces bodies that do not arrive in time, on every
// path, with and without the secret.
func TestUnsentBodiesAreCutOff(t *testing.T) {
	t.Parallel()
	const secret = "Authorization: Bearer open sesame\r\n"
	const announced, chunked, huge = "Content-Length: 100\r\n", "Transfer-Encoding: chunked\r\n", "Content-Length: 5000000\r\n"
	for name, test := range map[string]struct {
		request, header string
		status          int
		held            time.Duration
	}{
		"wrong secret":               {"POST /mcp", announced + "Authorization: Bearer x\r\n", 401, 2 * time.Second},
		"no secret, GET":             {"GET /mcp", announced, 401, 2 * time.Second},
		"no secret, HTTP+SSE":        {"GET /sse", announced, 401, 2 * time.Second},
		"no secret, message":         {"POST /message?sessionId=x", announced, 401, 2 * time.Second},
		"no secret, metrics":         {"GET /metrics", announced, 401, 2 * time.Second},
		"no secret, unknown path":    {"POST /nowhere", announced, 401, 2 * time.Second},
		"no secret, chunked":         {"POST /mcp", chunked, 401, 2 * time.Second},
		"health":                     {"GET /healthz", announced, 200, 2 * time.Second},
		"readiness":                  {"GET /readyz", announced, 200, 2 * time.Second},
		"page":                       {"GET /", chunked, 200, 2 * time.Second},
		"foreign origin":             {"POST /mcp", announced + secret + "Origin: https://evil.test\r\n", 403, 2 * time.Second},
		"preflight":                  {"OPTIONS /mcp", announced + "Origin: http://127.0.0.1:8080\r\n", 204, 2 * time.Second},
		"the whole server":           {"OPTIONS *", announced, 400, 2 * time.Second},
		"wrong method":               {"PUT /message", announced + secret, 404, 2 * time.Second},
		"metrics":                    {"GET /metrics", announced + secret, 200, 2 * time.Second},
		"streamable HTTP":            {"POST /mcp", announced + secret, 400, 30 * time.Second},
		"streamable HTTP, chunked":   {"POST /mcp", chunked + secret, 400, 30 * time.Second},
		"streamable HTTP, GET":       {"GET /mcp", announced + secret, 400, 30 * time.Second},
		"streamable HTTP, DELETE":    {"DELETE /mcp", announced + secret, 400, 30 * time.Second},
		"HTTP+SSE":                   {"GET /sse", announced + secret, 400, 30 * time.Second},
		"message":                    {"POST /message?sessionId=x", announced + secret, 400, 30 * time.Second},
		"too large":                  {"POST /mcp", huge + secret, 413, 0},
		"too large, without secret":  {"POST /mcp", huge, 401, 0},
		"expects to be asked for it": {"POST /mcp", announced + "Expect: 100-continue\r\n", 401, 2 * time.Second},
	} {
		for kind, drips := range map[string]bool{"silent": false, "drip": true} {
			t.Run(name+", "+kind, func(t *testing.T) {
				t.Parallel()
				inBubble(t, func(t *testing.T) {
					r := startInMemory(t, sandbox.New(), func(s *setup) { s.http.Secret = "open sesame" })
					conn, err := r.dial(t.Context())
					require.NoError(t, err)
					start := time.Now()
					var client sync.WaitGroup
					client.Go(func() {
						_, err := io.WriteString(conn, test.request+" HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"+test.header+"\r\n")
						drip := "x"
						if strings.Contains(test.header, "chunked") {
							drip = "1\r\nx\r\n"
						}
						for drips && err == nil {
							time.Sleep(time.Second)
							_, err = io.WriteString(conn, drip)
						}
					})
					answers := bufio.NewReader(conn)
					resp, err := http.ReadResponse(answers, nil)
					if assert.NoError(t, err) {
						for resp.StatusCode == http.StatusContinue {
							resp, err = http.ReadResponse(answers, nil)
							require.NoError(t, err)
						}
						assert.Equal(t, test.status, resp.StatusCode)
					}
					io.Copy(io.Discard, answers)
					held := time.Since(start)
					assert.LessOrEqual(t, held, test.held+time.Second, "net/http waits half a second before it closes a connection")
					conn.Close()
					client.Wait()
				})
			})
		}
	}
}

// TestCallsMayTakeLongerThanTheirBodies checks that the deadline of a body ends
// with the body: a call and a stream may last for any time.
func TestCallsMayTakeLongerThanTheirBodies(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		box := sandbox.New()
		r := startInMemory(t, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			time.Sleep(2 * time.Minute)
			box.ServeHTTP(w, req)
		}), nil)
		stream := openSSE(t, r)
		call, header := modernCall("get_issue", `{"owner":"openharbor","repo":"portal","number":1}`)
		resp, body := r.post(t, "/mcp", call, header...)
		assert.Equal(t, http.StatusOK, resp.StatusCode)
		assert.Contains(t, body, `"number":1`)
		resp, _ = r.do(t, http.MethodPost, "/mcp", io.MultiReader(strings.NewReader(call)), header...) // chunked
		assert.Equal(t, http.StatusOK, resp.StatusCode)
		resp, _ = r.post(t, stream.endpoint, fmt.Sprintf(getIssue, "1"))
		require.Equal(t, http.StatusAccepted, resp.StatusCode)
		assert.Contains(t, stream.next(t), `"number":1`)
	})
}

// TestConnectionsAreUsedAgain checks that an answer to a request whose body was
// not wanted leaves the connection usable if the body did arrive.
func TestConnectionsAreUsedAgain(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(s *setup) { s.http.Secret = "open sesame" })
	conn, err := r.dial(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	answers := bufio.NewReader(conn)
	for range 3 {
		for _, path := range []string{"/mcp", "/healthz", "/nowhere"} {
			_, err := fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
				path, net.JoinHostPort("127.0.0.1", "8080"), len(listTools), listTools)
			require.NoError(t, err)
			resp, err := http.ReadResponse(answers, nil)
			require.NoError(t, err)
			_, err = io.Copy(io.Discard, resp.Body)
			require.NoError(t, err)
			assert.False(t, resp.Close)
		}
	}
}
