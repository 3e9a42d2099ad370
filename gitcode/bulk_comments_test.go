package gitcode_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

// TestResumeLooksBackOneHour posts a comment again after an hour and not before,
// whatever the difference between the clocks.
func TestResumeLooksBackOneHour(t *testing.T) {
	t.Parallel()
	for name, skew := range map[string]time.Duration{"the same time": 0, "GitCode is a day behind": -24 * time.Hour, "GitCode is a day ahead": 24 * time.Hour} {
		for _, numbers := range [][]int{{10}, {9, 10, 11}} {
			t.Run(fmt.Sprint(name, numbers), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					h := newHarbor()
					h.skew = skew
					c := h.pipe(t, nil)
					ping := gitcode.IssuesChange{Numbers: numbers, Comment: "Ping\r\n"}
					update(t, c, true, ping)
					update(t, c, true, ping)
					time.Sleep(59 * time.Minute)
					u := update(t, c, true, ping)
					assert.Len(t, h.takeWrites(), len(numbers))
					assert.Equal(t, gitcode.Unchanged, u.Issues[0].Outcome)
					time.Sleep(2 * time.Minute)
					update(t, c, true, ping)
					assert.Len(t, h.takeWrites(), len(numbers), "an hour later it is another comment")
				})
			})
		}
	}
}

// TestResumeOfAnOddService checks that comments are recognized without a Date
// header to compare the clocks, and if the list of the repository does not say
// which issues they belong to.
func TestResumeOfAnOddService(t *testing.T) {
	t.Parallel()
	target := regexp.MustCompile(`"target":\{[^}]*\}\}`)
	for name, test := range map[string]struct {
		skew time.Duration
		edit func(w http.ResponseWriter, body string) string
	}{
		"no Date, minutes behind": {-5 * time.Minute, func(w http.ResponseWriter, body string) string {
			w.Header()["Date"] = nil
			return body
		}},
		"no Date, minutes ahead": {5 * time.Minute, func(w http.ResponseWriter, body string) string {
			w.Header()["Date"] = nil
			return body
		}},
		"no issue":    {0, func(_ http.ResponseWriter, body string) string { return target.ReplaceAllString(body, `"target":{}`) }},
		"only its id": {0, func(_ http.ResponseWriter, body string) string { return strings.ReplaceAll(body, `"nubmer":`, `"n":`) }},
		"no totals": {0, func(w http.ResponseWriter, body string) string {
			delete(w.Header(), "total_page")
			return body
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := newHarbor()
				h.skew, h.edit = test.skew, test.edit
				c := h.pipe(t, nil)
				ping := gitcode.IssuesChange{Numbers: []int{9, 10, 11}, Comment: "Ping"}
				update(t, c, true, ping)
				time.Sleep(54 * time.Minute)
				update(t, c, true, ping)
				assert.Len(t, h.takeWrites(), 3)
			})
		})
	}
}

// TestResumeIgnoresTheCommentsOfOthers checks that only the own comments on the
// same issue count.
func TestResumeIgnoresTheCommentsOfOthers(t *testing.T) {
	t.Parallel()
	h := newHarbor()
	maria := h.client(t, func(cfg *gitcode.Config) { cfg.Token = sandbox.Token + "-maria" })
	update(t, maria, false, gitcode.IssuesChange{Numbers: []int{1, 2}, Comment: "Ping"})
	c := h.client(t, nil)
	update(t, c, false, gitcode.IssuesChange{Numbers: []int{3}, Comment: "Ping"})
	h.takeWrites()
	update(t, c, true, gitcode.IssuesChange{Numbers: []int{1, 2, 3}, Comment: "Ping"})
	assert.Equal(t, []string{`POST 1/comments {"body":"Ping"}`, `POST 2/comments {"body":"Ping"}`}, h.takeWrites())
}

// TestResumeUsesFewRequests reads the list of the repository, or those of the
// issues if that takes fewer requests.
func TestResumeUsesFewRequests(t *testing.T) {
	t.Parallel()
	h := newHarbor()
	c := h.client(t, nil)
	h.fill(t, 40)
	comments := func() int {
		n := 0
		for _, line := range h.reads {
			if strings.Contains(line, "comments?") {
				n++
			}
		}
		h.reads = nil
		return n
	}
	update(t, c, true, gitcode.IssuesChange{Numbers: upTo(40), Comment: "Ping"})
	assert.Equal(t, 1, comments())
	for n := range 360 { // the newest comments fill four pages
		h.do(t, http.MethodPost, "/repos/openharbor/portal/issues/7/comments", fmt.Sprintf(`{"body":"%d"}`, n), nil)
	}
	h.takeWrites()
	update(t, c, true, gitcode.IssuesChange{Numbers: upTo(40), Comment: "Ping"})
	assert.Equal(t, 4, comments())
	update(t, c, true, gitcode.IssuesChange{Numbers: []int{1, 2}, Comment: "Ping"})
	assert.Equal(t, 3, comments(), "the first page shows that there are four")
	assert.Empty(t, h.takeWrites())
}
