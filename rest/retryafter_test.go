package rest

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestHugeRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, text := range []string{"2147483647", "2147483648", "9999999999", "18446744073709551616", strings.Repeat("9", 400), "Fri, 31 Dec 9999 23:59:59 GMT"} {
		wait, ok := RetryAfter(http.Header{"Retry-After": {text}}, now)
		assert.True(t, ok, text)
		assert.Equal(t, maxRetryAfter, wait, text)
	}
}

// FuzzRetryAfter checks that a wait is never negative, and that seconds are
// taken as they are.
func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"", "0", "35", " 7 ", "-1", "1.5", "99999999999999999999", "Sat, 01 Jan 2000 00:00:09 GMT", "Saturday, 01-Jan-00 00:00:09 GMT", "Sat Jan  1 00:00:09 2000", "soon"} {
		f.Add(seed)
	}
	now := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		wait, ok := RetryAfter(http.Header{"Retry-After": {text}}, now)
		assert.GreaterOrEqual(t, wait, time.Duration(0))
		assert.LessOrEqual(t, wait, maxRetryAfter)
		if n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 31); err == nil {
			assert.True(t, ok)
			assert.Equal(t, time.Duration(n)*time.Second, wait)
		}
		if wait > 0 {
			assert.True(t, ok)
			assert.Regexp(t, `\d`, text)
		}
	})
}
