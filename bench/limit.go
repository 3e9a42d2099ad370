package main

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// limit measures a call that reads 1,000 of 10,000 issues from a service that takes
// 20 ms for a request: its time relative to the sum of those of its requests, which the
// stub measures from their arrival until the response is written; and VmHWM after it
// less VmRSS before, when the server had made a short call. The size of the pages, and
// so the number of requests, is the server's choice. Each round is a process.
func (b *bench) limit() ([]row, error) {
	var shares, peaks []float64
	var took, requests []time.Duration
	for range b.rounds(15, 1) {
		t, sum, peak, err := b.limitOnce()
		if err != nil {
			return nil, err
		}
		took, requests = append(took, t), append(requests, sum)
		shares, peaks = append(shares, ratio(t, sum)), append(peaks, peak)
	}
	return []row{
		{"limit: 1000 over 10,000 issues at 20 ms a request, relative to the sum of its requests", 1.0 / 8, 1.0 / 12, share, median(shares), against(median(took), median(requests))},
		{"the same, peak memory above idle", 40e6, 25e6, megabytes, median(peaks), ""},
	}, nil
}

func (b *bench) limitOnce() (took, requests time.Duration, peak float64, err error) {
	p, s, _, err := startStdio(b.server, b.stub+"/slow")
	if err != nil {
		return 0, 0, 0, err
	}
	defer p.stop()
	if err := s.call(strings.Replace(longCall, "1000", "1", 1)); err != nil { // connects
		return 0, 0, 0, err
	}
	before, err := b.spent()
	if err != nil {
		return 0, 0, 0, err
	}
	idle, err := p.memory("VmRSS")
	if err != nil {
		return 0, 0, 0, err
	}
	if err := p.resetPeak(); err != nil {
		return 0, 0, 0, err
	}
	begin := time.Now()
	if err := s.call(longCall); err != nil {
		return 0, 0, 0, err
	}
	took = time.Since(begin)
	if peak, err = p.memory("VmHWM"); err != nil {
		return 0, 0, 0, err
	}
	after, err := b.spent()
	return took, after - before, peak - idle, err
}

// spent returns how long the stub's slow requests took so far.
func (b *bench) spent() (spent time.Duration, err error) {
	err = target{method: http.MethodGet, url: b.stub + "/spent"}.do(http.DefaultClient, func(resp *http.Response) error {
		_, err := fmt.Fscan(resp.Body, (*int64)(&spent))
		return err
	})
	return spent, err
}
