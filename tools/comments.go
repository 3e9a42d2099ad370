package tools

import (
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
)

func comments() []Tool {
	return []Tool{
		tool(Spec{Name: "list_issue_comments", Effect: Reads, Description: "Comments of one issue, oldest first unless asked otherwise."},
			(*gitcode.Client).ListIssueComments, commentsOfIssue),
		tool(Spec{Name: "list_repo_comments", Effect: Reads, Description: "Comments on all issues of a repository, each with its issue's number."},
			(*gitcode.Client).ListRepoComments, commentsOfRepo),
		tool(Spec{Name: "get_comment", Effect: Reads, Description: "One comment by its id."},
			(*gitcode.Client).GetComment, commentWhole),
		tool(Spec{Name: "comment", Effect: Adds, Description: "Comment on an issue. Lines beginning with / (/close, /assign, /kind bug) set off robots in many communities.",
			Verify: "list_issue_comments with order=desc tells."},
			(*gitcode.Client).CreateComment, commented),
		tool(Spec{Name: "update_comment", Effect: Changes, Description: "Replace the text of a comment.",
			Verify: "get_comment tells."},
			(*gitcode.Client).UpdateComment, commentUpdated),
		tool(Spec{Name: "delete_comment", Effect: Deletes, Description: "Delete a comment for good.",
			Verify: "get_comment tells: 404 when it is deleted."},
			nothing((*gitcode.Client).DeleteComment), commentDeleted),
	}
}

// CommentRow is a comment.
type CommentRow struct {
	ID         int64  `json:"id" jsonschema_description:"Comment id"`
	Issue      int    `json:"issue,omitempty" jsonschema_description:"Issue number"`
	IssueID    int64  `json:"issue_id,omitempty" jsonschema_description:"Global id of the issue, where its number is not known"`
	IssueTitle string `json:"issue_title,omitempty" jsonschema_description:"Title of the issue"`
	Author     string `json:"author,omitempty" jsonschema_description:"Username"`
	Created    string `json:"created,omitempty" jsonschema_description:"Time"`
	Updated    string `json:"updated,omitempty" jsonschema_description:"Time, if edited"`
	Body       string `json:"body,omitempty" jsonschema_description:"Text, Markdown"`
}

// Comment is one comment by itself.
type Comment struct {
	CommentRow
	Notes
}

// CommentChanged is what a write did to a comment.
type CommentChanged struct {
	ID      int64 `json:"id,omitempty" jsonschema_description:"Comment id"`
	Issue   int   `json:"issue,omitempty" jsonschema_description:"Issue number"`
	Deleted bool  `json:"deleted,omitempty" jsonschema_description:"It is deleted"`
	Written
}

// commentsOfIssue shapes comments of one issue, which the reader knows.
func commentsOfIssue[P any](_ P, page gitcode.Page[gitcode.Comment]) List[CommentRow] {
	return pageOf(page, commentRow)
}

// commentsOfRepo shapes comments of many issues.
func commentsOfRepo(_ gitcode.ListRepoCommentsParams, page gitcode.Page[gitcode.Comment]) List[CommentRow] {
	return pageOf(page, commentWithIssue)
}

func commentWhole(_ gitcode.CommentRef, c gitcode.Comment) Comment {
	return Comment{CommentRow: commentWithIssue(c)}
}

// text is the comment's body.
func (r *CommentRow) text() *string { return &r.Body }

func commentRow(c gitcode.Comment) CommentRow {
	r := CommentRow{
		ID:      int64(c.ID),
		Author:  string(c.User.Login),
		Created: minute(c.CreatedAt),
		Updated: minute(c.UpdatedAt),
		Body:    string(c.Body),
	}
	if r.Updated == r.Created {
		r.Updated = ""
	}
	return r
}

func commentWithIssue(c gitcode.Comment) CommentRow {
	r, target := commentRow(c), c.Target.Issue
	r.Issue, r.IssueTitle = int(target.Number), string(target.Title)
	if r.Issue == 0 {
		r.IssueID = int64(target.ID)
	}
	return r
}

func commented(p gitcode.CreateCommentParams, c gitcode.Comment) CommentChanged {
	v := CommentChanged{ID: int64(c.ID), Issue: p.Number}
	if c.ID == 0 {
		v.Warnings = []string{"GitCode accepted the comment without answering its id: list_issue_comments shows it, do not post it again"}
	}
	return v
}

func commentUpdated(p gitcode.UpdateCommentParams, c gitcode.Comment) CommentChanged {
	v := CommentChanged{ID: p.ID, Issue: int(c.Target.Issue.Number)}
	switch {
	case c.ID == 0:
		v.Warnings = []string{"GitCode accepted the change, but the comment could not be read back: see get_comment"}
	case plainText(string(c.Body)) != plainText(p.Body):
		v.Warnings = []string{"the comment's text is not the one sent: see get_comment"}
	}
	return v
}

// plainText undoes what services do to line ends and surrounding blanks.
func plainText(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
}

func commentDeleted(p gitcode.CommentRef, _ struct{}) CommentChanged {
	return CommentChanged{ID: p.ID, Deleted: true}
}
