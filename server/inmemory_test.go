package server_test

import (
	"context"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

// inBubble runs f in a synctest bubble, where time passes only while every
// goroutine waits.
func inBubble(t *testing.T, f func(*testing.T)) {
	t.Helper()
	// The metrics library starts a goroutine for the first summary of the
	// process, which never ends and must not belong to a bubble.
	server.NewMetrics().ObserveAttempts("")(rest.Attempt{})
	synctest.Test(t, f)
}

// pipeListener is a listener whose connections are pipes inside the process. It
// claims a loopback address.
type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipeListener() *pipeListener {
	return &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080} }

func (l *pipeListener) dial(ctx context.Context) (net.Conn, error) {
	client, accepted := net.Pipe()
	select {
	case l.conns <- accepted:
		return client, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// inMemory serves HTTP until the test ends, and returns a transport to it that
// ignores the host.
func inMemory(t *testing.T, service http.Handler) *http.Transport {
	t.Helper()
	listener := newPipeListener()
	web := &http.Server{Handler: service} //nolint:gosec // only a test's requests arrive here
	go web.Serve(listener)
	transport := &http.Transport{MaxIdleConnsPerHost: 8, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return listener.dial(ctx) }}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		// A handler may outlive its client: net/http notices that a client is gone
		// only once the body is read.
		web.Shutdown(context.Background())
	})
	return transport
}
