package gitlab_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// allFilters has a value for each member.
var allFilters = gitlab.Filters{
	AssigneeUsername: []string{"ann", "@bob"}, AuthorUsername: " @eve", Confidential: new(false),
	CreatedAfter: "2026-01-01T00:00:00Z", CreatedBefore: "2026-01-02T00:00:00Z", UpdatedAfter: "2026-01-03T00:00:00Z", UpdatedBefore: "2026-01-04T00:00:00Z",
	DueDate: "0", EpicID: "None", IIDs: []int{42, 43}, IssueType: "incident", IterationTitle: "i", Labels: gitlab.Labels{"bug", "需求 a"}, Milestone: "v1 & v2",
	MyReactionEmoji: "star", OrderBy: "due_date", Sort: "asc", Scope: "all", Search: "[x]", State: "open", Weight: "Any", WithLabelsDetails: true,
	Not: &gitlab.Not{
		AssigneeID: 1, AuthorUsername: "@mal", IIDs: []int{1, 2}, In: "title", IterationID: 3, Labels: gitlab.Labels{"a", "b"}, Milestone: "[v]",
		MyReactionEmoji: "x", Search: "y", Weight: new(0),
	},
	Include: gitlab.Include{"description"}, Fields: []string{"iid"}, Paging: gitlab.Paging{Page: 2, PerPage: 5},
}

// TestQueries checks the requests of the lists: documented names, arrays and objects
// as GitLab expects them, and nothing that it does not know.
func TestQueries(t *testing.T) {
	t.Parallel()
	const shared = "assignee_username%5B%5D=ann&assignee_username%5B%5D=bob&author_username=eve&confidential=false&created_after=2026-01-01T00%3A00%3A00Z&created_before=2026-01-02T00%3A00%3A00Z&due_date=0&epic_id=None"
	const filters = "&iids%5B%5D=42&iids%5B%5D=43%s&issue_type=incident&iteration_title=i&labels=bug%2C%E9%9C%80%E6%B1%82+a&milestone=v1+%26+v2&my_reaction_emoji=star%s" +
		"&not%5Bassignee_id%5D=1&not%5Bauthor_username%5D=mal&not%5Biids%5D%5B%5D=1&not%5Biids%5D%5B%5D=2&not%5Bin%5D=title&not%5Biteration_id%5D=3&not%5Blabels%5D=a%2Cb&not%5Bmilestone%5D=%5Bv%5D&not%5Bmy_reaction_emoji%5D=x&not%5Bsearch%5D=y&not%5Bweight%5D=0" +
		"&order_by=due_date&page=2&per_page=5&scope=all&search=%5Bx%5D&sort=asc&state=opened&updated_after=2026-01-03T00%3A00%3A00Z&updated_before=2026-01-04T00%3A00%3A00Z&weight=Any&with_labels_details=true"
	withOwn := func(in, archived string) string {
		before, after, _ := strings.Cut(filters, "%s")
		middle, after, _ := strings.Cut(after, "%s")
		return before + in + middle + archived + after
	}
	inProject := func(f gitlab.Filters) func(c *gitlab.Client) error {
		return func(c *gitlab.Client) error {
			_, err := c.ListProjectIssues(t.Context(), gitlab.ListProjectIssuesParams{ProjectRef: project, Filters: f})
			return err
		}
	}
	const issues = "GET /projects/g%2Fs%2Fp/issues"
	for name, test := range map[string]struct {
		list    func(c *gitlab.Client) error
		request string
	}{
		"all issues": {func(c *gitlab.Client) error {
			_, err := c.ListIssues(t.Context(), gitlab.ListIssuesParams{Filters: allFilters, HealthStatus: "at_risk", In: "title", NonArchived: new(true)})
			return err
		}, "GET /issues?" + shared + "&health_status=at_risk" + withOwn("&in=title", "&non_archived=true")},
		"issues of a milestone's kind": {func(c *gitlab.Client) error {
			_, err := c.ListIssues(t.Context(), gitlab.ListIssuesParams{MilestoneID: "Upcoming"})
			return err
		}, "GET /issues?milestone_id=Upcoming"},
		"issues of an author": {func(c *gitlab.Client) error {
			_, err := c.ListIssues(t.Context(), gitlab.ListIssuesParams{Filters: gitlab.Filters{AuthorUsername: "ann"}})
			return err
		}, "GET /issues?author_username=ann&scope=all"},
		"issues of an author's number": {func(c *gitlab.Client) error {
			_, err := c.ListIssues(t.Context(), gitlab.ListIssuesParams{Filters: gitlab.Filters{AuthorID: 5}})
			return err
		}, "GET /issues?author_id=5&scope=all"},
		"issues of an assignee": {func(c *gitlab.Client) error {
			_, err := c.ListIssues(t.Context(), gitlab.ListIssuesParams{Filters: gitlab.Filters{AssigneeUsername: []string{"ann"}}})
			return err
		}, "GET /issues?assignee_username%5B%5D=ann&scope=all"},
		"issues of an assignee's number": {func(c *gitlab.Client) error {
			_, err := c.ListIssues(t.Context(), gitlab.ListIssuesParams{Filters: gitlab.Filters{AssigneeID: "5"}})
			return err
		}, "GET /issues?assignee_id=5&scope=all"},
		"unassigned issues": {func(c *gitlab.Client) error {
			_, err := c.ListIssues(t.Context(), gitlab.ListIssuesParams{Filters: gitlab.Filters{AssigneeID: "None"}})
			return err
		}, "GET /issues?assignee_id=None"},
		"assigned issues in another scope": {func(c *gitlab.Client) error {
			_, err := c.ListIssues(t.Context(), gitlab.ListIssuesParams{Filters: gitlab.Filters{AuthorID: 5, Scope: "assigned_to_me"}})
			return err
		}, "GET /issues?author_id=5&scope=assigned_to_me"},
		"issues of a group": {func(c *gitlab.Client) error {
			_, err := c.ListGroupIssues(t.Context(), gitlab.ListGroupIssuesParams{ID: "g/s", Filters: allFilters, NonArchived: new(false)})
			return err
		}, "GET /groups/g%2Fs/issues?" + shared + withOwn("", "&non_archived=false")},
		"issues of a project":  {inProject(allFilters), issues + "?" + shared + withOwn("", "")},
		"nothing is asked for": {inProject(gitlab.Filters{}), issues},
		"an empty not":         {inProject(gitlab.Filters{Not: &gitlab.Not{}, IIDs: []int{}}), issues},
		"an assignee":          {inProject(gitlab.Filters{AssigneeID: "Any", AuthorID: 5, IterationID: "None"}), issues + "?assignee_id=Any&author_id=5&iteration_id=None"},
		"closed":               {inProject(gitlab.Filters{State: "closed"}), issues + "?state=closed"},
		"any state":            {inProject(gitlab.Filters{State: "all", Labels: gitlab.Labels{"None"}}), issues + "?labels=None&state=all"},
		"others":               {inProject(gitlab.Filters{Not: &gitlab.Not{AssigneeUsername: []string{"ann", "bob"}, MilestoneID: "Started"}}), issues + "?not%5Bassignee_username%5D%5B%5D=ann&not%5Bassignee_username%5D%5B%5D=bob&not%5Bmilestone_id%5D=Started"},
		"a limit":              {inProject(gitlab.Filters{Paging: gitlab.Paging{Limit: 50}}), issues + "?per_page=50"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{"200 []"}}
			require.NoError(t, test.list(newClient(t, s)))
			assert.Equal(t, []string{test.request}, s.requests)
		})
	}
}

// TestMe checks that "me" is the token's owner, who is read once, and that no list is
// requested without the name.
func TestMe(t *testing.T) {
	t.Parallel()
	filters := gitlab.Filters{
		AssigneeUsername: []string{"@Me", "bob"}, AuthorUsername: "me",
		Not: &gitlab.Not{AssigneeUsername: []string{"me"}, AuthorUsername: "@me"},
	}
	s := &service{responses: []string{`200 {"id":1,"username":"ann"}`, "200 []"}}
	_, err := newClient(t, s).ListProjectIssues(t.Context(), gitlab.ListProjectIssuesParams{ProjectRef: project, Filters: filters})
	require.NoError(t, err)
	assert.Equal(t, []string{
		"GET /user",
		"GET /projects/g%2Fs%2Fp/issues?assignee_username%5B%5D=ann&assignee_username%5B%5D=bob&author_username=ann&not%5Bassignee_username%5D%5B%5D=ann&not%5Bauthor_username%5D=ann",
	}, s.requests)

	for name, response := range map[string]string{"an error": `401 {"message":"401 Unauthorized"}`, "nobody": `200 {}`, "no name": `200 {"id":1}`} {
		s := &service{responses: []string{response, "200 []"}}
		_, err := newClient(t, s).ListIssues(t.Context(), gitlab.ListIssuesParams{Filters: gitlab.Filters{AuthorUsername: "me"}})
		require.Error(t, err, name)
		assert.Equal(t, []string{"GET /user"}, s.requests, name)
	}
}

// TestUnknownLabelsOfLists checks that the first page of an empty list names the
// labels that do not exist, and that nothing else reads them.
func TestUnknownLabelsOfLists(t *testing.T) {
	t.Parallel()
	const (
		issues, list = "GET /projects/g%2Fs%2Fp/issues", "GET /projects/g%2Fs%2Fp/issues?labels="
		readLabels   = "GET /projects/g%2Fs%2Fp/labels?per_page=100"
		labels       = `200 [{"id":1,"name":"Bug"},{"id":2,"name":"ui"}]`
	)
	for name, test := range map[string]struct {
		labels    gitlab.Labels
		paging    gitlab.Paging
		responses []string
		requests  []string
		err       string
	}{
		"unknown":                {gitlab.Labels{"ui", "uii"}, gitlab.Paging{}, []string{"200 []", labels}, []string{list + "ui%2Cuii", readLabels}, `GET /projects/{id}/issues: there is no label "uii" in g/s/p; did you mean "ui"?`},
		"in another case":        {gitlab.Labels{"bug"}, gitlab.Paging{}, []string{"200 []", labels}, []string{list + "bug", readLabels}, `GET /projects/{id}/issues: there is no label "bug" in g/s/p; did you mean "Bug"?`},
		"known":                  {gitlab.Labels{"Bug", " ui"}, gitlab.Paging{}, []string{"200 []", labels}, []string{list + "Bug%2C+ui", readLabels}, ""},
		"two in one":             {gitlab.Labels{"Bug,ui"}, gitlab.Paging{}, []string{"200 []", labels}, []string{list + "Bug%2Cui", readLabels}, ""},
		"labels cannot be read":  {gitlab.Labels{"uii"}, gitlab.Paging{}, []string{"200 []", "403 "}, []string{list + "uii", readLabels}, ""},
		"none":                   {gitlab.Labels{"None"}, gitlab.Paging{}, []string{"200 []"}, []string{list + "None"}, ""},
		"a row":                  {gitlab.Labels{"uii"}, gitlab.Paging{}, []string{`200 [{"id":70,"iid":7}]`}, []string{list + "uii"}, ""},
		"a row without a number": {gitlab.Labels{"uii"}, gitlab.Paging{}, []string{`200 [{}]`}, []string{list + "uii"}, ""},
		"a later page":           {gitlab.Labels{"uii"}, gitlab.Paging{Page: 2}, []string{"200 []"}, []string{list + "uii&page=2"}, ""},
		"no labels":              {nil, gitlab.Paging{}, []string{"200 []"}, []string{issues}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: test.responses}
			_, err := newClient(t, s).ListProjectIssues(t.Context(), gitlab.ListProjectIssuesParams{ProjectRef: project, Filters: gitlab.Filters{Labels: test.labels, Paging: test.paging}})
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

// TestExclusiveFilters checks that filters that exclude each other are rejected before
// anything is sent.
func TestExclusiveFilters(t *testing.T) {
	t.Parallel()
	for want, filters := range map[string]gitlab.Filters{
		"assignee_id or assignee_username":         {AssigneeID: "None", AssigneeUsername: []string{"ann"}},
		"author_id or author_username":             {AuthorID: 1, AuthorUsername: "ann"},
		"iteration_id or iteration_title":          {IterationID: "1", IterationTitle: "i"},
		"not.assignee_id or not.assignee_username": {Not: &gitlab.Not{AssigneeID: 1, AssigneeUsername: []string{"ann"}}},
		"not.author_id or not.author_username":     {Not: &gitlab.Not{AuthorID: 1, AuthorUsername: "ann"}},
		"not.iteration_id or not.iteration_title":  {Not: &gitlab.Not{IterationID: 1, IterationTitle: "i"}},
		"not.milestone or not.milestone_id":        {Not: &gitlab.Not{Milestone: "v1", MilestoneID: "Any"}},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			s := &service{}
			c := newClient(t, s)
			for _, list := range []func(context.Context) error{
				func(ctx context.Context) error {
					_, err := c.ListIssues(ctx, gitlab.ListIssuesParams{Filters: filters})
					return err
				},
				func(ctx context.Context) error {
					_, err := c.ListGroupIssues(ctx, gitlab.ListGroupIssuesParams{ID: "g", Filters: filters})
					return err
				},
				func(ctx context.Context) error {
					_, err := c.ListProjectIssues(ctx, gitlab.ListProjectIssuesParams{ProjectRef: project, Filters: filters})
					return err
				},
			} {
				assert.EqualError(t, list(t.Context()), "not sent: pass either "+want+", not both")
			}
			assert.Empty(t, s.requests)
		})
	}
	_, err := newClient(t, &service{}).ListIssues(t.Context(), gitlab.ListIssuesParams{Filters: gitlab.Filters{Milestone: "v1"}, MilestoneID: "Any"})
	require.EqualError(t, err, "not sent: pass either milestone or milestone_id, not both")
}

// TestIgnoredFilters checks that filters are rejected that GitLab would ignore, so that
// a list would contain what it should not.
func TestIgnoredFilters(t *testing.T) {
	t.Parallel()
	type filters = gitlab.Filters
	for name, test := range map[string]struct {
		params gitlab.ListIssuesParams
		want   string
	}{
		"a place":                {gitlab.ListIssuesParams{In: "title,body"}, "in must be title, description or title,description"},
		"an excluded place":      {gitlab.ListIssuesParams{Filters: filters{Not: &gitlab.Not{In: "body"}}}, "not.in must be title, description or title,description"},
		"a label":                {gitlab.ListIssuesParams{Filters: filters{Labels: gitlab.Labels{" ", ""}}}, "labels must not be blank"},
		"an excluded label":      {gitlab.ListIssuesParams{Filters: filters{Not: &gitlab.Not{Labels: gitlab.Labels{""}}}}, "not.labels must not be blank"},
		"an assignee":            {gitlab.ListIssuesParams{Filters: filters{AssigneeUsername: []string{"ann", ""}}}, "assignee_username must not be blank"},
		"an excluded assignee":   {gitlab.ListIssuesParams{Filters: filters{Not: &gitlab.Not{AssigneeUsername: []string{"@"}}}}, "not.assignee_username must not be blank"},
		"an author":              {gitlab.ListIssuesParams{Filters: filters{AuthorUsername: "@"}}, "author_username must not be blank"},
		"a milestone":            {gitlab.ListIssuesParams{Filters: filters{Milestone: " "}}, "milestone must not be blank"},
		"the milestone excluded": {gitlab.ListIssuesParams{Filters: filters{Not: &gitlab.Not{MilestoneID: " "}}}, "not.milestone_id must not be blank"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{}
			_, err := newClient(t, s).ListIssues(t.Context(), test.params)
			require.EqualError(t, err, "not sent: "+test.want)
			assert.Empty(t, s.requests)
		})
	}
	s := &service{responses: []string{"200 []"}}
	_, err := newClient(t, s).ListIssues(t.Context(), gitlab.ListIssuesParams{In: " title, description", Filters: filters{Search: "x"}})
	require.NoError(t, err)
	assert.Equal(t, []string{"GET /issues?in=title%2Cdescription&search=x"}, s.requests)
}

// TestDescriptions checks that rows have a description only if it was asked for.
func TestDescriptions(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		filters gitlab.Filters
		want    string
	}{
		"by default": {gitlab.Filters{}, ""},
		"included":   {gitlab.Filters{Include: gitlab.Include{"description"}}, "d"},
		"a field":    {gitlab.Filters{Fields: []string{"description"}}, "d"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{`200 [{"id":70,"iid":7,"description":"d"}]`}}
			page, err := newClient(t, s).ListProjectIssues(t.Context(), gitlab.ListProjectIssuesParams{ProjectRef: project, Filters: test.filters})
			require.NoError(t, err)
			assert.EqualValues(t, test.want, page.Items[0].Description)
		})
	}
}

func TestRowFields(t *testing.T) {
	t.Parallel()
	assert.Nil(t, gitlab.Filters{Include: gitlab.Include{"description"}}.RowFields())
	assert.Equal(t, []string{"iid", "url"}, gitlab.Filters{Fields: []string{"iid"}, Include: gitlab.Include{"url"}}.RowFields())
	title := gitlab.Filters{Fields: []string{"title"}}
	assert.Equal(t, []string{"title"}, gitlab.ListProjectIssuesParams{Filters: title}.RowFields())
	assert.Equal(t, []string{"title", "project"}, gitlab.ListIssuesParams{Filters: title}.RowFields())
	assert.Equal(t, []string{"title", "project"}, gitlab.ListGroupIssuesParams{Filters: title}.RowFields())
	assert.Nil(t, gitlab.ListIssuesParams{}.RowFields())
	assert.Nil(t, gitlab.ListGroupIssuesParams{}.RowFields())
}

// forum is a project with issues, with the headers of a list, and with comments and
// system notes on issues.
type forum struct {
	issues   int
	noTotal  bool           // as for more than 10,000 rows
	notes    map[int]int    // of issues; every second is a system note
	failing  map[int]string // issues whose notes cannot be read
	mu       sync.Mutex
	requests []string
}

func (f *forum) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.requests = append(f.requests, r.URL.RequestURI())
	f.mu.Unlock()
	page, size, number := 1, 20, 0
	fmt.Sscan(r.URL.Query().Get("page"), &page)
	fmt.Sscan(r.URL.Query().Get("per_page"), &size)
	rows := f.issues
	row := func(n int) string {
		return fmt.Sprintf(`{"id":%d,"iid":%d,"project_id":5,"user_notes_count":%d,"description":"d"}`, 1000+n, n, (f.notes[n]+1)/2)
	}
	if _, err := fmt.Sscanf(r.URL.Path, "/projects/5/issues/%d/notes", &number); err == nil {
		if f.failing[number] != "" {
			http.Error(w, f.failing[number], http.StatusForbidden)
			return
		}
		rows = f.notes[number]
		row = func(n int) string { return fmt.Sprintf(`{"id":%d,"body":"c","system":%t}`, number*10_000+n, n%2 == 0) }
	}
	var texts []string
	for n := (page-1)*size + 1; n <= min(page*size, rows); n++ {
		texts = append(texts, row(n))
	}
	last := (rows + size - 1) / size
	w.Header().Set("X-Next-Page", "")
	if page < last {
		w.Header().Set("X-Next-Page", fmt.Sprint(page+1))
	}
	if !f.noTotal {
		w.Header().Set("X-Total", fmt.Sprint(rows))
		w.Header().Set("X-Total-Pages", fmt.Sprint(last))
	}
	fmt.Fprint(w, "["+strings.Join(texts, ",")+"]")
}

// TestLimits checks that a limit takes several pages, also of a list that does not
// say how long it is.
func TestLimits(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		paging gitlab.Paging
		rows   int
		next   rest.PageNumber
		pages  int // requests
	}{
		"a page":        {gitlab.Paging{}, 20, 2, 1},
		"a limit":       {gitlab.Paging{Limit: 150}, 150, 8.1, 2},
		"all":           {gitlab.Paging{Limit: 1000}, 390, 0, 4},
		"the last page": {gitlab.Paging{Page: 20}, 10, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, noTotal := range []bool{false, true} {
				f := &forum{issues: 390, noTotal: noTotal}
				page, err := newClient(t, f).ListProjectIssues(t.Context(), gitlab.ListProjectIssuesParams{ProjectRef: gitlab.ProjectRef{ID: "5"}, Filters: gitlab.Filters{Paging: test.paging}})
				require.NoError(t, err)
				require.NoError(t, page.Err)
				assert.Len(t, page.Items, test.rows)
				assert.Len(t, f.requests, test.pages)
				assert.InDelta(t, float64(test.next), float64(page.Next), 0.001)
				assert.Equal(t, noTotal, page.Total == nil)
				if !noTotal {
					assert.Equal(t, 390, *page.Total)
				}
			}
		})
	}
}

// TestComments checks that rows get the comments they have, without system notes,
// with progress, and that comments that cannot be read cost nothing else.
func TestComments(t *testing.T) {
	t.Parallel()
	f := &forum{issues: 6, notes: map[int]int{1: 250, 2: 1, 4: 3, 5: 2002}, failing: map[int]string{4: `{"message":"403 Forbidden"}`}}
	c := newClient(t, f)
	var steps, total atomic.Int64
	ctx := rest.WithSteps(t.Context(), func(s rest.Step) {
		steps.Add(1)
		total.Store(int64(s.Total))
	})
	page, err := c.ListProjectIssues(ctx, gitlab.ListProjectIssuesParams{ProjectRef: gitlab.ProjectRef{ID: "5"}, Filters: gitlab.Filters{Include: gitlab.Include{"comments"}, Paging: gitlab.Paging{Limit: 10}}})
	require.NoError(t, err)
	require.Len(t, page.Items, 6)
	for i, want := range []int{125, 1, 0, 0, 1000, 0} {
		d := page.Items[i].Details
		require.NotNil(t, d)
		assert.Len(t, d.Comments, want)
		for k, comment := range d.Comments {
			assert.EqualValues(t, (i+1)*10_000+2*k+1, comment.ID)
		}
	}
	require.NoError(t, page.Items[0].Details.Err)
	require.EqualError(t, page.Items[3].Details.Err, "GET /projects/{id}/issues/{issue_iid}/notes returned 403: Forbidden")
	require.EqualError(t, page.Items[4].Details.Err, "only the first 1000 were read")
	assert.EqualValues(t, 5, steps.Load(), "the list and four issues")
	assert.EqualValues(t, 5, total.Load())
	assert.NotContains(t, strings.Join(f.requests, " "), "/3/notes")
	assert.Contains(t, f.requests, "/projects/5/issues/2/notes?activity_filter=only_comments&per_page=100&sort=asc")

	page, err = c.ListProjectIssues(t.Context(), gitlab.ListProjectIssuesParams{ProjectRef: gitlab.ProjectRef{ID: "5"}})
	require.NoError(t, err)
	assert.Nil(t, page.Items[0].Details)
}

// TestCommentsAcrossProjects checks that the comments of each issue are read where it
// is.
func TestCommentsAcrossProjects(t *testing.T) {
	t.Parallel()
	s := &service{responses: []string{
		`200 [{"id":1,"iid":5,"user_notes_count":1,"project_id":3},{"id":2,"iid":6,"user_notes_count":1},{"id":3,"iid":7,"user_notes_count":0}]`,
		`200 [{"id":9,"body":"c"}]`,
	}}
	page, err := newClient(t, s).ListIssues(t.Context(), gitlab.ListIssuesParams{Filters: gitlab.Filters{Include: gitlab.Include{"comments"}}})
	require.NoError(t, err)
	assert.Equal(t, []string{"GET /issues", "GET /projects/3/issues/5/notes?activity_filter=only_comments&per_page=100&sort=asc"}, s.requests)
	assert.Len(t, page.Items[0].Details.Comments, 1)
	require.EqualError(t, page.Items[1].Details.Err, "the response does not show the issue's project and iid")
	assert.NoError(t, page.Items[2].Details.Err)
}
