package server

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
)

// Metrics counts what the server does; nil counts nothing.
type Metrics struct {
	set      *metrics.Set
	inFlight atomic.Int64
}

// NewMetrics returns metrics that count from zero.
func NewMetrics() *Metrics {
	m := &Metrics{set: metrics.NewSet()}
	m.set.NewGauge("gitcode_mcp_calls_in_flight", func() float64 { return float64(m.inFlight.Load()) })
	return m
}

// Sent is for gitcode.Config.Observe.
func (m *Metrics) Sent(s gitcode.Sent) {
	m.set.GetOrCreateCounter(fmt.Sprintf(`gitcode_mcp_requests_total{status="%d"}`, s.Status)).Inc()
	if s.Attempt > 1 {
		m.set.GetOrCreateCounter("gitcode_mcp_request_retries_total").Inc()
	}
	m.set.GetOrCreateSummary("gitcode_mcp_request_wait_seconds").Update(s.Waited.Seconds())
}

// begin takes note of a call, and returns a function for its end.
func (m *Metrics) begin(tool string) func(outcome string) {
	if m == nil {
		return func(string) {}
	}
	start := time.Now()
	m.inFlight.Add(1)
	return func(outcome string) {
		m.inFlight.Add(-1)
		m.set.GetOrCreateCounter(fmt.Sprintf(`gitcode_mcp_calls_total{tool=%q,outcome=%q}`, tool, outcome)).Inc()
		m.set.GetOrCreateSummary(fmt.Sprintf(`gitcode_mcp_call_duration_seconds{tool=%q}`, tool)).UpdateDuration(start)
	}
}

// connections adds gauges of the sessions of streamable HTTP, and of the streams
// that are open: its listening ones, and each session of HTTP+SSE.
func (m *Metrics) connections(sessions, streams func() int) {
	m.set.NewGauge("gitcode_mcp_sessions", func() float64 { return float64(sessions()) })
	m.set.NewGauge("gitcode_mcp_streams", func() float64 { return float64(streams()) })
}

// ServeHTTP writes the metrics in Prometheus's text format.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	m.set.WritePrometheus(w)
}
