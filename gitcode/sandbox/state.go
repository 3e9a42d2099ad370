package sandbox

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Me is the owner of [Token].
const Me = "linwei"

// beijing is the offset the service writes its times in.
var beijing = time.FixedZone("", 8*60*60)

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

type entry struct {
	id              int
	author          *user
	action, content string
	created         time.Time
	pull            *pull // the pull request linked
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
	status             string // step of the workflow
	kind               string
	program            string
	private            bool
	author             *user
	assignees          []*user
	labels             []*label
	milestone          *milestone
	comments           []*comment
	logs               []*entry
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
	members     []*user // who can be assigned
	issues      []*issue
}

// The steps of the workflow, in the service's words.
const (
	todo        = "待办的"
	progressing = "进行中"
	done        = "已完成"
	rejected    = "已拒绝"
)

// id gives out the next global id.
func (s *Sandbox) id() int {
	s.last++
	return s.last
}

func (s *Sandbox) repo(owner, path string) *repo {
	for _, r := range s.repos {
		if strings.EqualFold(r.owner, owner) && strings.EqualFold(r.path, path) {
			return r
		}
	}
	return nil
}

// issueOf finds the issue a request names, or says what is wrong with the name.
func (s *Sandbox) issueOf(owner, path, number string) (*issue, answer) {
	n, err := strconv.Atoi(number)
	if err != nil {
		return nil, badParameter("number")
	}
	r := s.repo(owner, path)
	if r == nil {
		return nil, notFound("Project")
	}
	for _, i := range r.issues {
		if i.number == n {
			return i, answer{}
		}
	}
	return nil, notFound("Issue")
}

func (s *Sandbox) issueAt(r *http.Request) (*issue, answer) {
	return s.issueOf(r.PathValue("owner"), r.PathValue("repo"), r.PathValue("number"))
}

// log records a change of an issue by the token's owner.
func (s *Sandbox) log(i *issue, action, content string) {
	i.updated = s.now().In(beijing)
	i.logs = append(i.logs, &entry{id: s.id(), author: me(i.repo), action: action, content: content, created: i.updated})
}

func me(r *repo) *user { return r.member(Me) }

func (r *repo) member(login string) *user {
	for _, u := range r.members {
		if strings.EqualFold(u.login, strings.TrimSpace(login)) {
			return u
		}
	}
	return nil
}

// membersNamed returns the members among comma-separated logins; who is none
// is dropped, as the service does.
func (r *repo) membersNamed(logins string) []*user {
	var members []*user
	for login := range strings.SplitSeq(logins, ",") {
		if u := r.member(login); u != nil {
			members = append(members, u)
		}
	}
	return members
}

// labelsNamed returns the repository's labels among names and drops the rest.
func (r *repo) labelsNamed(names []string) []*label {
	var labels []*label
	for _, name := range names {
		if i := slices.IndexFunc(r.labels, func(l *label) bool { return l.name == strings.TrimSpace(name) }); i >= 0 {
			labels = append(labels, r.labels[i])
		}
	}
	return labels
}

func (r *repo) milestone(number int) *milestone {
	for _, m := range r.milestones {
		if m.number == number {
			return m
		}
	}
	return nil
}

func (r *repo) fullName() string { return r.owner + "/" + r.path }

func (i *issue) hasLabel(name string) bool {
	return slices.ContainsFunc(i.labels, func(l *label) bool { return l.name == name })
}

func (i *issue) isAssigned(login string) bool {
	return slices.ContainsFunc(i.assignees, func(u *user) bool { return u.login == login })
}
