package gitlab_test

import (
	"encoding/json"
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
	page, size := 1, 20
	for name, n := range map[string]*int{"page": &page, "per_page": &size} {
		if text := r.URL.Query().Get(name); text != "" {
			var err error
			if *n, err = strconv.Atoi(text); err != nil {
				return nil, err // the service knows integers only
			}
		}
	}
	start := min((page-1)*size, len(w.rows))
	end := min(start+size, len(w.rows))
	header := http.Header{"X-Next-Page": {""}}
	if end < len(w.rows) {
		header.Set("X-Next-Page", strconv.Itoa(page+1))
	}
	if w.totals {
		header.Set("X-Total", strconv.Itoa(len(w.rows)))
		header.Set("X-Total-Pages", strconv.Itoa(max(1, (len(w.rows)+size-1)/size)))
	}
	return &http.Response{StatusCode: http.StatusOK, Header: header, Request: r, Body: io.NopCloser(strings.NewReader("[" + strings.Join(w.rows[start:end], ",") + "]"))}, nil
}

// TestWalks reads generated lists by next_page alone: every row must come exactly
// once and in order, and every result within the bound and the limit.
func TestWalks(t *testing.T) {
	t.Parallel()
	const walks = 150
	cut := 0
	for seed := range uint64(walks) {
		w := newWalk(seed)
		c, err := api.New(api.Config{BaseURL: "http://gitlab.test/api/v4", Token: testToken, Rates: rest.Unlimited, MaxWait: -1, Transport: w})
		require.NoError(t, err)
		list := toolstest.Named(t, toolset.Tools(c, tools.Settings{}), "gitlab_list_project_issues")
		arguments := map[string]any{"id": "g/p", "include": []string{"description"}}
		if w.perPage > 0 {
			arguments["per_page"] = w.perPage
		}
		if w.limit > 0 {
			arguments["limit"] = w.limit
		}
		got := 0
		for calls := 0; ; calls++ {
			require.LessOrEqual(t, calls, 2*len(w.rows)+2, "the walk of seed %d does not end", seed)
			encoded, err := json.Marshal(arguments)
			require.NoError(t, err)
			result, _ := list.Call(t.Context(), tools.Env{MaxResult: w.bound}, encoded)
			answer := text(t, result)
			require.False(t, result.IsError, "seed %d: %s", seed, answer)
			require.LessOrEqual(t, len(answer), w.bound, "seed %d", seed)
			var value struct {
				Rows     []struct{ IID int }
				Total    *int
				NextPage json.Number `json:"next_page"`
				Cut      string
			}
			require.NoError(t, json.Unmarshal([]byte(answer), &value))
			if w.totals {
				require.Equal(t, new(len(w.rows)), value.Total, "seed %d: %s", seed, answer)
			}
			if w.limit > 0 {
				require.LessOrEqual(t, len(value.Rows), w.limit, "seed %d", seed)
			}
			for _, row := range value.Rows {
				got++
				require.Equal(t, got, row.IID, "seed %d: %d rows, per_page %d, limit %d, bound %d", seed, len(w.rows), w.perPage, w.limit, w.bound)
			}
			if strings.Contains(value.Cut, "rows are left out") {
				cut++
			}
			if value.NextPage == "" {
				break
			}
			arguments["page"] = value.NextPage
		}
		assert.Len(t, w.rows, got, "seed %d: per_page %d, limit %d, bound %d", seed, w.perPage, w.limit, w.bound)
	}
	t.Logf("%d walks, %d results that end early", walks, cut)
	assert.Greater(t, cut, walks/10)
}
