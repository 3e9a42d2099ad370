package gitlab_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	reference "gitlab.com/gitlab-org/api/client-go/v2"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/contracttest"
)

type (
	exchange          = contracttest.Exchange
	contractOperation = contracttest.Operation[*gitlab.Client, *reference.Client]
	difference        = contracttest.Difference
	example[P any]    = contracttest.Example[P, *reference.Client]
)

// contractToken is the token of the sandbox's administrator.
const contractToken = sandbox.Token + "-ada"

// TestContract sends every parameter of every operation to the sandbox, and checks the
// requests against both descriptions, and against those that GitLab's own client
// client-go sends for the same calls. It checks the responses against both descriptions
// as well. With -v it prints a summary.
func TestContract(t *testing.T) {
	t.Parallel()
	d := readDescriptions(t)
	var box http.Handler
	server := &contracttest.Recorder{TB: t, Prefix: sandbox.Prefix, Respond: func(e *exchange) error {
		respond(t, box, e)
		return nil
	}}
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	requests, responses := exceptions{all: requestExceptions}, exceptions{all: responseExceptions}
	contracttest.Contract[*gitlab.Client, *reference.Client]{
		Operations: operations(),
		Other:      "client-go",
		Client: func(t testing.TB) *gitlab.Client {
			box = sandbox.New()
			client, err := gitlab.New(gitlab.Config{BaseURL: web.URL + sandbox.Prefix, Token: contractToken, MaxWait: -1, Rates: rest.Unlimited})
			require.NoError(t, err)
			return client
		},
		Reference: func(t testing.TB) *reference.Client {
			box = sandbox.New()
			client, err := reference.NewClient(contractToken, reference.WithBaseURL(web.URL+sandbox.Prefix), reference.WithoutRetries())
			require.NoError(t, err)
			return client
		},
		Take:     server.Take,
		Endpoint: d.endpoint,
		Check: func(t testing.TB, e exchange, isOurs bool) {
			if !isOurs {
				return // some have differences that are no longer documented
			}
			checkHeader(t, e)
			endpoint := d.endpoint(e)
			for file, description := range d {
				requests.check(t, file, endpoint, description.CheckRequest(t, e))
			}
			d.checkResponse(t, &responses, e)
		},
		Members: members,
	}.Run(t)
	t.Log("requests that a description lacks or contradicts:")
	requests.checkUsed(t)
	t.Log("responses that a description lacks or contradicts:")
	responses.checkUsed(t)
}

// lookups are requests that no operation documents here: they belong to other pages.
var lookups = []string{"GET /users", "GET /projects/{id}"}

// endpoint returns the endpoint of a request as the descriptions write it, or "".
func (d descriptions) endpoint(e exchange) string {
	for _, description := range []contracttest.Description{d[documented], d[generated]} {
		if route, _, err := description.Route(e.Method, e.URL); err == nil {
			return route.Method + " " + route.Path
		}
	}
	segments := strings.Split(e.URL.EscapedPath(), "/")
	for _, endpoint := range lookups {
		method, path, _ := strings.Cut(endpoint, " ")
		if parts := strings.Split(path, "/"); method == e.Method && len(parts) == len(segments) && parts[1] == segments[1] {
			return endpoint
		}
	}
	return ""
}

// respond sends a request to the sandbox.
func respond(t testing.TB, box http.Handler, e *exchange) {
	r := httptest.NewRequestWithContext(t.Context(), e.Method, sandbox.Prefix+e.URL.EscapedPath()+"?"+e.URL.RawQuery, strings.NewReader(string(e.Body)))
	r.Header = e.Header.Clone()
	w := httptest.NewRecorder()
	box.ServeHTTP(w, r)
	e.Status, e.ResponseHeader, e.Response = w.Code, w.Header(), w.Body.Bytes()
}

// checkHeader checks the header of a request of ours.
func checkHeader(t testing.TB, e exchange) {
	t.Helper()
	assert.Equal(t, contractToken, e.Header.Get("PRIVATE-TOKEN"))
	assert.Equal(t, "application/json", e.Header.Get("Accept"))
	assert.NotEmpty(t, e.Header.Get("User-Agent"))
	switch {
	case strings.HasSuffix(e.URL.Path, "/metric_images") && e.Method == http.MethodPost:
		assert.Regexp(t, "^multipart/form-data; boundary=", e.Header.Get("Content-Type"))
	case len(e.Body) > 0:
		assert.Equal(t, "application/json", e.Header.Get("Content-Type"))
	default:
		assert.NotContains(t, e.Header, "Content-Type")
	}
	expected := []string{"Accept", "Accept-Encoding", "Private-Token", "Content-Length", "Content-Type", "If-None-Match", "User-Agent"}
	for name := range e.Header {
		assert.Contains(t, expected, name, "an unexpected header")
	}
}

// members returns what is compared of a request. Parameters count the same in the
// query and in the body, and as a number or as a text: GitLab accepts both.
func members(e exchange) map[string]string {
	all := map[string]string{"method": e.Method, "path": e.URL.Path, "PRIVATE-TOKEN": e.Header.Get("PRIVATE-TOKEN")}
	for name, values := range e.URL.Query() {
		all["param "+name] = strings.Join(values, ",")
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(e.Body, &object); err != nil && len(e.Body) > 0 {
		all["body"] = string(e.Body)
	}
	for name, value := range object {
		all["param "+name] = scalar(value)
	}
	return all
}

// scalar returns a JSON value as a query would have it.
func scalar(value json.RawMessage) string {
	var text string
	var elements []json.RawMessage
	if json.Unmarshal(value, &elements) == nil && elements != nil {
		var texts []string
		for _, element := range elements {
			texts = append(texts, scalar(element))
		}
		return strings.Join(texts, ",")
	}
	if json.Unmarshal(value, &text) == nil && string(value) != "null" {
		return text
	}
	return string(value)
}

// readFirst are the operations that read the issue before anything else.
var readFirst = []string{"PUT /projects/{id}/issues/{issue_iid}", "POST /projects/{id}/issues/{issue_iid}/move", "POST /projects/{id}/issues/{issue_iid}/clone"}

// TestProjectsInPaths checks that a project is sent escaped exactly once, in whatever
// form it is given, and that no name can lead to another endpoint.
func TestProjectsInPaths(t *testing.T) {
	t.Parallel()
	d := readDescriptions(t)
	server := &contracttest.Recorder{TB: t, Respond: func(e *exchange) error {
		e.Status, e.Response = http.StatusNotFound, []byte(`{"message":"404 Project Not Found"}`)
		return nil
	}}
	c := newClient(t, server)
	for name, want := range map[string]string{
		"7": "7", "group/sub/project": "group%2Fsub%2Fproject", "group%2Fsub%2Fproject": "group%2Fsub%2Fproject", "group%252Fproject": "group%2Fproject",
		"a?page=2": "a%3Fpage=2", "a#b": "a%23b", "a b": "a%20b", "需求": url.PathEscape("需求"),
	} {
		for endpoint, send := range operationsOn(gitlab.Project(name)) {
			assert.Equal(t, rest.NotFound, rest.ErrorClass(send(t.Context(), c)), "%s of %s", endpoint, name)
			sent := server.Take()
			require.Len(t, sent, 1, "%s of %s", endpoint, name)
			if slices.Contains(readFirst, endpoint) {
				endpoint = "GET /projects/{id}/issues/{issue_iid}"
			}
			assert.Equal(t, endpoint, d.endpoint(sent[0]))
			assert.Equal(t, want, strings.Split(sent[0].URL.EscapedPath(), "/")[2], endpoint)
		}
	}
	for _, name := range []string{"", ".", "..", "group/..", "../../user", "a//b"} {
		for endpoint, send := range operationsOn(gitlab.Project(name)) {
			assert.Equal(t, rest.Invalid, rest.ErrorClass(send(t.Context(), c)), "%s of %q", endpoint, name)
			assert.Empty(t, server.Take())
		}
	}
}
