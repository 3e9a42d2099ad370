package server

import (
	"context"
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
	MCP       *mcpserver.MCPServer
	Tools     []tools.Tool // for the web page, and for checking the callers' selections
	Metrics   *Metrics     // required
	Logger    *slog.Logger // required
	UserToken UserToken    // how callers send their own token
	// UserTokens requires callers to send their own token.
	UserTokens bool
	BaseURL    string // of GitCode, for /readyz
	// Secret is what callers must send as a bearer token. Without one the server
	// listens only on loopback addresses.
	Secret       string
	AllowOrigins []string      // in addition to the server's own
	NoSSE        bool          // disables the deprecated HTTP+SSE transport
	SessionIdle  time.Duration // after which an idle session ends; 0 means never
	Drain        time.Duration // how long calls in flight have to finish

	// The rest is only for the web page.
	Version      string
	Selection    Selection // the server's
	DryRun       bool      // as in tools.Env
	Sandbox      bool      // whether the server uses a sandbox instead of GitCode
	SandboxUsers []SandboxUser
}

// HTTP serves MCP over HTTP: both eras of streamable HTTP at /mcp, HTTP+SSE at
// /sse and /message, and a few pages for operators and users.
type HTTP struct {
	cfg      HTTPConfig
	handler  http.Handler
	sessions *sessions
	streams  *streams
	ids      *requestIDs
	mcp      *mcpserver.StreamableHTTPServer
}

// NewHTTP returns an HTTP that serves cfg.MCP.
func NewHTTP(cfg HTTPConfig) *HTTP {
	h := &HTTP{
		cfg:      cfg,
		sessions: newSessions(),
		streams:  newStreams(),
		ids:      newRequestIDs(),
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
	if h.cfg.UserToken.Header != "" {
		g.headers = append(g.headers, h.cfg.UserToken.Header)
	}
	mux := http.NewServeMux()
	mux.Handle("/mcp", g.requireSecret(limitBody(h.withCaller(h.ids.restoreIn(http.HandlerFunc(h.serveMCP))))))
	if !h.cfg.NoSSE {
		sse := newSSE(h.cfg.MCP)
		mux.Handle("GET /sse", g.requireSecret(limitBody(h.withCaller(h.serveSSE(h.ids.restoreIn(sse.SSEHandler()))))))
		mux.Handle("POST /message", g.requireSecret(limitBody(h.withCaller(h.serveMessage(sse.MessageHandler())))))
	}
	mux.Handle("GET /metrics", g.requireSecret(h.cfg.Metrics))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok\n") }) //nolint:errcheck // the client is gone
	mux.Handle("GET /readyz", &readiness{url: h.cfg.BaseURL, transport: http.DefaultTransport})
	mux.Handle("GET /{$}", page{h.cfg})
	mux.Handle("/", g.requireSecret(http.NotFoundHandler()))
	return withReadDeadline(withWriteDeadline(g.checkOrigin(mux)))
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
