package gitcode

import (
	"cmp"
	"fmt"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func history(c *api.Client) []tools.Tool {
	return []tools.Tool{
		tools.Read("list_issue_reactions", "List the reactions to an issue.",
			c.ListIssueReactions, reactionRows),
		tools.Read("list_comment_reactions", "List the reactions to a comment.",
			c.ListCommentReactions, reactionRows),
		tools.Read("get_issue_history", "Return the revisions of an issue's body.",
			c.GetIssueHistory, issueRevisions),
		tools.Read("get_comment_history", "Return the revisions of a comment.",
			c.GetCommentHistory, commentRevisions),
	}
}

// ReactionRow is the reaction of a user to an issue or a comment.
type ReactionRow struct {
	Emoji string `json:"emoji" jsonschema_description:"like, dislike, smile, confused, love, rocket, eyes, party, or another"`
	User  string `json:"user,omitempty" jsonschema_description:"Username"`
}

func reactionRows[P any](_ P, page *rest.Page[*api.Reaction]) *tools.List[*ReactionRow] {
	return tools.PageOf(page, func(r *api.Reaction) *ReactionRow {
		return &ReactionRow{Emoji: string(cmp.Or(r.Name, r.Emoji)), User: string(r.User.Login)}
	})
}

// RevisionRow is a text as it was at a time.
type RevisionRow struct {
	Author    string `json:"author,omitempty" jsonschema_description:"Username"`
	Created   string `json:"created,omitempty" jsonschema_description:"Time"`
	UpdatedBy string `json:"updated_by,omitempty" jsonschema_description:"Username, if another"`
	Updated   string `json:"updated,omitempty" jsonschema_description:"Time, if another"`
	First     bool   `json:"first,omitempty" jsonschema_description:"Whether it is the text as first written"`
	Deleted   bool   `json:"deleted,omitempty" jsonschema_description:"Whether it was deleted"`
	Content   string `json:"content,omitempty" jsonschema_description:"Markdown"`

	skipped int    // characters that Content lacks at its beginning
	call    string // that returns this row
}

// LongTexts returns the content.
func (r *RevisionRow) LongTexts() []tools.LongText {
	if r.Content == "" {
		return nil
	}
	return []tools.LongText{{
		Text: r.Content, Skipped: r.skipped, Rest: r.call,
		Set: func(text string, _ bool) { r.Content = text },
	}}
}

// History returns none.
func (r *RevisionRow) History() tools.History { return tools.History{} }

// Omit leaves out nothing.
func (r *RevisionRow) Omit() string { return "" }

func issueRevisions(p *api.GetIssueHistoryParams, page *rest.Page[*api.Revision]) *tools.List[*RevisionRow] {
	return revisionRows(fmt.Sprintf("get_issue_history number=%d", p.Number), p.Offset, page)
}

func commentRevisions(p *api.GetCommentHistoryParams, page *rest.Page[*api.Revision]) *tools.List[*RevisionRow] {
	return revisionRows(fmt.Sprintf("get_comment_history id=%d", p.ID), p.Offset, page)
}

// revisionRows are those of a history that a call returns. A row alone may lack its
// first characters.
func revisionRows(call string, skipped int, page *rest.Page[*api.Revision]) *tools.List[*RevisionRow] {
	list := tools.PageOf(page, revisionRow)
	for i, r := range list.Rows {
		r.call, r.skipped = fmt.Sprintf("%s page=%v", call, page.Start(i)), skipped
	}
	return list
}

func revisionRow(r *api.Revision) *RevisionRow {
	row := &RevisionRow{
		Author:  string(r.User.Login),
		Created: tools.Minute(r.CreatedAt.Time),
		First:   r.Created.IsTrue(),
		Deleted: r.Deleted.IsTrue(),
		Content: string(r.Content),
	}
	if r.UpdatedBy.Login != r.User.Login {
		row.UpdatedBy = string(r.UpdatedBy.Login)
	}
	if !r.UpdatedAt.Equal(r.CreatedAt.Time) {
		row.Updated = tools.Minute(r.UpdatedAt.Time)
	}
	return row
}
