package github

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// rateLimit reports whether an unsuccessful response with a message rejects a
// request because of a rate limit, and how long to wait.
//
// GitHub documentation:
// https://docs.github.com/en/enterprise-server@3.19/rest/using-the-rest-api/rate-limits-for-the-rest-api
func rateLimit(status int, header http.Header, message string, now time.Time) (wait time.Duration, limited bool) {
	if status != http.StatusForbidden && status != http.StatusTooManyRequests {
		return 0, false
	}
	if wait, ok := rest.RetryAfter(header, now); ok {
		return wait, true
	}
	if header.Get("X-RateLimit-Remaining") == "0" {
		return untilReset(header, now), true
	}
	message = strings.ToLower(message)
	for _, words := range []string{"rate limit", "abuse detection"} {
		if strings.Contains(message, words) {
			return secondaryPause, true
		}
	}
	return secondaryPause, status == http.StatusTooManyRequests
}

// secondaryPause is how long to wait at least after a secondary rate limit, if
// GitHub does not say.
const secondaryPause = time.Minute

// pause returns for how long a response allows no further request. What GitHub
// reports of the limits of other resources, such as searches, does not count.
func pause(status int, header http.Header) time.Duration {
	now := time.Now()
	if status == http.StatusForbidden || status == http.StatusTooManyRequests {
		if wait, ok := rest.RetryAfter(header, now); ok {
			return wait
		}
	}
	resource := header.Get("X-RateLimit-Resource")
	if header.Get("X-RateLimit-Remaining") != "0" || resource != "" && resource != "core" {
		return 0
	}
	return untilReset(header, now)
}

// untilReset returns how long it takes until the primary rate limit is reset, at
// most a day, or 0 if that is unknown. It compares GitHub's clock with GitHub's clock.
func untilReset(header http.Header, now time.Time) time.Duration {
	reset, err := strconv.ParseInt(header.Get("X-RateLimit-Reset"), 10, 64)
	const most = 1 << 40 // so that no difference overflows
	if err != nil || reset < 0 || reset > most {
		return 0
	}
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		now = date
	}
	return time.Duration(min(max(reset-now.Unix(), 0), 24*60*60)) * time.Second
}
