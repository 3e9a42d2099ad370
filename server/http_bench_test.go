package server_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

// BenchmarkHTTP measures get_issue over streamable HTTP, with client and server
// in one process. GitCode is the sandbox, or a stub that does nothing. For
// comparison it also measures a plain proxy of the stub.
func BenchmarkHTTP(b *testing.B) {
	answer := []byte(`{"id":340035,"number":"1","state":"open","title":"2222","user":{"login":"xiaogang"},"labels":[{"name":"bug"}],"updated_at":"2024-11-20T15:40:35+08:00"}`)
	stub := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write(answer)
	})
	body, header := modernCall("get_issue", `{"owner":"openharbor","repo":"portal","number":1}`)
	for _, clients := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("plain proxy of the stub/clients=%d", clients), func(b *testing.B) {
			r := &running{url: plainProxy(b, stub), client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
			load(b, clients, r, "")
		})
		for name, service := range map[string]http.Handler{"stub": stub, "sandbox": sandbox.New()} {
			b.Run(fmt.Sprintf("gitcode-mcp on the %s/clients=%d", name, clients), func(b *testing.B) {
				load(b, clients, start(b, service, nil), body, header...)
			})
		}
	}
}

// plainProxy forwards every request to the stub.
func plainProxy(b *testing.B, stub http.Handler) (url string) {
	b.Helper()
	web := httptest.NewServer(stub)
	b.Cleanup(web.Close)
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req, err := http.NewRequestWithContext(r.Context(), http.MethodGet, web.URL, nil)
		if err != nil {
			panic(err)
		}
		resp, err := transport.RoundTrip(req)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer resp.Body.Close()
		io.Copy(w, resp.Body)
	}))
	b.Cleanup(proxy.Close)
	return proxy.URL
}

// load sends b.N calls from that many clients. It reports calls per second, and
// the median and 99th percentile of their durations.
func load(b *testing.B, clients int, r *running, body string, header ...string) {
	b.Helper()
	var left atomic.Int64
	left.Store(int64(b.N))
	took := make([][]time.Duration, clients)
	var all sync.WaitGroup
	b.ResetTimer()
	for n := range clients {
		all.Go(func() {
			for left.Add(-1) >= 0 {
				begin := time.Now()
				resp, err := r.send(b.Context(), http.MethodPost, "/mcp", strings.NewReader(body), header...)
				if err != nil || resp.StatusCode != http.StatusOK {
					b.Error(err, resp)
					return
				}
				io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				took[n] = append(took[n], time.Since(begin))
			}
		})
	}
	all.Wait()
	b.StopTimer()
	sorted := slices.Concat(took...)
	slices.Sort(sorted)
	percentile := func(share float64) float64 {
		return float64(sorted[int(share*float64(len(sorted)-1))].Microseconds())
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
	b.ReportMetric(percentile(0.5), "p50-µs")
	b.ReportMetric(percentile(0.99), "p99-µs")
}

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
