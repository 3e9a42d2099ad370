package github_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/github/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/contracttest"
)

// operationsOn calls every operation that takes the name of a repository, an
// organization or a user.
func operationsOn(owner, repo, login string) map[string]func(context.Context, *github.Client) error {
	r := github.RepoRef{Owner: owner, Repo: repo}
	i := github.IssueRef{RepoRef: r, IssueNumber: 7}
	people := github.AssigneesParams{IssueRef: i, Assignees: []string{"ann"}}
	return map[string]func(context.Context, *github.Client) error{
		"GET /orgs/{org}/issues": func(ctx context.Context, c *github.Client) error {
			_, err := c.ListOrgIssues(ctx, &github.ListOrgIssuesParams{Org: owner})
			return err
		},
		"GET /repos/{owner}/{repo}/issues": func(ctx context.Context, c *github.Client) error {
			_, err := c.ListRepoIssues(ctx, &github.ListRepoIssuesParams{RepoRef: r})
			return err
		},
		"GET /repos/{owner}/{repo}/issues/{issue_number}": func(ctx context.Context, c *github.Client) error {
			_, err := c.GetIssue(ctx, &github.GetIssueParams{IssueRef: i})
			return err
		},
		"POST /repos/{owner}/{repo}/issues": func(ctx context.Context, c *github.Client) error {
			_, err := c.CreateIssue(ctx, &github.CreateIssueParams{RepoRef: r, Title: "t"})
			return err
		},
		"PATCH /repos/{owner}/{repo}/issues/{issue_number}": func(ctx context.Context, c *github.Client) error {
			_, err := c.UpdateIssue(ctx, &github.UpdateIssueParams{IssueRef: i, Title: new("t")})
			return err
		},
		"PUT /repos/{owner}/{repo}/issues/{issue_number}/lock": func(ctx context.Context, c *github.Client) error {
			return c.LockIssue(ctx, &github.LockIssueParams{IssueRef: i})
		},
		"DELETE /repos/{owner}/{repo}/issues/{issue_number}/lock": func(ctx context.Context, c *github.Client) error {
			return c.UnlockIssue(ctx, &i)
		},
		"GET /repos/{owner}/{repo}/assignees": func(ctx context.Context, c *github.Client) error {
			_, err := c.ListAssignees(ctx, &github.ListAssigneesParams{RepoRef: r})
			return err
		},
		"GET /repos/{owner}/{repo}/assignees/{assignee}": func(ctx context.Context, c *github.Client) error {
			_, err := c.CheckAssignee(ctx, &github.CheckAssigneeParams{RepoRef: r, Assignee: login})
			return err
		},
		"POST /repos/{owner}/{repo}/issues/{issue_number}/assignees": func(ctx context.Context, c *github.Client) error {
			_, err := c.AddAssignees(ctx, &people)
			return err
		},
		"DELETE /repos/{owner}/{repo}/issues/{issue_number}/assignees": func(ctx context.Context, c *github.Client) error {
			_, err := c.RemoveAssignees(ctx, &people)
			return err
		},
	}
}

// TestNamesInPaths checks that no name can lead to another endpoint: each stays one
// segment of the path, and one that cannot is not sent.
func TestNamesInPaths(t *testing.T) {
	t.Parallel()
	d := readDescription(t)
	server := newRecorder(t, d, `{"id":70,"number":7}`)
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	c, err := github.New(github.Config{BaseURL: web.URL + apiPath, Token: contractToken, MaxWait: -1, Rates: rest.Unlimited})
	require.NoError(t, err)
	for _, name := range []string{"a/b", "../../user", "a?page=2", "a#b", "a%2Fb", "a b", "a;b", "需求", "a\nb", "dependabot[bot]"} {
		for endpoint, send := range operationsOn(name, name, name) {
			require.NoError(t, send(t.Context(), c), "%s with %q", endpoint, name)
			sent, err := contracttest.Only(server.Take(), d.endpoint, endpoint)
			require.NoError(t, err, "%s with %q", endpoint, name)
			_, params, err := d.Route(sent.Method, sent.URL)
			require.NoError(t, err)
			delete(params, "issue_number")
			for param, value := range params {
				assert.Equal(t, name, value, "%s of %s", param, endpoint)
			}
		}
	}
	for _, name := range []string{"", ".", ".."} {
		for endpoint, send := range operationsOn(name, name, name) {
			assert.Equal(t, rest.Invalid, rest.ErrorClass(send(t.Context(), c)), "%s with %q", endpoint, name)
			assert.Empty(t, server.Take())
		}
	}
}

// TestTraps checks how the client deals with habits of GitHub that look like
// something else, on the sandbox, which has them.
func TestTraps(t *testing.T) {
	t.Parallel()
	box := &contracttest.Statuses{Handler: sandbox.New()}
	web := httptest.NewServer(box)
	t.Cleanup(web.Close)
	client := func(token string) *github.Client {
		c, err := github.New(github.Config{BaseURL: web.URL + sandbox.Prefix, Token: token, MaxWait: -1, Rates: rest.Unlimited})
		require.NoError(t, err)
		return c
	}
	me, stan := client(sandbox.Token), client(sandbox.Token+"-stan")
	portal := github.RepoRef{Owner: "octoharbor", Repo: "portal"}
	issue := func(number int) github.IssueRef { return github.IssueRef{RepoRef: portal, IssueNumber: number} }

	t.Run("lists contain pull requests", func(t *testing.T) {
		all, err := me.ListRepoIssues(t.Context(), &github.ListRepoIssuesParams{RepoRef: portal, Listing: github.Listing{State: "all", Paging: github.Paging{Limit: 1000}}})
		require.NoError(t, err)
		pulls := 0
		for _, i := range all.Items {
			if i.IsPullRequest() {
				pulls++
			}
		}
		assert.Positive(t, pulls)
		only, err := me.ListRepoIssues(t.Context(), &github.ListRepoIssuesParams{RepoRef: portal, Listing: github.Listing{State: "all", IssuesOnly: true, Paging: github.Paging{Limit: 1000}}})
		require.NoError(t, err)
		assert.Len(t, only.Items, len(all.Items)-pulls)
		page, err := me.ListRepoIssues(t.Context(), &github.ListRepoIssuesParams{RepoRef: portal, Listing: github.Listing{State: "all", Paging: github.Paging{PerPage: 5}}})
		require.NoError(t, err)
		assert.Len(t, page.Items, 5)
		assert.EqualValues(t, 2, page.Next, "as the Link header says")
	})

	t.Run("fields are dropped without push access", func(t *testing.T) {
		got, err := stan.CreateIssue(t.Context(), &github.CreateIssueParams{
			RepoRef: portal, Title: "From outside", Labels: []string{"bug"}, Assignees: []string{"hugh"}, Milestone: "v3.1", Type: "Bug",
		})
		require.NoError(t, err)
		assert.Equal(t, []github.Deviation{
			{Field: "milestone", Missing: []string{"2"}}, {Field: "labels", Missing: []string{"bug"}},
			{Field: "assignees", Missing: []string{"hugh"}}, {Field: "type", Missing: []string{"Bug"}},
		}, got.Ignored)
		got, err = stan.AddAssignees(t.Context(), &github.AssigneesParams{IssueRef: issue(2), Assignees: []string{"hugh"}})
		require.NoError(t, err)
		assert.Equal(t, []github.Deviation{{Field: "assignees", Missing: []string{"hugh"}}}, got.Ignored)
	})

	t.Run("an update replaces all labels and assignees", func(t *testing.T) {
		got, err := me.UpdateIssue(t.Context(), &github.UpdateIssueParams{IssueRef: issue(2), Labels: &[]string{"P1"}, Assignees: &[]string{"hugh"}})
		require.NoError(t, err)
		assert.Empty(t, got.Ignored)
		require.Len(t, got.Issue.Labels, 1)
		require.Len(t, got.Issue.Assignees, 1)
		got, err = me.UpdateIssue(t.Context(), &github.UpdateIssueParams{IssueRef: issue(2), Labels: &[]string{}, Assignees: &[]string{}, Milestone: new("")})
		require.NoError(t, err)
		assert.Empty(t, got.Ignored)
		assert.Empty(t, got.Issue.Labels)
		assert.Empty(t, got.Issue.Assignees)
		assert.True(t, got.Issue.Milestone.IsEmpty())
	})

	t.Run("a moved issue is not written to", func(t *testing.T) {
		before, err := me.GetIssue(t.Context(), &github.GetIssueParams{IssueRef: issue(9)})
		require.NoError(t, err, "a read follows it")
		assert.Equal(t, "octoharbor/cli", before.Repo())
		_, err = me.UpdateIssue(t.Context(), &github.UpdateIssueParams{IssueRef: issue(9), State: new("closed")})
		assert.Equal(t, rest.Moved, rest.ErrorClass(err))
		assert.ErrorContains(t, err, "moved to octoharbor/cli#4")
		after, err := me.GetIssue(t.Context(), &github.GetIssueParams{IssueRef: issue(9)})
		require.NoError(t, err)
		assert.Equal(t, before, after)
	})

	t.Run("nothing is created in a renamed repository", func(t *testing.T) {
		_, err := me.CreateIssue(t.Context(), &github.CreateIssueParams{RepoRef: github.RepoRef{Owner: "octoharbor", Repo: "gateway"}, Title: "New"})
		assert.Equal(t, rest.Moved, rest.ErrorClass(err))
		assert.ErrorContains(t, err, "the repository moved to octoharbor/portal")
	})

	t.Run("what was deleted, turned off or hidden", func(t *testing.T) {
		for _, ref := range []github.IssueRef{issue(11), {RepoRef: github.RepoRef{Owner: "octoharbor", Repo: "mirror"}, IssueNumber: 1}} {
			_, err := me.GetIssue(t.Context(), &github.GetIssueParams{IssueRef: ref})
			assert.Equal(t, rest.NotFound, rest.ErrorClass(err))
			assert.ErrorContains(t, err, "410")
		}
		_, err := stan.GetIssue(t.Context(), &github.GetIssueParams{IssueRef: github.IssueRef{RepoRef: github.RepoRef{Owner: "octoharbor", Repo: "vault"}, IssueNumber: 1}})
		assert.Equal(t, rest.NotFound, rest.ErrorClass(err))
	})

	t.Run("locks", func(t *testing.T) {
		require.NoError(t, me.LockIssue(t.Context(), &github.LockIssueParams{IssueRef: issue(3)}), "without a reason it needs Content-Length: 0")
		err := me.LockIssue(t.Context(), &github.LockIssueParams{IssueRef: issue(3), LockReason: "boring"})
		assert.Equal(t, rest.Invalid, rest.ErrorClass(err))
		require.NoError(t, me.LockIssue(t.Context(), &github.LockIssueParams{IssueRef: issue(3), LockReason: "too heated"}))
		require.NoError(t, me.UnlockIssue(t.Context(), new(issue(3))))
		assert.Equal(t, rest.Forbidden, rest.ErrorClass(stan.LockIssue(t.Context(), &github.LockIssueParams{IssueRef: issue(3)})))
	})

	t.Run("yes and no without a body", func(t *testing.T) {
		for login, want := range map[string]bool{"hugh": true, "stan": false, "nobody at all": false} {
			got, err := me.CheckAssignee(t.Context(), &github.CheckAssigneeParams{RepoRef: portal, Assignee: login})
			require.NoError(t, err)
			assert.Equal(t, want, got, login)
		}
		_, err := stan.CheckAssignee(t.Context(), &github.CheckAssigneeParams{RepoRef: github.RepoRef{Owner: "octoharbor", Repo: "vault"}, Assignee: "hugh"})
		assert.Equal(t, rest.NotFound, rest.ErrorClass(err), "the repository is hidden, which says nothing about the user")
	})

	t.Run("an unchanged response is not sent again", func(t *testing.T) {
		first, err := me.GetIssue(t.Context(), &github.GetIssueParams{IssueRef: issue(4)})
		require.NoError(t, err)
		box.Take()
		again, err := me.GetIssue(t.Context(), &github.GetIssueParams{IssueRef: issue(4)})
		require.NoError(t, err)
		assert.Equal(t, first, again)
		assert.Equal(t, []int{http.StatusNotModified}, box.Take())
	})

	t.Run("media types", func(t *testing.T) {
		for accept, want := range map[github.Accept][3]bool{"": {true, false, false}, "text": {false, true, false}, "html": {false, false, true}, "full": {true, true, true}} {
			got, err := me.GetIssue(t.Context(), &github.GetIssueParams{IssueRef: issue(1), Accept: accept})
			require.NoError(t, err)
			assert.Equal(t, want, [3]bool{got.Body != "", got.BodyText != "", got.BodyHTML != ""}, string(accept))
		}
	})

	t.Run("a secondary rate limit is a 403", func(t *testing.T) {
		_, err := me.ListRepoIssues(t.Context(), &github.ListRepoIssuesParams{RepoRef: github.RepoRef{Owner: "octoharbor", Repo: "busy"}})
		assert.Equal(t, rest.RateLimited, rest.ErrorClass(err))
		box.Take()
		_, err = me.GetIssue(t.Context(), &github.GetIssueParams{IssueRef: issue(1)})
		assert.Equal(t, rest.RateLimited, rest.ErrorClass(err))
		assert.Empty(t, box.Take(), "no request during the pause")
		_, err = stan.GetIssue(t.Context(), &github.GetIssueParams{IssueRef: issue(1)})
		assert.NoError(t, err, "another user")
	})
}
