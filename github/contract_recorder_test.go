package github_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/contracttest"
)

// newRecorder returns a GitHub that answers each request with the documented
// example, and a read of an issue with the given one unless that is "".
func newRecorder(t testing.TB, d description, issue string) *contracttest.Recorder {
	return &contracttest.Recorder{TB: t, Prefix: apiPath, Respond: func(e *exchange) error {
		route, _, err := d.Route(e.Method, e.URL)
		if err == nil {
			e.Status, e.Response, err = d.example(route)
			if issue != "" && route.Method+" "+route.Path == "GET /repos/{owner}/{repo}/issues/{issue_number}" {
				e.Response = []byte(issue)
			}
		}
		e.ResponseHeader = http.Header{"Content-Type": {"application/json; charset=utf-8"}}
		return err
	}}
}

// checkHeader checks the header of a request of ours.
func checkHeader(t testing.TB, e exchange) {
	t.Helper()
	assert.Equal(t, "Bearer "+contractToken, e.Header.Get("Authorization"))
	assert.Equal(t, "2022-11-28", e.Header.Get("X-Github-Api-Version"))
	assert.Regexp(t, `^application/vnd\.github(\.(raw|text|html|full))?\+json$`, e.Header.Get("Accept"))
	assert.NotEmpty(t, e.Header.Get("User-Agent"), "GitHub rejects requests without")
	if len(e.Body) > 0 {
		assert.Equal(t, "application/json", e.Header.Get("Content-Type"))
	} else {
		assert.NotContains(t, e.Header, "Content-Type")
	}
	expected := []string{"Accept", "Accept-Encoding", "Authorization", "Content-Length", "Content-Type", "User-Agent", "X-Github-Api-Version"}
	for name := range e.Header {
		assert.Contains(t, expected, name, "an unexpected header")
	}
}

// members returns what is compared of a request.
func members(e exchange) map[string]string {
	all := map[string]string{"method": e.Method, "path": e.URL.Path}
	for _, name := range []string{"Accept", "X-Github-Api-Version", "Authorization", "Content-Type"} {
		all[name] = e.Header.Get(name)
	}
	for name, values := range e.URL.Query() {
		all["query "+name] = strings.Join(values, " and ")
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(e.Body, &object); err != nil || object == nil {
		all["body"] = string(e.Body)
	}
	for name, value := range object {
		all["body "+name] = string(value)
	}
	return all
}
