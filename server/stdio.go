package server

import (
	"bufio"
	"context"
	"errors"
	"fmt"
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
	// grace is how long pending requests may take after a signal, or when stdout
	// cannot be written to.
	grace = 2 * time.Second
	// cancelGrace is how long calls have to return once they are canceled. Writes
	// among them use it to report their outcome to the audit log.
	cancelGrace = 200 * time.Millisecond
	// maxUnread is how long a write to stdout may make no progress while nothing
	// more is read from stdin.
	maxUnread = 30 * time.Second
)

// ServeStdio serves MCP on in and out until in ends or ctx is done.
//
// When in ends, ServeStdio returns once every request is answered; each call
// ends by its own limits. When ctx is done, pending requests have two seconds,
// and ServeStdio returns nil. It returns an error if it cannot read in or write
// to out, and if out is not read while requests are waiting to be answered: see
// the package comment.
//
// It may return while a read of in or a write to out is still blocked.
func ServeStdio(ctx context.Context, s *Server, in io.Reader, out io.Writer, logger *slog.Logger) error {
	serving, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	writer := newLineWriter(out, stop)
	questions := newStdioQuestions(writer.write)
	session := mcpserver.NewInProcessSessionWithHandlers("stdio", nil, questions, nil)
	if err := s.RegisterSession(ctx, session); err != nil {
		return fmt.Errorf("register the session: %w", err)
	}
	defer s.UnregisterSession(ctx, session.SessionID())
	calls, cancelCalls := context.WithCancel(s.WithContext(context.WithoutCancel(ctx), session))
	defer cancelCalls()

	c := newStdioConn(calls, s, writer, questions, logger)
	go c.forward(session.ClientNotifications())
	err := c.serve(serving, stop, in)
	if c.close() > 0 {
		c.waitAtMost(grace)
		if n := c.dropQueue(); n > 0 {
			logger.Warn("requests were not answered", "count", n)
		}
		cancelCalls()
		c.waitAtMost(cancelGrace)
	}
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// serve accepts lines until they end and every request is answered. It returns
// early, with the cause, when ctx is done, and when stdout is not read.
func (c *stdioConn) serve(ctx context.Context, stop context.CancelCauseFunc, in io.Reader) error {
	ended := make(chan error, 1)
	reader := bufio.NewReaderSize(in, 64<<10)
	c.goRun(func() { c.read(ctx, stop, reader, ended) })
	select {
	case err := <-ended:
		c.questions.close()
		return errors.Join(err, c.waitForPending(ctx, 0))
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// read accepts lines until they end, and sends the error that ended them, or nil for
// the end of the input. When it has read a request that can run, another goroutine reads
// on, and read runs the request: one that was passed on would have to wait until a
// thread wakes up. A read of the input may stay blocked after ctx is done.
func (c *stdioConn) read(ctx context.Context, stop context.CancelCauseFunc, reader *bufio.Reader, ended chan<- error) {
	for ctx.Err() == nil {
		if err := c.waitForPending(ctx, maxPending-1); err != nil {
			stop(err)
			return
		}
		line, err := readLine(reader)
		var r *request
		if len(line) > 0 {
			r = c.accept(line)
		}
		switch {
		case errors.Is(err, io.EOF):
			ended <- nil
		case err != nil:
			ended <- fmt.Errorf("read stdin: %w", err)
		case r != nil:
			c.goRun(func() { c.read(ctx, stop, reader, ended) })
		}
		if r != nil {
			c.run(r)
		}
		if r != nil || err != nil {
			return
		}
	}
}

// waitForPending waits until at most limit requests are pending. It returns an
// error when ctx is done, and when stdout is not read meanwhile.
func (c *stdioConn) waitForPending(ctx context.Context, limit int) error {
	if c.countPending() <= limit {
		return nil
	}
	defer c.wake() // another goroutine may wait for fewer
	timer := time.NewTimer(maxUnread)
	defer timer.Stop()
	for c.countPending() > limit {
		select {
		case <-c.finished:
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-timer.C:
			blocked := c.out.blocked()
			if blocked >= maxUnread {
				return fmt.Errorf("stdout was not read for %v; requests not answered: %d", maxUnread, c.countPending())
			}
			timer.Reset(maxUnread - blocked)
		}
	}
	return nil
}

// waitAtMost waits until no request is pending, for at most d.
func (c *stdioConn) waitAtMost(d time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	_ = c.waitForPending(ctx, 0) // the caller looks at what is left
}
