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

func repo(c *api.Client) []tools.Tool {
	return []tools.Tool{
		tools.Read("get_repo", "Return what a repository offers for issues: labels, open milestones, people who can be assigned, issue counts, types and statuses.",
			c.GetRepo, repoView),
	}
}

// Repo is what a repository offers for issues. Lists that are known to be empty
// are shown as such.
type Repo struct {
	Labels     []*LabelRow     `json:"labels,omitzero" jsonschema_description:"Labels"`
	Milestones []*MilestoneRow `json:"milestones,omitzero" jsonschema_description:"Open milestones"`
	Assignees  []*Person       `json:"assignees,omitzero" jsonschema_description:"Members, who can be assigned"`
	Counts     *IssueCounts    `json:"counts,omitempty" jsonschema_description:"Numbers of issues"`
	Types      []string        `json:"types,omitzero" jsonschema_description:"Issue types"`
	Statuses   []StatusRow     `json:"statuses,omitzero" jsonschema_description:"Workflow statuses"`
	Missing    []MissingPart   `json:"missing,omitempty" jsonschema_description:"What could not be read, in whole or in part"`
	tools.Notes
}

// LabelRow is a label of a repository.
type LabelRow struct {
	Name        string `json:"name" jsonschema_description:"Name"`
	Description string `json:"description,omitempty" jsonschema_description:"Description"`
}

// MilestoneRow is an open milestone of a repository.
type MilestoneRow struct {
	Number int    `json:"number" jsonschema_description:"Number"`
	Title  string `json:"title,omitempty" jsonschema_description:"Title"`
	Due    string `json:"due,omitempty" jsonschema_description:"Date"`
}

// Person is a user.
type Person struct {
	Login string `json:"login" jsonschema_description:"Username"`
	Name  string `json:"name,omitempty" jsonschema_description:"Displayed name, if another"`
}

// IssueCounts are the numbers of issues of a repository.
type IssueCounts struct {
	Open   int `json:"open" jsonschema_description:"Open issues"`
	Closed int `json:"closed" jsonschema_description:"Closed issues"`
}

// StatusRow is a workflow status.
type StatusRow struct {
	Name  string   `json:"name" jsonschema_description:"Name"`
	State string   `json:"state,omitempty" jsonschema_description:"closed, if issues with it are closed"`
	Types []string `json:"types,omitempty" jsonschema_description:"Issue types that have it, unless all"`
}

// MissingPart is a part of a repository that is not in the result, or not all
// of it.
type MissingPart struct {
	Part   string `json:"part" jsonschema_description:"Member of the result"`
	Reason string `json:"reason" jsonschema_description:"Why"`

	final string // the reason if calling again would not help; "" if it is the same
}

const labelsAreChecked = "names of labels are checked when they are added, so one that is not listed can be tried"

// Clip replaces the advice to call again for more: that would not fit either.
func (v *Repo) Clip() {
	for i, m := range v.Missing {
		if m.final != "" {
			v.Missing[i].Reason = m.final
		}
	}
	if len(v.Labels) > 0 {
		v.Cut = strings.ToUpper(labelsAreChecked[:1]) + labelsAreChecked[1:] + "."
	}
}

func repoView(p *api.GetRepoParams, r *api.RepoParts) *Repo {
	v := &Repo{}
	v.Labels = partRows(v, api.PartLabels, r.Labels, func(l *api.RepoLabel) *LabelRow {
		return &LabelRow{Name: string(l.Name), Description: string(l.Description)}
	})
	v.Milestones = partRows(v, api.PartMilestones, r.Milestones, func(m *api.RepoMilestone) *MilestoneRow {
		return &MilestoneRow{Number: int(m.Number), Title: string(m.Title), Due: string(m.DueOn)}
	})
	v.Assignees = partRows(v, api.PartAssignees, r.Assignees, person)
	counts := partRows(v, api.PartCounts, r.Counts, func(c *api.IssueCounts) *IssueCounts { return new(IssueCounts(*c)) })
	if len(counts) > 0 {
		v.Counts = counts[0]
	}
	if p.Wants(api.PartTypes) {
		v.Types = partRows(v, api.PartTypes, r.Types, func(t *api.IssueType) string { return string(t.Name) })
	}
	if p.Wants(api.PartStatuses) {
		addMissing(v, api.PartStatuses, r.Types)
		v.Statuses = statusRows(r.Types.Items)
	}
	return v
}

func person(c *api.Collaborator) *Person {
	p := &Person{Login: string(c.Login)}
	if c.Name != c.Login {
		p.Name = string(c.Name)
	}
	return p
}

// partRows returns the rows of a part, and adds to v what is missing.
func partRows[T, Row any](v *Repo, name string, part api.RepoPart[T], row func(T) Row) []Row {
	addMissing(v, name, part)
	if part.Items == nil {
		return nil
	}
	rows := make([]Row, len(part.Items))
	for i, item := range part.Items {
		rows[i] = row(item)
	}
	return rows
}

// addMissing adds to v what is missing of a part.
func addMissing[T any](v *Repo, name string, part api.RepoPart[T]) {
	reason, final := "", ""
	switch {
	case part.Err != nil:
		reason = whyMissing(part.Err)
	case part.More:
		final = fmt.Sprintf("the first %d", len(part.Items))
		if part.Total != nil {
			final += fmt.Sprintf(" of %d", *part.Total)
		}
		switch {
		case len(part.Items) < api.MaxPartItems:
			reason = fmt.Sprintf("%s; call again with fields=[%q] for more", final, name)
		case name == api.PartLabels:
			reason = final + "; " + labelsAreChecked
		default:
			reason = final
		}
	}
	if reason == "" && part.Total != nil && *part.Total > len(part.Items)+part.Unreadable {
		reason = fmt.Sprintf("GitCode returned %d of %d", len(part.Items), *part.Total)
	}
	if reason != "" {
		v.Missing = append(v.Missing, MissingPart{name, reason, final})
	}
	if part.Unreadable > 0 {
		v.Missing = append(v.Missing, MissingPart{Part: name, Reason: fmt.Sprintf("%d could not be read", part.Unreadable)})
	}
}

func whyMissing(err error) string {
	if errors.Is(err, api.ErrTooManyRequests) {
		return err.Error() + "; call again"
	}
	if e, ok := errors.AsType[*rest.Error](err); ok {
		if e.Message == "" {
			return string(e.Class)
		}
		return string(e.Class) + ": " + e.Message
	}
	return err.Error()
}

// statusRows returns the statuses of all types, each once.
func statusRows(types []*api.IssueType) []StatusRow {
	if types == nil {
		return nil
	}
	rows := []StatusRow{}
	index := map[api.Text]int{}
	for _, t := range types {
		for _, s := range t.Statuses {
			i, found := index[s.Name]
			if !found {
				i = len(rows)
				index[s.Name] = i
				rows = append(rows, StatusRow{Name: string(s.Name)})
				if s.Kind == 1 {
					rows[i].State = "closed"
				}
			}
			if !slices.Contains(rows[i].Types, string(t.Name)) {
				rows[i].Types = append(rows[i].Types, string(t.Name))
			}
		}
	}
	for i := range rows {
		if len(rows[i].Types) == len(types) {
			rows[i].Types = nil
		}
	}
	return rows
}
