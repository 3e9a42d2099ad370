package rest_test

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

func TestRates(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var mu sync.Mutex
		var sent []time.Duration
		c := newClient(t, inMemory(func(*http.Request) (*http.Response, error) {
			mu.Lock()
			defer mu.Unlock()
			sent = append(sent, time.Since(start))
			return response(200, thing7), nil
		}), rest.Config{Rates: []rest.Rate{{Requests: 50, Per: time.Minute}, {Requests: 70, Per: time.Hour}}, MaxWait: 2 * time.Minute})
		var wg sync.WaitGroup
		for range 70 {
			wg.Go(func() { assert.NoError(t, getThing(t.Context(), c)) })
		}
		wg.Wait()
		for i, d := range sent {
			want := time.Duration(0)
			if i >= 50 {
				want = time.Minute
			}
			assert.Equal(t, want, d, "request %d", i)
		}
		err := errorOf(t, getThing(t.Context(), c))
		assert.Equal(t, rest.RateLimited, err.Class)
		assert.Contains(t, err.Error(), "the local rate limit is exhausted")
		assert.Equal(t, 59*time.Minute, err.RetryAfter, "the window of an hour slides")
		time.Sleep(59 * time.Minute)
		require.NoError(t, getThing(t.Context(), c))
	})
}

func TestWaitingKeepsOrderAndCancels(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var served []string
		c := newClient(t, inMemory(func(r *http.Request) (*http.Response, error) {
			mu.Lock()
			defer mu.Unlock()
			served = append(served, r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:])
			return response(200, thing7), nil
		}), rest.Config{Rates: []rest.Rate{{Requests: 1, Per: time.Second}}})
		get := func(ctx context.Context, id int) error {
			_, err := rest.Call[thing](ctx, c, "GET /{owner}/things/{id}", thingRef{"o", id})
			return err
		}
		ctx, cancel := context.WithCancel(t.Context())
		canceled := make(chan error, 1)
		for id := 1; id <= 5; id++ {
			go func() {
				if id == 5 {
					canceled <- get(ctx, id)
					return
				}
				assert.NoError(t, get(t.Context(), id))
			}()
			synctest.Wait() // until it waits for the limiter
		}
		cancel()
		assert.Equal(t, rest.Canceled, errorOf(t, <-canceled).Class)
		start := time.Now()
		require.NoError(t, get(t.Context(), 6))
		assert.Equal(t, 4*time.Second, time.Since(start), "the sixth uses the time of the fifth")
		assert.Equal(t, []string{"1", "2", "3", "4", "6"}, served)
	})
}

func TestRequestsInFlightAreLimited(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var inFlight, most atomic.Int32
		c := newClient(t, inMemory(func(*http.Request) (*http.Response, error) {
			most.Store(max(most.Load(), inFlight.Add(1)))
			time.Sleep(1500 * time.Millisecond)
			inFlight.Add(-1)
			return response(200, thing7), nil
		}), rest.Config{})
		var wg sync.WaitGroup
		for range 80 {
			wg.Go(func() { assert.NoError(t, getThing(t.Context(), c)) })
		}
		wg.Wait()
		assert.Equal(t, int32(rest.MaxInFlight), most.Load())

		var rejected atomic.Int32
		for range 400 {
			wg.Go(func() {
				if err := getThing(t.Context(), c); err != nil {
					assert.Equal(t, rest.RateLimited, errorOf(t, err).Class)
					rejected.Add(1)
				}
			})
		}
		wg.Wait()
		assert.Equal(t, int32(400-rest.MaxInFlight*14), rejected.Load(), "the others waited for 20 s")
	})
}

// TestWaitingForTheRateHoldsNoPlace checks that requests which wait for the rate
// are not in flight, so that one that comes too late is rejected at once.
func TestWaitingForTheRateHoldsNoPlace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		c := newClient(t, always(200, thing7), rest.Config{Rates: []rest.Rate{{Requests: 10, Per: 10 * time.Second}}, MaxWait: 25 * time.Second})
		var wg sync.WaitGroup
		for range 30 {
			wg.Go(func() { assert.NoError(t, getThing(t.Context(), c)) })
		}
		synctest.Wait()
		err := errorOf(t, getThing(t.Context(), c))
		assert.Equal(t, "not sent: the local rate limit is exhausted", err.Error())
		assert.Equal(t, 30*time.Second, err.RetryAfter)
		assert.Zero(t, time.Since(start), "it fails at once")
		wg.Wait()
		assert.Equal(t, 20*time.Second, time.Since(start))
	})
}

// TestInFlightIsReportedOnlyIfTrue checks which of the two limits an error names.
func TestInFlightIsReportedOnlyIfTrue(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		rates []rest.Rate
		want  string
	}{
		"places": {rest.Unlimited, "not sent: 25 requests are already in flight"},
		"rate":   {[]rest.Rate{{Requests: rest.MaxInFlight, Per: 9 * time.Second}}, "not sent: the local rate limit is exhausted"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newClient(t, inMemory(func(*http.Request) (*http.Response, error) {
					time.Sleep(10 * time.Second)
					return response(200, thing7), nil
				}), rest.Config{Rates: test.rates, MaxWait: 5 * time.Second})
				var wg sync.WaitGroup
				for range rest.MaxInFlight {
					wg.Go(func() { assert.NoError(t, getThing(t.Context(), c)) })
				}
				synctest.Wait()
				assert.Equal(t, test.want, getThing(t.Context(), c).Error())
				wg.Wait()
			})
		})
	}
}

// TestOrderAndWindows checks that requests are sent in the order in which they
// came, and that no window ever has too many, although each takes its time.
func TestOrderAndWindows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		type request struct {
			at time.Time
			id int
		}
		var mu sync.Mutex
		var sent []request
		c := newClient(t, inMemory(func(r *http.Request) (*http.Response, error) {
			id, err := strconv.Atoi(r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:])
			mu.Lock()
			sent = append(sent, request{time.Now(), id})
			mu.Unlock()
			time.Sleep(1500 * time.Millisecond)
			return response(200, thing7), err
		}), rest.Config{Rates: []rest.Rate{{Requests: 16, Per: 10 * time.Second}, {Requests: 3, Per: time.Second}}, MaxWait: time.Minute})
		var wg sync.WaitGroup
		for id := range 60 {
			wg.Go(func() {
				_, err := rest.Call[thing](t.Context(), c, "GET /{owner}/things/{id}", thingRef{"o", id})
				assert.NoError(t, err)
			})
			synctest.Wait() // until it was sent or waits
		}
		wg.Wait()
		require.Len(t, sent, 60)
		slices.SortFunc(sent, func(a, b request) int { // those admitted together are sent in any order
			return cmp.Or(a.at.Compare(b.at), a.id-b.id)
		})
		for i, r := range sent {
			assert.Equal(t, i, r.id)
			if i >= 16 {
				assert.GreaterOrEqual(t, r.at.Sub(sent[i-16].at), 10*time.Second)
			}
			if i >= 3 {
				assert.GreaterOrEqual(t, r.at.Sub(sent[i-3].at), time.Second)
			}
		}
		assert.LessOrEqual(t, sent[59].at.Sub(sent[0].at), 40*time.Second, "the rate is used up")
	})
}

func TestTokensHaveTheirOwnLimits(t *testing.T) {
	t.Parallel()
	c := newClient(t, always(200, thing7), rest.Config{Rates: []rest.Rate{{Requests: 2, Per: time.Hour}}, MaxWait: -1})
	get := func(token string) error { return getThing(c.WithToken(t.Context(), token), c) }
	require.NoError(t, get("ann"))
	require.NoError(t, get("ann"))
	assert.Equal(t, rest.RateLimited, errorOf(t, get("ann")).Class, "each call has a context of its own, and ann one limiter")
	require.NoError(t, get("bob"))
}

// TestConfigWithoutRatesEnforcesTheForges checks that a program has to ask for
// unlimited requests.
func TestConfigWithoutRatesEnforcesTheForges(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		rates []rest.Rate
		sent  int
	}{
		"none":      {nil, 3},
		"its own":   {[]rest.Rate{{Requests: 1, Per: time.Hour}}, 1},
		"unlimited": {rest.Unlimited, 5},
	} {
		sent := 0
		c, err := rest.New(rest.Forge{
			BaseURL: "http://forge.test", Rates: []rest.Rate{{Requests: 3, Per: time.Hour}},
			Authorize: func(http.Header, string) {},
			Decode:    func([]byte, any) error { return nil },
		}, rest.Config{Token: token, Rates: test.rates, MaxWait: -1, Transport: inMemory(func(*http.Request) (*http.Response, error) {
			sent++
			return response(200, "{}"), nil
		})})
		require.NoError(t, err)
		for range 5 {
			rest.Send(t.Context(), c, "GET /", struct{}{})
		}
		assert.Equal(t, test.sent, sent, name)
	}
}

func TestParseRates(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]rest.Rate{
		"50/m,4000/h":  {{Requests: 50, Per: time.Minute}, {Requests: 4000, Per: time.Hour}},
		"0":            rest.Unlimited,
		" 5/s , 10/m ": {{Requests: 5, Per: time.Second}, {Requests: 10, Per: time.Minute}},
		"7/h":          {{Requests: 7, Per: time.Hour}},
	} {
		rates, err := rest.ParseRates(in)
		require.NoError(t, err)
		assert.Equal(t, want, rates)
		assert.NotNil(t, rates, "nil would mean the forge's limits")
	}
	for _, in := range []string{"", "50", "50/d", "-1/m", "0/m", "x/m", "50/m;4/h"} {
		_, err := rest.ParseRates(in)
		assert.Error(t, err, in)
	}
}
