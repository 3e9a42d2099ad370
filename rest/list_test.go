package rest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

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
	}, rest.Config{BaseURL: s.URL, Token: token, Rates: rest.Unlimited})
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
