package gitlab_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	toolset "gitcode.com/gitcode-mcp/gitcode-mcp/tools/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

// walk is a generated list of issues and how to read it. It is a transport that
// responds with the pages.
type walk struct {
	rows    []string // as the service writes them
	perPage int      // 0 for the default
	limit   int      // 0 for one page
	bound   int
	totals  bool // whether pages show the totals, as those of lists of up to 10,000 rows
}

// newWalk returns a walk that depends on the seed only.
func newWalk(seed uint64) *walk {
	r := rand.New(rand.NewPCG(seed, 11))
	pick := func(least, most int) int { return least + r.IntN(most-least+1) }
	w := &walk{bound: pick(1_500, 20_000), totals: r.IntN(3) > 0}
	if r.IntN(3) > 0 {
		w.perPage = pick(1, 100)
	}
	if r.IntN(2) == 0 {
		w.limit = pick(1, 250)
	}
	for iid := range pick(0, 250) {
		description := strings.Repeat([]string{"word ", "语言", `\n`}[r.IntN(3)], pick(0, []int{10, 900}[r.IntN(8)/7]))
		w.rows = append(w.rows, fmt.Sprintf(`{"id":%d,"iid":%d,"description":"%s"}`, 1001+iid, iid+1, description))
	}
	return w
}

func (w *walk) RoundTrip(r *http.Request) (*http.Response, error) {
	rows, page, size, err := toolstest.PageOf(r, w.rows, 20)
	if err != nil {
		return nil, err
	}
	header := http.Header{"X-Next-Page": {""}}
	if page*size < len(w.rows) {
		header.Set("X-Next-Page", strconv.Itoa(page+1))
	}
	if w.totals {
		header.Set("X-Total", strconv.Itoa(len(w.rows)))
		header.Set("X-Total-Pages", strconv.Itoa(max(1, (len(w.rows)+size-1)/size)))
	}
	return &http.Response{StatusCode: http.StatusOK, Header: header, Request: r, Body: io.NopCloser(strings.NewReader("[" + strings.Join(rows, ",") + "]"))}, nil
}

// TestWalks reads generated lists by next_page alone: every row must come exactly
// once and in order, and every result within the bound and the limit.
func TestWalks(t *testing.T) {
	t.Parallel()
	const walks = 150
	cut := 0
	for seed := range uint64(walks) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			w := newWalk(seed)
			c, err := api.New(api.Config{BaseURL: "http://gitlab.test/api/v4", Token: testToken, Rates: rest.Unlimited, MaxWait: -1, Transport: w})
			require.NoError(t, err)
			list := toolstest.Named(t, toolset.Tools(c, tools.Settings{}), "gitlab_list_project_issues")
			arguments := map[string]any{"id": "g/p", "include": []string{"description"}}
			if w.perPage > 0 {
				arguments["per_page"] = w.perPage
			}
			got := 0
			for _, result := range toolstest.ReadByNextPage[struct{ IID int }](t, list, arguments, w.bound, w.limit, 2*len(w.rows)+3) {
				if w.totals {
					require.Equal(t, new(len(w.rows)), result.Total)
				}
				for _, row := range result.Rows {
					got++
					require.Equal(t, got, row.IID, "%d rows, per_page %d, limit %d, bound %d", len(w.rows), w.perPage, w.limit, w.bound)
				}
				if strings.Contains(result.Cut, "rows are left out") {
					cut++
				}
			}
			assert.Len(t, w.rows, got, "per_page %d, limit %d, bound %d", w.perPage, w.limit, w.bound)
		})
	}
	t.Logf("%d walks, %d results that end early", walks, cut)
	assert.Greater(t, cut, walks/10)
}
