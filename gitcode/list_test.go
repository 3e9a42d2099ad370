package gitcode_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// plenty is a rate limit that no test reaches. With one, a list is read with as few
// requests as possible.
var plenty = []rest.Rate{{Requests: 1_000_000, Per: time.Hour}}

// longList is a transport to a repository with many issues, numbered from 1. A
// response takes 20 ms.
type longList struct {
	issues  int
	headers bool                           // send totals
	change  func(page int, rows []int) any // replaces a page: rows (0 is unreadable), a status or an error; nil keeps it

	mu             sync.Mutex
	queries        []string
	times          []time.Time
	inFlight, most int
}

func (l *longList) RoundTrip(r *http.Request) (*http.Response, error) {
	l.mu.Lock()
	l.queries, l.times = append(l.queries, r.URL.RawQuery), append(l.times, time.Now())
	l.inFlight++
	l.most = max(l.most, l.inFlight)
	l.mu.Unlock()
	time.Sleep(20 * time.Millisecond)
	defer func() {
		l.mu.Lock()
		l.inFlight--
		l.mu.Unlock()
	}()
	page, size := 1, 20
	fmt.Sscan(r.URL.Query().Get("page"), &page)
	fmt.Sscan(r.URL.Query().Get("per_page"), &size)
	total, status := l.issues, http.StatusOK
	var rows []int
	for n := (page-1)*size + 1; n <= min(page*size, l.issues); n++ {
		rows = append(rows, n)
	}
	if l.change != nil {
		switch changed := l.change(page, rows).(type) {
		case []int:
			rows = changed
		case shrunk:
			rows, total = changed.rows, changed.total
		case int:
			status = changed
		case error:
			return nil, changed
		}
	}
	var body []string
	for _, n := range rows {
		if n == 0 {
			body = append(body, "{}")
			continue
		}
		body = append(body, fmt.Sprintf(`{"id":%d,"number":"%d"}`, 1000+n, n))
	}
	header := http.Header{}
	if l.headers {
		header.Set("total_count", strconv.Itoa(total))
		header.Set("total_page", strconv.Itoa((total+size-1)/size))
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: status, Header: header, Request: r, Body: io.NopCloser(strings.NewReader("[" + strings.Join(body, ",") + "]"))}, nil
}

// shrunk is a page of a list that became shorter.
type shrunk struct {
	rows  []int
	total int
}

// listed lists issues and returns their numbers. Waiting for the rate limit and
// retries ends after the given time.
func (l *longList) listed(t *testing.T, ctx context.Context, maxWait time.Duration, rates []rest.Rate, p gitcode.Paging) (*rest.Page[*gitcode.Issue], []int, error) {
	t.Helper()
	c, err := gitcode.New(gitcode.Config{Token: token, Transport: l, MaxWait: maxWait, Rates: rates})
	require.NoError(t, err)
	page, err := c.ListRepoIssues(ctx, &gitcode.ListRepoIssuesParams{RepoRef: ref.RepoRef, Paging: p})
	if err != nil {
		return nil, nil, err
	}
	var numbers []int
	for _, issue := range page.Items {
		numbers = append(numbers, int(issue.Number))
	}
	return page.Page, numbers, nil
}

// from returns the numbers from a to b.
func from(a, b int) (numbers []int) {
	for n := a; n <= b; n++ {
		numbers = append(numbers, n)
	}
	return numbers
}

func TestLimit(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		issues    int
		noHeaders bool
		paging    gitcode.Paging
		rows      []int
		next      rest.PageNumber
		requests  []string // sorted
		took      time.Duration
		inFlight  int
	}{
		"no limit":                   {issues: 250, rows: from(1, 20), next: 2, requests: []string{""}, took: 20, inFlight: 1},
		"a small limit":              {issues: 250, paging: gitcode.Paging{Limit: 7}, rows: from(1, 7), next: 1.07, requests: []string{"per_page=7"}, took: 20, inFlight: 1},
		"a full page":                {issues: 250, paging: gitcode.Paging{Limit: 100}, rows: from(1, 100), next: 6, requests: []string{"per_page=100"}, took: 20, inFlight: 1},
		"two equal pages":            {issues: 250, paging: gitcode.Paging{Limit: 130}, rows: from(1, 130), next: 7.10, requests: []string{"page=2&per_page=65", "per_page=65"}, took: 40, inFlight: 1},
		"pages that do not divide":   {issues: 250, paging: gitcode.Paging{Limit: 205}, rows: from(1, 205), next: 11.05, requests: []string{"page=2&per_page=69", "page=3&per_page=69", "per_page=69"}, took: 40, inFlight: 2},
		"a page size":                {issues: 250, paging: gitcode.Paging{Limit: 50, PerPage: 20}, rows: from(1, 50), next: 3.10, requests: []string{"page=2&per_page=20", "page=3&per_page=20", "per_page=20"}, took: 40, inFlight: 2},
		"continued within a page":    {issues: 250, paging: gitcode.Paging{Limit: 50, PerPage: 20, Page: 3.10}, rows: from(51, 100), next: 6, requests: []string{"page=3&per_page=20", "page=4&per_page=20", "page=5&per_page=20"}, took: 40, inFlight: 2},
		"a list with fewer rows":     {issues: 45, paging: gitcode.Paging{Limit: 1000}, rows: from(1, 45), requests: []string{"per_page=100"}, took: 20, inFlight: 1},
		"a list with fewer pages":    {issues: 200, paging: gitcode.Paging{Limit: 1000}, rows: from(1, 200), requests: []string{"page=2&per_page=100", "per_page=100"}, took: 40, inFlight: 1},
		"without totals":             {issues: 250, noHeaders: true, paging: gitcode.Paging{Limit: 1000}, rows: from(1, 250), requests: []string{"page=2&per_page=100", "page=3&per_page=100", "per_page=100"}, took: 60, inFlight: 1},
		"without totals, full pages": {issues: 250, noHeaders: true, paging: gitcode.Paging{Limit: 100, PerPage: 50}, rows: from(1, 100), next: 3, requests: []string{"page=2&per_page=50", "per_page=50"}, took: 40, inFlight: 1},
		"an empty list":              {paging: gitcode.Paging{Limit: 1000}, requests: []string{"per_page=100"}, took: 20, inFlight: 1},
		"a page after the last":      {issues: 150, paging: gitcode.Paging{Limit: 100, Page: 11}, requests: []string{"page=3&per_page=100"}, took: 20, inFlight: 1},
		"a page read without limit":  {issues: 250, paging: gitcode.Paging{Limit: 100, Page: 2}, rows: from(21, 120), next: 7, requests: []string{"page=2&per_page=60", "per_page=60"}, took: 40, inFlight: 1},
		"a page read with another":   {issues: 250, paging: gitcode.Paging{Limit: 100, Page: 11.05}, rows: from(206, 250), requests: []string{"page=5&per_page=51"}, took: 20, inFlight: 1},
		"more rows to skip than the page has": {issues: 30, paging: gitcode.Paging{Limit: 10, PerPage: 10, Page: 1.15}, rows: from(16, 25), next: 3.05,
			requests: []string{"page=2&per_page=10", "page=3&per_page=10"}, took: 40, inFlight: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				start, service := time.Now(), &longList{issues: test.issues, headers: !test.noHeaders}
				page, numbers, err := service.listed(t, t.Context(), -1, plenty, test.paging)
				require.NoError(t, err)
				assert.Equal(t, test.rows, numbers)
				assert.InDelta(t, float64(test.next), float64(page.Next), 1e-9)
				assert.Equal(t, test.took*time.Millisecond, time.Since(start))
				assert.Equal(t, test.inFlight, service.most, "in flight")
				slices.Sort(service.queries)
				assert.Equal(t, test.requests, service.queries)
				assert.NoError(t, page.Err)
				assert.False(t, page.Shrank)
				assert.Zero(t, page.Lacking)

				page, numbers, err = service.listed(t, t.Context(), -1, rest.Unlimited, test.paging)
				require.NoError(t, err)
				assert.Equal(t, test.rows, numbers, "without a rate limit")
				assert.InDelta(t, float64(test.next), float64(page.Next), 1e-9)
			})
		})
	}
}

// TestUnreadableRowsTakeTheirPlace checks that a list with a row that cannot be
// read can be continued with pages of another size, without losing other rows.
func TestUnreadableRowsTakeTheirPlace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := &longList{issues: 31, change: func(_ int, rows []int) any {
			if i := slices.Index(rows, 6); i >= 0 {
				rows[i] = 0
			}
			return rows
		}}
		paging, numbers := gitcode.Paging{Limit: 22}, []int(nil)
		for {
			page, more, err := service.listed(t, t.Context(), -1, plenty, paging)
			require.NoError(t, err)
			numbers = append(numbers, more...)
			if page.Next == 0 {
				break
			}
			paging = gitcode.Paging{Page: page.Next, Limit: 92}
		}
		assert.Equal(t, slices.Concat(from(1, 5), from(7, 31)), numbers)
	})
}

// TestLimitReadsPagesConcurrently checks that all pages after the first are read
// together, in as many turns as the limit of requests in flight needs.
func TestLimitReadsPagesConcurrently(t *testing.T) {
	t.Parallel()
	for perPage, want := range map[int]struct {
		requests, inFlight int
		took               time.Duration
	}{0: {10, 9, 40 * time.Millisecond}, 20: {50, rest.MaxInFlight, 60 * time.Millisecond}} {
		synctest.Test(t, func(t *testing.T) {
			start, service := time.Now(), &longList{issues: 10_000, headers: true}
			page, numbers, err := service.listed(t, t.Context(), -1, plenty, gitcode.Paging{Limit: 1000, PerPage: perPage})
			require.NoError(t, err)
			assert.Equal(t, from(1, 1000), numbers)
			assert.Equal(t, 10_000, *page.Total)
			assert.Len(t, service.queries, want.requests)
			assert.Equal(t, want.inFlight, service.most)
			assert.Equal(t, want.took, time.Since(start))
		})
	}
}

// TestLimitKeepsToTheRate checks that no minute has more requests than the rate
// allows, however many pages a call needs.
func TestLimitKeepsToTheRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := &longList{issues: 10_000, headers: true}
		_, numbers, err := service.listed(t, t.Context(), 2*time.Minute, nil, gitcode.Paging{Limit: 1000, PerPage: 7})
		require.NoError(t, err)
		assert.Equal(t, from(1, 1000), numbers)
		require.Len(t, service.times, 143)
		for i := 50; i < len(service.times); i++ {
			assert.GreaterOrEqual(t, service.times[i].Sub(service.times[i-50]), time.Minute)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		start, service := time.Now(), &longList{issues: 10_000, headers: true}
		page, numbers, err := service.listed(t, t.Context(), 20*time.Second, nil, gitcode.Paging{Limit: 1000, PerPage: 10})
		require.NoError(t, err)
		assert.Less(t, time.Since(start), time.Second, "what cannot be sent in time is not waited for")
		assert.Len(t, service.times, 50)
		assert.Equal(t, from(1, len(numbers)), numbers)
		assert.Equal(t, rest.RateLimited, class(t, page.Err))
		assert.EqualValues(t, len(numbers)/10+1, page.Next)
		assert.Greater(t, len(numbers), 500-rest.MaxInFlight*10)
	})
}

func TestListsReportTheirPages(t *testing.T) {
	t.Parallel()
	for limit, want := range map[int][]rest.Step{0: nil, 250: {{Done: 1}, {Done: 2, Total: 3}, {Done: 3, Total: 3}}} {
		synctest.Test(t, func(t *testing.T) {
			var steps []rest.Step
			ctx := rest.WithSteps(t.Context(), func(s rest.Step) { steps = append(steps, s) })
			_, _, err := (&longList{issues: 1000, headers: true}).listed(t, ctx, -1, plenty, gitcode.Paging{Limit: limit})
			require.NoError(t, err)
			assert.Equal(t, want, steps)
		})
	}
}

func TestLimitOfListsWithoutPages(t *testing.T) {
	t.Parallel()
	s := &service{responses: []string{`200 [{"id":1,"number":1},{"id":2,"number":2},{"id":3,"number":3}]`}}
	c := newClient(t, s)
	logs, err := c.GetOperateLogs(t.Context(), &gitcode.GetOperateLogsParams{IssueRef: ref, RowLimit: gitcode.RowLimit{Limit: 2}})
	require.NoError(t, err)
	assert.Len(t, logs.Items, 2)
	assert.Equal(t, 3, *logs.Total)
	pulls, err := c.ListIssuePullRequests(t.Context(), &gitcode.ListIssuePullRequestsParams{IssueRef: ref, RowLimit: gitcode.RowLimit{Limit: 3}})
	require.NoError(t, err)
	assert.Len(t, pulls.Items, 3)
	assert.Nil(t, pulls.Total)
	for _, request := range s.requests {
		assert.NotContains(t, request, "limit")
	}
}
