package sandbox

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

// Prefix is the path under which the API is served, as by GitHub Enterprise.
const Prefix = "/api/v3"

// Sandbox is an in-memory GitHub Enterprise. It is safe for concurrent use once
// its fields are set.
type Sandbox struct {
	// RateLimit is the number of requests that a user may send in an hour. 0
	// means unlimited; the headers then report GitHub's limit of 5,000.
	RateLimit int

	// ContentLimit is the number of issues and comments that a user may create
	// in a minute, a secondary rate limit. 0 means unlimited.
	ContentLimit int

	store *fake.Store // holds the state; nil if only memory does

	mu sync.Mutex // guards the rest, and lets one handler run at a time
	state
	requests map[string]*fake.Window // of the users, by login
	contents map[string]*fake.Window
}

// New returns a sandbox in memory with the seed data, as the package comment
// describes.
func New() *Sandbox {
	s := &Sandbox{requests: map[string]*fake.Window{}, contents: map[string]*fake.Window{}}
	s.seed()
	return s
}

// The paths of a repository and of an issue.
const (
	repoPath  = "/repos/{owner}/{repo}"
	issuePath = repoPath + "/issues/{issue_number}"
)

// routes are the operations.
var routes = []route{
	{"GET", "/issues", (*Sandbox).listIssues},
	{"GET", "/user/issues", (*Sandbox).listAccountIssues},
	{"GET", "/orgs/{org}/issues", (*Sandbox).listOrgIssues},
	{"GET", repoPath, (*Sandbox).getRepo},
	{"GET", repoPath + "/issues", (*Sandbox).listRepoIssues},
	{"POST", repoPath + "/issues", (*Sandbox).createIssue},
	{"GET", issuePath, (*Sandbox).getIssue},
	{"PATCH", issuePath, (*Sandbox).updateIssue},
	{"PUT", issuePath + "/lock", (*Sandbox).lockIssue},
	{"DELETE", issuePath + "/lock", (*Sandbox).unlockIssue},
	{"POST", issuePath + "/assignees", (*Sandbox).addAssignees},
	{"DELETE", issuePath + "/assignees", (*Sandbox).removeAssignees},
	{"GET", issuePath + "/comments", (*Sandbox).listComments},
	{"POST", issuePath + "/comments", (*Sandbox).createComment},
	{"GET", repoPath + "/assignees", (*Sandbox).listAssignees},
	{"GET", repoPath + "/assignees/{assignee}", (*Sandbox).checkAssignee},
	{"GET", repoPath + "/labels", (*Sandbox).listLabels},
	{"GET", repoPath + "/milestones", (*Sandbox).listMilestones},
	{"GET", "/user", (*Sandbox).getUser},
	{"GET", "/rate_limit", (*Sandbox).getRateLimit},
}

// ServeHTTP implements [http.Handler].
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	req, resp := newRequest(w, r)
	if req != nil {
		resp = s.serve(req)
	} else { // it counts nothing
		setLimit(&resp, wireLimit{Limit: 60, Used: 1, Remaining: 59, Reset: time.Now().Add(time.Hour).Unix()})
	}
	writeResponse(resp, w)
}

// serve handles requests one at a time.
func (s *Sandbox) serve(r *request) response {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.limit(r, s.dispatch)
}

// dispatch calls the handler of the first matching route.
func (s *Sandbox) dispatch(r *request) response {
	segments := fake.Segments(r.Request, Prefix)
	return s.withFile(r, func() response {
		segments := s.resolveID(segments)
		for _, rt := range routes {
			if rt.method == r.Method && fake.Match(r.Request, rt.pattern, segments) {
				if failure := failureOf(r.PathValue("owner") + "/" + r.PathValue("repo")); failure != nil {
					return failure()
				}
				return rt.handle(s, r)
			}
		}
		return notFound()
	})
}

// resolveID replaces /repositories/{id}, to which redirects and the links
// between pages lead, by /repos/{owner}/{repo}.
func (s *Sandbox) resolveID(segments []string) []string {
	if len(segments) < 3 || segments[1] != "repositories" {
		return segments
	}
	for _, repo := range s.Repos {
		if strconv.Itoa(repo.ID) == segments[2] {
			return append([]string{"", "repos", repo.Owner, repo.Name}, segments[3:]...)
		}
	}
	return segments
}

// failureOf returns the response to every request for a reserved repository, or nil
// for any other.
func failureOf(repo string) func() response {
	switch strings.ToLower(repo) {
	case org + "/busy":
		return func() response { return secondaryLimit(30) }
	case org + "/broken":
		return badGateway
	}
	return nil
}

// route is one operation. Its pattern has variables in braces, each of which
// matches one path segment.
type route struct {
	method, pattern string
	handle          func(*Sandbox, *request) response
}
