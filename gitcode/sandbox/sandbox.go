package sandbox

import (
	"net/http"
	"strings"
	"sync"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/statefile"
)

// Prefix is the path under which the API is served. Operations of its version 8 are
// under Prefix8.
const (
	Prefix  = "/api/v5"
	Prefix8 = "/api/v8"
)

// Sandbox is an in-memory GitCode. It is safe for concurrent use.
type Sandbox struct {
	file *statefile.File // holds the state; nil if only memory does

	mu sync.Mutex // guards the state, and lets one handler run at a time
	state
}

// New returns a sandbox in memory with the seed data, as the package comment
// describes.
func New() *Sandbox {
	s := &Sandbox{}
	s.seed()
	return s
}

// The paths of what a repository has, of an issue, of a comment, of the issues of a pull
// request, and of those of an enterprise.
const (
	repoLabelsPath = "/repos/{owner}/{repo}/labels"
	milestonesPath = "/repos/{owner}/{repo}/milestones"
	issuePath      = "/repos/{owner}/{repo}/issues/{number}"
	commentPath    = "/repos/{owner}/{repo}/issues/comments/{id}"
	oneCommentPath = "/repos/{owner}/{repo}/issues/comment/{id}" // of its reactions and its history
	pullPath       = "/repos/{owner}/{repo}/pulls/{number}/issues"
	enterprisePath = "/enterprises/{enterprise}/issues"
)

// routes are the operations. The first matching one serves a request. http.ServeMux
// would reject these patterns: .../issues/comments/{id} and
// .../issues/{number}/comments both match some paths.
var routes = []route{
	{"POST", "/repos/{owner}/issues", (*Sandbox).createIssue},
	{"PATCH", "/repos/{owner}/issues/{number}", (*Sandbox).updateIssue},
	{"GET", "/repos/{owner}/issues/{number}/operate_logs", (*Sandbox).getOperateLogs},
	{"GET", "/repos/{owner}/{repo}/issues", (*Sandbox).listRepoIssues},
	{"GET", "/repos/{owner}/{repo}/issues/comments", (*Sandbox).listRepoComments},
	{"GET", commentPath, (*Sandbox).getComment},
	{"PATCH", commentPath, (*Sandbox).updateComment},
	{"DELETE", commentPath, (*Sandbox).deleteComment},
	{"GET", issuePath, (*Sandbox).getIssue},
	{"GET", issuePath + "/comments", (*Sandbox).listIssueComments},
	{"POST", issuePath + "/comments", (*Sandbox).createComment},
	{"GET", issuePath + "/pull_requests", (*Sandbox).listPullRequests},
	{"GET", issuePath + "/related_branches", (*Sandbox).listBranches},
	{"PUT", issuePath + "/related_branches", (*Sandbox).setBranches},
	{"GET", issuePath + "/user_reactions", (*Sandbox).listIssueReactions},
	{"GET", issuePath + "/modify_history", (*Sandbox).getIssueHistory},
	{"GET", oneCommentPath + "/user_reactions", (*Sandbox).listCommentReactions},
	{"GET", oneCommentPath + "/modify_history", (*Sandbox).getCommentHistory},
	{"POST", issuePath + "/labels", (*Sandbox).addLabels},
	{"PUT", issuePath + "/labels", (*Sandbox).replaceLabels},
	{"DELETE", issuePath + "/labels", (*Sandbox).clearLabels},
	{"DELETE", issuePath + "/labels/{name}", (*Sandbox).removeLabels},
	{"GET", pullPath, (*Sandbox).listPullIssues},
	{"POST", pullPath, (*Sandbox).linkIssues},
	{"DELETE", pullPath, (*Sandbox).unlinkIssues},
	{"GET", repoLabelsPath, (*Sandbox).listRepoLabels},
	{"POST", repoLabelsPath, (*Sandbox).createRepoLabel},
	{"PATCH", repoLabelsPath + "/{original_name}", (*Sandbox).updateRepoLabel},
	{"DELETE", repoLabelsPath + "/{name}", (*Sandbox).deleteRepoLabel},
	{"GET", milestonesPath, (*Sandbox).listMilestones},
	{"POST", milestonesPath, (*Sandbox).createMilestone},
	{"GET", milestonesPath + "/{number}", (*Sandbox).getMilestone},
	{"PATCH", milestonesPath + "/{number}", (*Sandbox).updateMilestone},
	{"DELETE", milestonesPath + "/{number}", (*Sandbox).deleteMilestone},
	{"GET", "/repos/{owner}/{repo}/collaborators", (*Sandbox).listCollaborators},
	{"GET", "/repos/{owner}/{repo}/collaborators/{username}", (*Sandbox).getCollaborator},
	{"POST", "/repos/{owner}/{repo}/file/upload", (*Sandbox).uploadFile},
	{"GET", "/search/issues", (*Sandbox).searchIssues},
	{"GET", "/search/users", (*Sandbox).searchUsers},
	{"GET", "/user", (*Sandbox).getUser},
	{"GET", "/user/issues", (*Sandbox).listUserIssues},
	{"GET", "/orgs/{org}/issues", (*Sandbox).listOrgIssues},
	{"GET", "/orgs/{org}/members", (*Sandbox).listOrgMembers},
	{"GET", "/orgs/{org}/issue/extend/settings", (*Sandbox).getExtendSettings},
	{"GET", "/enterprises/{enterprise}/members", (*Sandbox).listEnterpriseMembers},
	{"GET", "/enterprises/{enterprise}/issue/statuses", (*Sandbox).listEnterpriseStatuses},
	{"GET", enterprisePath, (*Sandbox).listEnterpriseIssues},
	{"GET", enterprisePath + "/{id}", (*Sandbox).getEnterpriseIssue},
	{"GET", enterprisePath + "/{id}/comments", (*Sandbox).listEnterpriseComments},
	{"GET", enterprisePath + "/{id}/labels", (*Sandbox).listEnterpriseLabels},
	{"GET", enterprisePath + "/{id}/pull_requests", (*Sandbox).listEnterprisePulls},
}

// routes8 are the operations of version 8.
var routes8 = []route{
	{"GET", "/enterprises/{enterprise_id}/issue_extend_field", (*Sandbox).listCustomFields},
}

// ServeHTTP implements [http.Handler].
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasPrefix(r.URL.Path, Prefix+"/") && fake.Match(r, attachmentPath, fake.Segments(r, "")) {
		s.serveAttachment(w, r)
		return
	}
	req, resp := newRequest(w, r)
	if req != nil {
		resp = s.dispatch(req)
	}
	resp.write(w)
}

// dispatch calls the handler of the first matching route. Handlers run one at
// a time.
func (s *Sandbox) dispatch(r *request) response {
	segments, routes := fake.Segments(r.Request, Prefix), routes
	if segments == nil {
		segments, routes = fake.Segments(r.Request, Prefix8), routes8
	}
	for _, rt := range routes {
		if rt.method == r.Method && fake.Match(r.Request, rt.pattern, segments) {
			if failure := failureOf(strings.TrimPrefix(r.PathValue("owner")+"/"+r.repoPath(), "/")); failure != nil {
				return failure()
			}
			if r.user == nil && !rt.isPublic() {
				return missingToken()
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			return s.withFile(r, func() response { return rt.handle(s, r) })
		}
	}
	return errorResponse(http.StatusNotFound, http.StatusNotFound, "NOT_PATH", "Not Found")
}

// failureOf returns the response to every request for a reserved repository, or nil
// for any other.
func failureOf(repo string) func() response {
	switch strings.ToLower(repo) {
	case "openharbor/busy":
		return tooManyRequests
	case "openharbor/broken":
		return badGateway
	}
	return nil
}

// isPublic reports whether the operation needs no token: it reads issues of
// repositories, or what belongs to them.
func (rt route) isPublic() bool {
	return rt.method == http.MethodGet && (rt.pattern == "/search/issues" || strings.HasPrefix(rt.pattern, "/repos/") && !strings.Contains(rt.pattern, "/collaborators"))
}

// route is one operation. Its pattern has variables in braces, each of which
// matches one path segment.
type route struct {
	method, pattern string
	handle          func(*Sandbox, *request) response
}
