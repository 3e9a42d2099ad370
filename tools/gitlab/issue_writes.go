package gitlab

import (
	"slices"
	"strings"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// IssueWritten is the result of creating or updating an issue. Lists that are
// known to be empty are shown as such.
type IssueWritten struct {
	IID          int        `json:"iid,omitempty" jsonschema_description:"The issue_iid"`
	Title        string     `json:"title,omitempty" jsonschema_description:"Title"`
	State        string     `json:"state,omitempty" jsonschema_description:"open or closed"`
	Type         string     `json:"type,omitempty" jsonschema_description:"Type, unless issue"`
	Confidential bool       `json:"confidential,omitempty" jsonschema_description:"Whether only members see it"`
	Locked       bool       `json:"discussion_locked,omitempty" jsonschema_description:"Whether only members can comment"`
	Labels       []string   `json:"labels,omitzero" jsonschema_description:"Label names afterwards; absent if unknown"`
	Assignees    []string   `json:"assignees,omitzero" jsonschema_description:"Usernames afterwards; absent if unknown"`
	Milestone    *Milestone `json:"milestone,omitempty" jsonschema_description:"Milestone afterwards"`
	Epic         *Epic      `json:"epic,omitempty" jsonschema_description:"Epic afterwards"`
	DueDate      string     `json:"due_date,omitempty" jsonschema_description:"Date"`
	Weight       *int       `json:"weight,omitempty" jsonschema_description:"Weight"`
	URL          string     `json:"url,omitempty" jsonschema_description:"Web page"`
	tools.Written
}

// IssueUpdated is the result of updating an issue.
type IssueUpdated struct {
	IssueWritten
	PreviousLabels    []string `json:"previous_labels,omitempty" jsonschema_description:"Labels that were replaced"`
	PreviousAssignees []string `json:"previous_assignees,omitempty" jsonschema_description:"Assignees that were replaced"`

	Diff      string `json:"diff,omitempty" jsonschema_description:"Lines of the description that append, prepend and edits changed; numbers count the lines before"`
	Unchanged bool   `json:"unchanged,omitempty" jsonschema_description:"Whether the issue already was as requested, so that nothing was sent"`
}

func issueCreated(p *api.CreateIssueParams, c *api.IssueChange) *IssueWritten {
	v := issueWritten(c, len(p.Labels) > 0, len(p.AssigneeIDs) > 0 || p.AssigneeID != "")
	if c.Issue.IID == 0 {
		v.Warnings = append([]string{"GitLab created the issue without returning its iid; find it with gitlab_list_project_issues and do not create it again"}, v.Warnings...)
	}
	return v
}

func issueUpdated(p *api.UpdateIssueParams, c *api.IssueChange) *IssueUpdated {
	labels := p.Labels != nil || len(p.AddLabels)+len(p.RemoveLabels) > 0
	v := &IssueUpdated{IssueWritten: *issueWritten(c, labels, p.AssigneeIDs != nil), Diff: c.Diff, Unchanged: c.Unchanged, PreviousLabels: c.PreviousLabels, PreviousAssignees: c.PreviousAssignees}
	v.IID = p.IssueIID
	if c.Unchanged {
		v.Outcome = tools.Unchanged
	}
	return v
}

// issueWritten returns what a change has led to. Lists of labels and assignees that
// are empty are shown only if they were requested: a response may lack them.
func issueWritten(c *api.IssueChange, labels, assignees bool) *IssueWritten {
	r := issueRow(&c.Issue, api.Include{"url"})
	v := &IssueWritten{
		IID:          r.IID,
		Title:        r.Title,
		State:        r.State,
		Type:         r.Type,
		Confidential: r.Confidential,
		Locked:       r.Locked,
		Labels:       r.Labels,
		Assignees:    r.Assignees,
		Milestone:    milestone(c.Issue.Milestone),
		Epic:         epic(c.Issue.Epic),
		DueDate:      r.DueDate,
		Weight:       r.Weight,
		URL:          r.URL,
		Written:      tools.Written{Warnings: warnings(c), Outcome: tools.OutcomeOf(len(c.Ignored), len(c.Unknown)), ID: int64(c.Issue.ID)},
	}
	if lacking, _ := lackingMembers(c); len(lacking) > 0 {
		v.Outcome = tools.Partial
	}
	if c.Issue.ID == 0 {
		return v
	}
	if labels && !slices.Contains(c.Unknown, "labels") && !slices.Contains(c.Unknown, "add_labels") && !slices.Contains(c.Unknown, "remove_labels") {
		v.Labels = tools.Known(v.Labels)
	}
	if assignees && !slices.Contains(c.Unknown, "assignee_ids") {
		v.Assignees = tools.Known(v.Assignees)
	}
	return v
}

// IssueDeleted is the result of deleting an issue.
type IssueDeleted struct {
	IID     int    `json:"iid,omitempty" jsonschema_description:"The issue_iid"`
	Title   string `json:"title,omitempty" jsonschema_description:"Title, in a dry run"`
	Deleted bool   `json:"deleted,omitempty" jsonschema_description:"Whether the issue is gone"`
	tools.Written
}

func issueDeleted(p *api.IssueRef, d *api.IssueDeletion) *IssueDeleted {
	return &IssueDeleted{IID: p.IssueIID, Title: d.Title, Deleted: d.Deleted}
}

// IssueTransferred is the result of moving or copying an issue: the new issue.
// GitLab keeps labels, milestones and assignees only if the project has them.
type IssueTransferred struct {
	Project   string     `json:"project,omitempty" jsonschema_description:"The id of the project where the new issue is"`
	IID       int        `json:"iid,omitempty" jsonschema_description:"Its issue_iid there"`
	Title     string     `json:"title,omitempty" jsonschema_description:"Title"`
	State     string     `json:"state,omitempty" jsonschema_description:"open or closed"`
	Labels    []string   `json:"labels,omitempty" jsonschema_description:"Label names; those that the project lacks are lost"`
	Assignees []string   `json:"assignees,omitempty" jsonschema_description:"Usernames"`
	Milestone *Milestone `json:"milestone,omitempty" jsonschema_description:"Milestone, if the project has it"`
	URL       string     `json:"url,omitempty" jsonschema_description:"Web page"`
	tools.Written
}

func issueMoved(_ *api.MoveIssueParams, t *api.IssueTransfer) *IssueTransferred {
	return issueTransferred(t)
}

func issueCloned(_ *api.CloneIssueParams, t *api.IssueTransfer) *IssueTransferred {
	return issueTransferred(t)
}

func issueTransferred(t *api.IssueTransfer) *IssueTransferred {
	r := issueRow(&t.Issue, api.Include{"url"})
	v := &IssueTransferred{
		Project:   projectOf(&t.Issue),
		IID:       r.IID,
		Title:     r.Title,
		State:     r.State,
		Labels:    r.Labels,
		Assignees: r.Assignees,
		Milestone: milestone(t.Milestone),
		URL:       r.URL,
		Written:   tools.Written{ID: int64(t.ID)},
	}
	if lost := lostIn(t); len(lost) > 0 {
		v.Warnings = []string{"the new issue lacks " + strings.Join(lost, ", ") + " of the one before; GitLab keeps only what the project has, members as assignees, and what the token's owner may set there"}
		v.Outcome = tools.Partial
	}
	return v
}

// lostIn names what a moved or copied issue lacks.
func lostIn(t *api.IssueTransfer) []string {
	var lost, milestones []string
	if t.LostMilestone != "" {
		milestones = []string{t.LostMilestone}
	}
	for _, l := range []struct {
		singular, plural string
		names            []string
	}{
		{"label", "labels", t.LostLabels},
		{"milestone", "", milestones},
		{"assignee", "assignees", t.LostAssignees},
	} {
		if len(l.names) > 0 {
			lost = append(lost, tools.Plural(l.names, l.singular, l.plural)+" "+tools.Quoted(l.names))
		}
	}
	return lost
}
