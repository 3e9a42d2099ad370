package tools

import (
	"errors"
	"fmt"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// missing returns what is missing of a list and how to get it, and the part of it
// that holds for any of its rows. Both may be "".
func missing[T any](p rest.Page[T]) (cut, note string) {
	if p.Shrank {
		note = "The list became shorter while it was read, so rows may be missing; read it again if every row matters."
	}
	if p.Err == nil {
		return note, note
	}
	wait := ""
	if e, ok := errors.AsType[*rest.Error](p.Err); ok && e.RetryAfter > 0 {
		wait = fmt.Sprintf(" in %v", Wait(e))
	}
	return join(fmt.Sprintf("page %v could not be read: %v; continue with page=%v%s.", p.Next, p.Err, p.Next, wait), note), note
}

// join returns two notes as one. Either may be "".
func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}
