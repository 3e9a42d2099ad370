package rest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// plenty is a rate limit that no test reaches. With one, a list is read with as few
// requests as possible.
var plenty = []rest.Rate{{Requests: 1_000_000, Per: time.Hour}}

type listRow struct {
	ID lenient.Int `json:"id"`
}

func (r listRow) IsEmpty() bool    { return r.ID == 0 }
func (r listRow) Identity() string { return fmt.Sprint(r.ID) }

// pagesThatSayMore serves the given pages and says of each whether another one
// follows, but not how many there are.
func pagesThatSayMore(t *testing.T, pages [][]int) *rest.Client {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, err := strconv.Atoi(r.URL.Query().Get("page"))
		if err != nil {
			page = 1
		}
		w.Header().Set("More", strconv.FormatBool(page < len(pages)))
		var rows []string
		if page <= len(pages) {
			for _, id := range pages[page-1] {
				rows = append(rows, fmt.Sprintf(`{"id":%d}`, id))
			}
		}
		fmt.Fprintf(w, "[%s]", strings.Join(rows, ","))
	}))
	t.Cleanup(s.Close)
	c, err := rest.New(rest.Forge{
		Authorize: func(http.Header, string) {},
		Decode:    lenient.Decode,
		PerPage:   3,
		PageInfo: func(header http.Header) rest.PageInfo {
			return rest.PageInfo{More: new(header.Get("More") == "true")}
		},
	}, rest.Config{BaseURL: s.URL, Token: token, Rates: plenty})
	require.NoError(t, err)
	return c
}

// TestListFollowsMore checks lists that only say whether another page follows.
func TestListFollowsMore(t *testing.T) {
	t.Parallel()
	odd := func(r listRow) bool { return r.ID%2 == 1 }
	for name, test := range map[string]struct {
		pages  [][]int
		paging rest.Paging
		keep   func(listRow) bool
		want   []int
		next   rest.PageNumber
	}{
		"one page":                      {[][]int{{1, 2, 3}}, rest.Paging{}, nil, []int{1, 2, 3}, 0},
		"another page":                  {[][]int{{1, 2, 3}, {4}}, rest.Paging{}, nil, []int{1, 2, 3}, 2},
		"a short page is not the last":  {[][]int{{1}, {2}}, rest.Paging{}, nil, []int{1}, 2},
		"nor is an empty one":           {[][]int{{}, {2}}, rest.Paging{}, nil, nil, 2},
		"a limit":                       {[][]int{{1, 2, 3}, {4, 5, 6}, {7}}, rest.Paging{Limit: 5, PerPage: 3}, nil, []int{1, 2, 3, 4, 5}, 2.02},
		"a limit beyond the end":        {[][]int{{1, 2, 3}, {4, 5}}, rest.Paging{Limit: 9, PerPage: 3}, nil, []int{1, 2, 3, 4, 5}, 0},
		"a short page within the limit": {[][]int{{1, 2}, {4, 5, 6}}, rest.Paging{Limit: 4, PerPage: 3}, nil, []int{1, 2, 4, 5}, 2.02},
		"only some rows are wanted":     {[][]int{{1, 2, 3}, {4, 5, 6}}, rest.Paging{}, odd, []int{1, 3}, 2},
		"none is wanted":                {[][]int{{2, 4, 6}, {7}}, rest.Paging{}, odd, nil, 2},
		"a limit on those wanted":       {[][]int{{1, 2, 3}, {4, 6, 8}, {9, 10, 11}, {13}}, rest.Paging{Limit: 3, PerPage: 3}, odd, []int{1, 3, 9}, 3.02},
		"an empty page in between":      {[][]int{{1, 2, 3}, {}, {4}}, rest.Paging{Limit: 9, PerPage: 3}, nil, []int{1, 2, 3}, 3},
		"an unreadable page in between": {[][]int{{1, 2, 3}, {0, 0, 0}, {4}}, rest.Paging{Limit: 9, PerPage: 3}, nil, []int{1, 2, 3}, 3},
		"pages that repeat rows":        {[][]int{{1, 2, 3}, {1, 2, 3}, {1, 2, 3}}, rest.Paging{Limit: 9, PerPage: 3}, nil, []int{1, 2, 3}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req, err := rest.NewRequest("GET /rows", struct{}{})
			require.NoError(t, err)
			page, err := rest.List(t.Context(), pagesThatSayMore(t, test.pages), req, test.paging, rest.ListOptions[listRow]{Keep: test.keep})
			require.NoError(t, err)
			var got []int
			for _, row := range page.Items {
				got = append(got, int(row.ID))
			}
			assert.Equal(t, test.want, got)
			assert.Equal(t, test.next, page.Next)
			assert.NoError(t, page.Err)
		})
	}
}

// TestListIsLongerThanItsLastPage checks lists whose pages, in contradiction to the
// number of the last one, say that another follows.
func TestListIsLongerThanItsLastPage(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		last, rows int // rows of each page
		page       rest.PageNumber
		want       int
		requested  []string
		next       rest.PageNumber
	}{
		"rows after it":       {2, 3, 1, 9, []string{"", "2", "3"}, 4},
		"begins after it":     {2, 0, 5, 0, []string{"5", "6"}, 7},
		"begins far after it": {1, 0, 50, 0, []string{"50", "51"}, 52},
	} {
		var requested []string
		f := forge()
		f.Decode = lenient.Decode
		f.PageInfo = func(http.Header) rest.PageInfo { return rest.PageInfo{Last: &test.last, More: new(true)} }
		c := newClientOf(t, f, inMemory(func(r *http.Request) (*http.Response, error) {
			page := r.URL.Query().Get("page")
			requested = append(requested, page)
			var rows []string
			for i := range test.rows {
				rows = append(rows, fmt.Sprintf(`{"id":1%s%d}`, page, i))
			}
			return response(200, "["+strings.Join(rows, ",")+"]"), nil
		}), rest.Config{Rates: plenty})
		req, err := rest.NewRequest("GET /rows", struct {
			Page rest.PageNumber `json:"page"`
		}{test.page})
		require.NoError(t, err)
		if test.page == 1 {
			req.Query.Del("page")
		}
		page, err := rest.List(t.Context(), c, req, rest.Paging{Page: test.page, PerPage: 3, Limit: 9}, rest.ListOptions[listRow]{})
		require.NoError(t, err, name)
		assert.Len(t, page.Items, test.want, name)
		assert.Equal(t, test.requested, requested, name)
		assert.Equal(t, test.next, page.Next, name)
	}
}

// TestListSearch checks that a limit takes a bounded number of pages although its
// rows are rare and the list does not end.
func TestListSearch(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		paging    rest.Paging
		showsLast bool
		requests  int32
		next      rest.PageNumber
	}{
		"one row":                {rest.Paging{Limit: 1}, false, 100, 101},
		"many rows":              {rest.Paging{Limit: 1000}, true, 100, 101},
		"from a later page":      {rest.Paging{Page: 5, Limit: 1}, true, 100, 105},
		"many rows, small pages": {rest.Paging{Limit: 1000, PerPage: 2}, true, 500, 501},
	} {
		var requests, id atomic.Int32
		f := forge()
		f.Decode = lenient.Decode
		f.PerPage = 100
		f.PageInfo = func(http.Header) rest.PageInfo {
			if test.showsLast {
				return rest.PageInfo{Last: new(1_000_000), More: new(true)}
			}
			return rest.PageInfo{More: new(true)}
		}
		c := newClientOf(t, f, inMemory(func(*http.Request) (*http.Response, error) {
			requests.Add(1)
			return response(200, fmt.Sprintf(`[{"id":%d}]`, id.Add(1))), nil
		}), rest.Config{Rates: plenty})
		req, err := rest.NewRequest("GET /rows", struct{}{})
		require.NoError(t, err)
		page, err := rest.List(t.Context(), c, req, test.paging, rest.ListOptions[listRow]{Keep: func(listRow) bool { return false }})
		require.NoError(t, err, name)
		assert.Empty(t, page.Items, name)
		assert.Equal(t, test.requests, requests.Load(), name)
		assert.Equal(t, test.next, page.Next, name)
		assert.True(t, page.Sparse, name)
	}
}

// TestListWhole checks that the error says why rows are missing, with those before.
func TestListWhole(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		pages [][]int
		limit int
		rows  int
		err   string
	}{
		"all":             {[][]int{{1, 2}, {3}}, 10, 3, ""},
		"none":            {[][]int{{}}, 10, 0, ""},
		"too many":        {[][]int{{1, 2}, {3}}, 2, 2, "only the first 2 were read"},
		"one without use": {[][]int{{1, 0}, {3}}, 10, 2, "1 of them are not in the documented form"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := pagesThatSayMore(t, test.pages)
			req, err := rest.NewRequest("GET /rows", struct{}{})
			require.NoError(t, err)
			rows, err := rest.ListWhole(t.Context(), c, req, test.limit, rest.ListOptions[listRow]{})
			assert.Len(t, rows, test.rows)
			if test.err != "" {
				assert.EqualError(t, err, test.err)
			} else {
				assert.NoError(t, err)
			}
		})
	}
}
