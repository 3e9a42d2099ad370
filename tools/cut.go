package tools

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"gitcode.com/gitcode-mcp/gitcode-mcp/sanitize"
)

// LongText is a text in a row or in a result of which another call can return
// the rest.
type LongText struct {
	Text string
	// Skipped is the number of characters that come before Text and were left
	// out on request.
	Skipped int
	// After is the number of characters that follow Text and were left out because
	// nobody reads so many at once.
	After int
	// Rest is the call that returns the rest, without its offset, such as
	// "get_issue number=12".
	Rest string
	// Set replaces the text, by a beginning of it if cut is true.
	Set func(text string, cut bool)
}

// History is a list in a row or in a result, such as the comments of an issue,
// whose oldest elements another call can return.
type History struct {
	Len int
	// Keep leaves out all but the last n elements, and says so in the list.
	Keep func(n int)
}

// Readable is a row or a result with parts that other calls can return. They
// are left out before anything else, and put back when they fit.
type Readable interface {
	// LongTexts returns the texts, those of the elements that are kept of the
	// history included.
	LongTexts() []LongText
	History() History
	// Omit leaves out the next member that matters less than the beginnings of the
	// texts, and returns its name; "" if there is none. It may be the history.
	Omit() string
}

const (
	// shortText is the size in bytes up to which texts are whole in a page of
	// rows, as long as other rows can be left out instead.
	shortText = 2000
	// leastText is the size to which texts are cut in any case.
	leastText = 160
	// barestText is the size to which they are cut before the end is lost that
	// says how to read the rest.
	barestText = 100
)

// fit sets the texts of value, which is to be encoded in at most limit bytes.
// Those longer than a common size are cut to it. It returns false if the size
// would have to be smaller than least, with the texts cut to that.
func fit(value result, texts []LongText, limit, least int, filter sanitize.Filter) (text []byte, fits bool, err error) {
	notes := value.notes()
	note := notes.Cut
	sizes := make([]int, len(texts))
	for i, t := range texts {
		clean, _ := filter.Text(t.Whole())
		sizes[i] = quotedLen(clean) - 2
		t.Set("x", true)
	}
	notes.Cut = join(note, cutTexts(2))
	frame, err := encode(value, filter)
	if err != nil {
		return nil, false, err
	}
	size := least
	if len(sizes) > 0 { // at least the longest is too long
		size = max(min(commonSize(sizes, limit-len(frame)+len(texts)), slices.Max(sizes)-1), least)
	}
	for {
		cut := 0
		for i, t := range texts {
			if sizes[i] <= size {
				t.Set(t.Whole(), false)
			} else {
				t.Set(t.cut(size, filter), true)
				cut++
			}
		}
		notes.Cut = join(note, cutTexts(cut))
		text, err = encode(value, filter)
		if over := len(text) - limit; err != nil || over <= 0 || size == least || cut == 0 {
			return text, err == nil && over <= 0, err
		} else {
			size = max(size-over/cut-1, least)
		}
	}
}

// cutTexts says how many texts are cut.
func cutTexts(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "A text is cut; its end says how to read the rest."
	}
	return fmt.Sprintf("%d texts are cut; their ends say how to read the rest.", n)
}

// commonSize returns the largest size such that texts cut to it have room bytes
// in all.
func commonSize(sizes []int, room int) int {
	sizes = slices.Sorted(slices.Values(sizes))
	for i, size := range sizes {
		if share := room / (len(sizes) - i); size > share {
			return share
		}
		room -= size
	}
	return max(room, 0)
}

// fitOne is fit for a result that is to be cut as much as necessary: first its
// texts, then its history, then more of its texts, then what it can omit. If
// something else is too long, it is encoded whole.
func fitOne(value result, parts Readable, limit int, filter sanitize.Filter) ([]byte, error) {
	history, notes := parts.History(), value.notes()
	earlier := notes.Cut
	note := earlier
	var texts []LongText
	restore := func() { // what an earlier attempt cut
		notes.Cut = note
		for _, t := range texts {
			t.Set(t.Whole(), false)
		}
	}
	attempt := func(kept, least int) (text []byte, fits bool, err error) {
		restore()
		if history.Len > 0 {
			history.Keep(kept)
		}
		if kept < history.Len {
			notes.Cut = join(note, "Earlier comments are left out.")
		}
		texts = parts.LongTexts()
		return fit(value, texts, limit, least, filter)
	}
	for _, least := range []int{shortText, leastText} {
		var best []byte
		fewest, most := 0, history.Len // of the history, to find out
		if least == shortText && history.Len > 0 {
			fewest = 1 // rather cut more of the texts than leave out all of it
		}
		for n := most; fewest <= most; n = (fewest + most) / 2 {
			text, fits, err := attempt(n, least)
			if err != nil {
				return nil, err
			}
			if fits {
				best, fewest = text, n+1
			} else {
				most = n - 1
			}
		}
		if best != nil {
			return best, nil
		}
	}
	for omitted := ""; ; {
		if text, fits, err := attempt(0, barestText); fits || err != nil {
			return text, err
		}
		restore()
		member := parts.Omit()
		if member == "" {
			return encode(value, filter)
		}
		omitted = strings.TrimPrefix(omitted+", "+member, ", ")
		note, history = join(earlier, "Left out: "+omitted+"."), parts.History()
	}
}

// Whole returns Text, and how to read on if something follows it.
func (t LongText) Whole() string {
	if t.After == 0 {
		return t.Text
	}
	return t.Text + t.marker(t.Skipped+utf8.RuneCountInString(t.Text))
}

// marker says how to read on after a number of characters.
func (t LongText) marker(read int) string {
	total := t.Skipped + utf8.RuneCountInString(t.Text) + t.After
	return fmt.Sprintf("… (%s of %s characters; the rest: %s offset=%d)", thousands(read), thousands(total), t.Rest, read)
}

// cut returns the beginning of a text and how to read the rest, in at most size
// bytes when encoded. It ends at a paragraph, else at a line, else at a word.
func (t LongText) cut(size int, filter sanitize.Filter) string {
	longest := t.marker(t.Skipped + utf8.RuneCountInString(t.Text) + t.After)
	head := t.Text[:t.end(size-len(longest), filter)]
	return head + t.marker(t.Skipped+utf8.RuneCountInString(head))
}

// end returns where to cut a text that may have size bytes when encoded.
func (t LongText) end(size int, filter sanitize.Filter) int {
	end, used := len(t.Text), 0
	for i, r := range t.Text {
		if used += escapedLen(r); unicode.IsControl(r) && r != '\n' && r != '\t' {
			used += len(`\\u0000`) - escapedLen(r) // as the filter writes it
		}
		if used > size {
			end = i
			break
		}
	}
	text, half := t.Text[:end], end/2
	for line := strings.LastIndexByte(text, '\n'); line > half; line = strings.LastIndexByte(text[:line], '\n') {
		if previous := strings.LastIndexByte(text[:line], '\n'); previous >= 0 && strings.TrimSpace(text[previous:line]) == "" {
			return line + 1
		}
	}
	for _, separator := range []string{"\n", " ", "。", "，"} {
		if i := strings.LastIndex(text, separator); i > half {
			return i + len(separator)
		}
	}
	for end > half && t.splits(end, filter) {
		_, n := utf8.DecodeLastRuneInString(t.Text[:end])
		end -= n
	}
	return end
}

// splits reports whether a cut would separate what the filter sees as one: a
// secret, or characters that are joined.
func (t LongText) splits(at int, filter sanitize.Filter) bool {
	const around = 500
	start, end := max(at-around, 0), min(at+around, len(t.Text))
	whole, _ := filter.Text(t.Text[start:end])
	head, _ := filter.Text(t.Text[start:at])
	tail, _ := filter.Text(t.Text[at:end])
	return head+tail != whole
}

// thousands returns a number with commas.
func thousands(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
