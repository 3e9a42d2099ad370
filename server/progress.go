package server

import (
	"context"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
)

// progressDelay is the time between the last notification of a call and its
// result. mcp-go v1.2.1 loses a notification that is sent just before the result
// over streamable HTTP, and may send it after the result over the other
// transports (its issue 969).
const progressDelay = 3 * time.Millisecond

// progressTo returns a function that notifies the client of a call's progress,
// with the token of its request. Each notification reports more than the one
// before, as the protocol requires. The function must not be called concurrently.
func progressTo(ctx context.Context, token mcp.ProgressToken) func(done, total int) {
	s, last := mcpserver.ServerFromContext(ctx), 0
	if session := mcpserver.ClientSessionFromContext(ctx); session != nil && !session.Initialized() {
		session.Initialize() // clients of revision 2026-07-28 never do, and mcp-go v1.2.1 would send nothing over stdio
	}
	return func(done, total int) {
		if done <= last {
			return
		}
		last = done
		params := map[string]any{"progressToken": token, "progress": done}
		if total > 0 {
			params["total"] = total
		}
		// A client that does not read its notifications misses some.
		_ = s.SendNotificationToClient(ctx, string(mcp.MethodNotificationProgress), params)
	}
}
