package rest

import (
	"context"
	"maps"
	"net/http"
	"strconv"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// A Row is an element of a list with pages.
type Row interface {
	lenient.Row
	// Identity is equal for two rows only if they are the same one. It is "" for a
	// row that cannot be recognized.
	Identity() string
}

// ListOptions describe a list with pages. The zero value is a list whose pages do
// not overlap and have up to 100 rows.
type ListOptions[T Row] struct {
	MaxPerPage int  // the most rows of a page, at most 100, which 0 means
	MaxPages   int  // the most pages; 0 for any number
	Overlaps   bool // pages may repeat rows of the one before

	// Trim, if non-nil, removes what is not wanted of a row as soon as its page is
	// read: a thousand long texts could take a lot of memory.
	Trim func(*T)
	// Keep, if non-nil, reports whether a row is wanted.
	Keep func(T) bool
	// Received, if non-nil, is called with each response. It may be called from
	// several goroutines.
	Received func(*Request, http.Header)
}

// PageInfo is what a response with a page reports of the whole list.
type PageInfo struct {
	Total *int  // number of rows on all pages; nil if unknown
	Last  *int  // number of the last page; nil if unknown
	More  *bool // whether another page follows; nil if unknown
}

// maxSearched is the most pages that a limit takes if only some rows are wanted.
// Those could be rare, and the list very long.
const maxSearched = 100

// List reads a part of a list with pages. The request is that of its first page;
// List sets its page and per_page.
//
// Without a limit it reads one page. With one it reads as many rows, from as many
// pages as it takes: the first alone, the others concurrently if it reports how
// many there are. Rows that moved to a later page while the list was read appear
// once. If a page after the first cannot be read, the result ends before it and
// has its error. If only some rows are wanted, it reads at most 100 pages, or as many
// as the limit would take if all of them were.
func List[T Row](ctx context.Context, c *Client, req *Request, p Paging, options ListOptions[T]) (Page[T], error) {
	r := &listReader[T]{client: c, request: req, ListOptions: options, seen: map[string]bool{}}
	if r.MaxPerPage == 0 {
		r.MaxPerPage = lenient.MaxPage
	}
	r.size, r.counted = p.size(c.forge.PerPage, r.MaxPerPage, r.Overlaps)
	if r.Keep != nil && p.Limit > 0 && p.PerPage == 0 && !r.Overlaps {
		r.size = r.MaxPerPage // how many rows the limit takes is unknown
	}
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
			return Page[T]{}, err
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
	if total := r.result.Total; start == 0 && total != nil && !r.Overlaps && r.result.Next == 0 && r.result.Err == nil {
		r.result.Lacking = max(*total-len(r.seen)-r.result.Unreadable, 0)
	}
	r.result.Sparse = r.Keep != nil && len(r.result.Items) < p.Limit && r.result.Next != 0 && r.result.Err == nil
	if p.Limit > 0 && len(r.result.Items) > p.Limit {
		r.result.Next, r.result.Err = r.result.Start(p.Limit), nil
		r.result.Items, r.result.Starts = r.result.Items[:p.Limit], r.result.Starts[:p.Limit]
	}
	return r.result, nil
}

// listReader reads the pages of a list.
type listReader[T Row] struct {
	client  *Client
	request *Request // of the first page
	ListOptions[T]
	size    int // of a page
	counted int // size of the pages that page numbers count
	skip    int // rows at the beginning of the first page to leave out

	next  int             // number of the next page
	read  int             // number of pages read
	last  int             // number of the last page; 0 if unknown
	most  int             // rows on all pages, the most that a response reported
	ended bool            // there is no next page
	seen  map[string]bool // identities of the rows so far

	result Page[T]
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
	if r.Keep != nil {
		count = min(count, max(maxSearched, ceilDiv(limit, r.size))-r.read)
	}
	switch {
	case r.last >= r.next:
		return min(count, r.last-r.next+1)
	case r.Overlaps && r.result.Total != nil:
		// Further pages follow if these repeat rows.
		left := max(*r.result.Total-(r.next-1)*r.size, 1)
		return min(count, ceilDiv(left, r.size), r.MaxPages-r.next+1)
	}
	return min(count, 1)
}

// listPage is a page as it was received.
type listPage[T Row] struct {
	lenient.Rows[T]
	header http.Header
}

// add appends the rows of pages that are not known yet, if they are wanted. It
// reports whether there were any.
func (r *listReader[T]) add(pages []listPage[T]) bool {
	result, most, added, repeated := &r.result, r.most, false, false
	for _, page := range pages {
		for i, item := range page.Items {
			id := item.Identity()
			known := r.seen[id]
			repeated = repeated || known
			if !known && page.At[i] >= r.skip {
				added = true
				if r.Keep == nil || r.Keep(item) {
					result.Items = append(result.Items, item)
					result.Starts = append(result.Starts, r.pageNumber(page.At[i]))
				}
			}
			if id != "" {
				r.seen[id] = true
			}
		}
		r.skip = 0
		result.Unreadable += page.Unreadable
		received := len(page.Items) + page.Unreadable
		total, more := r.readInfo(page.header, received)
		result.Shrank = result.Shrank || total >= 0 && total < most
		r.most = max(r.most, total)
		switch {
		case r.MaxPages > 0 && r.next >= r.MaxPages:
			r.ended = true
		case more != nil:
			r.ended = !*more
		case received == 0:
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
	if !added && repeated && r.last == 0 && r.read > 1 {
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
func (r *listReader[T]) pageNumber(i int) PageNumber {
	row := (r.next-1)*r.size + i
	return NewPageNumber(row/r.counted+1, row%r.counted)
}

// readInfo takes what a response with a number of rows reports of the whole list.
// It returns the number of rows, of the last page the most that it could have, or
// -1 if it is unknown, and whether another page follows, if the response says so.
// How many pages a list has whose pages overlap is unknown in any case, and a
// total less than what was read is wrong, unless it was larger before.
func (r *listReader[T]) readInfo(header http.Header, received int) (total int, more *bool) {
	info := r.client.forge.PageInfo(header)
	count, last := info.Total, info.Last
	if received > 0 && !r.Overlaps && (count != nil && *count < len(r.seen) && *count >= r.most || last != nil && *last < r.next) {
		r.result.Total, r.last = nil, 0
		return -1, info.More
	}
	if count != nil {
		r.result.Total = count
	}
	if last == nil && count != nil {
		last = new(ceilDiv(*count, r.size))
	}
	if last != nil && !r.Overlaps {
		r.last = *last
	}
	switch {
	case count != nil:
		return *count, info.More
	case last != nil:
		return *last * r.size, info.More
	}
	return -1, info.More
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
			step := Step{Done: r.read + done}
			if r.last > 0 || r.result.Total != nil {
				step.Total = r.read + count
			}
			ReportStep(ctx, step)
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
	rows, response, err := Do[lenient.PageRows[T]](ctx, r.client, &req)
	if err != nil {
		return listPage[T]{}, err
	}
	if r.Received != nil {
		r.Received(&req, response.Header)
	}
	if r.Trim != nil {
		for i := range rows.Items {
			r.Trim(&rows.Items[i])
		}
	}
	return listPage[T]{rows.Rows, response.Header}, nil
}

// ceilDiv returns a/b, rounded up.
func ceilDiv(a, b int) int {
	if a%b > 0 {
		return a/b + 1
	}
	return a / b
}
