package rest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

// MaxInFlight is the maximum number of requests of one user in flight. A client
// that makes requests concurrently needs no more goroutines for a call.
const MaxInFlight = 25

// Rate allows Requests in any interval of length Per. The window slides, and
// the requests may come in one burst.
type Rate struct {
	Requests int
	Per      time.Duration
}

// Unlimited disables the rate limit, as Config.Rates.
var Unlimited = []Rate{}

// ParseRates parses rates such as "50/m,4000/h", with the units s, m and h.
// "0" means Unlimited.
func ParseRates(s string) ([]Rate, error) {
	if strings.TrimSpace(s) == "0" {
		return Unlimited, nil
	}
	units := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour}
	var rates []Rate
	for part := range strings.SplitSeq(s, ",") {
		number, unit, _ := strings.Cut(strings.TrimSpace(part), "/")
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || units[unit] == 0 {
			return nil, fmt.Errorf("%q is not a list of rates such as 50/m,4000/h, or 0 for unlimited", s)
		}
		rates = append(rates, Rate{n, units[unit]})
	}
	return rates, nil
}

// limiters holds the limiter of each token, by the token's hash, so that no
// token outlives its requests. A limiter that was not used for a whole period is
// dropped with the map that holds it, so no request has to look at the limiters
// of others.
type limiters struct {
	rates  []Rate
	period time.Duration // at least the longest window

	mu       sync.Mutex
	start    time.Time              // of the current period
	recent   map[tokenHash]*limiter // used in the current period
	previous map[tokenHash]*limiter // last used in the one before
}

type tokenHash = [sha256.Size]byte

// newLimiters returns limiters for requests that use theirs for at most the given
// time.
func newLimiters(rates []Rate, use time.Duration) *limiters {
	return &limiters{rates: rates, period: max(longestWindow(rates), use, time.Minute)}
}

// forToken returns the limiter of a token.
func (ls *limiters) forToken(token string) *limiter {
	hash := sha256.Sum256([]byte(token))
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if current := time.Now().Truncate(ls.period); current.After(ls.start) {
		ls.previous = nil
		if current.Sub(ls.start) == ls.period {
			ls.previous = ls.recent
		}
		ls.start, ls.recent = current, map[tokenHash]*limiter{}
	}
	l := ls.recent[hash]
	if l == nil {
		if l = ls.previous[hash]; l == nil {
			l = &limiter{rates: ls.rates, large: make(chan struct{}, maxLarge)}
		}
		ls.recent[hash] = l
	}
	return l
}

func longestWindow(rates []Rate) time.Duration {
	var longest time.Duration
	for _, r := range rates {
		longest = max(longest, r.Per)
	}
	return longest
}

// limiter limits the requests of one token. It admits them in the order in which
// they ask.
type limiter struct {
	rates []Rate
	large chan struct{} // holds one element for each response that is large

	mu       sync.Mutex
	sent     []time.Time // the times of the admitted requests, in order
	inFlight int
	resume   time.Time    // the end of the service's pause
	waiting  []*admission // the requests that wait, in order
	wake     *time.Timer  // admits the first that waits, as soon as the rates allow
}

// admission is the place of a request in a limiter. Once done is closed it was
// admitted at a time, or rejected with err.
type admission struct {
	limiter  *limiter
	deadline time.Time
	done     chan struct{}
	at       time.Time
	err      *Error
}

// acquire waits until the rates and the service allow another request and fewer
// than MaxInFlight requests are in flight. Call release when it has ended. If
// they allow none before the deadline acquire fails at once, with the time to
// wait as RetryAfter.
func (l *limiter) acquire(ctx context.Context, deadline time.Time) (*admission, *Error) {
	if ctx.Err() != nil {
		return nil, notSent(ctx)
	}
	l.mu.Lock()
	now := time.Now()
	if at := l.earliest(now, len(l.waiting)); at.After(now) && at.After(deadline) {
		defer l.mu.Unlock()
		return nil, l.exhausted(now, at)
	}
	a := &admission{limiter: l, deadline: deadline, done: make(chan struct{})}
	l.waiting = append(l.waiting, a)
	l.admit(now)
	l.mu.Unlock()
	select {
	case <-a.done:
		return a, a.err
	default:
	}
	timeout := time.NewTimer(time.Until(deadline))
	defer timeout.Stop()
	select {
	case <-a.done:
		return a, a.err
	case <-ctx.Done():
	case <-timeout.C:
	}
	return a, l.leave(ctx, a)
}

// exhausted says which limit allows no request before a time. The caller must
// hold l.mu.
func (l *limiter) exhausted(now, at time.Time) *Error {
	err := &Error{Class: RateLimited, NotSent: true, Message: "the local rate limit is exhausted", RetryAfter: at.Sub(now)}
	if !at.After(l.resume) {
		err.Message, err.Paused = "the service's rate limit is exhausted", true
	}
	return err
}

// leave ends the wait of a request that was canceled or reached its deadline,
// unless it has just been admitted or rejected.
func (l *limiter) leave(ctx context.Context, a *admission) *Error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.admit(now) // the rates may allow it as of now
	i := slices.Index(l.waiting, a)
	if i < 0 {
		return a.err
	}
	at := l.earliest(now, i)
	l.waiting = slices.Delete(l.waiting, i, i+1)
	switch {
	case ctx.Err() != nil:
		return notSent(ctx)
	case at.After(now):
		return l.exhausted(now, at)
	}
	return &Error{Class: RateLimited, NotSent: true, Message: fmt.Sprintf("%d requests are already in flight", MaxInFlight)}
}

// release ends a request that was admitted.
func (a *admission) release() {
	l := a.limiter
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inFlight--
	l.admit(time.Now())
}

// giveBack makes a request that was admitted, and not yet released, not count
// against the rates.
func (a *admission) giveBack() {
	l := a.limiter
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := slices.Index(l.sent, a.at); i >= 0 {
		l.sent = slices.Delete(l.sent, i, i+1)
	}
}

// admit admits requests that wait, as many as the limits allow. If the rates
// allow the next one only later, it is called again then. The caller must hold
// l.mu.
func (l *limiter) admit(now time.Time) {
	for len(l.waiting) > 0 && l.inFlight < MaxInFlight {
		if at := l.earliest(now, 0); at.After(now) {
			l.wakeAt(at)
			return
		}
		l.waiting[0].at = now
		close(l.waiting[0].done)
		l.waiting = slices.Delete(l.waiting, 0, 1)
		l.inFlight++
		if len(l.rates) > 0 {
			l.sent = append(l.sent, now)
		}
	}
}

// wakeAt calls admit at a time. The caller must hold l.mu.
func (l *limiter) wakeAt(at time.Time) {
	if l.wake != nil {
		l.wake.Reset(time.Until(at))
		return
	}
	l.wake = time.AfterFunc(time.Until(at), func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.admit(time.Now())
	})
}

// earliest returns the earliest time at which the rates and the service allow a
// request, if the given number of others comes first. The caller must hold l.mu.
func (l *limiter) earliest(now time.Time, others int) time.Time {
	l.prune(now)
	at := later(now, l.resume)
	if len(l.rates) == 0 {
		return at // however many others come first
	}
	var times []time.Time // of the others
	for i := 0; ; i++ {
		for _, r := range l.rates {
			// The request before which r.Requests-1 others fit into the window.
			if n := len(l.sent) + i - r.Requests; n >= len(l.sent) {
				at = later(at, times[n-len(l.sent)].Add(r.Per))
			} else if n >= 0 {
				at = later(at, l.sent[n].Add(r.Per))
			}
		}
		if i == others {
			return at
		}
		times = append(times, at)
	}
}

// prune drops the times that are outside of every window.
func (l *limiter) prune(now time.Time) {
	since := now.Add(-longestWindow(l.rates))
	l.sent = l.sent[sort.Search(len(l.sent), func(i int) bool { return l.sent[i].After(since) }):]
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
