package gitcode

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

// atOnce is how many requests of one client are under way at the most.
const atOnce = 8

// attempts is how often a request is sent at the most.
const attempts = 4

// Rate allows Requests in any span of Per: a sliding window, in which they may
// come in one burst.
type Rate struct {
	Requests int
	Per      time.Duration
}

// DefaultRates are GitCode's documented limits for a user.
func DefaultRates() []Rate { return []Rate{{50, time.Minute}, {4000, time.Hour}} }

// ParseRates reads "50/m,4000/h", with the units s, m and h; "0" is no limit.
func ParseRates(s string) ([]Rate, error) {
	if strings.TrimSpace(s) == "0" {
		return nil, nil
	}
	units := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour}
	var rates []Rate
	for part := range strings.SplitSeq(s, ",") {
		number, unit, _ := strings.Cut(strings.TrimSpace(part), "/")
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || units[unit] == 0 {
			return nil, fmt.Errorf("%q is no rate like 50/m,4000/h (or 0 for none)", s)
		}
		rates = append(rates, Rate{n, units[unit]})
	}
	return rates, nil
}

// budget says when requests may be sent. Turns are given in the order asked.
type budget struct {
	rates []Rate

	mu   sync.Mutex
	sent []time.Time // turns given, the oldest first
}

// turn waits for the next turn if it comes before the deadline. The error says
// when there is room.
func (b *budget) turn(ctx context.Context, deadline time.Time) error {
	b.mu.Lock()
	now := time.Now()
	b.forget(now)
	at := now
	for _, r := range b.rates {
		if n := len(b.sent) - r.Requests; n >= 0 {
			at = later(at, b.sent[n].Add(r.Per))
		}
	}
	if at.After(now) && at.After(deadline) {
		b.mu.Unlock()
		return &Error{Class: RateLimited, Message: "not sent, this server's own budget of requests is used up", RetryAfter: at.Sub(now)}
	}
	b.sent = append(b.sent, at)
	b.mu.Unlock()
	if err := sleep(ctx, at.Sub(now)); err != nil {
		b.giveBack(at)
		return err
	}
	return nil
}

// forget drops the turns that no rate looks back on any more.
func (b *budget) forget(now time.Time) {
	var longest time.Duration
	for _, r := range b.rates {
		longest = max(longest, r.Per)
	}
	since := now.Add(-longest)
	b.sent = slices.Delete(b.sent, 0, sort.Search(len(b.sent), func(i int) bool { return b.sent[i].After(since) }))
}

// count takes a turn for a request that does not wait for one.
func (b *budget) count() {
	b.mu.Lock()
	defer b.mu.Unlock()
	at := time.Now()
	if n := len(b.sent); n > 0 {
		at = later(at, b.sent[n-1])
	}
	b.sent = append(b.sent, at)
}

// giveBack takes a turn back that was not used.
func (b *budget) giveBack(at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := slices.Index(b.sent, at); i >= 0 {
		b.sent = slices.Delete(b.sent, i, i+1)
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
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
	if err := c.enter(ctx, deadline); err != nil {
		return err
	}
	defer func() { <-c.under }()
	if err := c.budget.turn(ctx, deadline); err != nil {
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
	a, err := c.send(ctx, req)
	if err != nil {
		return err
	}
	return accept(a)
}

// enter waits until fewer than the most requests are under way.
func (c *Client) enter(ctx context.Context, deadline time.Time) error {
	select {
	case c.under <- struct{}{}:
		return nil
	default:
	}
	timer := time.NewTimer(time.Until(deadline))
	defer timer.Stop()
	select {
	case c.under <- struct{}{}:
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
