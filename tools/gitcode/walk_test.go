package gitcode_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	toolset "gitcode.com/gitcode-mcp/gitcode-mcp/tools/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

var walks = flag.Int("walks", 2000, "number of generated lists that TestWalks reads")

// walk is a generated list and how to read it.
type walk struct {
	rows    []string // comments as the service writes them
	perPage int      // 0 for the default
	limit   int      // 0 for one page
	bound   int
	headers []string // those that the service sends of total_count and total_page
}

// newWalk returns a walk that depends on the seed only. Most lists are small,
// so that thousands of walks take seconds.
func newWalk(seed uint64) walk {
	r := rand.New(rand.NewPCG(seed, 8))
	pick := func(least, most int) int { return least + r.IntN(most-least+1) }
	w := walk{bound: pick(2_000, []int{4_000, 60_000}[r.IntN(2)]), headers: [][]string{nil, {"total_count"}, {"total_page"}, {"total_count", "total_page"}}[r.IntN(4)]}
	primes := []int{1, 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97}
	switch r.IntN(3) {
	case 0:
		w.perPage = primes[r.IntN(len(primes))]
	case 1:
		w.perPage = pick(1, 100)
	default:
		w.perPage = 100
	}
	if r.IntN(2) == 0 {
		w.limit = pick(1, []int{10, 100, 1000}[r.IntN(3)])
		if r.IntN(3) == 0 {
			w.perPage = 0
		}
	}
	longest, length := 400, pick(0, 40)
	switch r.IntN(20) {
	case 0:
		longest, length = 20_000, pick(0, 10)
	case 1:
		longest, length = 40, pick(0, 350)
	case 2, 3:
		longest, length = 3_000, pick(0, 30)
	}
	alphabet := []string{"word ", "语言", "\\u001b", "\u202e", "\u200b", `\"`, `\n`, "😀", "\u0085"}[:pick(1, 9)]
	for id := 1; id <= length; id++ {
		size := pick(0, longest)
		if r.IntN(3) > 0 {
			size = pick(0, longest/20)
		}
		var body strings.Builder
		for body.Len() < size {
			body.WriteString(strings.Repeat(alphabet[r.IntN(len(alphabet))], pick(1, 8)))
		}
		w.rows = append(w.rows, fmt.Sprintf(`{"id":%d,"body":"%s"}`, id, body.String()))
	}
	return w
}

// service is a transport that answers with the walk that a request names in the
// place of the owner.
type service struct{ walks sync.Map }

func (s *service) RoundTrip(r *http.Request) (*http.Response, error) {
	w, ok := s.walks.Load(strings.Split(r.URL.Path, "/")[2])
	if !ok {
		return nil, fmt.Errorf("there is no walk for %s", r.URL)
	}
	return w.(walk).page(r)
}

// page returns the page of the list that a request asks for.
func (w walk) page(r *http.Request) (*http.Response, error) {
	rows, _, size, err := toolstest.PageOf(r, w.rows, 20)
	if err != nil {
		return nil, err
	}
	header := http.Header{}
	if slices.Contains(w.headers, "total_count") {
		header["total_count"] = []string{strconv.Itoa(len(w.rows))}
	}
	if slices.Contains(w.headers, "total_page") {
		header["total_page"] = []string{strconv.Itoa((len(w.rows) + size - 1) / size)}
	}
	return &http.Response{StatusCode: http.StatusOK, Header: header, Request: r, Body: io.NopCloser(strings.NewReader("[" + strings.Join(rows, ",") + "]"))}, nil
}

// read follows next_page from the first page and returns the ids of the rows,
// and the number of calls.
func (w walk) read(t *testing.T, list tools.Tool, owner string) (ids []int, calls int) {
	paging, page := "", ""
	if w.perPage > 0 {
		paging += fmt.Sprintf(`,"per_page":%d`, w.perPage)
	}
	if w.limit > 0 {
		paging += fmt.Sprintf(`,"limit":%d`, w.limit)
	}
	rest := false // whether the page is what the call before left out
	for {
		arguments := fmt.Sprintf(`{"owner":%q,"repo":"r","number":7%s%s}`, owner, paging, page)
		result, _ := list.Call(t.Context(), tools.Env{MaxResult: w.bound}, json.RawMessage(arguments))
		calls++
		answer := text(t, result)
		require.False(t, result.IsError, "%s: %s", arguments, answer)
		require.LessOrEqual(t, len(answer), w.bound, arguments)
		require.Equal(t, answer, string(result.StructuredContent.(json.RawMessage)))
		var value struct {
			Rows     []struct{ ID int }
			NextPage json.Number `json:"next_page"`
			Cut      string
		}
		require.NoError(t, json.Unmarshal([]byte(answer), &value))
		if w.limit > 0 {
			require.LessOrEqual(t, len(value.Rows), w.limit, arguments)
			if value.Cut == "" && value.NextPage != "" && !rest {
				require.Len(t, value.Rows, w.limit, arguments)
			}
		}
		rest = strings.Contains(value.Cut, "rows are left out")
		for _, row := range value.Rows {
			ids = append(ids, row.ID)
		}
		if value.NextPage == "" {
			return ids, calls
		}
		require.LessOrEqual(t, calls, 2*len(w.rows)+2, "the walk does not end")
		page = `,"page":` + string(value.NextPage)
	}
}

// TestWalks reads generated lists by next_page alone: every row must come
// exactly once and in order, and every result within the bound and the limit.
func TestWalks(t *testing.T) {
	t.Parallel()
	var lists service
	c, err := api.New(api.Config{BaseURL: "http://gitcode.test", Token: testToken, Rates: rest.Unlimited, MaxWait: -1, Transport: &lists})
	require.NoError(t, err)
	all := toolset.Tools(c, settings)
	list := all[slices.IndexFunc(all, func(tool tools.Tool) bool { return tool.Name == "list_issue_comments" })]
	var mu sync.Mutex
	var group sync.WaitGroup
	seeds, start := make(chan uint64), time.Now()
	rows, calls, cut := 0, 0, 0
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for seed := range seeds {
				w := newWalk(seed)
				t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
					owner := strconv.FormatUint(seed, 10)
					lists.walks.Store(owner, w)
					defer lists.walks.Delete(owner)
					ids, n := w.read(t, list, owner)
					want := make([]int, len(w.rows))
					for i := range want {
						want[i] = i + 1
					}
					assert.Equal(t, want, append([]int{}, ids...), "%d rows, per_page %d, limit %d, bound %d, headers %v", len(w.rows), w.perPage, w.limit, w.bound, w.headers)
					mu.Lock()
					defer mu.Unlock()
					rows, calls = rows+len(ids), calls+n
					if n > len(w.rows)/max(w.perPage, 1)+1 {
						cut++
					}
				})
			}
		})
	}
	for seed := range *walks {
		seeds <- uint64(seed)
	}
	close(seeds)
	group.Wait()
	t.Logf("%d walks, %d of them over cut pages: %d calls, %d rows in %v", *walks, cut, calls, rows, time.Since(start).Round(time.Millisecond))
	assert.Greater(t, cut, *walks/10)
}
