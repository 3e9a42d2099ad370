package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

const portal = "/repos/openharbor/portal"

// client sends requests to a sandbox as one of its users.
type client struct {
	t       testing.TB
	handler http.Handler
	token   string
}

// newClient returns a client of a new sandbox as [sandbox.Me].
func newClient(t testing.TB) client {
	t.Helper()
	return client{t, sandbox.New(), sandbox.Token}
}

// in returns the client for use in a subtest.
func (c client) in(t *testing.T) client { return client{t, c.handler, c.token} }

// as returns a client of the same sandbox as another user.
func (c client) as(user string) client { return client{c.t, c.handler, sandbox.Token + "-" + user} }

// send sends a request with the token. The path is relative to the API's
// prefix.
func (c client) send(method, path, body string) response {
	c.t.Helper()
	r := httptest.NewRequestWithContext(c.t.Context(), method, sandbox.Prefix+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+c.token)
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	return response{c.t, w}
}

func (c client) get(path string) response {
	c.t.Helper()
	return c.send(http.MethodGet, path, "")
}

// id returns the global id of an issue.
func (c client) id(issue string) int {
	c.t.Helper()
	return int(c.get(issue).object()["id"].(float64))
}

// response is a recorded response with checks on it.
type response struct {
	t testing.TB
	*httptest.ResponseRecorder
}

// object decodes the body of a successful response.
func (r response) object() map[string]any {
	r.t.Helper()
	return decode[map[string]any](r)
}

// column decodes a list and returns one member of each element.
func (r response) column(name string) []any {
	r.t.Helper()
	values := []any{}
	for _, element := range decode[[]map[string]any](r) {
		require.Contains(r.t, element, name)
		values = append(values, element[name])
	}
	return values
}

func decode[T any](r response) T {
	r.t.Helper()
	require.Less(r.t, r.Code, 300, r.Body)
	assert.Equal(r.t, "application/json;charset=UTF-8", r.Header().Get("Content-Type"))
	var value T
	require.NoError(r.t, json.Unmarshal(r.Body.Bytes(), &value))
	return value
}

// isError checks that the response is an error in the service's format.
func (r response) isError(status, code int, name, message string) {
	r.t.Helper()
	assert.Equal(r.t, status, r.Code)
	assert.Equal(r.t, "application/json;charset=UTF-8", r.Header().Get("Content-Type"))
	var body map[string]any
	require.NoError(r.t, json.Unmarshal(r.Body.Bytes(), &body), r.Body)
	assert.Regexp(r.t, "^[0-9a-f]{32}$", body["trace_id"])
	delete(body, "trace_id")
	assert.Equal(r.t, map[string]any{"error_code": float64(code), "error_code_name": name, "error_message": message}, body)
}

func (r response) isBadParameter(name string) {
	r.t.Helper()
	r.isError(400, 1000, "PARAMETER_ERROR", "参数 :"+name+" 类型错误")
}

func (r response) isNotFound(what string) {
	r.t.Helper()
	r.isError(404, 404, "NOT_FOUND", what+" Not Found")
}

// isEmpty checks the status of a response without a body.
func (r response) isEmpty(status int) {
	r.t.Helper()
	assert.Equal(r.t, status, r.Code)
	assert.Empty(r.t, r.Body.String())
	assert.NotContains(r.t, r.Header(), "Content-Type")
}

func TestToken(t *testing.T) {
	t.Parallel()
	const missing = `"error_message":"Orchestration error: Invalid header parameter: private-token, required"`
	const unknown = `{"error_code":404,"error_code_name":"error","error_message":"404, token not found"}` + "\n"
	for _, test := range []struct {
		name, authorization, privateToken, query string
		status                                   int
		body                                     string
	}{
		{name: "bearer", authorization: "Bearer " + sandbox.Token, status: 200},
		{name: "private token", privateToken: sandbox.Token, status: 200},
		{name: "another scheme beside a private token", authorization: "Basic bWU6", privateToken: sandbox.Token, status: 200},
		{name: "query", query: "?access_token=" + sandbox.Token, status: 200},
		{name: "wrong bearer", authorization: "Bearer wrong", status: 404, body: unknown},
		{name: "wrong private token", privateToken: "wrong", status: 404, body: unknown},
		{name: "wrong in the query", query: "?access_token=wrong", status: 404, body: unknown},
		{name: "wrong bearer before a private token", authorization: "Bearer wrong", privateToken: sandbox.Token, status: 404, body: unknown},
		{name: "unknown user", privateToken: sandbox.Token + "-nobody", status: 404, body: unknown},
		{name: "none", status: 400, body: missing},
		{name: "empty bearer", authorization: "Bearer ", status: 400, body: missing},
		{name: "another scheme", authorization: "Basic bWU6", status: 400, body: missing},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, sandbox.Prefix+"/user/issues"+test.query, nil)
			if test.authorization != "" {
				r.Header.Set("Authorization", test.authorization)
			}
			if test.privateToken != "" {
				r.Header.Set("PRIVATE-TOKEN", test.privateToken)
			}
			w := httptest.NewRecorder()
			sandbox.New().ServeHTTP(w, r)
			assert.Equal(t, test.status, w.Code)
			assert.Contains(t, w.Body.String(), test.body)
		})
	}
}

func TestMissingTokenError(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	sandbox.New().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, sandbox.Prefix+"/user/issues", nil))
	response{t, w}.isError(400, 400, "UN_KNOW", "Orchestration error: Invalid header parameter: private-token, required")
}

// TestWithoutToken reads without a token what belongs to public issues, and nothing else.
func TestWithoutToken(t *testing.T) {
	t.Parallel()
	box := sandbox.New()
	send := func(method, path string) response {
		w := httptest.NewRecorder()
		box.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader("{}")))
		return response{t, w}
	}
	for path, rows := range map[string]int{
		portal + "/issues": 13, portal + "/issues/2/comments": 1, portal + "/issues/2/pull_requests": 2, portal + "/labels": 10, portal + "/milestones": 3,
		"/repos/openharbor/issues/2/operate_logs?repo=portal": 4, "/search/issues?q=upload": 1, "/search/issues?q=onerror": 0,
	} {
		w := send(http.MethodGet, sandbox.Prefix+path)
		require.Equal(t, http.StatusOK, w.Code, w.Body)
		assert.Len(t, decode[[]any](w), rows, path)
	}
	assert.Equal(t, "登录后首页偶发白屏", send(http.MethodGet, sandbox.Prefix+portal+"/issues/1").object()["title"])
	send(http.MethodGet, sandbox.Prefix+portal+"/issues/5").isError(404, 404, "NOT_FOUND", "Issue Not Found")
	for _, request := range []string{
		"GET /api/v5/user", "GET /api/v5/user/issues", "GET /api/v5" + portal + "/collaborators", "GET /api/v5/orgs/openharbor/issues",
		"GET /api/v5/orgs/openharbor/issue/extend/settings", "GET /api/v5/enterprises/harbor-tech/issues", "GET /api/v8/enterprises/harbor-tech/issue_extend_field",
		"POST /api/v5/repos/openharbor/issues", "PATCH /api/v5/repos/openharbor/issues/1", "POST /api/v5" + portal + "/issues/1/comments", "DELETE /api/v5" + portal + "/issues/1/labels",
	} {
		method, path, _ := strings.Cut(request, " ")
		send(method, path).isError(400, 400, "UN_KNOW", "Orchestration error: Invalid header parameter: private-token, required")
	}
}

func TestUnknownPath(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for _, test := range []struct{ name, method, path string }{
		{"only the prefix", "GET", ""},
		{"repository", "GET", portal},
		{"trailing slash", "GET", "/user/issues/"},
		{"too long", "GET", portal + "/issues/1/labels/bug/color"},
		{"method", "PUT", portal + "/issues/1"},
		{"labels of an issue cannot be listed", "GET", portal + "/issues/1/labels"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c.in(t).send(test.method, test.path, "").isError(404, 404, "NOT_PATH", "Not Found")
		})
	}
	t.Run("outside the prefix", func(t *testing.T) {
		t.Parallel()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v8/user/issues", nil)
		r.Header.Set("PRIVATE-TOKEN", sandbox.Token)
		w := httptest.NewRecorder()
		c.handler.ServeHTTP(w, r)
		response{t, w}.isError(404, 404, "NOT_PATH", "Not Found")
	})
}

// TestRoutes calls each route once, on a fresh sandbox each.
func TestRoutes(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	comment := fmt.Sprintf("%s/issues/comments/%.0f", portal, c.get(portal + "/issues/1/comments").column("id")[0])
	enterprise := fmt.Sprintf("/enterprises/harbor-tech/issues/%d", c.id(portal+"/issues/1"))
	for _, test := range []struct {
		method, path, body string
		status             int
		contains           string
	}{
		{"POST", "/repos/openharbor/issues", `{"repo":"portal","title":"New","body":""}`, 201, `"number":"15"`},
		{"PATCH", "/repos/openharbor/issues/1", `{"repo":"portal","title":"New"}`, 200, `"title":"New"`},
		{"GET", "/repos/openharbor/issues/1/operate_logs?repo=portal", "", 200, `"content":"created the issue"`},
		{"GET", portal + "/issues", "", 200, `"number":"14"`},
		{"GET", portal + "/issues/comments", "", 200, `"nubmer":11`},
		{"GET", comment, "", 200, `"login":"sunli"`},
		{"PATCH", comment, `{"body":"New"}`, 200, ""},
		{"DELETE", comment, "", 204, ""},
		{"GET", portal + "/issues/1", "", 200, `"title":"登录后首页偶发白屏"`},
		{"GET", portal + "/issues/1/comments", "", 200, `"nubmer":1`},
		{"POST", portal + "/issues/1/comments", `{"body":"New"}`, 201, `"body":"New"`},
		{"GET", portal + "/issues/2/pull_requests", "", 200, `"title":"修复大附件上传超时"`},
		{"POST", portal + "/issues/1/labels", `["question"]`, 201, `"name":"question"`},
		{"PUT", portal + "/issues/1/labels", `["question"]`, 200, "{}"},
		{"DELETE", portal + "/issues/1/labels", "", 204, ""},
		{"DELETE", portal + "/issues/1/labels/bug", "", 204, ""},
		{"GET", portal + "/labels", "", 200, `"name":"help wanted"`},
		{"POST", portal + "/labels?name=new&color=%23fff", "", 201, `"name":"new"`},
		{"PATCH", portal + "/labels/bug?name=new", "", 200, `"name":"new"`},
		{"DELETE", portal + "/labels/bug", "", 204, ""},
		{"GET", portal + "/milestones", "", 200, `"title":"v2.4"`},
		{"POST", portal + "/milestones", `{"title":"v3","due_on":"2027-03-31"}`, 201, `"title":"v3"`},
		{"PATCH", portal + "/milestones/254120", `{"title":"v3","due_on":"2027-03-31"}`, 200, `"title":"v3"`},
		{"DELETE", portal + "/milestones/254120", "", 204, ""},
		{"GET", portal + "/milestones/254120", "", 200, `"title":"v2.4"`},
		{"GET", portal + "/milestones/5", "", 404, "Milestone Not Found"},
		{"GET", portal + "/collaborators", "", 200, `"username":"maria"`},
		{"GET", portal + "/collaborators/maria", "", 200, `"message":`},
		{"GET", portal + "/collaborators/guest", "", 404, "Not Found"},
		{"GET", "/search/issues?q=CSV", "", 200, `"number":"9"`},
		{"GET", "/user", "", 200, `"login":"linwei"`},
		{"GET", "/user/issues", "", 200, `"title":"整理周会纪要模板"`},
		{"GET", "/orgs/openharbor/issues", "", 200, `"number":"13"`},
		{"GET", "/orgs/openharbor/issue/extend/settings", "", 200, `"type_name":"缺陷"`},
		{"GET", "/enterprises/harbor-tech/issue/statuses", "", 200, `"name":"进行中"`},
		{"GET", "/enterprises/harbor-tech/issues", "", 200, `"number":"14"`},
		{"GET", enterprise, "", 200, `"number":"1"`},
		{"GET", enterprise + "/comments", "", 200, `"nubmer":1`},
		{"GET", enterprise + "/labels", "", 200, `"name":"priority/high"`},
	} {
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			t.Parallel()
			r := newClient(t).send(test.method, test.path, test.body)
			assert.Equal(t, test.status, r.Code)
			if test.contains == "" {
				assert.Empty(t, r.Body.String())
			}
			assert.Contains(t, r.Body.String(), test.contains)
		})
	}
}

func TestNotFound(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	notes := c.id("/repos/linwei/notes/issues/1")
	for _, test := range []struct{ name, method, path, body, what string }{
		{"list of an unknown repository", "GET", "/repos/openharbor/nowhere/issues", "", "Project"},
		{"comments of an unknown repository", "GET", "/repos/openharbor/nowhere/issues/comments", "", "Project"},
		{"comment of an unknown repository", "GET", "/repos/openharbor/nowhere/issues/comments/1", "", "Project"},
		{"create in an unknown repository", "POST", "/repos/openharbor/issues", `{"repo":"nowhere","title":"New","body":""}`, "Project"},
		{"update without a repository", "PATCH", "/repos/openharbor/issues/1", `{"title":"New"}`, "Project"},
		{"history without a repository", "GET", "/repos/openharbor/issues/1/operate_logs", "", "Project"},
		{"repository of another owner", "GET", "/repos/linwei/portal/issues/1", "", "Project"},
		{"issue", "GET", portal + "/issues/99", "", "Issue"},
		{"labels of an issue", "POST", portal + "/issues/99/labels", `["bug"]`, "Issue"},
		{"comment", "DELETE", portal + "/issues/comments/99", "", "Note"},
		{"organization", "GET", "/orgs/nowhere/issues", "", "Group"},
		{"enterprise", "GET", "/enterprises/nowhere/issues", "", "Enterprise"},
		{"enterprise issue by its number", "GET", "/enterprises/harbor-tech/issues/1", "", "Issue"},
		{"issue outside the enterprise", "GET", fmt.Sprintf("/enterprises/harbor-tech/issues/%d", notes), "", "Issue"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c.in(t).send(test.method, test.path, test.body).isNotFound(test.what)
		})
	}
}

// TestConcurrentUse gives the race detector something to find.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	numbers := make(chan any)
	for range 8 {
		go func() {
			var created map[string]any
			r := c.send("POST", "/repos/linwei/issues", `{"repo":"notes","title":"New","body":""}`)
			json.Unmarshal(r.Body.Bytes(), &created)
			numbers <- created["number"]
		}()
	}
	var got []any
	for range 8 {
		got = append(got, <-numbers)
	}
	assert.ElementsMatch(t, []any{"2", "3", "4", "5", "6", "7", "8", "9"}, got)
}
