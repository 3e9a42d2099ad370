package tools

import (
	"bytes"
	"fmt"
	"slices"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/sanitize"
)

// MinResult is the least size limit of a result, in bytes. A smaller one would
// leave no room for what identifies the result and says what was cut.
const MinResult = 500

// Notes reports what the server changed in a result.
type Notes struct {
	Cut    string `json:"cut,omitempty" jsonschema_description:"What is missing, and how to get it"`
	Hidden int    `json:"hidden_removed,omitempty" jsonschema_description:"Number of invisible characters removed"`

	fields []string // the members of rows to return; none means all
}

func (n *Notes) notes() *Notes { return n }

// Partial is the outcome of a write if part of what was requested did not happen.
const Partial = "partial"

// Unchanged is the outcome of a write that sent nothing, because everything
// already was as requested. It is not in the audit log.
const Unchanged = "unchanged"

// Written holds the fields common to all write results.
type Written struct {
	Warnings []string              `json:"warnings,omitempty" jsonschema_description:"What did not happen, changed unasked or could not be verified"`
	DryRun   []rest.PlannedRequest `json:"dry_run,omitempty" jsonschema_description:"Requests that were not sent; 0 stands for the number of a new issue"`
	Notes

	// ID is the forge's id of the object written, for the audit log; 0 if unknown.
	ID int64 `json:"-"`
	// Outcome is the outcome for the audit log, such as Partial or Unchanged; ""
	// means ok.
	Outcome string `json:"-"`
}

func (w *Written) written() *Written { return w }

// Previewer is a response that can also show what a write would do. The result of
// a dry run consists of the planned requests, because the responses to them are
// unknown. If HasPreview returns true, it also has what the view shows of the
// response.
type Previewer interface{ HasPreview() bool }

func hasPreview(response any) bool {
	p, ok := response.(Previewer)
	return ok && p.HasPreview()
}

// shortener is a result that can leave out what the caller can read with
// another call.
type shortener interface {
	// shorten returns the encoded result with as much as fits in limit bytes. It
	// is longer than that only if its smallest part is.
	shorten(limit int, filter sanitize.Filter) ([]byte, error)
}

// Dropper is a result with a part that would be wrong if anything in it were
// changed, and that the caller can do without. If the result is too long, or if
// the part contains what results do not show, Drop leaves it out and says so in
// Cut, with the reason: "because …".
type Dropper interface {
	Exact() any // the part
	Drop(reason string)
}

// Clipped is a result that says something else if it is too long.
type Clipped interface{ Clip() }

// dropAltered drops the part of a result that would be altered.
func dropAltered(value result, filter sanitize.Filter) error {
	spare, ok := value.(Dropper)
	if !ok {
		return nil
	}
	text, err := rest.Marshal(spare.Exact())
	if err != nil {
		return err
	}
	clean, _, err := filter.JSON(text)
	if err == nil && !bytes.Equal(clean, text) {
		spare.Drop("because it contains characters that a result cannot show")
	}
	return err
}

// render returns a result as compact JSON of at most env.MaxResult bytes, without
// invisible characters and secrets.
func render(value result, env Env, filter sanitize.Filter) ([]byte, error) {
	if err := dropAltered(value, filter); err != nil {
		return nil, err
	}
	text, err := encode(value, filter)
	limit := env.MaxResult
	if err != nil || limit <= 0 || len(text) <= max(limit, MinResult) {
		return text, err
	}
	if spare, ok := value.(Dropper); ok {
		spare.Drop("because of its size")
		if text, err = encode(value, filter); err != nil || len(text) <= max(limit, MinResult) {
			return text, err
		}
	}
	limit = max(limit, MinResult)
	switch long := value.(type) {
	case shortener:
		text, err = long.shorten(limit, filter)
	case Clipped:
		long.Clip()
		text, err = encode(value, filter)
	case Readable:
		text, err = fitOne(value, long, limit, filter)
	}
	if err != nil || len(text) <= limit {
		return text, err
	}
	return shrink(text, limit, env.maxResultName())
}

// A partial result knows what was left out of it and belongs to its next page.
type partial interface {
	// remainder returns what follows at a page, or nil.
	remainder() (left result, page float64)
}

// encode returns a result as compact JSON without invisible characters and
// secrets.
func encode(value result, filter sanitize.Filter) ([]byte, error) {
	value.notes().Hidden = 0
	clean, hidden, err := encodePart(value, filter)
	if err != nil || hidden == 0 {
		return clean, err
	}
	value.notes().Hidden = hidden
	clean, _, err = encodePart(value, filter)
	return clean, err
}

func encodePart(value any, filter sanitize.Filter) (clean []byte, hidden int, err error) {
	text, err := rest.Marshal(value)
	if r, ok := value.(result); ok && err == nil {
		text = selectRows(text, r.notes().fields)
	}
	if err != nil {
		return nil, 0, err
	}
	return filter.JSON(text)
}

// List is one page of rows, which are pointers: the code of all lists is then in the
// program only once.
type List[Row any] struct {
	Rows     []Row   `json:"rows" jsonschema_description:"Rows"`
	Total    *int    `json:"total,omitempty" jsonschema_description:"Number of rows on all pages"`
	NextPage float64 `json:"next_page,omitempty" jsonschema_description:"Next page to request; absent at the end"`

	Unreadable int `json:"unreadable,omitempty" jsonschema_description:"Number of rows that could not be read"`
	Notes

	start func(i int) rest.PageNumber // returns where row i starts; 0 for a list without pages
	note  string                      // what else to say about the rows
	rest  func(left []Row) string     // how to get rows that were left out of a list without pages
	after func(last Row) string       // the same, without naming them
	brief bool                        // whether after is to be used
	left  *List[Row]                  // the rows that were left out of a page
}

// PageOf returns the rows of a page, or of a list without pages.
func PageOf[T, Row any](p *rest.Page[T], row func(T) Row) *List[Row] {
	// A list that is kept must not hold the items, and code without their type is in
	// the program only once.
	page := &rest.Page[struct{}]{Starts: p.Starts, Total: p.Total, Next: p.Next, Err: p.Err, Lacking: p.Lacking, Sparse: p.Sparse, Shrank: p.Shrank}
	list := &List[Row]{Rows: make([]Row, len(p.Items)), Unreadable: p.Unreadable, Total: p.Total, NextPage: float64(p.Next), start: page.Start}
	list.Cut, list.note = missing(page, len(p.Items)+p.Unreadable)
	for i, item := range p.Items {
		list.Rows[i] = row(item)
	}
	return list
}

// AddNote adds to what is said about what is missing in the rows.
func (l *List[Row]) AddNote(note string) { l.Cut, l.note = join(l.Cut, note), join(l.note, note) }

// ContinueWith sets how to get rows of a list without pages that were left out
// at its end: the arguments to pass, or, where these would be too long, which
// they are after the last row that is left.
func (l *List[Row]) ContinueWith(arguments func(left []Row) string, after func(last Row) string) {
	l.rest, l.after = arguments, after
}

// remainder returns the rows that were left out of a page.
func (l *List[Row]) remainder() (result, float64) {
	if l.left == nil {
		return nil, 0
	}
	return l.left, l.NextPage
}

// shorten cuts the long texts of rows if that is enough while all short texts
// stay whole. Otherwise it leaves out rows at the end. The next page is then the
// rest of this one, so that a caller who follows next_page reads every row once.
// The first row is kept in any case.
func (l *List[Row]) shorten(limit int, filter sanitize.Filter) ([]byte, error) {
	rows, cut, next := l.Rows, l.Cut, l.NextPage
	if texts := longTexts(rows); len(texts) > 0 {
		if text, fits, err := fit(l, texts, limit, shortText, filter); fits || err != nil {
			return text, err
		}
		for _, t := range texts {
			t.Set(t.Whole(), false)
		}
		l.Cut = cut
	}
	if len(rows) < 2 || l.start(0) == 0 && l.rest == nil {
		return l.shortenRow(limit, filter)
	}
	l.keep(rows, 0)
	text, err := encode(l, filter)
	if err != nil {
		return nil, err
	}
	if l.start(0) == 0 && len(text) > limit/2 {
		l.brief = true
		l.keep(rows, 0)
		if text, err = encode(l, filter); err != nil {
			return nil, err
		}
	}
	kept, used := 0, len(text)
	for ; kept < len(rows)-1 && used <= limit; kept++ {
		row, _, err := encodePart(&List[Row]{Rows: rows[kept : kept+1], Notes: Notes{fields: l.fields}}, filter)
		if err != nil {
			return nil, err
		}
		used += len(row) - len(`{"rows":[]}`) + 1
	}
	for ; ; kept-- {
		l.keep(rows, max(kept, 1))
		if text, err = encode(l, filter); err != nil || len(text) <= limit || kept <= 1 {
			break
		}
	}
	if kept = len(l.Rows); l.start(0) != 0 {
		start := l.start
		l.left = &List[Row]{
			Rows: slices.Clone(rows[kept:]), Total: l.Total, NextPage: next, Notes: Notes{Cut: cut, fields: l.fields}, note: l.note,
			start: func(i int) rest.PageNumber { return start(kept + i) },
		}
	}
	if err != nil || len(text) <= limit {
		return text, err
	}
	return l.shortenRow(limit, filter)
}

// shortenRow cuts what other calls can return in a list of one row.
func (l *List[Row]) shortenRow(limit int, filter sanitize.Filter) ([]byte, error) {
	if len(l.Rows) == 1 {
		if row, ok := any(l.Rows[0]).(Readable); ok {
			return fitOne(l, row, limit, filter)
		}
	}
	return encode(l, filter)
}

// keep leaves out all but the first rows.
func (l *List[Row]) keep(rows []Row, kept int) {
	l.Rows = rows[:kept]
	how := ""
	switch {
	case l.start(0) == 0 && l.brief:
		how = l.after(rows[max(kept, 1)-1])
	case l.start(0) == 0:
		how = l.rest(rows[kept:])
	default:
		l.NextPage = float64(l.start(kept))
		how = fmt.Sprintf("page=%v", l.NextPage)
	}
	l.Cut = join(fmt.Sprintf("%d of %d rows are left out; repeat the call with %s.", len(rows)-kept, len(rows), how), l.note)
}

// longTexts returns the long texts of all rows.
func longTexts[Row any](rows []Row) []LongText {
	var texts []LongText
	for _, row := range rows {
		if row, ok := any(row).(Readable); ok {
			texts = append(texts, row.LongTexts()...)
		}
	}
	return texts
}
