package sandbox_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const search = "/search/issues"

func TestSearch(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for _, test := range []struct {
		name, query string
		want        []any // numbers
	}{
		{"title", "q=csv", []any{"9"}},
		{"text", "q=HLJS-comment", []any{"4"}},
		{"words in the order given", "q=for%20minutes", []any{"13"}},
		{"words in another order", "q=minutes%20for", []any{}},
		{"all repositories", "q=windows", []any{"2", "1"}},
		{"one repository", "q=windows&repo=OpenHarbor/CLI", []any{"2"}},
		{"the path of a repository", "q=windows&repo=portal", []any{"1"}},
		{"no such repository", "q=windows&repo=openharbor/nowhere", []any{}},
		{"closed", "q=issues&state=closed", []any{"7"}},
		{"open", "q=issues&state=open&repo=portal", []any{"13"}},
		{"oldest first", "q=windows&sort=created_at&order=asc", []any{"1", "2"}},
		{"latest first", "q=windows&sort=created_at&order=desc", []any{"2", "1"}},
		{"private, to a member", "q=Titles", []any{"5"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, c.in(t).get(search+"?"+test.query).column("number"))
		})
	}
	guest := c.as("guest").get(search + "?q=Titles")
	assert.Empty(t, guest.column("number"), "a private issue")
	hasHeader(t, guest, "total_count", "0")
}

func TestSearchSortedByUpdate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t)
		time.Sleep(time.Until(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)))
		c.comment(portal, "1", "New")
		assert.Equal(t, []any{"1", "2"}, c.get(search+"?q=windows&sort=last_push_at").column("number"))
		assert.Equal(t, []any{"2", "1"}, c.get(search+"?q=windows&sort=last_push_at&order=asc").column("number"))
	})
}

func TestSearchResult(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	rows := decode[[]map[string]any](c.get(search + "?q=8%20MB"))
	require.Len(t, rows, 1)
	issue := c.get(portal + "/issues/2").object()
	want := map[string]any{"repository": map[string]any{
		"id": 340001.0, "full_name": "openharbor/portal", "human_name": "openharbor / portal", "name": "portal", "path": "portal", "url": "https://gitcode.com/openharbor/portal",
		"owner": map[string]any{"id": "65f96506b3a9e652", "login": "linwei", "name": "林薇", "type": "User", "html_url": "https://gitcode.com/linwei", "avatar_url": "https://cdn-img.gitcode.com/65f96506b3a9e652.png"},
	}}
	for _, name := range []string{"id", "html_url", "number", "state", "title", "body", "comments", "labels", "parent_id", "priority", "created_at", "updated_at"} {
		want[name] = issue[name]
	}
	assert.Equal(t, want, rows[0])
}

// TestSearchPages checks that pages overlap by one row, and that a client that
// reads until a page contains nothing new sees every row.
func TestSearchPages(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for n := range 30 {
		c.send("POST", "/repos/linwei/issues", fmt.Sprintf(`{"repo":"notes","title":"Needle %d","body":""}`, n))
	}
	all := c.get(search + "?q=needle&per_page=50").column("title")
	require.Len(t, all, 30)
	assert.Equal(t, all[:20], c.get(search+"?q=needle").column("title"), "20 by default")
	for _, test := range []struct {
		query string
		want  []any
	}{
		{"per_page=10", all[:10]},
		{"per_page=10&page=2", all[9:19]},
		{"per_page=10&page=3", all[18:28]},
		{"per_page=10&page=4", all[27:30]},
		{"per_page=10&page=5", []any{}},
		{"per_page=30&page=2", all[29:30]},
		{"per_page=1&page=2", all[1:2]},
		{"per_page=50&page=100", []any{}},
	} {
		r := c.get(search + "?q=needle&" + test.query)
		assert.Equal(t, test.want, r.column("title"), test.query)
		hasHeader(t, r, "total_count", "30")
		assert.NotContains(t, r.Header(), "total_page")
	}
}

func TestSearchBadParameters(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for _, test := range []struct{ query, parameter string }{
		{"", "q"},
		{"q=", "q"},
		{"q=%20", "q"},
		{"q=x&page=0", "page"},
		{"q=x&page=101", "page"},
		{"q=x&per_page=51", "per_page"},
		{"q=x&per_page=0", "per_page"},
		{"q=x&sort=created", "sort"},
		{"q=x&sort=updated_at", "sort"},
		{"q=x&state=all", "state"},
	} {
		t.Run(test.query, func(t *testing.T) {
			t.Parallel()
			c.in(t).get(search + "?" + test.query).isBadParameter(test.parameter)
		})
	}
}

func TestSearchInFailingRepos(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	assert.Equal(t, 429, c.get(search+"?q=x&repo=openharbor/busy").Code)
	assert.Equal(t, 502, c.get(search+"?q=x&repo=openharbor/Broken").Code)
}
