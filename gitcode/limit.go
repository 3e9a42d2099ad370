package gitcode

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// attempts is how often a request is sent at the most.
const attempts = 4

// exchange sends a request until accept takes an answer, at most four times
// and waiting no longer than c.maxWait in all. A read is sent again whenever
// that may help, a write only after 429, when GitCode has not looked at it.
func (c *Client) exchange(ctx context.Context, req *request, accept func(*answer) error) error {
	if c.plan != nil {
		return accept(c.note(req))
	}
	deadline := time.Now().Add(c.maxWait)
	for attempt := 1; ; attempt++ {
		err := c.attempt(ctx, req, accept, attempt, deadline)
		e, failed := errors.AsType[*Error](err)
		if !failed {
			return err
		}
		e.Endpoint = req.endpoint
		if attempt == attempts || ctx.Err() != nil || !e.again(req.method) {
			return e
		}
		wait := backOff(attempt)
		if e.RetryAfter > 0 {
			wait = e.RetryAfter
		}
		if time.Until(deadline) < wait || sleep(ctx, wait) != nil {
			return e
		}
	}
}

// attempt sends a request once, when it is its turn.
func (c *Client) attempt(ctx context.Context, req *request, accept func(*answer) error, attempt int, deadline time.Time) error {
	start := time.Now()
	if err := c.enter(ctx, deadline); err != nil {
		return err
	}
	defer func() { <-c.limits.under }()
	if err := c.limits.budget.turn(ctx, deadline); err != nil {
		if _, ok := errors.AsType[*Error](err); ok {
			return err
		}
		return &Error{Class: Cancelled, Message: "not sent, cancelled", Err: err}
	}
	if attempt > 1 { // the first may take its whole time, the others what is left
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadlineCause(ctx, deadline, errNoTimeLeft)
		defer cancel()
	}
	waited := time.Since(start)
	a, err := c.send(ctx, req)
	c.observe(Sent{Attempt: attempt, Status: statusOf(a, err), Waited: waited})
	if err != nil {
		return err
	}
	return accept(a)
}

func statusOf(a *answer, err error) int {
	if a != nil {
		return a.status
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Status
	}
	return 0
}

// enter waits until fewer than the most requests are under way.
func (c *Client) enter(ctx context.Context, deadline time.Time) error {
	select {
	case c.limits.under <- struct{}{}:
		return nil
	default:
	}
	timer := time.NewTimer(time.Until(deadline))
	defer timer.Stop()
	select {
	case c.limits.under <- struct{}{}:
		return nil
	case <-ctx.Done():
		return &Error{Class: Cancelled, Message: "not sent, cancelled", Err: context.Cause(ctx)}
	case <-timer.C:
		return &Error{Class: RateLimited, Message: fmt.Sprintf("not sent, %d requests are under way already", atOnce), RetryAfter: time.Second}
	}
}

var errNoTimeLeft = errors.New("no time is left for another attempt")

// again reports whether sending the request once more may help.
func (e *Error) again(method string) bool {
	if e.Status == http.StatusTooManyRequests {
		return true
	}
	if method != http.MethodGet {
		return false
	}
	switch e.Status {
	case 0:
		return e.Class == Unavailable
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return e.Class == Malformed && e.Status < 300
}

// sleep waits, or returns the context's error.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// backOff is how long to wait after an attempt: half a second, doubled each
// time, of which a random half may be left out so that callers do not return
// together.
func backOff(attempt int) time.Duration {
	d := 500 * time.Millisecond << (attempt - 1)
	return d/2 + rand.N(d/2) //nolint:gosec // needs no secrecy
}

// retryAfter reads a Retry-After header, seconds or a date; 0 if there is none
// or it has passed.
func retryAfter(header string, now time.Time) time.Duration {
	header = strings.TrimSpace(header)
	if seconds, err := strconv.ParseUint(header, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(header); err == nil {
		return max(date.Sub(now), 0)
	}
	return 0
}
