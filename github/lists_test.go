package github_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// TestQueries checks the requests of the lists: documented names, and nothing that
// GitHub does not know.
func TestQueries(t *testing.T) {
	t.Parallel()
	all := github.Listing{
		State: "all", Labels: github.Labels{"bug", "需求 a"}, Sort: "updated", Direction: "asc", Since: "2026-01-01T00:00:00Z",
		IssuesOnly: true, Accept: "full", Include: github.Include{"body"}, Fields: []string{"number"}, Paging: github.Paging{Page: 2, PerPage: 5},
	}
	const query = "?direction=asc&labels=bug%2C%E9%9C%80%E6%B1%82+a&page=2&per_page=5&since=2026-01-01T00%3A00%3A00Z&sort=updated&state=all"
	const milestones = "GET /repos/o/r/milestones?direction=desc&per_page=100&state=all"
	inRepo := func(milestone string) func(c *github.Client) error {
		return func(c *github.Client) error {
			_, err := c.ListRepoIssues(t.Context(), &github.ListRepoIssuesParams{RepoRef: repo, Milestone: milestone})
			return err
		}
	}
	for name, test := range map[string]struct {
		list     func(c *github.Client) error
		response string // to each request
		requests []string
	}{
		"my issues": {func(c *github.Client) error {
			_, err := c.ListMyIssues(t.Context(), &github.ListMyIssuesParams{Filter: "repos", Listing: all, Collab: true, Orgs: true, Owned: true, Pulls: true})
			return err
		}, "200 []", []string{"GET /issues?collab=true&direction=asc&filter=repos&labels=bug%2C%E9%9C%80%E6%B1%82+a&orgs=true&owned=true&page=2&per_page=5&pulls=true&since=2026-01-01T00%3A00%3A00Z&sort=updated&state=all"}},
		"issues of an organization": {func(c *github.Client) error {
			_, err := c.ListOrgIssues(t.Context(), &github.ListOrgIssuesParams{Org: "a/b", Listing: all, Type: "Bug"})
			return err
		}, "200 []", []string{"GET /orgs/a%2Fb/issues" + query + "&type=Bug"}},
		"issues of the account": {func(c *github.Client) error {
			_, err := c.ListAccountIssues(t.Context(), &github.ListAccountIssuesParams{Listing: all})
			return err
		}, "200 []", []string{"GET /user/issues" + query}},
		"issues of a repository": {func(c *github.Client) error {
			_, err := c.ListRepoIssues(t.Context(), &github.ListRepoIssuesParams{RepoRef: repo, Milestone: "3", Assignee: "none", Creator: "@ann", Mentioned: " bob", Type: "*"})
			return err
		}, "200 []", []string{"GET /repos/o/r/issues?assignee=none&creator=ann&mentioned=bob&milestone=3&type=%2A"}},
		"nothing is asked for": {inRepo(""), "200 []", []string{"GET /repos/o/r/issues"}},
		"any milestone":        {inRepo("*"), "200 []", []string{"GET /repos/o/r/issues?milestone=%2A"}},
		"no milestone":         {inRepo("none"), "200 []", []string{"GET /repos/o/r/issues?milestone=none"}},
		"a milestone's title":  {inRepo("V1"), `200 [{"id":1,"number":1,"title":"v10"},{"id":2,"number":2,"title":"v1"}]`, []string{milestones, "GET /repos/o/r/issues?milestone=2"}},
		"the very title":       {inRepo("V1"), `200 [{"number":1,"title":"v1"},{"number":2,"title":"V1"}]`, []string{milestones, "GET /repos/o/r/issues?milestone=2"}},
		"assignees": {func(c *github.Client) error {
			_, err := c.ListAssignees(t.Context(), &github.ListAssigneesParams{RepoRef: repo, Paging: github.Paging{Limit: 50}})
			return err
		}, "200 []", []string{"GET /repos/o/r/assignees?per_page=50"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{test.response}}
			require.NoError(t, test.list(newClient(t, s)))
			assert.Equal(t, test.requests, s.requests)
		})
	}
}

func TestUnknownMilestones(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ milestone, response, err string }{
		"close ones":        {"v1", `200 [{"number":1,"title":"v1.0"},{"number":2,"title":"next"}]`, `not sent: there is no milestone "v1" in o/r; did you mean "v1.0"?`},
		"others":            {"2.x", `200 [{"number":1,"title":"alpha"},{"number":2,"title":"beta"}]`, `not sent: there is no milestone "2.x" in o/r; it has "alpha" and "beta"`},
		"none":              {"v1", "200 []", `not sent: there is no milestone "v1" in o/r; it has none`},
		"two in other case": {"v1", `200 [{"number":1,"title":"V1"},{"number":2,"title":"V1"}]`, `not sent: 2 milestones have the title "v1" in another case; pass the number of one, such as 1`},
		"an error":          {"v1", "404 ", "GET /repos/{owner}/{repo}/milestones returned 404 Not Found"},
		"number 0":          {"0", "500 ", "not sent: the milestone's number must be at least 1 and at most 2147483647"},
		"blank":             {" ", "500 ", "not sent: the milestone's number must be at least 1 and at most 2147483647"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := newClient(t, &service{responses: []string{test.response}}).ListRepoIssues(t.Context(), &github.ListRepoIssuesParams{RepoRef: repo, Milestone: test.milestone})
			assert.EqualError(t, err, test.err)
		})
	}
}

// TestUnknownLabelsOfLists checks that the first page of an empty list names the
// labels that do not exist, and that nothing else reads them.
func TestUnknownLabelsOfLists(t *testing.T) {
	t.Parallel()
	const list, labels = "GET /repos/o/r/issues?labels=", `200 [{"name":"Bug"},{"name":"ui"}]`
	for name, test := range map[string]struct {
		labels    github.Labels
		paging    github.Paging
		responses []string
		requests  []string
		err       string
	}{
		"unknown":                {github.Labels{"bug", "uii"}, github.Paging{}, []string{"200 []", labels}, []string{list + "bug%2Cuii", readLabels}, `GET /repos/{owner}/{repo}/issues: there is no label "uii" in o/r; did you mean "ui"?`},
		"known":                  {github.Labels{"bug", " UI"}, github.Paging{}, []string{"200 []", labels}, []string{list + "bug%2C+UI", readLabels}, ""},
		"two in one":             {github.Labels{"bug,ui"}, github.Paging{}, []string{"200 []", labels}, []string{list + "bug%2Cui", readLabels}, ""},
		"labels cannot be read":  {github.Labels{"uii"}, github.Paging{}, []string{"200 []", "403 "}, []string{list + "uii", readLabels}, ""},
		"a row":                  {github.Labels{"uii"}, github.Paging{}, []string{`200 [{"id":70,"number":7}]`}, []string{list + "uii"}, ""},
		"a row without a number": {github.Labels{"uii"}, github.Paging{}, []string{`200 [{}]`}, []string{list + "uii"}, ""},
		"a later page":           {github.Labels{"uii"}, github.Paging{Page: 2}, []string{"200 []"}, []string{list + "uii&page=2"}, ""},
		"no labels":              {nil, github.Paging{}, []string{"200 []"}, []string{"GET /repos/o/r/issues"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: test.responses}
			_, err := newClient(t, s).ListRepoIssues(t.Context(), &github.ListRepoIssuesParams{RepoRef: repo, Listing: github.Listing{Labels: test.labels, Paging: test.paging}})
			assert.Equal(t, test.requests, s.requests)
			if test.err != "" {
				assert.EqualError(t, err, test.err)
				assert.Equal(t, rest.Invalid, rest.ErrorClass(err))
			} else {
				assert.NoError(t, err)
			}
		})
	}
}

// TestMilestonesThatCannotBeRead checks that a title is not called unknown if it may
// be among milestones that could not be read.
func TestMilestonesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	s := &service{responses: []string{`200 [{"number":1,"title":"v1"}]`, "403 "}, header: http.Header{"Link": {`<?page=2>; rel="next"`}}}
	_, err := newClient(t, s).ListRepoIssues(t.Context(), &github.ListRepoIssuesParams{RepoRef: repo, Milestone: "v2"})
	require.EqualError(t, err, "GET /repos/{owner}/{repo}/milestones returned 403 Forbidden")
	assert.Len(t, s.requests, 2)
}

// TestMediaTypes checks the Accept header, and that rows have bodies only if these
// were asked for.
func TestMediaTypes(t *testing.T) {
	t.Parallel()
	const bodies = `"body":"b","body_text":"t","body_html":"h"`
	for name, test := range map[string]struct {
		listing github.Listing
		accept  string
		bodies  bool
	}{
		"default":         {github.Listing{}, "application/vnd.github+json", false},
		"included bodies": {github.Listing{Include: github.Include{"body"}}, "application/vnd.github+json", true},
		"body as a field": {github.Listing{Fields: []string{"number", "body"}}, "application/vnd.github+json", true},
		"raw":             {github.Listing{Accept: "raw"}, "application/vnd.github.raw+json", true},
		"text":            {github.Listing{Accept: "text"}, "application/vnd.github.text+json", true},
		"html":            {github.Listing{Accept: "html"}, "application/vnd.github.html+json", true},
		"full":            {github.Listing{Accept: "full"}, "application/vnd.github.full+json", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{`200 [{"id":70,"number":7,` + bodies + `}]`, `200 {"id":70,"number":7,` + bodies + `}`}}
			c := newClient(t, s)
			page, err := c.ListRepoIssues(t.Context(), &github.ListRepoIssuesParams{RepoRef: repo, Listing: test.listing})
			require.NoError(t, err)
			issue, err := c.GetIssue(t.Context(), &github.GetIssueParams{IssueRef: ref, Accept: test.listing.Accept})
			require.NoError(t, err)
			assert.Equal(t, test.accept, s.headers[0].Get("Accept"))
			assert.Equal(t, test.accept, s.headers[1].Get("Accept"))
			texts := func(i *github.Issue) string { return fmt.Sprint(i.Body, i.BodyText, i.BodyHTML) }
			assert.Equal(t, "bth", texts(issue))
			assert.Equal(t, test.bodies, texts(page.Items[0]) == "bth")
			assert.Equal(t, !test.bodies, texts(page.Items[0]) == "")
		})
	}
	_, err := newClient(t, &service{}).GetIssue(t.Context(), &github.GetIssueParams{IssueRef: ref, Accept: "pdf"})
	require.EqualError(t, err, `not sent: accept must be raw, text, html or full, not "pdf"`)
}

func TestRowFields(t *testing.T) {
	t.Parallel()
	assert.Nil(t, (&github.Listing{Include: github.Include{"body"}}).RowFields())
	assert.Equal(t, []string{"number", "url"}, (&github.Listing{Fields: []string{"number"}, Include: github.Include{"url"}}).RowFields())
	title := github.Listing{Fields: []string{"title"}}
	assert.Equal(t, []string{"title"}, (&github.ListRepoIssuesParams{Listing: title}).RowFields())
	assert.Equal(t, []string{"title", "repo"}, (&github.ListMyIssuesParams{Listing: title}).RowFields())
	assert.Equal(t, []string{"title", "repo"}, (&github.ListOrgIssuesParams{Listing: title}).RowFields())
	assert.Equal(t, []string{"title", "repo"}, (&github.ListAccountIssuesParams{Listing: title}).RowFields())
	assert.Nil(t, (&github.ListMyIssuesParams{}).RowFields())
	assert.Equal(t, []string{"number", "body", "body_text", "body_html"}, (&github.Listing{Fields: []string{"number", "body"}}).RowFields())
}

// forum is a repository with issues and pull requests, with pages and a Link
// header, and with comments on issues.
type forum struct {
	issues   int            // of which every third is a pull request
	comments map[int]int    // of issues
	failing  map[int]string // issues whose comments cannot be read

	mu       sync.Mutex
	requests []string
}

func (f *forum) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.requests = append(f.requests, strings.TrimPrefix(r.URL.RequestURI(), "/repos/o/r/issues"))
	f.mu.Unlock()
	page, size, number := 1, 30, 0
	fmt.Sscan(r.URL.Query().Get("page"), &page)
	fmt.Sscan(r.URL.Query().Get("per_page"), &size)
	rows := f.issues
	row := func(n int) string {
		pull := ""
		if n%3 == 0 {
			pull = `,"pull_request":{"merged_at":null}`
		}
		return fmt.Sprintf(`{"id":%d,"number":%d,"comments":%d,"body":"b"%s}`, 1000+n, n, f.comments[n], pull)
	}
	if _, err := fmt.Sscanf(r.URL.Path, "/repos/o/r/issues/%d/comments", &number); err == nil {
		if f.failing[number] != "" {
			http.Error(w, f.failing[number], http.StatusForbidden)
			return
		}
		rows = f.comments[number]
		row = func(n int) string { return fmt.Sprintf(`{"id":%d,"body":"c"}`, number*10_000+n) }
	}
	var texts []string
	for n := (page-1)*size + 1; n <= min(page*size, rows); n++ {
		texts = append(texts, row(n))
	}
	if last := (rows + size - 1) / size; page < last {
		w.Header().Set("Link", fmt.Sprintf(`<https://github.test/repositories/1/issues?page=%d>; rel="next", <https://github.test/repositories/1/issues?page=%d>; rel="last"`, page+1, last))
	}
	fmt.Fprint(w, "["+strings.Join(texts, ",")+"]")
}

// TestLimits checks that a limit takes several pages, and yields as many issues
// without pull requests.
func TestLimits(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		listing github.Listing
		last    int // number of the last row
		rows    int
		next    rest.PageNumber
		pages   int // requests
	}{
		"a page":                 {github.Listing{}, 30, 30, 2, 1},
		"a page of issues":       {github.Listing{IssuesOnly: true}, 29, 20, 2, 1},
		"a limit":                {github.Listing{Paging: github.Paging{Limit: 150}}, 150, 150, 6, 2},
		"a limit of issues":      {github.Listing{IssuesOnly: true, Paging: github.Paging{Limit: 150}}, 224, 150, 8.15, 3},
		"all":                    {github.Listing{Paging: github.Paging{Limit: 1000}}, 400, 400, 0, 4},
		"all issues":             {github.Listing{IssuesOnly: true, Paging: github.Paging{Limit: 1000}}, 400, 267, 0, 4},
		"few issues":             {github.Listing{IssuesOnly: true, Paging: github.Paging{Limit: 5}}, 7, 5, 1.07, 1},
		"the last page":          {github.Listing{Paging: github.Paging{Page: 14}}, 400, 10, 0, 1},
		"the rest, by that page": {github.Listing{IssuesOnly: true, Paging: github.Paging{Limit: 1000, Page: 8.15}}, 400, 117, 0, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &forum{issues: 400}
			page, err := newClient(t, f).ListRepoIssues(t.Context(), &github.ListRepoIssuesParams{RepoRef: repo, Listing: test.listing})
			require.NoError(t, err)
			require.NoError(t, page.Err)
			assert.Len(t, page.Items, test.rows)
			assert.Len(t, f.requests, test.pages)
			assert.EqualValues(t, test.last, page.Items[len(page.Items)-1].Number)
			assert.InDelta(t, float64(test.next), float64(page.Next), 0.001)
			for _, issue := range page.Items {
				assert.False(t, test.listing.IssuesOnly && issue.IsPullRequest())
			}
		})
	}
}

// TestComments checks that rows get the comments they have, with progress, and that
// comments that cannot be read cost nothing else.
func TestComments(t *testing.T) {
	t.Parallel()
	f := &forum{issues: 6, comments: map[int]int{1: 250, 2: 1, 4: 3, 5: 1001}, failing: map[int]string{4: `{"message":"blocked"}`}}
	c := newClient(t, f)
	var steps, total atomic.Int64
	ctx := rest.WithSteps(t.Context(), func(s rest.Step) {
		steps.Add(1)
		total.Store(int64(s.Total))
	})
	page, err := c.ListRepoIssues(ctx, &github.ListRepoIssuesParams{RepoRef: repo, Listing: github.Listing{Include: github.Include{"comments"}, Paging: github.Paging{Limit: 10}}})
	require.NoError(t, err)
	require.Len(t, page.Items, 6)
	for i, want := range []int{250, 1, 0, 0, 1000, 0} {
		d := page.Items[i].Details
		require.NotNil(t, d)
		assert.Len(t, d.Comments, want)
		for k, comment := range d.Comments {
			assert.EqualValues(t, (i+1)*10_000+k+1, comment.ID)
		}
	}
	require.NoError(t, page.Items[0].Details.Err)
	require.EqualError(t, page.Items[3].Details.Err, "GET /repos/{owner}/{repo}/issues/{issue_number}/comments returned 403: blocked")
	require.EqualError(t, page.Items[4].Details.Err, "only the first 1000 were read")
	assert.EqualValues(t, 5, steps.Load(), "the list and four issues")
	assert.EqualValues(t, 5, total.Load())
	assert.NotContains(t, strings.Join(f.requests, " "), "/3/comments")
	assert.NotContains(t, strings.Join(f.requests, " "), "page=11")

	page, err = c.ListRepoIssues(t.Context(), &github.ListRepoIssuesParams{RepoRef: repo})
	require.NoError(t, err)
	assert.Nil(t, page.Items[0].Details)
}

// TestCommentsAcrossRepositories checks that the comments of each issue are read
// where it is.
func TestCommentsAcrossRepositories(t *testing.T) {
	t.Parallel()
	s := &service{responses: []string{
		`200 [{"id":1,"number":5,"comments":1,"repository":{"full_name":"a/b"}},{"id":2,"number":6,"comments":1},{"id":3,"number":7,"comments":0}]`,
		`200 [{"id":9,"body":"c"}]`,
	}}
	page, err := newClient(t, s).ListMyIssues(t.Context(), &github.ListMyIssuesParams{Listing: github.Listing{Include: github.Include{"comments"}}})
	require.NoError(t, err)
	assert.Equal(t, []string{"GET /issues", "GET /repos/a/b/issues/5/comments?per_page=100"}, s.requests)
	assert.Len(t, page.Items[0].Details.Comments, 1)
	require.EqualError(t, page.Items[1].Details.Err, "the response does not show the issue's repository and number")
	assert.NoError(t, page.Items[2].Details.Err)
}
