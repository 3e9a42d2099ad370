package gitcode_test

import (
	"context"
	"errors"
	"math"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

func TestRowsThatMoveAppearOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		paging   gitcode.Paging
		change   func(page int, rows []int) any
		rows     []int
		next     rest.PageNumber
		requests int
		shrank   bool
	}{
		"a new row at the front": {gitcode.Paging{Limit: 30, PerPage: 10}, func(page int, rows []int) any {
			if page > 1 {
				return from(rows[0]-1, rows[9]-1)
			}
			return nil
		}, from(1, 30), 4.01, 4, false},
		"a row twice on a page": {gitcode.Paging{PerPage: 10}, func(int, []int) any { return []int{1, 2, 2, 1, 3} }, []int{1, 2, 3}, 2, 1, false},
		"rows of the skipped part": {gitcode.Paging{Limit: 3, PerPage: 5, Page: 1.02}, func(page int, _ []int) any {
			return map[int][]int{1: {1, 2, 3, 1, 4}, 2: {2, 5, 6, 7, 8}}[page]
		}, []int{3, 4, 5}, 2.02, 2, false},
		"a row closed meanwhile": {gitcode.Paging{Limit: 100, PerPage: 10}, func(page int, rows []int) any {
			if page > 1 {
				return shrunk{from(rows[0]+1, min(rows[9]+1, 40)), 39}
			}
			return nil
		}, append(from(1, 10), from(12, 40)...), 0, 4, true},
		"a new row while pages are read at the same time": {gitcode.Paging{Limit: 25, PerPage: 10}, func(page int, rows []int) any {
			if page == 2 { // read after page 3
				return shrunk{from(rows[0]-1, rows[9]-1), 41}
			}
			return nil
		}, append(from(1, 19), from(21, 26)...), 3.06, 3, true},
		"a page with nothing new": {gitcode.Paging{Limit: 20, PerPage: 10}, func(page int, rows []int) any {
			if page == 2 {
				return from(1, 10)
			}
			return nil
		}, from(1, 10), 3, 2, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service := &longList{issues: 40, headers: true, change: test.change}
				page, numbers, err := service.listed(t, t.Context(), -1, plenty, test.paging)
				require.NoError(t, err)
				assert.Equal(t, test.rows, numbers)
				assert.InDelta(t, float64(test.next), float64(page.Next), 1e-9)
				assert.Len(t, service.queries, test.requests)
				assert.Equal(t, test.shrank, page.Shrank)
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		service := &longList{issues: 400, change: func(int, []int) any { return from(1, 100) }}
		page, numbers, err := service.listed(t, t.Context(), -1, plenty, gitcode.Paging{Limit: 1000})
		require.NoError(t, err)
		assert.Equal(t, from(1, 100), numbers)
		assert.Zero(t, page.Next)
		assert.Len(t, service.queries, 2, "a service that ignores the page is asked twice")
	})
}

func TestTotalsThatAreWrong(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change  func(page int, rows []int) any
		rows    []int
		total   *int
		lacking int
	}{
		"too small":       {func(_ int, rows []int) any { return shrunk{rows, 50} }, from(1, 450), nil, 0},
		"zero":            {func(_ int, rows []int) any { return shrunk{rows, 0} }, from(1, 450), nil, 0},
		"too large":       {func(_ int, rows []int) any { return shrunk{rows, 480} }, from(1, 450), new(480), 30},
		"absurd":          {func(_ int, rows []int) any { return shrunk{rows, math.MaxInt - 1000} }, from(1, 450), nil, 0},
		"an empty page":   {func(page int, rows []int) any { return map[bool][]int{true: {}, false: rows}[page == 3] }, slices.Concat(from(1, 200), from(301, 450)), new(450), 100},
		"always page 1":   {func(int, []int) any { return from(1, 100) }, from(1, 100), new(450), 350},
		"all is in order": {nil, from(1, 450), new(450), 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				for _, rates := range [][]rest.Rate{plenty, rest.Unlimited} {
					service := &longList{issues: 450, headers: true, change: test.change}
					page, numbers, err := service.listed(t, t.Context(), -1, rates, gitcode.Paging{Limit: 1000, PerPage: 100})
					require.NoError(t, err)
					assert.Equal(t, test.rows, numbers)
					assert.Equal(t, test.total, page.Total)
					assert.Equal(t, test.lacking, page.Lacking)
					assert.Zero(t, page.Next)
				}
			})
		})
	}
}

func TestPageThatFails(t *testing.T) {
	t.Parallel()
	fails := func(numbers ...int) func(int, []int) any {
		return func(page int, _ []int) any {
			if slices.Contains(numbers, page) {
				return http.StatusForbidden
			}
			return nil
		}
	}
	synctest.Test(t, func(t *testing.T) {
		service := &longList{issues: 10_000, headers: true, change: fails(4, 7)}
		page, numbers, err := service.listed(t, t.Context(), -1, plenty, gitcode.Paging{Limit: 1000, PerPage: 10})
		require.NoError(t, err)
		assert.Equal(t, from(1, 30), numbers)
		assert.Equal(t, rest.Forbidden, class(t, page.Err))
		assert.EqualValues(t, 4, page.Next)
		assert.LessOrEqual(t, len(service.queries), 1+2*rest.MaxInFlight, "only pages in flight are read in vain")
		assert.EqualValues(t, 3.09, page.Start(29))
	})
	synctest.Test(t, func(t *testing.T) {
		service := &longList{issues: 1000, change: fails(3)}
		page, numbers, err := service.listed(t, t.Context(), -1, plenty, gitcode.Paging{Limit: 300})
		require.NoError(t, err)
		assert.Equal(t, from(1, 200), numbers, "without totals")
		assert.EqualValues(t, 11, page.Next)
		assert.Error(t, page.Err)
	})
	synctest.Test(t, func(t *testing.T) {
		_, _, err := (&longList{issues: 1000, headers: true, change: fails(1)}).listed(t, t.Context(), -1, plenty, gitcode.Paging{Limit: 300})
		assert.Equal(t, rest.Forbidden, class(t, err))
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		_, _, err := (&longList{issues: 1000, headers: true, change: func(page int, _ []int) any {
			if page == 2 {
				cancel()
				return errors.New("gone")
			}
			return nil
		}}).listed(t, ctx, -1, plenty, gitcode.Paging{Limit: 300})
		assert.Error(t, err, "a canceled call fails")
	})
}
