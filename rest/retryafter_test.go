package rest

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// FuzzRetryAfter checks that a wait is never negative, and that seconds are
// taken as they are.
func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"", "0", "35", " 7 ", "-1", "1.5", "99999999999999999999", "Sat, 01 Jan 2000 00:00:09 GMT", "Saturday, 01-Jan-00 00:00:09 GMT", "Sat Jan  1 00:00:09 2000", "soon"} {
		f.Add(seed)
	}
	now := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, header string) {
		wait := retryAfter(header, now)
		assert.GreaterOrEqual(t, wait, time.Duration(0))
		if n, err := strconv.ParseUint(strings.TrimSpace(header), 10, 31); err == nil {
			assert.Equal(t, time.Duration(n)*time.Second, wait)
		}
		if wait > 0 {
			assert.Regexp(t, `\d`, header)
		}
	})
}
