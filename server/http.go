package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
)

// maxMessage bounds a message from a client, in bytes.
const maxMessage = 4 << 20

// HTTPConfig is how a server is served over HTTP.
type HTTPConfig struct {
	MCP     *mcpserver.MCPServer
	Metrics *Metrics
	Logger  *slog.Logger
	// Users, where set, is the client that each caller's own token is put on;
	// callers without one are refused.
	Users   *gitcode.Client
	BaseURL string // of GitCode, for /readyz
	// Secret is what callers must know; without one the server listens on
	// loopback addresses only.
	Secret       string
	AllowOrigins []string      // besides the server's own
	NoSSE        bool          // leave out the older HTTP+SSE transport
	SessionIdle  time.Duration // after which a session ends; never if 0
	Drain        time.Duration // how long calls under way may take to end
}

// HTTP serves MCP over HTTP: streamable HTTP of both eras at /mcp, HTTP+SSE at
// /sse and /message, and what operators and people look at.
type HTTP struct {
	cfg      HTTPConfig
	handler  http.Handler
	sessions *sessions
	streams  *streams
	mcp      *mcpserver.StreamableHTTPServer
}

// NewHTTP returns what serves a server over HTTP.
func NewHTTP(cfg HTTPConfig) *HTTP {
	h := &HTTP{
		cfg:      cfg,
		sessions: &sessions{owner: map[string]ownerID{}},
		streams:  &streams{byID: map[string]*stream{}},
	}
	h.mcp = mcpserver.NewStreamableHTTPServer(cfg.MCP,
		mcpserver.WithSessionIdManagerResolver(h.sessions),
		mcpserver.WithSessionIdleTTL(cfg.SessionIdle),
		mcpserver.WithDisableLocalhostProtection(true), // the guard does it, for every path
		mcpserver.WithStreamableHTTPLogger(cfg.Logger),
	)
	cfg.Metrics.connections(h.sessions.count, h.streams.count)

	g := guard{secret: cfg.Secret, origins: cfg.AllowOrigins}
	mux := http.NewServeMux()
	mux.Handle("/mcp", g.knows(bounded(h.as(patient(http.HandlerFunc(h.serveMCP))))))
	if !cfg.NoSSE {
		sse := mcpserver.NewSSEServer(cfg.MCP,
			mcpserver.WithUseFullURLForMessageEndpoint(false),
			mcpserver.WithSSEDisableLocalhostProtection(true),
			mcpserver.WithSessionIDGenerator(func(ctx context.Context, _ *http.Request) (string, error) {
				id, _ := ctx.Value(streamKey{}).(string)
				return id, nil
			}),
			// Newer clients would speak the stateless revision, which this
			// transport cannot carry.
			mcpserver.WithSSEContextFunc(func(ctx context.Context, _ *http.Request) context.Context {
				return mcpserver.WithSupportedProtocolVersions(ctx, mcp.LegacyProtocolVersions())
			}),
		)
		mux.Handle("GET /sse", g.knows(h.as(patient(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			idle := func(st *stream) bool { return cfg.SessionIdle > 0 && time.Since(st.used) > cfg.SessionIdle }
			h.streams.serve(w, r, idle, sse.SSEHandler())
		})))))
		mux.Handle("POST /message", g.knows(bounded(h.as(h.message(sse.MessageHandler())))))
	}
	mux.Handle("GET /metrics", g.knows(cfg.Metrics))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok\n") }) //nolint:errcheck // the client is gone
	mux.Handle("GET /readyz", &readiness{url: cfg.BaseURL})
	mux.Handle("GET /{$}", page{guarded: cfg.Secret != "", users: cfg.Users != nil, sse: !cfg.NoSSE})
	mux.Handle("/", g.knows(http.NotFoundHandler()))
	h.handler = g.place(mux)
	return h
}

// ServeHTTP serves one request.
func (h *HTTP) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.handler.ServeHTTP(w, r) }

// as finds out who a request is from.
func (h *HTTP) as(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := callerFrom(r, h.cfg.Users)
		switch {
		case errors.Is(err, errNoUserToken):
			unauthorized(w, err.Error())
		case err != nil:
			http.Error(w, err.Error(), http.StatusBadRequest)
		default:
			r.Header.Del(headerToken) // from here on it is in the caller's client alone
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), callerKey{}, c)))
		}
	})
}

// serveMCP is streamable HTTP. A session that is another caller's does not
// exist, whatever the method; mcp-go itself asks only on POST.
func (h *HTTP) serveMCP(w http.ResponseWriter, r *http.Request) {
	modern := mcp.IsModernProtocol(r.Header.Get(mcp.HeaderProtocolVersion))
	session := r.Header.Get(mcpserver.HeaderKeySessionID)
	switch {
	case !modern && session != "" && !h.sessions.has(session, callerOf(r.Context()).id):
		http.Error(w, errNoSession.Error()+": begin a new one with initialize", http.StatusNotFound)
	case !modern && r.Method == http.MethodGet && session == "":
		http.Error(w, "a stream belongs to a session: send its id in the header "+mcpserver.HeaderKeySessionID, http.StatusBadRequest)
	case r.Method == http.MethodGet && !modern:
		owner := callerOf(r.Context()).id
		h.streams.serve(w, r, func(*stream) bool { return !h.sessions.has(session, owner) }, h.mcp)
	case r.Method == http.MethodPost && methodOf(bodyOf(r)) == string(mcp.MethodSubscriptionsListen):
		h.streams.serve(w, r, nil, h.mcp)
	case r.Method == http.MethodPost && isRequest(bodyOf(r)) && h.streams.ending():
		goingAway(w)
	default:
		h.mcp.ServeHTTP(w, r)
	}
}

// message is the POST side of HTTP+SSE, whose answers go to the stream.
func (h *HTTP) message(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, isCall := r.URL.Query().Get("sessionId"), isRequest(bodyOf(r))
		switch err := h.streams.begin(id, callerOf(r.Context()).id, isCall); {
		case errors.Is(err, errEnding):
			goingAway(w)
			return
		case err != nil:
			http.Error(w, errNoSession.Error()+": open one at /sse", http.StatusNotFound)
			return
		}
		status := &statusWriter{ResponseWriter: w}
		next.ServeHTTP(status, r)
		if isCall && status.status != http.StatusAccepted {
			h.streams.answered(id) // right here, with an error
		}
	})
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Serve serves a listener until ctx is done. Then no more calls are taken,
// those under way are answered, and streams with none end at once.
func (h *HTTP) Serve(ctx context.Context, listener net.Listener, certificate *tls.Certificate) error {
	if h.cfg.Secret == "" && !isLoopback(listener.Addr().String()) {
		listener.Close() //nolint:errcheck // nothing came of it
		return fmt.Errorf("%s can be reached by other machines: set GITCODE_MCP_SECRET, which callers then must know, or listen on 127.0.0.1", listener.Addr())
	}
	fresh := &freshConnections{open: map[net.Conn]bool{}}
	srv := &http.Server{
		Handler:           h,
		ConnState:         fresh.note,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(h.cfg.Logger.Handler(), slog.LevelDebug),
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
			h.streams.expire()
		case <-ctx.Done():
			h.streams.drain()
			fresh.close()
			return h.shutdown(srv)
		}
	}
}

func (h *HTTP) shutdown(srv *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), h.cfg.Drain)
	defer cancel()
	err := srv.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		h.cfg.Logger.Warn("calls were under way still and are cut off", "after", h.cfg.Drain)
		err = srv.Close()
	}
	return errors.Join(err, h.mcp.Shutdown(context.Background()))
}

// freshConnections are those on which nothing was sent yet. Shutdown would
// wait seconds for each, and some clients keep one in store.
type freshConnections struct {
	mu   sync.Mutex
	open map[net.Conn]bool
}

func (f *freshConnections) note(c net.Conn, state http.ConnState) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if state == http.StateNew {
		f.open[c] = true
	} else {
		delete(f.open, c)
	}
}

func (f *freshConnections) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for c := range f.open {
		c.Close() //nolint:errcheck // there is nothing to lose
	}
}

// readiness tells whether GitCode can be reached. It asks at most every ten
// seconds, and without a token: any answer will do.
type readiness struct {
	url string

	mu    sync.Mutex
	asked time.Time
	err   error
}

func (p *readiness) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := p.ask(r.Context()); err != nil {
		http.Error(w, "GitCode cannot be reached", http.StatusServiceUnavailable)
		return
	}
	io.WriteString(w, "ready\n") //nolint:errcheck // the client is gone
}

func (p *readiness) ask(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Since(p.asked) < 10*time.Second {
		return p.err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, p.url, nil)
	if err == nil {
		var resp *http.Response
		if resp, err = http.DefaultTransport.RoundTrip(req); err == nil {
			resp.Body.Close() //nolint:errcheck // it was only read from
		}
	}
	p.asked, p.err = time.Now(), err
	return err
}
