package server

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// bounds are the upper bounds of the buckets of histograms.
var bounds = [...]time.Duration{
	5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond, 50 * time.Millisecond, 100 * time.Millisecond, 250 * time.Millisecond, 500 * time.Millisecond,
	time.Second, 2500 * time.Millisecond, 5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute,
}

// histogram counts durations in the buckets of Prometheus, which can be summed over
// processes. VictoriaMetrics/metrics has such a histogram since v1.38.0, but since
// v1.36.0 it prints a line at the start of a program on many machines.
type histogram struct {
	mu      sync.Mutex
	buckets [len(bounds) + 1]uint64 // not cumulative; the last one has no bound
	sum     time.Duration
}

func (h *histogram) observe(d time.Duration) {
	i, _ := slices.BinarySearch(bounds[:], d)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.buckets[i]++
	h.sum += d
}

// write writes the histogram as the samples of a metric with labels, or "".
func (h *histogram) write(w io.Writer, name, labels string) {
	h.mu.Lock()
	buckets, sum := h.buckets, h.sum
	h.mu.Unlock()
	before, all := "", ""
	if labels != "" {
		before, all = labels+",", "{"+labels+"}"
	}
	count := uint64(0)
	for i, n := range buckets {
		count += n
		le := "+Inf"
		if i < len(bounds) {
			le = fmt.Sprint(bounds[i].Seconds())
		}
		fmt.Fprintf(w, "%s_bucket{%sle=%q} %d\n", name, before, le, count)
	}
	fmt.Fprintf(w, "%s_sum%s %g\n%[1]s_count%[2]s %[4]d\n", name, all, sum.Seconds(), count)
}

// histogram returns the histogram of a metric with labels, or "".
func (m *Metrics) histogram(name, labels string) *histogram {
	key := [2]string{name, labels}
	h, ok := m.histograms.Load(key)
	if !ok {
		h, _ = m.histograms.LoadOrStore(key, &histogram{})
	}
	return h.(*histogram)
}

func (m *Metrics) writeHistograms(w io.Writer) {
	all := map[[2]string]*histogram{}
	m.histograms.Range(func(key, h any) bool {
		all[key.([2]string)] = h.(*histogram)
		return true
	})
	compare := func(a, b [2]string) int { return strings.Compare(a[0]+a[1], b[0]+b[1]) }
	for _, key := range slices.SortedFunc(maps.Keys(all), compare) {
		all[key].write(w, key[0], key[1])
	}
}
