package rest

import (
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

// Page is one page of a list.
type Page[T any] struct {
	Items      []T
	Unreadable int  // number of items that could not be decoded
	Number     int  // of this page, from 1; 0 for a list without pages
	Skip       int  // number of items left out at the beginning of this page
	Total      *int // number of items on all pages; nil if the forge does not report it
	Next       int  // number of the next page; 0 at the end
}
