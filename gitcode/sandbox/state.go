package sandbox

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

// beijing returns the time zone of all times that the service returns.
func beijing() *time.Location { return time.FixedZone("", 8*60*60) }

func now() time.Time { return time.Now().In(beijing()) }

type label struct {
	ID          int
	Name, Color string
	Description string
}

// defaultColor is the color of labels that are created in passing.
const defaultColor = "#428BCA"

// milestone has two numbers: a global one, which requests and responses use, and
// a small one, which only its web address contains.
type milestone struct {
	Number           int
	PageNo           int
	Title            string
	Description      string
	DueOn            string // a date, as time.DateOnly; empty if the milestone has no due date
	Closed           bool
	Created, Updated time.Time
}

type comment struct {
	ID               int
	Author           *user
	Body             string
	Created, Updated time.Time
	history
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
	history
	ID, Number         int
	repo               *repo
	Title, Body        string
	Closed             bool
	Status             string // of the workflow
	IssueType          string
	Program            string
	Private            bool // set by security_hole
	Priority           int
	CustomFields       []wireField
	Author             *user
	Assignees          []*user
	Labels             []*label
	Milestone          *milestone
	Comments           []*comment
	Logs               []*logEntry // oldest first
	Pulls              []*pull
	Branches           []string
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
	Roles       map[string]role // of the members, by login; only members can be assigned
	Issues      []*issue
	Pulls       []*pull       // all of them; an issue has those that are linked to it
	Attachments []*attachment `json:",omitempty"`
}

// newID returns the next global id.
func (s *Sandbox) newID() int {
	s.LastID++
	return s.LastID
}

func (s *Sandbox) findRepo(owner, path string) *repo {
	for _, r := range s.Repos {
		if strings.EqualFold(r.Owner, owner) && strings.EqualFold(r.Path, path) {
			return r
		}
	}
	return nil
}

// issuesOf returns the issues that a user may see of the repositories that
// match, or nil if none match.
func (s *Sandbox) issuesOf(u *user, match func(*repo) bool) []*issue {
	var issues []*issue
	for _, r := range s.Repos {
		if match(r) {
			issues = slices.Concat(issues, r.issuesFor(u))
		}
	}
	return issues
}

// issuesFor returns the issues that a user may see. It is not nil.
//
//go:noinline
func (r *repo) issuesFor(u *user) []*issue {
	return fake.Select(r.Issues, func(i *issue) bool { return i.isVisibleTo(u) })
}

// pathRepo returns the repository of a request, or the error to respond with.
func (s *Sandbox) pathRepo(r *request) (*repo, response) {
	if repo := s.findRepo(r.PathValue("owner"), r.repoPath()); repo != nil {
		return repo, response{}
	}
	return nil, notFound("Project")
}

// pathIssue returns the issue of a request, or the error to respond with.
func (s *Sandbox) pathIssue(r *request) (*issue, response) {
	number, err := strconv.Atoi(r.PathValue("number"))
	if err != nil {
		return nil, badParameter("number")
	}
	repo, errResponse := s.pathRepo(r)
	if repo == nil {
		return nil, errResponse
	}
	for _, i := range repo.Issues {
		if i.Number == number && i.isVisibleTo(r.user) {
			return i, response{}
		}
	}
	return nil, notFound("Issue")
}

// enterpriseIssues returns the issues of the enterprise that a request's path
// names, or nil if it does not exist.
func (s *Sandbox) enterpriseIssues(r *request) []*issue {
	name := r.PathValue("enterprise")
	return s.issuesOf(r.user, func(r *repo) bool { return r.Enterprise == name })
}

// pathEnterpriseIssue is like pathIssue for the routes of enterprises, which
// name an issue by its global id.
func (s *Sandbox) pathEnterpriseIssue(r *request) (*issue, response) {
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

// record adds a change by a user to an issue's operate logs.
func (s *Sandbox) record(by *user, i *issue, action, content string) {
	i.Updated = now()
	i.Logs = append(i.Logs, &logEntry{ID: s.newID(), Author: by, Action: action, Content: content, Created: i.Updated})
}

func (r *repo) fullName() string { return r.Owner + "/" + r.Path }

// findMembers returns the members with the given comma-separated logins. Like
// the service, it ignores unknown logins.
func (r *repo) findMembers(logins string) []*user {
	var members []*user
	for login := range strings.SplitSeq(logins, ",") {
		if u := findUser(login); u != nil && r.isMember(u) {
			members = append(members, u)
		}
	}
	return members
}

// findLabel returns the label with the given name, or nil.
func (r *repo) findLabel(name string) *label {
	if i := slices.IndexFunc(r.Labels, func(l *label) bool { return l.Name == name }); i >= 0 {
		return r.Labels[i]
	}
	return nil
}

// ensureLabels returns the labels with the given names. Like the service, it
// creates those that the repository lacks. It ignores blank names.
func (s *Sandbox) ensureLabels(r *repo, names []string) []*label {
	var labels []*label
	for _, name := range names {
		name = strings.TrimSpace(name)
		if name == "" {
			continue
		}
		l := r.findLabel(name)
		if l == nil {
			l = &label{ID: s.newID(), Name: name, Color: defaultColor}
			r.Labels = append(r.Labels, l)
		}
		if !slices.Contains(labels, l) {
			labels = append(labels, l)
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

// contains reports whether the title or the text contains a text, without regard
// to case.
func (i *issue) contains(text string) bool {
	return strings.Contains(strings.ToLower(i.Title+"\n"+i.Body), strings.ToLower(text))
}

func (i *issue) isAssignedTo(login string) bool {
	return slices.ContainsFunc(i.Assignees, func(u *user) bool { return u.login == login })
}
