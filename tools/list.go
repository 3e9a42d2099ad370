package tools

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
)

// Notes are what the server did to a result before it was shown.
type Notes struct {
	Cut    string `json:"cut,omitempty" jsonschema_description:"What was cut for its size, and how to get it"`
	Hidden int    `json:"hidden_removed,omitempty" jsonschema_description:"Invisible characters removed from the texts"`
}

func (n *Notes) notes() *Notes { return n }

// Written is what all writes tell besides what they did.
type Written struct {
	Warnings []string          `json:"warnings,omitempty" jsonschema_description:"What did not happen although it was asked for"`
	DryRun   []gitcode.Planned `json:"dry_run,omitempty" jsonschema_description:"Requests that would have been sent"`
	Notes
}

func (w *Written) written() *Written { return w }

// List is rows, and where their reader stands.
type List[Row any] struct {
	Rows     []Row `json:"rows" jsonschema_description:"Rows"`
	Total    *int  `json:"total,omitempty" jsonschema_description:"Rows on all pages"`
	NextPage int   `json:"next_page,omitempty" jsonschema_description:"Page to ask for next; absent at the end"`
	Notes

	page, size int // the page shown and its size; 0 for a list without pages
}

// pageOf shapes the rows of a page.
func pageOf[T, Row any](p gitcode.Page[T], shape func(T) Row) List[Row] {
	list := listOf(p.Items, shape)
	list.Total, list.NextPage, list.page, list.size = p.Total, p.Next, p.Number, p.Size
	return list
}

// listOf shapes the rows of a list that comes whole.
func listOf[T, Row any](items []T, shape func(T) Row) List[Row] {
	list := List[Row]{Rows: make([]Row, len(items))}
	for i, item := range items {
		list.Rows[i] = shape(item)
	}
	return list
}

// room is what a result needs besides its rows or its text, in bytes.
const room = 600

// shorten drops rows until the list fits into limit bytes, and says how to
// get them; of a single row that is too long it cuts the text.
func (l *List[Row]) shorten(limit int) {
	kept, used := 0, room
	for _, row := range l.Rows {
		encoded, err := compact(row)
		if err != nil || used+len(encoded)+1 > limit {
			break
		}
		used += len(encoded) + 1
		kept++
	}
	all := len(l.Rows)
	if all > 0 && kept == 0 {
		kept = 1
		if long, ok := any(&l.Rows[0]).(interface{ text() *string }); ok {
			l.Cut = shortenText(long.text(), limit) + " "
		}
	}
	if kept == all {
		l.Cut = strings.TrimSpace(l.Cut)
		return
	}
	if l.size == 0 {
		l.Rows = l.Rows[:kept]
		l.Cut += fmt.Sprintf("%d of %d rows are left out: the server's GITCODE_MAX_RESULT is %d bytes, a larger one shows them.", all-kept, all, limit)
		return
	}
	// A page size that divides this one lets a reader go on just behind the
	// last row kept.
	for l.size%kept != 0 {
		kept--
	}
	l.Rows = l.Rows[:kept]
	l.NextPage = (l.page-1)*l.size/kept + 2
	l.Cut += fmt.Sprintf("%d of %d rows are left out: go on with per_page=%d page=%d.", all-kept, all, kept, l.NextPage)
}

// shortenText cuts a text so that what holds it fits into limit bytes, and
// says so.
func shortenText(text *string, limit int) string {
	whole := *text
	encoded, used := 0, room
	for i, r := range whole {
		written, err := compact(string(r))
		if err != nil || used+len(written)-2 > limit {
			break
		}
		used += len(written) - 2
		encoded = i + utf8.RuneLen(r)
	}
	*text = whole[:encoded]
	return fmt.Sprintf("The text ends after %d of %d characters: the server's GITCODE_MAX_RESULT is %d bytes, a larger one shows the rest, as does the web page.",
		utf8.RuneCountInString(*text), utf8.RuneCountInString(whole), limit)
}
