package rest

import (
	"context"
	"errors"
	"io"
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
)

var errTooLarge = errors.New("the response is too large")

// readBody reads the body of a response. The part beyond smallResponse waits, up
// to the timeout, until fewer than maxLarge other responses are large. Call
// release in any case when the body is no longer needed.
func (l *limiter) readBody(ctx context.Context, r io.ReadCloser, timeout time.Duration) (data []byte, release func(), err error) {
	defer r.Close() //nolint:errcheck // it is read, or of no use
	b := &body{reader: r, large: l.large, wait: func() error { return l.enterLarge(ctx, timeout) }}
	data, err = io.ReadAll(io.LimitReader(b, maxResponse+1))
	if err == nil && len(data) > maxResponse {
		data, err = nil, errTooLarge
	}
	return data, b.release, err
}

// body is the body of a response in flight.
type body struct {
	reader  io.Reader
	size    int          // bytes read
	wait    func() error // waits until the response may be large
	isLarge bool
	large   chan struct{} // of the limiter
}

// Read reads from the body.
func (b *body) Read(p []byte) (int, error) {
	switch {
	case b.size < smallResponse:
		p = p[:min(len(p), smallResponse-b.size)]
	case !b.isLarge:
		if err := b.wait(); err != nil {
			return 0, err
		}
		b.isLarge = true
	}
	n, err := b.reader.Read(p)
	b.size += n
	return n, err
}

// release lets another response be large, if this one was.
func (b *body) release() {
	if b.isLarge {
		<-b.large
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
