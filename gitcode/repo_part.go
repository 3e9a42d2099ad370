package gitcode

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// readNow returns a part that another request has just read.
func readNow[T any](item T) *part[T] {
	return &part[T]{content: content[T]{items: []T{item}, pages: 1}, since: time.Now()}
}

// part is a list that is read page by page, as far as its readers need it. Its
// zero value has not been read. Its items are pointers, which its readers share, so
// that the code exists once.
type part[T any] struct {
	mu     sync.Mutex
	flight *flight
	since  time.Time // when the first page was requested
	content[T]

	failure error // of the last suggest that failed, which began at failed
	failed  time.Time
}

// content is what was read of a part.
type content[T any] struct {
	items      []T
	unreadable int  // number of items that could not be decoded
	total      *int // number of items on all pages; nil if unknown
	pages      int  // number of pages read
	more       bool // whether there are further pages
}

// flight is a request for a page. done is closed when it has ended.
type flight struct {
	done chan struct{}
	err  error
}

// fetcher requests a page of a part.
type fetcher[T any] func(ctx context.Context, page int) (*rest.Page[T], error)

// isFresh reports whether a part was read, and not before a time.
func (p *part[T]) isFresh(since time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pages > 0 && !p.since.Before(since)
}

// read returns a part that was read since a time. It requests pages until enough
// reports true for the items, which it does not ask before the first page; nil
// means all pages. Readers that need the same page wait for one request, and
// share its error unless it was canceled. After an error read also returns the
// pages that it has, and the next call continues with them.
func (p *part[T]) read(ctx context.Context, since time.Time, fetch fetcher[T], enough func([]T) bool) (content[T], error) {
	for {
		f, isOwn, have := p.join(since, enough)
		if f == nil {
			return have, nil
		}
		if isOwn {
			if err := p.fetch(ctx, f, fetch, have.pages+1); err != nil {
				return have, err
			}
			continue
		}
		select {
		case <-f.done:
		case <-ctx.Done():
			return have, &rest.Error{Class: rest.Canceled, NotSent: true, Message: "canceled", Err: context.Cause(ctx)}
		}
		if f.err != nil && rest.ErrorClass(f.err) != rest.Canceled {
			return have, f.err
		}
	}
}

// join returns the request that a reader needs, and whether the reader has to
// send it; nil if the part has what the reader needs.
func (p *part[T]) join(since time.Time, enough func([]T) bool) (f *flight, isOwn bool, have content[T]) {
	p.mu.Lock()
	defer p.mu.Unlock()
	stale := p.pages == 0 || p.since.Before(since)
	switch {
	case stale && p.flight != nil:
		return p.flight, false, content[T]{}
	case stale:
		p.content, p.since = content[T]{}, time.Now()
	case !p.more || p.pages >= maxPartPages || enough != nil && enough(p.items):
		return nil, false, p.content
	case p.flight != nil:
		return p.flight, false, p.content
	}
	p.flight = &flight{done: make(chan struct{})}
	return p.flight, true, p.content
}

// fetch requests a page and ends the flight. Items that the part already has are
// dropped: pages overlap if something was added meanwhile. A page without any
// other is the last one, because a service may ignore the page number.
func (p *part[T]) fetch(ctx context.Context, f *flight, fetch fetcher[T], page int) (err error) {
	var result *rest.Page[T]
	defer func() { // also if fetch panics, so that nobody waits forever
		p.mu.Lock()
		defer p.mu.Unlock()
		if err == nil && result != nil {
			known := map[string]bool{}
			for _, item := range p.items {
				known[identity(item)] = true
			}
			delete(known, "") // is equal to none
			items := slices.DeleteFunc(result.Items, func(item T) bool { return known[identity(item)] })
			p.items, p.unreadable = append(p.items, items...), p.unreadable+result.Unreadable
			p.total, p.pages, p.more = cmp.Or(result.Total, p.total), page, result.Next > 0 && len(items) > 0
		}
		p.flight, f.err = nil, err
		close(f.done)
	}()
	result, err = fetch(ctx, page)
	return err
}

// identity returns the Identity of an item that has pages.
func identity(item any) string {
	if row, ok := item.(rest.Row); ok {
		return row.Identity()
	}
	return ""
}

// single adapts a method that returns one value to a part.
func single[T any](method func(context.Context) (T, error)) fetcher[T] {
	return func(ctx context.Context, _ int) (*rest.Page[T], error) {
		v, err := method(ctx)
		if err != nil {
			return nil, err
		}
		return &rest.Page[T]{Items: []T{v}}, nil
	}
}

// pagesOf adapts the list of a repository to a part, with the largest pages.
//
//go:noinline
func pagesOf[T any](list func(context.Context, *RepoPage) (*rest.Page[T], error), repo RepoRef) fetcher[T] {
	return func(ctx context.Context, page int) (*rest.Page[T], error) {
		return list(ctx, &RepoPage{repo, Paging{Page: rest.NewPageNumber(page, 0), PerPage: lenient.MaxPage}})
	}
}
