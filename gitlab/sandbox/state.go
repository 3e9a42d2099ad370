package sandbox

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

// In the state a user is represented by the username, a label by its name, and a
// milestone, an epic or an iteration by its id.

// state is what requests can change.
type state struct {
	Format   string
	LastID   int // the global id assigned last
	Groups   []*group
	Projects []*project
}

type group struct {
	ID             int
	Path, Name     string // Path contains the groups above
	Private        bool
	Roles          map[string]role
	Labels         []*label
	Milestones     []*milestone
	Epics          []*epic
	Iterations     []*iteration
	LastEpicNumber int
}

type project struct {
	ID            int
	Path, Name    string // Path contains the groups
	OldPath       string // of a renamed project
	Description   string
	Private       bool
	Archived      bool // and thus read-only
	NoIssues      bool // the project has issues turned off
	Roles         map[string]role
	Labels        []*label
	Milestones    []*milestone
	Issues        []*issue
	MergeRequests []*mergeRequest
	LastIID       int
	Created       time.Time
}

type label struct {
	ID                       int
	Name, Color, Description string
}

type milestone struct {
	ID, IID            int
	Title, Description string
	Closed             bool
	Start, Due         string // dates, as time.DateOnly; empty if there is none
	Created, Updated   time.Time
}

type epic struct {
	ID, IID int
	Title   string
}

type iteration struct {
	ID, IID    int
	Title      string
	Start, Due string
}

type issue struct {
	ID, IID          int
	project          *project
	Type             string // issue, incident or test_case
	Title            string
	Description      string
	Author           string
	Assignees        []string
	Labels           []string
	Milestone        int
	Epic, Iteration  int
	Weight           *int
	Due              string
	Closed           bool
	ClosedBy         string
	ClosedAt         time.Time
	Confidential     bool
	Locked           *bool // nil until someone sets it
	MovedTo          int   // the global id of the issue that it became
	Promoted         bool
	Position         int
	Estimate, Spent  int // seconds
	Notes            []*note
	Emoji            []emoji
	Subscribers      map[string]bool // explicit answers, by username
	Todos            []string        // of the users with a pending to-do item
	Images           []*metricImage
	UserAgent        string
	Created, Updated time.Time
}

type note struct {
	ID               int
	Author, Body     string
	System           bool
	Created, Updated time.Time
}

type emoji struct{ User, Name string }

type metricImage struct {
	ID           int
	Filename     string
	URL, URLText *string
	Created      time.Time
}

type mergeRequest struct {
	ID, IID            int
	Title, Description string
	Author             string
	Branch             string
	State              string // opened, merged or closed
	Created, Updated   time.Time
	MergedAt           time.Time
	Related            []int // the iids of the issues that it mentions
	Closes             []int // those that it closes
}

// now returns the time in the precision of the service.
func now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// newID returns the next global id.
func (s *Sandbox) newID() int {
	s.LastID++
	return s.LastID
}

// findProject returns the project with a number or a path, if the user may see it.
func (s *Sandbox) findProject(u *user, id string) *project {
	for _, p := range s.Projects {
		if (strconv.Itoa(p.ID) == id || strings.EqualFold(p.Path, id)) && s.canSee(u, p) {
			return p
		}
	}
	return nil
}

// pathProject returns the project of a request, or the response if there is none.
// A read of a renamed one is redirected, any other request is refused.
func (s *Sandbox) pathProject(r *request) (*project, response) {
	p := s.findProject(r.user, r.PathValue("id"))
	if p != nil {
		return p, response{}
	}
	for _, p := range s.Projects {
		if p.OldPath != "" && strings.EqualFold(p.OldPath, r.PathValue("id")) && s.canSee(r.user, p) {
			return nil, renamed(r, p)
		}
	}
	return nil, notFound("Project")
}

// renamed responds to a request that has the old path of a project.
func renamed(r *request, p *project) response {
	if r.Method != http.MethodGet {
		return errorMessage(http.StatusMethodNotAllowed, "Non GET methods are not allowed for moved projects")
	}
	parts := strings.SplitN(r.URL.RequestURI(), "/", 6) // "", api, v4, projects, the path, the rest
	location := r.baseURL() + "/projects/" + strconv.Itoa(p.ID)
	if len(parts) == 6 {
		location += "/" + parts[5]
	}
	resp := response{Status: http.StatusMovedPermanently, Body: fake.Page("This resource has been moved permanently to " + location + ".")}
	resp.SetHeader("Content-Type", "text/plain")
	resp.SetHeader("Location", location)
	return resp
}

// pathIssue returns the issue of a request, or the error to respond with.
func (s *Sandbox) pathIssue(r *request) (*issue, response) {
	p, errResponse := s.pathProject(r)
	if p == nil {
		return nil, errResponse
	}
	iid, err := strconv.Atoi(r.PathValue("issue_iid"))
	if err != nil {
		return nil, badParameter("issue_iid is invalid")
	}
	i := slices.IndexFunc(p.Issues, func(i *issue) bool { return i.IID == iid })
	if i < 0 || p.NoIssues || !s.canRead(r.user, p.Issues[i]) {
		return nil, notFoundRecord()
	}
	return p.Issues[i], response{}
}

// writableIssue is like pathIssue for the operations that need the permission
// that allowed checks. Nothing may be written to an archived project.
func (s *Sandbox) writableIssue(r *request, allowed func(*user, *issue) bool) (*issue, response) {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return nil, errResponse
	}
	if i.project.Archived || !allowed(r.user, i) {
		return nil, forbidden()
	}
	return i, response{}
}

// canTriageIssue is canTriage for the project of an issue.
func (s *Sandbox) canTriageIssue(u *user, i *issue) bool { return s.canTriage(u, i.project) }

// issueByID returns the issue with a global id, or nil.
func (s *Sandbox) issueByID(id int) *issue {
	for _, p := range s.Projects {
		for _, i := range p.Issues {
			if i.ID == id {
				return i
			}
		}
	}
	return nil
}

// participants returns the usernames of those who take part in an issue: who wrote
// it or a note, is assigned or is mentioned.
func (i *issue) participants() []string {
	list := append([]string{i.Author}, i.Assignees...)
	texts := []string{i.Title, i.Description}
	for _, n := range i.Notes {
		list = append(list, n.Author)
		texts = append(texts, n.Body)
	}
	for _, u := range users {
		if mentions(strings.Join(texts, "\n"), u.username) {
			list = append(list, u.username)
		}
	}
	unique := []string{}
	for _, name := range list {
		if !slices.Contains(unique, name) {
			unique = append(unique, name)
		}
	}
	return unique
}

// isSubscribed reports whether a user gets notifications of an issue, which those
// who take part do unless they unsubscribed.
func (i *issue) isSubscribed(u *user) bool {
	if answer, explicit := i.Subscribers[u.username]; explicit {
		return answer
	}
	return slices.Contains(i.participants(), u.username)
}

func mentions(text, username string) bool {
	for {
		_, after, found := strings.Cut(text, "@"+username)
		if !found {
			return false
		}
		if after == "" || !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789-_", rune(after[0])) {
			return true
		}
		text = after
	}
}
