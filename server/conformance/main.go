//go:build conformance

// Command conformance puts the HTTP side of package server, guards and streams
// included, before an MCP server with the tools, prompts and resources that the
// official conformance suite calls, so that the whole server suite goes through
// them in both protocol eras:
//
//	go run -tags conformance ./server/conformance -addr 127.0.0.1:8082
//	conformance server --url http://127.0.0.1:8082/mcp --requirements 2026-07-28 \
//		--expected-failures .ci/conformance/fixtures-2026-07-28.yml
//
// The real tools need a GitCode behind them and ask nothing of the client, so
// they leave most of the suite untouched. What the suite still finds failing
// stands in .ci/conformance, with the reason.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"

	"gitcode-mcp/server"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8082", "address to listen on")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := serve(ctx, *addr); err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
}

// serve serves the fixtures until ctx is done, configured as the product is.
func serve(ctx context.Context, addr string) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", addr, err)
	}
	h := server.NewHTTP(server.HTTPConfig{
		MCP:         fixtures(),
		Metrics:     server.NewMetrics(),
		Logger:      slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
		SessionIdle: 30 * time.Minute,
		Drain:       5 * time.Second,
	})
	return h.Serve(ctx, listener, nil)
}

// fixtures returns an MCP server with every capability that the suite looks at.
func fixtures() *mcpserver.MCPServer {
	s := mcpserver.NewMCPServer("gitcode-mcp-conformance", "1.0.0",
		mcpserver.WithToolCapabilities(true),
		mcpserver.WithPromptCapabilities(true),
		mcpserver.WithResourceCapabilities(true, true),
		mcpserver.WithCompletions(),
		mcpserver.WithPromptCompletionProvider(completions{}),
		mcpserver.WithLogging(),
		mcpserver.WithCacheHints(5*time.Minute.Milliseconds(), mcp.CacheScopePrivate),
	)
	s.AddTools(plainTools()...)
	s.AddTools(notifyingTools()...)
	s.AddTools(askingTools()...)
	s.AddPrompts(promptsOffered()...)
	s.AddResources(resources()...)
	s.AddResourceTemplates(template())
	return s
}
