package sandbox

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

// defaultLimit is the number of requests that GitHub allows in an hour.
const defaultLimit = 5000

// limit lets handle serve a request within the limits of its user, counts it,
// and adds the headers that all responses have.
func (s *Sandbox) limit(r *request, handle func(*request) response) response {
	w := fake.Current(s.requests, r.user.login, time.Hour)
	isOverview := r.URL.Path == Prefix+"/rate_limit" // which is never counted
	var resp response
	if s.RateLimit > 0 && w.Used >= s.RateLimit && !isOverview {
		resp = errorResponse(http.StatusForbidden, fmt.Sprintf("API rate limit exceeded for user ID %d.", r.user.id))
	} else {
		resp = conditional(r, handle(r))
		if resp.Status != http.StatusNotModified && !isOverview {
			w.Used++
		}
	}
	setLimit(&resp, s.rateLimit(w))
	resp.SetHeader("X-GitHub-Media-Type", r.media.header())
	resp.SetHeader("X-GitHub-Api-Version-Selected", apiVersion)
	return resp
}

// allowsContent counts the creation of an issue or a comment. It returns the
// error to respond with if the user has created too many.
func (s *Sandbox) allowsContent(r *request) (response, bool) {
	w := fake.Current(s.contents, r.user.login, time.Minute)
	if s.ContentLimit > 0 && w.Used >= s.ContentLimit {
		return secondaryLimit(w.Wait()), false
	}
	w.Used++
	return response{}, true
}

type wireLimit struct {
	Limit     int   `json:"limit"`
	Used      int   `json:"used"`
	Remaining int   `json:"remaining"`
	Reset     int64 `json:"reset"`
}

// rateLimit returns the state of a window. Without a limit some requests always
// remain.
func (s *Sandbox) rateLimit(w *fake.Window) wireLimit {
	limit := wireLimit{Limit: s.RateLimit, Used: w.Used, Reset: w.Ends.Unix()}
	if limit.Limit == 0 {
		limit.Limit = defaultLimit
		limit.Used = min(w.Used, defaultLimit-1)
	}
	limit.Remaining = limit.Limit - limit.Used
	return limit
}

func (s *Sandbox) getRateLimit(r *request) response {
	core := s.rateLimit(fake.Current(s.requests, r.user.login, time.Hour))
	search := wireLimit{Limit: 30, Remaining: 30, Reset: core.Reset}
	return ok(struct {
		Resources map[string]wireLimit `json:"resources"`
		Rate      wireLimit            `json:"rate"`
	}{map[string]wireLimit{"core": core, "search": search}, core})
}

// setLimit adds the headers for the state of a window.
func setLimit(resp *response, limit wireLimit) {
	resp.SetHeader("X-RateLimit-Resource", "core")
	for name, n := range map[string]int{"Limit": limit.Limit, "Remaining": limit.Remaining, "Used": limit.Used, "Reset": int(limit.Reset)} {
		resp.SetHeader("X-RateLimit-"+name, strconv.Itoa(n))
	}
}
