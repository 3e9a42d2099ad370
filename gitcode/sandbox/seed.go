package sandbox

import (
	"fmt"
	"time"
)

// seedIssue is an issue of the seed; people, labels and milestones are named.
type seedIssue struct {
	title, body       string
	author, assignees string
	labels            []string
	milestone         int
	status            string // todo if empty; done and rejected are closed
	kind              string // 任务 if empty
	program           string
	opened            string // day
	due               string // day
	comments          []seedComment
}

type seedComment struct {
	author, body string
	day          string
}

// seed fills the sandbox. It names nothing that exists.
func (s *Sandbox) seed() {
	people := []*user{
		{"65f96506b3a9e652", Me, "林薇"},
		{"65f96506b3a9e653", "zhaoqian", "赵倩"},
		{"65f96506b3a9e654", "sunli", "孙立"},
		{"303745", "maria", "Maria Soto"},
		{"303746", "tomb", "Tom Berger"},
	}
	portal := &repo{id: s.id(), owner: "openharbor", path: "portal", enterprise: "harbor-tech", members: people}
	cli := &repo{id: s.id(), owner: "openharbor", path: "cli", enterprise: "harbor-tech", members: people}
	notes := &repo{id: s.id(), owner: Me, path: "notes", members: people[:1]}
	s.repos = []*repo{portal, cli, notes}
	for _, r := range s.repos {
		for _, l := range []label{
			{name: "bug", color: "#ED4014"}, {name: "enhancement", color: "#51D3D4"}, {name: "documentation", color: "#0075CA"},
			{name: "question", color: "#D876E3"}, {name: "duplicate", color: "#B4B4B4"}, {name: "help wanted", color: "#008672"},
			{name: "wontfix", color: "#CCCCCC"}, {name: "kind/security", color: "#2865E0"}, {name: "priority/high", color: "#CC0000"},
			{name: "needs-info", color: "#CFD240"},
		} {
			l.id = s.id()
			r.labels = append(r.labels, &l)
		}
	}
	portal.milestones = []*milestone{{1, "v2.3"}, {2, "v2.4"}, {3, "积压"}}
	cli.milestones = []*milestone{{1, "v1.0"}}
	for _, in := range portalIssues {
		s.plant(portal, in)
	}
	for _, in := range cliIssues {
		s.plant(cli, in)
	}
	for _, in := range notesIssues {
		s.plant(notes, in)
	}
	s.link(portal.issues[1], "openharbor/portal", "修复大附件上传超时", "fix/upload-timeout", "open")
	s.link(portal.issues[1], "sunli/portal", "Raise the proxy's read timeout", "proxy-timeout", "merged")
	s.link(portal.issues[4], "openharbor/portal", "Escape titles in the activity feed", "fix/feed-xss", "open")
}

func day(s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	t, err := time.ParseInLocation("2006-01-02 15:04", s, beijing)
	if err != nil {
		panic(fmt.Errorf("seed: %w", err))
	}
	return t
}

func (s *Sandbox) plant(r *repo, in seedIssue) {
	i := &issue{
		id: s.id(), number: len(r.issues) + 1, repo: r,
		title: in.title, body: in.body, program: in.program,
		author: r.member(in.author), assignees: r.membersNamed(in.assignees),
		labels: r.labelsNamed(in.labels), milestone: r.milestone(in.milestone),
		status: in.status, kind: in.kind,
		created: day(in.opened), updated: day(in.opened),
		schedule: day(in.opened), deadline: day(in.due),
	}
	if i.status == "" {
		i.status = todo
	}
	if i.kind == "" {
		i.kind = "任务"
	}
	i.logs = []*entry{{id: s.id(), author: i.author, action: "create", content: "created the issue", created: i.created}}
	for _, c := range in.comments {
		at := day(c.day)
		i.comments = append(i.comments, &comment{id: s.id(), author: r.member(c.author), body: c.body, created: at, updated: at})
		i.updated = at
	}
	for n, l := range i.labels {
		i.logs = append(i.logs, &entry{id: s.id(), author: i.author, action: "label", content: "added label " + l.name, created: i.created.Add(time.Duration(n+1) * time.Minute)})
	}
	if i.status == done || i.status == rejected {
		i.closed, i.finished = true, i.updated.Add(time.Hour)
		i.updated = i.finished
		i.logs = append(i.logs, &entry{id: s.id(), author: r.members[0], action: "state", content: "closed the issue", created: i.finished})
	}
	r.issues = append(r.issues, i)
}

// link adds a pull request to an issue, with its entry in the issue's history.
func (s *Sandbox) link(i *issue, repo, title, branch, state string) {
	at := i.created.Add(48 * time.Hour)
	p := &pull{
		id: s.id(), number: len(i.pulls) + 11, repo: repo, title: title, state: state,
		head: branch, base: "main", author: i.repo.members[2], mergeable: state == "open",
		created: at, updated: at.Add(3 * time.Hour),
		labels: i.labels, assignees: i.assignees, testers: i.repo.members[3:4],
	}
	i.pulls = append(i.pulls, p)
	content := fmt.Sprintf("Create issue mr links: **%s** #%d", title, p.number)
	i.logs = append(i.logs, &entry{id: s.id(), author: p.author, action: "add_issue_mr_link", content: content, created: at, pull: p})
}
