package rest_test

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// pausing is a forge whose header Pause has the seconds of a pause, whose 403 with
// the body "slow" is a rate limit, and with "slower" one for 90 seconds.
func pausing() rest.Forge {
	f := forge()
	f.Pause = func(_ int, header http.Header) time.Duration {
		seconds, _ := strconv.Atoi(header.Get("Pause"))
		return time.Duration(seconds) * time.Second
	}
	f.Error = func(status int, _ http.Header, body []byte) *rest.Error {
		e := &rest.Error{Class: rest.ClassOf(status), Message: string(body)}
		switch string(body) {
		case "slower":
			e.RetryAfter = 90 * time.Second
			fallthrough
		case "slow":
			e.Class = rest.RateLimited
		}
		return e
	}
	return f
}

// onceThen responds first with r, then with thing7, and counts the requests.
func onceThen(sent *int, r func() *http.Response) inMemory {
	return func(*http.Request) (*http.Response, error) {
		if *sent++; *sent == 1 {
			return r(), nil
		}
		return response(200, thing7), nil
	}
}

// TestPause checks that any response can pause its user: calls wait for the end of
// a pause if it comes in time, and otherwise fail at once without a request.
func TestPause(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]func(pause string) *http.Response{
		"success":      func(pause string) *http.Response { return response(200, thing7, "Pause", pause) },
		"not found":    func(pause string) *http.Response { return response(404, "", "Pause", pause) },
		"rate limited": func(pause string) *http.Response { return response(403, "slow", "Pause", pause) },
		"moved":        func(pause string) *http.Response { return response(301, "", "Pause", pause) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sent := 0
				c := newClientOf(t, pausing(), onceThen(&sent, func() *http.Response { return first("30") }), rest.Config{})
				getThing(t.Context(), c)
				require.Equal(t, 1, sent)
				for operation, call := range map[string]func(context.Context, *rest.Client) error{"read": getThing, "write": updateThing} {
					err := errorOf(t, call(t.Context(), c))
					assert.Equal(t, rest.RateLimited, err.Class, operation)
					assert.Equal(t, 30*time.Second, err.RetryAfter, operation)
					assert.True(t, err.Paused, operation)
					assert.Equal(t, "not sent: the service's rate limit is exhausted", err.Error(), operation)
				}
				assert.Equal(t, 1, sent, "nothing was sent")
				require.NoError(t, getThing(c.WithToken(t.Context(), "another"), c), "another user does not wait")

				time.Sleep(15 * time.Second)
				start := time.Now()
				require.NoError(t, updateThing(t.Context(), c))
				assert.Equal(t, 15*time.Second, time.Since(start), "the rest of the pause")
				require.NoError(t, getThing(t.Context(), c))
				assert.Equal(t, 15*time.Second, time.Since(start), "it has ended")
			})
		})
	}
}

// TestPauseReachesWaitingCalls checks the calls that wait for the local rate when
// the service demands a pause.
func TestPauseReachesWaitingCalls(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		pause string
		after time.Duration // of the pause
		fails bool
	}{
		"short": {"7", 7 * time.Second, false},
		"long":  {"60", 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				respond := make(chan struct{})
				sent := 0
				c := newClientOf(t, pausing(), inMemory(func(*http.Request) (*http.Response, error) {
					if sent++; sent == 1 {
						<-respond
						return response(200, thing7, "Pause", test.pause), nil
					}
					return response(200, thing7), nil
				}), rest.Config{Rates: []rest.Rate{{Requests: 1, Per: 5 * time.Second}}})
				first, second := make(chan error, 1), make(chan error, 1)
				go func() { first <- getThing(t.Context(), c) }()
				synctest.Wait()
				go func() { second <- getThing(t.Context(), c) }()
				synctest.Wait()
				start := time.Now()
				close(respond)
				require.NoError(t, <-first)
				err := <-second
				assert.Equal(t, test.after, time.Since(start))
				if !test.fails {
					require.NoError(t, err)
					return
				}
				assert.True(t, errorOf(t, err).Paused)
				assert.True(t, errorOf(t, err).NotSent)
				assert.Equal(t, time.Minute, errorOf(t, err).RetryAfter)
				assert.Equal(t, 1, sent)
			})
		})
	}
}

// TestLimitThatDecidesIsNamed checks that the error names the local rates if they
// allow a request only after the service's pause.
func TestLimitThatDecidesIsNamed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		per    time.Duration
		paused bool
		want   time.Duration
	}{
		"service": {time.Minute, true, 2 * time.Minute},
		"local":   {time.Hour, false, time.Hour},
	} {
		synctest.Test(t, func(t *testing.T) {
			sent := 0
			c := newClientOf(t, pausing(), onceThen(&sent, func() *http.Response { return response(200, thing7, "Pause", "120") }),
				rest.Config{Rates: []rest.Rate{{Requests: 1, Per: test.per}}})
			require.NoError(t, getThing(t.Context(), c))
			err := errorOf(t, getThing(t.Context(), c))
			assert.Equal(t, test.paused, err.Paused, name)
			assert.Equal(t, test.want, err.RetryAfter, name)
		})
	}
}

// TestOddPauses checks that no pause is longer than the service's limits can last,
// none is shortened, and that its end is known although the user was idle.
func TestOddPauses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ pause, want time.Duration }{
		"none":      {0, 0},
		"negative":  {-time.Minute, 0},
		"smallest":  {math.MinInt64, 0},
		"an hour":   {time.Hour, time.Hour},
		"a day":     {24 * time.Hour, 65 * time.Minute},
		"endless":   {math.MaxInt64, 65 * time.Minute},
		"one nano":  {1, 1},
		"65 min":    {65 * time.Minute, 65 * time.Minute},
		"long idle": {65*time.Minute + 1, 65 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				pauses := make(chan time.Duration, 3)
				pauses <- math.MinInt64
				pauses <- test.pause
				pauses <- 1
				f := forge()
				f.Pause = func(int, http.Header) time.Duration {
					select {
					case d := <-pauses:
						return d
					default:
						return 0
					}
				}
				respond := make(chan struct{})
				c := newClientOf(t, f, inMemory(func(*http.Request) (*http.Response, error) {
					<-respond
					return response(200, thing7), nil
				}), rest.Config{MaxWait: -1})
				errs := make(chan error, 3)
				for range 3 {
					go func() { errs <- getThing(t.Context(), c) }()
				}
				synctest.Wait()
				start := time.Now()
				close(respond)
				for range 3 {
					require.NoError(t, <-errs, "those in flight end")
				}
				if test.want == 0 {
					time.Sleep(time.Nanosecond) // the limit ends after this instant
					assert.NoError(t, getThing(t.Context(), c))
					return
				}
				if test.want > time.Second {
					time.Sleep(time.Until(start.Add(test.want - time.Second)))
					assert.Equal(t, time.Second, errorOf(t, getThing(t.Context(), c)).RetryAfter)
				}
				time.Sleep(time.Until(start.Add(test.want)))
				assert.NoError(t, getThing(t.Context(), c))
			})
		})
	}
}

// TestRateLimitedIsRetried checks that a response which the forge classifies as
// RateLimited is retried whatever its status, for reads and writes, after the time
// that the service names.
func TestRateLimitedIsRetried(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		header []string
		body   string
		waits  time.Duration // 0 if it fails
		fails  time.Duration // RetryAfter of the error
	}{
		"header":                       {[]string{"Retry-After", "7"}, "slow", 7 * time.Second, 0},
		"pause":                        {[]string{"Pause", "8"}, "slow", 8 * time.Second, 0},
		"both":                         {[]string{"Retry-After", "7", "Pause", "8"}, "slow", 8 * time.Second, 0},
		"header before the body":       {[]string{"Retry-After", "9"}, "slower", 9 * time.Second, 0},
		"body":                         {nil, "slower", 0, 90 * time.Second},
		"header that is no number":     {[]string{"Retry-After", "soon"}, "slower", 0, 90 * time.Second},
		"header beyond MaxWait":        {[]string{"Retry-After", "61"}, "slow", 0, 61 * time.Second},
		"pause beyond MaxWait":         {[]string{"Pause", "3000"}, "slow", 0, 50 * time.Minute},
		"not a rate limit, with pause": {[]string{"Pause", "3000"}, "other", 0, 0},
	} {
		for operation, call := range map[string]func(context.Context, *rest.Client) error{"read": getThing, "write": updateThing} {
			t.Run(operation+" "+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					start, sent := time.Now(), 0
					c := newClientOf(t, pausing(), onceThen(&sent, func() *http.Response { return response(403, test.body, test.header...) }), rest.Config{})
					err := call(t.Context(), c)
					assert.Equal(t, test.waits, time.Since(start))
					if test.waits > 0 {
						require.NoError(t, err)
						assert.Equal(t, 2, sent)
						return
					}
					e := errorOf(t, err)
					assert.Equal(t, 403, e.Status, "the service's own error")
					assert.Equal(t, test.fails, e.RetryAfter)
					assert.Equal(t, 1, sent)
					if test.fails > 0 {
						assert.True(t, errorOf(t, getThing(t.Context(), c)).Paused, "others wait too")
					}
				})
			})
		}
	}
}

// TestForgeWithoutPause checks that a Retry-After header delays nothing but its
// own call.
func TestForgeWithoutPause(t *testing.T) {
	t.Parallel()
	sent := 0
	c := newClient(t, onceThen(&sent, func() *http.Response { return response(429, "", "Retry-After", "60") }), rest.Config{MaxWait: -1})
	assert.Equal(t, time.Minute, errorOf(t, getThing(t.Context(), c)).RetryAfter)
	assert.NoError(t, getThing(t.Context(), c))
}

// TestRateLimitInSuccess checks that a write whose response is a success and yet
// contains the service's own error is not sent again.
func TestRateLimitInSuccess(t *testing.T) {
	t.Parallel()
	sent := 0
	f := forge()
	f.Decode = func([]byte, any) error { return &rest.Error{Class: rest.RateLimited} }
	c := newClientOf(t, f, onceThen(&sent, func() *http.Response { return response(200, thing7) }), rest.Config{})
	assert.Equal(t, rest.RateLimited, errorOf(t, updateThing(t.Context(), c)).Class)
	assert.Equal(t, 1, sent)
}
