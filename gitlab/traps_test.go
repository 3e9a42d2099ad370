package gitlab_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/contracttest"
)

// TestTraps checks on the sandbox what goes wrong if one is not careful.
func TestTraps(t *testing.T) {
	t.Parallel()
	box := &contracttest.Statuses{Handler: sandbox.New()}
	web := httptest.NewServer(box)
	t.Cleanup(web.Close)
	clientOf := func(token string) *gitlab.Client {
		c, err := gitlab.New(gitlab.Config{BaseURL: web.URL + sandbox.Prefix, Token: token, MaxWait: -1, Rates: rest.Unlimited})
		require.NoError(t, err)
		return c
	}
	olga, rhea, gus, stella := clientOf(sandbox.Token), clientOf(sandbox.Token+"-rhea"), clientOf(sandbox.Token+"-gus"), clientOf(sandbox.Token+"-stella")
	portal := gitlab.ProjectRef{ID: "harborlab/portal"}
	issue := func(iid int) gitlab.IssueRef { return gitlab.IssueRef{ProjectRef: portal, IssueIID: iid} }

	t.Run("open is opened", func(t *testing.T) {
		page, err := olga.ListProjectIssues(t.Context(), &gitlab.ListProjectIssuesParams{ProjectRef: portal, Filters: gitlab.Filters{State: "open"}})
		require.NoError(t, err)
		require.NotEmpty(t, page.Items)
		for _, i := range page.Items {
			assert.EqualValues(t, "opened", i.State)
		}
		for _, state := range []string{"closed", "open"} {
			got, err := olga.UpdateIssue(t.Context(), &gitlab.UpdateIssueParams{IssueRef: issue(10), State: &state})
			require.NoError(t, err)
			assert.Empty(t, got.Ignored)
		}
	})

	t.Run("all issues are those created by the user", func(t *testing.T) {
		mine, err := rhea.ListIssues(t.Context(), &gitlab.ListIssuesParams{})
		require.NoError(t, err)
		all, err := rhea.ListIssues(t.Context(), &gitlab.ListIssuesParams{Filters: gitlab.Filters{Scope: "all"}})
		require.NoError(t, err)
		assert.Less(t, *mine.Total, *all.Total)
	})

	t.Run("a path is one segment", func(t *testing.T) {
		for _, id := range []gitlab.Project{"harborlab/tools/net/proxy", "harborlab%2Ftools%2Fnet%2Fproxy"} {
			got, err := olga.GetIssue(t.Context(), &gitlab.GetIssueParams{IssueRef: gitlab.IssueRef{ProjectRef: gitlab.ProjectRef{ID: id}, IssueIID: 1}})
			require.NoError(t, err)
			assert.EqualValues(t, "harborlab/tools/net/proxy#1", got.References.Full)
		}
		page, err := olga.ListGroupIssues(t.Context(), &gitlab.ListGroupIssuesParams{ID: "harborlab/tools"})
		require.NoError(t, err)
		assert.Len(t, page.Items, 4)
	})

	t.Run("filters", func(t *testing.T) {
		for name, test := range map[string]struct {
			filters gitlab.Filters
			want    []int
		}{
			"iids":             {gitlab.Filters{IIDs: []int{2, 5, 99}, OrderBy: "created_at", Sort: "asc"}, []int{2, 5}},
			"labels":           {gitlab.Filters{Labels: gitlab.Labels{"bug", "priority::1"}, Sort: "asc"}, []int{1, 8}},
			"other labels":     {gitlab.Filters{Labels: gitlab.Labels{"bug"}, Not: &gitlab.Not{Labels: gitlab.Labels{"priority::1"}}, State: "open", Sort: "asc"}, []int{2, 10}},
			"not these":        {gitlab.Filters{Labels: gitlab.Labels{"bug"}, Not: &gitlab.Not{IIDs: []int{1, 2, 6, 8}}}, []int{10}},
			"an assignee":      {gitlab.Filters{AssigneeUsername: []string{"@devi"}, Sort: "asc"}, []int{1, 6}},
			"no date":          {gitlab.Filters{DueDate: "0", AuthorUsername: "stella", Sort: "asc"}, []int{5, 9}},
			"a milestone":      {gitlab.Filters{Milestone: "Someday", Sort: "asc"}, []int{3, 11}},
			"not confidential": {gitlab.Filters{Confidential: new(true)}, []int{8}},
		} {
			page, err := olga.ListProjectIssues(t.Context(), &gitlab.ListProjectIssuesParams{ProjectRef: portal, Filters: test.filters})
			require.NoError(t, err, name)
			var iids []int
			for _, i := range page.Items {
				iids = append(iids, int(i.IID))
			}
			assert.Equal(t, test.want, iids, name)
		}
	})

	t.Run("what the user may not see is not found", func(t *testing.T) {
		_, err := stella.ListGroupIssues(t.Context(), &gitlab.ListGroupIssuesParams{ID: "harborlab/vault"})
		assert.Equal(t, rest.NotFound, rest.ErrorClass(err))
		_, err = gus.GetIssue(t.Context(), &gitlab.GetIssueParams{IssueRef: issue(8)})
		assert.Equal(t, rest.NotFound, rest.ErrorClass(err))
		_, err = olga.GetIssueByID(t.Context(), &gitlab.GetIssueByIDParams{ID: 1})
		assert.Equal(t, rest.Forbidden, rest.ErrorClass(err))
	})

	t.Run("what a guest may not set is dropped", func(t *testing.T) {
		got, err := stella.CreateIssue(t.Context(), &gitlab.CreateIssueParams{
			ProjectRef: portal, Title: "t", Description: "d", Labels: []string{"bug"}, AssigneeIDs: []string{"gus"}, MilestoneID: "v2.1", DueDate: "2026-12-24", Weight: new(3), CreatedAt: "2020-01-01T00:00:00Z", IID: 500,
		})
		require.NoError(t, err)
		assert.NotEqual(t, 500, int(got.Issue.IID))
		var fields []string
		for _, d := range got.Ignored {
			fields = append(fields, d.Field)
		}
		assert.ElementsMatch(t, []string{"labels", "assignee_ids", "milestone_id", "due_date", "weight", "created_at", "iid"}, fields)
		assert.Empty(t, got.Unknown)
	})

	t.Run("clearing clears", func(t *testing.T) {
		_, err := rhea.UpdateIssue(t.Context(), &gitlab.UpdateIssueParams{IssueRef: issue(2), AddLabels: []string{"docs"}, AssigneeIDs: &[]string{"@devi"}})
		require.NoError(t, err)
		got, err := rhea.UpdateIssue(t.Context(), &gitlab.UpdateIssueParams{IssueRef: issue(2), Labels: &[]string{}, AssigneeIDs: &[]string{}, MilestoneID: new(""), DueDate: new(""), Weight: new(""), Description: new("")})
		require.NoError(t, err)
		assert.Empty(t, got.Ignored)
		assert.Empty(t, got.Unknown)
		assert.Equal(t, []string{"bug", "docs"}, got.PreviousLabels)
		assert.Equal(t, []string{"devi"}, got.PreviousAssignees)
		after, err := rhea.GetIssue(t.Context(), &gitlab.GetIssueParams{IssueRef: issue(2)})
		require.NoError(t, err)
		assert.Empty(t, after.Labels)
		assert.Empty(t, after.Assignees)
		assert.True(t, after.Milestone.IsEmpty())
		assert.Empty(t, after.DueDate)
		assert.Nil(t, after.Weight.Value)
		assert.Empty(t, after.Description)
	})

	t.Run("milestones of the group", func(t *testing.T) {
		got, err := rhea.UpdateIssue(t.Context(), &gitlab.UpdateIssueParams{IssueRef: issue(3), MilestoneID: new("2027 q1")})
		require.NoError(t, err)
		assert.Empty(t, got.Ignored)
		assert.EqualValues(t, "2027 Q1", got.Issue.Milestone.Title)
		_, err = rhea.UpdateIssue(t.Context(), &gitlab.UpdateIssueParams{IssueRef: issue(3), MilestoneID: new("v2.2")})
		require.ErrorContains(t, err, `there is no milestone "v2.2" in harborlab/portal; did you mean "v2.`)
		_, err = rhea.UpdateIssue(t.Context(), &gitlab.UpdateIssueParams{IssueRef: issue(3), MilestoneID: new("999999")})
		require.ErrorContains(t, err, `there is no milestone with the id "999999" in harborlab/portal; it has "`)
		after, err := rhea.GetIssue(t.Context(), &gitlab.GetIssueParams{IssueRef: issue(3)})
		require.NoError(t, err)
		assert.EqualValues(t, "2027 Q1", after.Milestone.Title, "GitLab would clear it")
	})

	t.Run("an issue that was moved", func(t *testing.T) {
		_, err := olga.UpdateIssue(t.Context(), &gitlab.UpdateIssueParams{IssueRef: issue(7), Changes: edits("innocent", "guilty")})
		assert.Equal(t, rest.Moved, rest.ErrorClass(err))
		assert.ErrorContains(t, err, "the issue moved to harborlab/tools/cli#3")
	})

	t.Run("comments without system notes", func(t *testing.T) {
		got, err := olga.GetIssue(t.Context(), &gitlab.GetIssueParams{IssueRef: issue(1), Include: gitlab.Include{"comments"}})
		require.NoError(t, err)
		require.Len(t, got.Details.Comments, 2)
		assert.EqualValues(t, "devi", got.Details.Comments[0].Author.Username)
	})

	t.Run("an edition without weight", func(t *testing.T) {
		free := sandbox.New()
		free.Free = true
		web := httptest.NewServer(free)
		t.Cleanup(web.Close)
		c, err := gitlab.New(gitlab.Config{BaseURL: web.URL + sandbox.Prefix, Token: sandbox.Token, MaxWait: -1, Rates: rest.Unlimited})
		require.NoError(t, err)
		got, err := c.CreateIssue(t.Context(), &gitlab.CreateIssueParams{ProjectRef: portal, Title: "t", Weight: new(3), EpicID: 1, AssigneeIDs: []string{"devi", "rhea"}})
		require.NoError(t, err)
		assert.ElementsMatch(t, []string{"weight", "epic_id"}, got.Unknown)
		assert.Equal(t, []gitlab.Deviation{{Field: "assignee_ids", Missing: []string{"rhea"}}}, got.Ignored)
	})

	t.Run("an unchanged response is not sent again", func(t *testing.T) {
		first, err := olga.GetIssue(t.Context(), &gitlab.GetIssueParams{IssueRef: issue(4)})
		require.NoError(t, err)
		box.Take()
		again, err := olga.GetIssue(t.Context(), &gitlab.GetIssueParams{IssueRef: issue(4)})
		require.NoError(t, err)
		assert.Equal(t, first, again)
		assert.Equal(t, []int{http.StatusNotModified}, box.Take())
	})

	t.Run("a rate limit", func(t *testing.T) {
		busy := gitlab.ProjectRef{ID: "harborlab/busy"}
		_, err := gus.ListProjectIssues(t.Context(), &gitlab.ListProjectIssuesParams{ProjectRef: busy})
		assert.Equal(t, rest.RateLimited, rest.ErrorClass(err))
		box.Take()
		_, err = gus.GetIssue(t.Context(), &gitlab.GetIssueParams{IssueRef: issue(1)})
		assert.Equal(t, rest.RateLimited, rest.ErrorClass(err))
		assert.Empty(t, box.Take(), "no request during the pause")
		_, err = olga.GetIssue(t.Context(), &gitlab.GetIssueParams{IssueRef: issue(1)})
		assert.NoError(t, err, "another user")
	})

	t.Run("a page in HTML", func(t *testing.T) {
		_, err := olga.CreateIssue(t.Context(), &gitlab.CreateIssueParams{ProjectRef: gitlab.ProjectRef{ID: "harborlab/broken"}, Title: "t"})
		assert.Equal(t, rest.OutcomeUnknown, rest.ErrorClass(err))
	})
}
