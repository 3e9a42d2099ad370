package lenient

import (
	"bytes"
	"errors"
	"iter"
)

// The maximum numbers of elements that are kept of a list. Nothing documents a
// bound for lists without pages.
const (
	MaxPage = 100
	MaxList = 10_000
)

// List is an array. Services write null, {} or "" for an empty one, and sometimes a
// single object without brackets.
type List[T any] []T

// UnmarshalJSON accepts an array, a single object or an empty value. It drops
// elements that are not objects, and those after the first 10,000.
func (l *List[T]) UnmarshalJSON(data []byte) error {
	*l = nil
	switch First(data) {
	case '[':
		each(data, MaxList, func(_ int, element []byte) { *l = appendObject(*l, element) })
	case '{':
		*l = appendObject(*l, data)
	}
	return nil
}

// appendObject decodes an object and appends it to list. It does not append
// what is not an object or contains nothing.
func appendObject[T any](list List[T], data []byte) List[T] {
	if First(data) != '{' || IsEmpty(data) {
		return list
	}
	var v T
	if Decode(data, &v) != nil {
		return list
	}
	return append(list, v)
}

// A Row is an element of a list that a tool returns.
type Row interface {
	// IsEmpty reports whether what was decoded lacks an identity and is
	// therefore something else.
	IsEmpty() bool
}

// Rows is a response that is a list.
type Rows[T Row] struct {
	Items      List[T]
	At         []int // the indexes of the items among all elements
	Unreadable int   // elements without identity, and those beyond the limit
}

// decode accepts an array or an empty value.
func (r *Rows[T]) decode(data []byte, limit int) error {
	*r = Rows[T]{}
	if IsEmpty(data) {
		return nil
	}
	if First(data) != '[' {
		return errors.New("the response is not a list")
	}
	received := each(data, limit, func(i int, element []byte) {
		if items := appendObject(r.Items, element); len(items) > len(r.Items) && !items[len(r.Items)].IsEmpty() {
			r.Items, r.At = items, append(r.At, i)
		}
	})
	r.Unreadable = received - len(r.Items)
	return nil
}

// PageRows is a response with a page of a list.
type PageRows[T Row] struct{ Rows[T] }

// UnmarshalJSON keeps at most MaxPage elements.
func (r *PageRows[T]) UnmarshalJSON(data []byte) error { return r.decode(data, MaxPage) }

// AllRows is a response with a list without pages.
type AllRows[T Row] struct{ Rows[T] }

// UnmarshalJSON keeps at most MaxList elements.
func (r *AllRows[T]) UnmarshalJSON(data []byte) error { return r.decode(data, MaxList) }

// each calls a function with the first elements of an array, up to a limit, and
// returns the number of all. Without type parameters its code exists once.
func each(array []byte, limit int, do func(i int, element []byte)) int {
	n := 0
	for i, element := range Elements(array) {
		if n++; i < limit {
			do(i, element)
		}
	}
	return n
}

// Elements returns the elements of an array and their indexes. The array must
// be valid JSON.
func Elements(array []byte) iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		n, start, depth, inString := 0, 1, 0, false
		for i := 1; i < len(array); i++ {
			c := array[i]
			switch {
			case inString && c == '\\':
				i++
			case c == '"':
				inString = !inString
			case inString:
			case depth == 0 && (c == ',' || c == ']'):
				if element := bytes.TrimSpace(array[start:i]); len(element) > 0 && !yield(n, element) {
					return
				}
				n, start = n+1, i+1
			case c == '[', c == '{':
				depth++
			case c == ']', c == '}':
				depth--
			}
		}
	}
}
