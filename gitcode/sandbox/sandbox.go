package sandbox

import (
	"net/http"
	"strings"
	"sync"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/statefile"
)

// Prefix is the path under which the API is served.
const Prefix = "/api/v5"

// Sandbox is an in-memory GitCode. It is safe for concurrent use.
type Sandbox struct {
	routes []route

	file *statefile.File // holds the state; nil if only memory does

	mu sync.Mutex // guards the state, and lets one handler run at a time
	state
}

// New returns a sandbox in memory with the seed data, as the package comment
// describes.
func New() *Sandbox {
	s := &Sandbox{}
	s.seed()

	// The first matching route serves a request. http.ServeMux would reject
	// these patterns: .../issues/comments/{id} and .../issues/{number}/comments
	// both match some paths.
	const issue = "/repos/{owner}/{repo}/issues/{number}"
	const comment = "/repos/{owner}/{repo}/issues/comments/{id}"
	const enterprise = "/enterprises/{enterprise}/issues"
	s.routes = []route{
		{"POST", "/repos/{owner}/issues", s.createIssue},
		{"PATCH", "/repos/{owner}/issues/{number}", s.updateIssue},
		{"GET", "/repos/{owner}/issues/{number}/operate_logs", s.getOperateLogs},
		{"GET", "/repos/{owner}/{repo}/issues", s.listRepoIssues},
		{"GET", "/repos/{owner}/{repo}/issues/comments", s.listRepoComments},
		{"GET", comment, s.getComment},
		{"PATCH", comment, s.updateComment},
		{"DELETE", comment, s.deleteComment},
		{"GET", issue, s.getIssue},
		{"GET", issue + "/comments", s.listIssueComments},
		{"POST", issue + "/comments", s.createComment},
		{"GET", issue + "/pull_requests", s.listPullRequests},
		{"POST", issue + "/labels", s.addLabels},
		{"DELETE", issue + "/labels", s.clearLabels},
		{"DELETE", issue + "/labels/{name}", s.removeLabels},
		{"GET", "/repos/{owner}/{repo}/labels", s.listRepoLabels},
		{"GET", "/repos/{owner}/{repo}/milestones", s.listMilestones},
		{"GET", "/repos/{owner}/{repo}/milestones/{number}", s.getMilestone},
		{"GET", "/repos/{owner}/{repo}/collaborators", s.listCollaborators},
		{"GET", "/repos/{owner}/{repo}/collaborators/{username}", s.getCollaborator},
		{"GET", "/search/issues", s.searchIssues},
		{"GET", "/user", s.getUser},
		{"GET", "/user/issues", s.listUserIssues},
		{"GET", "/orgs/{org}/issues", s.listOrgIssues},
		{"GET", "/orgs/{org}/issue/extend/settings", s.getExtendSettings},
		{"GET", "/enterprises/{enterprise}/issue/statuses", s.listEnterpriseStatuses},
		{"GET", enterprise, s.listEnterpriseIssues},
		{"GET", enterprise + "/{id}", s.getEnterpriseIssue},
		{"GET", enterprise + "/{id}/comments", s.listEnterpriseComments},
		{"GET", enterprise + "/{id}/labels", s.listEnterpriseLabels},
	}
	return s
}

// ServeHTTP implements [http.Handler].
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	req, resp := newRequest(w, r)
	if req != nil {
		resp = s.dispatch(req)
	}
	resp.write(w)
}

// dispatch calls the handler of the first matching route. Handlers run one at
// a time.
func (s *Sandbox) dispatch(r *request) response {
	segments := fake.Segments(r.Request, Prefix)
	for _, rt := range s.routes {
		if rt.method == r.Method && fake.Match(r.Request, rt.pattern, segments) {
			if failure, fails := failures[strings.ToLower(strings.TrimPrefix(r.PathValue("owner")+"/"+r.repoPath(), "/"))]; fails {
				return failure()
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			return s.withFile(r, rt.handle)
		}
	}
	return errorResponse(http.StatusNotFound, http.StatusNotFound, "NOT_PATH", "Not Found")
}

// failures are the responses to every request for a reserved repository.
var failures = map[string]func() response{
	"openharbor/busy":   tooManyRequests,
	"openharbor/broken": badGateway,
}

// route is one operation. Its pattern has variables in braces, each of which
// matches one path segment.
type route struct {
	method, pattern string
	handle          func(*request) response
}
