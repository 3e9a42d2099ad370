package lenient

import "iter"

// The maximum numbers of elements that are kept of a list. Nothing documents a
// bound for lists without pages.
const (
	MaxPage = 100
	MaxList = 10_000
)

// List is an array of structs or of pointers to them. Services write null, {} or ""
// for an empty one, and sometimes a single object without brackets. Elements that
// are not objects, empty ones, and those after the first 10,000 are dropped.
type List[T any] []T

// A Row is an element of a list that a tool returns.
type Row interface {
	// IsEmpty reports whether what was decoded lacks an identity and is
	// therefore something else.
	IsEmpty() bool
}

// PageRows is a response with a page of a list: an array or an empty value. It keeps
// of the first 100 elements those that have an identity.
type PageRows[T Row] struct {
	Items List[T]
	Tally `limit:"100"`
	Omit  []string // keys of members of the rows to leave out, set before decoding
}

// AllRows is a response with a list without pages. It keeps of the first 10,000
// elements those that have an identity.
type AllRows[T Row] struct {
	Items List[T]
	Tally `limit:"10000"`
}

// Tally accounts for all elements of a list.
type Tally struct {
	At         []int // the indexes of the items among all elements
	Unreadable int   // elements without identity, and those beyond the limit
}

// Elements returns the elements of an array and their indexes, up to the first one
// that is not valid JSON.
func Elements(array []byte) iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		s := scanner{data: array}
		if s.peek() != '[' {
			return
		}
		s.open()
		for i := 0; s.more(i == 0, ']'); i++ {
			if element := s.raw(); s.failed || !yield(i, element) {
				return
			}
		}
	}
}
