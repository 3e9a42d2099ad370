package server_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

// events reads an event stream in the background, as clients do: a server that
// writes to a stream nobody reads would close it.
type events struct {
	endpoint string      // of an HTTP+SSE session
	data     chan string // one element per event, closed at the end of the stream
	comments atomic.Int32
	err      error // why the stream ended, nil for a regular end; valid once data is closed
	close    func()
}

func readEvents(t testing.TB, r *running, path string, header ...string) *events {
	t.Helper()
	resp, err := r.send(t.Context(), http.MethodGet, path, nil, header...)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, resp.StatusCode)
	assert.Equal(t, "no", resp.Header.Get("X-Accel-Buffering"))
	assert.Empty(t, resp.Header.Get("Access-Control-Allow-Origin"))
	e := &events{data: make(chan string, 1000), close: func() { resp.Body.Close() }}
	t.Cleanup(e.close)
	go func() {
		defer close(e.data)
		lines := bufio.NewReader(resp.Body)
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				if !errors.Is(err, io.EOF) {
					e.err = err
				}
				return
			}
			if data, ok := strings.CutPrefix(line, "data:"); ok {
				e.data <- strings.TrimSpace(data)
			} else if strings.HasPrefix(line, ":") {
				e.comments.Add(1)
			}
		}
	}()
	return e
}

func openSSE(t testing.TB, r *running, header ...string) *events {
	t.Helper()
	e := readEvents(t, r, "/sse", header...)
	e.endpoint = e.next(t)
	return e
}

// next returns the data of the next event.
func (e *events) next(t testing.TB) string {
	t.Helper()
	data, ok := <-e.data
	require.True(t, ok, "the stream ended: %v", e.err)
	return data
}

// requireEnd waits for the end of the stream.
func (e *events) requireEnd(t testing.TB) {
	t.Helper()
	for data := range e.data {
		require.Fail(t, "unexpected event", data)
	}
	require.NoError(t, e.err)
}

func TestCommentsKeepStreamsOpen(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := startInMemory(t, sandbox.New(), nil)
		session := r.startSession(t)
		for name, e := range map[string]*events{"HTTP+SSE": openSSE(t, r), "streamable HTTP": readEvents(t, r, "/mcp", "Mcp-Session-Id", session)} {
			synctest.Wait()
			before := e.comments.Load()
			time.Sleep(10 * 25 * time.Second)
			synctest.Wait()
			assert.Equal(t, before+10, e.comments.Load(), name)
		}
	})
}

// TestEndUnderLoad ends a server while calls arrive over every transport. Every
// accepted call must get its result, and every other must be rejected.
func TestEndUnderLoad(t *testing.T) {
	t.Parallel()
	box := sandbox.New()
	const freely = 200 // requests that GitCode answers before it lets them wait
	var served atomic.Int32
	busy, release := make(chan struct{}), make(chan struct{})
	r := start(t, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if n := served.Add(1); n > freely {
			if n == freely+4 {
				close(busy)
			}
			<-release
		}
		box.ServeHTTP(w, req)
	}), nil)
	var accepted, answered, rejected atomic.Int32
	var callers sync.WaitGroup
	call, header := modernCall("get_issue", `{"owner":"openharbor","repo":"portal","number":1}`)
	for range 8 { // stateless
		callers.Go(func() {
			for {
				resp, err := r.send(t.Context(), http.MethodPost, "/mcp", strings.NewReader(call), header...)
				if err != nil {
					rejected.Add(1) // the listener is closed
					return
				}
				content, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if resp.StatusCode == http.StatusServiceUnavailable {
					rejected.Add(1)
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
				resp, err := r.send(t.Context(), http.MethodPost, stream.endpoint, strings.NewReader(fmt.Sprintf(getIssue, fmt.Sprint(n))))
				if err != nil {
					rejected.Add(1)
					return
				}
				resp.Body.Close()
				if resp.StatusCode != http.StatusAccepted {
					rejected.Add(1)
					return
				}
				accepted.Add(1)
				data, ok := <-stream.data
				if !assert.True(t, ok, "an accepted call was not answered: %v", stream.err) {
					return
				}
				if assert.Contains(t, data, `"result"`) {
					answered.Add(1)
				}
			}
		})
	}
	<-busy
	r.stop()
	idle.requireEnd(t) // while calls are in flight
	assert.Empty(t, r.done)
	close(release)
	require.NoError(t, <-r.done)
	callers.Wait()
	t.Logf("accepted %d, answered %d, rejected %d, served by GitCode %d", accepted.Load(), answered.Load(), rejected.Load(), served.Load())
	assert.Equal(t, accepted.Load(), answered.Load())
	assert.Equal(t, served.Load(), answered.Load())
	assert.Equal(t, int32(12), rejected.Load(), "each caller ends with one rejected call")
}

// TestDrainingEndsStreams checks that idle streams end immediately when the
// server begins to drain, and the others with their last call.
func TestDrainingEndsStreams(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		box, arrived, release := sandbox.New(), make(chan struct{}), make(chan struct{})
		r := startInMemory(t, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			close(arrived)
			<-release
			box.ServeHTTP(w, req)
		}), nil)
		stream := openSSE(t, r)
		resp, _ := r.post(t, stream.endpoint, fmt.Sprintf(getIssue, "7"))
		require.Equal(t, http.StatusAccepted, resp.StatusCode)
		<-arrived
		idle := []*events{openSSE(t, r), readEvents(t, r, "/mcp", "Mcp-Session-Id", r.startSession(t))}
		start := time.Now()
		r.stop()
		for _, e := range idle {
			e.requireEnd(t)
		}
		assert.Zero(t, time.Since(start))
		time.Sleep(time.Minute)
		assert.Empty(t, stream.data, "the stream is still open")
		assert.Empty(t, r.done)
		close(release)
		assert.Contains(t, stream.next(t), `"id":7`)
		stream.requireEnd(t)
		require.NoError(t, <-r.done)
	})
}
