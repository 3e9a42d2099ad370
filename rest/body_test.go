package rest_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// slowBody is a body of white space that counts what was read of it, and then of a
// text as soon as it may end.
type slowBody struct {
	rest int // bytes before the text
	read *atomic.Int64
	end  <-chan struct{}
	text io.Reader
}

func (b *slowBody) Read(p []byte) (int, error) {
	if b.rest > 0 {
		n := copy(p[:min(len(p), b.rest)], blank)
		b.rest -= n
		b.read.Add(int64(n))
		return n, nil
	}
	<-b.end
	return b.text.Read(p)
}

var blank = strings.Repeat(" ", 1<<20)

func (b *slowBody) Close() error { return nil }

// TestLargeResponsesAreBounded checks how much the responses of a user hold, if
// all are as large as possible and none ends.
func TestLargeResponsesAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var read atomic.Int64
		end := make(chan struct{})
		size := 31 << 20
		c := newClient(t, inMemory(func(*http.Request) (*http.Response, error) {
			r := response(200, "")
			r.Body = &slowBody{rest: size, read: &read, end: end, text: iotest.ErrReader(io.ErrUnexpectedEOF)}
			return r, nil
		}), rest.Config{MaxWait: -1, Rates: rest.Unlimited})
		const calls = rest.MaxInFlight
		errs := make(chan error, calls)
		for range calls {
			go func() { errs <- getThing(ctx, c) }()
		}
		synctest.Wait()
		assert.Equal(t, 3*31+22*2, int(read.Load())>>20, "25 in flight, 3 of them large: MiB")
		go func() { errs <- getThing(c.WithToken(ctx, "another"), c) }()
		synctest.Wait()
		assert.Equal(t, 4*31+22*2, int(read.Load())>>20, "another user has bounds of their own")
		cancel()
		synctest.Wait() // for those that wait
		close(end)
		for range calls + 1 {
			assert.Equal(t, rest.Canceled, errorOf(t, <-errs).Class)
		}
	})
}

// TestLargeResponsesWaitForTheTimeout checks that a response which may not be
// large before the timeout fails, and that a canceled call does not wait.
func TestLargeResponsesWaitForTheTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		end := make(chan struct{})
		c := newClient(t, inMemory(func(*http.Request) (*http.Response, error) {
			r := response(200, "")
			r.Body = &slowBody{rest: 3 << 20, read: new(atomic.Int64), end: end, text: strings.NewReader(`{"id":7}`)}
			return r, nil
		}), rest.Config{Timeout: 10 * time.Second, MaxWait: -1, Rates: rest.Unlimited})
		errs := make(chan error, 4)
		for range 3 {
			go func() { errs <- getThing(t.Context(), c) }()
		}
		synctest.Wait()
		start := time.Now()
		err := errorOf(t, getThing(t.Context(), c))
		assert.Equal(t, 10*time.Second, time.Since(start))
		assert.Equal(t, rest.Unavailable, err.Class)
		assert.Equal(t, "no response in time", err.Message)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		assert.Equal(t, rest.Canceled, errorOf(t, getThing(ctx, c)).Class)
		close(end)
		for range 3 {
			<-errs
		}
		assert.NoError(t, getThing(t.Context(), c), "the others made room")
	})
}
