package lenient

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth is how deeply lists and objects may be nested, as in encoding/json.
const maxDepth = 10_000

// A scanner reads JSON from its beginning to its end. It accepts exactly what
// encoding/json does. After a syntax error it is at the end of the data, so that
// every loop ends.
type scanner struct {
	data    []byte
	pos     int
	depth   int // open lists and objects
	failed  bool
	isPlain bool // the last string is ASCII without escapes
}

//go:noinline
func (s *scanner) fail() { *s = scanner{failed: true} }

// peek returns the first byte that is not white space, or 0 at the end.
func (s *scanner) peek() byte {
	for ; s.pos < len(s.data); s.pos++ {
		switch c := s.data[s.pos]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

// open begins a list or an object.
func (s *scanner) open() {
	if s.pos++; s.depth == maxDepth {
		s.fail()
		return
	}
	s.depth++
}

// more reports whether a list or an object, which end ends, has another element. It
// moves to it, or behind the end.
func (s *scanner) more(isFirst bool, end byte) bool {
	switch c := s.peek(); {
	case c == end:
		s.pos++
		s.depth--
		return false
	case isFirst:
	case c == ',':
		s.pos++
	default:
		s.fail()
	}
	return !s.failed
}

// key reads the key of a member and the colon, and returns what is between its
// quotes.
func (s *scanner) key() []byte {
	if s.peek() != '"' {
		s.fail()
		return nil
	}
	start := s.pos + 1
	s.text()
	end := s.pos - 1
	if s.peek() != ':' {
		s.fail()
		return nil
	}
	s.pos++
	return s.data[start:end]
}

// raw reads a value and returns it.
func (s *scanner) raw() []byte {
	s.peek()
	start := s.pos
	s.skip()
	return s.data[min(start, s.pos):s.pos]
}

// skip reads a value.
func (s *scanner) skip() {
	if c := s.peek(); c != '{' && c != '[' {
		s.scalar(c)
		return
	}
	var ends [64]byte
	outer, open := s.depth, ends[:0] // what ends the lists and objects in the value
	for isFirst := true; ; {
		if isFirst {
			end := s.peek() + 2 // in ASCII the closing ones follow the next but one
			s.open()
			open = append(open, end)
		}
		end := open[len(open)-1]
		if !s.more(isFirst, end) {
			open, isFirst = open[:len(open)-1], false
			if s.depth <= outer || s.failed {
				return
			}
			continue
		}
		if end == '}' {
			s.key()
		}
		c := s.peek()
		if isFirst = c == '{' || c == '['; !isFirst {
			s.scalar(c)
		}
	}
}

// scalar reads a value that starts with c and is neither a list nor an object.
func (s *scanner) scalar(c byte) {
	switch {
	case c == '"':
		s.text()
	case c == '-', isDigit(c):
		s.number()
	case c == 't':
		s.literal("true")
	case c == 'f':
		s.literal("false")
	case c == 'n':
		s.literal("null")
	default:
		s.fail()
	}
}

func (s *scanner) literal(word string) {
	if !bytes.HasPrefix(s.data[s.pos:], []byte(word)) {
		s.fail()
		return
	}
	s.pos += len(word)
}

func (s *scanner) number() {
	if s.data[s.pos] == '-' {
		s.pos++
	}
	if s.at() == '0' {
		s.pos++
	} else {
		s.digits()
	}
	if s.at() == '.' {
		s.pos++
		s.digits()
	}
	if s.at()|0x20 == 'e' {
		if s.pos++; s.at() == '+' || s.at() == '-' {
			s.pos++
		}
		s.digits()
	}
}

// digits reads one or more digits.
func (s *scanner) digits() {
	if !isDigit(s.at()) {
		s.fail()
	}
	for isDigit(s.at()) {
		s.pos++
	}
}

// at returns the next byte, or 0 at the end.
func (s *scanner) at() byte {
	if s.pos < len(s.data) {
		return s.data[s.pos]
	}
	return 0
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// text reads a string.
func (s *scanner) text() {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	s.isPlain = true
	i, data := s.pos+1, s.data
	for {
		for ; i+8 <= len(data); i += 8 { // eight bytes at a time, up to one that means something
			w := binary.LittleEndian.Uint64(data[i:])
			quote, slash := w^ones*'"', w^ones*'\\'
			// The highest bit of a byte that is to be found is set. Above the
			// lowest one others may be, too.
			found := ((quote-ones)&^quote | (slash-ones)&^slash | (w-ones*' ')&^w) & highs
			if found == 0 {
				s.isPlain = s.isPlain && w&highs == 0
				continue
			}
			n := bits.TrailingZeros64(found) &^ 7 // bits before it
			s.isPlain = s.isPlain && w&highs&(1<<n-1) == 0
			i += n / 8
			break
		}
		if i >= len(data) {
			s.fail()
			return
		}
		switch c := data[i]; {
		case c == '"':
			s.pos = i + 1
			return
		case c == '\\':
			n := escapeLen(data[i:])
			if n == 0 {
				s.fail()
				return
			}
			s.isPlain = false
			i += n
		case c < ' ':
			s.fail()
			return
		default:
			s.isPlain = s.isPlain && c < utf8.RuneSelf
			i++
		}
	}
}

// escapeLen returns the length of the escape that data starts with, or 0 if there
// is no such escape.
func escapeLen(data []byte) int {
	switch {
	case len(data) < 2:
	case data[1] == 'u':
		if _, ok := hexRune(data); ok {
			return 6
		}
	case unescaped[data[1]] != 0:
		return 2
	}
	return 0
}

// hexRune returns the UTF-16 code unit of the escape \uXXXX that data starts with.
func hexRune(data []byte) (r rune, ok bool) {
	if len(data) < 6 || data[0] != '\\' || data[1] != 'u' {
		return 0, false
	}
	for _, c := range data[2:6] {
		switch {
		case isDigit(c):
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// appendText appends the text of a valid string, of which it gets what is between
// the quotes. Like encoding/json it replaces what is not valid UTF-8 or UTF-16.
func appendText(text, content []byte) []byte {
	if !utf8.Valid(content) {
		var valid []byte
		for _, r := range string(content) {
			valid = utf8.AppendRune(valid, r)
		}
		content = valid
	}
	text = slices.Grow(text, len(content)) // escapes are longer than what they mean
	for {
		n := bytes.IndexByte(content, '\\')
		if n < 0 {
			return append(text, content...)
		}
		text, content = append(text, content[:n]...), content[n:]
		r, isHex := hexRune(content)
		if !isHex {
			text = append(text, unescaped[content[1]])
			content = content[2:]
			continue
		}
		content = content[6:]
		if utf16.IsSurrogate(r) {
			low, _ := hexRune(content)
			if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
				content = content[6:]
			}
		}
		text = utf8.AppendRune(text, r)
	}
}

// unescaped are the characters that a backslash and another character mean.
var unescaped = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}
