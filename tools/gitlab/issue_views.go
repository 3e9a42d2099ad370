package gitlab

import (
	"fmt"
	"strings"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// IssueRow is an issue in a list.
type IssueRow struct {
	IID          int            `json:"iid,omitempty" jsonschema_description:"The issue_iid in its project"`
	Project      string         `json:"project,omitempty" jsonschema_description:"The id of its project, in lists across projects"`
	ID           int64          `json:"id,omitempty" jsonschema_description:"Global id"`
	Title        string         `json:"title,omitempty" jsonschema_description:"Title"`
	State        string         `json:"state,omitempty" jsonschema_description:"open or closed"`
	Type         string         `json:"type,omitempty" jsonschema_description:"incident, test_case or another type, unless issue"`
	Severity     string         `json:"severity,omitempty" jsonschema_description:"Of an incident, unless unknown"`
	Confidential bool           `json:"confidential,omitempty" jsonschema_description:"Whether only members see it"`
	Locked       bool           `json:"discussion_locked,omitempty" jsonschema_description:"Whether only members can comment"`
	Labels       []string       `json:"labels,omitempty" jsonschema_description:"Label names"`
	LabelDetails []LabelDetails `json:"label_details,omitempty" jsonschema_description:"With with_labels_details"`
	Assignees    []string       `json:"assignees,omitempty" jsonschema_description:"Usernames"`
	Author       string         `json:"author,omitempty" jsonschema_description:"Username"`
	Milestone    string         `json:"milestone,omitempty" jsonschema_description:"Milestone title"`
	Epic         string         `json:"epic,omitempty" jsonschema_description:"Epic title"`
	Iteration    string         `json:"iteration,omitempty" jsonschema_description:"Iteration title, or its dates"`
	DueDate      string         `json:"due_date,omitempty" jsonschema_description:"Date"`
	Weight       *int           `json:"weight,omitempty" jsonschema_description:"Weight"`
	HealthStatus string         `json:"health_status,omitempty" jsonschema_description:"on_track, needs_attention or at_risk"`
	Comments     tools.Comments `json:"comments,omitempty" jsonschema_description:"Number of comments; the comments, oldest first, if included"`
	Created      string         `json:"created,omitempty" jsonschema_description:"Date, in a single issue also the time"`
	Updated      string         `json:"updated,omitempty" jsonschema_description:"Date, in a single issue also the time"`
	Closed       string         `json:"closed,omitempty" jsonschema_description:"Date, in a single issue also the time"`
	URL          string         `json:"url,omitempty" jsonschema_description:"Web page"`
	Description  string         `json:"description,omitempty" jsonschema_description:"Markdown"`

	call       string // the call that returns the issue
	textOffset int    // characters that the description lacks at its beginning
	discussion tools.Discussion
}

// LabelDetails are a label with what it means.
type LabelDetails struct {
	Name        string `json:"name" jsonschema_description:"Label name"`
	Description string `json:"description,omitempty" jsonschema_description:"What it means"`
	Color       string `json:"color,omitempty" jsonschema_description:"Color"`
}

// Issue is a single issue.
type Issue struct {
	IssueRow
	tools.Notes
	Milestone    *Milestone `json:"milestone,omitempty" jsonschema_description:"Milestone"`
	Epic         *Epic      `json:"epic,omitempty" jsonschema_description:"Epic"`
	Iteration    *Iteration `json:"iteration,omitempty" jsonschema_description:"Iteration"`
	TimeEstimate string     `json:"time_estimate,omitempty" jsonschema_description:"Such as 3h 30m"`
	TimeSpent    string     `json:"time_spent,omitempty" jsonschema_description:"Such as 1h"`
	Subscribed   bool       `json:"subscribed,omitempty" jsonschema_description:"Whether the token's owner is subscribed"`
	ClosedBy     string     `json:"closed_by,omitempty" jsonschema_description:"Username"`
	MovedToID    int64      `json:"moved_to_id,omitempty" jsonschema_description:"Global id of the issue that it became in another project"`
	MovedTo      string     `json:"moved_to,omitempty" jsonschema_description:"Its project and issue_iid there, with a # between"`
}

// Milestone is the milestone of an issue.
type Milestone struct {
	ID    int64  `json:"id,omitempty" jsonschema_description:"For the argument milestone_id"`
	Title string `json:"title,omitempty" jsonschema_description:"Title"`
}

// Epic is the epic of an issue.
type Epic struct {
	ID    int64  `json:"id,omitempty" jsonschema_description:"For the argument epic_id"`
	IID   int    `json:"iid,omitempty" jsonschema_description:"Number in its group"`
	Title string `json:"title,omitempty" jsonschema_description:"Title"`
}

// Iteration is the iteration of an issue.
type Iteration struct {
	ID    int64  `json:"id,omitempty" jsonschema_description:"For the argument iteration_id"`
	Title string `json:"title,omitempty" jsonschema_description:"Title"`
	Start string `json:"start_date,omitempty" jsonschema_description:"Date"`
	Due   string `json:"due_date,omitempty" jsonschema_description:"Date"`
}

// issueView is the view of an issue of a project.
func issueView(p *getIssueParams, i *api.Issue) *Issue {
	v := singleIssue(i)
	v.call = fmt.Sprintf("gitlab_get_issue issue_iid=%d", p.IssueIID)
	if project := projectOf(i); project != "" && !strings.EqualFold(project, p.ProjectRef.Target()) {
		v.Project = project
	}
	v.textOffset, v.discussion.Single = p.Offset, true
	if p.CommentID != 0 {
		v.Description, v.textOffset = "", 0
		v.discussion.Skipped = p.Offset
	}
	v.addComments(i)
	v.Cut = unreadNote([]*api.Issue{i})
	return v
}

// singleIssue returns the view of an issue without its project and comments.
func singleIssue(i *api.Issue) *Issue {
	v := &Issue{
		IssueRow:     *issueRow(i, api.Include{"id", "url"}),
		TimeEstimate: duration(i.TimeStats.Estimate.Known(), string(i.TimeStats.HumanEstimate)),
		TimeSpent:    duration(i.TimeStats.Spent.Known(), string(i.TimeStats.HumanSpent)),
		Subscribed:   i.Subscribed.IsTrue(),
		ClosedBy:     string(i.ClosedBy.Username),
		MovedToID:    int64(i.MovedToID),
		MovedTo:      i.MovedTo,
	}
	v.Created, v.Updated, v.Closed = tools.Second(i.CreatedAt.Time), tools.Second(i.UpdatedAt.Time), tools.Second(i.ClosedAt.Time)
	v.Milestone, v.Epic, v.Iteration = milestone(i.Milestone), epic(i.Epic), iteration(i.Iteration)
	return v
}

// projectIssueRows returns the rows of a list of one project.
func projectIssueRows(p *api.ListProjectIssuesParams, page *rest.Page[*api.Issue]) *tools.List[*IssueRow] {
	return issueRows(p.Included(), page, func(r *IssueRow, i *api.Issue) {
		r.call = fmt.Sprintf("gitlab_get_issue issue_iid=%d", i.IID)
	})
}

// issueRowsWithProject returns the rows of a list across projects.
func issueRowsWithProject[P interface{ Included() api.Include }](p P, page *rest.Page[*api.Issue]) *tools.List[*IssueRow] {
	return issueRows(p.Included(), page, func(r *IssueRow, i *api.Issue) {
		r.Project, r.call = projectOf(i), callOf(i)
	})
}

// callOf returns the call that returns an issue of any project.
func callOf(i *api.Issue) string {
	return fmt.Sprintf("gitlab_get_issue id=%s issue_iid=%d", projectOf(i), i.IID)
}

// issueRows returns rows with the included members. The function locate sets the
// project of a row, and the call that returns its issue.
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
		IID:          int(i.IID),
		Title:        string(i.Title),
		State:        state(string(i.State)),
		Confidential: i.Confidential.IsTrue(),
		Locked:       i.DiscussionLocked.IsTrue(),
		Labels:       i.LabelNames(),
		LabelDetails: labelDetails(i.Labels),
		Assignees:    i.AssigneeNames(),
		Author:       string(i.Author.Username),
		Milestone:    string(i.Milestone.Title),
		DueDate:      string(i.DueDate),
		Weight:       i.Weight.Value,
		HealthStatus: string(i.HealthStatus),
		Created:      tools.Day(i.CreatedAt.Time),
		Updated:      tools.Day(i.UpdatedAt.Time),
		Closed:       tools.Day(i.ClosedAt.Time),
		Description:  string(i.Description), // if it was asked for
	}
	if i.IssueType != "issue" {
		r.Type = string(i.IssueType)
	}
	if !strings.EqualFold(string(i.Severity), "unknown") {
		r.Severity = strings.ToLower(string(i.Severity))
	}
	if n := i.UserNotesCount.Known(); n > 0 {
		r.Comments = tools.NumberOfComments(n)
	}
	if include.Has("id") {
		r.ID = int64(i.ID)
	}
	if include.Has("url") {
		r.URL = string(i.WebURL)
	}
	if include.Has("epic") {
		r.Epic = string(i.Epic.Title)
	}
	if include.Has("iteration") {
		r.Iteration = iterationName(i.Iteration)
	}
	return r
}

// labelDetails returns the details of labels, or nil if GitLab returned names only.
func labelDetails(labels api.IssueLabels) []LabelDetails {
	var details []LabelDetails
	for _, l := range labels {
		if l.Color != "" || l.Description != "" {
			details = append(details, LabelDetails{string(l.Name), string(l.Description), string(l.Color)})
		}
	}
	return details
}

// projectOf returns the path of an issue's project, or else its number, or "".
func projectOf(i *api.Issue) string {
	if project, _, found := strings.Cut(string(i.References.Full), "#"); found && project != "" {
		return project
	}
	if i.ProjectID > 0 {
		return fmt.Sprint(i.ProjectID)
	}
	return ""
}

// state returns a state as the arguments of tools name it.
func state(s string) string {
	if s == "opened" {
		return "open"
	}
	return s
}

func milestone(m api.Milestone) *Milestone {
	if m.ID == 0 && m.Title == "" {
		return nil
	}
	return &Milestone{ID: int64(m.ID), Title: string(m.Title)}
}

func epic(e api.Epic) *Epic {
	if e.ID == 0 && e.Title == "" {
		return nil
	}
	return &Epic{ID: int64(e.ID), IID: int(e.IID), Title: string(e.Title)}
}

func iteration(i api.Iteration) *Iteration {
	if i.ID == 0 && iterationName(i) == "" {
		return nil
	}
	return &Iteration{ID: int64(i.ID), Title: string(i.Title), Start: string(i.StartDate), Due: string(i.DueDate)}
}

// iterationName returns the title of an iteration, or else its dates: those of a
// cadence have none.
func iterationName(i api.Iteration) string {
	if i.Title != "" || i.StartDate == "" && i.DueDate == "" {
		return string(i.Title)
	}
	return fmt.Sprintf("%s to %s", i.StartDate, i.DueDate)
}
