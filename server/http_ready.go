package server

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"sync"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

const (
	// readyFor is how long the outcome of a readiness check is reused.
	readyFor = 10 * time.Second
	// readyTimeout is how long a forge may take to respond to one.
	readyTimeout = 5 * time.Second
)

// readiness reports whether a forge is reachable. With several forges one
// suffices, and the response does not wait for the others: a server that is not
// ready gets no requests, so the outage of one forge, or its silence, would take
// the tools of the others away too. Which forge fails shows in the metrics, whose
// requests have status 0.
type readiness struct {
	forges []*reachability
	names  string // "GitCode and GitHub"
}

// newReadiness returns the readiness check of a server. Without a transport it
// uses http.DefaultTransport.
func newReadiness(forges []*tools.Forge, transport http.RoundTripper) *readiness {
	p := &readiness{names: enumerate(forges, nameOf, "and")}
	for _, f := range forges {
		p.forges = append(p.forges, &reachability{url: f.Client.BaseURL(), transport: cmp.Or(transport, http.DefaultTransport)})
	}
	return p
}

func (p *readiness) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	outcomes := make(chan error, len(p.forges))
	for _, f := range p.forges {
		go func() { outcomes <- f.check(r.Context()) }()
	}
	for range p.forges {
		if <-outcomes == nil {
			io.WriteString(w, "ready\n") //nolint:errcheck // the client is gone
			return
		}
	}
	verb := " is unreachable"
	if len(p.forges) > 1 {
		verb = " are unreachable"
	}
	http.Error(w, p.names+verb, http.StatusServiceUnavailable)
}

// reachability finds out whether a forge is reachable. Any response will do, so
// it sends no token.
type reachability struct {
	url       string
	transport http.RoundTripper

	mu      sync.Mutex
	checked time.Time
	err     error
}

// check sends a request to the forge unless one was sent recently. The outcome
// is shared, so it does not depend on the client that happens to ask first.
func (p *reachability) check(ctx context.Context) error {
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
