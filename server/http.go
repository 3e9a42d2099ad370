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
	MCP     *Server
	Tools   []tools.Tool // those of MCP, for the web page and the callers' selections; they lead to the forges
	Metrics *Metrics     // required
	Logger  *slog.Logger // required
	// UserTokens makes calls use the callers' own tokens. Each caller must send that of
	// at least one forge, unless a forge shows public data to anyone.
	UserTokens bool
	Transport  http.RoundTripper // for /readyz; http.DefaultTransport if nil
	// Secret is what callers must send as a bearer token. Without one the server
	// listens only on loopback addresses.
	Secret       string
	AllowOrigins []string      // in addition to the server's own
	NoSSE        bool          // disables the deprecated HTTP+SSE transport
	SessionIdle  time.Duration // after which an idle session ends; 0 means never
	Drain        time.Duration // how long calls in flight have to finish

	// The rest is only for the web page, and the version for the server card too.
	Version   string
	Selection Selection // the server's
	DryRun    bool      // as in tools.Env
	Policy    bool      // whether rules of the operator restrict calls
	Sandbox   bool      // whether the server uses a sandbox instead of the forges
	Sandboxes []Sandbox
	// Configuration returns the configuration of a client that uses the server at a URL
	// and sends it these credentials. If nil, the page shows only commands.
	Configuration func(client, url string, credentials []Credential) string
}

// HTTP serves MCP over HTTP: both eras of streamable HTTP at /mcp, HTTP+SSE at
// /sse and /message, and a few pages for operators and users.
type HTTP struct {
	cfg      HTTPConfig
	forges   []*tools.Forge
	handler  http.Handler
	sessions *sessions
	streams  *streams
	ids      *requestIDs
	buffers  buffers
	mcp      http.Handler // mcp-go's, for all but calls
	shutDown func(context.Context) error
}

// NewHTTP returns an HTTP that serves cfg.MCP.
func NewHTTP(cfg HTTPConfig) *HTTP {
	h := &HTTP{
		cfg:      cfg,
		forges:   forgesOf(cfg.Tools),
		sessions: newSessions(),
		streams:  newStreams(),
		ids:      newRequestIDs(),
	}
	streamable := mcpserver.NewStreamableHTTPServer(cfg.MCP.MCPServer,
		mcpserver.WithSessionIdManagerResolver(h.sessions),
		mcpserver.WithDisableLocalhostProtection(true), // checkOrigin covers every path
		mcpserver.WithStreamableHTTPLogger(cfg.Logger),
	)
	h.mcp, h.shutDown = h.ids.restoreIn(streamable), streamable.Shutdown
	cfg.Metrics.addGauges(cfg.Version, h.sessions.count, h.streams.count)
	h.handler = h.routes()
	return h
}

// ServeHTTP serves one request.
func (h *HTTP) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.handler.ServeHTTP(w, r) }

func (h *HTTP) routes() http.Handler {
	g := guard{secret: h.cfg.Secret, origins: h.cfg.AllowOrigins, headers: []string{headerToolsets, headerTools, headerReadOnly}}
	for _, f := range h.forges {
		g.headers = append(g.headers, f.TokenHeader)
	}
	mux := http.NewServeMux()
	mux.Handle("/mcp", g.requireSecret(limitBody(h.withCaller(http.HandlerFunc(h.serveMCP)))))
	if !h.cfg.NoSSE {
		sse := newSSE(h.cfg.MCP.MCPServer)
		mux.Handle("GET /sse", g.requireSecret(limitBody(h.withCaller(h.serveSSE(h.ids.restoreIn(sse.SSEHandler()))))))
		mux.Handle("POST /message", g.requireSecret(limitBody(h.withCaller(h.serveMessage(sse.MessageHandler())))))
	}
	mux.Handle("GET /metrics", g.requireSecret(h.cfg.Metrics))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok\n") }) //nolint:errcheck // the client is gone
	mux.Handle("GET /readyz", newReadiness(h.forges, h.cfg.Transport))
	mux.Handle("GET /{$}", page{h.cfg, h.forges})
	discovery{h.cfg, h.forges}.register(mux)
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
