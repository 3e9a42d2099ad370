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
// The other one must be called before the result is returned.
func progressTo(ctx context.Context, token mcp.ProgressToken) (report func(done, total int), settle func()) {
	notify, settle := notifierOf(ctx)
	last := 0
	return func(done, total int) {
		if done <= last {
			return
		}
		last = done
		params := map[string]any{"progressToken": token, "progress": done}
		if total > 0 {
			params["total"] = total
		}
		notify(string(mcp.MethodNotificationProgress), params)
	}, settle
}

// notifier sends a notification to the client that waits for a response.
type notifier func(method string, params map[string]any)

type notifierKey struct{}

// notifierOf returns the notifier in a call's context, or that of mcp-go, which needs
// time to settle.
func notifierOf(ctx context.Context) (notify notifier, settle func()) {
	if notify, ok := ctx.Value(notifierKey{}).(notifier); ok {
		return notify, func() {}
	}
	s := mcpserver.ServerFromContext(ctx)
	if session := mcpserver.ClientSessionFromContext(ctx); session != nil && !session.Initialized() {
		session.Initialize() // clients of revision 2026-07-28 never do, and mcp-go v1.2.1 would send nothing over stdio
	}
	return func(method string, params map[string]any) {
		// A client that does not read its notifications misses some.
		_ = s.SendNotificationToClient(ctx, method, params)
	}, func() { time.Sleep(progressDelay) }
}

// maxWaiting is the maximum number of notifications of a call that wait to be
// written.
const maxWaiting = 16

// outbox writes the notifications of a call, in their order. The call does not wait
// for that: a client that does not read its notifications misses some.
type outbox struct {
	write func(notification []byte)
	queue chan []byte // nil before the first notification
	done  chan struct{}
}

// add queues a notification, unless too many are waiting. It must not be called
// concurrently.
func (o *outbox) add(notification []byte) {
	if o.queue == nil {
		o.queue, o.done = make(chan []byte, maxWaiting), make(chan struct{})
		go func() {
			defer close(o.done)
			for n := range o.queue {
				o.write(n)
			}
		}()
	}
	select {
	case o.queue <- notification:
	default:
	}
}

// flush waits until the notifications are written. It must be called once, after
// which there are no more.
func (o *outbox) flush() {
	if o.queue != nil {
		close(o.queue)
		<-o.done
	}
}
