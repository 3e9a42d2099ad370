package rest

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxAttempts is the maximum number of times a request is sent.
const maxAttempts = 4

var errNoTimeLeft = errors.New("no time is left for another attempt")

// waitForRetry waits until the request may be sent again. It reports false if
// retrying would not help or cannot start before the deadline.
func waitForRetry(ctx context.Context, failure *Error, method string, number int, deadline time.Time) bool {
	if number == maxAttempts || ctx.Err() != nil || !failure.isRetryable(method) {
		return false
	}
	wait := backoff(number)
	if failure.RetryAfter > 0 {
		wait = failure.RetryAfter
	}
	return time.Until(deadline) >= wait && sleep(ctx, wait) == nil
}

// isRetryable reports whether sending the request again may help.
func (e *Error) isRetryable(method string) bool {
	if e.Status == http.StatusTooManyRequests || e.Class == RateLimited && e.Status >= 400 {
		return true
	}
	if method != http.MethodGet {
		return false
	}
	switch e.Status {
	case 0:
		return e.Class == Unavailable && !e.Problem.isPermanent()
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return e.Class == MalformedResponse && e.Status < 300
}

// backoff returns the pause after an attempt: half a second, doubled each time,
// minus a random part of up to a half, so that callers do not retry at the same
// time.
func backoff(number int) time.Duration {
	d := 500 * time.Millisecond << (number - 1)
	return d/2 + rand.N(d/2) //nolint:gosec // not a secret
}

// sleep waits for d, or returns the context's error.
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

// maxRetryAfter is the longest wait that RetryAfter returns, so that sums with
// it do not overflow.
const maxRetryAfter = math.MaxInt32 * time.Second

// RetryAfter returns how long the Retry-After header of a response, in seconds or
// as a date, asks to wait: 0 for a date that has passed. It is not ok if there is
// no valid header.
func RetryAfter(header http.Header, now time.Time) (wait time.Duration, ok bool) {
	text := strings.TrimSpace(header.Get("Retry-After"))
	seconds, err := strconv.ParseUint(text, 10, 64)
	if err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(min(seconds, math.MaxInt32)) * time.Second, true
	}
	if date, err := http.ParseTime(text); err == nil {
		return min(max(date.Sub(now), 0), maxRetryAfter), true
	}
	return 0, false
}
