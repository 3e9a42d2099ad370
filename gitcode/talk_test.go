package gitcode

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// talk is a repository whose issues have comments. Its issue n has counts[n-1]
// of them, and the comments of all issues take turns. It records the requests.
type talk struct {
	counts   []int
	claimed  map[int]string // numbers of comments that issues are said to have
	nameless bool           // the comments do not name their issue
	byID     bool           // they name its id only
	lost     string         // why the list lacks the comments: old, empty or other
	noTotals bool
	total    string // the number of rows that every list is said to have
	repeats  bool   // every page is the first one
	fail     func(path string, page int) bool

	mu       sync.Mutex
	requests []string
}

var talkStart = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func (s *talk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	path, query := strings.TrimPrefix(r.URL.Path, "/repos/o/"), r.URL.Query()
	page, size := 1, 20
	fmt.Sscan(query.Get("page"), &page)
	fmt.Sscan(query.Get("per_page"), &size)
	s.requests = append(s.requests, strings.TrimPrefix(fmt.Sprintf("%s %d", path, page), "r/issues/"))
	if s.fail != nil && s.fail(path, page) {
		http.Error(w, `{"error_code":403,"error_message":"403 Forbidden"}`, http.StatusForbidden)
		return
	}
	var rows []func() string
	since, _ := time.Parse(time.RFC3339, query.Get("since"))
	parts := strings.Split(path, "/")
	number, _ := strconv.Atoi(parts[max(len(parts)-2, 0)])
	switch {
	case path == "r/issues":
		for n := len(s.counts); n > 0; n-- {
			rows = append(rows, func() string { return s.issue(n) })
		}
	case path == "r/issues/comments":
		rows = s.comments(0, since)
		slices.Reverse(rows)
		if s.lost == "empty" {
			rows = nil
		}
	case parts[len(parts)-1] == "comments":
		rows = s.comments(number, since)
		if query.Get("order") == "desc" {
			slices.Reverse(rows)
		}
	case strings.HasSuffix(path, "/pull_requests"):
		fmt.Fprintf(w, `[{"id":1,"number":%d,"title":"fix"}]`, number)
		return
	case strings.HasSuffix(path, "/operate_logs"):
		fmt.Fprintf(w, `[{"id":1,"content":"log of %d"}]`, number)
		return
	default:
		n, _ := strconv.Atoi(parts[2])
		fmt.Fprint(w, s.issue(n))
		return
	}
	if !s.noTotals {
		w.Header()["total_count"] = []string{strconv.Itoa(len(rows))}
	}
	if s.total != "" {
		w.Header()["total_count"] = []string{s.total}
	}
	if s.repeats {
		page = 1
	}
	start := min((page-1)*size, len(rows))
	var texts []string
	for _, row := range rows[start:min(start+size, len(rows))] {
		texts = append(texts, row())
	}
	fmt.Fprint(w, "["+strings.Join(texts, ",")+"]")
}

func (s *talk) issue(n int) string {
	count := fmt.Sprintf(`,"comments":%d`, s.counts[n-1])
	if claimed, ok := s.claimed[n]; ok {
		count = claimed
	}
	return fmt.Sprintf(`{"id":%d,"number":"%d","title":"t%d","body":"0123456789","created_at":%q%s}`, 1000+n, n, n, talkStart.Add(time.Duration(n)*time.Hour).Format(time.RFC3339), count)
}

// comments returns the comments of an issue, or of all issues if it is 0, the
// oldest first. Comment 5 of issue 3 has the id 30005.
func (s *talk) comments(number int, since time.Time) []func() string {
	var rows []func() string
	for k := range slices.Max(append(s.counts, 0)) {
		for i, count := range s.counts {
			if k >= count || number != 0 && number != i+1 {
				continue
			}
			at := talkStart.Add(time.Duration(1000+k)*time.Hour + time.Duration(i)*time.Second)
			if s.lost == "old" {
				at = at.AddDate(-1, 0, 0)
			}
			if at.Before(since) {
				continue
			}
			rows = append(rows, func() string {
				target := fmt.Sprintf(`,"target":{"issue":{"id":%d,"nubmer":%d}}`, 1001+i, i+1)
				if s.nameless {
					target = ""
				} else if s.lost == "other" {
					target = `,"target":{"issue":{"id":5,"number":999}}`
				} else if s.byID {
					target = fmt.Sprintf(`,"target":{"issue":{"id":%d,"number":%d}}`, 1001+i, 1001+i)
				}
				return fmt.Sprintf(`{"id":%d,"body":"c","created_at":%q%s}`, (i+1)*10_000+k+1, at.Format(time.RFC3339), target)
			})
		}
	}
	return rows
}

// check checks that each issue has all its comments in order.
func (s *talk) check(t *testing.T, got *IssuePage) {
	t.Helper()
	for _, issue := range got.Items {
		n := int(issue.Number)
		var want, ids []int
		for k := range s.counts[n-1] {
			want = append(want, n*10_000+k+1)
		}
		for _, c := range issue.Details.Comments {
			ids = append(ids, int(c.ID))
		}
		assert.Equal(t, want, ids, "comments of #%d", n)
		assert.True(t, issue.Details.CommentsRead)
	}
}

func repeat(count, n int) []int { return slices.Repeat([]int{count}, n) }
