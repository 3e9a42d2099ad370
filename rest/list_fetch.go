package rest

import (
	"context"
	"maps"
	"strconv"
)

// lastPage returns the number of the last page of a list as the first response shows
// it, which is the one to a page with a number: 0 if it is unknown.
func (r *listReader) lastPage(number int, page listPage) int {
	info, received, last := r.client.forge.PageInfo(page.header), len(page.rows)+page.unreadable, 0
	switch {
	case info.More != nil && *info.More:
	case info.More != nil, info.Last == nil && info.Total == nil && received < r.size:
		last = number
	case info.Last != nil:
		last = *info.Last
	case info.Total != nil:
		last = ceilDiv(*info.Total, r.size)
	}
	if last < number && received > 0 {
		return 0 // it is wrong
	}
	return last
}

// fetch reads the next pages, concurrently and in this order. It returns those
// before the first one that fails, and the error of that one. It sends no request
// for a page after it once it has failed, and waits for none after the last page if
// that was unknown.
func (r *listReader) fetch(ctx context.Context, count int) ([]listPage, error) {
	type outcome struct {
		index int
		page  listPage
		err   error
	}
	outcomes := make(chan outcome)
	cancels := make([]context.CancelFunc, 0, count)
	start := func() {
		index := len(cancels)
		ctx, cancel := context.WithCancel(ctx)
		cancels = append(cancels, cancel)
		go func() {
			page, err := r.page(ctx, r.next+index)
			outcomes <- outcome{index, page, err}
		}()
	}
	pages, good, running := make([]listPage, count), count, 0
	var failure error
	end := func(index int) {
		good = index
		for _, cancel := range cancels[min(good, len(cancels)):] {
			cancel()
		}
	}
	for done := 0; ; {
		for running < MaxInFlight && len(cancels) < good {
			start()
			running++
		}
		if running == 0 {
			break
		}
		o := <-outcomes
		running--
		cancels[o.index]()
		if o.err != nil {
			if o.index < good {
				failure = o.err
				end(o.index)
			}
			continue
		}
		if last := r.lastPage(r.next+o.index, o.page); r.read == 0 && last > 0 && last-r.next+1 < good {
			failure = nil
			end(max(last-r.next+1, 1))
		}
		if o.index >= good {
			continue // after the last page
		}
		pages[o.index] = o.page
		done++
		if r.limit > 0 {
			step := Step{Done: r.read + done}
			if count > 1 || r.last > 0 || r.result.Total != nil {
				step.Total = r.read + max(good, done)
			}
			ReportStep(ctx, step)
		}
	}
	return pages[:good], failure
}

// page reads a page.
func (r *listReader) page(ctx context.Context, number int) (listPage, error) {
	req := *r.request
	if number > 1 {
		req.Query = maps.Clone(req.Query)
		req.Query.Set("page", strconv.Itoa(number))
	}
	return r.receive(ctx, &req)
}
