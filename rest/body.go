package rest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
	"time"
)

// The responses of a user that are read and decoded at a time are bounded: each
// may have up to smallResponse bytes, and maxLarge of them up to maxResponse. So
// their bodies have at most 140 MiB, and as much again while they are put
// together or decoded. What was decoded from them is not counted.
const (
	maxResponse   = 32 << 20
	smallResponse = 2 << 20
	maxLarge      = 3

	maxReused = 1 << 20 // the largest buffer that is used for further bodies
)

var errTooLarge = errors.New("the response is too large")

// body is the body of a response. Call release in any case when its bytes are no
// longer needed.
type body struct {
	bytes.Buffer
	unused *sync.Pool    // of bodies
	large  chan struct{} // of the limiter, if the response is large
}

// newBody returns a body without bytes, in a buffer that another may have used.
func newBody(unused *sync.Pool) *body {
	b, ok := unused.Get().(*body)
	if !ok {
		b = &body{unused: unused}
	}
	return b
}

// read reads the body of a response, of a length that is -1 if it is unknown. The
// part beyond smallResponse waits, up to the timeout, until fewer than maxLarge
// other responses of the limiter are large.
func (b *body) read(ctx context.Context, l *limiter, r io.ReadCloser, length int64, timeout time.Duration) error {
	defer r.Close()                                                 //nolint:errcheck // it is read, or of no use
	b.Grow(int(min(max(length, 0), smallResponse)) + bytes.MinRead) // which ReadFrom needs to see the end
	_, err := b.ReadFrom(io.LimitReader(r, smallResponse))
	if err != nil || b.Len() < smallResponse {
		return err
	}
	if err = l.enterLarge(ctx, timeout); err != nil {
		return err
	}
	b.large = l.large
	if length < 0 {
		length = maxResponse // or else the buffer could grow to twice as much
	}
	b.Grow(int(min(max(length-smallResponse, 0), maxResponse)) + bytes.MinRead)
	if _, err = b.ReadFrom(io.LimitReader(r, maxResponse+1-smallResponse)); err == nil && b.Len() > maxResponse {
		err = errTooLarge
	}
	return err
}

// release lets another response be large, if this one was, and another body use
// the buffer, unless the bytes are kept.
func (b *body) release(kept bool) {
	if b.large != nil {
		<-b.large
		b.large = nil
	}
	if !kept && b.Cap() <= maxReused {
		b.Reset()
		b.unused.Put(b)
	}
}

// enterLarge waits until another response may be large.
func (l *limiter) enterLarge(ctx context.Context, timeout time.Duration) error {
	if timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	select {
	case l.large <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
