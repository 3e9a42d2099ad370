package server_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

// events is the stream of an HTTP+SSE session.
type events struct {
	endpoint string
	lines    *bufio.Reader
	resp     *http.Response
}

func openSSE(t testing.TB, r *running, header ...string) *events {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.url+"/sse", nil)
	require.NoError(t, err)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	t.Cleanup(func() { resp.Body.Close() })
	require.Equal(t, http.StatusOK, resp.StatusCode)
	assert.Equal(t, "no", resp.Header.Get("X-Accel-Buffering"))
	assert.Empty(t, resp.Header.Get("Access-Control-Allow-Origin"))
	e := &events{lines: bufio.NewReader(resp.Body), resp: resp}
	e.endpoint = e.next(t)
	return e
}

// next returns the data of the next event.
func (e *events) next(t testing.TB) string {
	t.Helper()
	for {
		line, err := e.lines.ReadString('\n')
		require.NoError(t, err)
		if data, ok := strings.CutPrefix(line, "data:"); ok {
			return strings.TrimSpace(data)
		}
	}
}

func TestIdleSessionsEnd(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(_ *server.Config, over *server.HTTPConfig) { over.SessionIdle = time.Second })
	session := r.begin(t)
	stream := openSSE(t, r)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.url+"/mcp", nil)
	require.NoError(t, err)
	req.Header.Set("Mcp-Session-Id", session)
	req.Header.Set("Accept", "text/event-stream")
	listening, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer listening.Body.Close()
	require.Equal(t, http.StatusOK, listening.StatusCode)
	require.Eventually(t, func() bool {
		resp, _ := r.do(t, http.MethodGet, "/metrics", nil)
		_, body := r.do(t, http.MethodGet, "/metrics", nil)
		return resp.StatusCode == 200 && strings.Contains(body, "gitcode_mcp_sessions 0\n") && strings.Contains(body, "gitcode_mcp_streams 0\n")
	}, 15*time.Second, 200*time.Millisecond)
	resp, _ := r.post(t, "/mcp", listTools, "Mcp-Session-Id", session)
	assert.Equal(t, http.StatusNotFound, resp.StatusCode)
	_, err = io.Copy(io.Discard, stream.lines)
	require.NoError(t, err, "the idle HTTP+SSE session ends")
	_, err = io.Copy(io.Discard, listening.Body)
	require.NoError(t, err, "and so does the stream of an idle session")
}

// TestTermUnderLoad ends a server while calls come in over every transport:
// each accepted call has its result, every other was refused.
func TestTermUnderLoad(t *testing.T) {
	t.Parallel()
	box := sandbox.New()
	var served atomic.Int32 // calls that reached GitCode, which no caller may lose
	r := start(t, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		served.Add(1)
		time.Sleep(50 * time.Millisecond)
		box.ServeHTTP(w, req)
	}), nil)
	var accepted, answered, refused atomic.Int32
	var callers sync.WaitGroup
	body, head := modern("get_issue", `{"owner":"openharbor","repo":"portal","number":1}`)
	for range 8 { // the stateless era
		callers.Go(func() {
			for {
				resp, err := send(r.url+"/mcp", body, head...)
				if err != nil {
					refused.Add(1) // the listener is closed: never accepted
					return
				}
				content, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if resp.StatusCode == http.StatusServiceUnavailable {
					refused.Add(1)
					return
				}
				accepted.Add(1)
				if assert.NoError(t, err) && assert.Contains(t, string(content), `"result"`) {
					answered.Add(1)
				}
			}
		})
	}
	idle := openSSE(t, r)
	for range 4 { // HTTP+SSE: accepted with 202, answered on the stream
		stream := openSSE(t, r)
		callers.Go(func() {
			for n := 1; ; n++ {
				resp, err := send(r.url+stream.endpoint, fmt.Sprintf(getIssue, fmt.Sprint(n)))
				if err != nil || resp.StatusCode != http.StatusAccepted {
					refused.Add(1)
					return
				}
				accepted.Add(1)
				for {
					line, err := stream.lines.ReadString('\n')
					if !assert.NoError(t, err, "an accepted call lost its answer") {
						return
					}
					if data, ok := strings.CutPrefix(line, "data:"); ok && strings.Contains(data, `"result"`) {
						answered.Add(1)
						break
					}
				}
			}
		})
	}
	time.Sleep(400 * time.Millisecond)
	began := time.Now()
	r.stop()
	_, err := io.Copy(io.Discard, idle.lines)
	require.NoError(t, err)
	assert.Less(t, time.Since(began), 2*time.Second, "a stream with nothing under way ends at once")
	require.NoError(t, <-r.done)
	callers.Wait()
	t.Logf("accepted %d, answered %d, refused %d, served by GitCode %d; ended after %v",
		accepted.Load(), answered.Load(), refused.Load(), served.Load(), time.Since(began).Round(time.Millisecond))
	assert.Equal(t, accepted.Load(), answered.Load())
	assert.Equal(t, served.Load(), answered.Load())
	assert.Equal(t, int32(12), refused.Load())
}

// send posts without a test's helpers, from a goroutine of its own.
func send(url, body string, header ...string) (*http.Response, error) {
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewBufferString(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json, text/event-stream")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return http.DefaultClient.Do(req)
}

// TestUnusedConnectionsDelayNothing: a client may open a connection and send
// nothing on it.
func TestUnusedConnectionsDelayNothing(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), nil)
	conn, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
	require.NoError(t, err)
	defer conn.Close()
	resp, _ := r.do(t, http.MethodGet, "/healthz", nil) // by now the other is accepted
	require.Equal(t, http.StatusOK, resp.StatusCode)
	began := time.Now()
	r.stop()
	require.NoError(t, <-r.done)
	assert.Less(t, time.Since(began), 2*time.Second)
}
