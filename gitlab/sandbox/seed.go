package sandbox

import (
	"fmt"
	"path"
	"strings"
	"time"
)

// seedTime is the layout of times in the seed data, in UTC.
const seedTime = "2006-01-02 15:04"

// seedIssue describes an issue of the seed data.
type seedIssue struct {
	kind              string // incident, or empty
	title, body       string
	author, assignees string // usernames, comma-separated
	labels            string // names, comma-separated
	milestone         string // its title
	weight            int    // 0 means none
	epic, iteration   bool   // whether it belongs to the only one
	due               string // a date
	created           string // as seedTime
	closedBy          string
	confidential      bool
	locked            bool
	emoji             string // username:name, comma-separated
	estimate, spent   int    // seconds
	movedTo           string // the path of the project, whose last issue it is now
	comments          []seedComment
}

// seedComment is a note, or a system note if the author begins with a dash.
type seedComment struct {
	author, body string
	created      string // as seedTime
}

// seed replaces the state by the seed data. None of it exists in reality.
func (s *Sandbox) seed() {
	s.state = state{Format: stateFormat, LastID: 41000}
	top := s.addGroup(root, "Harborlab", map[string]role{Me: owner, "mateo": maintainer})
	for _, l := range []label{
		{Name: "bug", Color: "#d9534f", Description: "Something does not work"}, {Name: "feature", Color: "#428bca"},
		{Name: "docs", Color: "#5cb85c"}, {Name: "priority::1", Color: "#cc0033", Description: "Fix before the next release"},
		{Name: "priority::2", Color: "#ed9121"}, {Name: "workflow::blocked", Color: "#6699cc"},
	} {
		l.ID = s.newID()
		top.Labels = append(top.Labels, &l)
	}
	top.Milestones = []*milestone{s.seedMilestone(1, "2027 Q1", "Everything before the spring timetable", "2027-01-01", "2027-03-31")}
	top.Epics = []*epic{{ID: s.newID(), IID: 1, Title: "Offline timetables"}}
	top.LastEpicNumber = 1
	top.Iterations = []*iteration{{ID: s.newID(), IID: 1, Title: "Sprint 24", Start: "2026-11-16", Due: "2026-11-29"}}
	s.addGroup(root+"/tools", "Tools", map[string]role{"devi": developer, "rhea": reporter})
	s.addGroup(root+"/tools/net", "Network", nil)
	s.addGroup(root+"/vault", "Vault", nil).Private = true

	portal := s.addProject(root+"/portal", "The harbor's timetable portal", map[string]role{"devi": developer, "rhea": reporter, "gus": guest})
	portal.OldPath = root + "/gateway"
	portal.Labels = []*label{{ID: s.newID(), Name: "area/timetable", Color: "#f0ad4e"}}
	portal.Milestones = []*milestone{
		s.seedMilestone(1, "v2.0", "The new timetable", "2026-07-01", "2026-09-30"),
		s.seedMilestone(2, "v2.1", "Accessibility and speed", "2026-10-01", "2026-12-18"),
		s.seedMilestone(3, "Someday", "", "", ""),
	}
	portal.Milestones[0].Closed = true
	cli := s.addProject(root+"/tools/cli", "The timetable on the command line", nil)
	cli.Milestones = []*milestone{s.seedMilestone(1, "v2.1", "Together with the portal", "", "2027-01-29")}
	proxy := s.addProject(root+"/tools/net/proxy", "The proxy in front of the portal", nil)
	keys := s.addProject(root+"/vault/keys", "Signing keys and how they are rotated", nil)
	keys.Private = true
	attic := s.addProject(root+"/attic", "The portal before 2025", nil)
	attic.Archived = true
	s.addProject(root+"/mirror", "Issues are tracked in "+root+"/portal", nil).NoIssues = true
	notes := s.addProject(Me+"/notes", "", map[string]role{Me: owner})
	notes.Private = true

	// Those that issues were moved to come first, to know their ids.
	s.seedIssues(cli, cliIssues)
	s.seedIssues(proxy, proxyIssues)
	s.seedIssues(keys, keysIssues)
	s.seedIssues(attic, atticIssues)
	s.seedIssues(notes, notesIssues)
	s.seedIssues(portal, portalIssues)
	s.seedMergeRequests(portal)
	link, text := "https://status.harborlab.example/incidents/17", "Status page"
	portal.Issues[3].Images = []*metricImage{{ID: s.newID(), Filename: "latency.png", URL: &link, URLText: &text, Created: parseSeedTime("2026-10-12 06:30")}}
}

func (s *Sandbox) addGroup(path, name string, roles map[string]role) *group {
	g := &group{ID: s.newID(), Path: path, Name: name, Roles: roles}
	s.Groups = append(s.Groups, g)
	return g
}

func (s *Sandbox) addProject(full, description string, roles map[string]role) *project {
	p := &project{ID: s.newID(), Path: full, Name: path.Base(full), Description: description, Roles: roles, Created: parseSeedTime("2025-02-03 10:00")}
	s.Projects = append(s.Projects, p)
	return p
}

func (s *Sandbox) seedMilestone(iid int, title, description, start, due string) *milestone {
	t := parseSeedTime("2026-07-01 09:00").Add(time.Duration(iid) * time.Hour)
	return &milestone{ID: s.newID(), IID: iid, Title: title, Description: description, Start: start, Due: due, Created: t, Updated: t}
}

func (s *Sandbox) seedMergeRequests(p *project) {
	for _, m := range []mergeRequest{
		{Title: "Keep the timetable in the browser's cache", Description: "Closes #1.", Author: "devi", Branch: "devi/offline", State: "opened", Closes: []int{1}},
		{Title: "Measure how long the timetable takes", Description: "For #1 and #4.", Author: "mateo", Branch: "timing", State: "merged", Related: []int{1, 4}},
	} {
		m.ID, m.IID = s.newID(), len(p.MergeRequests)+1
		m.Created = parseSeedTime("2026-10-20 08:00").Add(time.Duration(m.IID) * time.Hour)
		m.Updated = m.Created
		if m.State == "merged" {
			m.MergedAt = m.Created.Add(24 * time.Hour)
			m.Updated = m.MergedAt
		}
		p.MergeRequests = append(p.MergeRequests, &m)
	}
}

func parseSeedTime(text string) time.Time {
	t, err := time.Parse(seedTime, text)
	if err != nil {
		panic(fmt.Errorf("seed data: %w", err))
	}
	return t
}

func (s *Sandbox) seedIssues(p *project, issues []seedIssue) {
	for _, in := range issues {
		i := &issue{
			project: p, IID: p.LastIID + 1, Type: "issue", Title: in.title, Description: in.body, Author: in.author, Assignees: splitList(in.assignees),
			Labels: s.ensureLabels(p, splitList(in.labels), true), Due: in.due, Confidential: in.confidential,
			Estimate: in.estimate, Spent: in.spent, UserAgent: "Mozilla/5.0 (X11; Linux x86_64)",
			Created: parseSeedTime(in.created), Updated: parseSeedTime(in.created),
		}
		s.addIssue(i)
		s.seedPlans(i, in)
		for _, c := range in.comments {
			author, isSystem := strings.CutPrefix(c.author, "-")
			t := parseSeedTime(c.created)
			i.Notes = append(i.Notes, &note{ID: s.newID(), Author: author, Body: c.body, System: isSystem, Created: t, Updated: t})
			i.Updated = t
		}
		if in.closedBy != "" {
			i.Closed, i.ClosedBy, i.ClosedAt = true, in.closedBy, i.Updated.Add(time.Hour)
			i.Updated = i.ClosedAt
		}
		for _, target := range s.Projects {
			if target.Path == in.movedTo {
				i.MovedTo = target.Issues[len(target.Issues)-1].ID
			}
		}
	}
}

func (s *Sandbox) seedPlans(i *issue, in seedIssue) {
	if in.kind != "" {
		i.Type = in.kind
	}
	if in.weight != 0 {
		i.Weight = &in.weight
	}
	if in.locked {
		i.Locked = &in.locked
	}
	for _, m := range s.milestonesOf(i.project) {
		if m.Title == in.milestone {
			i.Milestone = m.ID
		}
	}
	if in.epic {
		i.Epic = s.Groups[0].Epics[0].ID
	}
	if in.iteration {
		i.Iteration = s.Groups[0].Iterations[0].ID
	}
	for _, e := range splitList(in.emoji) {
		username, name, _ := strings.Cut(e, ":")
		i.Emoji = append(i.Emoji, emoji{username, name})
	}
}
