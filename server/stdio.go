package server

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	mcpserver "github.com/mark3labs/mcp-go/server"
)

const (
	// maxPending is the maximum number of unanswered requests. Together with
	// maxMessage it limits the memory used.
	maxPending = 256
	// workers is the maximum number of calls that run at the same time.
	workers = 32
	// grace is how long calls in flight have to finish when the input ends.
	grace = 2 * time.Second
)

// ServeStdio serves MCP on in and out until in ends or ctx is done. Calls in
// flight then have two seconds to finish.
func ServeStdio(ctx context.Context, s *mcpserver.MCPServer, in io.Reader, out io.Writer, logger *slog.Logger) error {
	stdio := mcpserver.NewStdioServer(s)
	stdio.SetErrorLogger(slog.NewLogLogger(logger.Handler(), slog.LevelError))
	mcpserver.WithWorkerPoolSize(workers)(stdio)
	mcpserver.WithQueueSize(maxPending)(stdio)

	p := newStdioPipe(out, ctx.Done())
	go p.readLines(in)
	// mcp-go v1.2.1 cancels all calls when its context or its input ends, so p
	// hides both from it until the calls are answered.
	err := stdio.Listen(context.WithoutCancel(ctx), p, p)
	return errors.Join(err, p.readError())
}
