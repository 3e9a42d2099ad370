package tools

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/sanitize"
)

// Notes reports what the server changed in a result.
type Notes struct {
	Cut    string `json:"cut,omitempty" jsonschema_description:"What was left out because of its size, and how to get it"`
	Hidden int    `json:"hidden_removed,omitempty" jsonschema_description:"Number of invisible characters removed"`
}

func (n *Notes) notes() *Notes { return n }

// Written holds the fields common to all write results.
type Written struct {
	Warnings []string              `json:"warnings,omitempty" jsonschema_description:"What did not happen, changed unasked or could not be verified"`
	DryRun   []rest.PlannedRequest `json:"dry_run,omitempty" jsonschema_description:"Requests that were not sent"`
	Notes

	// ID is the forge's id of the object written, for the audit log; 0 if unknown.
	ID int64 `json:"-"`
	// Partial says that part of what was requested did not happen.
	Partial bool `json:"-"`
}

func (w *Written) written() *Written { return w }

// longText is a result or a row with a text that can be truncated.
type longText interface{ LongText() *string }

// shortener is a result that can reduce itself to a maximum size.
type shortener interface{ shorten(limit int) }

// reserved is the space for everything in a result but its rows or its text, in
// bytes.
const reserved = 600

// render returns a result as compact JSON of at most limit bytes, without
// invisible characters and secrets.
func render(value result, limit int, filter sanitize.Filter) ([]byte, error) {
	text, err := rest.Marshal(value)
	if err != nil {
		return nil, err
	}
	if limit > 0 && len(text) > limit {
		switch long := value.(type) {
		case shortener:
			long.shorten(limit)
		case longText:
			value.notes().Cut = truncate(long.LongText(), limit)
		}
		if text, err = rest.Marshal(value); err != nil {
			return nil, err
		}
	}
	clean, hidden, err := filter.JSON(text)
	if err != nil || hidden == 0 {
		return clean, err
	}
	value.notes().Hidden = hidden
	if text, err = rest.Marshal(value); err != nil {
		return nil, err
	}
	clean, _, err = filter.JSON(text)
	return clean, err
}

// truncate shortens a text so that its result has at most limit bytes, and
// returns a note that says so.
func truncate(text *string, limit int) string {
	whole := *text
	end, used := 0, reserved
	for i, r := range whole {
		encoded, err := rest.Marshal(string(r))
		if err != nil || used+len(encoded)-2 > limit {
			break
		}
		used += len(encoded) - 2
		end = i + utf8.RuneLen(r)
	}
	*text = whole[:end]
	return fmt.Sprintf("The text is truncated after %d of %d characters, because the server's GITCODE_MCP_MAX_RESULT is %d bytes. Read the rest on the web page, or raise the setting.",
		utf8.RuneCountInString(*text), utf8.RuneCountInString(whole), limit)
}

// List is one page of rows.
type List[Row any] struct {
	Rows     []Row   `json:"rows" jsonschema_description:"Rows"`
	Total    *int    `json:"total,omitempty" jsonschema_description:"Number of rows on all pages"`
	NextPage float64 `json:"next_page,omitempty" jsonschema_description:"Next page to request; absent at the end"`

	Unreadable int `json:"unreadable,omitempty" jsonschema_description:"Number of rows that could not be read"`
	Notes

	page, size int // the page and its size; 0 for a list without pages
}

// PageOf returns the rows of a page, or of a list without pages.
func PageOf[T, Row any](p rest.Page[T], row func(T) Row) List[Row] {
	list := List[Row]{Rows: make([]Row, len(p.Items)), Unreadable: p.Unreadable, Total: p.Total, NextPage: float64(p.Next), page: p.Number, size: p.Size}
	for i, item := range p.Items {
		list.Rows[i] = row(item)
	}
	return list
}

// shorten drops rows until the list has at most limit bytes, and says how to
// read them. If even the first row is too long, it truncates the row's text.
func (l *List[Row]) shorten(limit int) {
	kept, used := 0, reserved
	for _, row := range l.Rows {
		encoded, err := rest.Marshal(row)
		if err != nil || used+len(encoded)+1 > limit {
			break
		}
		used += len(encoded) + 1
		kept++
	}
	all := len(l.Rows)
	if all > 0 && kept == 0 {
		kept = 1
		if long, ok := any(&l.Rows[0]).(longText); ok {
			l.Cut = truncate(long.LongText(), limit) + " "
		}
	}
	if kept == all {
		l.Cut = strings.TrimSpace(l.Cut)
		return
	}
	if l.size == 0 {
		l.Rows = l.Rows[:kept]
		l.Cut += fmt.Sprintf("%d of %d rows are left out, because the server's GITCODE_MCP_MAX_RESULT is %d bytes. Raise the setting to read them.", all-kept, all, limit)
		return
	}
	// A page size that divides this one lets the reader continue right after the
	// last row.
	for l.size%kept != 0 {
		kept--
	}
	l.Rows = l.Rows[:kept]
	l.NextPage = float64((l.page-1)*l.size/kept + 2)
	l.Cut += fmt.Sprintf("%d of %d rows are left out. Continue with per_page=%d page=%g.", all-kept, all, kept, l.NextPage)
}
