package sandbox_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox/fault"
	"gitcode.com/gitcode-mcp/gitcode-mcp/github/sandbox"
)

const (
	portal = "/repos/octoharbor/portal"
	cli    = "/repos/octoharbor/cli"
	vault  = "/repos/octoharbor/vault"
	attic  = "/repos/octoharbor/attic"
	mirror = "/repos/octoharbor/mirror"
	list   = portal + "/issues"
	host   = "http://example.com" // of httptest's requests
)

// client sends requests to a sandbox as one of its users.
type client struct {
	t       testing.TB
	handler http.Handler
	token   string
	header  map[string]string // of every request
}

// newClient returns a client of a new sandbox as [sandbox.Me].
func newClient(t testing.TB) client {
	t.Helper()
	return client{t: t, handler: sandbox.New(), token: sandbox.Token}
}

// in returns the client for use in a subtest.
func (c client) in(t *testing.T) client {
	c.t = t
	return c
}

// as returns a client of the same sandbox as another user.
func (c client) as(user string) client {
	c.token = sandbox.Token
	if user != sandbox.Me {
		c.token += "-" + user
	}
	return c
}

// with returns a client that sends a header.
func (c client) with(name, value string) client {
	c.header = map[string]string{name: value}
	return c
}

// send sends a request with the token. The path is relative to the API's
// prefix.
func (c client) send(method, path, body string) response {
	c.t.Helper()
	r := httptest.NewRequestWithContext(c.t.Context(), method, sandbox.Prefix+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+c.token)
	r.Header.Set("User-Agent", "test")
	for name, value := range c.header {
		if r.Header.Set(name, value); value == "" {
			r.Header.Del(name)
		}
	}
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	assert.NotEmpty(c.t, w.Header().Get("X-RateLimit-Remaining"))
	return response{c.t, w}
}

func (c client) get(path string) response {
	c.t.Helper()
	return c.send(http.MethodGet, path, "")
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

// numbers returns the numbers of the issues in a list.
func (r response) numbers() []int {
	r.t.Helper()
	list := []int{}
	for _, number := range r.column("number") {
		list = append(list, int(number.(float64)))
	}
	return list
}

func decode[T any](r response) T {
	r.t.Helper()
	require.Less(r.t, r.Code, 300, r.Body)
	assert.Equal(r.t, "application/json; charset=utf-8", r.Header().Get("Content-Type"))
	var value T
	require.NoError(r.t, json.Unmarshal(r.Body.Bytes(), &value))
	return value
}

// isError checks that the response is an error in the service's format.
func (r response) isError(status int, message string) map[string]any {
	r.t.Helper()
	assert.Equal(r.t, status, r.Code, r.Body)
	var body map[string]any
	require.NoError(r.t, json.Unmarshal(r.Body.Bytes(), &body), r.Body)
	assert.Contains(r.t, body["message"], message)
	assert.Contains(r.t, body["documentation_url"], "https://docs.github.com/")
	assert.Equal(r.t, strconv.Itoa(status), body["status"])
	return body
}

// isInvalid checks that the response is 422 because of a field.
func (r response) isInvalid(field, code string) {
	r.t.Helper()
	errors, _ := r.isError(422, "Validation Failed")["errors"].([]any)
	require.Len(r.t, errors, 1)
	assert.Equal(r.t, field, errors[0].(map[string]any)["field"])
	assert.Equal(r.t, code, errors[0].(map[string]any)["code"])
}

// isEmpty checks the status of a response without a body.
func (r response) isEmpty(status int) {
	r.t.Helper()
	assert.Equal(r.t, status, r.Code, r.Body)
	assert.Empty(r.t, r.Body.String())
	assert.NotContains(r.t, r.Header(), "Content-Type")
}

// logins returns the logins of a list of users.
func logins(users any) []string {
	list := []string{}
	for _, u := range users.([]any) {
		list = append(list, u.(map[string]any)["login"].(string))
	}
	return list
}

// names returns the names of a list of labels.
func names(labels any) []string {
	list := []string{}
	for _, l := range labels.([]any) {
		list = append(list, l.(map[string]any)["name"].(string))
	}
	return list
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for _, test := range []struct {
		name, header, value string
		status              int
		message             string
	}{
		{"bearer", "Authorization", "Bearer " + sandbox.Token, 200, ""},
		{"lower case", "Authorization", "bearer " + sandbox.Token, 200, ""},
		{"token", "Authorization", "token " + sandbox.Token, 200, ""},
		{"wrong token", "Authorization", "Bearer wrong", 401, "Bad credentials"},
		{"unknown user", "Authorization", "Bearer " + sandbox.Token + "-nobody", 401, "Bad credentials"},
		{"another scheme", "Authorization", "Basic " + sandbox.Token, 401, "Bad credentials"},
		{"no token", "Authorization", "", 401, "Must authenticate"},
		{"token of a header that GitHub does not know", "Private-Token", "wrong", 200, ""},
		{"version", "X-GitHub-Api-Version", "2022-11-28", 200, ""},
		{"unknown version", "X-GitHub-Api-Version", "2021-01-01", 400, "not a supported version"},
		{"media type", "Accept", "application/vnd.github+json", 200, ""},
		{"old media type", "Accept", "application/vnd.github.v3+json", 200, ""},
		{"several media types", "Accept", "text/html, */*;q=0.8", 200, ""},
		{"unknown media type", "Accept", "application/xml", 415, "Unsupported 'Accept' header"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := c.in(t).with(test.header, test.value).get("/user")
			if test.status == 200 {
				assert.Equal(t, sandbox.Me, r.object()["login"])
			} else {
				r.isError(test.status, test.message)
			}
		})
	}
	r := c.with("User-Agent", "").get("/user")
	assert.Equal(t, 403, r.Code)
	assert.Contains(t, r.Body.String(), "make sure your request has a User-Agent header")
}

func TestUsers(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	users := sandbox.Users()
	require.Len(t, users, 6)
	assert.Equal(t, sandbox.User{Name: sandbox.Me, Role: "owner of octoharbor", Token: sandbox.Token}, users[0])
	for _, u := range users {
		c.token = u.Token
		assert.Equal(t, u.Name, c.get("/user").object()["login"])
		assert.NotEmpty(t, u.Role)
	}
	assert.Equal(t, "crew-10", c.as("crew-10").get("/user").object()["login"])
}

// TestMissing checks what the service answers with 404, 410 and redirects.
func TestMissing(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	toCLI := host + "/api/v3/repositories/910012/issues/4"
	for _, test := range []struct {
		name, user, method, path string
		status                   int
		message, location        string
	}{
		{"issue", "octavia", "GET", list + "/99", 404, "Not Found", ""},
		{"not a number", "octavia", "GET", list + "/one", 404, "Not Found", ""},
		{"repository", "octavia", "GET", "/repos/octoharbor/none/issues", 404, "Not Found", ""},
		{"owner", "octavia", "GET", "/repos/nobody/portal/issues", 404, "Not Found", ""},
		{"organization", "octavia", "GET", "/orgs/none/issues", 404, "Not Found", ""},
		{"operation", "octavia", "DELETE", list + "/1", 404, "Not Found", ""},
		{"bad escape", "octavia", "GET", "/repos/octoharbor/portal%2Fissues", 404, "Not Found", ""},
		{"private repository", "stan", "GET", vault + "/issues/1", 404, "Not Found", ""},
		{"private repository by id", "stan", "GET", "/repositories/910023/issues/1", 404, "Not Found", ""},
		{"deleted", "stan", "GET", list + "/11", 410, "This issue was deleted", ""},
		{"deleted, update", "octavia", "PATCH", list + "/11", 410, "This issue was deleted", ""},
		{"issues off", "octavia", "GET", mirror + "/issues", 410, "Issues are disabled for this repo", ""},
		{"issues off, create", "octavia", "POST", mirror + "/issues", 410, "Issues are disabled for this repo", ""},
		{"archived", "octavia", "POST", attic + "/issues", 403, "archived", ""},
		{"transferred", "stan", "GET", list + "/9", 301, "Moved Permanently", toCLI},
		{"transferred, update", "octavia", "PATCH", list + "/9", 301, "Moved Permanently", toCLI},
		{"transferred, lock", "octavia", "DELETE", list + "/9/lock", 301, "Moved Permanently", toCLI},
		{"transferred, comments", "octavia", "GET", list + "/9/comments", 301, "Moved Permanently", toCLI},
		{"transferred to a private repository", "remy", "GET", list + "/10", 301, "Moved Permanently", host + "/api/v3/repositories/910023/issues/1"},
		{"transferred out of sight", "stan", "GET", list + "/10", 404, "Not Found", ""},
		{"renamed", "stan", "GET", "/repos/octoharbor/Gateway/issues/1?x=y", 301, "Moved Permanently", host + "/api/v3/repositories/910001/issues/1?x=y"},
		{"renamed, list", "stan", "GET", "/repos/octoharbor/gateway/assignees", 301, "Moved Permanently", host + "/api/v3/repositories/910001/assignees"},
		{"renamed, write", "octavia", "POST", "/repos/octoharbor/gateway/issues", 307, "Moved Permanently", host + "/api/v3/repositories/910001/issues"},
		{"busy", "octavia", "GET", "/repos/octoharbor/busy/issues", 403, "secondary rate limit", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := c.in(t).as(test.user).send(test.method, test.path, `{"title":"New"}`)
			body := r.isError(test.status, test.message)
			assert.Equal(t, test.location, r.Header().Get("Location"))
			if test.location != "" {
				assert.Equal(t, test.location, body["url"])
			}
		})
	}
	assert.Equal(t, "30", c.get("/repos/octoharbor/busy/issues").Header().Get("Retry-After"))
	assert.Equal(t, "text/html; charset=utf-8", c.get("/repos/octoharbor/broken/issues").Header().Get("Content-Type"))
	assert.Equal(t, list+"/1", strings.TrimPrefix(c.get("/repositories/910001/issues/1").object()["url"].(string), host+"/api/v3"))
	assert.EqualValues(t, 4, c.get("/repositories/910012/issues/4").object()["number"])
	assert.Len(t, c.get(attic+"/issues").numbers(), 1, "an archived repository can be read")
	assert.Len(t, c.get(mirror+"/assignees").column("login"), 2, "a repository without issues has assignees")
}

// TestFault checks that the faults for GitCode's sandbox serve this one.
func TestFault(t *testing.T) {
	t.Parallel()
	box := sandbox.New()
	transport, stop := fault.Pipe(fault.Inject(box, func(r *http.Request) fault.Fault {
		return fault.Fault{CutOff: r.Method == http.MethodPost}
	}))
	defer stop()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://sandbox"+sandbox.Prefix+list+"/1/comments", strings.NewReader(`{"body":"Text"}`))
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+sandbox.Token)
	sent, err := transport.RoundTrip(r)
	require.NoError(t, err)
	assert.Equal(t, 201, sent.StatusCode)
	assert.Error(t, json.NewDecoder(sent.Body).Decode(new(any)), "the response is cut off")
	sent.Body.Close()
	c := client{t: t, handler: box, token: sandbox.Token}
	assert.Len(t, c.get(list+"/1/comments").column("body"), 3, "the comment was created")
}
