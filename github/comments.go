package github

import (
	"context"
	"errors"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// maxComments is the maximum number of comments that are read of an issue, the
// oldest first.
const maxComments = 1000

// readComments reads the comments of issues, as their Details. Issues are of repo,
// unless it is empty or they say otherwise. Done requests came before.
func (c *Client) readComments(ctx context.Context, issues []*Issue, repo RepoRef, done int) {
	var pending []*Issue
	for _, issue := range issues {
		issue.Details = &IssueDetails{}
		if count := issue.Comments.Value; count == nil || *count > 0 {
			pending = append(pending, issue)
		}
	}
	rest.InParallelWithSteps(ctx, len(pending), done, func(i int) {
		issue := pending[i]
		issue.Details.Comments, issue.Details.Err = c.comments(ctx, issue.ref(IssueRef{RepoRef: repo}))
	})
}

var errNoRepo = errors.New("the response does not show the issue's repository and number")

// comments returns the comments of an issue. If an error ends the list early, it
// returns those before it too.
//
// GitHub documentation:
// https://docs.github.com/en/enterprise-server@3.19/rest/issues/comments#list-issue-comments
func (c *Client) comments(ctx context.Context, ref IssueRef) ([]*Comment, error) {
	if ref.Owner == "" || ref.IssueNumber <= 0 {
		return nil, errNoRepo
	}
	req, err := rest.NewRequest("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", ref)
	if err != nil {
		return nil, err
	}
	return rest.ListWhole(ctx, c.Client, req, maxComments, rest.ListOptions[*Comment]{})
}
