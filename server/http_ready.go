package server

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"
)

const (
	// readyFor is how long the outcome of a readiness check is reused.
	readyFor = 10 * time.Second
	// readyTimeout is how long GitCode may take to respond to one.
	readyTimeout = 5 * time.Second
)

// readiness reports whether GitCode is reachable. Any response will do, so it
// sends no token.
type readiness struct {
	url       string
	transport http.RoundTripper

	mu      sync.Mutex
	checked time.Time
	err     error
}

func (p *readiness) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := p.check(r.Context()); err != nil {
		http.Error(w, "GitCode is unreachable", http.StatusServiceUnavailable)
		return
	}
	io.WriteString(w, "ready\n") //nolint:errcheck // the client is gone
}

// check sends a request to GitCode unless one was sent recently. The outcome is
// shared, so it does not depend on the client that happens to ask first.
func (p *readiness) check(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Since(p.checked) < readyFor {
		return p.err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readyTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, p.url, nil)
	if err == nil {
		var resp *http.Response
		if resp, err = p.transport.RoundTrip(req); err == nil {
			resp.Body.Close() //nolint:errcheck // it was only read from
		}
	}
	p.checked, p.err = time.Now(), err
	return err
}
