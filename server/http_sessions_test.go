package server_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

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
