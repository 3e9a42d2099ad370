package gitcode

import (
	"context"
	"maps"
	"net/http"
	"strconv"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// unsent are the members of params that GitCode does not know.
var unsent = []string{"limit", "fields", "include", "numbers"}

// pager is the params of a list with pages.
type pager interface {
	paging() Paging
	bounds() bounds
}

// list is rest.Call for lists with pages.
func list[T pagedRow](ctx context.Context, c *Client, endpoint string, params pager) (rest.Page[T], error) {
	req, err := rest.NewRequest(endpoint, params)
	if err != nil {
		return rest.Page[T]{}, err
	}
	for _, name := range unsent {
		req.Query.Del(name)
	}
	p := params.paging()
	b := params.bounds()
	r := &listReader[T]{client: c, request: req, bounds: b, seen: map[string]bool{}}
	r.size, r.counted = p.size(b)
	start := p.start(r.counted)
	r.next, r.skip = start/r.size+1, start%r.size
	if p.Limit > 0 {
		req.Query.Set("per_page", strconv.Itoa(r.size))
	}
	if r.next != p.Page.Number() {
		req.Query.Del("page")
	}
	for {
		count := r.missing(p.Limit)
		if count == 0 {
			break
		}
		pages, err := r.fetch(ctx, count, p.Limit > 0)
		if err != nil && (ctx.Err() != nil || r.read+len(pages) == 0) {
			return rest.Page[T]{}, err
		}
		added := r.add(pages)
		if err != nil {
			if !r.ended {
				r.result.Err = err
			}
			break
		}
		if !added && r.read > 1 {
			break
		}
	}
	if total := r.result.Total; start == 0 && total != nil && !b.overlaps && r.result.Next == 0 && r.result.Err == nil {
		r.result.Lacking = max(*total-len(r.seen)-r.result.Unreadable, 0)
	}
	if p.Limit > 0 && len(r.result.Items) > p.Limit {
		r.result.Next, r.result.Err = r.result.Start(p.Limit), nil
		r.result.Items, r.result.Starts = r.result.Items[:p.Limit], r.result.Starts[:p.Limit]
	}
	return r.result, nil
}

// listReader reads the pages of a list.
type listReader[T pagedRow] struct {
	client  *Client
	request *rest.Request // of the first page
	bounds
	size    int // of a page
	counted int // size of the pages that page numbers count
	skip    int // rows at the beginning of the first page to leave out

	next  int             // number of the next page
	read  int             // number of pages read
	last  int             // number of the last page; 0 if unknown
	most  int             // rows on all pages, the most that a response reported
	ended bool            // there is no next page
	seen  map[string]bool // identities of the rows so far

	result rest.Page[T]
}

// missing returns how many pages to read next: one, if nothing is known of the
// list, or as many as the limit needs and the list has. Without a limit it is the
// first page alone.
func (r *listReader[T]) missing(limit int) int {
	switch {
	case r.read == 0:
		return 1
	case r.ended:
		return 0
	}
	count := ceilDiv(max(limit-len(r.result.Items), 0), r.size)
	switch {
	case r.last > 0:
		return min(count, r.last-r.next+1)
	case r.overlaps && r.result.Total != nil:
		// Further pages follow if these repeat rows.
		left := max(*r.result.Total-(r.next-1)*r.size, 1)
		return min(count, ceilDiv(left, r.size), r.pages-r.next+1)
	}
	return min(count, 1)
}

// listPage is a page as it was received.
type listPage[T pagedRow] struct {
	items      []T
	at         []int // the index of each item on the page
	unreadable int
	header     http.Header
}

// add appends the rows of pages that are not known yet. It reports whether there
// were any.
func (r *listReader[T]) add(pages []listPage[T]) bool {
	result, before, most := &r.result, len(r.result.Items), r.most
	for _, page := range pages {
		for i, item := range page.items {
			id := item.identity()
			if known := r.seen[id]; !known && page.at[i] >= r.skip {
				result.Items = append(result.Items, item)
				result.Starts = append(result.Starts, r.pageNumber(page.at[i]))
			}
			if id != "" {
				r.seen[id] = true
			}
		}
		r.skip = 0
		result.Unreadable += page.unreadable
		received := len(page.items) + page.unreadable
		total := r.readTotals(page.header, received)
		result.Shrank = result.Shrank || total >= 0 && total < most
		r.most = max(r.most, total)
		switch {
		case received == 0, r.pages > 0 && r.next >= r.pages:
			r.ended = true
		case r.last > 0:
			r.ended = r.next >= r.last
		case result.Total != nil:
			r.ended = len(r.seen) >= *result.Total
		default:
			r.ended = received < r.size
		}
		r.read, r.next = r.read+1, r.next+1
	}
	added := len(result.Items) > before
	if !added && len(pages) > 0 && r.last == 0 && r.read > 1 {
		r.ended = true // a list that does not say where it ends may repeat its rows
	}
	result.Next = 0
	if !r.ended {
		result.Next = r.pageNumber(0)
	}
	return added
}

// pageNumber returns the number of the page that starts with row i of the next
// page to read.
func (r *listReader[T]) pageNumber(i int) rest.PageNumber {
	row := (r.next-1)*r.size + i
	return rest.NewPageNumber(row/r.counted+1, row%r.counted)
}

// readTotals takes what a response with a number of rows reports of the whole
// list. It returns the number of rows, of the last page the most that it could
// have, or -1 if it is unknown. How many pages a list has whose pages overlap is
// unknown in any case, and a total less than what was read is wrong, unless it
// was larger before.
func (r *listReader[T]) readTotals(header http.Header, received int) int {
	count, last := intHeader(header, "total_count"), intHeader(header, "total_page")
	if received > 0 && !r.overlaps && (count != nil && *count < len(r.seen) && *count >= r.most || last != nil && *last < r.next) {
		r.result.Total, r.last = nil, 0
		return -1
	}
	if count != nil {
		r.result.Total = count
	}
	if last == nil && count != nil {
		last = new(ceilDiv(*count, r.size))
	}
	if last != nil && !r.overlaps {
		r.last = *last
	}
	switch {
	case count != nil:
		return *count
	case last != nil:
		return *last * r.size
	}
	return -1
}

// fetch reads the next pages, concurrently and in this order. It returns those
// before the first one that fails, and the error of that one. It sends no request
// for a page after it once it has failed.
func (r *listReader[T]) fetch(ctx context.Context, count int, report bool) ([]listPage[T], error) {
	type outcome struct {
		index int
		page  listPage[T]
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
	pages, good, running := make([]listPage[T], count), count, 0
	var failure error
	for done := 0; ; {
		for running < rest.MaxInFlight && len(cancels) < good {
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
				good, failure = o.index, o.err
				for _, cancel := range cancels[good:] {
					cancel()
				}
			}
			continue
		}
		pages[o.index] = o.page
		done++
		if report {
			step := rest.Step{Done: r.read + done}
			if r.last > 0 || r.result.Total != nil {
				step.Total = r.read + count
			}
			rest.ReportStep(ctx, step)
		}
	}
	return pages[:good], failure
}

// page reads a page.
func (r *listReader[T]) page(ctx context.Context, number int) (listPage[T], error) {
	req := *r.request
	if number > 1 {
		req.Query = maps.Clone(req.Query)
		req.Query.Set("page", strconv.Itoa(number))
	}
	rows, response, err := rest.Do[pageRows[T]](ctx, r.client.Client, &req)
	if err != nil {
		return listPage[T]{}, err
	}
	r.client.rememberCounts(ctx, &req, response.Header)
	if r.noBodies {
		for i := range rows.items {
			if issue, ok := any(&rows.items[i]).(interface{ dropBody() }); ok {
				issue.dropBody() // a thousand of them could take a lot of memory
			}
		}
	}
	return listPage[T]{rows.items, rows.at, rows.unreadable, response.Header}, nil
}

// listAll is rest.Call for lists without pages. If the list has more rows than the
// limit, it returns the first ones, with the number of all.
func listAll[T row](ctx context.Context, c *Client, endpoint string, params any, limit RowLimit) (rest.Page[T], error) {
	result, err := rest.Call[allRows[T]](ctx, c.Client, endpoint, params)
	page := rest.Page[T]{Items: result.items, Unreadable: result.unreadable}
	if all := len(page.Items); limit.Limit > 0 && all > limit.Limit {
		page.Items, page.Total = page.Items[:limit.Limit], &all
	}
	return page, err
}

// intHeader returns a header that holds a number, or nil.
func intHeader(h http.Header, name string) *int {
	n, err := strconv.Atoi(h.Get(name))
	const most = 1_000_000_000 // so that no sum overflows
	if err != nil || n < 0 || n > most {
		return nil
	}
	return &n
}
