package rest_test

import (
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// TestExcerptOfALongText checks that only the beginning of a text is looked at.
func TestExcerptOfALongText(t *testing.T) {
	text := []byte(strings.Repeat("[ ", 1<<20))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	excerpt := rest.Excerpt(text)
	runtime.ReadMemStats(&after)
	assert.Equal(t, strings.Repeat("[ ", 149)+"[…", excerpt)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20))
}

func TestExcerpt(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "a b", rest.Excerpt([]byte(" a\n\n b ")))
	assert.Equal(t, "a b", rest.Excerpt([]byte("a\x00\x1b\u0085\u2028b\xff")))
	assert.Equal(t, strings.Repeat("语", 100)+"…", rest.Excerpt([]byte(strings.Repeat("语", 200))))
	assert.Equal(t, strings.Repeat("a ", 149)+"a…", rest.Excerpt([]byte(strings.Repeat("a ", 200))))
}

// FuzzExcerpt checks that an excerpt is short, valid and on one line.
func FuzzExcerpt(f *testing.F) {
	for _, n := range []int{0, 1, 298, 299, 300, 301, 4000} {
		f.Add([]byte(strings.Repeat("x", n)))
		f.Add([]byte(strings.Repeat("x", n) + " y 语\xff"))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		excerpt := rest.Excerpt(text)
		assert.LessOrEqual(t, len(excerpt), 300+len("…"))
		assert.True(t, utf8.ValidString(excerpt))
		assert.NotRegexp(t, `[\x00-\x1f\x7f\x{2028}\x{2029}]`, excerpt)
	})
}
