package gitcode

import (
	"errors"
	"fmt"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// detailedRow returns a row with the included members that a list contains.
func detailedRow(i *api.Issue, include api.Include) *DetailedRow {
	r := &DetailedRow{IssueRow: *issueRow(i)}
	if r.IssueRow.Comments > 0 {
		r.Comments = tools.NumberOfComments(r.IssueRow.Comments)
	}
	for _, member := range include {
		switch member {
		case "body":
			r.Body = string(i.Body)
		case "id":
			r.ID = int64(i.ID)
		case "issue_state":
			r.IssueState = i.Status()
		case "priority":
			r.Priority = string(i.PriorityDetail.Title)
		case "type":
			r.Type = i.Type()
		case "url":
			r.URL = string(i.HTMLURL)
		case "visibility":
			r.Visibility = string(i.Visibility)
		}
	}
	return r
}

// addDetails adds what GitCode returns in responses of their own. The number of
// comments stays if they were not read.
func (r *DetailedRow) addDetails(number int, d *api.IssueDetails) {
	r.rest = fmt.Sprintf("get_issue number=%d", number)
	if d.CommentsRead {
		r.discussion.Earlier = func(int64) string { return fmt.Sprintf("list_issue_comments number=%d", number) }
		r.discussion.Rest = func(id int64) string { return fmt.Sprintf("get_comment id=%d", id) }
		for _, c := range d.Comments {
			r.discussion.Add(int64(c.ID), string(c.User.Login), c.CreatedAt.Time, string(c.Body))
		}
		r.discussion.Set(&r.Comments)
	}
	for _, p := range d.PullRequests {
		row := pullRequestRow(p)
		row.Assignees, row.Testers, row.Labels, row.Updated = nil, nil, nil, ""
		r.PullRequests = append(r.PullRequests, row)
	}
	for _, l := range d.Logs {
		row := logRow(l)
		row.Created = tools.Day(l.CreatedAt.Time)
		r.Logs = append(r.Logs, row)
	}
}

// LongTexts returns the body and the bodies of the comments that are kept.
func (r *DetailedRow) LongTexts() []tools.LongText {
	if r.rest == "" {
		return nil
	}
	var texts []tools.LongText
	if r.Body != "" {
		texts = append(texts, tools.LongText{Text: r.Body, Skipped: r.bodyOffset, Rest: r.rest, Set: func(text string, _ bool) { r.Body = text }})
	}
	return append(texts, r.discussion.LongTexts(r.Comments)...)
}

// History returns the comments.
func (r *DetailedRow) History() tools.History { return r.discussion.History(&r.Comments) }

// Omit leaves out the logs, the pull requests and the comments but their number,
// in this order.
func (r *DetailedRow) Omit() string {
	switch {
	case len(r.Logs) > 0:
		r.Logs = nil
		return "logs"
	case len(r.PullRequests) > 0:
		r.PullRequests = nil
		return "pull_requests"
	case r.discussion.Omit(&r.Comments):
		return "comments"
	}
	return ""
}

// unreadNote says which issues and which of their parts could not be read, and
// why.
func unreadNote(issues []*api.Issue, unread []api.UnreadIssue) string {
	var all []tools.Unread
	for _, u := range unread {
		all = append(all, tools.Unread{Part: "issue", Number: u.Number, Err: u.Err})
	}
	for _, issue := range issues {
		for _, u := range issue.Details.Unread {
			part := tools.Unread{Part: u.Part, Number: int(issue.Number), Err: u.Err}
			if e, ok := errors.AsType[*api.TooFewCommentsError](u.Err); ok {
				part.Returned, part.Count = e.Returned, e.Count
			}
			all = append(all, part)
		}
	}
	return tools.UnreadNote("GitCode", all)
}
