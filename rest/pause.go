package rest

import (
	"net/http"
	"slices"
	"time"
)

// maxPause is the longest pause that a response is believed to ask for. Services
// count by the hour; the rest is for clocks that differ. A longer one would lock
// a user out because of one wrong header, while a request after maxPause shows
// whether it still holds.
const maxPause = 65 * time.Minute

// pause makes the user of a token wait for as long as a response demands, and
// returns how long that is.
func (c *Client) pause(token string, status int, header http.Header) time.Duration {
	if c.forge.Pause == nil {
		return 0
	}
	return c.limiters.forToken(token).pause(c.forge.Pause(status, header))
}

// pause admits no request for a time, at most maxPause, which it returns. It does
// not shorten another pause. Requests that wait and whose deadline comes first
// fail at once.
func (l *limiter) pause(d time.Duration) time.Duration {
	if d = min(d, maxPause); d <= 0 {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.resume = later(l.resume, now.Add(d))
	l.waiting = slices.DeleteFunc(l.waiting, func(a *admission) bool {
		if !l.resume.After(a.deadline) {
			return false
		}
		a.err = l.exhausted(now, l.resume)
		close(a.done)
		return true
	})
	return d
}
