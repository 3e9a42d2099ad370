package gitcode_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/textedit"
)

// TestParamsAreNotChanged checks that a method leaves the caller's params as they are,
// also what it resolves or normalizes before it sends them.
func TestParamsAreNotChanged(t *testing.T) {
	t.Parallel()
	labels := func() gitcode.Labels { return gitcode.Labels{" bug ", "question"} }
	create := func() *gitcode.CreateIssueParams {
		return &gitcode.CreateIssueParams{RepoRef: ref.RepoRef, Title: "t", Assignee: "@ann, me", Milestone: "30003", Labels: labels(), CreateLabels: true}
	}
	update := func() *gitcode.UpdateIssueParams {
		all := labels()
		return &gitcode.UpdateIssueParams{IssueRef: ref, Changes: textedit.Changes{Append: "x"}, State: new(gitcode.StateChange("open")), Assignee: new("@ann, me"), Milestone: new("30003"), Labels: &all, CreateLabels: true}
	}
	updates := func() *gitcode.UpdateIssuesParams {
		return &gitcode.UpdateIssuesParams{RepoRef: ref.RepoRef, CreateLabels: true, Changes: []gitcode.IssuesChange{
			{Numbers: []int{7}, AddLabels: labels(), State: "open", Assignee: new("@ann, me"), Milestone: new("30003"), Comment: " c"},
			{Numbers: []int{7}, AddLabels: []string{"third"}, RemoveLabels: []string{" old "}},
		}}
	}
	add := func() *gitcode.AddLabelsParams {
		return &gitcode.AddLabelsParams{IssueRef: ref, Labels: labels(), CreateLabels: true}
	}
	remove := func() *gitcode.RemoveLabelsParams {
		return &gitcode.RemoveLabelsParams{IssueRef: ref, Labels: labels()}
	}
	list := func() *gitcode.ListRepoIssuesParams {
		return &gitcode.ListRepoIssuesParams{RepoRef: ref.RepoRef, Assignee: "me", Creator: "@me", Milestone: "V1", Labels: labels(),
			Fields: gitcode.Fields{Fields: []string{"body", "title"}}, Include: gitcode.Include{"comments"}}
	}
	enterprise := func() *gitcode.ListEnterpriseIssuesParams {
		return &gitcode.ListEnterpriseIssuesParams{Assignee: "me", Creator: "@me", EnterpriseRef: gitcode.EnterpriseRef{Enterprise: "e"}}
	}
	const found = `200 {"number":7,"body":"b","state":"closed","labels":[{"name":"old"}],"assignees":[]}`
	c := newClient(t, offers(
		"POST /repos/o/issues", found, "PATCH /repos/o/issues/7", found, "GET /repos/o/r/issues/7", found, "POST /repos/o/r/issues/7/labels", "201 []",
		"DELETE /repos/o/r/issues/7/labels/bug,question", "204 ", "DELETE /repos/o/r/issues/7/labels/old", "204 ",
		"POST /repos/o/r/issues/7/comments", `201 {"id":5}`, "GET /repos/o/r/collaborators/demo", "200 {}", "GET /enterprises/e/issues", "200 []"))
	ctx := t.Context()

	created, updated, bulk, added, removed, listed, ofEnterprise := create(), update(), updates(), add(), remove(), list(), enterprise()
	_, err := c.CreateIssue(ctx, created)
	require.NoError(t, err)
	assert.Equal(t, create(), created)
	_, err = c.UpdateIssue(ctx, updated)
	require.NoError(t, err)
	assert.Equal(t, update(), updated)
	_, err = c.UpdateIssues(ctx, bulk)
	require.NoError(t, err)
	assert.Equal(t, updates(), bulk)
	_, err = c.AddLabels(ctx, added)
	require.NoError(t, err)
	assert.Equal(t, add(), added)
	require.NoError(t, c.RemoveLabels(ctx, removed))
	assert.Equal(t, remove(), removed)
	_, err = c.ListRepoIssues(ctx, listed)
	require.NoError(t, err)
	assert.Equal(t, list(), listed)
	_, err = c.ListEnterpriseIssues(ctx, ofEnterprise)
	require.NoError(t, err)
	assert.Equal(t, enterprise(), ofEnterprise)
}
