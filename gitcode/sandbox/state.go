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
	ID, Login, Name string
}

type label struct {
	ID          int
	Name, Color string
}

type milestone struct {
	Number int
	Title  string
}

type comment struct {
	ID               int
	Author           *user
	Body             string
	Created, Updated time.Time
}

// logEntry is an entry of an issue's operate logs.
type logEntry struct {
	ID              int
	Author          *user
	Action, Content string
	Created         time.Time
	Pull            *pull // the linked pull request, if any
}

type pull struct {
	ID, Number         int
	Repo               string // owner/repo
	Title, State       string
	Head, Base         string
	Author             *user
	Mergeable          bool
	Created, Updated   time.Time
	Labels             []*label
	Assignees, Testers []*user
}

type issue struct {
	ID, Number         int
	repo               *repo
	Title, Body        string
	Closed             bool
	Status             string // of the workflow
	IssueType          string
	Program            string
	Private            bool // set by security_hole; no response contains it
	Author             *user
	Assignees          []*user
	Labels             []*label
	Milestone          *milestone
	Comments           []*comment
	Logs               []*logEntry // oldest first
	Pulls              []*pull
	Created, Updated   time.Time
	Finished           time.Time
	Schedule, Deadline time.Time
}

type repo struct {
	ID          int
	Owner, Path string
	Enterprise  string
	Labels      []*label
	Milestones  []*milestone
	Members     []*user // those who can be assigned
	Issues      []*issue
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
		if strings.EqualFold(r.Owner, owner) && strings.EqualFold(r.Path, path) {
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
			issues = append(issues, r.Issues...)
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
	for _, i := range r.Issues {
		if i.Number == n {
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
	return s.issuesOf(func(r *repo) bool { return r.Enterprise == name })
}

// pathEnterpriseIssue is like pathIssue for the routes of enterprises, which
// name an issue by its global id.
func (s *Sandbox) pathEnterpriseIssue(r *http.Request) (*issue, response) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		return nil, badParameter("number")
	}
	for _, i := range s.enterpriseIssues(r) {
		if i.ID == id {
			return i, response{}
		}
	}
	return nil, notFound("Issue")
}

// record adds a change by the owner of the token to an issue's operate logs.
func (s *Sandbox) record(i *issue, action, content string) {
	i.Updated = now()
	i.Logs = append(i.Logs, &logEntry{ID: s.newID(), Author: i.repo.tokenOwner(), Action: action, Content: content, Created: i.Updated})
}

func (r *repo) fullName() string { return r.Owner + "/" + r.Path }

func (r *repo) tokenOwner() *user { return r.findMember(Me) }

func (r *repo) findMember(login string) *user {
	for _, u := range r.Members {
		if strings.EqualFold(u.Login, strings.TrimSpace(login)) {
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
		if i := slices.IndexFunc(r.Labels, func(l *label) bool { return l.Name == strings.TrimSpace(name) }); i >= 0 {
			labels = append(labels, r.Labels[i])
		}
	}
	return labels
}

func (r *repo) findMilestone(number int) *milestone {
	for _, m := range r.Milestones {
		if m.Number == number {
			return m
		}
	}
	return nil
}

func (i *issue) hasLabel(name string) bool {
	return slices.ContainsFunc(i.Labels, func(l *label) bool { return l.Name == name })
}

func (i *issue) isAssignedTo(login string) bool {
	return slices.ContainsFunc(i.Assignees, func(u *user) bool { return u.Login == login })
}
