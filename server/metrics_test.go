package server_test

import (
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

func TestMetrics(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(s *setup) { s.http.Version = `v1 "test"` })
	for _, number := range []string{"1", "99"} {
		body, header := modernCall("get_issue", `{"owner":"openharbor","repo":"portal","number":`+number+`}`)
		r.post(t, "/mcp", body, header...)
	}
	_, body := r.do(t, http.MethodGet, "/metrics", nil)
	for _, line := range []string{
		`gitcode_mcp_calls_total{tool="get_issue",outcome="ok"} 1`, `gitcode_mcp_calls_total{tool="get_issue",outcome="error"} 1`,
		`gitcode_mcp_requests_total{status="200"} 1`, `gitcode_mcp_requests_total{status="404"} 1`,
		`gitcode_mcp_calls_in_flight 0`, `gitcode_mcp_call_duration_seconds_count{tool="get_issue"} 2`, `gitcode_mcp_request_wait_seconds_count 2`,
		`gitcode_mcp_call_duration_seconds_bucket{tool="get_issue",le="+Inf"} 2`,
		`gitcode_mcp_build_info{version="v1 \"test\"",go_version="` + runtime.Version() + `"} 1`,
		`# TYPE gitcode_mcp_call_duration_seconds histogram`, `# HELP gitcode_mcp_sessions Sessions of streamable HTTP.`,
	} {
		assert.Contains(t, body, line+"\n")
	}

	problems, err := promlint.New(strings.NewReader(body)).Lint() // what 'promtool check metrics' reports
	require.NoError(t, err)
	assert.Empty(t, problems)
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(body))
	require.NoError(t, err)
	for name, family := range families {
		assert.Equal(t, 1, strings.Count(body, "# TYPE "+name+" "), "%s is not contiguous", name)
		for _, m := range family.GetMetric() {
			count := uint64(0)
			for _, bucket := range m.GetHistogram().GetBucket() {
				assert.GreaterOrEqual(t, bucket.GetCumulativeCount(), count, name)
				count = bucket.GetCumulativeCount()
			}
			assert.Equal(t, m.GetHistogram().GetSampleCount(), count, name)
		}
	}
	assert.Contains(t, families, "go_goroutines")
	if runtime.GOOS == "linux" {
		assert.Contains(t, families, "process_resident_memory_bytes")
	}
}
