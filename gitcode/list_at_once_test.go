package gitcode_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// TestLimitWithoutRateLimit checks that, if nothing limits the rate, the pages that a
// limit may take are requested at the same time, and that the list is the same.
func TestLimitWithoutRateLimit(t *testing.T) {
	t.Parallel()
	status := func(fails func(page int) bool, status int) func(int, []int) any {
		return func(page int, _ []int) any {
			if fails(page) {
				return status
			}
			return nil
		}
	}
	for name, test := range map[string]struct {
		issues    int
		noHeaders bool
		change    func(page int, rows []int) any
		paging    gitcode.Paging
		rows      []int
		next      rest.PageNumber
		err       rest.Class
		requests  int
		took      time.Duration
		shrank    bool
	}{
		"a long list":                   {issues: 10_000, paging: gitcode.Paging{Limit: 1000}, rows: from(1, 1000), next: 51, requests: 25, took: 20},
		"from a later page":             {issues: 10_000, paging: gitcode.Paging{Limit: 1000, Page: 3.07}, rows: from(48, 1047), next: 53.07, requests: 25, took: 20},
		"a limit below the usual page":  {issues: 10_000, paging: gitcode.Paging{Limit: 7}, rows: from(1, 7), next: 1.07, requests: 1, took: 20},
		"a limit of a few pages":        {issues: 10_000, paging: gitcode.Paging{Limit: 50}, rows: from(1, 50), next: 3.10, requests: 3, took: 20},
		"no limit":                      {issues: 10_000, rows: from(1, 20), next: 2, requests: 1, took: 20},
		"more pages than in flight":     {issues: 10_000, paging: gitcode.Paging{Limit: 1000, PerPage: 20}, rows: from(1, 1000), next: 51, requests: 50, took: 40},
		"a short list":                  {issues: 45, paging: gitcode.Paging{Limit: 1000}, rows: from(1, 45), requests: 25, took: 20},
		"an empty list":                 {paging: gitcode.Paging{Limit: 1000}, requests: 25, took: 20},
		"without totals":                {issues: 250, noHeaders: true, paging: gitcode.Paging{Limit: 1000}, rows: from(1, 250), requests: 25, took: 20},
		"a page that fails":             {issues: 10_000, change: status(func(page int) bool { return page == 4 || page == 9 }, http.StatusForbidden), paging: gitcode.Paging{Limit: 1000}, rows: from(1, 120), next: 7, err: rest.Forbidden, requests: 25, took: 20},
		"no pages after the last":       {issues: 60, change: status(func(page int) bool { return page > 2 }, http.StatusInternalServerError), paging: gitcode.Paging{Limit: 1000}, rows: from(1, 60), requests: 25, took: 20},
		"none after the last, no total": {issues: 60, noHeaders: true, change: status(func(page int) bool { return page > 2 }, http.StatusNotFound), paging: gitcode.Paging{Limit: 1000}, rows: from(1, 60), requests: 25, took: 20},
		"a service without pages":       {issues: 10_000, noHeaders: true, change: func(int, []int) any { return from(1, 100) }, paging: gitcode.Paging{Limit: 1000}, rows: from(1, 100), requests: 26, took: 40},
		"a new row at the front": {issues: 10_000, change: func(page int, rows []int) any {
			if page > 1 {
				return from(rows[0]-1, rows[len(rows)-1]-1)
			}
			return nil
		}, paging: gitcode.Paging{Limit: 1000}, rows: from(1, 1000), next: 51.01, requests: 26, took: 40},
		"a row closed meanwhile": {issues: 100, change: func(page int, rows []int) any {
			if page == 2 {
				return shrunk{from(42, 81), 99}
			}
			return nil
		}, paging: gitcode.Paging{Limit: 1000}, rows: append(from(1, 40), from(42, 100)...), requests: 25, took: 20, shrank: true},
		"a total that is too small": {issues: 250, change: func(_ int, rows []int) any { return shrunk{rows, 50} }, paging: gitcode.Paging{Limit: 1000}, rows: from(1, 250), requests: 30, took: 120},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				start, service := time.Now(), &longList{issues: test.issues, headers: !test.noHeaders, change: test.change}
				page, numbers, err := service.listed(t, t.Context(), 20*time.Second, rest.Unlimited, test.paging)
				require.NoError(t, err)
				assert.Equal(t, test.rows, numbers)
				assert.InDelta(t, float64(test.next), float64(page.Next), 1e-9)
				assert.Equal(t, test.err, rest.ErrorClass(page.Err))
				assert.Equal(t, test.took*time.Millisecond, time.Since(start))
				assert.Len(t, service.queries, test.requests)
				assert.Equal(t, min(test.requests, rest.MaxInFlight), service.most, "in flight")
				assert.Equal(t, test.shrank, page.Shrank)
			})
		})
	}
}

// TestLimitWithoutRateLimitReportsItsPages checks the progress of such a call: it
// counts only the pages that the list has.
func TestLimitWithoutRateLimitReportsItsPages(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ issues, limit, pages int }{
		"a long list":       {1000, 60, 3},
		"a short list":      {45, 1000, 2},
		"a list of one row": {1, 1000, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var steps, want []rest.Step
				ctx := rest.WithSteps(t.Context(), func(s rest.Step) { steps = append(steps, s) })
				_, _, err := (&longList{issues: test.issues, headers: true}).listed(t, ctx, -1, rest.Unlimited, gitcode.Paging{Limit: test.limit})
				require.NoError(t, err)
				for page := range test.pages {
					want = append(want, rest.Step{Done: page + 1, Total: test.pages})
				}
				assert.Equal(t, want, steps)
			})
		})
	}
}
