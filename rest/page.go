package rest

import (
	"cmp"
	"encoding/json"
	"math"
)

// PageNumber is the number of a page, from 1; 0 means 1. Hundredths are rows to
// skip: 3.25 is page 3 without its first 25 rows. Services see only the integer
// part.
type PageNumber float64

// NewPageNumber returns the number of a page without its first rows. A skip of
// 100 is the next page.
func NewPageNumber(page, skip int) PageNumber {
	return PageNumber(page*100+skip) / 100 // the nearest float64, which JSON shows with two decimals
}

// Number returns the number of the page.
func (p PageNumber) Number() int { return max(int(p), 1) }

// Skip returns how many rows to skip.
func (p PageNumber) Skip() int { return int(math.Round(math.Mod(float64(p), 1) * 100)) }

// MarshalJSON returns the number of the page.
func (p PageNumber) MarshalJSON() ([]byte, error) { return json.Marshal(p.Number()) }

// Page is a part of a list: a page, the rows of several pages, or a list without
// pages.
type Page[T any] struct {
	Items      []T
	Starts     []PageNumber // where each item starts; nil for a list without pages
	Unreadable int          // number of items that could not be decoded
	Total      *int         // number of items on all pages; nil if the forge does not report it
	Next       PageNumber   // where the rest of the list starts; 0 at the end
	// Err is why the page Next could not be read; nil unless one before it could.
	Err error
	// Lacking is the number of items that the forge counts in Total and that no
	// page had, after the whole list was read.
	Lacking int
	// Sparse reports that few rows were wanted, so that reading ended before both the
	// limit and the end of the list.
	Sparse bool
	// Shrank reports that the list became shorter while its pages were read, or
	// changed while they were read at the same time, so that items which moved to
	// another page may be missing.
	Shrank bool
}

// Start returns the number of the page that starts with item i, or 0 for a list
// without pages. Items that were left out do not count.
func (p *Page[T]) Start(i int) PageNumber {
	if i >= len(p.Starts) {
		return 0
	}
	return p.Starts[i]
}

// Paging selects a part of a list. The zero value is the first page, of the size
// that the forge chooses. A Limit is the number of rows to read from Page on, with
// as many requests as it takes, and as few as possible unless PerPage is set. Page
// counts pages of PerPage rows, or of the forge's own size, whatever the Limit is.
// Only in a list whose pages overlap, without PerPage, it counts the pages that
// the Limit takes.
type Paging struct {
	Page    PageNumber
	PerPage int
	Limit   int
}

// size returns the number of rows of the pages to request, and that of the pages
// that Page counts, if the forge has pages of perPage rows unless another number
// is requested, at most maxPerPage. Without PerPage a Limit takes the size that
// needs the fewest requests; of several, the smallest.
func (p Paging) size(perPage, maxPerPage int, overlaps bool) (size, counted int) {
	if p.PerPage > 0 || p.Limit == 0 {
		size = cmp.Or(p.PerPage, perPage)
		return size, size
	}
	if overlaps { // there is no telling where a row is
		size = ceilDiv(p.Limit, ceilDiv(p.Limit, maxPerPage))
		return size, size
	}
	size = maxPerPage
	for smaller := size - 1; smaller > 0; smaller-- {
		if p.requests(smaller, perPage) <= p.requests(size, perPage) {
			size = smaller
		}
	}
	return size, perPage
}

// requests returns the number of pages of a size that the Limit takes.
func (p Paging) requests(size, counted int) int {
	start := p.start(counted)
	return (start+p.Limit-1)/size - start/size + 1
}

// spread returns the number of rows of the pages to request if all of them are
// requested at the same time: as few as the forge's own pages have, or as few more as
// keep the number of requests within those that may be in flight.
func (p Paging) spread(counted, maxPerPage int) int {
	size := min(p.Limit, counted)
	for size < maxPerPage && p.requests(size, counted) > MaxInFlight {
		size++
	}
	return size
}

// start returns the number of rows before Page.
func (p Paging) start(counted int) int { return (p.Page.Number()-1)*counted + p.Page.Skip() }
