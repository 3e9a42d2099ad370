package gitcode

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// numbered is a repository whose issues have numbers from 1. It records the
// requests.
type numbered struct {
	newest   int
	lost     map[int]bool // numbers that neither the list nor a read shows
	private  map[int]bool // numbers that only a read shows
	noList   int          // status of the list, if it fails
	noTotals bool

	mu       sync.Mutex
	requests []string
}

func (s *numbered) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name, query := r.URL.Path, r.URL.Query()
	if r.URL.Path == "/repos/o/r/issues" {
		name = "page " + query.Get("page")
	}
	s.requests = append(s.requests, strings.TrimPrefix(name, "/repos/o/r/issues/"))
	issue := func(n int) string { return fmt.Sprintf(`{"id":%d,"number":"%d","title":"issue %d"}`, 1000+n, n, n) }
	if n, err := strconv.Atoi(strings.TrimPrefix(name, "/repos/o/r/issues/")); err == nil {
		if n > s.newest || s.lost[n] {
			http.Error(w, `{"error_code":404,"error_message":"Issue Not Found"}`, http.StatusNotFound)
			return
		}
		fmt.Fprint(w, issue(n))
		return
	}
	if s.noList > 0 {
		http.Error(w, `{"error_message":"no list"}`, s.noList)
		return
	}
	var rows []string
	for n := s.newest; n > 0; n-- {
		if !s.lost[n] && !s.private[n] {
			rows = append(rows, issue(n))
		}
	}
	if !s.noTotals {
		w.Header()["total_count"] = []string{strconv.Itoa(len(rows))}
	}
	page := 1
	if number := query.Get("page"); number != "" {
		page, _ = strconv.Atoi(number)
	}
	start := min((page-1)*100, len(rows))
	fmt.Fprint(w, "["+strings.Join(rows[start:min(start+100, len(rows))], ",")+"]")
}

func numbersFrom(first, last int) []int {
	var numbers []int
	for n := first; n <= last; n++ {
		numbers = append(numbers, n)
	}
	return numbers
}

func setOf(numbers ...int) map[int]bool {
	set := map[int]bool{}
	for _, n := range numbers {
		set[n] = true
	}
	return set
}

func testClient(t *testing.T, service http.Handler) *Client {
	t.Helper()
	web := httptest.NewServer(service)
	t.Cleanup(web.Close)
	c, err := New(Config{BaseURL: web.URL, Token: "test-token", MaxWait: -1, Rates: rest.Unlimited})
	require.NoError(t, err)
	return c
}

func TestIssuesByNumber(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		service  *numbered
		numbers  []int
		requests []string
		failed   []int
	}{
		"none":                               {&numbered{newest: 500}, nil, nil, nil},
		"one":                                {&numbered{newest: 500}, []int{7}, []string{"7"}, nil},
		"two, one of them twice":             {&numbered{newest: 500}, []int{7, 500, 7}, []string{"500", "7"}, nil},
		"three new ones":                     {&numbered{newest: 500}, []int{500, 450, 401}, []string{"page 1"}, nil},
		"a hundred on two pages":             {&numbered{newest: 500}, numbersFrom(351, 450), []string{"page 1", "page 2"}, nil},
		"all of 1,000":                       {&numbered{newest: 1000}, numbersFrom(801, 1000), []string{"page 1", "page 2"}, nil},
		"the oldest 200 of 5,000":            {&numbered{newest: 5000}, numbersFrom(1, 200), []string{"page 1", "page 49", "page 50"}, nil},
		"one on its page":                    {&numbered{newest: 500}, []int{500, 499, 250}, []string{"250", "page 1"}, nil},
		"each on its own page":               {&numbered{newest: 900}, []int{50, 250, 450}, []string{"250", "450", "50", "page 1"}, nil},
		"a small repository":                 {&numbered{newest: 20}, []int{1, 2, 3}, []string{"page 1"}, nil},
		"newer than the newest":              {&numbered{newest: 20}, []int{1, 2, 3, 21}, []string{"21", "page 1"}, []int{21}},
		"lost ones move the rows":            {&numbered{newest: 300, lost: setOf(numbersFrom(120, 149)...)}, numbersFrom(101, 200), []string{"page 1", "page 2"}, numbersFrom(120, 149)},
		"a private one is read by itself":    {&numbered{newest: 300, private: setOf(250)}, []int{249, 250, 251}, []string{"250", "page 1"}, nil},
		"without totals, one by one":         {&numbered{newest: 300, noTotals: true}, []int{10, 11, 299}, []string{"10", "11", "page 1"}, nil},
		"misplaced ones are read one by one": {&numbered{newest: 400, private: setOf(numbersFrom(290, 299)...)}, []int{189, 190, 191, 192}, []string{"page 1", "page 3", "191", "192"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var done []int
			ctx := rest.WithSteps(t.Context(), func(s rest.Step) { done = append(done, s.Done) })
			found, failed := testClient(t, test.service).issuesByNumber(ctx, RepoRef{Owner: "o", Repo: "r"}, test.numbers, maxNumbers)
			if name == "lost ones move the rows" { // each is also asked for
				assert.Subset(t, test.service.requests, test.requests)
				assert.Len(t, test.service.requests, 2+30)
			} else {
				assert.ElementsMatch(t, test.requests, test.service.requests)
			}
			wanted := slices.Compact(slices.Sorted(slices.Values(test.numbers)))
			for _, n := range wanted {
				if slices.Contains(test.failed, n) {
					assert.ErrorContains(t, failed[n], "Issue Not Found")
					assert.NotContains(t, found, n)
					continue
				}
				assert.Equal(t, Text(fmt.Sprintf("issue %d", n)), found[n].Title)
				assert.Contains(t, found[n].members, "title", "the response records its members")
			}
			assert.Len(t, failed, len(test.failed))
			assert.Len(t, found, len(wanted)-len(test.failed), "nothing else is kept")
			if len(wanted) > 0 {
				assert.True(t, slices.IsSorted(done))
				assert.Equal(t, len(wanted), done[len(done)-1])
			}
		})
	}
}

// TestAbsentNumbersTakeFewPages checks that pages are not guessed on and on where
// the list does not have the issues.
func TestAbsentNumbersTakeFewPages(t *testing.T) {
	t.Parallel()
	s := &numbered{newest: 20_000, lost: map[int]bool{}}
	var numbers []int
	for i := range 100 {
		n := 1 + 195*i
		numbers = append(numbers, n, n+1)
		s.lost[n], s.lost[n+1] = true, true
	}
	found, failed := testClient(t, s).issuesByNumber(t.Context(), RepoRef{Owner: "o", Repo: "r"}, numbers, maxNumbers)
	assert.Empty(t, found)
	assert.Len(t, failed, 200)
	assert.Len(t, s.requests, 1+pagesAtOnce+200)
}

// TestIssuesByNumberWithoutAList checks when issues are read one by one because
// the list cannot be read.
func TestIssuesByNumberWithoutAList(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		service  *numbered
		requests int
		found    int
		err      string // of number 50, if any
	}{
		"forbidden":                {&numbered{newest: 60, noList: 403}, 51, 50, ""},
		"not found":                {&numbered{newest: 60, noList: 404}, 51, 50, ""},
		"one of the first is lost": {&numbered{newest: 60, noList: 403, lost: setOf(1, 2)}, 51, 48, ""},
		"nothing can be read":      {&numbered{noList: 403}, 4, 0, "no list"},
		"no repository":            {&numbered{noList: 404}, 4, 0, "no list"},
		"a list that is down":      {&numbered{newest: 60, noList: 503}, 1, 0, "no list"},
		"an invalid token":         {&numbered{newest: 60, noList: 401}, 1, 0, "no list"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, failed := testClient(t, test.service).issuesByNumber(t.Context(), RepoRef{Owner: "o", Repo: "r"}, numbersFrom(1, 50), maxNumbers)
			assert.Len(t, test.service.requests, test.requests)
			assert.Len(t, found, test.found)
			assert.Len(t, failed, 50-test.found)
			if test.err != "" {
				assert.ErrorContains(t, failed[50], test.err)
			}
		})
	}
}

// TestIssuesByNumberWithAMalformedList checks that the issues are read one by one.
func TestIssuesByNumberWithAMalformedList(t *testing.T) {
	t.Parallel()
	var sent atomic.Int32
	c := testClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent.Add(1)
		if strings.HasPrefix(r.URL.Path, "/repos/o/r/issues/") {
			fmt.Fprint(w, `{"id":1,"number":9}`)
			return
		}
		fmt.Fprint(w, "<html>")
	}))
	found, failed := c.issuesByNumber(t.Context(), RepoRef{Owner: "o", Repo: "r"}, []int{7, 8, 9}, maxNumbers)
	assert.EqualValues(t, 4, sent.Load())
	assert.Equal(t, Int(9), found[9].Number)
	assert.ErrorContains(t, failed[8], "the response is about issue 9")
}
