// Package textedit changes texts without repeating the rest of them: it inserts at
// the top and at the end, and replaces passages that occur exactly once.
package textedit

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// Edit replaces a passage of a text.
type Edit struct {
	Old string `json:"old" jsonschema_description:"Text that occurs exactly once"`
	New string `json:"new" jsonschema_description:"Replacement"`
}

// Changes change a text without repeating the rest of it, of which every byte
// is preserved. All edits refer to the text before them, so their order does not
// matter.
//
// In a text whose lines end with CRLF, \n stands for CRLF in everything that is
// inserted. In old it stands for either.
//
// Texts are often shown with control characters escaped, as in \u001b. If an old
// does not occur as it is, the escapes in it and in its new stand for the
// characters.
type Changes struct {
	Append  string `json:"append,omitempty" jsonschema_description:"Added at the end, on a new line; start with \\n\\n for a blank line"`
	Prepend string `json:"prepend,omitempty" jsonschema_description:"Added at the top"`
	Edits   []Edit `json:"edits,omitempty" jsonschema_description:"Edits of the present body"`
}

// IsEmpty reports whether nothing is to be changed.
func (c Changes) IsEmpty() bool { return c.Append == "" && c.Prepend == "" && len(c.Edits) == 0 }

// Apply returns the changed text and its differences as lines. It fails unless
// each old occurs exactly once, counting occurrences that overlap, and the edits
// do not overlap. Appended and prepended text gets a line break between it and
// the edited text, unless one of them has it already or is empty.
func (c Changes) Apply(text string) (changed, diff string, err error) {
	changes, err := c.passages(text)
	if err != nil {
		return "", "", err
	}
	return replace(text, changes), diffOf(text, changes), nil
}

// Either returns the reason to reject arguments with a new text in a parameter and
// changes of the present one.
func Either(parameter string) string {
	return parameter + " replaces the whole text; pass either " + parameter + ", or append, prepend and edits"
}

// Rewrite reads a text twice, the second time right before it is written, and
// returns the changed text, or nil if nothing changes, and its diff. It fails
// with rest.Conflict if the reads differ.
func (c Changes) Rewrite(endpoint string, read func() (string, error)) (changed *string, diff string, err error) {
	text, err := read()
	if err != nil {
		return nil, "", err
	}
	edited, diff, err := c.Apply(text)
	if err != nil {
		return nil, "", rest.InvalidArguments(endpoint, err.Error())
	}
	if edited == text {
		return nil, "", nil
	}
	again, err := read()
	if err != nil {
		return nil, "", err
	}
	if again != text {
		return nil, "", &rest.Error{Class: rest.Conflict, Endpoint: endpoint, NotSent: true, Message: "somebody else changed the text at the same time; retry with the same arguments"}
	}
	return &edited, diff, nil
}

// ExactText returns the text in a member of a response, which a parameter replaces.
// It fails if writing the
// text again could change it: if the member is missing or not a text, or has
// bytes that are not UTF-8.
func ExactText(member json.RawMessage, parameter, endpoint string) (string, error) {
	text := lenient.Scalar(member)
	switch {
	case member == nil, text == "" && !lenient.IsEmpty(member):
		return "", &rest.Error{Class: rest.MalformedResponse, Endpoint: endpoint, Message: "the response does not show the text that is to be changed"}
	case strings.ContainsRune(text, utf8.RuneError) && strings.Count(text, "\ufffd") != replacements(member):
		return "", rest.InvalidArguments(endpoint, "the text contains characters that are not valid Unicode, which an edit would lose; to replace the whole text, pass "+parameter)
	}
	return text, nil
}

// IsExact reports whether a member of a response is a text to the byte. A nil text is
// in every response.
func IsExact(member json.RawMessage, text *string) bool {
	if text == nil {
		return true
	}
	got, err := ExactText(member, "", "")
	return err == nil && got == *text
}

// replacements returns how often a JSON text contains the character U+FFFD, to
// which decoding also converts what is not valid Unicode.
func replacements(text []byte) int {
	n := bytes.Count(text, []byte("\ufffd"))
	for {
		_, escaped, found := bytes.Cut(text, []byte{'\\'})
		if !found {
			return n
		}
		if len(escaped) >= 5 && bytes.EqualFold(escaped[:5], []byte("ufffd")) {
			n++
		}
		text = escaped[min(1, len(escaped)):] // which may be another backslash
	}
}

// passage is the bytes of a text from start to end, which new replaces.
type passage struct {
	start, end int
	new        string
}

// passages returns the passages that change, in order.
func (c Changes) passages(text string) ([]passage, error) {
	lines, lineBreak := newLineBreaks(text), "\n"
	if lines.isCRLF() {
		lineBreak = "\r\n"
	}
	insert := func(s string) string {
		if lineBreak == "\n" {
			return s
		}
		return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", lineBreak)
	}

	type numbered struct {
		passage
		edit int
	}
	var edits []*numbered
	for i, edit := range c.Edits {
		start, end, escaped, err := lines.find(edit.Old)
		if err != nil {
			return nil, fmt.Errorf("edits[%d].old %w", i, err)
		}
		if escaped {
			edit.New = unescapeControls(edit.New, text[start:end])
		}
		edits = append(edits, &numbered{passage{start, end, insert(edit.New)}, i})
	}
	slices.SortFunc(edits, func(a, b *numbered) int { return cmp.Compare(a.start, b.start) })
	var changes []passage
	for i, edit := range edits {
		if i > 0 && edits[i-1].end > edit.start {
			return nil, fmt.Errorf("edits[%d] and edits[%d] overlap; combine them", min(edits[i-1].edit, edit.edit), max(edits[i-1].edit, edit.edit))
		}
		changes = append(changes, edit.passage)
	}
	between := func(above, below string) string {
		if above == "" || below == "" || strings.HasSuffix(above, "\n") || strings.HasPrefix(below, "\n") || strings.HasPrefix(below, "\r\n") {
			return ""
		}
		return lineBreak
	}
	edited := replace(text, changes)
	if above := insert(c.Prepend); above != "" {
		above += between(above, edited)
		changes, edited = append([]passage{{0, 0, above}}, changes...), above+edited
	}
	if below := insert(c.Append); below != "" {
		changes = append(changes, passage{len(text), len(text), between(edited, below) + below})
	}
	return changes, nil
}

// replace returns a text with the changes made.
func replace(text string, changes []passage) string {
	var b strings.Builder
	end := 0
	for _, p := range changes {
		b.WriteString(text[end:p.start] + p.new)
		end = p.end
	}
	return b.String() + text[end:]
}

// lineBreaks is a text with \n for each CRLF, so that \n finds both.
type lineBreaks struct {
	text   string
	crs    []int // the offsets in text of each \n that stands for CRLF
	breaks int   // the number of line breaks
}

func newLineBreaks(text string) lineBreaks {
	l := lineBreaks{breaks: strings.Count(text, "\n")}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, "\r\n")
		b.WriteString(before)
		if !found {
			l.text = b.String()
			return l
		}
		l.crs = append(l.crs, b.Len())
		b.WriteByte('\n')
		text = after
	}
}

// isCRLF reports whether most lines end with CRLF.
func (l lineBreaks) isCRLF() bool { return 2*len(l.crs) > l.breaks }

// original returns the offset in the original text.
func (l lineBreaks) original(offset int) int {
	n, _ := slices.BinarySearch(l.crs, offset)
	return offset + n
}

// find returns where old is in the original text, and whether its control
// characters are escaped in old. The error says where old occurs if it occurs
// more than once, and what is similar if it does not occur.
func (l lineBreaks) find(old string) (start, end int, escaped bool, err error) {
	if old == "" {
		return 0, 0, false, fmt.Errorf("must not be empty")
	}
	found := occurrences(l.text, old)
	if len(found) == 0 { // otherwise each \r that old contains is one that ends no line
		old = strings.ReplaceAll(old, "\r\n", "\n")
		found = occurrences(l.text, old)
	}
	ends := make([]int, len(found))
	for i := range found {
		ends[i] = found[i] + len(old)
	}
	if len(found) == 0 {
		found, ends = escapedOccurrences(l.text, old)
		escaped = len(found) > 0
	}
	switch len(found) {
	case 0:
		return 0, 0, false, fmt.Errorf("does not occur in the text; %s", similar(l.text, old))
	case 1:
		return l.original(found[0]), l.original(ends[0]), escaped, nil
	}
	count := fmt.Sprint(len(found))
	if len(found) > maxOccurrences {
		count, found = fmt.Sprintf("more than %d", maxOccurrences), found[:maxOccurrences]
	}
	return 0, 0, false, fmt.Errorf("occurs %s times; include more of the text around it: %s", count, quoteLines(l.text, found, false))
}

// maxOccurrences is the maximum number of occurrences that are counted.
const maxOccurrences = 100

// occurrences returns the offsets of a passage, those that overlap included, but
// no more than maxOccurrences + 1.
func occurrences(text, passage string) []int {
	var found []int
	for from := 0; len(found) <= maxOccurrences; {
		i := strings.Index(text[from:], passage)
		if i < 0 {
			break
		}
		found = append(found, from+i)
		from += i + 1
	}
	return found
}
