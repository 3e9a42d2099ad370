package sandbox

import (
	"fmt"
	"time"
)

// seedTime is the layout of times in the seed data, in Beijing's time zone.
const seedTime = "2006-01-02 15:04"

// seedIssue describes an issue of the seed data.
type seedIssue struct {
	title, body       string
	author, assignees string // logins, comma-separated
	labels            []string
	milestone         string // its title
	status            string // statusTodo if empty; statusDone and statusRejected are closed
	issueType         string // defaultType if empty
	program           string
	created           string // as seedTime
	deadline          string // as seedTime
	private           bool
	comments          []seedComment
}

type seedComment struct {
	author, body string
	created      string // as seedTime
}

// seed replaces the state by the seed data. None of it exists in reality.
func (s *Sandbox) seed() {
	s.state = state{Format: stateFormat, LastID: 340000}
	portal := &repo{ID: s.newID(), Owner: "openharbor", Path: "portal", Enterprise: "harbor-tech", Roles: map[string]role{
		Me: maintainer, "zhaoqian": developer, "sunli": developer, "maria": reporter, "tomb": reporter,
	}}
	cli := &repo{ID: s.newID(), Owner: "openharbor", Path: "cli", Enterprise: "harbor-tech", Roles: map[string]role{
		Me: maintainer, "zhaoqian": developer, "sunli": developer, "maria": reporter,
	}}
	notes := &repo{ID: s.newID(), Owner: Me, Path: "notes", Roles: map[string]role{Me: maintainer}}
	s.Repos = []*repo{portal, cli, notes}
	for _, r := range s.Repos {
		for _, l := range []label{
			{Name: "bug", Color: "#ED4014", Description: "Something does not work"}, {Name: "enhancement", Color: "#51D3D4"},
			{Name: "documentation", Color: "#0075CA"}, {Name: "question", Color: "#D876E3"}, {Name: "duplicate", Color: "#B4B4B4"},
			{Name: "help wanted", Color: "#008672"}, {Name: "wontfix", Color: "#CCCCCC", Description: "不予处理"},
			{Name: "kind/security", Color: "#2865E0"}, {Name: "priority/high", Color: "#CC0000", Description: "Fix before the next release"},
			{Name: "needs-info", Color: "#CFD240", Description: "Waiting for the author's answer"},
		} {
			l.ID = s.newID()
			r.Labels = append(r.Labels, &l)
		}
	}
	portal.Milestones = []*milestone{
		seedMilestone(253899, 4, "v2.3", "稳定性与安全修复", "2026-11-30", "2026-08-24 10:00"),
		seedMilestone(254120, 5, "v2.4", "", "2027-01-31", "2026-09-07 10:00"),
		seedMilestone(249511, 1, "积压", "Not planned yet", "", "2026-06-01 09:30"),
		seedMilestone(251306, 3, "v2.2", "", "2026-08-31", "2026-07-06 10:00"),
	}
	portal.Milestones[3].Closed, portal.Milestones[3].Updated = true, parseSeedTime("2026-09-01 09:00")
	cli.Milestones = []*milestone{seedMilestone(256077, 1, "v1.0", "First stable release", "2026-12-15", "2026-09-28 14:00")}
	for _, in := range portalIssues {
		s.addIssue(portal, in)
	}
	for _, in := range cliIssues {
		s.addIssue(cli, in)
	}
	for _, in := range notesIssues {
		s.addIssue(notes, in)
	}
	s.seedPull(portal.Issues[1], 9, "openharbor/portal", "修复大附件上传超时", "fix/upload-timeout", "open")
	s.seedPull(portal.Issues[1], 12, "sunli/portal", "Raise the proxy's read timeout", "proxy-timeout", "merged")
	s.seedPull(portal.Issues[4], 11, "openharbor/portal", "Escape titles in the activity feed", "fix/feed-xss", "open")
	s.seedPull(nil, 13, "openharbor/portal", "导出 CSV 时写入 BOM", "fix/csv-bom", "open")
	portal.Issues[1].Branches = []string{"fix/upload-timeout"}
	s.seedHistory(portal)
}

func seedMilestone(number, pageNo int, title, description, dueOn, created string) *milestone {
	t := parseSeedTime(created)
	return &milestone{Number: number, PageNo: pageNo, Title: title, Description: description, DueOn: dueOn, Created: t, Updated: t}
}

// parseSeedTime returns the zero time for "".
func parseSeedTime(s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	t, err := time.ParseInLocation(seedTime, s, beijing())
	if err != nil {
		panic(fmt.Errorf("seed data: %w", err))
	}
	return t
}

func (s *Sandbox) addIssue(r *repo, in seedIssue) {
	i := &issue{
		ID: s.newID(), Number: len(r.Issues) + 1, repo: r,
		Title: in.title, Body: in.body, Program: in.program,
		Author: findUser(in.author), Assignees: r.findMembers(in.assignees),
		Labels: s.ensureLabels(r, in.labels), Private: in.private,
		Status: in.status, IssueType: in.issueType,
		Created: parseSeedTime(in.created), Updated: parseSeedTime(in.created),
		Schedule: parseSeedTime(in.created), Deadline: parseSeedTime(in.deadline),
	}
	for _, m := range r.Milestones {
		if m.Title == in.milestone {
			i.Milestone = m
		}
	}
	if i.hasLabel("priority/high") {
		i.Priority = priorityMajor
	}
	if i.Status == "" {
		i.Status = statusTodo
	}
	if i.IssueType == "" {
		i.IssueType = defaultType
	}
	i.Logs = []*logEntry{{ID: s.newID(), Author: i.Author, Action: "create", Content: "created the issue", Created: i.Created}}
	for _, c := range in.comments {
		t := parseSeedTime(c.created)
		i.Comments = append(i.Comments, &comment{ID: s.newID(), Author: findUser(c.author), Body: c.body, Created: t, Updated: t})
		i.Updated = t
	}
	for n, l := range i.Labels {
		t := i.Created.Add(time.Duration(n+1) * time.Minute)
		i.Logs = append(i.Logs, &logEntry{ID: s.newID(), Author: i.Author, Action: "label", Content: "added label " + l.Name, Created: t})
	}
	if i.Status == statusDone || i.Status == statusRejected {
		i.Closed, i.Finished = true, i.Updated.Add(time.Hour)
		i.Updated = i.Finished
		i.Logs = append(i.Logs, &logEntry{ID: s.newID(), Author: findUser(Me), Action: "state", Content: "closed the issue", Created: i.Finished})
	}
	r.Issues = append(r.Issues, i)
}
