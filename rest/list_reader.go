package rest

import (
	"context"
	"net/http"
	"strconv"
)

// maxSearched is the most pages that a limit takes if only some rows are wanted.
// Those could be rare, and the list very long.
const maxSearched = 100

// listReader reads the pages of a list. It knows of a row only what a listRow
// contains, so its code is not repeated for each type of row.
type listReader struct {
	client   *Client
	request  *Request // of the first page
	receive  func(context.Context, *Request) (listPage, error)
	limit    int
	filter   bool // only some rows are wanted
	maxPages int  // 0 for any number
	overlaps bool
	atOnce   bool // see ListOptions
	size     int  // of a page
	counted  int  // size of the pages that page numbers count
	skip     int  // rows at the beginning of the first page to leave out

	next  int             // number of the next page
	read  int             // number of pages read
	last  int             // number of the last page; 0 if unknown
	most  int             // rows on all pages, the most that a response reported
	ended bool            // there is no next page
	seen  map[string]bool // identities of the rows so far

	result Page[any] // the items of its rows
}

// listPage is a page as it was received.
type listPage struct {
	rows       []listRow
	unreadable int // number of elements that are no rows
	header     http.Header
}

// listRow is a row of a page.
type listRow struct {
	item   any
	id     string // its Identity
	at     int    // its index among the elements of the page
	wanted bool
}

// begin sets which page is read first, and its request. If only some rows are wanted,
// the number of rows that the limit takes is unknown.
func (r *listReader) begin(p Paging, maxPerPage int) {
	r.size, r.counted = p.size(r.client.forge.PerPage, maxPerPage, r.overlaps)
	r.atOnce = r.atOnce && p.Limit > 0 && !r.overlaps && r.maxPages == 0 && len(r.client.limiters.rates) == 0
	switch {
	case p.Limit == 0 || p.PerPage > 0 || r.overlaps:
	case r.filter:
		r.size = maxPerPage
	case r.atOnce:
		r.size = p.spread(r.counted, maxPerPage)
	}
	start := p.start(r.counted)
	r.next, r.skip = start/r.size+1, start%r.size
	if p.Limit > 0 {
		r.request.Query.Set("per_page", strconv.Itoa(r.size))
	}
	if r.next != p.Page.Number() {
		r.request.Query.Del("page")
	}
}

// readPages reads as many pages as the limit takes, and sets the result.
func (r *listReader) readPages(ctx context.Context) error {
	first := (r.next-1)*r.size+r.skip == 0
	for {
		count := r.missing()
		if count == 0 {
			break
		}
		pages, err := r.fetch(ctx, count)
		for _, page := range pages { // if the totals of pages read at the same time differ, the list has changed
			if total := r.client.forge.PageInfo(page.header).Total; total != nil {
				r.most = max(r.most, *total)
			}
		}
		if err != nil && (ctx.Err() != nil || r.read+len(pages) == 0) {
			return err
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
	result := &r.result
	if first && result.Total != nil && !r.overlaps && result.Next == 0 && result.Err == nil {
		result.Lacking = max(*result.Total-len(r.seen)-result.Unreadable, 0)
	}
	result.Sparse = r.filter && len(result.Items) < r.limit && result.Next != 0 && result.Err == nil
	if r.limit > 0 && len(result.Items) > r.limit {
		result.Next, result.Err = result.Start(r.limit), nil
		result.Items, result.Starts = result.Items[:r.limit], result.Starts[:r.limit]
	}
	return nil
}

// missing returns how many pages to read next: one, if nothing is known of the
// list, or as many as the limit needs and the list has. Without a limit it is the
// first page alone, and at once as many as may be in flight.
func (r *listReader) missing() int {
	switch {
	case r.read == 0 && r.atOnce:
		return min(ceilDiv(r.limit+r.skip, r.size), MaxInFlight)
	case r.read == 0:
		return 1
	case r.ended:
		return 0
	}
	count := ceilDiv(max(r.limit-len(r.result.Items), 0), r.size)
	if r.filter {
		count = min(count, max(maxSearched, ceilDiv(r.limit, r.size))-r.read)
	}
	switch {
	case r.last >= r.next:
		return min(count, r.last-r.next+1)
	case r.overlaps && r.result.Total != nil:
		// Further pages follow if these repeat rows.
		left := max(*r.result.Total-(r.next-1)*r.size, 1)
		return min(count, ceilDiv(left, r.size), r.maxPages-r.next+1)
	}
	return min(count, 1)
}

// add appends the rows of pages that are not known yet, if they are wanted. It
// reports whether there were any.
func (r *listReader) add(pages []listPage) bool {
	result, most, added, repeated := &r.result, r.most, false, false
	for _, page := range pages {
		for _, row := range page.rows {
			known := r.seen[row.id]
			repeated = repeated || known
			if !known && row.at >= r.skip {
				added = true
				if row.wanted {
					result.Items = append(result.Items, row.item)
					result.Starts = append(result.Starts, r.pageNumber(row.at))
				}
			}
			if row.id != "" {
				r.seen[row.id] = true
			}
		}
		r.skip = 0
		result.Unreadable += page.unreadable
		received := len(page.rows) + page.unreadable
		total, more := r.readInfo(page.header, received)
		result.Shrank = result.Shrank || total >= 0 && total < most
		r.most = max(r.most, total)
		switch {
		case r.maxPages > 0 && r.next >= r.maxPages:
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
func (r *listReader) pageNumber(i int) PageNumber {
	row := (r.next-1)*r.size + i
	return NewPageNumber(row/r.counted+1, row%r.counted)
}

// readInfo takes what a response with a number of rows reports of the whole list.
// It returns the number of rows, of the last page the most that it could have, or
// -1 if it is unknown, and whether another page follows, if the response says so.
// How many pages a list has whose pages overlap is unknown in any case, and a
// total less than what was read is wrong, unless it was larger before.
func (r *listReader) readInfo(header http.Header, received int) (total int, more *bool) {
	info := r.client.forge.PageInfo(header)
	count, last := info.Total, info.Last
	if !r.overlaps && (count != nil && *count < len(r.seen) && *count >= r.most || received > 0 && last != nil && *last < r.next) {
		r.result.Total, r.last = nil, 0
		return -1, info.More
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
		return *count, info.More
	case last != nil:
		return *last * r.size, info.More
	}
	return -1, info.More
}

// ceilDiv returns a/b, rounded up.
func ceilDiv(a, b int) int {
	if a%b > 0 {
		return a/b + 1
	}
	return a / b
}
