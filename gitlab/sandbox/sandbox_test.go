package sandbox

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox/fault"
)

// server is a sandbox that is served.
type server struct {
	*testing.T
	*Sandbox
	url string
}

func newServer(t *testing.T) server {
	t.Helper()
	return serve(t, New())
}

func serve(t *testing.T, s *Sandbox) server {
	t.Helper()
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	return server{t, s, h.URL}
}

// reply is a response with its decoded body.
type reply struct {
	*http.Response
	body  string
	value any
}

// member returns a member of an object, or of the first element of a list, at a
// path with dots.
func (r reply) member(path string) any {
	value := r.value
	for name := range strings.SplitSeq(path, ".") {
		if list, isList := value.([]any); isList && len(list) > 0 {
			value = list[0]
		}
		object, _ := value.(map[string]any)
		value = object[name]
	}
	return value
}

// iids returns the iids of a list of issues.
func (r reply) iids() []int {
	list, _ := r.value.([]any)
	iids := []int{}
	for _, row := range list {
		iids = append(iids, int(row.(map[string]any)["iid"].(float64)))
	}
	return iids
}

// do sends a request as a user, whose token is that of the username. A body that
// begins with a brace is JSON.
func (s server) do(user, method, path, body string, headers ...string) reply {
	s.Helper()
	var content io.Reader // none, rather than an empty one
	if body != "" {
		content = strings.NewReader(body)
	}
	r, err := http.NewRequestWithContext(s.Context(), method, s.url+Prefix+path, content)
	require.NoError(s, err)
	if u := findUser(user); u != nil {
		r.Header.Set("PRIVATE-TOKEN", u.token())
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if strings.HasPrefix(body, "{") {
			r.Header.Set("Content-Type", "application/json")
		}
	}
	for n := 0; n+1 < len(headers); n += 2 {
		r.Header.Set(headers[n], headers[n+1])
	}
	resp, err := http.DefaultClient.Do(r)
	require.NoError(s, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(s, err)
	result := reply{Response: resp, body: string(text)}
	if resp.Header.Get("Content-Type") == "application/json" {
		require.NoError(s, json.Unmarshal(text, &result.value), "%s", text)
	}
	return result
}

func (s server) get(path string) reply { s.Helper(); return s.do(Me, "GET", path, "") }

const portal = "/projects/harborlab%2Fportal"

func TestRoutes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ method, path, body, want string }{
		{"GET", "/issues?scope=all", "", "200"},
		{"GET", "/issues/41035", "", "200"},
		{"GET", "/groups/harborlab%2Ftools/issues", "", "200"},
		{"GET", portal + "/issues", "", "200"},
		{"POST", portal + "/issues", `{"title":"New"}`, "201"},
		{"GET", portal + "/issues/1", "", "200"},
		{"PUT", portal + "/issues/1", `{"title":"New"}`, "200"},
		{"DELETE", portal + "/issues/1", "", "204"},
		{"PUT", portal + "/issues/1/reorder", "", "422"},
		{"POST", portal + "/issues/1/move", "to_project_id=1", "404"},
		{"POST", portal + "/issues/1/clone", "to_project_id=1", "404"},
		{"POST", portal + "/issues/1/subscribe", "", "201"},
		{"POST", portal + "/issues/1/unsubscribe", "", "304"},
		{"POST", portal + "/issues/1/todo", "", "201"},
		{"GET", portal + "/issues/1/notes", "", "200"},
		{"POST", portal + "/issues/1/notes", `{"body":"/promote"}`, "202"},
		{"GET", portal + "/issues/1/related_merge_requests", "", "200"},
		{"GET", portal + "/issues/1/closed_by", "", "200"},
		{"GET", portal + "/issues/1/participants", "", "200"},
		{"POST", portal + "/issues/1/time_estimate", "duration=3h30m", "200"},
		{"POST", portal + "/issues/1/reset_time_estimate", "", "200"},
		{"POST", portal + "/issues/1/add_spent_time", "duration=1h", "201"},
		{"POST", portal + "/issues/1/reset_spent_time", "", "200"},
		{"GET", portal + "/issues/1/time_stats", "", "200"},
		{"GET", portal + "/issues/4/metric_images", "", "200"},
		{"POST", portal + "/issues/4/metric_images", "", "400"},
		{"PUT", portal + "/issues/4/metric_images/1", "", "404"},
		{"DELETE", portal + "/issues/4/metric_images/1", "", "404"},
		{"GET", portal + "/issues/1/user_agent_detail", "", "200"},
		{"GET", portal + "/labels", "", "200"},
		{"GET", portal + "/milestones", "", "200"},
		{"GET", portal, "", "200"},
		{"GET", "/users?username=devi", "", "200"},
		{"GET", "/user", "", "200"},
		{"PATCH", "/user", "", "405"},
		{"GET", "/nothing", "", "404"},
	} {
		t.Run(tt.method+" "+tt.path, func(t *testing.T) {
			t.Parallel()
			got := newServer(t).do("ada", tt.method, tt.path, tt.body)
			assert.Equal(t, tt.want, got.Status[:3], "%s", got.body)
		})
	}
}

func TestAdministrators(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	one := s.get(portal + "/issues/1")
	byID := s.do("ada", "GET", fmt.Sprintf("/issues/%.0f", one.member("id")), "")
	assert.JSONEq(t, one.body, byID.body)
	assert.Equal(t, 404, s.do("ada", "GET", "/issues/1", "").StatusCode, "a number in a project")
	s.do("stella", "POST", portal+"/issues", "title=New", "User-Agent", "spam/1.0")
	got := s.do("ada", "GET", portal+"/issues/14/user_agent_detail", "")
	assert.JSONEq(t, `{"user_agent":"spam/1.0","ip_address":"127.0.0.1","akismet_submitted":false}`, got.body)
	s.do(Me, "POST", portal+"/issues", "title=New", "User-Agent", "")
	assert.Equal(t, "404 UserAgentDetail Not Found", s.do("ada", "GET", portal+"/issues/15/user_agent_detail", "").member("message"))
}

// TestFault checks that the faults for GitCode's sandbox serve this one.
func TestFault(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	h := httptest.NewServer(fault.Inject(s.Sandbox, func(r *http.Request) fault.Fault {
		return fault.Fault{CutOff: r.Method == http.MethodPost}
	}))
	t.Cleanup(h.Close)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.URL+Prefix+portal+"/issues/1/notes?body=Text", nil)
	require.NoError(t, err)
	r.Header.Set("PRIVATE-TOKEN", Token)
	resp, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	assert.Error(t, json.NewDecoder(resp.Body).Decode(new(any)), "the response is cut off")
	assert.Equal(t, "Text", s.get(portal+"/issues/1/notes").member("body"), "the note was created")
}
