package server_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

func TestHealthDoesNotDependOnGitCode(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(s *setup) { s.gitcode.BaseURL = "http://127.0.0.1:1" })
	resp, _ := r.do(t, http.MethodGet, "/readyz", nil)
	assert.Equal(t, http.StatusServiceUnavailable, resp.StatusCode)
	resp, _ = r.do(t, http.MethodGet, "/healthz", nil)
	assert.Equal(t, http.StatusOK, resp.StatusCode)
}

func TestSSECanBeDisabled(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(s *setup) { s.http.NoSSE = true })
	resp, _ := r.do(t, http.MethodGet, "/sse", nil)
	assert.Equal(t, http.StatusNotFound, resp.StatusCode)
	resp, _ = r.post(t, "/message?sessionId=x", listTools)
	assert.Equal(t, http.StatusNotFound, resp.StatusCode)
}
