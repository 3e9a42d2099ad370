package github

import (
	"context"
	"errors"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

var errUnfinished = errors.New("not implemented yet")

// ListMyIssues lists issues across all repositories that the token's owner can
// see.
func (c *Client) ListMyIssues(ctx context.Context, p ListMyIssuesParams) (rest.Page[Issue], error) {
	return rest.Page[Issue]{}, errUnfinished
}

// ListOrgIssues lists issues of an organization.
func (c *Client) ListOrgIssues(ctx context.Context, p ListOrgIssuesParams) (rest.Page[Issue], error) {
	return rest.Page[Issue]{}, errUnfinished
}

// ListAccountIssues lists issues of the token's owner's repositories.
func (c *Client) ListAccountIssues(ctx context.Context, p ListAccountIssuesParams) (rest.Page[Issue], error) {
	return rest.Page[Issue]{}, errUnfinished
}

// ListRepoIssues lists issues of a repository.
func (c *Client) ListRepoIssues(ctx context.Context, p ListRepoIssuesParams) (rest.Page[Issue], error) {
	return rest.Page[Issue]{}, errUnfinished
}

// GetIssue returns an issue. It follows a moved issue: Repo and Number of the
// result are its new ones.
func (c *Client) GetIssue(ctx context.Context, p GetIssueParams) (Issue, error) {
	return Issue{}, errUnfinished
}

// CreateIssue creates an issue.
func (c *Client) CreateIssue(ctx context.Context, p CreateIssueParams) (IssueChange, error) {
	return IssueChange{}, errUnfinished
}

// UpdateIssue changes an issue.
func (c *Client) UpdateIssue(ctx context.Context, p UpdateIssueParams) (IssueChange, error) {
	return IssueChange{}, errUnfinished
}

// LockIssue locks the conversation of an issue.
func (c *Client) LockIssue(ctx context.Context, p LockIssueParams) error { return errUnfinished }

// UnlockIssue unlocks the conversation of an issue.
func (c *Client) UnlockIssue(ctx context.Context, p IssueRef) error { return errUnfinished }

// ListAssignees lists the users who can be assigned to issues of a repository.
func (c *Client) ListAssignees(ctx context.Context, p ListAssigneesParams) (rest.Page[User], error) {
	return rest.Page[User]{}, errUnfinished
}

// CheckAssignee reports whether a user can be assigned to issues of a repository.
func (c *Client) CheckAssignee(ctx context.Context, p CheckAssigneeParams) (bool, error) {
	return false, errUnfinished
}

// AddAssignees adds assignees to an issue.
func (c *Client) AddAssignees(ctx context.Context, p AssigneesParams) (IssueChange, error) {
	return IssueChange{}, errUnfinished
}

// RemoveAssignees removes assignees from an issue.
func (c *Client) RemoveAssignees(ctx context.Context, p AssigneesParams) (IssueChange, error) {
	return IssueChange{}, errUnfinished
}
