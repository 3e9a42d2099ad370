package rest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxInFlight is the maximum number of requests of one user in flight.
const maxInFlight = 8

// Rate allows Requests in any interval of length Per. The window slides, and
// the requests may come in one burst.
type Rate struct {
	Requests int
	Per      time.Duration
}

// Unlimited is for a Config whose client enforces no rates.
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
// token outlives its requests.
type limiters struct {
	rates []Rate

	mu     sync.Mutex
	byHash map[[sha256.Size]byte]*limiter
}

// forToken returns the limiter of a token, and drops limiters that have been
// idle longer than their longest window.
func (ls *limiters) forToken(token string) *limiter {
	hash, now := sha256.Sum256([]byte(token)), time.Now()
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if ls.byHash == nil {
		ls.byHash = map[[sha256.Size]byte]*limiter{}
	}
	l := ls.byHash[hash]
	if l == nil {
		maps.DeleteFunc(ls.byHash, func(_ [sha256.Size]byte, old *limiter) bool {
			return len(old.inFlight) == 0 && now.Sub(old.used) > longestWindow(ls.rates)
		})
		l = &limiter{rates: ls.rates, inFlight: make(chan struct{}, maxInFlight)}
		ls.byHash[hash] = l
	}
	l.used = now
	return l
}

func longestWindow(rates []Rate) time.Duration {
	var longest time.Duration
	for _, r := range rates {
		longest = max(longest, r.Per)
	}
	return longest
}

// limiterKey finds the limiter in a request's context, for redirects.
type limiterKey struct{}

// limiter limits the requests of one token. It reserves a time for each, in the
// order in which they ask.
type limiter struct {
	rates    []Rate
	inFlight chan struct{} // has one element for each request in flight
	used     time.Time     // of the last forToken; guarded by limiters.mu

	mu       sync.Mutex
	reserved []time.Time // the times of past and pending requests, in order
}

// acquire waits for one of the places in flight. Call release to return it.
func (l *limiter) acquire(ctx context.Context, deadline time.Time) *Error {
	select {
	case l.inFlight <- struct{}{}:
		return nil
	default:
	}
	timer := time.NewTimer(time.Until(deadline))
	defer timer.Stop()
	select {
	case l.inFlight <- struct{}{}:
		return nil
	case <-ctx.Done():
		return notSent(ctx)
	case <-timer.C:
		return &Error{Class: RateLimited, Message: fmt.Sprintf("not sent: %d requests are already in flight", maxInFlight), RetryAfter: time.Second}
	}
}

func (l *limiter) release() { <-l.inFlight }

// wait waits until the rates allow another request. If that is after the
// deadline it fails at once, with the time to wait as RetryAfter.
func (l *limiter) wait(ctx context.Context, deadline time.Time) *Error {
	l.mu.Lock()
	now := time.Now()
	l.prune(now)
	at := now
	for _, r := range l.rates {
		if n := len(l.reserved) - r.Requests; n >= 0 {
			at = later(at, l.reserved[n].Add(r.Per))
		}
	}
	if at.After(now) && at.After(deadline) {
		l.mu.Unlock()
		return &Error{Class: RateLimited, Message: "not sent: the local rate limit is exhausted", RetryAfter: at.Sub(now)}
	}
	l.reserved = append(l.reserved, at)
	l.mu.Unlock()
	if sleep(ctx, at.Sub(now)) != nil {
		l.cancel(at)
		return notSent(ctx)
	}
	return nil
}

// record counts a request that does not wait.
func (l *limiter) record() {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := time.Now()
	if n := len(l.reserved); n > 0 {
		at = later(at, l.reserved[n-1]) // keeps the order
	}
	l.reserved = append(l.reserved, at)
}

// cancel returns a reserved time that was not used.
func (l *limiter) cancel(at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := slices.Index(l.reserved, at); i >= 0 {
		l.reserved = slices.Delete(l.reserved, i, i+1)
	}
}

// prune drops the times that are outside of every window.
func (l *limiter) prune(now time.Time) {
	since := now.Add(-longestWindow(l.rates))
	l.reserved = slices.Delete(l.reserved, 0, sort.Search(len(l.reserved), func(i int) bool { return l.reserved[i].After(since) }))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
