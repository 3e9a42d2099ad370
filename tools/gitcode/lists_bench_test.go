package gitcode_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// BenchmarkLimit measures a call that reads 1,000 of 10,000 issues of 6.8 kB each
// from a service that takes 20 ms for a request, and calls that read as many one
// page after another. It reports how long they take compared with the sum of their
// requests, and, on Linux, how much memory the process, service included, takes
// above what it had before.
func BenchmarkLimit(b *testing.B) {
	body := strings.Repeat(`A line of some length, with \"quotes\", <T> and 中文 in it.\n`, 103) // as JSON
	const list = `{"owner":"o","repo":"r"`
	var onePageAfterAnother []string
	for page := 1; page <= 50; page++ {
		onePageAfterAnother = append(onePageAfterAnother, fmt.Sprintf(list+`,"page":%d}`, page))
	}
	for name, calls := range map[string][]string{
		"automatic page size": {list + `,"limit":1000}`},
		"per_page=20":         {list + `,"limit":1000,"per_page":20}`},
		"without limit":       onePageAfterAnother,
	} {
		b.Run(name, func(b *testing.B) {
			var requests, spent atomic.Int64
			session := connect(b, newClient(b, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				start := time.Now()
				defer func() { requests.Add(1); spent.Add(int64(time.Since(start))) }()
				time.Sleep(20 * time.Millisecond)
				page := 1
				fmt.Sscan(r.URL.Query().Get("page"), &page)
				size := 20
				fmt.Sscan(r.URL.Query().Get("per_page"), &size)
				w.Header()["total_count"] = []string{"10000"}
				io.WriteString(w, "[")
				for n := (page - 1) * size; n < page*size; n++ {
					if n > (page-1)*size {
						io.WriteString(w, ",")
					}
					fmt.Fprintf(w, `{"id":%d,"number":"%d","state":"open","title":"An issue","user":{"login":"zhangsan"},"labels":[{"name":"bug"}],"created_at":"2024-11-20T13:00:21+08:00","body":"%s"}`, n+1, n+1, body)
				}
				io.WriteString(w, "]")
			}), api.Config{}), tools.Env{MaxResult: 60_000})
			require.False(b, call(b, session, "list_repo_issues", calls[0]).IsError) // connects
			requests.Store(0)
			spent.Store(0)
			debug.FreeOSMemory()
			idle := memory("VmRSS")
			resetPeak()
			for b.Loop() {
				for _, arguments := range calls {
					require.False(b, call(b, session, "list_repo_issues", arguments).IsError)
				}
			}
			b.ReportMetric(float64(b.Elapsed())/float64(spent.Load()), "of-serial-time")
			b.ReportMetric(float64(requests.Load())/float64(b.N), "requests")
			b.ReportMetric(float64(memory("VmHWM")-idle)/1000, "MB-above-idle")
		})
	}
}

// memory returns a figure of /proc/self/status in kB, or 0.
func memory(name string) int {
	status, _ := os.ReadFile("/proc/self/status")
	m := regexp.MustCompile(name + `:\s+(\d+) kB`).FindSubmatch(status)
	if m == nil {
		return 0
	}
	kB, _ := strconv.Atoi(string(m[1]))
	return kB
}

// resetPeak makes the present memory the peak, on Linux.
func resetPeak() { _ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) }
