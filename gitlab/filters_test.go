package gitlab_test

import (
	"context"
	"strings"
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
			_, err := c.ListProjectIssues(t.Context(), &gitlab.ListProjectIssuesParams{ProjectRef: project, Filters: f})
			return err
		}
	}
	const issues = "GET /projects/g%2Fs%2Fp/issues"
	for name, test := range map[string]struct {
		list    func(c *gitlab.Client) error
		request string
	}{
		"all issues": {func(c *gitlab.Client) error {
			_, err := c.ListIssues(t.Context(), &gitlab.ListIssuesParams{Filters: allFilters, HealthStatus: "at_risk", In: "title", NonArchived: new(true)})
			return err
		}, "GET /issues?" + shared + "&health_status=at_risk" + withOwn("&in=title", "&non_archived=true")},
		"issues of a milestone's kind": {func(c *gitlab.Client) error {
			_, err := c.ListIssues(t.Context(), &gitlab.ListIssuesParams{MilestoneID: "Upcoming"})
			return err
		}, "GET /issues?milestone_id=Upcoming"},
		"issues of an author": {func(c *gitlab.Client) error {
			_, err := c.ListIssues(t.Context(), &gitlab.ListIssuesParams{Filters: gitlab.Filters{AuthorUsername: "ann"}})
			return err
		}, "GET /issues?author_username=ann&scope=all"},
		"issues of an author's number": {func(c *gitlab.Client) error {
			_, err := c.ListIssues(t.Context(), &gitlab.ListIssuesParams{Filters: gitlab.Filters{AuthorID: 5}})
			return err
		}, "GET /issues?author_id=5&scope=all"},
		"issues of an assignee": {func(c *gitlab.Client) error {
			_, err := c.ListIssues(t.Context(), &gitlab.ListIssuesParams{Filters: gitlab.Filters{AssigneeUsername: []string{"ann"}}})
			return err
		}, "GET /issues?assignee_username%5B%5D=ann&scope=all"},
		"issues of an assignee's number": {func(c *gitlab.Client) error {
			_, err := c.ListIssues(t.Context(), &gitlab.ListIssuesParams{Filters: gitlab.Filters{AssigneeID: "5"}})
			return err
		}, "GET /issues?assignee_id=5&scope=all"},
		"unassigned issues": {func(c *gitlab.Client) error {
			_, err := c.ListIssues(t.Context(), &gitlab.ListIssuesParams{Filters: gitlab.Filters{AssigneeID: "None"}})
			return err
		}, "GET /issues?assignee_id=None"},
		"assigned issues in another scope": {func(c *gitlab.Client) error {
			_, err := c.ListIssues(t.Context(), &gitlab.ListIssuesParams{Filters: gitlab.Filters{AuthorID: 5, Scope: "assigned_to_me"}})
			return err
		}, "GET /issues?author_id=5&scope=assigned_to_me"},
		"issues of a group": {func(c *gitlab.Client) error {
			_, err := c.ListGroupIssues(t.Context(), &gitlab.ListGroupIssuesParams{ID: "g/s", Filters: allFilters, NonArchived: new(false)})
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
	_, err := newClient(t, s).ListProjectIssues(t.Context(), &gitlab.ListProjectIssuesParams{ProjectRef: project, Filters: filters})
	require.NoError(t, err)
	assert.Equal(t, []string{
		"GET /user",
		"GET /projects/g%2Fs%2Fp/issues?assignee_username%5B%5D=ann&assignee_username%5B%5D=bob&author_username=ann&not%5Bassignee_username%5D%5B%5D=ann&not%5Bauthor_username%5D=ann",
	}, s.requests)

	for name, response := range map[string]string{"an error": `401 {"message":"401 Unauthorized"}`, "nobody": `200 {}`, "no name": `200 {"id":1}`} {
		s := &service{responses: []string{response, "200 []"}}
		_, err := newClient(t, s).ListIssues(t.Context(), &gitlab.ListIssuesParams{Filters: gitlab.Filters{AuthorUsername: "me"}})
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
			_, err := newClient(t, s).ListProjectIssues(t.Context(), &gitlab.ListProjectIssuesParams{ProjectRef: project, Filters: gitlab.Filters{Labels: test.labels, Paging: test.paging}})
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
					_, err := c.ListIssues(ctx, &gitlab.ListIssuesParams{Filters: filters})
					return err
				},
				func(ctx context.Context) error {
					_, err := c.ListGroupIssues(ctx, &gitlab.ListGroupIssuesParams{ID: "g", Filters: filters})
					return err
				},
				func(ctx context.Context) error {
					_, err := c.ListProjectIssues(ctx, &gitlab.ListProjectIssuesParams{ProjectRef: project, Filters: filters})
					return err
				},
			} {
				assert.EqualError(t, list(t.Context()), "not sent: pass either "+want+", not both")
			}
			assert.Empty(t, s.requests)
		})
	}
	_, err := newClient(t, &service{}).ListIssues(t.Context(), &gitlab.ListIssuesParams{Filters: gitlab.Filters{Milestone: "v1"}, MilestoneID: "Any"})
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
			_, err := newClient(t, s).ListIssues(t.Context(), &test.params)
			require.EqualError(t, err, "not sent: "+test.want)
			assert.Empty(t, s.requests)
		})
	}
	s := &service{responses: []string{"200 []"}}
	_, err := newClient(t, s).ListIssues(t.Context(), &gitlab.ListIssuesParams{In: " title, description", Filters: filters{Search: "x"}})
	require.NoError(t, err)
	assert.Equal(t, []string{"GET /issues?in=title%2Cdescription&search=x"}, s.requests)
}
