package gitcode

import (
	"cmp"
	"context"
	"fmt"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/textedit"
)

// ReactionFilter selects a part of the reactions to an issue or a comment.
type ReactionFilter struct {
	EmojiName string `json:"emoji_name,omitempty" jsonschema:"enum=like,enum=dislike,enum=smile,enum=confused,enum=love,enum=rocket,enum=eyes,enum=party" jsonschema_description:"Only these"`
	Paging
}

// ListIssueReactionsParams filters the reactions to an issue.
type ListIssueReactionsParams struct {
	IssueRef
	ReactionFilter
}

// ListIssueReactions lists the reactions to an issue.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues-number-user-reactions
func (c *Client) ListIssueReactions(ctx context.Context, p *ListIssueReactionsParams) (*rest.Page[*Reaction], error) {
	return list[*Reaction](ctx, c, "GET /repos/{owner}/{repo}/issues/{number}/user_reactions", p)
}

// ListCommentReactionsParams filters the reactions to a comment.
type ListCommentReactionsParams struct {
	CommentRef
	ReactionFilter
}

// ListCommentReactions lists the reactions to a comment.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues-comment-comment-id-user-reactions
// (which calls the id comment_id).
func (c *Client) ListCommentReactions(ctx context.Context, p *ListCommentReactionsParams) (*rest.Page[*Reaction], error) {
	return list[*Reaction](ctx, c, "GET /repos/{owner}/{repo}/issues/comment/{id}/user_reactions", p)
}

// Reaction is the reaction of a user.
type Reaction struct {
	ID    Text `json:"id"`
	Emoji Text `json:"emoji"`
	Name  Text `json:"emoji_name"` // one of ReactionFilter.EmojiName
	User  User `json:"user"`
}

// IsEmpty reports whether a response contained no reaction.
func (r *Reaction) IsEmpty() bool { return r.Emoji == "" && r.Name == "" }

// Identity returns the id, or else the user and the emoji.
func (r *Reaction) Identity() string {
	if r.ID != "" || r.User.Login == "" {
		return string(r.ID)
	}
	return fmt.Sprintf("%s %s", r.User.Login, cmp.Or(r.Name, r.Emoji))
}

// RevisionPaging selects a part of a history. A page is one revision; an Offset
// selects it alone. The zero value is all of the history.
type RevisionPaging struct {
	Page   int `json:"page,omitempty" jsonschema:"minimum=1" jsonschema_description:"Default 1, then next_page"`
	Offset int `json:"offset,omitempty" jsonschema_description:"Characters of one row's content to skip"`
	RowLimit
}

// GetIssueHistoryParams identifies an issue and a part of its history.
type GetIssueHistoryParams struct {
	IssueRef
	RevisionPaging
}

// GetIssueHistory returns the revisions of an issue's body.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues-number-modify-history
func (c *Client) GetIssueHistory(ctx context.Context, p *GetIssueHistoryParams) (*rest.Page[*Revision], error) {
	return c.revisions(ctx, "GET /repos/{owner}/{repo}/issues/{number}/modify_history", p.IssueRef, p.RevisionPaging)
}

// GetCommentHistoryParams identifies a comment and a part of its history.
type GetCommentHistoryParams struct {
	CommentRef
	RevisionPaging
}

// GetCommentHistory returns the revisions of a comment.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues-comment-comment-id-modify-history
// (which calls the id comment_id).
func (c *Client) GetCommentHistory(ctx context.Context, p *GetCommentHistoryParams) (*rest.Page[*Revision], error) {
	return c.revisions(ctx, "GET /repos/{owner}/{repo}/issues/comment/{id}/modify_history", p.CommentRef, p.RevisionPaging)
}

// Revision is a text as it was at a time.
type Revision struct {
	ID        Text `json:"id"`
	Content   Text `json:"content"`
	Created   Bool `json:"created"` // whether it is the text as it was first written
	Deleted   Bool `json:"deleted"`
	User      User `json:"user"`
	UpdatedBy User `json:"updated_user"`
	CreatedAt Time `json:"created_at"`
	UpdatedAt Time `json:"updated_at"`
}

// IsEmpty reports whether a response contained no revision.
func (r *Revision) IsEmpty() bool { return r.ID == "" && r.Content == "" && r.CreatedAt.IsZero() }

// revisions returns a part of a history, which GitCode returns as a whole. The text
// of a revision alone begins after the Offset.
func (c *Client) revisions(ctx context.Context, endpoint string, ref any, p RevisionPaging) (*rest.Page[*Revision], error) {
	page, err := listAll[*Revision](ctx, c, endpoint, ref, RowLimit{})
	if err != nil {
		return nil, err
	}
	all, first := len(page.Items), max(p.Page, 1)-1
	if first > 0 && first >= all {
		return nil, &rest.Error{Class: rest.Invalid, Endpoint: endpoint, Message: fmt.Sprintf("page %d is past the end: the history has %d rows", p.Page, all)}
	}
	end := all
	switch {
	case p.Offset != 0:
		end = min(first+1, all)
	case p.Limit > 0:
		end = min(first+p.Limit, all)
	}
	page.Items = page.Items[first:end]
	if p.Offset != 0 && len(page.Items) == 1 {
		if err := textedit.Skip(endpoint, "content", p.Offset, &page.Items[0].Content); err != nil {
			return nil, err
		}
	} else if end < all {
		page.Next = rest.NewPageNumber(end+1, 0)
	}
	if len(page.Items) < all {
		page.Total = &all
	}
	for i := range page.Items {
		page.Starts = append(page.Starts, rest.NewPageNumber(first+i+1, 0))
	}
	return page, nil
}
