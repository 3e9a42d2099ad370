package fault

import (
	"context"
	"net"
	"net/http"
	"sync"
)

// Pipe serves handler over in-memory connections, which work on the clock of
// testing/synctest. It returns a transport that reaches it, and a function that
// closes the connections and waits until every request has been served.
func Pipe(handler http.Handler) (transport http.RoundTripper, stop func()) {
	listener := &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: handler} //nolint:gosec // its only client is the transport
	var serving sync.WaitGroup
	serving.Go(func() { server.Serve(listener) }) //nolint:errcheck // fails only with ErrServerClosed
	client := &http.Transport{DialContext: listener.dial}
	return client, func() {
		client.CloseIdleConnections()
		server.Shutdown(context.Background()) //nolint:errcheck // the listener's Close does not fail
		serving.Wait()
	}
}

type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
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
	close(l.closed)
	return nil
}

func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

func (l *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case l.conns <- server:
		return client, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
