package server

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"
)

// stdioConn answers the messages of one client. It does without mcp-go's own
// stdio server (v1.2.1), which cancels all calls at the end of input, rounds
// ids above 2⁵³, and drops the cancellation of a call that is queued.
type stdioConn struct {
	calls     context.Context // of all requests
	server    *Server
	out       *lineWriter
	questions *stdioQuestions
	buffers   buffers
	logger    *slog.Logger
	finished  chan struct{} // has an element after a request was finished
	idle      chan func()   // is received from by goroutines that have nothing to run

	mu      sync.Mutex
	pending map[*request]struct{} // accepted and not finished
	queue   []*request            // the pending calls that wait for a worker
	running int                   // calls that have a worker
	closed  bool                  // no request is accepted
}

// request is a message that requires a response.
type request struct {
	message
	ctx      context.Context
	cancel   context.CancelFunc
	canceled bool // by the client, which expects no response then; guarded by mu
}

func newStdioConn(calls context.Context, s *Server, out *lineWriter, questions *stdioQuestions, logger *slog.Logger) *stdioConn {
	return &stdioConn{
		calls: calls, server: s, out: out, questions: questions, logger: logger,
		finished: make(chan struct{}, 1), idle: make(chan func()), pending: map[*request]struct{}{},
	}
}

// forward writes the server's notifications.
func (c *stdioConn) forward(notifications <-chan mcp.JSONRPCNotification) {
	for {
		select {
		case n := <-notifications:
			if text, err := json.Marshal(n); err == nil {
				c.out.write(append(text, '\n'))
			}
		case <-c.calls.Done():
			return
		}
	}
}

// accept starts what a message asks for, or returns it if it is a request that can run
// now. It does not wait, neither for a call nor for stdout.
func (c *stdioConn) accept(line []byte) *request {
	m := parseMessage(line)
	switch m.kind {
	case requestMessage, invalidMessage:
		r := &request{message: m}
		r.ctx, r.cancel = context.WithCancel(c.calls)
		if c.start(r) {
			return r
		}
	case notificationMessage:
		if m.is(mcp.MethodNotificationCancelled) {
			c.cancel(m.canceledID())
			break
		}
		c.handle(c.calls, m)
	case responseMessage:
		c.questions.answer(m)
	}
	return nil
}

// start reports whether a request can run now. If it is a call and all workers are
// busy, start queues it.
func (c *stdioConn) start(r *request) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.pending[r] = struct{}{}
	switch {
	case !r.isCall():
	case c.running < workers:
		c.running++
	default:
		c.queue = append(c.queue, r)
		return false
	}
	return true
}

// startNext passes a worker on to the call that has waited longest.
func (c *stdioConn) startNext() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.queue) == 0 {
		c.running--
		return
	}
	next := c.queue[0]
	c.queue = c.queue[1:]
	c.goRun(func() { c.run(next) })
}

// goRun runs f in a goroutine, if possible in one that is idle: growing the stack of a
// new one takes a tenth of the time of a call.
func (c *stdioConn) goRun(f func()) {
	select {
	case c.idle <- f:
	default:
		go func() {
			for {
				f()
				select {
				case f = <-c.idle:
				case <-c.calls.Done():
					return
				}
			}
		}()
	}
}

// cancel cancels the requests with an id. A queued one is finished: it is never
// run.
func (c *stdioConn) cancel(id json.RawMessage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for r := range c.pending {
		if sameID(r.id, id) {
			r.canceled = true
			r.cancel()
		}
	}
	c.queue = slices.DeleteFunc(c.queue, func(r *request) bool {
		if r.canceled {
			delete(c.pending, r)
		}
		return r.canceled
	})
}

// run answers a request. The worker of a call is free before its notifications and the
// response are written, so that a client that does not read does not block other calls.
func (c *stdioConn) run(r *request) {
	line := c.buffers.get()
	defer c.buffers.put(line)
	progress := &outbox{write: func(notification []byte) { c.out.write(append(notification, '\n')) }}
	*line = c.respond(*line, r, progress)
	if r.isCall() {
		c.startNext()
	}
	progress.flush()
	if c.isWanted(r) {
		c.out.write(*line)
	}
	c.finish(r)
}

// isWanted reports whether the client expects a response to a request.
func (c *stdioConn) isWanted(r *request) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !r.canceled
}

func (c *stdioConn) finish(r *request) {
	r.cancel()
	c.mu.Lock()
	delete(c.pending, r)
	c.mu.Unlock()
	c.wake()
}

// wake makes waitForPending count again.
func (c *stdioConn) wake() {
	select {
	case c.finished <- struct{}{}:
	default:
	}
}

// close ends the acceptance of requests and returns the number of pending ones.
func (c *stdioConn) close() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	return len(c.pending)
}

// countPending returns the number of pending requests.
func (c *stdioConn) countPending() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.pending)
}

// dropQueue finishes the queued calls, which are never run, and returns how many
// requests the client still expects a response to.
func (c *stdioConn) dropQueue() (unanswered int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for r := range c.pending {
		if !r.canceled {
			unanswered++
		}
	}
	for _, r := range c.queue {
		delete(c.pending, r)
	}
	c.queue = nil
	return unanswered
}

// respond appends the response to a request to b, as a line. Notifications go to
// progress.
func (c *stdioConn) respond(b []byte, r *request, progress *outbox) []byte {
	response := response{JSONRPC: mcp.JSONRPC_VERSION, ID: r.id, Error: r.fault}
	if call := c.server.calls.find(r.message); call != nil {
		response = call.run(r.ctx, progress.add)
	} else if r.isRequest() {
		switch answer := c.handle(r.ctx, r.message).(type) {
		case mcp.JSONRPCResponse:
			response.Result = answer.Result
		case mcp.JSONRPCError:
			response.Error = &answer.Error
		default:
			response.Error = errorDetails(mcp.INVALID_REQUEST, "the server has no response to this request")
		}
	}
	line, err := response.appendLine(b)
	if err != nil {
		c.logger.Error("encode a response", "method", r.method, "error", err)
		response.Result, response.Error = nil, errorDetails(mcp.INTERNAL_ERROR, "internal error, see the server's log")
		line, _ = response.appendLine(b) // of strings and numbers, which does not fail
	}
	return line
}

// handle passes a message to mcp-go. It recovers from panics outside of tools,
// which recover from their own.
func (c *stdioConn) handle(ctx context.Context, m message) (answer mcp.JSONRPCMessage) {
	defer func() {
		if p := recover(); p != nil {
			c.logger.Error("panic", "method", m.method, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			answer = mcp.JSONRPCError{Error: *errorDetails(mcp.INTERNAL_ERROR, "internal error, see the server's log")}
		}
	}()
	return c.server.HandleMessage(ctx, m.text)
}
