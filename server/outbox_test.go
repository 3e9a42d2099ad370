package server

import (
	"strconv"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
)

// TestUnreadProgressDoesNotHoldUpACall checks that notifications are written in their
// order, and that those too many are dropped while none is read.
func TestUnreadProgressDoesNotHoldUpACall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		read := make(chan struct{})
		var written []string
		o := &outbox{write: func(n []byte) {
			<-read
			written = append(written, string(n))
		}}
		var want []string
		for i := range 1000 {
			o.add([]byte(strconv.Itoa(i)))
			if i <= maxWaiting {
				want = append(want, strconv.Itoa(i))
			}
			synctest.Wait()
		}
		close(read)
		o.flush()
		assert.Equal(t, want, written)
		(&outbox{}).flush()
	})
}
