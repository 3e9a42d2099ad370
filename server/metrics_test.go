package server_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

func TestMetrics(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), nil)
	for _, number := range []string{"1", "99"} {
		body, header := modernCall("get_issue", `{"owner":"openharbor","repo":"portal","number":`+number+`}`)
		r.post(t, "/mcp", body, header...)
	}
	_, body := r.do(t, http.MethodGet, "/metrics", nil)
	for _, line := range []string{
		`gitcode_mcp_calls_total{tool="get_issue",outcome="ok"} 1`, `gitcode_mcp_calls_total{tool="get_issue",outcome="error"} 1`,
		`gitcode_mcp_requests_total{status="200"} 1`, `gitcode_mcp_requests_total{status="404"} 1`,
		`gitcode_mcp_calls_in_flight 0`, `gitcode_mcp_call_duration_seconds_count{tool="get_issue"} 2`, `gitcode_mcp_request_wait_seconds_count 2`,
	} {
		assert.Contains(t, body, line+"\n")
	}
}
