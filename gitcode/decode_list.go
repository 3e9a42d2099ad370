package gitcode

import (
	"bytes"
	"errors"
	"iter"
)

// The maximum numbers of elements that are kept of a list. A page has at most
// 100 rows, and one of a search 50. Nothing documents a bound for the other lists.
const (
	maxPage = 100
	maxList = 10_000
)

// List is an array. GitCode writes null, {} or "" for an empty one, and in some
// members a single object without brackets.
type List[T any] []T

// UnmarshalJSON accepts an array, a single object or an empty value. It drops
// elements that are not objects, and those after the first 10,000.
func (l *List[T]) UnmarshalJSON(data []byte) error {
	*l = nil
	switch first(data) {
	case '[':
		for i, element := range elements(data) {
			if i == maxList {
				break
			}
			*l = appendObject(*l, element)
		}
	case '{':
		*l = appendObject(*l, data)
	}
	return nil
}

// appendObject decodes an object and appends it to list. It does not append
// what is not an object or contains nothing.
func appendObject[T any](list List[T], data []byte) List[T] {
	if first(data) != '{' || isEmpty(data) {
		return list
	}
	var v T
	if decode(data, &v) != nil {
		return list
	}
	return append(list, v)
}

// A row is an element of a list that a tool returns.
type row interface {
	// IsEmpty reports whether what was decoded lacks an identity and is
	// therefore something else.
	IsEmpty() bool
}

// A pagedRow is a row of a list with pages.
type pagedRow interface {
	row
	// identity is equal for two rows only if they are the same one. It is "" for a
	// row that cannot be recognized.
	identity() string
}

// rows is a response that is a list.
type rows[T row] struct {
	items      List[T]
	at         []int // the indexes of the items among all elements
	unreadable int   // elements without identity, and those beyond the limit
}

// decode accepts an array or an empty value.
func (r *rows[T]) decode(data []byte, limit int) error {
	*r = rows[T]{}
	if isEmpty(data) {
		return nil
	}
	if first(data) != '[' {
		return errors.New("the response is not a list")
	}
	received := 0
	for i, element := range elements(data) {
		received++
		if i >= limit {
			continue
		}
		if items := appendObject(r.items, element); len(items) > len(r.items) && !items[len(r.items)].IsEmpty() {
			r.items, r.at = items, append(r.at, i)
		}
	}
	r.unreadable = received - len(r.items)
	return nil
}

// pageRows is a response with a page of a list.
type pageRows[T row] struct{ rows[T] }

// UnmarshalJSON keeps at most 100 elements.
func (r *pageRows[T]) UnmarshalJSON(data []byte) error { return r.decode(data, maxPage) }

// allRows is a response with a list without pages.
type allRows[T row] struct{ rows[T] }

// UnmarshalJSON keeps at most 10,000 elements.
func (r *allRows[T]) UnmarshalJSON(data []byte) error { return r.decode(data, maxList) }

// elements returns the elements of an array and their indexes. The array must
// be valid JSON.
func elements(array []byte) iter.Seq2[int, []byte] {
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
