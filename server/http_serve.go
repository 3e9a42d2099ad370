package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// headerTimeout is how long the headers of a request may take to arrive.
const headerTimeout = 10 * time.Second

// Serve serves HTTP on listener, or HTTPS if certificate is not nil, until ctx
// is done. It then accepts no more calls, waits up to HTTPConfig.Drain for the
// calls in flight, and closes idle streams immediately.
func (h *HTTP) Serve(ctx context.Context, listener net.Listener, certificate *tls.Certificate) error {
	if h.cfg.Secret == "" && !isLoopback(listener.Addr().String()) {
		listener.Close() //nolint:errcheck // it was never used
		return fmt.Errorf("%s can be reached by other machines: set GITCODE_MCP_SECRET to require a secret, or listen on 127.0.0.1", listener.Addr())
	}
	h.cfg.Logger.Info("listening", "addr", listener.Addr().String(), "tls", certificate != nil, "secret", h.cfg.Secret != "", "user_tokens", h.cfg.UserTokens)
	unused := &newConns{open: map[net.Conn]bool{}}
	srv := &http.Server{
		Handler:           h,
		ConnState:         unused.track,
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		// net/http would answer OPTIONS * itself, without any deadline.
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(h.cfg.Logger.Handler(), slog.LevelDebug),
	}
	if certificate != nil {
		srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*certificate}, MinVersion: tls.VersionTLS12}
	}
	failed := make(chan error, 1)
	go func() {
		if certificate != nil {
			failed <- srv.ServeTLS(listener, "", "")
			return
		}
		failed <- srv.Serve(listener)
	}()
	expire := time.NewTicker(max(h.cfg.SessionIdle/4, time.Second))
	defer expire.Stop()
	for {
		select {
		case err := <-failed:
			return err
		case <-expire.C:
			for _, id := range h.sessions.expire(h.cfg.SessionIdle) {
				h.endSession(context.Background(), id)
			}
			h.streams.expire()
		case <-ctx.Done():
			h.streams.drain()
			unused.close()
			return h.shutdown(srv)
		}
	}
}

// shutdown waits for the calls in flight and closes everything.
func (h *HTTP) shutdown(srv *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), h.cfg.Drain)
	defer cancel()
	err := srv.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		h.cfg.Logger.Warn("closing connections with calls still in flight", "after", h.cfg.Drain)
		err = srv.Close()
	}
	return errors.Join(err, h.shutDown(context.Background()))
}

// newConns tracks connections that have not carried a request.
// [http.Server.Shutdown] would wait five seconds for each, and some clients
// open one in advance.
type newConns struct {
	mu   sync.Mutex
	open map[net.Conn]bool
}

// track implements [http.Server.ConnState].
func (n *newConns) track(c net.Conn, state http.ConnState) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if state == http.StateNew {
		n.open[c] = true
	} else {
		delete(n.open, c)
	}
}

func (n *newConns) close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for c := range n.open {
		c.Close() //nolint:errcheck // it carried nothing
	}
}
