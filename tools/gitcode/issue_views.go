package gitcode

import (
	"time"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// IssueRow is an issue in a list.
type IssueRow struct {
	Number     int      `json:"number" jsonschema_description:"Number in its repository"`
	Repo       string   `json:"repo,omitempty" jsonschema_description:"owner/repo, in lists across repositories"`
	ID         int64    `json:"id,omitempty" jsonschema_description:"Global id, the issue_id of the enterprise tools"`
	Title      string   `json:"title,omitempty" jsonschema_description:"Title"`
	State      string   `json:"state,omitempty" jsonschema_description:"open or closed"`
	IssueState string   `json:"issue_state,omitempty" jsonschema_description:"Workflow status"`
	Labels     []string `json:"labels,omitempty" jsonschema_description:"Label names"`
	Assignees  []string `json:"assignees,omitempty" jsonschema_description:"Usernames"`
	Author     string   `json:"author,omitempty" jsonschema_description:"Username"`
	Comments   int      `json:"comments,omitempty" jsonschema_description:"Number of comments"`
	Updated    string   `json:"updated,omitempty" jsonschema_description:"Time"`
}

// Issue is a single issue.
type Issue struct {
	IssueRow
	tools.Notes
	Type      string     `json:"type,omitempty" jsonschema_description:"Issue type"`
	Priority  int        `json:"priority,omitempty" jsonschema_description:"Priority"`
	Severity  string     `json:"severity,omitempty" jsonschema_description:"Severity"`
	Milestone *Milestone `json:"milestone,omitempty" jsonschema_description:"Milestone"`
	Created   string     `json:"created,omitempty" jsonschema_description:"Time"`
	Finished  string     `json:"finished,omitempty" jsonschema_description:"Time it was last closed"`
	URL       string     `json:"url,omitempty" jsonschema_description:"Web page"`
	Body      string     `json:"body,omitempty" jsonschema_description:"Markdown"`
}

// LongText returns the text to truncate if the result is too long.
func (v *Issue) LongText() *string { return &v.Body }

// Milestone is the milestone of an issue.
type Milestone struct {
	Number int    `json:"number,omitempty" jsonschema_description:"For create_issue and update_issue"`
	Title  string `json:"title,omitempty" jsonschema_description:"For the filters of lists"`
}

func issueView[P any](_ P, i api.Issue) Issue {
	v := Issue{
		IssueRow: issueRow(i),
		Type:     string(i.IssueType),
		Priority: int(i.Priority),
		Severity: string(i.Severity),
		Created:  second(i.CreatedAt),
		Finished: second(i.FinishedAt),
		URL:      string(i.HTMLURL),
		Body:     string(i.Body),
	}
	v.ID, v.IssueState, v.Updated = int64(i.ID), string(i.IssueState), second(i.UpdatedAt)
	if i.Milestone != (api.Milestone{}) {
		v.Milestone = &Milestone{Number: int(i.Milestone.Number), Title: string(i.Milestone.Title)}
	}
	return v
}

func issueRow(i api.Issue) IssueRow {
	return IssueRow{
		Number:    int(i.Number),
		Title:     string(i.Title),
		State:     string(i.State),
		Labels:    i.LabelNames(),
		Assignees: i.AssigneeLogins(),
		Author:    string(i.User.Login),
		Comments:  int(i.Comments),
		Updated:   minute(i.UpdatedAt),
	}
}

func issueRowWithRepo(i api.Issue) IssueRow {
	r := issueRow(i)
	r.Repo = i.Repo()
	return r
}

func enterpriseIssueRow(i api.Issue) IssueRow {
	r := issueRowWithRepo(i)
	r.ID, r.IssueState = int64(i.ID), string(i.IssueState)
	return r
}

func issueRows[P any](_ P, page rest.Page[api.Issue]) tools.List[IssueRow] {
	return tools.PageOf(page, issueRow)
}

func issueRowsWithRepo[P any](_ P, page rest.Page[api.Issue]) tools.List[IssueRow] {
	return tools.PageOf(page, issueRowWithRepo)
}

func enterpriseIssueRows[P any](_ P, page rest.Page[api.Issue]) tools.List[IssueRow] {
	return tools.PageOf(page, enterpriseIssueRow)
}

// minute formats a time in a row, and second one in a single object. Both keep
// GitCode's offset.
func minute(t api.Time) string { return format(t, "2006-01-02T15:04Z07:00") }
func second(t api.Time) string { return format(t, time.RFC3339) }

func format(t api.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(layout)
}
