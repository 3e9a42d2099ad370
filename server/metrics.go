package server

import (
	"bytes"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// Metrics counts calls, and requests to the forges. A nil *Metrics counts
// nothing.
type Metrics struct {
	set        *metrics.Set
	inFlight   atomic.Int64
	histograms sync.Map // *histogram by name and labels
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
	requests, others, label := "", "", ""
	if name != "" {
		label = fmt.Sprintf("forge=%q", name)
		requests, others = label+",", "{"+label+"}"
	}
	return func(a rest.Attempt) {
		m.set.GetOrCreateCounter(fmt.Sprintf(`gitcode_mcp_requests_total{%sstatus="%d"}`, requests, a.Status)).Inc()
		if a.Number > 1 {
			m.set.GetOrCreateCounter("gitcode_mcp_request_retries_total" + others).Inc()
		}
		m.histogram("gitcode_mcp_request_wait_seconds", label).observe(a.Waited)
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
		m.histogram("gitcode_mcp_call_duration_seconds", fmt.Sprintf("tool=%q", tool)).observe(time.Since(start))
	}
}

// addGauges adds gauges for the version, for the number of streamable HTTP sessions and
// of open streams: the listening streams of streamable HTTP, and HTTP+SSE sessions.
func (m *Metrics) addGauges(version string, sessions, streams func() int) {
	m.set.NewGauge(fmt.Sprintf("gitcode_mcp_build_info{version=%q,go_version=%q}", version, runtime.Version()), func() float64 { return 1 })
	m.set.NewGauge("gitcode_mcp_sessions", func() float64 { return float64(sessions()) })
	m.set.NewGauge("gitcode_mcp_streams", func() float64 { return float64(streams()) })
}

// ServeHTTP writes the metrics in Prometheus's text format.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	var samples bytes.Buffer
	m.set.WritePrometheus(&samples)
	m.writeHistograms(&samples)
	metrics.WriteProcessMetrics(&samples)
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	w.Write(describe(samples.Bytes())) //nolint:errcheck // the client is gone
}

// describe adds help and type to samples, whose families are contiguous, and leaves out
// those of families that it does not know: the library has some for its own use, and
// some with names against the conventions.
func describe(samples []byte) []byte {
	var b bytes.Buffer
	last := ""
	for line := range bytes.Lines(samples) {
		name := string(line[:max(0, bytes.IndexAny(line, "{ "))])
		known, ok := families[name]
		for _, suffix := range []string{"_bucket", "_sum", "_count"} {
			if base, is := strings.CutSuffix(name, suffix); is && !ok {
				name = base
				known, ok = families[name]
			}
		}
		if !ok {
			continue
		}
		if name != last {
			fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %[1]s %[3]s\n", name, known.help, known.kind)
			last = name
		}
		b.Write(line)
	}
	return b.Bytes()
}

// families are the metrics that are served, by their names.
var families = map[string]struct{ kind, help string }{
	"gitcode_mcp_build_info":            {"gauge", "Version of the server and of Go; the value is 1."},
	"gitcode_mcp_calls_in_flight":       {"gauge", "Tool calls in flight."},
	"gitcode_mcp_calls_total":           {"counter", "Tool calls by tool and outcome, ok or error."},
	"gitcode_mcp_call_duration_seconds": {"histogram", "Duration of tool calls."},
	"gitcode_mcp_requests_total":        {"counter", "Requests to the forges by HTTP status; 0 means no response."},
	"gitcode_mcp_request_retries_total": {"counter", "Requests to the forges that repeat one that failed."},
	"gitcode_mcp_request_wait_seconds":  {"histogram", "Time that requests to the forges waited for the rate limit."},
	"gitcode_mcp_policy_refusals_total": {"counter", "Tool calls that the policy refused, by rule."},
	"gitcode_mcp_audit_failures_total":  {"counter", "Lines that could not be written to the audit log."},
	"gitcode_mcp_sessions":              {"gauge", "Sessions of streamable HTTP."},
	"gitcode_mcp_streams":               {"gauge", "Open event streams."},

	"go_goroutines":                 {"gauge", "Goroutines."},
	"go_memstats_heap_alloc_bytes":  {"gauge", "Heap in use, including garbage."},
	"go_memstats_sys_bytes":         {"gauge", "Memory obtained from the operating system."},
	"process_cpu_seconds_total":     {"counter", "CPU time of the process."},
	"process_max_fds":               {"gauge", "Maximum number of open file descriptors."},
	"process_num_threads":           {"gauge", "Threads of the operating system."},
	"process_open_fds":              {"gauge", "Open file descriptors."},
	"process_resident_memory_bytes": {"gauge", "Resident memory."},
	"process_start_time_seconds":    {"gauge", "Start of the process in seconds since the Unix epoch."},
	"process_virtual_memory_bytes":  {"gauge", "Virtual memory."},
}
