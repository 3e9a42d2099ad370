package server_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	mcpserver "github.com/mark3labs/mcp-go/server"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

func TestIdleSessionsAndTheirStreamsEnd(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		const idle = 10 * time.Minute
		r := startInMemory(t, sandbox.New(), func(s *setup) { s.http.SessionIdle = idle })
		session := r.startSession(t)
		streams := []*events{openSSE(t, r), readEvents(t, r, "/mcp", "Mcp-Session-Id", session)}

		time.Sleep(idle - time.Second)
		_, metrics := r.do(t, http.MethodGet, "/metrics", nil)
		assert.Contains(t, metrics, "gitcode_mcp_sessions 1\n")
		assert.Contains(t, metrics, "gitcode_mcp_streams 2\n")

		time.Sleep(idle) // keep-alive comments do not count as use
		for _, stream := range streams {
			stream.requireEnd(t)
		}
		synctest.Wait()
		_, metrics = r.do(t, http.MethodGet, "/metrics", nil)
		assert.Contains(t, metrics, "gitcode_mcp_sessions 0\n")
		assert.Contains(t, metrics, "gitcode_mcp_streams 0\n")
		resp, _ := r.post(t, "/mcp", listTools, "Mcp-Session-Id", session)
		assert.Equal(t, http.StatusNotFound, resp.StatusCode)
	})
}

func TestUsedSessionsDoNotEnd(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := startInMemory(t, sandbox.New(), func(s *setup) { s.http.SessionIdle = 10 * time.Minute })
		session := r.startSession(t)
		stream := openSSE(t, r)
		for range 10 {
			time.Sleep(9 * time.Minute)
			resp, _ := r.post(t, "/mcp", listTools, "Mcp-Session-Id", session)
			require.Equal(t, http.StatusOK, resp.StatusCode)
			resp, _ = r.post(t, stream.endpoint, listTools)
			require.Equal(t, http.StatusAccepted, resp.StatusCode)
			require.Contains(t, stream.next(t), "get_issue")
		}
	})
}

// sessionsOfMCPGo returns a function that returns the ids of the sessions that mcp-go
// keeps.
func sessionsOfMCPGo(r *running) func() []string {
	var mu sync.Mutex
	ids := map[string]bool{}
	r.mcp.GetHooks().AddOnRegisterSession(func(_ context.Context, s mcpserver.ClientSession) {
		mu.Lock()
		defer mu.Unlock()
		ids[s.SessionID()] = true
	})
	r.mcp.GetHooks().AddOnUnregisterSession(func(_ context.Context, s mcpserver.ClientSession) {
		mu.Lock()
		defer mu.Unlock()
		delete(ids, s.SessionID())
	})
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Collect(maps.Keys(ids))
	}
}

// TestIdleSessionsTakeLittle checks that mcp-go, whose objects for sessions take
// 10 kB, has one only for a session that listens to a stream.
func TestIdleSessionsTakeLittle(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := startInMemory(t, sandbox.New(), nil)
		known := sessionsOfMCPGo(r)
		session := r.startSession(t)
		for _, message := range []string{`{"jsonrpc":"2.0","method":"notifications/initialized"}`, listTools, fmt.Sprintf(getIssue, "1")} {
			r.post(t, "/mcp", message, "Mcp-Session-Id", session)
			synctest.Wait()
			assert.Empty(t, known(), message)
		}
		stream := readEvents(t, r, "/mcp", "Mcp-Session-Id", session)
		synctest.Wait()
		assert.Equal(t, []string{session}, known())
		stream.close()
		synctest.Wait()
		assert.Empty(t, known())
	})
}

// TestSessionsOfClientsThatCanBeAsked checks that mcp-go keeps the session of a client
// that accepts requests until it ends: the answers come with other requests.
func TestSessionsOfClientsThatCanBeAsked(t *testing.T) {
	t.Parallel()
	for _, capability := range []string{"elicitation", "roots", "sampling"} {
		inBubble(t, func(t *testing.T) {
			r := startInMemory(t, sandbox.New(), func(s *setup) { s.http.SessionIdle = 10 * time.Minute })
			known := sessionsOfMCPGo(r)
			start := func() string {
				resp, body := r.post(t, "/mcp", strings.Replace(initialize, `"capabilities":{}`, `"capabilities":{"`+capability+`":{}}`, 1))
				require.Equal(t, http.StatusOK, resp.StatusCode, body)
				return resp.Header.Get("Mcp-Session-Id")
			}
			expired, deleted := start(), start()
			stream := readEvents(t, r, "/mcp", "Mcp-Session-Id", expired)
			synctest.Wait()
			stream.close()
			synctest.Wait()
			assert.ElementsMatch(t, []string{expired, deleted}, known())
			resp, _ := r.do(t, http.MethodDelete, "/mcp", nil, "Mcp-Session-Id", deleted)
			assert.Equal(t, http.StatusOK, resp.StatusCode)
			assert.Equal(t, []string{expired}, known())
			time.Sleep(20 * time.Minute)
			synctest.Wait()
			assert.Empty(t, known())
			_, metrics := r.do(t, http.MethodGet, "/metrics", nil)
			assert.Contains(t, metrics, "gitcode_mcp_sessions 0\n")
		})
	}
}

// TestFailedInitializeCreatesNoSession checks that nothing is left of a session
// that could not be initialized.
func TestFailedInitializeCreatesNoSession(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), nil)
	for name, test := range map[string]struct{ message, version string }{
		"params a list":              {`{"jsonrpc":"2.0","id":1,"method":"initialize","params":[]}`, ""},
		"params a number":            {`{"jsonrpc":"2.0","id":1,"method":"initialize","params":7}`, ""},
		"capabilities a number":      {strings.Replace(initialize, `"capabilities":{}`, `"capabilities":7`, 1), ""},
		"version a number":           {strings.Replace(initialize, `"2025-06-18"`, `7`, 1), ""},
		"bad params, odd version":    {`{"jsonrpc":"2.0","id":1,"method":"initialize","params":[]}`, "never"},
		"the jsonrpc field is wrong": {strings.Replace(initialize, `"2.0"`, `2.0`, 1), ""},
		"stateless":                  {initialize, "2026-07-28"},
		"a notification":             {`{"jsonrpc":"2.0","method":"initialize"}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var header []string
			if test.version != "" {
				header = append(header, "Mcp-Protocol-Version", test.version)
			}
			resp, body := r.post(t, "/mcp", test.message, header...)
			assert.NotContains(t, body, `"result"`)
			assert.Empty(t, resp.Header.Get("Mcp-Session-Id"))
			_, metrics := r.do(t, http.MethodGet, "/metrics", nil)
			assert.Contains(t, metrics, "gitcode_mcp_sessions 0\n")
		})
	}
	resp, _ := r.post(t, "/mcp", initialize, "Content-Type", "text/plain")
	assert.Equal(t, http.StatusBadRequest, resp.StatusCode)
	assert.Empty(t, resp.Header.Get("Mcp-Session-Id"))
	r.startSession(t)
	_, metrics := r.do(t, http.MethodGet, "/metrics", nil)
	assert.Contains(t, metrics, "gitcode_mcp_sessions 1\n")
}

// requireRefusal checks the response to a request that the server has no room
// for.
func requireRefusal(t *testing.T, resp *http.Response, body, want string) {
	t.Helper()
	require.Equal(t, http.StatusServiceUnavailable, resp.StatusCode, body)
	assert.Equal(t, "30", resp.Header.Get("Retry-After"))
	assert.Empty(t, resp.Header.Get("Mcp-Session-Id"))
	assert.Contains(t, body, `"error":{"code":-32000,"message":"`+want)
}

func TestSessionsAreLimited(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(s *setup) { s.userTokens = true })
	const token = "X-GitCode-Token"
	var last string
	for range 1000 {
		last = r.startSession(t, token, "token-of-ann-1")
	}
	resp, body := r.post(t, "/mcp", initialize, token, "token-of-ann-1")
	requireRefusal(t, resp, body, "too many sessions: the server allows each user 1000 at a time")
	assert.Contains(t, body, `"id":1,`)
	r.startSession(t, token, "token-of-bob-1")
	resp, _ = r.do(t, http.MethodDelete, "/mcp", nil, token, "token-of-ann-1", "Mcp-Session-Id", last)
	require.Equal(t, http.StatusOK, resp.StatusCode)
	r.startSession(t, token, "token-of-ann-1")
}

func TestStreamsAreLimited(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := startInMemory(t, sandbox.New(), func(s *setup) { s.userTokens = true })
		ann, bob := []string{"X-GitCode-Token", "token-of-ann-1"}, []string{"X-GitCode-Token", "token-of-bob-1"}
		session := r.startSession(t, ann...)
		last := readEvents(t, r, "/mcp", append(ann, "Mcp-Session-Id", session)...)
		for range 99 {
			openSSE(t, r, ann...)
		}
		for path, header := range map[string][]string{"/sse": ann, "/mcp": append(ann, "Mcp-Session-Id", session)} {
			resp, err := r.send(t.Context(), http.MethodGet, path, nil, header...)
			require.NoError(t, err)
			body, err := io.ReadAll(resp.Body)
			require.NoError(t, err)
			requireRefusal(t, resp, string(body), "too many streams: the server allows each user 100 at a time")
		}
		openSSE(t, r, bob...)
		last.close()
		synctest.Wait()
		openSSE(t, r, ann...)
	})
}

// TestStreamsAreLimitedInTotal checks the limit for callers without their own
// tokens.
func TestStreamsAreLimitedInTotal(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := startInMemory(t, sandbox.New(), nil)
		for range 1000 {
			openSSE(t, r)
		}
		resp, body := r.do(t, http.MethodGet, "/sse", nil)
		requireRefusal(t, resp, body, "too many streams: the server allows 1000 at a time")
	})
}
