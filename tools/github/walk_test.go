package github_test

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	toolset "gitcode.com/gitcode-mcp/gitcode-mcp/tools/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

// walk is a generated list of issues and how to read it. It is a transport that
// responds with the pages.
type walk struct {
	rows       []string // as the service writes them
	want       []int    // numbers of the rows to be read
	perPage    int      // 0 for the default
	limit      int      // 0 for one page
	bound      int
	issuesOnly bool
	showsLast  bool // whether the Link header also leads to the last page
}

// newWalk returns a walk that depends on the seed only.
func newWalk(seed uint64) *walk {
	r := rand.New(rand.NewPCG(seed, 10))
	pick := func(least, most int) int { return least + r.IntN(most-least+1) }
	w := &walk{bound: pick(1_500, 20_000), issuesOnly: r.IntN(2) == 0, showsLast: r.IntN(4) > 0}
	if r.IntN(3) > 0 {
		w.perPage = pick(1, 100)
	}
	if r.IntN(2) == 0 {
		w.limit = pick(1, 250)
	}
	for number := range pick(0, 250) {
		number++
		isPull := r.IntN(3) == 0
		pull := ""
		if isPull {
			pull = `,"pull_request":{"merged_at":null}`
		}
		if !isPull || !w.issuesOnly {
			w.want = append(w.want, number)
		}
		body := strings.Repeat([]string{"word ", "语言", `\n`}[r.IntN(3)], pick(0, []int{10, 900}[r.IntN(8)/7]))
		w.rows = append(w.rows, fmt.Sprintf(`{"id":%d,"number":%d,"body":"%s"%s}`, 1000+number, number, body, pull))
	}
	return w
}

func (w *walk) RoundTrip(r *http.Request) (*http.Response, error) {
	rows, page, size, err := toolstest.PageOf(r, w.rows, 30)
	if err != nil {
		return nil, err
	}
	header := http.Header{}
	if last := (len(w.rows) + size - 1) / size; page < last {
		link := func(number int, rel string) string {
			return fmt.Sprintf(`<https://api.github.test/repositories/1/issues?per_page=%d&page=%d>; rel="%s"`, size, number, rel)
		}
		links := link(page+1, "next")
		if w.showsLast {
			links += ", " + link(last, "last")
		}
		header.Set("Link", links)
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
			c, err := api.New(api.Config{BaseURL: "http://github.test", Token: testToken, Rates: rest.Unlimited, MaxWait: -1, Transport: w})
			require.NoError(t, err)
			list := toolstest.Named(t, toolset.Tools(c, settings), "github_list_repo_issues")
			arguments := map[string]any{"owner": "o", "repo": "r", "include": []string{"body"}, "issues_only": w.issuesOnly}
			if w.perPage > 0 {
				arguments["per_page"] = w.perPage
			}
			var got []int
			for _, result := range toolstest.ReadByNextPage[struct{ Number int }](t, list, arguments, w.bound, w.limit, 2*len(w.rows)+3) {
				for _, row := range result.Rows {
					got = append(got, row.Number)
				}
				if strings.Contains(result.Cut, "rows are left out") {
					cut++
				}
			}
			assert.Equal(t, w.want, got, "%d rows, per_page %d, limit %d, bound %d", len(w.rows), w.perPage, w.limit, w.bound)
		})
	}
	t.Logf("%d walks, %d results that end early", walks, cut)
	assert.Greater(t, cut, walks/10)
}

// TestRareIssues checks that a result says so if it ends before the limit because
// the list consists of pull requests.
func TestRareIssues(t *testing.T) {
	t.Parallel()
	w := &walk{showsLast: true}
	for number := range 101 {
		w.rows = append(w.rows, fmt.Sprintf(`{"id":%[1]d,"number":%[1]d,"pull_request":{}}`, number+1))
	}
	w.rows = append(w.rows, `{"id":102,"number":102}`)
	c, err := api.New(api.Config{BaseURL: "http://github.test", Token: testToken, Rates: rest.Unlimited, MaxWait: -1, Transport: w})
	require.NoError(t, err)
	list := toolstest.Named(t, toolset.Tools(c, settings), "github_list_repo_issues")
	result, _ := list.Call(t.Context(), tools.Env{}, json.RawMessage(`{"owner":"o","repo":"r","issues_only":true,"limit":2,"per_page":1}`))
	assert.JSONEq(t, `{"rows":[],"next_page":101,"cut":"Reading ended before the limit, because few rows were wanted; continue with next_page."}`, text(t, result))
	result, _ = list.Call(t.Context(), tools.Env{}, json.RawMessage(`{"owner":"o","repo":"r","issues_only":true,"limit":2,"per_page":1,"page":101}`))
	assert.JSONEq(t, `{"rows":[{"number":102}]}`, text(t, result))
}
