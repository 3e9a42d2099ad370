package rest_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

func TestRedirects(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		hops   int
		to     string
		follow bool
	}{
		"three within the host": {3, "", true},
		"four":                  {4, "", false},
		"to another host":       {1, "http://elsewhere.test", false},
		"to another scheme":     {1, "https://forge.test", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var sent atomic.Int32
			c := newClient(t, inMemory(func(r *http.Request) (*http.Response, error) {
				assert.Equal(t, "http://forge.test", r.URL.Scheme+"://"+r.URL.Host, "no request leaves the host")
				assert.Equal(t, token, r.Header.Get("Private-Token"))
				if int(sent.Add(1)) <= test.hops {
					return response(307, "", "Location", test.to+"/api/moved/things/7"), nil
				}
				return response(200, thing7), nil
			}), rest.Config{Rates: []rest.Rate{{Requests: 5, Per: time.Hour}}, MaxWait: -1})
			err := getThing(t.Context(), c)
			if !test.follow {
				assert.Equal(t, rest.Moved, errorOf(t, err).Class)
				return
			}
			require.NoError(t, err)
			require.NoError(t, getThing(t.Context(), c))
			assert.Equal(t, rest.RateLimited, errorOf(t, getThing(t.Context(), c)).Class, "redirects count against the rate limit")
		})
	}
}

// TestRedirectsWaitForTheRate checks that a redirect is followed as soon as the
// rates allow it, and not at all if that is too late.
func TestRedirectsWaitForTheRate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		maxWait time.Duration
		sent    int
	}{
		"in time":  {time.Minute, 3},
		"too late": {time.Second, 1},
		"no wait":  {-1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var at []time.Duration
				start := time.Now()
				c := newClient(t, inMemory(func(*http.Request) (*http.Response, error) {
					if at = append(at, time.Since(start)); len(at) < 3 {
						return response(302, "", "Location", "../elsewhere"), nil
					}
					return response(200, thing7), nil
				}), rest.Config{Rates: []rest.Rate{{Requests: 1, Per: 5 * time.Second}}, MaxWait: test.maxWait, Timeout: 2 * time.Second})
				err := getThing(t.Context(), c)
				assert.Equal(t, []time.Duration{0, 5 * time.Second, 10 * time.Second}[:test.sent], at)
				if test.sent == 3 {
					require.NoError(t, err, "waiting does not count against the timeout")
					return
				}
				e := errorOf(t, err)
				assert.Equal(t, rest.RateLimited, e.Class)
				assert.Equal(t, 5*time.Second, e.RetryAfter)
				assert.False(t, e.NotSent)
			})
		})
	}
}

// TestWritesAreNotRedirected checks that one request of a write is sent, to where
// it was addressed, whatever the redirect.
func TestWritesAreNotRedirected(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"PATCH", "POST", "PUT", "DELETE"} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			var sent []string
			c := newClient(t, inMemory(func(r *http.Request) (*http.Response, error) {
				if sent = append(sent, r.Method+" "+r.URL.Path); len(sent) > 1 {
					return response(200, thing7), nil
				}
				return response(status, "", "Location", "/api/moved/things/7"), nil
			}), rest.Config{})
			err := errorOf(t, rest.Send(t.Context(), c, method+" /{owner}/things/{id}", thingRef{"o", 7}))
			class := rest.Moved
			if status == http.StatusSeeOther { // the write may have been carried out
				class = rest.OutcomeUnknown
			}
			assert.Equal(t, class, err.Class, "%s %d", method, status)
			assert.Equal(t, status, err.Status, method)
			assert.Equal(t, []string{method + " /api/o/things/7"}, sent, status)
		}
	}
}
