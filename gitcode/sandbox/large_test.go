package sandbox_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const largeIssues = 10_000

// newLarge returns a client of a sandbox whose openharbor/portal has
// largeIssues issues, with so many comments in all.
func newLarge(t testing.TB, comments int) client {
	t.Helper()
	c := newClient(t)
	for n := len(c.get(list).column("number")); n < largeIssues; n++ {
		r := c.send(http.MethodPost, "/repos/openharbor/issues", fmt.Sprintf(`{"repo":"portal","title":"Issue %d","body":"Text"}`, n+1))
		require.Equal(t, 201, r.Code)
	}
	for n := len(c.get(portal + "/issues/comments").column("id")); n < comments; n++ {
		r := c.send(http.MethodPost, fmt.Sprintf("%s/issues/%d/comments", portal, n%largeIssues+1), `{"body":"Text"}`)
		require.Equal(t, 201, r.Code)
	}
	return c
}

func TestLargeRepository(t *testing.T) {
	t.Parallel()
	c := newLarge(t, 1000)
	seen := map[any]bool{}
	for page := 1; page <= largeIssues/100; page += 9 {
		for _, number := range c.get(fmt.Sprintf("%s?per_page=100&page=%d", list, page)).column("number") {
			seen[number] = true
		}
	}
	assert.Len(t, seen, 12*100, "no page repeats a row")
	for path, count := range map[string]string{
		list: "10000", portal + "/issues/comments": "1000", search + "?q=text": "9986", enterpriseList: "10000",
	} {
		hasHeader(t, c.get(path), "total_count", count)
	}
	hasHeader(t, c.get(list), "open_issues", "9997")
	c.send(http.MethodPatch, "/repos/openharbor/issues/9000", `{"repo":"portal","milestone":254120}`)
	assert.Equal(t, []any{4.0, 4.0, 2.0}, c.get(portal+"/milestones").column("open_issues"))
}

func BenchmarkLargeRepository(b *testing.B) {
	c := newLarge(b, 30_000)
	for name, path := range map[string]string{
		"issue":           portal + "/issues/9000",
		"issues":          list + "?per_page=100&page=50",
		"issue comments":  portal + "/issues/9000/comments",
		"repo comments":   portal + "/issues/comments?per_page=100&page=100",
		"milestones":      portal + "/milestones",
		"search by title": search + "?q=9000&per_page=50",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				c.get(path)
			}
		})
	}
}
