package sandbox

import (
	"net/http"
	"strings"
	"sync"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

// Prefix is the path under which the API is served.
const Prefix = "/api/v4"

// Sandbox is an in-memory GitLab. It is safe for concurrent use once its fields
// are set.
type Sandbox struct {
	// Free makes the instance one without Premium: weights, epics and iterations are
	// absent from responses and ignored in requests, and an issue has at most one
	// assignee.
	Free bool

	// RateLimit is the number of requests that a user may send in a minute. 0 means
	// unlimited, and no RateLimit headers.
	RateLimit int

	// IssueLimit is the number of issues that a user may create in a minute. 0 means
	// unlimited.
	IssueLimit int

	store *fake.Store // holds the state; nil if only memory does

	mu sync.Mutex // guards the rest, and lets one handler run at a time
	state
	requests map[string]*fake.Window // of the users, by username
	creates  map[string]*fake.Window
}

// New returns a sandbox in memory with the seed data, as the package comment
// describes.
func New() *Sandbox {
	s := &Sandbox{requests: map[string]*fake.Window{}, creates: map[string]*fake.Window{}}
	s.seed()
	return s
}

// The paths of a project and of an issue.
const (
	projectPath = "/projects/{id}"
	issuePath   = projectPath + "/issues/{issue_iid}"
)

// route is one operation.
type route struct {
	method, pattern string
	handle          func(*Sandbox, *request) response
}

// routes are the operations.
var routes = []route{
	{"GET", "/issues", (*Sandbox).listIssues},
	{"GET", "/issues/{id}", (*Sandbox).getIssueByID},
	{"GET", "/groups/{id}/issues", (*Sandbox).listGroupIssues},
	{"GET", projectPath + "/issues", (*Sandbox).listProjectIssues},
	{"POST", projectPath + "/issues", (*Sandbox).createIssue},
	{"GET", issuePath, (*Sandbox).getIssue},
	{"PUT", issuePath, (*Sandbox).updateIssue},
	{"DELETE", issuePath, (*Sandbox).deleteIssue},
	{"PUT", issuePath + "/reorder", (*Sandbox).reorderIssue},
	{"POST", issuePath + "/move", (*Sandbox).moveIssue},
	{"POST", issuePath + "/clone", (*Sandbox).cloneIssue},
	{"POST", issuePath + "/subscribe", (*Sandbox).subscribe},
	{"POST", issuePath + "/unsubscribe", (*Sandbox).unsubscribe},
	{"POST", issuePath + "/todo", (*Sandbox).createTodo},
	{"GET", issuePath + "/notes", (*Sandbox).listNotes},
	{"POST", issuePath + "/notes", (*Sandbox).createNote},
	{"GET", issuePath + "/related_merge_requests", (*Sandbox).listRelatedMergeRequests},
	{"GET", issuePath + "/closed_by", (*Sandbox).listClosingMergeRequests},
	{"GET", issuePath + "/participants", (*Sandbox).listParticipants},
	{"POST", issuePath + "/time_estimate", (*Sandbox).setTimeEstimate},
	{"POST", issuePath + "/reset_time_estimate", (*Sandbox).resetTimeEstimate},
	{"POST", issuePath + "/add_spent_time", (*Sandbox).addSpentTime},
	{"POST", issuePath + "/reset_spent_time", (*Sandbox).resetSpentTime},
	{"GET", issuePath + "/time_stats", (*Sandbox).getTimeStats},
	{"GET", issuePath + "/metric_images", (*Sandbox).listMetricImages},
	{"POST", issuePath + "/metric_images", (*Sandbox).uploadMetricImage},
	{"PUT", issuePath + "/metric_images/{image_id}", (*Sandbox).updateMetricImage},
	{"DELETE", issuePath + "/metric_images/{image_id}", (*Sandbox).deleteMetricImage},
	{"GET", issuePath + "/user_agent_detail", (*Sandbox).getUserAgentDetail},
	{"GET", projectPath + "/labels", (*Sandbox).listLabels},
	{"GET", projectPath + "/milestones", (*Sandbox).listMilestones},
	{"GET", projectPath, (*Sandbox).getProject},
	{"GET", "/users", (*Sandbox).listUsers},
	{"GET", "/user", (*Sandbox).getUser},
}

// ServeHTTP implements [http.Handler].
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	req, resp := newRequest(w, r)
	if req != nil {
		resp = s.serve(req)
	}
	resp.SetHeader("X-Request-Id", requestID())
	resp.SetHeader("Vary", "Origin")
	resp.Write(w, "application/json")
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
	unsupported := unknownRoute()
	for _, rt := range routes {
		if !fake.Match(r.Request, rt.pattern, segments) {
			continue
		}
		if rt.method != r.Method {
			unsupported = response{Status: http.StatusMethodNotAllowed, Body: grapeError{"405 Not Allowed"}}
			continue
		}
		if strings.HasPrefix(rt.pattern, projectPath) {
			if failure := failureOf(r.PathValue("id")); failure != nil {
				return failure()
			}
		}
		return s.withFile(r, func() response { return rt.handle(s, r) })
	}
	return unsupported
}

// failureOf returns the response to every request for a reserved project, or nil for
// any other.
func failureOf(project string) func() response {
	switch strings.ToLower(project) {
	case root + "/busy":
		return func() response { return tooManyRequests(30) }
	case root + "/broken":
		return badGateway
	}
	return nil
}
