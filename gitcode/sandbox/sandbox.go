// Package sandbox is a GitCode in memory: an http.Handler in the manner of
// httptest that serves the documented issue operations with state, for tests,
// for the demo and for people who want to try an agent without a token.
//
// It keeps the service's habits: numbers as strings, the key nubmer, close and
// reopen on update, labels as a bare array, totals in headers, empty answers
// to some writes, unknown assignees, labels and milestones dropped in silence,
// and the service's own error bodies. Its people, repositories and issues are
// made up; everything is gone with the process.
package sandbox

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Token is the token of [Me], the only one the sandbox knows.
const Token = "sandbox-token"

// Prefix is the path under which the API is served.
const Prefix = "/api/v5"

// Sandbox is the service. It is safe for concurrent use.
type Sandbox struct {
	routes []route

	mu    sync.Mutex // guards all below
	now   func() time.Time
	repos []*repo
	last  int // id given out last
}

// New returns a sandbox with a lived-in organization, openharbor.
func New() *Sandbox {
	s := &Sandbox{now: time.Now, last: 340000}
	s.seed()

	// The first route that fits serves, as patterns like …/issues/comments/{id}
	// and …/issues/{number}/comments both fit some paths.
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
		{"GET", "/user/issues", s.listUserIssues},
		{"GET", "/orgs/{org}/issues", s.listOrgIssues},
		{"GET", enterprise, s.listEnterpriseIssues},
		{"GET", enterprise + "/{id}", s.getEnterpriseIssue},
		{"GET", enterprise + "/{id}/comments", s.listEnterpriseComments},
		{"GET", enterprise + "/{id}/labels", s.listEnterpriseLabels},
	}
	return s
}

// answer is what a handler makes of a request.
type answer struct {
	status int
	header map[string]int
	body   any // nothing is written for nil
}

func ok(body any) answer      { return answer{status: http.StatusOK, body: body} }
func created(body any) answer { return answer{status: http.StatusCreated, body: body} }
func gone() answer            { return answer{status: http.StatusNoContent} }

// fail is an error in the service's own form.
func fail(status int, name, message string) answer {
	return failCode(status, status, name, message)
}

// failCode is fail where the service's code differs from the status.
func failCode(status, code int, name, message string) answer {
	trace := make([]byte, 16)
	rand.Read(trace) //nolint:errcheck // never fails
	return answer{status: status, body: struct {
		Code    int    `json:"error_code"`
		Name    string `json:"error_code_name"`
		Message string `json:"error_message"`
		TraceID string `json:"trace_id"`
	}{code, name, message, hex.EncodeToString(trace)}}
}

func notFound(what string) answer {
	return fail(http.StatusNotFound, "NOT_FOUND", what+" Not Found")
}

func badParameter(name string) answer {
	return failCode(http.StatusBadRequest, 1000, "PARAMETER_ERROR", "参数 :"+name+" 类型错误")
}

// route is a documented operation; pattern has names in braces.
type route struct {
	method, pattern string
	serve           func(*http.Request) answer
}

// fits reports whether a request is for the route, and keeps the values of the
// names in the request.
func (t route) fits(r *http.Request, segments []string) bool {
	pattern := strings.Split(t.pattern, "/")
	if r.Method != t.method || len(pattern) != len(segments) {
		return false
	}
	for i, p := range pattern {
		if name, isName := strings.CutPrefix(p, "{"); isName {
			r.SetPathValue(strings.TrimSuffix(name, "}"), segments[i])
		} else if p != segments[i] {
			return false
		}
	}
	return true
}

// dispatch serves one request at a time.
func (s *Sandbox) dispatch(r *http.Request) answer {
	path, found := strings.CutPrefix(r.URL.EscapedPath(), Prefix)
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		var err error
		if segments[i], err = url.PathUnescape(segment); err != nil {
			found = false
		}
	}
	if found {
		for _, t := range s.routes {
			if t.fits(r, segments) {
				s.mu.Lock()
				defer s.mu.Unlock()
				return t.serve(r)
			}
		}
	}
	return fail(http.StatusNotFound, "NOT_PATH", "Not Found")
}

// ServeHTTP checks the token and serves the route.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	token, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !isBearer {
		token = r.Header.Get("PRIVATE-TOKEN")
	}
	switch token {
	case Token:
		write(w, s.dispatch(r))
	case "":
		write(w, fail(http.StatusBadRequest, "UN_KNOW", "Orchestration error: Invalid header parameter: private-token, required"))
	default:
		write(w, answer{status: http.StatusUnauthorized, body: struct {
			Message string `json:"message"`
		}{"401 Unauthorized"}})
	}
}

func write(w http.ResponseWriter, a answer) {
	for name, n := range a.header {
		w.Header()[name] = []string{strconv.Itoa(n)} // not canonical, as the service sends them
	}
	if a.body == nil {
		w.WriteHeader(a.status)
		return
	}
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(a.status)
	json.NewEncoder(w).Encode(a.body) //nolint:errcheck // the client is gone
}

// readBody decodes a JSON body.
func readBody(r *http.Request, v any) bool {
	return json.NewDecoder(r.Body).Decode(v) == nil
}
