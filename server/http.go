package server

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// HTTPConfig configures an HTTP.
type HTTPConfig struct {
	MCP     *mcpserver.MCPServer
	Tools   []tools.Tool // for the web page, and for checking the callers' selections
	Metrics *Metrics
	Logger  *slog.Logger
	// UserToken, if set, requires callers to send their own token.
	UserToken *UserToken
	BaseURL   string // of GitCode, for /readyz
	// Secret is what callers must send as a bearer token. Without one the server
	// listens only on loopback addresses.
	Secret       string
	AllowOrigins []string      // in addition to the server's own
	NoSSE        bool          // disables the deprecated HTTP+SSE transport
	SessionIdle  time.Duration // after which an idle session ends; 0 means never
	Drain        time.Duration // how long calls in flight have to finish
}

// HTTP serves MCP over HTTP: both eras of streamable HTTP at /mcp, HTTP+SSE at
// /sse and /message, and a few pages for operators and users.
type HTTP struct {
	cfg      HTTPConfig
	handler  http.Handler
	sessions *sessions
	streams  *streams
	mcp      *mcpserver.StreamableHTTPServer
}

// NewHTTP returns an HTTP that serves cfg.MCP.
func NewHTTP(cfg HTTPConfig) *HTTP {
	h := &HTTP{
		cfg:      cfg,
		sessions: &sessions{owner: map[string]ownerID{}},
		streams:  &streams{byID: map[string]*stream{}},
	}
	h.mcp = mcpserver.NewStreamableHTTPServer(cfg.MCP,
		mcpserver.WithSessionIdManagerResolver(h.sessions),
		mcpserver.WithSessionIdleTTL(cfg.SessionIdle),
		mcpserver.WithDisableLocalhostProtection(true), // checkOrigin covers every path
		mcpserver.WithStreamableHTTPLogger(cfg.Logger),
	)
	cfg.Metrics.addGauges(h.sessions.count, h.streams.count)
	h.handler = h.routes()
	return h
}

// ServeHTTP serves one request.
func (h *HTTP) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.handler.ServeHTTP(w, r) }

func (h *HTTP) routes() http.Handler {
	g := guard{secret: h.cfg.Secret, origins: h.cfg.AllowOrigins, headers: []string{headerToolsets, headerTools, headerReadOnly}}
	if h.cfg.UserToken != nil {
		g.headers = append(g.headers, h.cfg.UserToken.Header)
	}
	mux := http.NewServeMux()
	mux.Handle("/mcp", g.requireSecret(limitBody(h.withCaller(withWriteDeadline(http.HandlerFunc(h.serveMCP))))))
	if !h.cfg.NoSSE {
		sse := newSSE(h.cfg.MCP)
		mux.Handle("GET /sse", g.requireSecret(h.withCaller(withWriteDeadline(h.serveSSE(sse.SSEHandler())))))
		mux.Handle("POST /message", g.requireSecret(limitBody(h.withCaller(h.serveMessage(sse.MessageHandler())))))
	}
	mux.Handle("GET /metrics", g.requireSecret(h.cfg.Metrics))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok\n") }) //nolint:errcheck // the client is gone
	mux.Handle("GET /readyz", &readiness{url: h.cfg.BaseURL, transport: http.DefaultTransport})
	mux.Handle("GET /{$}", page{tools: h.cfg.Tools, needsSecret: h.cfg.Secret != "", userToken: h.cfg.UserToken, sse: !h.cfg.NoSSE})
	mux.Handle("/", g.requireSecret(http.NotFoundHandler()))
	return g.checkOrigin(mux)
}

func newSSE(s *mcpserver.MCPServer) *mcpserver.SSEServer {
	return mcpserver.NewSSEServer(s,
		mcpserver.WithUseFullURLForMessageEndpoint(false),
		mcpserver.WithSSEDisableLocalhostProtection(true),
		mcpserver.WithSessionIDGenerator(func(ctx context.Context, _ *http.Request) (string, error) {
			id, _ := ctx.Value(streamKey{}).(string)
			return id, nil
		}),
		// Newer clients would otherwise use the stateless revision, which this
		// transport cannot carry.
		mcpserver.WithSSEContextFunc(func(ctx context.Context, _ *http.Request) context.Context {
			return mcpserver.WithSupportedProtocolVersions(ctx, mcp.LegacyProtocolVersions())
		}),
	)
}

// serveMCP serves streamable HTTP. It rejects requests for another caller's
// session, whatever the method; mcp-go v1.2.1 validates sessions only on POST.
func (h *HTTP) serveMCP(w http.ResponseWriter, r *http.Request) {
	modern := mcp.IsModernProtocol(r.Header.Get(mcp.HeaderProtocolVersion))
	session := r.Header.Get(mcpserver.HeaderKeySessionID)
	owner := callerOf(r.Context()).id
	switch {
	case !modern && session != "" && !h.sessions.has(session, owner):
		http.Error(w, errNoSession.Error()+": start a new one with initialize", http.StatusNotFound)
	case !modern && r.Method == http.MethodGet && session == "":
		http.Error(w, "a stream requires a session: send its id in the "+mcpserver.HeaderKeySessionID+" header", http.StatusBadRequest)
	case r.Method == http.MethodGet && !modern:
		h.streams.serve(w, r, func(*stream) bool { return !h.sessions.has(session, owner) }, h.mcp)
	case r.Method == http.MethodPost && methodOf(bodyOf(r)) == string(mcp.MethodSubscriptionsListen):
		h.streams.serve(w, r, nil, h.mcp)
	case r.Method == http.MethodPost && isRequest(bodyOf(r)) && h.streams.isDraining():
		rejectDraining(w)
	default:
		h.mcp.ServeHTTP(w, r)
	}
}

// serveSSE serves the stream of an HTTP+SSE session.
func (h *HTTP) serveSSE(next http.Handler) http.Handler {
	isIdle := func(st *stream) bool { return h.cfg.SessionIdle > 0 && time.Since(st.used) > h.cfg.SessionIdle }
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.streams.serve(w, r, isIdle, next) })
}

// serveMessage accepts the messages of HTTP+SSE, which are answered on the
// stream.
func (h *HTTP) serveMessage(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, isCall := r.URL.Query().Get("sessionId"), isRequest(bodyOf(r))
		switch err := h.streams.accept(id, callerOf(r.Context()).id, isCall); {
		case errors.Is(err, errDraining):
			rejectDraining(w)
			return
		case err != nil:
			http.Error(w, errNoSession.Error()+": open one at /sse", http.StatusNotFound)
			return
		}
		status := &statusWriter{ResponseWriter: w}
		next.ServeHTTP(status, r)
		if isCall && status.status != http.StatusAccepted {
			h.streams.callAnswered(id) // in this response, with an error
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
