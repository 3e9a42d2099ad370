package install

import (
	"slices"
	"strings"

	"github.com/tailscale/hujson"
)

// items are the members of an object or the elements of an array.
type items struct {
	count  int
	before func(i int) *hujson.Extra // white space and comments before an item
	after  func(i int) *hujson.Extra // those before the comma behind it; for the last item nil if there is no comma
	end    *hujson.Extra             // those before the closing bracket
}

func itemsOf(v hujson.ValueTrimmed) items {
	if array, ok := v.(*hujson.Array); ok {
		return items{
			len(array.Elements),
			func(i int) *hujson.Extra { return &array.Elements[i].BeforeExtra },
			func(i int) *hujson.Extra { return &array.Elements[i].AfterExtra },
			&array.AfterExtra,
		}
	}
	object := v.(*hujson.Object)
	return items{
		len(object.Members),
		func(i int) *hujson.Extra { return &object.Members[i].Name.BeforeExtra },
		func(i int) *hujson.Extra { return &object.Members[i].Value.AfterExtra },
		&object.AfterExtra,
	}
}

// inLines reports whether items stand in lines of their own.
func (list items) inLines() bool {
	return list.count == 0 || strings.Contains(string(*list.before(0))+string(*list.end), "\n")
}

// indentation returns the indentation of the items of an object or array that
// starts in a line with the given one.
func (d *document) indentation(v hujson.ValueTrimmed, outer string) string {
	list := itemsOf(v)
	if list.count == 0 {
		return outer + d.unit
	}
	for i := range list.count {
		if before := string(*list.before(i)); strings.Contains(before, "\n") {
			line := before[strings.LastIndexByte(before, '\n')+1:]
			return line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		}
	}
	return outer
}

// insert inserts a member into an object that starts in a line with the given
// indentation.
func (d *document) insert(object *hujson.Object, at int, name string, value hujson.ValueTrimmed, outer string) {
	m := hujson.ObjectMember{Name: hujson.Value{Value: hujson.String(name)}, Value: hujson.Value{BeforeExtra: hujson.Extra(" "), Value: value}}
	if at < len(object.Members) { // only at the start
		next := &object.Members[at].Name.BeforeExtra
		space := hujson.Extra(" ")
		if list := itemsOf(object); list.inLines() {
			space = hujson.Extra(d.newline + d.indentation(object, outer))
		}
		m.Name.BeforeExtra = space
		if strings.TrimSpace(string(*next)) == "" { // comments stay before what they explain
			m.Name.BeforeExtra, *next = *next, space
		}
		object.Members = slices.Insert(object.Members, at, m)
		return
	}
	m.Name.BeforeExtra, m.Value.AfterExtra = d.makeRoom(object, outer)
	object.Members = append(object.Members, m)
}

func (d *document) appendElement(array *hujson.Array, value hujson.ValueTrimmed, outer string) {
	element := hujson.Value{Value: value}
	element.BeforeExtra, element.AfterExtra = d.makeRoom(array, outer)
	array.Elements = append(array.Elements, element)
}

// makeRoom returns what precedes and follows a new last item. Comments behind the
// one that was last stay behind it.
func (d *document) makeRoom(v hujson.ValueTrimmed, outer string) (before, after hujson.Extra) {
	list := itemsOf(v)
	end := string(*list.end)
	comments := strings.TrimRight(end, " \t\r\n")
	if list.count > 0 {
		if last := list.after(list.count - 1); *last != nil {
			after = hujson.Extra{} // the file has commas behind last items
		}
	}
	if !list.inLines() {
		return hujson.Extra(comments + " "), after
	}
	closing := end[len(comments):]
	if list.count == 0 || !strings.Contains(closing, "\n") {
		closing = d.newline + outer
	}
	*list.end = hujson.Extra(closing)
	return hujson.Extra(comments + d.newline + d.indentation(v, outer)), after
}

// remove removes the members of a name from an object.
func remove(object *hujson.Object, name string) {
	for i := index(object, name); i >= 0; i = index(object, name) {
		closeGap(object, i)
		object.Members = slices.Delete(object.Members, i, i+1)
	}
}

// removeInput removes the elements with this id from an array.
func removeInput(array *hujson.Array, id string) {
	for i, element := range slices.Backward(array.Elements) {
		if hasID(element, id) {
			closeGap(array, i)
			array.Elements = slices.Delete(array.Elements, i, i+1)
		}
	}
}

// closeGap prepares the removal of an item: comments before it stay where they
// are, and a comma remains behind the last item only if one was there.
func closeGap(v hujson.ValueTrimmed, i int) {
	list := itemsOf(v)
	before := string(*list.before(i))
	kept := strings.TrimRight(before, " \t\r\n")
	next := list.end
	if i < list.count-1 {
		next = list.before(i + 1)
		if kept == "" && strings.TrimSpace(string(*next)) == "" {
			*next = hujson.Extra(before)
			return
		}
	} else if previous, own := list.after(max(0, i-1)), *list.after(i); i > 0 && (*previous == nil) != (own == nil) {
		if kept = strings.TrimRight(string(*previous), " \t\r\n") + kept; own == nil {
			*previous = nil
		} else {
			*previous = hujson.Extra{}
		}
	}
	rest := string(*next)
	if first, _, more := strings.Cut(rest, "\n"); kept != "" && (strings.TrimSpace(first) != "" || !more) {
		// Behind a line comment, the rest must begin in a new line.
		space := before[len(strings.TrimRight(before, " \t\r\n")):]
		if strings.Contains(kept, "//") && !strings.Contains(space, "\n") {
			space = "\n"
		}
		rest = space + strings.TrimLeft(rest, " \t")
	}
	*next = hujson.Extra(kept + rest)
	if list.count == 1 && strings.TrimSpace(string(*list.end)) == "" {
		*list.end = nil
	}
}
