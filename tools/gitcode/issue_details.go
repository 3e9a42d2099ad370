package gitcode

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// commentsMember is the member comments of an issue: their number, or the
// comments themselves.
type commentsMember interface{ isComments() }

type (
	numberOfComments int
	commentList      []IssueComment
)

func (numberOfComments) isComments() {}
func (commentList) isComments()      {}

// IssueComment is a comment in the row of its issue.
type IssueComment struct {
	LeftOut string `json:"left_out,omitempty"` // instead of earlier comments
	ID      int64  `json:"id,omitempty"`       // in a list only if the body is cut
	Author  string `json:"author,omitempty"`
	Created string `json:"created,omitempty"`
	Body    string `json:"body,omitempty"`

	id int64
}

// detailedRow returns a row with the included members that a list contains.
func detailedRow(i api.Issue, include api.Include) DetailedRow {
	r := DetailedRow{IssueRow: issueRow(i)}
	if r.IssueRow.Comments > 0 {
		r.Comments = numberOfComments(r.IssueRow.Comments)
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
// comments stays if they were not read. Those of a single issue have their ids and
// the time of day; in a list that would take too much.
func (r *DetailedRow) addDetails(number int, d *api.IssueDetails) {
	r.number, r.rest = number, fmt.Sprintf("get_issue number=%d", number)
	if d.CommentsRead {
		for _, c := range d.Comments {
			comment := IssueComment{Author: string(c.User.Login), Created: day(c.CreatedAt), Body: string(c.Body), id: int64(c.ID)}
			if r.single {
				comment.ID, comment.Created = comment.id, minute(c.CreatedAt)
			}
			r.all = append(r.all, comment)
		}
		r.keepComments(len(r.all))
	}
	for _, p := range d.PullRequests {
		row := pullRequestRow(p)
		row.Assignees, row.Testers, row.Labels, row.Updated = nil, nil, nil, ""
		r.PullRequests = append(r.PullRequests, row)
	}
	for _, l := range d.Logs {
		row := logRow(l)
		row.Created = day(l.CreatedAt)
		r.Logs = append(r.Logs, row)
	}
}

// keepComments leaves out all but the last comments.
func (r *DetailedRow) keepComments(n int) {
	r.Comments = nil
	left := len(r.all) - n
	list := commentList(slices.Clone(r.all[left:])) // their bodies may be cut
	if left > 0 {
		list = slices.Concat(commentList{{LeftOut: fmt.Sprintf("%d earlier comments; list_issue_comments number=%d has them", left, r.number)}}, list)
	}
	if len(list) > 0 {
		r.Comments = list
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
	list, _ := r.Comments.(commentList)
	for i := range list {
		c := &list[i]
		if c.Body == "" {
			continue
		}
		texts = append(texts, tools.LongText{Text: c.Body, Rest: fmt.Sprintf("get_comment id=%d", c.id), Set: func(text string, cut bool) {
			c.Body, c.ID = text, 0
			if cut || r.single {
				c.ID = c.id
			}
		}})
	}
	return texts
}

// History returns the comments.
func (r *DetailedRow) History() tools.History {
	return tools.History{Len: len(r.all), Keep: r.keepComments}
}

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
	case len(r.all) > 0:
		r.Comments, r.all = numberOfComments(len(r.all)), nil
		return "comments"
	}
	return ""
}

// unreadNote says which issues and which of their parts could not be read, and
// why. Errors of a class are the same one.
func unreadNote(issues []api.Issue, unread []api.UnreadIssue) string {
	type group struct {
		part    string
		err     error
		numbers []int

		returned, count int // comments, if too few
	}
	var groups []group
	add := func(part string, number int, err error) {
		i := slices.IndexFunc(groups, func(g group) bool {
			return g.part == part && rest.ErrorClass(g.err) == rest.ErrorClass(err) && (tooFew(g.err) == nil) == (tooFew(err) == nil)
		})
		if i < 0 {
			i, groups = len(groups), append(groups, group{part: part, err: err})
		}
		if e := tooFew(err); e != nil {
			groups[i].returned, groups[i].count = groups[i].returned+e.Returned, groups[i].count+e.Count
		}
		groups[i].numbers = append(groups[i].numbers, number)
	}
	for _, u := range unread {
		add("issue", u.Number, u.Err)
	}
	for _, issue := range issues {
		for _, u := range issue.Details.Unread {
			add(u.Part, int(issue.Number), u.Err)
		}
	}
	slices.SortStableFunc(groups, func(a, b group) int { return strings.Compare(a.part, b.part) })
	parts := map[string]string{"comments": "the comments of ", "pull_requests": "the pull requests of ", "logs": "the logs of "}
	var notes []string
	for _, g := range groups {
		const most = 200
		slices.Sort(g.numbers)
		var numbers []string
		for _, n := range g.numbers[:min(len(g.numbers), most)] {
			numbers = append(numbers, fmt.Sprintf("#%d", n))
		}
		if more := len(g.numbers) - most; more > 0 {
			numbers = append(numbers, fmt.Sprintf("and %d more", more))
		}
		if g.count > 0 {
			notes = append(notes, fmt.Sprintf("GitCode returned %d of %d comments of %s.", g.returned, g.count, strings.Join(numbers, ", ")))
			continue
		}
		notes = append(notes, fmt.Sprintf("Could not read %s%s: %v.", parts[g.part], strings.Join(numbers, ", "), g.err))
	}
	return strings.Join(notes, " ")
}

func tooFew(err error) *api.TooFewCommentsError {
	e, _ := errors.AsType[*api.TooFewCommentsError](err)
	return e
}
