package gitcode

import (
	"fmt"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func comments(c *api.Client) []tools.Tool {
	return []tools.Tool{
		tools.Read("list_issue_comments", "List the comments of an issue, oldest first by default.",
			c.ListIssueComments, commentRows),
		tools.Read("list_repo_comments", "List the comments on all issues of a repository, each with its issue's number.",
			c.ListRepoComments, commentRowsWithIssue),
		tools.Read("get_comment", "Return a comment.",
			c.GetComment, commentView),
		tools.Write(tools.Spec{Name: "comment", Effect: tools.Adds, Description: "Comment on an issue. Lines starting with / (/close, /kind bug) trigger bots in many communities.",
			Verify: "list_issue_comments (order=desc)"},
			c.CreateComment, commentCreated),
		tools.Write(tools.Spec{Name: "update_comment", Effect: tools.Changes, Description: "Change the body of a comment.",
			Verify: "get_comment"},
			c.UpdateComment, commentUpdated),
		tools.WriteAsking(tools.Spec{Name: "delete_comment", Effect: tools.Deletes, Description: "Delete a comment permanently.",
			Verify: "get_comment (404 means that it is deleted)"},
			deleteCommentQuestion(c),
			tools.NoResult(c.DeleteComment), commentDeleted),
	}
}

// CommentRow is a comment in a list.
type CommentRow struct {
	ID         int64  `json:"id" jsonschema_description:"Comment id"`
	Issue      int    `json:"issue,omitempty" jsonschema_description:"Issue number"`
	IssueID    int64  `json:"issue_id,omitempty" jsonschema_description:"Global id of the issue, if its number is unknown"`
	IssueTitle string `json:"issue_title,omitempty" jsonschema_description:"Title of the issue"`
	Author     string `json:"author,omitempty" jsonschema_description:"Username"`
	Created    string `json:"created,omitempty" jsonschema_description:"Time"`
	Updated    string `json:"updated,omitempty" jsonschema_description:"Time, if edited"`
	Body       string `json:"body,omitempty" jsonschema_description:"Markdown"`

	bodyOffset int  // characters that Body lacks at its beginning
	whole      bool // whether no call reads the body in parts
}

// LongTexts returns the body.
func (r *CommentRow) LongTexts() []tools.LongText {
	if r.Body == "" || r.whole {
		return nil
	}
	return []tools.LongText{{
		Text: r.Body, Skipped: r.bodyOffset, Rest: fmt.Sprintf("get_comment id=%d", r.ID),
		Set: func(text string, _ bool) { r.Body = text },
	}}
}

// History returns none.
func (r *CommentRow) History() tools.History { return tools.History{} }

// Omit leaves out nothing.
func (r *CommentRow) Omit() string { return "" }

// Comment is a single comment.
type Comment struct {
	CommentRow
	tools.Notes
}

// CommentWritten is the result of a write of a comment.
type CommentWritten struct {
	ID      int64 `json:"id,omitempty" jsonschema_description:"Comment id"`
	Issue   int   `json:"issue,omitempty" jsonschema_description:"Issue number"`
	Deleted bool  `json:"deleted,omitempty" jsonschema_description:"Whether it was deleted"`
	tools.Written
}

// commentRows leaves out the issue, which the caller already knows.
func commentRows[P any](_ P, page *rest.Page[*api.Comment]) *tools.List[*CommentRow] {
	return tools.PageOf(page, commentRow)
}

func commentRowsWithIssue(_ *api.ListRepoCommentsParams, page *rest.Page[*api.Comment]) *tools.List[*CommentRow] {
	return tools.PageOf(page, commentRowWithIssue)
}

// enterpriseCommentRows are those of an issue whose repository is unknown.
func enterpriseCommentRows(_ *api.EnterpriseIssuePage, page *rest.Page[*api.Comment]) *tools.List[*CommentRow] {
	return tools.PageOf(page, func(c *api.Comment) *CommentRow {
		r := commentRow(c)
		r.whole = true
		return r
	})
}

func commentView(p *api.GetCommentParams, c *api.Comment) *Comment {
	v := &Comment{CommentRow: *commentRowWithIssue(c)}
	v.bodyOffset = p.Offset
	return v
}

func commentRow(c *api.Comment) *CommentRow {
	r := &CommentRow{
		ID:      int64(c.ID),
		Author:  string(c.User.Login),
		Created: tools.Minute(c.CreatedAt.Time),
		Updated: tools.Minute(c.UpdatedAt.Time),
		Body:    string(c.Body),
	}
	if r.Updated == r.Created {
		r.Updated = ""
	}
	return r
}

func commentRowWithIssue(c *api.Comment) *CommentRow {
	r, issue := commentRow(c), c.Target.Issue
	r.Issue, r.IssueTitle = int(issue.Number), string(issue.Title)
	if r.Issue == 0 {
		r.IssueID = int64(issue.ID)
	}
	return r
}

func commentCreated(p *api.CreateCommentParams, c *api.Comment) *CommentWritten {
	v := &CommentWritten{ID: int64(c.ID), Issue: p.Number, Written: tools.Written{ID: int64(c.ID)}}
	if c.ID == 0 {
		v.Warnings = []string{noCommentID}
	}
	return v
}

const noCommentID = "GitCode accepted the comment without returning its id; find it with list_issue_comments and do not post it again"

// CommentUpdated is the result of updating a comment.
type CommentUpdated struct {
	CommentWritten
	Diff      string `json:"diff,omitempty" jsonschema_description:"Lines of the body that append, prepend and edits changed; numbers count the lines before"`
	Unchanged bool   `json:"unchanged,omitempty" jsonschema_description:"Whether the comment already was as requested, so that nothing was sent"`
}

func commentUpdated(p *api.UpdateCommentParams, c *api.CommentChange) *CommentUpdated {
	v := &CommentUpdated{Diff: c.Diff, Unchanged: c.Unchanged}
	v.CommentWritten = CommentWritten{ID: p.ID, Issue: int(c.Comment.Target.Issue.Number), Written: tools.Written{ID: int64(c.Comment.ID)}}
	switch {
	case c.Unchanged:
		v.Outcome = tools.Unchanged
	case c.ReadErr != nil:
		v.Warnings = []string{fmt.Sprintf("GitCode accepted the change, but the new body could not be verified: reading it back: %v; check it with get_comment", c.ReadErr)}
	case c.Differs:
		v.Outcome = tools.Partial
		v.Warnings = []string{"the body of the comment differs from the one sent; check it with get_comment"}
	}
	return v
}

func commentDeleted(p *api.CommentRef, _ *struct{}) *CommentWritten {
	return &CommentWritten{ID: p.ID, Deleted: true}
}
