package gitcode

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/command"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/textedit"
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
func (c *Client) ListIssueComments(ctx context.Context, p *ListIssueCommentsParams) (*rest.Page[*Comment], error) {
	return list[*Comment](ctx, c, issueCommentsEndpoint, p)
}

const issueCommentsEndpoint = "GET /repos/{owner}/{repo}/issues/{number}/comments"

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
func (c *Client) ListRepoComments(ctx context.Context, p *ListRepoCommentsParams) (*rest.Page[*Comment], error) {
	return list[*Comment](ctx, c, repoCommentsEndpoint, p)
}

const repoCommentsEndpoint = "GET /repos/{owner}/{repo}/issues/comments"

// CreateCommentParams describes a new comment.
type CreateCommentParams struct {
	IssueRef
	Body          string `json:"body" jsonschema:"pattern=\\S" jsonschema_description:"Markdown"`
	AllowCommands bool   `json:"allow_commands,omitempty" jsonschema_description:"Allow lines like /close"`
}

// CreateComment comments on an issue. A text with lines such as /close is rejected
// unless AllowCommands is set. The result is zero if GitCode accepts the
// comment without returning it.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/post-api-v-5-repos-owner-repo-issues-number-comments
func (c *Client) CreateComment(ctx context.Context, p *CreateCommentParams) (*Comment, error) {
	if err := checkCommands(createCommentEndpoint, p.AllowCommands, p.Body, ""); err != nil {
		return nil, err
	}
	return rest.Call[Comment](ctx, c.Client, createCommentEndpoint, struct {
		IssueRef
		Body string `json:"body"`
	}{p.IssueRef, p.Body})
}

const createCommentEndpoint = "POST /repos/{owner}/{repo}/issues/{number}/comments"

// checkCommands rejects a text with lines that bots would act on, unless they are
// allowed or stood in the text before.
func checkCommands(endpoint string, allowed bool, text, before string) error {
	if message := commandIn(text, before); message != "" && !allowed {
		return rest.InvalidArguments(endpoint, message)
	}
	return nil
}

// commandIn says which lines of a text bots would act on that stood not in the text
// before. It returns "" if there is none.
func commandIn(text, before string) string {
	lines := command.New(text, before)
	if len(lines) == 0 {
		return ""
	}
	return fmt.Sprintf("a line starts like a command to bots: %s. Pass allow_commands=true if they should act on it, or else put each command in single backticks on its line; a block of code does not help", command.Quoted(lines))
}

// GetCommentParams identifies a comment. Offset is the number of characters of
// its body to skip.
type GetCommentParams struct {
	CommentRef
	Offset int `json:"offset,omitempty" jsonschema_description:"Body characters to skip"`
}

// GetComment returns a comment, with its body from Offset on.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues-comments-id
func (c *Client) GetComment(ctx context.Context, p *GetCommentParams) (*Comment, error) {
	comment, err := rest.Call[Comment](ctx, c.Client, commentEndpoint, p.CommentRef)
	if err != nil {
		return nil, err
	}
	if err := textedit.Skip(commentEndpoint, "body", p.Offset, &comment.Body); err != nil {
		return nil, err
	}
	return comment, nil
}

const commentEndpoint = "GET /repos/{owner}/{repo}/issues/comments/{id}"

// UpdateCommentParams describes a change of a comment: a new body, or Changes
// of its present one.
type UpdateCommentParams struct {
	CommentRef
	Body string `json:"body,omitempty" jsonschema:"pattern=\\S" jsonschema_description:"New body; replaces all"`
	textedit.Changes
	AllowCommands bool `json:"allow_commands,omitempty"`
}

// CommentChange reports a comment after an update.
type CommentChange struct {
	Comment Comment // zero if the comment could not be read back
	Differs bool    // whether its body is not the requested one
	// ReadErr is why the comment could not be read back, or nil.
	ReadErr error
	// Unchanged reports that Changes changed nothing, so that nothing was sent.
	Unchanged bool
	// Diff shows the lines that Changes changed.
	Diff string
}

// HasPreview reports whether the change says more than the request of a dry run.
func (c *CommentChange) HasPreview() bool { return c != nil && (c.Unchanged || c.Diff != "") }

// UpdateComment changes the body of a comment. If GitCode responds without the
// comment or with another body, the comment is read back.
//
// Changes read the comment twice and fail with rest.Conflict if it changes in
// between. As GitCode has no conditional requests, they overwrite what somebody
// else writes after the second read and before the PATCH is carried out; see
// [Client.UpdateIssue].
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/patch-api-v-5-repos-owner-repo-issues-comments-id
// (older editions show the path of another operation).
func (c *Client) UpdateComment(ctx context.Context, p *UpdateCommentParams) (*CommentChange, error) {
	const endpoint = "PATCH /repos/{owner}/{repo}/issues/comments/{id}"
	body, diff, err := p.Body, "", error(nil)
	var before *commentResponse
	switch {
	case p.Body != "" && !p.IsEmpty():
		return nil, rest.InvalidArguments(endpoint, textedit.Either("body"))
	case p.IsEmpty() && strings.TrimSpace(p.Body) == "":
		return nil, rest.InvalidArguments(endpoint, "nothing to change; pass body, append, prepend or edits")
	case !p.IsEmpty():
		var edited *string
		edited, diff, err = p.Rewrite(endpoint, func() (string, error) {
			if before, err = c.readComment(ctx, p.CommentRef); err != nil {
				return "", err
			}
			return textedit.ExactText(before.body, "body", commentEndpoint)
		})
		if err != nil {
			return nil, err
		}
		if edited == nil {
			return &CommentChange{Comment: before.Comment, Unchanged: true}, nil
		}
		if body = *edited; strings.TrimSpace(body) == "" {
			return nil, rest.InvalidArguments(endpoint, "nothing would be left of the comment; delete it instead")
		}
	}
	textBefore := ""
	if before != nil {
		textBefore = string(before.Body)
	}
	if err := checkCommands(endpoint, p.AllowCommands, body, textBefore); err != nil {
		return nil, err
	}
	req, err := rest.NewRequest(endpoint, struct {
		CommentRef
		Body string `json:"body"`
	}{p.CommentRef, body})
	if err != nil {
		return nil, err
	}
	req.Known.Text = textBefore
	comment, _, err := rest.Do[Comment](ctx, c.Client, req)
	if err != nil {
		return nil, err
	}
	if c.IsDryRun(ctx) {
		return &CommentChange{Diff: diff}, nil
	}
	differs := func() bool { return !sameText(string(comment.Body), body) }
	if comment.ID == 0 || differs() {
		if comment, err = c.GetComment(ctx, &GetCommentParams{CommentRef: p.CommentRef}); err != nil {
			return &CommentChange{ReadErr: err, Diff: diff}, nil
		}
	}
	return &CommentChange{Comment: *comment, Differs: differs(), Diff: diff}, nil
}

// commentResponse is a comment together with its body as the response writes it.
type commentResponse struct {
	Comment
	body json.RawMessage
}

// UnmarshalJSON decodes a comment.
func (r *commentResponse) UnmarshalJSON(data []byte) error {
	var m struct {
		Body json.RawMessage `json:"body"`
	}
	_ = lenient.Decode(data, &m) // anything but an object has none
	r.body = m.Body
	return lenient.Decode(data, &r.Comment)
}

// readComment is like GetComment, but fails if the response is about another
// comment.
func (c *Client) readComment(ctx context.Context, p CommentRef) (*commentResponse, error) {
	response, err := rest.Call[commentResponse](ctx, c.Client, commentEndpoint, p)
	if err == nil && int64(response.ID) != p.ID {
		return nil, &rest.Error{Class: rest.MalformedResponse, Endpoint: commentEndpoint, Message: fmt.Sprintf("the response is about comment %d", response.ID)}
	}
	return response, err
}

// DeleteComment deletes a comment.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/delete-api-v-5-repos-owner-repo-issues-comments-id
func (c *Client) DeleteComment(ctx context.Context, p *CommentRef) error {
	return rest.Send(ctx, c.Client, "DELETE /repos/{owner}/{repo}/issues/comments/{id}", p)
}
