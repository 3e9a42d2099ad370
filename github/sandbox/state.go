package sandbox

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// In the state a user is represented by the login, a label by its name, and a
// milestone by its number.

// state is what requests can change.
type state struct {
	Format string
	LastID int // the global id assigned last
	Repos  []*repo
}

type repo struct {
	ID              int
	Owner, Name     string
	OldName         string // of a renamed repository
	Description     string
	Private         bool
	Archived        bool // and thus read-only
	NoIssues        bool // the repository has issues turned off
	Roles           map[string]role
	Labels          []*label
	Milestones      []*milestone
	Issues          []*issue
	LastNumber      int
	Deleted         []int               // the numbers of deleted issues
	Transferred     map[int]issueTarget // by the number of the issue here
	Created, Pushed time.Time
}

// issueTarget is where an issue was transferred.
type issueTarget struct{ Repo, Number int }

type label struct {
	ID                       int
	Name, Color, Description string
	Default                  bool
}

type milestone struct {
	ID, Number         int
	Title, Description string
	Creator            string
	Closed             bool
	Created, Updated   time.Time
	ClosedAt, DueOn    time.Time
}

type issue struct {
	ID, Number       int
	repo             *repo
	Title            string
	Body             *string
	Author           string
	Closed           bool
	StateReason      string
	ClosedBy         string
	Type             string
	Labels           []string
	Assignees        []string
	Milestone        int // 0 if the issue has no milestone
	Locked           bool
	LockReason       string
	IsPull, IsDraft  bool
	MergedAt         time.Time
	Comments         []*comment
	Created, Updated time.Time
	ClosedAt         time.Time
}

type comment struct {
	ID               int
	Author           string
	Body             string
	Created, Updated time.Time
}

// now returns the time in the precision of the service.
func now() time.Time { return time.Now().UTC().Truncate(time.Second) }

// newID returns the next global id.
func (s *Sandbox) newID() int {
	s.LastID++
	return s.LastID
}

func (r *repo) fullName() string { return r.Owner + "/" + r.Name }

// contains reports whether a list has a name, without regard to case.
func contains(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
}

// pathRepo returns the repository of a request, or the error to respond with. A
// renamed one is redirected: a read with 301, a write with 307.
func (s *Sandbox) pathRepo(r *request) (*repo, response) {
	owner, name := r.PathValue("owner"), r.PathValue("repo")
	for _, repo := range s.Repos {
		if !strings.EqualFold(repo.Owner, owner) || !repo.isVisibleTo(r.user) {
			continue
		}
		if strings.EqualFold(repo.Name, name) {
			return repo, response{}
		}
		if repo.OldName != "" && strings.EqualFold(repo.OldName, name) {
			status := http.StatusMovedPermanently
			if r.Method != http.MethodGet {
				status = http.StatusTemporaryRedirect
			}
			location := r.baseURL() + "/repositories/" + strconv.Itoa(repo.ID)
			if parts := strings.SplitN(r.URL.RequestURI(), "/", 7); len(parts) == 7 {
				location += "/" + parts[6]
			}
			return nil, moved(status, location)
		}
	}
	return nil, notFound()
}

// issuesRepo is like pathRepo for the operations on issues, which do not work
// with issues turned off.
func (s *Sandbox) issuesRepo(r *request) (*repo, response) {
	repo, errResponse := s.pathRepo(r)
	if repo == nil {
		return nil, errResponse
	}
	if repo.NoIssues {
		return nil, gone("Issues are disabled for this repo")
	}
	if repo.Archived && r.Method != http.MethodGet {
		return nil, errorResponse(http.StatusForbidden, "Repository was archived so is read-only.")
	}
	return repo, response{}
}

// pathIssue returns the issue of a request, or the error to respond with.
func (s *Sandbox) pathIssue(r *request) (*issue, response) {
	repo, errResponse := s.issuesRepo(r)
	if repo == nil {
		return nil, errResponse
	}
	number, err := strconv.Atoi(r.PathValue("issue_number"))
	if err != nil {
		return nil, notFound()
	}
	for _, i := range repo.Issues {
		if i.Number == number {
			return i, response{}
		}
	}
	if slices.Contains(repo.Deleted, number) {
		return nil, gone("This issue was deleted")
	}
	if target, ok := repo.Transferred[number]; ok && s.canSee(r.user, target.Repo) {
		return nil, moved(http.StatusMovedPermanently, r.baseURL()+"/repositories/"+strconv.Itoa(target.Repo)+"/issues/"+strconv.Itoa(target.Number))
	}
	return nil, notFound()
}

// canSee reports whether a user may see the repository with an id.
func (s *Sandbox) canSee(u *user, id int) bool {
	return slices.ContainsFunc(s.Repos, func(r *repo) bool { return r.ID == id && r.isVisibleTo(u) })
}

func (r *repo) findMilestone(number int) *milestone {
	for _, m := range r.Milestones {
		if m.Number == number {
			return m
		}
	}
	return nil
}

// findLabel returns the label with the given name, or nil.
func (r *repo) findLabel(name string) *label {
	for _, l := range r.Labels {
		if strings.EqualFold(l.Name, name) {
			return l
		}
	}
	return nil
}

// ensureLabels returns the names of labels as the repository spells them. Like
// the service, it creates those that the repository lacks.
func (s *Sandbox) ensureLabels(r *repo, names []string) []string {
	labels := []string{}
	for _, name := range names {
		l := r.findLabel(name)
		if l == nil {
			l = &label{ID: s.newID(), Name: name, Color: "ededed"}
			r.Labels = append(r.Labels, l)
		}
		if !contains(labels, l.Name) {
			labels = append(labels, l.Name)
		}
	}
	return labels
}

// maxAssignees is the number of people to whom an issue can be assigned.
const maxAssignees = 10

// assign adds people to the assignees. Like the service, it drops those who
// cannot be assigned, and everyone beyond the tenth.
func (r *repo) assign(assignees, logins []string) []string {
	assignees = slices.Clone(assignees)
	for _, login := range logins {
		u := findUser(login)
		if u != nil && r.canBeAssigned(u) && !contains(assignees, u.login) && len(assignees) < maxAssignees {
			assignees = append(assignees, u.login)
		}
	}
	return assignees
}

// mentions reports whether the text or a comment contains the login with an @.
func (i *issue) mentions(login string) bool {
	if i.Body != nil && mentions(*i.Body, login) {
		return true
	}
	return slices.ContainsFunc(i.Comments, func(c *comment) bool { return mentions(c.Body, login) })
}

func mentions(text, login string) bool {
	text, login = strings.ToLower(text), "@"+strings.ToLower(login)
	for {
		_, after, found := strings.Cut(text, login)
		if !found {
			return false
		}
		if after == "" || !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789-", rune(after[0])) {
			return true
		}
		text = after
	}
}
