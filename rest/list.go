package rest

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"

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

	// AtOnce says that a client without a rate limit requests the pages that a limit
	// may take at the same time, without waiting for the first to know how many there
	// are. For a list that is shorter than the limit some requests are in vain.
	AtOnce bool

	// Omit are the keys of members of a row that are not wanted: a thousand long texts
	// could take a lot of memory.
	Omit []string
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

// List reads a part of a list with pages. The request is that of its first page;
// List sets its page and per_page.
//
// Without a limit it reads one page. With one it reads as many rows, from as many
// pages as it takes: all of them AtOnce, or the first alone and the others
// concurrently if it reports how many there are. Rows that moved to a later page while
// the list was read appear once. If a page after the first cannot be read, the result
// ends before it and has its error. If only some rows are wanted, it reads at most 100
// pages, or as many as the limit would take if all of them were.
func List[T Row](ctx context.Context, c *Client, req *Request, p Paging, options ListOptions[T]) (*Page[T], error) {
	r := &listReader{
		client: c, request: req, limit: p.Limit, filter: options.Keep != nil, maxPages: options.MaxPages, overlaps: options.Overlaps, atOnce: options.AtOnce, seen: map[string]bool{},
		receive: func(ctx context.Context, req *Request) (listPage, error) {
			rows := lenient.PageRows[T]{Omit: options.Omit}
			response, err := c.do(ctx, req, &rows, false)
			if err != nil {
				return listPage{}, err
			}
			if options.Received != nil {
				options.Received(req, response.Header)
			}
			page := listPage{rows: make([]listRow, len(rows.Items)), unreadable: rows.Unreadable, header: response.Header}
			for i, row := range rows.Items {
				page.rows[i] = listRow{row, row.Identity(), rows.At[i], options.Keep == nil || options.Keep(row)}
			}
			return page, nil
		},
	}
	r.begin(p, cmp.Or(options.MaxPerPage, lenient.MaxPage))
	if err := r.readPages(ctx); err != nil {
		return nil, err
	}
	items := slices.Grow([]T(nil), len(r.result.Items))
	for _, item := range r.result.Items {
		items = append(items, item.(T))
	}
	return &Page[T]{
		Items: items, Starts: r.result.Starts, Unreadable: r.result.Unreadable, Total: r.result.Total,
		Next: r.result.Next, Err: r.result.Err, Lacking: r.result.Lacking, Shrank: r.result.Shrank, Sparse: r.result.Sparse,
	}, nil
}

// ListWhole reads a list that belongs to something else, such as the comments of an
// issue, up to a limit of rows, and reports no steps. The error says why rows are
// missing; those before them are returned too.
func ListWhole[T Row](ctx context.Context, c *Client, req *Request, limit int, options ListOptions[T]) ([]T, error) {
	page, err := List(WithoutSteps(ctx), c, req, Paging{PerPage: lenient.MaxPage, Limit: limit}, options)
	if err != nil {
		return nil, err
	}
	switch {
	case page.Err != nil:
		err = page.Err
	case page.Next != 0:
		err = fmt.Errorf("only the first %d were read", len(page.Items))
	case page.Unreadable > 0:
		err = fmt.Errorf("%d of them are not in the documented form", page.Unreadable)
	}
	return page.Items, err
}
