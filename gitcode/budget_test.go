package gitcode_test

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
)

func TestBudget(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var mu sync.Mutex
		var at []time.Duration
		c := clientOf(t, inMemory(func(*http.Request) (*http.Response, error) {
			mu.Lock()
			defer mu.Unlock()
			at = append(at, time.Since(start))
			return answered(200, issue), nil
		}), gitcode.Config{Rates: []gitcode.Rate{{Requests: 50, Per: time.Minute}, {Requests: 70, Per: time.Hour}}, MaxWait: 2 * time.Minute})

		var wg sync.WaitGroup
		for range 70 {
			wg.Go(func() {
				_, err := c.GetIssue(t.Context(), ref)
				assert.NoError(t, err)
			})
		}
		wg.Wait()
		for i, d := range at {
			want := time.Duration(0)
			if i >= 50 {
				want = time.Minute
			}
			assert.Equal(t, want, d, "request %d", i)
		}
		_, err := c.GetIssue(t.Context(), ref)
		assert.Equal(t, gitcode.RateLimited, class(t, err))
		assert.Contains(t, err.Error(), "Call again in 59m0s.", "the hour's budget is used up, its window slides")
		time.Sleep(59 * time.Minute)
		_, err = c.GetIssue(t.Context(), ref)
		require.NoError(t, err)
	})
}

func TestBudgetKeepsOrderAndGivesBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var served []string
		c := clientOf(t, inMemory(func(r *http.Request) (*http.Response, error) {
			mu.Lock()
			defer mu.Unlock()
			served = append(served, r.URL.Path[len("/api/v5/repos/o/r/issues/"):])
			return answered(200, issue), nil
		}), gitcode.Config{Rates: []gitcode.Rate{{Requests: 1, Per: time.Second}}})
		ctx, cancel := context.WithCancel(t.Context())
		get := func(ctx context.Context, number int) {
			_, _ = c.GetIssue(ctx, gitcode.IssueRef{RepoRef: ref.RepoRef, Number: number})
		}
		for n := 1; n <= 5; n++ {
			go get(map[bool]context.Context{true: ctx, false: t.Context()}[n == 5], n)
			synctest.Wait() // until it waits for its turn
		}
		cancel() // the fifth gives its turn back
		synctest.Wait()
		start := time.Now()
		get(t.Context(), 6)
		assert.Equal(t, 4*time.Second, time.Since(start))
		assert.Equal(t, []string{"1", "2", "3", "4", "6"}, served)
	})
}

func TestAtMostEightAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var under, most atomic.Int32
		c := clientOf(t, inMemory(func(*http.Request) (*http.Response, error) {
			most.Store(max(most.Load(), under.Add(1)))
			time.Sleep(1500 * time.Millisecond)
			under.Add(-1)
			return answered(200, issue), nil
		}), gitcode.Config{})
		var wg sync.WaitGroup
		for range 40 {
			wg.Go(func() {
				_, err := c.GetIssue(t.Context(), ref)
				assert.NoError(t, err)
			})
		}
		wg.Wait()
		assert.Equal(t, int32(8), most.Load())

		var refused atomic.Int32
		for range 400 {
			wg.Go(func() {
				if _, err := c.GetIssue(t.Context(), ref); err != nil {
					assert.Equal(t, gitcode.RateLimited, class(t, err))
					refused.Add(1)
				}
			})
		}
		wg.Wait()
		assert.Equal(t, int32(400-8*14), refused.Load(), "who waited 20 s in vain is told")
	})
}

func TestParseRates(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]gitcode.Rate{
		"50/m,4000/h": gitcode.DefaultRates(), "0": nil, " 5/s , 10/m ": {{Requests: 5, Per: time.Second}, {Requests: 10, Per: time.Minute}},
	} {
		rates, err := gitcode.ParseRates(in)
		require.NoError(t, err)
		assert.Equal(t, want, rates)
	}
	for _, in := range []string{"", "50", "50/d", "-1/m", "0/m", "x/m", "50/m;4/h"} {
		_, err := gitcode.ParseRates(in)
		assert.Error(t, err, in)
	}
}
