package rest

// Page is one page of a list.
type Page[T any] struct {
	Items  []T
	Number int  // of this page, from 1
	Size   int  // maximum number of items on a page
	Total  *int // number of items on all pages; nil if the forge does not report it
	Next   int  // number of the next page; 0 at the end
}
