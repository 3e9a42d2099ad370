package gitcode_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// search is a transport to a search that finds issues, numbered from 1. Each page
// begins with the last rows of the one before.
type search struct {
	found, overlap int
	noTotal        bool
	shortPage      int // a page with five rows less
	queries        chan url.Values
}

func (s *search) RoundTrip(r *http.Request) (*http.Response, error) {
	query := r.URL.Query()
	s.queries <- query
	page, size := 1, 20
	fmt.Sscan(query.Get("page"), &page)
	fmt.Sscan(query.Get("per_page"), &size)
	if size > 50 || page > 100 {
		return &http.Response{StatusCode: 400, Body: http.NoBody, Request: r}, nil
	}
	first := (page-1)*(size-s.overlap) + 1
	last := min(first+size-1, s.found)
	if page == s.shortPage {
		last -= s.overlap
	}
	var rows []string
	for n := first; n <= last; n++ {
		rows = append(rows, fmt.Sprintf(`{"id":%d,"number":"%d"}`, 1000+n, n))
	}
	header := http.Header{}
	if !s.noTotal {
		header.Set("total_count", strconv.Itoa(s.found))
	}
	return &http.Response{StatusCode: 200, Header: header, Body: io.NopCloser(strings.NewReader("[" + strings.Join(rows, ",") + "]")), Request: r}, nil
}

func (s *search) client(t *testing.T) *gitcode.Client {
	t.Helper()
	s.queries = make(chan url.Values, 1000)
	c, err := gitcode.New(gitcode.Config{Token: token, Transport: s, MaxWait: -1, Rates: rest.Unlimited})
	require.NoError(t, err)
	return c
}

// TestSearchEndsAtItsLastPage checks that rows after the last page that a search
// has are not said to be missing.
func TestSearchEndsAtItsLastPage(t *testing.T) {
	t.Parallel()
	s := search{found: 5000}
	page, err := s.client(t).SearchIssues(t.Context(), &gitcode.SearchIssuesParams{Q: "a", SearchPaging: gitcode.SearchPaging{PerPage: 10, Limit: 1000}})
	require.NoError(t, err)
	assert.Len(t, page.Items, 1000)
	assert.Zero(t, page.Next)
	assert.Zero(t, page.Lacking)
}

// TestSearchReturnsEachRowOnce checks that a limit finds every row although pages
// overlap, with no more requests than that takes, and that next_page does too.
func TestSearchReturnsEachRowOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		search
		limit, rows, requests int
		next                  rest.PageNumber
	}{
		"one page":               {search{found: 30, overlap: 3}, 1000, 30, 1, 0},
		"two pages":              {search{found: 97, overlap: 3}, 1000, 97, 2, 0},
		"one more for overlaps":  {search{found: 100, overlap: 3}, 1000, 100, 3, 0},
		"many":                   {search{found: 2500, overlap: 5}, 1000, 1000, 23, 23.10},
		"without overlaps":       {search{found: 2500}, 1000, 1000, 20, 21},
		"a short page":           {search{found: 300, overlap: 5, shortPage: 2}, 1000, 300, 7, 0},
		"without a total":        {search{found: 130, overlap: 5, noTotal: true}, 1000, 130, 3, 0},
		"a small limit":          {search{found: 130, overlap: 1}, 60, 60, 3, 3.02},
		"nothing":                {search{}, 1000, 0, 1, 0},
		"no more than 100 pages": {search{found: 9000, overlap: 49}, 1000, 149, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := test.client(t)
			page, err := c.SearchIssues(t.Context(), &gitcode.SearchIssuesParams{Q: "x", SearchPaging: gitcode.SearchPaging{Limit: test.limit}})
			require.NoError(t, err)
			numbers := []int(nil)
			for _, issue := range page.Items {
				numbers = append(numbers, int(issue.Number))
			}
			assert.True(t, slices.Equal(from(1, test.rows), numbers), "%d rows", len(numbers))
			assert.InDelta(t, float64(test.next), float64(page.Next), 1e-9)
			if test.requests > 0 {
				assert.Len(t, test.queries, test.requests)
			}

			var all []int
			seen := map[int]bool{}
			p := gitcode.SearchIssuesParams{Q: "x", SearchPaging: gitcode.SearchPaging{Limit: 70}}
			for {
				page, err := c.SearchIssues(t.Context(), &p)
				require.NoError(t, err)
				for _, issue := range page.Items {
					if !seen[int(issue.Number)] { // calls may overlap
						seen[int(issue.Number)] = true
						all = append(all, int(issue.Number))
					}
				}
				if p.Page = page.Next; p.Page == 0 {
					break
				}
			}
			if test.found < 9000 {
				assert.True(t, slices.Equal(from(1, test.found), all), "%d rows", len(all))
			}
		})
	}
}

// TestSearchAfterItsLastPage checks a search that begins after the 100 pages that
// it may have.
func TestSearchAfterItsLastPage(t *testing.T) {
	t.Parallel()
	c, err := gitcode.New(gitcode.Config{Token: token, Transport: &longList{issues: 5000, headers: true}, MaxWait: -1, Rates: rest.Unlimited})
	require.NoError(t, err)
	page, err := c.SearchIssues(t.Context(), &gitcode.SearchIssuesParams{Q: "x", SearchPaging: gitcode.SearchPaging{Page: 99.99, PerPage: 1, Limit: 5}})
	require.NoError(t, err)
	assert.Len(t, page.Items, 1)
	assert.Zero(t, page.Next)
}

func TestSearchParams(t *testing.T) {
	t.Parallel()
	for sort, word := range map[gitcode.SearchSort]string{"created": "created_at", "updated": "last_push_at", "": ""} {
		s := search{}
		_, err := s.client(t).SearchIssues(t.Context(), &gitcode.SearchIssuesParams{Q: "a b", Owner: "o", Repo: "r", Sort: sort, Order: "asc", State: "open", Fields: gitcode.Fields{Fields: []string{"number"}}})
		require.NoError(t, err)
		want := url.Values{"q": {"a b"}, "repo": {"o/r"}, "order": {"asc"}, "state": {"open"}}
		if word != "" {
			want.Set("sort", word)
		}
		assert.Equal(t, want, <-s.queries)
	}
	s := search{}
	_, err := s.client(t).SearchIssues(t.Context(), &gitcode.SearchIssuesParams{Q: "a", State: "all"})
	require.NoError(t, err)
	assert.Equal(t, url.Values{"q": {"a"}}, <-s.queries)
	_, err = s.client(t).SearchIssues(t.Context(), &gitcode.SearchIssuesParams{Q: "a", Repo: "r"})
	assert.EqualError(t, err, "not sent: owner and repo must be given together, or neither")
}
