package github_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDescription checks that the description accepts good requests and responses,
// and rejects bad ones.
func TestDescription(t *testing.T) {
	t.Parallel()
	d := readDescription(t)
	tests := []struct {
		name    string
		request string // method, target and body
		status  int    // of a response; 0 if only the request is tested
		answer  string
		want    string // part of the error; "" if no error is expected
	}{
		{name: "list", request: "GET /issues?filter=all&labels=a,b&since=2026-01-02T03:04:05Z&pulls=true&page=2"},
		{name: "unknown path", request: "GET /repos/o/r/issue", want: "not described"},
		{name: "unescaped slash", request: "GET /repos/o/r/x/issues", want: "not described"},
		{name: "escaped slash", request: "GET /repos/o/r%2Fx/issues"},
		{name: "empty name", request: "GET /repos//r/issues", want: "not described"},
		{name: "unknown method", request: "PUT /repos/o/r/issues/1", want: "not described"},
		{name: "unknown query parameter", request: "GET /issues?limit=3", want: "limit is not described"},
		{name: "parameter of another list", request: "GET /user/issues?pulls=true", want: "pulls is not described"},
		{name: "repeated query parameter", request: "GET /issues?labels=a&labels=b", want: "labels is given 2 times"},
		{name: "unknown value", request: "GET /issues?state=opened", want: "not one of the allowed values"},
		{name: "page with a fraction", request: "GET /issues?page=1.5", want: "page"},
		{name: "bad time", request: "GET /issues?since=yesterday", want: "since"},
		{name: "issue number that is not a number", request: "GET /repos/o/r/issues/first", want: "issue_number"},
		{name: "no title", request: `POST /repos/o/r/issues {"body":"b"}`, want: "title"},
		{name: "unknown member", request: `POST /repos/o/r/issues {"title":"t","state":"open"}`, want: "body.state is not described"},
		{name: "unknown member of a label", request: `POST /repos/o/r/issues {"title":"t","labels":[{"title":"bug"}]}`, want: "body.labels[0].title is not described"},
		{name: "labels as a text", request: `POST /repos/o/r/issues {"title":"t","labels":"bug,ui"}`, want: "labels"},
		{name: "unknown lock_reason", request: `PUT /repos/o/r/issues/1/lock {"lock_reason":"boring"}`, want: "lock_reason"},
		{name: "lock without a body", request: "PUT /repos/o/r/issues/1/lock"},
		{name: "body of a DELETE", request: `DELETE /repos/o/r/issues/1/assignees {"assignees":["hubot"]}`},
		{name: "DELETE without its body", request: "DELETE /repos/o/r/issues/1/assignees", want: "body"},
		{name: "body where none is described", request: `DELETE /repos/o/r/issues/1/lock {}`, want: "body"},

		{name: "no content", request: "GET /repos/o/r/assignees/u", status: 204},
		{name: "content of a 204", request: "GET /repos/o/r/assignees/u", status: 204, answer: `{}`, want: "no body"},
		{name: "not found", request: "GET /repos/o/r/issues/1", status: 404, answer: `{"message":"Not Found","documentation_url":"https://docs.github.com/rest","status":"404"}`},
		{name: "undocumented status", request: "POST /repos/o/r/issues/1/assignees {}", status: 200, answer: `{}`, want: "status"},
		{name: "undescribed member", request: "GET /repos/o/r/issues/1", status: 404, answer: `{"message":"Not Found","reason":"none"}`, want: "response.reason is not described"},
		{name: "object instead of a list", request: "GET /repos/o/r/assignees", status: 200, answer: `{}`, want: "array"},
		{name: "incomplete row", request: "GET /repos/o/r/assignees", status: 200, answer: `[{"login":"octocat"}]`, want: "missing"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			words := strings.SplitN(test.request, " ", 3)
			u, err := url.Parse(words[1])
			require.NoError(t, err)
			e := exchange{Method: words[0], URL: u, Header: http.Header{}}
			if len(words) > 2 {
				e.Body = []byte(words[2])
				e.Header.Set("Content-Type", "application/json")
			}
			if test.status == 0 {
				err = d.CheckRequest(t, e)
			} else {
				e.Status, e.Response = test.status, []byte(test.answer)
				e.ResponseHeader = http.Header{"Content-Type": {"application/json; charset=utf-8"}}
				err = d.CheckResponse(t, e)
			}
			if test.want == "" {
				assert.NoError(t, err)
			} else {
				assert.ErrorContains(t, err, test.want)
			}
		})
	}
}

// TestDescribedExamples checks that the documented examples, with which the other
// tests answer requests, are as described.
func TestDescribedExamples(t *testing.T) {
	t.Parallel()
	d := readDescription(t)
	for _, op := range operations() {
		e := docsExchange(op.Endpoint)
		route, _, err := d.Route(e.Method, e.URL)
		require.NoError(t, err)
		e.Status, e.Response, err = d.example(route)
		require.NoError(t, err)
		assertDescribed(t, d, e)
	}
}

// docsExchange returns a request to an endpoint, for the documentation's issue.
func docsExchange(endpoint string) exchange {
	method, path, _ := strings.Cut(endpoint, " ")
	path = strings.NewReplacer("{owner}", docsOwner, "{repo}", docsRepo, "{issue_number}", "1347", "{org}", "github", "{assignee}", "hubot").Replace(path)
	return exchange{Method: method, URL: &url.URL{Path: path}, Header: http.Header{}, ResponseHeader: http.Header{"Content-Type": {"application/json"}}}
}

// assertDescribed checks a response that the documentation shows. It may have
// members of the repository that the description lacks.
func assertDescribed(t testing.TB, d description, e exchange) {
	t.Helper()
	err := d.CheckResponse(t, e)
	if err == nil {
		return
	}
	for line := range strings.Lines(err.Error()) {
		assert.Regexp(t, `^response\[0\]\.repository\.(network_count|subscribers_count|template_repository) is not described$`, strings.TrimSpace(line), e.URL.Path)
	}
}
