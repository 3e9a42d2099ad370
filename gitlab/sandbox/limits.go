package sandbox

import (
	"net/http"
	"strconv"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

// limit lets handle serve a request within the limit of its user, and counts it.
// A read that changed nothing counts too.
func (s *Sandbox) limit(r *request, handle func(*request) response) response {
	if s.RateLimit == 0 {
		return conditional(r, handle(r))
	}
	w := fake.Current(s.requests, r.user.username, time.Minute)
	w.Used++
	var resp response
	if w.Used > s.RateLimit {
		resp = tooManyRequests(w.Wait())
	} else {
		resp = conditional(r, handle(r))
	}
	resp.SetHeader("RateLimit-Name", "throttle_authenticated_api")
	for name, n := range map[string]int{
		"Limit": s.RateLimit, "Observed": w.Used, "Remaining": max(0, s.RateLimit-w.Used), "Reset": int(w.Ends.Unix()),
	} {
		resp.SetHeader("RateLimit-"+name, strconv.Itoa(n))
	}
	resp.SetHeader("RateLimit-ResetTime", w.Ends.UTC().Format(http.TimeFormat))
	return resp
}

// conditional adds the headers of a read.
func conditional(r *request, resp response) response {
	resp.AddETag(r.Request)
	if resp.Header["ETag"] != "" {
		resp.SetHeader("Cache-Control", "max-age=0, private, must-revalidate")
	}
	return resp
}

// allowsCreate counts the creation of an issue. It returns the error to respond
// with if the user has created too many.
func (s *Sandbox) allowsCreate(r *request) (response, bool) {
	w := fake.Current(s.creates, r.user.username, time.Minute)
	w.Used++
	if s.IssueLimit == 0 || w.Used <= s.IssueLimit {
		return response{}, true
	}
	resp := errorMessage(http.StatusTooManyRequests, map[string]string{"error": "This endpoint has been requested too many times. Try again later."})
	resp.SetHeader("Retry-After", strconv.Itoa(w.Wait()))
	return resp, false
}
