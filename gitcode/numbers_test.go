package gitcode

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
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
			found, failed := testClient(t, test.service).issuesByNumber(ctx, RepoRef{Owner: "o", Repo: "r"}, test.numbers)
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

// TestIssuesByNumberFails checks that a list that fails fails for every issue,
// unless it cannot be decoded.
func TestIssuesByNumberFails(t *testing.T) {
	t.Parallel()
	for body, requests := range map[string]int{
		`403 {"error_code":403,"error_message":"no scopes:read_projects"}`: 1,
		`200 <html>`: 4,
	} {
		var mu sync.Mutex
		sent := 0
		c := testClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			sent++
			status, text, _ := strings.Cut(body, " ")
			if _, ok := strings.CutPrefix(r.URL.Path, "/repos/o/r/issues/"); ok {
				status, text = "200", `{"id":1,"number":9}`
			}
			code, _ := strconv.Atoi(status)
			w.WriteHeader(code)
			fmt.Fprint(w, text)
		}))
		found, failed := c.issuesByNumber(t.Context(), RepoRef{Owner: "o", Repo: "r"}, []int{7, 8, 9})
		assert.Equal(t, requests, sent, body)
		if requests == 1 {
			assert.Len(t, failed, 3)
			assert.ErrorContains(t, failed[8], "no scopes")
			continue
		}
		assert.Equal(t, Int(9), found[9].Number)
		assert.ErrorContains(t, failed[8], "the response is about issue 9")
	}
}
