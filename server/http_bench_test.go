package server_test

import (
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

// BenchmarkIdleSessions reports the memory that a thousand idle sessions of the
// older era use, and how much of it remains after they have expired.
func BenchmarkIdleSessions(b *testing.B) {
	const sessions = 1000
	for b.Loop() {
		r := start(b, sandbox.New(), func(s *setup) { s.http.SessionIdle = 3 * time.Second })
		r.startSession(b)
		before := usage()
		for range sessions {
			r.startSession(b)
		}
		idle := usage()
		for {
			_, metrics := r.do(b, http.MethodGet, "/metrics", nil)
			if strings.Contains(metrics, "gitcode_mcp_sessions 0\n") {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
		expired := usage()
		b.ReportMetric(float64(idle.heap-before.heap)/sessions, "B/session")
		b.ReportMetric(float64(int64(expired.heap)-int64(before.heap))/sessions, "B/session-after-expiry")
		b.ReportMetric(float64(idle.goroutines-before.goroutines), "goroutines")
		runtime.KeepAlive(r)
	}
}
