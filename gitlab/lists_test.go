package gitlab_test

import (
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
			page, err := newClient(t, s).ListProjectIssues(t.Context(), &gitlab.ListProjectIssuesParams{ProjectRef: project, Filters: test.filters})
			require.NoError(t, err)
			assert.EqualValues(t, test.want, page.Items[0].Description)
		})
	}
}

func TestRowFields(t *testing.T) {
	t.Parallel()
	assert.Nil(t, (&gitlab.Filters{Include: gitlab.Include{"description"}}).RowFields())
	assert.Equal(t, []string{"iid", "url"}, (&gitlab.Filters{Fields: []string{"iid"}, Include: gitlab.Include{"url"}}).RowFields())
	title := gitlab.Filters{Fields: []string{"title"}}
	assert.Equal(t, []string{"title"}, (&gitlab.ListProjectIssuesParams{Filters: title}).RowFields())
	assert.Equal(t, []string{"title", "project"}, (&gitlab.ListIssuesParams{Filters: title}).RowFields())
	assert.Equal(t, []string{"title", "project"}, (&gitlab.ListGroupIssuesParams{Filters: title}).RowFields())
	assert.Nil(t, (&gitlab.ListIssuesParams{}).RowFields())
	assert.Nil(t, (&gitlab.ListGroupIssuesParams{}).RowFields())
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
				page, err := newClient(t, f).ListProjectIssues(t.Context(), &gitlab.ListProjectIssuesParams{ProjectRef: gitlab.ProjectRef{ID: "5"}, Filters: gitlab.Filters{Paging: test.paging}})
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
	page, err := c.ListProjectIssues(ctx, &gitlab.ListProjectIssuesParams{ProjectRef: gitlab.ProjectRef{ID: "5"}, Filters: gitlab.Filters{Include: gitlab.Include{"comments"}, Paging: gitlab.Paging{Limit: 10}}})
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

	page, err = c.ListProjectIssues(t.Context(), &gitlab.ListProjectIssuesParams{ProjectRef: gitlab.ProjectRef{ID: "5"}})
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
	page, err := newClient(t, s).ListIssues(t.Context(), &gitlab.ListIssuesParams{Filters: gitlab.Filters{Include: gitlab.Include{"comments"}}})
	require.NoError(t, err)
	assert.Equal(t, []string{"GET /issues", "GET /projects/3/issues/5/notes?activity_filter=only_comments&per_page=100&sort=asc"}, s.requests)
	assert.Len(t, page.Items[0].Details.Comments, 1)
	require.EqualError(t, page.Items[1].Details.Err, "the response does not show the issue's project and iid")
	assert.NoError(t, page.Items[2].Details.Err)
}
