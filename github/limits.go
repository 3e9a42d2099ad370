package github

import (
	"net/http"
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
		return rest.UntilReset(header, "X-RateLimit-Reset", now), true
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
	return rest.UntilReset(header, "X-RateLimit-Reset", now)
}
