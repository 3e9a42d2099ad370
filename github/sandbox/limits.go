package sandbox

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// defaultLimit is the number of requests that GitHub allows in an hour.
const defaultLimit = 5000

// window counts what a user did since the window was opened. Once it ends, the
// next request opens another one.
type window struct {
	ends time.Time
	used int
}

// current returns a user's window, which it opens if none is open.
func current(windows map[string]*window, u *user, length time.Duration) *window {
	w := windows[u.login]
	if now := time.Now(); w == nil || !now.Before(w.ends) {
		w = &window{ends: now.Add(length)}
		windows[u.login] = w
	}
	return w
}

// limit lets handle serve a request within the limits of its user, counts it,
// and adds the headers that all responses have.
func (s *Sandbox) limit(r *request, handle func(*request) response) response {
	w := current(s.requests, r.user, time.Hour)
	isOverview := r.URL.Path == Prefix+"/rate_limit" // which is never counted
	var resp response
	if s.RateLimit > 0 && w.used >= s.RateLimit && !isOverview {
		resp = errorResponse(http.StatusForbidden, fmt.Sprintf("API rate limit exceeded for user ID %d.", r.user.id))
	} else {
		resp = handle(r)
		resp.conditional(r)
		if resp.status != http.StatusNotModified && !isOverview {
			w.used++
		}
	}
	resp.setLimit(s.rateLimit(w))
	resp.setHeader("X-GitHub-Media-Type", r.media.header())
	resp.setHeader("X-GitHub-Api-Version-Selected", apiVersion)
	return resp
}

// allowsContent counts the creation of an issue or a comment. It returns the
// error to respond with if the user has created too many.
func (s *Sandbox) allowsContent(r *request) (response, bool) {
	w := current(s.contents, r.user, time.Minute)
	if s.ContentLimit > 0 && w.used >= s.ContentLimit {
		return secondaryLimit(int((time.Until(w.ends) + time.Second - 1) / time.Second)), false
	}
	w.used++
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
func (s *Sandbox) rateLimit(w *window) wireLimit {
	limit := wireLimit{Limit: s.RateLimit, Used: w.used, Reset: w.ends.Unix()}
	if limit.Limit == 0 {
		limit.Limit = defaultLimit
		limit.Used = min(w.used, defaultLimit-1)
	}
	limit.Remaining = limit.Limit - limit.Used
	return limit
}

func (s *Sandbox) getRateLimit(r *request) response {
	core := s.rateLimit(current(s.requests, r.user, time.Hour))
	search := wireLimit{Limit: 30, Remaining: 30, Reset: core.Reset}
	return ok(struct {
		Resources map[string]wireLimit `json:"resources"`
		Rate      wireLimit            `json:"rate"`
	}{map[string]wireLimit{"core": core, "search": search}, core})
}

// setLimit adds the headers for the state of a window.
func (resp *response) setLimit(limit wireLimit) {
	resp.setHeader("X-RateLimit-Resource", "core")
	for name, n := range map[string]int{"Limit": limit.Limit, "Remaining": limit.Remaining, "Used": limit.Used, "Reset": int(limit.Reset)} {
		resp.setHeader("X-RateLimit-"+name, strconv.Itoa(n))
	}
}
