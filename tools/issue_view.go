package tools

import (
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
)

// IssueRow is what one decides by in a list of issues.
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
	Comments   int      `json:"comments,omitempty" jsonschema_description:"How many"`
	Updated    string   `json:"updated,omitempty" jsonschema_description:"Time"`
}

// Issue is one issue in full.
type Issue struct {
	IssueRow
	Notes
	Type      string     `json:"type,omitempty" jsonschema_description:"Issue type"`
	Priority  int        `json:"priority,omitempty" jsonschema_description:"Priority"`
	Severity  string     `json:"severity,omitempty" jsonschema_description:"Severity"`
	Milestone *Milestone `json:"milestone,omitempty" jsonschema_description:"Milestone"`
	Created   string     `json:"created,omitempty" jsonschema_description:"Time"`
	Finished  string     `json:"finished,omitempty" jsonschema_description:"Time it was last closed"`
	URL       string     `json:"url,omitempty" jsonschema_description:"Web page"`
	Body      string     `json:"body,omitempty" jsonschema_description:"Text, Markdown"`
}

// Milestone is an issue's milestone.
type Milestone struct {
	Number int    `json:"number,omitempty" jsonschema_description:"As create_issue and update_issue take it"`
	Title  string `json:"title,omitempty" jsonschema_description:"As the list filters take it"`
}

// Changed is what a write did to an issue and where.
type Changed struct {
	Number int    `json:"number,omitempty" jsonschema_description:"Issue number"`
	Title  string `json:"title,omitempty" jsonschema_description:"The new title"`
	State  string `json:"state,omitempty" jsonschema_description:"open or closed"`
	URL    string `json:"url,omitempty" jsonschema_description:"Web page"`
	Written
}

// rows shapes a page of one repository's issues.
func rows[P any](_ P, page gitcode.Page[gitcode.Issue]) List[IssueRow] {
	return pageOf(page, row)
}

// rowsAcross shapes a page of issues of several repositories.
func rowsAcross[P any](_ P, page gitcode.Page[gitcode.Issue]) List[IssueRow] {
	return pageOf(page, rowAcross)
}

// rowsEnterprise shapes a page of an enterprise's issues.
func rowsEnterprise[P any](_ P, page gitcode.Page[gitcode.Issue]) List[IssueRow] {
	return pageOf(page, func(i gitcode.Issue) IssueRow {
		r := rowAcross(i)
		r.ID, r.IssueState = int64(i.ID), string(i.IssueState)
		return r
	})
}

func rowAcross(i gitcode.Issue) IssueRow {
	r := row(i)
	r.Repo = i.Repo()
	return r
}

func row(i gitcode.Issue) IssueRow {
	return IssueRow{
		Number:    int(i.Number),
		Title:     string(i.Title),
		State:     string(i.State),
		Labels:    gitcode.LabelNames(i.Labels),
		Assignees: i.AssigneeLogins(),
		Author:    string(i.User.Login),
		Comments:  int(i.Comments),
		Updated:   minute(i.UpdatedAt),
	}
}

// text is the issue's body.
func (v *Issue) text() *string { return &v.Body }

// whole shapes one issue.
func whole[P any](_ P, i gitcode.Issue) Issue {
	v := Issue{
		IssueRow: row(i),
		Type:     string(i.IssueType),
		Priority: int(i.Priority),
		Severity: string(i.Severity),
		Created:  second(i.CreatedAt),
		Finished: second(i.FinishedAt),
		URL:      string(i.HTMLURL),
		Body:     string(i.Body),
	}
	v.ID, v.IssueState, v.Updated = int64(i.ID), string(i.IssueState), second(i.UpdatedAt)
	if i.Milestone != (gitcode.Milestone{}) {
		v.Milestone = &Milestone{Number: int(i.Milestone.Number), Title: string(i.Milestone.Title)}
	}
	return v
}

func changed(c gitcode.IssueChange) Changed {
	return Changed{Number: int(c.Number), State: string(c.State), URL: string(c.HTMLURL), Written: Written{Warnings: c.Warnings}}
}

func created(_ gitcode.CreateIssueParams, c gitcode.IssueChange) Changed { return changed(c) }

func updated(p gitcode.UpdateIssueParams, c gitcode.IssueChange) Changed {
	v := changed(c)
	v.Number = p.Number
	if p.Title != nil {
		v.Title = string(c.Title)
	}
	return v
}

// minute writes a time of a row, second one of a single thing; both keep the
// offset GitCode answers.
func minute(t gitcode.Time) string { return stamp(t, "2006-01-02T15:04Z07:00") }
func second(t gitcode.Time) string { return stamp(t, time.RFC3339) }

func stamp(t gitcode.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(layout)
}
