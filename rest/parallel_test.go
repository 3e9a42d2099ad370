package rest_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// TestInParallel checks that each number comes once, and that no more calls run at a
// time than a user may have requests in flight.
func TestInParallel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const n = 4 * rest.MaxInFlight
		var calls sync.Map
		var running, most atomic.Int64
		rest.InParallel(n, func(i int) {
			most.Store(max(most.Load(), running.Add(1)))
			_, again := calls.LoadOrStore(i, true)
			assert.False(t, again)
			time.Sleep(time.Second)
			running.Add(-1)
		})
		count := 0
		calls.Range(func(_, _ any) bool { count++; return true })
		assert.Equal(t, n, count)
		assert.LessOrEqual(t, most.Load(), int64(rest.MaxInFlight))
		rest.InParallel(0, func(int) { t.Error("there is nothing to do") })
	})
}
