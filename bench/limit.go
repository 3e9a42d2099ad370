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
// less VmRSS before, when the server had made a short call. Each round is a process.
//
// The sum is that of 50 requests for pages of 20 rows. By default the server requests
// pages of 100 rows, which makes the call shorter but not its share of the sum.
func (b *bench) limit() ([]row, error) {
	pages20, err := b.limits(longCallOf20)
	if err != nil {
		return nil, err
	}
	pages100, err := b.limits(longCall)
	if err != nil {
		return nil, err
	}
	return []row{
		{"limit: 1000 over 10,000 issues at 20 ms a request, pages of 20, relative to the sum of its requests", 1.0 / 8, 1.0 / 12, share, pages20.share, pages20.absolute},
		{"the same, peak memory above idle", 40e6, 25e6, megabytes, pages20.peak, ""},
		{"limit: 1000, pages of 100, relative to the sum of its requests", 0, 0, share, pages100.share, pages100.absolute},
		{"the same, peak memory above idle", 40e6, 25e6, megabytes, pages100.peak, ""},
	}, nil
}

// limited are the figures of calls with a limit.
type limited struct {
	share, peak float64
	absolute    string
}

// limits returns the medians of several rounds.
func (b *bench) limits(call string) (limited, error) {
	var shares, peaks []float64
	var took, requests []time.Duration
	for range b.rounds(9, 1) {
		t, sum, peak, err := b.limitOnce(call)
		if err != nil {
			return limited{}, err
		}
		took, requests = append(took, t), append(requests, sum)
		shares, peaks = append(shares, ratio(t, sum)), append(peaks, peak)
	}
	return limited{median(shares), median(peaks), milliseconds(median(took)) + " of " + milliseconds(median(requests))}, nil
}

func (b *bench) limitOnce(call string) (took, requests time.Duration, peak float64, err error) {
	p, s, _, err := startStdio(b.server, b.stub+"/slow")
	if err != nil {
		return 0, 0, 0, err
	}
	defer p.stop()
	if err := s.call(strings.Replace(call, "1000", "1", 1)); err != nil { // connects
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
	if err := s.call(call); err != nil {
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
