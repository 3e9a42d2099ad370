package rest

import (
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
