package gitcode

import (
	"fmt"
	"strconv"
	"strings"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// IssueRow is an issue in a list.
type IssueRow struct {
	Number     int      `json:"number,omitempty" jsonschema_description:"Number in its repository"`
	Repo       string   `json:"repo,omitempty" jsonschema_description:"owner/repo, in lists across repositories"`
	ID         int64    `json:"id,omitempty" jsonschema_description:"Global id, the issue_id of the enterprise tools"`
	Title      string   `json:"title,omitempty" jsonschema_description:"Title"`
	State      string   `json:"state,omitempty" jsonschema_description:"open or closed"`
	IssueState string   `json:"issue_state,omitempty" jsonschema_description:"Workflow status"`
	Labels     []string `json:"labels,omitempty" jsonschema_description:"Label names"`
	Assignees  []string `json:"assignees,omitempty" jsonschema_description:"Usernames"`
	Author     string   `json:"author,omitempty" jsonschema_description:"Username"`
	Milestone  string   `json:"milestone,omitempty" jsonschema_description:"Milestone title"`
	Visibility string   `json:"visibility,omitempty" jsonschema_description:"Who can see it, unless public"`
	Comments   int      `json:"comments,omitempty" jsonschema_description:"Number of comments"`
	Created    string   `json:"created,omitempty" jsonschema_description:"Date, in a single issue also the time"`
	Updated    string   `json:"updated,omitempty" jsonschema_description:"Date, in a single issue also the time"`
}

// DetailedRow is an issue in a repository's list, with what was included.
type DetailedRow struct {
	IssueRow
	Comments     tools.Comments    `json:"comments,omitempty" jsonschema_description:"Number of comments; the comments, oldest first, if included"`
	Type         string            `json:"type,omitempty" jsonschema_description:"Issue type"`
	Priority     string            `json:"priority,omitempty" jsonschema_description:"Priority, in the repository's words"`
	PullRequests []*PullRequestRow `json:"pull_requests,omitempty" jsonschema_description:"Linked pull requests, if included"`
	Logs         []*LogRow         `json:"logs,omitempty" jsonschema_description:"History, if included"`
	URL          string            `json:"url,omitempty" jsonschema_description:"Web page"`
	Body         string            `json:"body,omitempty" jsonschema_description:"Markdown"`

	bodyOffset int    // characters that Body lacks at its beginning
	rest       string // the call that reads the rest of the body; "" if there is none
	discussion tools.Discussion
}

// Issue is a single issue.
type Issue struct {
	DetailedRow
	tools.Notes
	Severity     string     `json:"severity,omitempty" jsonschema_description:"Severity"`
	CustomFields []string   `json:"custom_fields,omitempty" jsonschema_description:"Values of custom fields, NAME=VALUE"`
	Milestone    *Milestone `json:"milestone,omitempty" jsonschema_description:"Milestone"`
	Finished     string     `json:"finished,omitempty" jsonschema_description:"Time it was last closed"`
}

// Milestone is the milestone of an issue.
type Milestone struct {
	Number int    `json:"number,omitempty" jsonschema_description:"For create_issue and update_issue"`
	Title  string `json:"title,omitempty" jsonschema_description:"For the filters of lists"`
}

// plainIssueView is the view of an issue whose body no other call can return in
// parts.
func plainIssueView(i *api.Issue) *Issue {
	v := &Issue{
		DetailedRow: *detailedRow(i, api.Include{"body", "id", "issue_state", "priority", "type", "url"}),
		Severity:    string(i.Severity), CustomFields: i.CustomFields(),
		Finished: tools.Second(i.FinishedAt.Time),
	}
	v.Created, v.Updated = tools.Second(i.CreatedAt.Time), tools.Second(i.UpdatedAt.Time)
	if i.Milestone != (api.Milestone{}) {
		v.Milestone = &Milestone{Number: int(i.Milestone.Number), Title: string(i.Milestone.Title)}
	}
	return v
}

// issueView is the view of an issue whose body get_issue returns in parts.
func issueView(p *api.GetIssueParams, i *api.Issue) *Issue {
	v := plainIssueView(i)
	v.discussion.Single = true
	v.addDetails(p.Number, i.Details)
	v.bodyOffset, v.Cut = p.Offset, unreadNote([]*api.Issue{{Number: api.Int(p.Number), Details: i.Details}}, nil)
	return v
}

func repoIssueRows(p *api.ListRepoIssuesParams, page *api.IssuePage) *tools.List[*DetailedRow] {
	include := p.Included()
	list := tools.PageOf(page.Page, func(i *api.Issue) *DetailedRow {
		r := detailedRow(i, include)
		r.addDetails(r.Number, i.Details)
		return r
	})
	list.AddNote(unreadNote(page.Items, page.Unread))
	list.AddNote(page.Note)
	if p.Numbers != nil {
		list.ContinueWith(func(left []*DetailedRow) string {
			numbers := make([]string, len(left))
			for i, row := range left {
				numbers[i] = strconv.Itoa(row.Number)
			}
			return "numbers=[" + strings.Join(numbers, ",") + "]"
		}, func(last *DetailedRow) string {
			return fmt.Sprintf("all numbers after %d, in the order given", last.Number)
		})
	}
	return list
}

func issueRow(i *api.Issue) *IssueRow {
	r := &IssueRow{
		Number:    int(i.Number),
		Title:     string(i.Title),
		State:     string(i.State),
		Labels:    i.LabelNames(),
		Assignees: i.AssigneeLogins(),
		Author:    string(i.User.Login),
		Milestone: string(i.Milestone.Title),
		Comments:  i.Comments.Known(),
		Created:   tools.Day(i.CreatedAt.Time),
		Updated:   tools.Day(i.UpdatedAt.Time),
	}
	if i.Visibility != "public" {
		r.Visibility = string(i.Visibility)
	}
	return r
}

func issueRowWithRepo(i *api.Issue) *IssueRow {
	r := issueRow(i)
	r.Repo = i.Repo()
	return r
}

func enterpriseIssueRow(i *api.Issue) *IssueRow {
	r := issueRowWithRepo(i)
	r.ID, r.IssueState = int64(i.ID), i.Status()
	return r
}

func issueRowsWithRepo[P any](_ P, page *rest.Page[*api.Issue]) *tools.List[*IssueRow] {
	return tools.PageOf(page, issueRowWithRepo)
}

func enterpriseIssueRows[P any](_ P, page *rest.Page[*api.Issue]) *tools.List[*IssueRow] {
	return tools.PageOf(page, enterpriseIssueRow)
}
