package sandbox

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// beijing is the time zone of all times that the service returns.
var beijing = time.FixedZone("", 8*60*60)

func now() time.Time { return time.Now().In(beijing) }

type user struct {
	id, login, name string
}

type label struct {
	id          int
	name, color string
}

type milestone struct {
	number int
	title  string
}

type comment struct {
	id               int
	author           *user
	body             string
	created, updated time.Time
}

// logEntry is an entry of an issue's operate logs.
type logEntry struct {
	id              int
	author          *user
	action, content string
	created         time.Time
	pull            *pull // the linked pull request, if any
}

type pull struct {
	id, number         int
	repo               string // owner/repo
	title, state       string
	head, base         string
	author             *user
	mergeable          bool
	created, updated   time.Time
	labels             []*label
	assignees, testers []*user
}

type issue struct {
	id, number         int
	repo               *repo
	title, body        string
	closed             bool
	status             string // of the workflow
	issueType          string
	program            string
	private            bool // set by security_hole; no response contains it
	author             *user
	assignees          []*user
	labels             []*label
	milestone          *milestone
	comments           []*comment
	logs               []*logEntry // oldest first
	pulls              []*pull
	created, updated   time.Time
	finished           time.Time
	schedule, deadline time.Time
}

type repo struct {
	id          int
	owner, path string
	enterprise  string
	labels      []*label
	milestones  []*milestone
	members     []*user // those who can be assigned
	issues      []*issue
}

// The workflow statuses, and the type of an issue that has no other.
const (
	statusTodo       = "待办的"
	statusInProgress = "进行中"
	statusDone       = "已完成"
	statusRejected   = "已拒绝"
	defaultType      = "任务" // task
)

// newID returns the next global id.
func (s *Sandbox) newID() int {
	s.lastID++
	return s.lastID
}

func (s *Sandbox) findRepo(owner, path string) *repo {
	for _, r := range s.repos {
		if strings.EqualFold(r.owner, owner) && strings.EqualFold(r.path, path) {
			return r
		}
	}
	return nil
}

// issuesOf returns the issues of the repositories that match.
func (s *Sandbox) issuesOf(match func(*repo) bool) []*issue {
	var issues []*issue
	for _, r := range s.repos {
		if match(r) {
			issues = append(issues, r.issues...)
		}
	}
	return issues
}

// findIssue returns an issue by its repository and number, or the error to
// respond with.
func (s *Sandbox) findIssue(owner, path, number string) (*issue, response) {
	n, err := strconv.Atoi(number)
	if err != nil {
		return nil, badParameter("number")
	}
	r := s.findRepo(owner, path)
	if r == nil {
		return nil, notFound("Project")
	}
	for _, i := range r.issues {
		if i.number == n {
			return i, response{}
		}
	}
	return nil, notFound("Issue")
}

// pathIssue returns the issue that a request's path names, or the error to
// respond with.
func (s *Sandbox) pathIssue(r *http.Request) (*issue, response) {
	return s.findIssue(r.PathValue("owner"), r.PathValue("repo"), r.PathValue("number"))
}

// enterpriseIssues returns the issues of the enterprise that a request's path
// names.
func (s *Sandbox) enterpriseIssues(r *http.Request) []*issue {
	name := r.PathValue("enterprise")
	return s.issuesOf(func(r *repo) bool { return r.enterprise == name })
}

// pathEnterpriseIssue is like pathIssue for the routes of enterprises, which
// name an issue by its global id.
func (s *Sandbox) pathEnterpriseIssue(r *http.Request) (*issue, response) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		return nil, badParameter("number")
	}
	for _, i := range s.enterpriseIssues(r) {
		if i.id == id {
			return i, response{}
		}
	}
	return nil, notFound("Issue")
}

// record adds a change by the owner of the token to an issue's operate logs.
func (s *Sandbox) record(i *issue, action, content string) {
	i.updated = now()
	i.logs = append(i.logs, &logEntry{id: s.newID(), author: i.repo.tokenOwner(), action: action, content: content, created: i.updated})
}

func (r *repo) fullName() string { return r.owner + "/" + r.path }

func (r *repo) tokenOwner() *user { return r.findMember(Me) }

func (r *repo) findMember(login string) *user {
	for _, u := range r.members {
		if strings.EqualFold(u.login, strings.TrimSpace(login)) {
			return u
		}
	}
	return nil
}

// findMembers returns the members with the given comma-separated logins. Like
// the service, it ignores unknown logins.
func (r *repo) findMembers(logins string) []*user {
	var members []*user
	for login := range strings.SplitSeq(logins, ",") {
		if u := r.findMember(login); u != nil {
			members = append(members, u)
		}
	}
	return members
}

// findLabels returns the labels with the given names and ignores unknown names.
func (r *repo) findLabels(names []string) []*label {
	var labels []*label
	for _, name := range names {
		if i := slices.IndexFunc(r.labels, func(l *label) bool { return l.name == strings.TrimSpace(name) }); i >= 0 {
			labels = append(labels, r.labels[i])
		}
	}
	return labels
}

func (r *repo) findMilestone(number int) *milestone {
	for _, m := range r.milestones {
		if m.number == number {
			return m
		}
	}
	return nil
}

func (i *issue) hasLabel(name string) bool {
	return slices.ContainsFunc(i.labels, func(l *label) bool { return l.name == name })
}

func (i *issue) isAssignedTo(login string) bool {
	return slices.ContainsFunc(i.assignees, func(u *user) bool { return u.login == login })
}
