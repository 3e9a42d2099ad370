package gitcode

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

// atOnce is how many requests of one user are under way at the most.
const atOnce = 8

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

// limits are what one user's requests keep to.
type limits struct {
	budget *budget
	under  chan struct{} // holds an element for each request under way
	used   time.Time     // when a client last asked for them
}

// limitsKey finds the limits in a request's context, where a redirect counts.
type limitsKey struct{}

// users are the limits of each user, found by a digest of the token, so that
// tokens are kept no longer than their clients.
type users struct {
	rates []Rate

	mu      sync.Mutex
	byToken map[[sha256.Size]byte]*limits
}

// limits returns the limits of a token's owner, and forgets those of users
// whom no window looks back on any more.
func (u *users) limits(token string) *limits {
	key, now := sha256.Sum256([]byte(token)), time.Now()
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.byToken == nil {
		u.byToken = map[[sha256.Size]byte]*limits{}
	}
	l := u.byToken[key]
	if l == nil {
		maps.DeleteFunc(u.byToken, func(_ [sha256.Size]byte, old *limits) bool {
			return len(old.under) == 0 && now.Sub(old.used) > longest(u.rates)
		})
		l = &limits{budget: &budget{rates: u.rates}, under: make(chan struct{}, atOnce)}
		u.byToken[key] = l
	}
	l.used = now
	return l
}

// longest returns the longest span the rates look back on.
func longest(rates []Rate) time.Duration {
	var longest time.Duration
	for _, r := range rates {
		longest = max(longest, r.Per)
	}
	return longest
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
	since := now.Add(-longest(b.rates))
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
