package gitcode

import (
	"cmp"
	"fmt"
	"strings"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func milestones(c *api.Client) []tools.Tool {
	return []tools.Tool{
		tools.Read("list_milestones", "List the milestones of a repository, open or closed, with the numbers of their issues.",
			c.ListMilestones, milestoneRows),
		tools.Read("get_milestone", "Return a milestone with its description.",
			c.GetMilestone, milestoneView),
		tools.Write(tools.Spec{Name: "create_milestone", Effect: tools.Adds, Description: "Create a milestone.",
			Verify: "list_milestones"},
			c.CreateMilestone, milestoneCreated),
		tools.Write(tools.Spec{Name: "update_milestone", Effect: tools.Changes, Description: "Close, reopen or change a milestone.",
			Verify: "get_milestone"},
			c.UpdateMilestone, milestoneUpdated),
		tools.WriteAsking(tools.Spec{Name: "delete_milestone", Effect: tools.Deletes, Description: "Delete a milestone permanently.",
			Verify: "get_milestone (404 means that it is deleted)"},
			deleteMilestoneQuestion(c),
			tools.NoResult(c.DeleteMilestone), milestoneDeleted),
	}
}

// RepoMilestoneRow is a milestone in a list.
type RepoMilestoneRow struct {
	MilestoneRow
	State  string `json:"state,omitempty" jsonschema_description:"open or closed, in a list of both"`
	Open   *int   `json:"open_issues,omitempty" jsonschema_description:"Number of open issues"`
	Closed *int   `json:"closed_issues,omitempty" jsonschema_description:"Number of closed issues"`
}

func milestoneRows(p *api.ListMilestonesParams, page *rest.Page[*api.RepoMilestone]) *tools.List[*RepoMilestoneRow] {
	return tools.PageOf(page, func(m *api.RepoMilestone) *RepoMilestoneRow {
		r := milestoneRow(m)
		if p.State != "all" {
			r.State = ""
		}
		return r
	})
}

func milestoneRow(m *api.RepoMilestone) *RepoMilestoneRow {
	return &RepoMilestoneRow{
		MilestoneRow: MilestoneRow{Number: int(m.Number), Title: string(m.Title), Due: m.Due()},
		State:        string(m.State), Open: m.OpenIssues.Value, Closed: m.ClosedIssues.Value,
	}
}

// RepoMilestone is a single milestone.
type RepoMilestone struct {
	RepoMilestoneRow
	Description string `json:"description,omitempty" jsonschema_description:"Text"`
	Created     string `json:"created,omitempty" jsonschema_description:"Time"`
	Updated     string `json:"updated,omitempty" jsonschema_description:"Time"`
	URL         string `json:"url,omitempty" jsonschema_description:"Web page, which has another number"`
	tools.Notes
}

func milestoneView(p *api.MilestoneRef, m *api.RepoMilestone) *RepoMilestone {
	v := &RepoMilestone{
		RepoMilestoneRow: *milestoneRow(m), Description: string(m.Description),
		Created: tools.Second(m.CreatedAt.Time), Updated: tools.Second(m.UpdatedAt.Time), URL: m.Page(),
	}
	v.Number = cmp.Or(v.Number, p.Number)
	return v
}

// MilestoneWritten is the result of a write of a milestone.
type MilestoneWritten struct {
	Number    int    `json:"number,omitempty" jsonschema_description:"Global number, for issues and other calls"`
	Title     string `json:"title,omitempty" jsonschema_description:"Title"`
	State     string `json:"state,omitempty" jsonschema_description:"open or closed"`
	Due       string `json:"due,omitempty" jsonschema_description:"Date"`
	URL       string `json:"url,omitempty" jsonschema_description:"Web page, which has another number"`
	Deleted   bool   `json:"deleted,omitempty" jsonschema_description:"Whether it was deleted"`
	Unchanged bool   `json:"unchanged,omitempty" jsonschema_description:"Whether the milestone already was as requested, so that nothing was sent"`
	tools.Written
}

func milestoneCreated(_ *api.CreateMilestoneParams, c *api.MilestoneChange) *MilestoneWritten {
	v := milestoneWritten(c)
	if v.Number == 0 {
		v.Warnings = []string{"GitCode accepted the milestone without returning its number; find it with list_milestones and do not create it again"}
	}
	return v
}

func milestoneUpdated(_ *api.UpdateMilestoneParams, c *api.MilestoneChange) *MilestoneWritten {
	return milestoneWritten(c)
}

func milestoneWritten(c *api.MilestoneChange) *MilestoneWritten {
	m := &c.Milestone
	v := &MilestoneWritten{
		Number: int(m.Number), Title: string(m.Title), State: string(m.State), Due: m.Due(), URL: m.Page(), Unchanged: c.Unchanged,
		Written: tools.Written{ID: int64(m.Number)},
	}
	for _, d := range c.Ignored {
		v.Outcome = tools.Partial
		if d.Field == "title" || d.Field == "description" {
			v.Warnings = append(v.Warnings, "the "+d.Field+" differs from the one requested")
			continue
		}
		v.Warnings = append(v.Warnings, fmt.Sprintf("%s is %s, not %s", d.Field, cmp.Or(strings.Join(d.Extra, ""), "empty"), strings.Join(d.Missing, "")))
	}
	if len(c.Unknown) > 0 {
		why := "not in GitCode's response"
		if c.ReadErr != nil {
			why = fmt.Sprintf("reading the milestone back: %v", c.ReadErr)
		}
		v.Warnings = append(v.Warnings, fmt.Sprintf("could not verify %s: %s; %s", tools.Enumerated(c.Unknown, "and"), why, tools.CheckWith("get_milestone", c.ReadErr)))
	}
	if c.Unchanged {
		v.Outcome = tools.Unchanged
	}
	return v
}

func milestoneDeleted(p *api.MilestoneRef, _ *struct{}) *MilestoneWritten {
	return &MilestoneWritten{Number: p.Number, Deleted: true, Written: tools.Written{ID: int64(p.Number)}}
}
