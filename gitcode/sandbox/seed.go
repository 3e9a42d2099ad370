package sandbox

import (
	"fmt"
	"slices"
	"time"
)

// seedTime is the layout of times in the seed data, in Beijing's time zone.
const seedTime = "2006-01-02 15:04"

// seedIssue describes an issue of the seed data.
type seedIssue struct {
	title, body       string
	author, assignees string // logins, comma-separated
	labels            []string
	milestone         int    // its number
	status            string // statusTodo if empty; statusDone and statusRejected are closed
	issueType         string // defaultType if empty
	program           string
	created           string // as seedTime
	deadline          string // as seedTime
	comments          []seedComment
}

type seedComment struct {
	author, body string
	created      string // as seedTime
}

// seed adds the seed data. None of it exists in reality.
func (s *Sandbox) seed() {
	people := []*user{
		{"65f96506b3a9e652", Me, "林薇"},
		{"65f96506b3a9e653", "zhaoqian", "赵倩"},
		{"65f96506b3a9e654", "sunli", "孙立"},
		{"303745", "maria", "Maria Soto"},
		{"303746", "tomb", "Tom Berger"},
	}
	portal := &repo{id: s.newID(), owner: "openharbor", path: "portal", enterprise: "harbor-tech", members: people}
	cli := &repo{id: s.newID(), owner: "openharbor", path: "cli", enterprise: "harbor-tech", members: people}
	notes := &repo{id: s.newID(), owner: Me, path: "notes", members: people[:1]}
	s.repos = []*repo{portal, cli, notes}
	for _, r := range s.repos {
		for _, l := range []label{
			{name: "bug", color: "#ED4014"}, {name: "enhancement", color: "#51D3D4"}, {name: "documentation", color: "#0075CA"},
			{name: "question", color: "#D876E3"}, {name: "duplicate", color: "#B4B4B4"}, {name: "help wanted", color: "#008672"},
			{name: "wontfix", color: "#CCCCCC"}, {name: "kind/security", color: "#2865E0"}, {name: "priority/high", color: "#CC0000"},
			{name: "needs-info", color: "#CFD240"},
		} {
			l.id = s.newID()
			r.labels = append(r.labels, &l)
		}
	}
	portal.milestones = []*milestone{{1, "v2.3"}, {2, "v2.4"}, {3, "积压"}}
	cli.milestones = []*milestone{{1, "v1.0"}}
	for _, in := range portalIssues {
		s.addIssue(portal, in)
	}
	for _, in := range cliIssues {
		s.addIssue(cli, in)
	}
	for _, in := range notesIssues {
		s.addIssue(notes, in)
	}
	s.linkPullRequest(portal.issues[1], "openharbor/portal", "修复大附件上传超时", "fix/upload-timeout", "open")
	s.linkPullRequest(portal.issues[1], "sunli/portal", "Raise the proxy's read timeout", "proxy-timeout", "merged")
	s.linkPullRequest(portal.issues[4], "openharbor/portal", "Escape titles in the activity feed", "fix/feed-xss", "open")
}

// parseSeedTime returns the zero time for "".
func parseSeedTime(s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	t, err := time.ParseInLocation(seedTime, s, beijing)
	if err != nil {
		panic(fmt.Errorf("seed data: %w", err))
	}
	return t
}

func (s *Sandbox) addIssue(r *repo, in seedIssue) {
	i := &issue{
		id: s.newID(), number: len(r.issues) + 1, repo: r,
		title: in.title, body: in.body, program: in.program,
		author: r.findMember(in.author), assignees: r.findMembers(in.assignees),
		labels: r.findLabels(in.labels), milestone: r.findMilestone(in.milestone),
		status: in.status, issueType: in.issueType,
		created: parseSeedTime(in.created), updated: parseSeedTime(in.created),
		schedule: parseSeedTime(in.created), deadline: parseSeedTime(in.deadline),
	}
	if i.status == "" {
		i.status = statusTodo
	}
	if i.issueType == "" {
		i.issueType = defaultType
	}
	i.logs = []*logEntry{{id: s.newID(), author: i.author, action: "create", content: "created the issue", created: i.created}}
	for _, c := range in.comments {
		t := parseSeedTime(c.created)
		i.comments = append(i.comments, &comment{id: s.newID(), author: r.findMember(c.author), body: c.body, created: t, updated: t})
		i.updated = t
	}
	for n, l := range i.labels {
		t := i.created.Add(time.Duration(n+1) * time.Minute)
		i.logs = append(i.logs, &logEntry{id: s.newID(), author: i.author, action: "label", content: "added label " + l.name, created: t})
	}
	if i.status == statusDone || i.status == statusRejected {
		i.closed, i.finished = true, i.updated.Add(time.Hour)
		i.updated = i.finished
		i.logs = append(i.logs, &logEntry{id: s.newID(), author: r.members[0], action: "state", content: "closed the issue", created: i.finished})
	}
	r.issues = append(r.issues, i)
}

// linkPullRequest links a new pull request to an issue and adds an entry to the
// issue's operate logs.
func (s *Sandbox) linkPullRequest(i *issue, repo, title, branch, state string) {
	t := i.created.Add(48 * time.Hour)
	p := &pull{
		id: s.newID(), number: len(i.pulls) + 11, repo: repo, title: title, state: state,
		head: branch, base: "main", author: i.repo.members[2], mergeable: state == "open",
		created: t, updated: t.Add(3 * time.Hour),
		labels: slices.Clone(i.labels), assignees: i.assignees, testers: i.repo.members[3:4],
	}
	i.pulls = append(i.pulls, p)
	content := fmt.Sprintf("Create issue mr links: **%s** #%d", title, p.number)
	i.logs = append(i.logs, &logEntry{id: s.newID(), author: p.author, action: "add_issue_mr_link", content: content, created: t, pull: p})
}
