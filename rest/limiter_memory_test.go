package rest

import (
	"crypto/sha256"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// TestIdleUsersAreForgotten checks that the limiter of a user lives for the
// longest window after the last request, and not for longer than two.
func TestIdleUsersAreForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ls := newLimiters([]Rate{{1, time.Minute}, {10, time.Hour}}, 0)
		ann := ls.forToken("ann")
		for i := range 1000 {
			ls.forToken(strconv.Itoa(i))
		}
		time.Sleep(59 * time.Minute)
		assert.Same(t, ann, ls.forToken("ann"))
		time.Sleep(59 * time.Minute)
		assert.Same(t, ann, ls.forToken("ann"), "a limiter in use is kept")
		time.Sleep(2 * time.Minute)
		assert.Same(t, ann, ls.forToken("ann"))
		assert.LessOrEqual(t, len(ls.recent)+len(ls.previous), 2, "the others are gone")
		time.Sleep(2 * time.Hour)
		assert.NotSame(t, ann, ls.forToken("ann"))
		assert.Empty(t, ls.previous)
	})
}

// TestNewUsersCostTheSame checks that the first request of a user neither looks
// at nor copies the limiters of others, however many there are.
func TestNewUsersCostTheSame(t *testing.T) {
	for name, startsPeriod := range map[string]bool{"within a period": false, "at the start of a period": true} {
		allocations := func(known int) float64 {
			ls := newLimiters(nil, time.Hour)
			ls.forToken("the first")
			for i := range known {
				ls.recent[sha256.Sum256([]byte(strconv.Itoa(i)))] = nil // looking at it would panic
			}
			others, start, n := ls.recent, ls.start, 0
			return testing.AllocsPerRun(100, func() {
				if startsPeriod {
					ls.recent, ls.previous, ls.start = others, nil, start.Add(-ls.period)
				}
				n++
				ls.forToken("new" + strconv.Itoa(n))
			})
		}
		assert.InDelta(t, allocations(10), allocations(100_000), 2, name)
	}
}
