package gitlab

import (
	"context"
	"fmt"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// getIssueParams are those of an issue, or of the part of its discussion that a
// result had no room for.
type getIssueParams struct {
	api.GetIssueParams
	CommentID int64 `json:"comment_id,omitempty" jsonschema_description:"Comments up to this one, to read on after a cut"`
}

// getIssue returns the method that reads an issue and its comments.
func getIssue(c *api.Client) func(context.Context, *getIssueParams) (*api.Issue, error) {
	return func(ctx context.Context, p *getIssueParams) (*api.Issue, error) {
		if p.CommentID == 0 {
			return c.GetIssue(ctx, &p.GetIssueParams)
		}
		issue, err := c.GetIssue(ctx, &api.GetIssueParams{IssueRef: p.IssueRef, Include: api.Include{"comments"}})
		if err != nil || issue.Details == nil {
			return issue, err
		}
		comments, err := tools.CommentsUpTo(issue.Details.Comments, p.CommentID, p.Offset, func(c *api.Note) (int64, *lenient.Text) { return int64(c.ID), &c.Body })
		switch {
		case err != nil:
			return nil, invalid(err.Error())
		case comments == nil && issue.Details.Err != nil:
			return nil, issue.Details.Err
		case comments == nil:
			return nil, invalid(fmt.Sprintf("%s has no comment %d", p.Target(), p.CommentID))
		}
		issue.Details = &api.IssueDetails{Comments: comments, Err: issue.Details.Err}
		return issue, nil
	}
}

// invalid returns the error for arguments that the comments of an issue show to be
// wrong.
func invalid(message string) error {
	return &rest.Error{Class: rest.Invalid, Endpoint: "GET /projects/{id}/issues/{issue_iid}/notes", Message: message}
}

// addComments adds the comments, if they were read. Otherwise their number stays.
func (r *IssueRow) addComments(i *api.Issue) {
	if i.Details == nil || i.Details.Err != nil && len(i.Details.Comments) == 0 {
		return
	}
	call := func(id int64) string { return fmt.Sprintf("%s comment_id=%d", r.call, id) }
	r.discussion.Earlier, r.discussion.Rest = call, call
	for _, c := range i.Details.Comments {
		r.discussion.Add(int64(c.ID), string(c.Author.Username), c.CreatedAt.Time, string(c.Body))
	}
	r.discussion.Set(&r.Comments)
}

// LongTexts returns the description, and the texts of the comments that are kept.
func (r *IssueRow) LongTexts() []tools.LongText {
	var texts []tools.LongText
	if r.Description != "" {
		texts = append(texts, tools.LongText{Text: r.Description, Skipped: r.textOffset, Rest: r.call, Set: func(text string, _ bool) { r.Description = text }})
	}
	return append(texts, r.discussion.LongTexts(r.Comments)...)
}

// History returns the comments.
func (r *IssueRow) History() tools.History { return r.discussion.History(&r.Comments) }

// Omit leaves out the comments but their number.
func (r *IssueRow) Omit() string {
	if r.discussion.Omit(&r.Comments) {
		return "comments"
	}
	return ""
}

// unreadNote says whose comments could not be read, and why.
func unreadNote(issues []*api.Issue) string {
	var all []tools.Unread
	for _, i := range issues {
		if i.Details != nil && i.Details.Err != nil {
			all = append(all, tools.Unread{Part: "comments", Number: int(i.IID), Err: i.Details.Err})
		}
	}
	return tools.UnreadNote("GitLab", all)
}
