package server

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// Metrics counts calls, and requests to the forges. A nil *Metrics counts
// nothing.
type Metrics struct {
	set      *metrics.Set
	inFlight atomic.Int64
}

// NewMetrics returns a Metrics with all counters at zero.
func NewMetrics() *Metrics {
	m := &Metrics{set: metrics.NewSet()}
	m.set.NewGauge("gitcode_mcp_calls_in_flight", func() float64 { return float64(m.inFlight.Load()) })
	return m
}

// ObserveAttempts returns a function that counts requests to a forge, for
// rest.Config.Observe. If name is not empty, the forge is a label of the metrics:
// a server of several forges has to distinguish them.
func (m *Metrics) ObserveAttempts(name string) func(rest.Attempt) {
	if m == nil {
		return nil
	}
	requests, others := "", ""
	if name != "" {
		requests, others = fmt.Sprintf("forge=%q,", name), fmt.Sprintf("{forge=%q}", name)
	}
	return func(a rest.Attempt) {
		m.set.GetOrCreateCounter(fmt.Sprintf(`gitcode_mcp_requests_total{%sstatus="%d"}`, requests, a.Status)).Inc()
		if a.Number > 1 {
			m.set.GetOrCreateCounter("gitcode_mcp_request_retries_total" + others).Inc()
		}
		m.set.GetOrCreateSummary("gitcode_mcp_request_wait_seconds" + others).Update(a.Waited.Seconds())
	}
}

// refused counts a call that a rule of the policy refused.
func (m *Metrics) refused(rule string) {
	if m != nil {
		m.set.GetOrCreateCounter(fmt.Sprintf("gitcode_mcp_policy_refusals_total{rule=%q}", rule)).Inc()
	}
}

// AuditFailed counts a line of the audit log that could not be written.
func (m *Metrics) AuditFailed() {
	if m != nil {
		m.set.GetOrCreateCounter("gitcode_mcp_audit_failures_total").Inc()
	}
}

// startCall counts a call in flight. The function it returns must be called when
// the call ends.
func (m *Metrics) startCall(tool string) func(outcome string) {
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

// addGauges adds gauges for the number of streamable HTTP sessions and of open
// streams: the listening streams of streamable HTTP, and HTTP+SSE sessions.
func (m *Metrics) addGauges(sessions, streams func() int) {
	m.set.NewGauge("gitcode_mcp_sessions", func() float64 { return float64(sessions()) })
	m.set.NewGauge("gitcode_mcp_streams", func() float64 { return float64(streams()) })
}

// ServeHTTP writes the metrics in Prometheus's text format.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	m.set.WritePrometheus(w)
}
