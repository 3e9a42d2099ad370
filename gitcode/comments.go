package gitcode

import (
	"context"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// ListIssueCommentsParams filters the comments of an issue.
type ListIssueCommentsParams struct {
	IssueRef
	Order string `json:"order,omitempty" jsonschema:"enum=asc,enum=desc" jsonschema_description:"Default asc, oldest first"`
	Since string `json:"since,omitempty" jsonschema:"format=date-time" jsonschema_description:"Updated since"`
	Paging
}

// ListIssueComments lists the comments of an issue.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues-number-comments
func (c *Client) ListIssueComments(ctx context.Context, p ListIssueCommentsParams) (rest.Page[Comment], error) {
	return list[Comment](ctx, c, "GET /repos/{owner}/{repo}/issues/{number}/comments", p)
}

// ListRepoCommentsParams filters the comments on a repository's issues.
type ListRepoCommentsParams struct {
	RepoRef
	Sort      string `json:"sort,omitempty" jsonschema:"enum=created,enum=updated" jsonschema_description:"Default created"`
	Direction string `json:"direction,omitempty" jsonschema:"enum=asc,enum=desc" jsonschema_description:"Ignored without sort"`
	Since     string `json:"since,omitempty" jsonschema:"format=date-time" jsonschema_description:"Updated since"`
	Paging
}

// ListRepoComments lists the comments on all issues of a repository.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues-comments
func (c *Client) ListRepoComments(ctx context.Context, p ListRepoCommentsParams) (rest.Page[Comment], error) {
	return list[Comment](ctx, c, "GET /repos/{owner}/{repo}/issues/comments", p)
}

// CreateCommentParams describes a new comment.
type CreateCommentParams struct {
	IssueRef
	Body string `json:"body" jsonschema:"pattern=\\S" jsonschema_description:"Markdown"`
}

// CreateComment comments on an issue. The result is zero if GitCode accepts the
// comment without returning it.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/post-api-v-5-repos-owner-repo-issues-number-comments
func (c *Client) CreateComment(ctx context.Context, p CreateCommentParams) (Comment, error) {
	return rest.Call[Comment](ctx, c.Client, "POST /repos/{owner}/{repo}/issues/{number}/comments", p)
}

// GetComment returns a comment.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues-comments-id
func (c *Client) GetComment(ctx context.Context, p CommentRef) (Comment, error) {
	return rest.Call[Comment](ctx, c.Client, "GET /repos/{owner}/{repo}/issues/comments/{id}", p)
}

// UpdateCommentParams describes a comment's new body.
type UpdateCommentParams struct {
	CommentRef
	Body string `json:"body" jsonschema:"pattern=\\S" jsonschema_description:"New body, replaces the old one"`
}

// CommentChange reports a comment after an update.
type CommentChange struct {
	Comment Comment // zero if the comment could not be read back
	Differs bool    // whether its body is not the requested one
	// ReadErr is why the comment could not be read back, or nil.
	ReadErr error
}

// UpdateComment replaces the body of a comment. If GitCode responds without the
// comment or with another body, the comment is read back.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/patch-api-v-5-repos-owner-repo-issues-comments-id
// (older editions show the path of another operation).
func (c *Client) UpdateComment(ctx context.Context, p UpdateCommentParams) (CommentChange, error) {
	comment, err := rest.Call[Comment](ctx, c.Client, "PATCH /repos/{owner}/{repo}/issues/comments/{id}", p)
	if err != nil || c.IsDryRun(ctx) {
		return CommentChange{}, err
	}
	differs := func() bool { return normalizeText(string(comment.Body)) != normalizeText(p.Body) }
	if comment.ID == 0 || differs() {
		if comment, err = c.GetComment(ctx, p.CommentRef); err != nil {
			return CommentChange{ReadErr: err}, nil
		}
	}
	return CommentChange{Comment: comment, Differs: differs()}, nil
}

// DeleteComment deletes a comment.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/delete-api-v-5-repos-owner-repo-issues-comments-id
func (c *Client) DeleteComment(ctx context.Context, p CommentRef) error {
	return rest.Send(ctx, c.Client, "DELETE /repos/{owner}/{repo}/issues/comments/{id}", p)
}
