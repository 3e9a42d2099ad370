package github

import (
	"fmt"
	"strings"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// IssueRow is an issue or a pull request in a list.
type IssueRow struct {
	Number      int            `json:"number,omitempty" jsonschema_description:"The issue_number in its repository"`
	Repo        string         `json:"repo,omitempty" jsonschema_description:"owner/repo, in lists across repositories"`
	PullRequest bool           `json:"pull_request,omitempty" jsonschema_description:"Whether it is a pull request"`
	Merged      bool           `json:"merged,omitempty" jsonschema_description:"Whether the pull request was merged"`
	Title       string         `json:"title,omitempty" jsonschema_description:"Title"`
	State       string         `json:"state,omitempty" jsonschema_description:"open or closed"`
	StateReason string         `json:"state_reason,omitempty" jsonschema_description:"Why it has this state, unless completed"`
	Locked      bool           `json:"locked,omitempty" jsonschema_description:"Whether only collaborators can comment"`
	Type        string         `json:"type,omitempty" jsonschema_description:"Issue type"`
	Labels      []string       `json:"labels,omitempty" jsonschema_description:"Label names"`
	Assignees   []string       `json:"assignees,omitempty" jsonschema_description:"Logins"`
	Author      string         `json:"author,omitempty" jsonschema_description:"Login"`
	Association string         `json:"author_association,omitempty" jsonschema_description:"What the author is to the repository"`
	Milestone   string         `json:"milestone,omitempty" jsonschema_description:"Milestone title"`
	Comments    tools.Comments `json:"comments,omitempty" jsonschema_description:"Number of comments; the comments, oldest first, if included"`
	Created     string         `json:"created,omitempty" jsonschema_description:"Date, in a single issue also the time"`
	Updated     string         `json:"updated,omitempty" jsonschema_description:"Date, in a single issue also the time"`
	Closed      string         `json:"closed,omitempty" jsonschema_description:"Date, in a single issue also the time"`
	URL         string         `json:"url,omitempty" jsonschema_description:"Web page"`
	Body        string         `json:"body,omitempty" jsonschema_description:"Markdown"`
	BodyText    string         `json:"body_text,omitempty" jsonschema_description:"Text without markup, with accept=text or full"`
	BodyHTML    string         `json:"body_html,omitempty" jsonschema_description:"HTML, with accept=html or full"`

	call       string // the call that returns the issue
	bodyOffset int    // characters that the bodies lack at their beginning
	discussion tools.Discussion
}

// Issue is a single issue or pull request.
type Issue struct {
	IssueRow
	tools.Notes
	Milestone  *Milestone `json:"milestone,omitempty" jsonschema_description:"Milestone"`
	ClosedBy   string     `json:"closed_by,omitempty" jsonschema_description:"Login"`
	LockReason string     `json:"lock_reason,omitempty" jsonschema_description:"Why it is locked"`
	Moved      string     `json:"moved,omitempty" jsonschema_description:"Where the issue is now, if it has moved"`
}

// Milestone is the milestone of an issue.
type Milestone struct {
	Number int    `json:"number,omitempty" jsonschema_description:"For the argument milestone"`
	Title  string `json:"title,omitempty" jsonschema_description:"Title"`
	Due    string `json:"due,omitempty" jsonschema_description:"Date"`
}

// issueView is the view of an issue.
func issueView(p *getIssueParams, i *api.Issue) *Issue {
	v := &Issue{
		IssueRow:   *issueRow(i, api.Include{"url", "author_association"}),
		ClosedBy:   string(i.ClosedBy.Login),
		LockReason: string(i.ActiveLockReason),
	}
	v.Created, v.Updated, v.Closed = tools.Second(i.CreatedAt.Time), tools.Second(i.UpdatedAt.Time), tools.Second(i.ClosedAt.Time)
	v.Milestone = milestone(i.Milestone)
	v.call = fmt.Sprintf("github_get_issue issue_number=%d", p.IssueNumber)
	if place := movedTo(&p.IssueRef, i); place != "" {
		v.Moved = "to " + place + "; use that owner, repo and issue_number"
		v.call = callOf(i)
	}
	v.bodyOffset, v.discussion.Single = p.Offset, true
	if p.CommentID != 0 {
		v.Body, v.BodyText, v.BodyHTML, v.bodyOffset = "", "", "", 0
		v.discussion.Skipped = p.Offset
	}
	v.addComments(i)
	v.Cut = tools.UnreadNote("GitHub", unread(p.IssueNumber, i))
	return v
}

// movedTo returns where an issue is if that is not where it was asked for, or "".
func movedTo(ref *api.IssueRef, i *api.Issue) string {
	repo, number := i.Repo(), int(i.Number)
	if repo == "" {
		repo = ref.RepoRef.Target()
	}
	if number == 0 {
		number = ref.IssueNumber
	}
	if strings.EqualFold(repo, ref.RepoRef.Target()) && number == ref.IssueNumber {
		return ""
	}
	return fmt.Sprintf("%s#%d", repo, number)
}

// callOf returns the call that returns an issue of any repository.
func callOf(i *api.Issue) string {
	owner, repo, ok := strings.Cut(i.Repo(), "/")
	if !ok {
		return fmt.Sprintf("github_get_issue issue_number=%d", i.Number)
	}
	return fmt.Sprintf("github_get_issue owner=%s repo=%s issue_number=%d", owner, repo, i.Number)
}

// repoIssueRows returns the rows of a list of one repository.
func repoIssueRows(p *api.ListRepoIssuesParams, page *rest.Page[*api.Issue]) *tools.List[*IssueRow] {
	return issueRows(p.Included(), page, func(r *IssueRow, i *api.Issue) {
		r.call = fmt.Sprintf("github_get_issue issue_number=%d", i.Number)
	})
}

// issueRowsWithRepo returns the rows of a list across repositories.
func issueRowsWithRepo[P interface{ Included() api.Include }](p P, page *rest.Page[*api.Issue]) *tools.List[*IssueRow] {
	return issueRows(p.Included(), page, func(r *IssueRow, i *api.Issue) {
		r.Repo, r.call = i.Repo(), callOf(i)
	})
}

// issueRows returns rows with the included members. The function locate sets the
// repository of a row, and the call that returns its issue.
func issueRows(include api.Include, page *rest.Page[*api.Issue], locate func(*IssueRow, *api.Issue)) *tools.List[*IssueRow] {
	list := tools.PageOf(page, func(i *api.Issue) *IssueRow {
		r := issueRow(i, include)
		locate(r, i)
		r.addComments(i)
		return r
	})
	list.AddNote(unreadNote(page.Items))
	return list
}

// issueRow returns a row with the included members.
func issueRow(i *api.Issue, include api.Include) *IssueRow {
	r := &IssueRow{
		Number:      int(i.Number),
		PullRequest: i.IsPullRequest(),
		Merged:      i.IsPullRequest() && !i.PullRequest.MergedAt.IsZero(),
		Title:       string(i.Title),
		State:       string(i.State),
		Locked:      i.Locked.IsTrue(),
		Type:        string(i.Type.Name),
		Labels:      i.LabelNames(),
		Assignees:   i.AssigneeLogins(),
		Author:      string(i.User.Login),
		Milestone:   string(i.Milestone.Title),
		Created:     tools.Day(i.CreatedAt.Time),
		Updated:     tools.Day(i.UpdatedAt.Time),
		Closed:      tools.Day(i.ClosedAt.Time),
		Body:        string(i.Body), // those that were asked for
		BodyText:    string(i.BodyText),
		BodyHTML:    string(i.BodyHTML),
	}
	if i.StateReason != "completed" {
		r.StateReason = string(i.StateReason)
	}
	if n := i.Comments.Known(); n > 0 {
		r.Comments = tools.NumberOfComments(n)
	}
	if include.Has("url") {
		r.URL = string(i.HTMLURL)
	}
	if include.Has("author_association") {
		r.Association = string(i.AuthorAssociation)
	}
	return r
}

func milestone(m api.Milestone) *Milestone {
	if m.Number == 0 && m.Title == "" {
		return nil
	}
	return &Milestone{Number: int(m.Number), Title: string(m.Title), Due: tools.Day(m.DueOn.Time)}
}
