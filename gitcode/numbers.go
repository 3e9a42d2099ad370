package gitcode

import "context"

// issuesByNumber reads issues of a repository with as few requests as possible.
// An issue that could not be read has an error instead.
func (c *Client) issuesByNumber(ctx context.Context, repo RepoRef, numbers []int) (map[int]issueResponse, map[int]error) {
	found, failed := map[int]issueResponse{}, map[int]error{}
	for _, n := range numbers {
		issue, err := c.readIssue(ctx, IssueRef{RepoRef: repo, Number: n})
		if err != nil {
			failed[n] = err
			continue
		}
		found[n] = issue
	}
	return found, failed
}
