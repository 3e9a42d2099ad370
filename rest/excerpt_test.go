package rest_test

import (
	"runtime"
	"strings"
	"testing"

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
	assert.Equal(t, strings.Repeat("[ ", 150)+"…", excerpt)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20))
}
