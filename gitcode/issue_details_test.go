package gitcode

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

func TestDetailsOfIssues(t *testing.T) {
	t.Parallel()
	repo := RepoRef{Owner: "o", Repo: "r"}
	page := func(perPage int, include ...string) *ListRepoIssuesParams {
		return &ListRepoIssuesParams{RepoRef: repo, Paging: Paging{PerPage: perPage}, Include: include}
	}
	for name, test := range map[string]struct {
		service  *talk
		params   *ListRepoIssuesParams
		requests []string // after the list of issues
	}{
		"nothing":                            {&talk{counts: repeat(9, 3)}, page(3, "body", "id"), nil},
		"no comments":                        {&talk{counts: repeat(0, 3)}, page(3, "comments"), nil},
		"one with comments":                  {&talk{counts: []int{0, 5, 0}}, page(3, "comments"), []string{"2/comments 1"}},
		"all fit on one page":                {&talk{counts: repeat(3, 30)}, page(30, "comments"), []string{"comments 1"}},
		"the list takes as many requests":    {&talk{counts: []int{100, 100}}, page(2, "comments"), []string{"1/comments 1", "2/comments 1"}},
		"the list takes one request less":    {&talk{counts: []int{60, 60, 60}}, page(3, "comments"), []string{"comments 1", "comments 2"}},
		"many comments on few issues":        {&talk{counts: []int{250, 250}}, page(2, "comments"), []string{"comments 1", "comments 2", "comments 3", "comments 4", "comments 5"}},
		"many comments on one":               {&talk{counts: []int{250}}, page(1, "comments"), []string{"1/comments 1", "1/comments 2", "1/comments 3"}},
		"others have many comments":          {&talk{counts: append(repeat(400, 2), 1, 1, 1)}, page(3, "comments"), []string{"comments 1", "3/comments 1", "4/comments 1", "5/comments 1"}},
		"issues that comments name by id":    {&talk{counts: repeat(3, 30), byID: true}, page(30, "comments"), []string{"comments 1"}},
		"comments that name no issue":        {&talk{counts: repeat(3, 3), nameless: true}, page(3, "comments"), []string{"comments 1", "1/comments 1", "2/comments 1", "3/comments 1"}},
		"numbers of comments are unknown":    {&talk{counts: []int{3, 0, 2}, claimed: map[int]string{1: "", 2: "", 3: ""}}, page(3, "comments"), []string{"comments 1"}},
		"a number of comments is too small":  {&talk{counts: []int{150}, claimed: map[int]string{1: `,"comments":1`}}, page(1, "comments"), []string{"1/comments 1", "1/comments 2"}},
		"without totals":                     {&talk{counts: repeat(3, 30), noTotals: true}, page(30, "comments"), []string{"comments 1"}},
		"everything":                         {&talk{counts: repeat(1, 2)}, page(2, "comments", "logs", "pull_requests"), []string{"comments 1", "1/pull_requests 1", "2/pull_requests 1", "issues/1/operate_logs 1", "issues/2/operate_logs 1"}},
		"a list that cannot be read":         {&talk{counts: repeat(1, 2), fail: func(path string, _ int) bool { return path == "r/issues/comments" }}, page(2, "comments"), []string{"comments 1", "1/comments 1", "2/comments 1"}},
		"a subset, and the total is known":   {&talk{counts: append(repeat(0, 50), repeat(2, 40)...)}, page(30, "comments"), []string{"comments 1"}},
		"a second page reads on only if new": {&talk{counts: append([]int{90}, append(repeat(1, 60), repeat(1, 60)...)...)}, page(60, "comments"), []string{"comments 1", "comments 2", "comments 3"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var steps []rest.Step
			ctx := rest.WithSteps(t.Context(), func(s rest.Step) { steps = append(steps, s) })
			got, err := testClient(t, test.service).ListRepoIssues(ctx, test.params)
			require.NoError(t, err)
			assert.Empty(t, got.Unread)
			assert.ElementsMatch(t, test.requests, test.service.requests[1:])
			for _, issue := range got.Items {
				d := issue.Details
				assert.Empty(t, d.Unread)
				if test.params.Include.Has("logs") {
					assert.Equal(t, Text(fmt.Sprintf("log of %d", issue.Number)), d.Logs[0].Content)
				}
				if test.params.Include.Has("pull_requests") {
					assert.Equal(t, issue.Number, d.PullRequests[0].Number)
				}
			}
			if test.params.Include.Has("comments") {
				test.service.check(t, got)
			}
			for _, issue := range got.Items {
				assert.Equal(t, test.params.Include.Has("body"), issue.Body != "", "a body is held only if it is included")
			}
			for i, s := range steps {
				assert.Equal(t, i+1, s.Done)
				assert.LessOrEqual(t, s.Done, s.Total)
				assert.GreaterOrEqual(t, s.Total, steps[max(i-1, 0)].Total, "a total never goes back")
			}
			if len(steps) > 0 {
				assert.Equal(t, steps[len(steps)-1].Done, steps[len(steps)-1].Total)
			}
		})
	}
}

// TestCommentsTakeNoMoreRequestsThanTheCheaperWay checks generated repositories:
// every comment arrives, and at most one request is more than the cheaper way.
func TestCommentsTakeNoMoreRequestsThanTheCheaperWay(t *testing.T) {
	t.Parallel()
	extra := 0
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 9))
		s := &talk{counts: make([]int, 1+r.IntN(120))}
		for i := range s.counts {
			if r.IntN(3) > 0 {
				s.counts[i] = r.IntN([]int{3, 10, 60, 250}[r.IntN(4)])
			}
		}
		shown := 1 + r.IntN(min(len(s.counts), 100))
		got, err := testClient(t, s).ListRepoIssues(t.Context(), &ListRepoIssuesParams{RepoRef: RepoRef{Owner: "o", Repo: "r"}, Paging: Paging{PerPage: shown}, Include: Include{"comments"}})
		require.NoError(t, err)
		s.check(t, got)
		all, alone, some := 0, 0, false
		for i, count := range s.counts {
			all += count
			if i >= len(s.counts)-shown && count > 0 {
				alone, some = alone+pages(count), true
			}
		}
		cheaper := alone
		if some {
			cheaper = min(alone, pages(all))
		}
		requests := len(s.requests) - 1
		assert.LessOrEqual(t, requests, cheaper+1, "seed %d: %d of %v", seed, shown, s.counts)
		if requests > cheaper {
			extra++
		}
	}
	t.Logf("one more request than the cheaper way: %d of 60", extra)
	assert.Less(t, extra, 30)
}

// TestManyCommentsOfOneIssue checks that the comments of an issue that are not read
// in any case do not count.
func TestManyCommentsOfOneIssue(t *testing.T) {
	t.Parallel()
	s := &talk{counts: append(repeat(1, 19), 10_000)}
	_, err := testClient(t, s).ListRepoIssues(t.Context(), &ListRepoIssuesParams{RepoRef: RepoRef{Owner: "o", Repo: "r"}, Paging: Paging{PerPage: 20}, Include: Include{"comments"}})
	require.NoError(t, err)
	assert.LessOrEqual(t, len(s.requests), 1+1+maxCommentPages+19, "the list, a page of all comments, and each issue")
}

// TestCommentsThatTheListLacks checks that the comments of issues are read one by
// one if the repository's list has none of them, and that those which do not
// arrive are reported.
func TestCommentsThatTheListLacks(t *testing.T) {
	t.Parallel()
	repo := RepoRef{Owner: "o", Repo: "r"}
	list := ListRepoIssuesParams{RepoRef: repo, Paging: Paging{PerPage: 20}, Include: Include{"comments"}}
	for _, lost := range []string{"old", "empty", "other"} {
		s := &talk{counts: repeat(3, 20), lost: lost}
		got, err := testClient(t, s).ListRepoIssues(t.Context(), &list)
		require.NoError(t, err)
		assert.Len(t, s.requests, 1+1+20, lost)
		s.check(t, got)
	}

	s := &talk{counts: []int{3, 0, 1, 2}, claimed: map[int]string{1: `,"comments":9`, 2: `,"comments":3`, 3: `,"comments":1`}}
	got, err := testClient(t, s).ListRepoIssues(t.Context(), &list)
	require.NoError(t, err)
	assert.Equal(t, []string{"comments 1", "2/comments 1"}, s.requests[1:], "only the one without any is read by itself")
	for i, want := range []struct {
		comments int
		read     bool
		unread   string
	}{{2, true, ""}, {1, true, ""}, {0, false, "GitCode returned 0 of 3 comments"}, {3, true, "GitCode returned 3 of 9 comments"}} {
		d := got.Items[i].Details
		assert.Len(t, d.Comments, want.comments)
		assert.Equal(t, want.read, d.CommentsRead)
		if want.unread == "" {
			assert.Empty(t, d.Unread)
		} else if assert.Len(t, d.Unread, 1) {
			assert.EqualError(t, d.Unread[0].Err, want.unread)
		}
	}
}

// TestTotalsAreRemembered checks that a later call knows that the list of all
// comments is the dearer way, until the total is too old.
func TestTotalsAreRemembered(t *testing.T) {
	t.Parallel()
	s := &talk{counts: append(repeat(400, 2), 1, 1, 1)}
	c := testClient(t, s)
	read := func() int {
		before := len(s.requests)
		_, err := c.ListRepoIssues(t.Context(), &ListRepoIssuesParams{RepoRef: RepoRef{Owner: "o", Repo: "r"}, Paging: Paging{PerPage: 3}, Include: Include{"comments"}})
		require.NoError(t, err)
		return len(s.requests) - before
	}
	assert.Equal(t, 1+1+3, read())
	assert.Equal(t, 1+3, read())

	synctest.Test(t, func(t *testing.T) {
		ctx, repo, day := t.Context(), RepoRef{Owner: "o", Repo: "r"}, func(n int) time.Time { return talkStart.AddDate(0, 0, n) }
		assert.Equal(t, 0, c.knownComments(ctx, RepoRef{Owner: "o", Repo: "other"}, time.Time{}))
		c.rememberComments(ctx, repo, day(2), 500)
		assert.Equal(t, 500, c.knownComments(ctx, repo, day(1)))
		assert.Equal(t, 500, c.knownComments(ctx, RepoRef{Owner: "O", Repo: "R"}, time.Time{}), "all comments are at least as many")
		assert.Equal(t, 0, c.knownComments(ctx, repo, day(3)), "fewer may be newer")
		assert.Equal(t, 0, c.knownComments(c.WithToken(ctx, "another"), repo, day(1)))
		time.Sleep(cacheTime + time.Second)
		assert.Equal(t, 0, c.knownComments(ctx, repo, day(1)))
	})
}

func TestDetailsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	repo := RepoRef{Owner: "o", Repo: "r"}
	for name, test := range map[string]struct {
		counts  []int
		fail    func(path string, page int) bool
		include Include
		unread  map[string][]int // the issues of each part and class
		read    int              // comments in all
	}{
		"comments of one issue": {[]int{150, 150}, func(path string, _ int) bool { return path == "r/issues/2/comments" || path == "r/issues/comments" }, Include{"comments"}, map[string][]int{"comments forbidden": {2}}, 150},
		"a page of an issue":    {[]int{150}, func(_ string, page int) bool { return page == 2 }, Include{"comments"}, map[string][]int{"comments forbidden": {1}}, 100},
		"a page of the list":    {[]int{150, 1, 1}, func(path string, page int) bool { return path == "r/issues/comments" && page == 2 }, Include{"comments"}, map[string][]int{"comments forbidden": {3, 2, 1}}, 100},
		"logs and pull requests": {[]int{0, 0, 0}, func(path string, _ int) bool {
			return strings.HasSuffix(path, "s/2/operate_logs") || strings.HasSuffix(path, "/pull_requests")
		},
			Include{"logs", "pull_requests"}, map[string][]int{"logs forbidden": {2}, "pull_requests forbidden": {3, 2, 1}}, 0},
		"too many comments": {[]int{1050}, nil, Include{"comments"}, map[string][]int{"comments ": {1}}, 1000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &talk{counts: test.counts, fail: test.fail}
			got, err := testClient(t, s).ListRepoIssues(t.Context(), &ListRepoIssuesParams{RepoRef: repo, Paging: Paging{PerPage: 100}, Include: test.include})
			require.NoError(t, err)
			unread := map[string][]int{}
			read := 0
			for _, issue := range got.Items {
				for _, u := range issue.Details.Unread {
					key := fmt.Sprint(u.Part, " ", rest.ErrorClass(u.Err))
					unread[key] = append(unread[key], int(issue.Number))
				}
				read += len(issue.Details.Comments)
			}
			assert.Equal(t, test.unread, unread)
			assert.Equal(t, test.read, read)
		})
	}
}

// TestCommentsOfAServiceThatIsWrong checks that a service which announces more
// than it has, or fails, is not asked for much more than there is.
func TestCommentsOfAServiceThatIsWrong(t *testing.T) {
	t.Parallel()
	const huge = "9223372036854775807"
	for name, test := range map[string]struct {
		service  *talk
		requests int // after the list of issues, at most
	}{
		"a huge total":                    {&talk{counts: repeat(2, 3), total: huge}, 4},
		"a huge number of comments":       {&talk{counts: repeat(2, 3), claimed: map[int]string{1: `,"comments":` + huge, 2: `,"comments":` + huge}}, 3},
		"both":                            {&talk{counts: repeat(2, 3), claimed: map[int]string{1: `,"comments":` + huge}, total: huge}, 1 + 1 + 2*2},
		"pages that repeat":               {&talk{counts: repeat(200, 3), total: "5000", repeats: true}, 1 + 3*2},
		"comments that name no issue":     {&talk{counts: repeat(150, 20), nameless: true}, 1 + 20*2},
		"a list whose further pages fail": {&talk{counts: repeat(60, 100), fail: func(path string, page int) bool { return path == "r/issues/comments" && page > 1 }}, 1 + rest.MaxInFlight},
		"fewer comments than announced":   {&talk{counts: append(repeat(1, 3), 5000), total: "300", repeats: true}, 1 + 4*2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := testClient(t, test.service).ListRepoIssues(t.Context(), &ListRepoIssuesParams{
				RepoRef: RepoRef{Owner: "o", Repo: "r"}, Paging: Paging{PerPage: 100}, Include: Include{"comments"}})
			require.NoError(t, err)
			assert.LessOrEqual(t, len(test.service.requests)-1, test.requests)
		})
	}
}

func TestIssuesWithNumbers(t *testing.T) {
	t.Parallel()
	params := func(numbers ...int) *ListRepoIssuesParams {
		return &ListRepoIssuesParams{RepoRef: RepoRef{Owner: "o", Repo: "r"}, Numbers: append([]int{}, numbers...)}
	}
	c := testClient(t, &numbered{newest: 20, lost: setOf(5, 6)})
	var done []int
	p := params(7, 3, 5, 7, 20, 6)
	p.Include = Include{"logs"}
	got, err := c.ListRepoIssues(rest.WithSteps(t.Context(), func(s rest.Step) { done = append(done, s.Done) }), p)
	require.NoError(t, err)
	assert.Equal(t, []int{3, 4, 5, 6, 7, 8}, done, "the progress goes on: five numbers, three logs")
	var numbers []int
	for _, issue := range got.Items {
		numbers = append(numbers, int(issue.Number))
	}
	assert.Equal(t, []int{7, 3, 20}, numbers, "in the order given, each once")
	require.Len(t, got.Unread, 2)
	assert.Equal(t, []int{5, 6}, []int{got.Unread[0].Number, got.Unread[1].Number})
	assert.ErrorContains(t, got.Unread[0].Err, "Issue Not Found")

	_, err = c.ListRepoIssues(t.Context(), params(6, 5))
	assert.Equal(t, rest.NotFound, rest.ErrorClass(err), "it fails if no issue can be read")
	assert.ErrorContains(t, err, "issue 6: ")

	filtered := params(1)
	filtered.State, filtered.PerPage, filtered.Labels = "open", 5, Labels{"bug"}
	for want, p := range map[string]*ListRepoIssuesParams{
		"cannot be combined with labels, per_page, state": filtered,
		"numbers must have 1 to 200 elements, not 0":      params(),
		"numbers must have 1 to 200 elements, not 201":    params(numbersFrom(1, 201)...),
		"numbers must be at least 1, not -3":              params(2, -3),
		`include must not contain "bodies"`:               {Include: Include{"body", "bodies"}},
	} {
		_, err := testClient(t, nil).ListRepoIssues(t.Context(), p)
		assert.ErrorContains(t, err, want)
		assert.ErrorContains(t, err, "not sent: ")
	}
}

func TestGetIssue(t *testing.T) {
	t.Parallel()
	s := &talk{counts: []int{0, 3}}
	c := testClient(t, s)
	get := func(number, offset int, include ...string) (*Issue, error) {
		return c.GetIssue(t.Context(), &GetIssueParams{IssueRef: IssueRef{RepoRef: RepoRef{Owner: "o", Repo: "r"}, Number: number}, Offset: offset, Include: include})
	}
	issue, err := get(2, 4, "body", "comments", "logs", "pull_requests")
	require.NoError(t, err)
	assert.Equal(t, Text("456789"), issue.Body)
	assert.Len(t, issue.Details.Comments, 3)
	assert.Len(t, issue.Details.Logs, 1)
	assert.Len(t, issue.Details.PullRequests, 1)
	assert.Len(t, s.requests, 4)
	issue, err = get(1, 0, "comments")
	require.NoError(t, err)
	assert.True(t, issue.Details.CommentsRead)
	assert.Len(t, s.requests, 5, "an issue without comments takes no request for them")
	for offset, want := range map[int]string{10: "offset 10 is past the end: the body has 10 characters", 99: "has 10 characters", -1: "offset must be at least 0"} {
		_, err := get(1, offset)
		assert.ErrorContains(t, err, want)
		assert.Equal(t, rest.Invalid, rest.ErrorClass(err))
	}
	_, err = get(1, 0, "everything")
	assert.ErrorContains(t, err, `include must not contain "everything"; it takes body, comments`)
}
