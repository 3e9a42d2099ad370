package gitcode

import "context"

// ListIssueCommentsParams filters the comments of an issue.
type ListIssueCommentsParams struct {
	IssueRef
	Order string `json:"order,omitempty" jsonschema:"enum=asc,enum=desc" jsonschema_description:"asc, oldest first, if absent"`
	Since string `json:"since,omitempty" jsonschema:"format=date-time" jsonschema_description:"Updated since"`
	Paging
}

// ListIssueComments lists the comments of an issue (issues.txt, 5).
func (c *Client) ListIssueComments(ctx context.Context, p ListIssueCommentsParams) (Page[Comment], error) {
	return list[Comment](ctx, c, "GET /repos/{owner}/{repo}/issues/{number}/comments", p)
}

// ListRepoCommentsParams filters the comments on a repository's issues.
type ListRepoCommentsParams struct {
	RepoRef
	Sort      string `json:"sort,omitempty" jsonschema:"enum=created,enum=updated" jsonschema_description:"created if absent"`
	Direction string `json:"direction,omitempty" jsonschema:"enum=asc,enum=desc" jsonschema_description:"Needs sort"`
	Since     string `json:"since,omitempty" jsonschema:"format=date-time" jsonschema_description:"Updated since"`
	Paging
}

// ListRepoComments lists the comments on all issues of a repository
// (issues.txt, 6).
func (c *Client) ListRepoComments(ctx context.Context, p ListRepoCommentsParams) (Page[Comment], error) {
	return list[Comment](ctx, c, "GET /repos/{owner}/{repo}/issues/comments", p)
}

// CreateCommentParams is a new comment.
type CreateCommentParams struct {
	IssueRef
	Body string `json:"body" jsonschema:"pattern=\\S" jsonschema_description:"Text, Markdown"`
}

// CreateComment comments on an issue (issues.txt, 11). The result is zero
// where GitCode accepts the comment without answering it.
func (c *Client) CreateComment(ctx context.Context, p CreateCommentParams) (Comment, error) {
	return call[Comment](ctx, c, "POST /repos/{owner}/{repo}/issues/{number}/comments", p)
}

// GetComment returns a comment (issues.txt, 17).
func (c *Client) GetComment(ctx context.Context, p CommentRef) (Comment, error) {
	return call[Comment](ctx, c, "GET /repos/{owner}/{repo}/issues/comments/{id}", p)
}

// UpdateCommentParams is a comment's new text.
type UpdateCommentParams struct {
	CommentRef
	Body string `json:"body" jsonschema:"pattern=\\S" jsonschema_description:"New text, replaces the old"`
}

// UpdateComment replaces the text of a comment (issues.txt, 15; its demo shows
// the route of another operation). Where GitCode answers without the comment,
// which it does, the comment is read back; it is zero when that fails.
func (c *Client) UpdateComment(ctx context.Context, p UpdateCommentParams) (Comment, error) {
	comment, err := call[Comment](ctx, c, "PATCH /repos/{owner}/{repo}/issues/comments/{id}", p)
	if err != nil || comment.ID != 0 {
		return comment, err
	}
	if comment, err = c.GetComment(ctx, p.CommentRef); err != nil {
		return Comment{}, nil // the change itself was accepted
	}
	return comment, nil
}

// DeleteComment deletes a comment (issues.txt, 16).
func (c *Client) DeleteComment(ctx context.Context, p CommentRef) error {
	return c.do(ctx, "DELETE /repos/{owner}/{repo}/issues/comments/{id}", p)
}
