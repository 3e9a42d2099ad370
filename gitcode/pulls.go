package gitcode

import "context"

// ListIssuePullRequestsParams names the issue; Mergeable asks for each pull
// request's mergeability too.
type ListIssuePullRequestsParams struct {
	IssueRef
	Mergeable bool `json:"mergeable,omitempty" jsonschema_description:"Also tell whether each can be merged"`
}

// ListIssuePullRequests lists the pull requests linked to an issue, all at
// once (issues.txt, 7). They can be of other repositories.
func (c *Client) ListIssuePullRequests(ctx context.Context, p ListIssuePullRequestsParams) ([]PullRequest, error) {
	wire := struct {
		IssueRef
		Mode int `json:"mode,omitempty"`
	}{IssueRef: p.IssueRef}
	if p.Mergeable {
		wire.Mode = 1
	}
	return call[List[PullRequest]](ctx, c, "GET /repos/{owner}/{repo}/issues/{number}/pull_requests", wire)
}
