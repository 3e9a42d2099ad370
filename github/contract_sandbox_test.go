package github_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/github/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/contracttest"
)

// sandboxRequests cause every kind of response of the sandbox. Each is the user,
// who is sandbox.Me if empty, the method, the target and the body. They are sent
// in this order.
var sandboxRequests = []struct {
	user, request string
	status        int
	// The description lists few errors. Others have the form that all errors have.
	undescribed bool
}{
	{request: "GET /issues?filter=all&state=all&pulls=true", status: 200},
	{request: "GET /issues", status: 200},
	{request: "GET /issues?filter=none", status: 422},
	{user: "stan", request: "GET /issues?filter=created&labels=bug,P1&sort=comments&direction=asc&since=2026-01-01T00:00:00Z", status: 200},
	{request: "GET /user/issues?filter=all&state=all&per_page=2&page=2", status: 200},
	{request: "GET /orgs/octoharbor/issues?filter=all&type=Bug", status: 200},
	{request: "GET /orgs/nowhere/issues", status: 404},
	{request: "GET /repos/octoharbor/portal/issues?state=all&per_page=100", status: 200},
	{request: "GET /repos/octoharbor/portal/issues?milestone=*&assignee=none&creator=octavia&mentioned=hugh", status: 200},
	{request: "GET /repos/octoharbor/portal/issues?milestone=first", status: 422},
	{user: "stan", request: "GET /repos/octoharbor/vault/issues", status: 404},
	{request: "GET /repos/octoharbor/gateway/issues", status: 301},
	{request: "GET /repos/octoharbor/busy/issues", status: 403, undescribed: true},
	{request: "GET /repos/octoharbor/mirror/issues", status: 410, undescribed: true},

	{request: "GET /repos/octoharbor/portal/issues/1", status: 200},
	{request: "GET /repos/octoharbor/portal/issues/5", status: 200},
	{request: "GET /repos/octoharbor/portal/issues/12", status: 200},
	{request: "GET /repos/octoharbor/portal/issues/9", status: 301},
	{request: "GET /repos/octoharbor/portal/issues/11", status: 410},
	{request: "GET /repos/octoharbor/portal/issues/999", status: 404},
	{request: "GET /repos/octoharbor/mirror/issues/1", status: 410},

	{request: `POST /repos/octoharbor/portal/issues {"title":"New","body":"Text","labels":["bug","unknown"],"assignees":["hugh"],"milestone":2,"type":"Bug"}`, status: 201},
	{request: `POST /repos/octoharbor/portal/issues {"title":"New","milestone":null,"assignee":"hugh","type":null}`, status: 201},
	{user: "stan", request: `POST /repos/octoharbor/portal/issues {"title":"New","labels":["bug"],"assignees":["hugh"],"milestone":2,"type":"Bug"}`, status: 201},
	{request: `POST /repos/octoharbor/portal/issues {"body":"no title"}`, status: 422},
	{request: `POST /repos/octoharbor/portal/issues {"title":"New","milestone":99}`, status: 422},
	{request: `POST /repos/octoharbor/portal/issues {"title":`, status: 400},
	{request: `POST /repos/octoharbor/attic/issues {"title":"New"}`, status: 403},
	{user: "stan", request: `POST /repos/octoharbor/vault/issues {"title":"New"}`, status: 404},
	{request: `POST /repos/octoharbor/mirror/issues {"title":"New"}`, status: 410},

	{request: `PATCH /repos/octoharbor/portal/issues/1 {"title":"Changed","body":null,"labels":[],"assignees":[],"milestone":null,"type":null}`, status: 200},
	{request: `PATCH /repos/octoharbor/portal/issues/1 {"state":"closed","state_reason":"duplicate"}`, status: 200},
	{request: `PATCH /repos/octoharbor/portal/issues/1 {"state":"open"}`, status: 200},
	{request: `PATCH /repos/octoharbor/portal/issues/1 {"state":"opened"}`, status: 422},
	{user: "stan", request: `PATCH /repos/octoharbor/portal/issues/1 {"title":"Mine"}`, status: 403},
	{request: `PATCH /repos/octoharbor/portal/issues/9 {"title":"Moved"}`, status: 301},
	{request: `PATCH /repos/octoharbor/portal/issues/11 {"title":"Deleted"}`, status: 410},
	{request: `PATCH /repos/octoharbor/portal/issues/999 {"title":"None"}`, status: 404},

	{request: `PUT /repos/octoharbor/portal/issues/1/lock {"lock_reason":"too heated"}`, status: 204},
	{request: "GET /repos/octoharbor/portal/issues/1", status: 200},
	{request: "PUT /repos/octoharbor/portal/issues/1/lock", status: 204},
	{request: `PUT /repos/octoharbor/portal/issues/1/lock {"lock_reason":"boring"}`, status: 422},
	{user: "stan", request: "PUT /repos/octoharbor/portal/issues/1/lock", status: 403},
	{request: "PUT /repos/octoharbor/portal/issues/999/lock", status: 404},
	{request: "PUT /repos/octoharbor/portal/issues/11/lock", status: 410},
	{request: "PUT /repos/octoharbor/portal/issues/9/lock", status: 301, undescribed: true},
	{user: "stan", request: "DELETE /repos/octoharbor/portal/issues/1/lock", status: 403},
	{request: "DELETE /repos/octoharbor/portal/issues/1/lock", status: 204},
	{request: "DELETE /repos/octoharbor/portal/issues/999/lock", status: 404},

	{request: "GET /repos/octoharbor/portal/assignees?per_page=3&page=2", status: 200},
	{request: "GET /repos/octoharbor/nowhere/assignees", status: 404},
	{request: "GET /repos/octoharbor/portal/assignees/hugh", status: 204},
	{request: "GET /repos/octoharbor/portal/assignees/stan", status: 404},
	{request: `POST /repos/octoharbor/portal/issues/1/assignees {"assignees":["hugh","stan"]}`, status: 201},
	{user: "stan", request: `POST /repos/octoharbor/portal/issues/1/assignees {"assignees":["octavia"]}`, status: 201},
	{request: `POST /repos/octoharbor/portal/issues/9/assignees {"assignees":["hugh"]}`, status: 301, undescribed: true},
	{request: `POST /repos/octoharbor/portal/issues/999/assignees {"assignees":["hugh"]}`, status: 404, undescribed: true},
	{request: `DELETE /repos/octoharbor/portal/issues/1/assignees {"assignees":["hugh"]}`, status: 200},
	{request: `DELETE /repos/octoharbor/portal/issues/11/assignees {"assignees":["hugh"]}`, status: 410, undescribed: true},

	{request: "GET /repos/octoharbor/portal/issues/2/comments", status: 200},
	{request: `POST /repos/octoharbor/portal/issues/2/comments {"body":"Said."}`, status: 201},
	{request: `POST /repos/octoharbor/portal/issues/2/comments {"body":""}`, status: 422},
	{request: "GET /repos/octoharbor/portal/issues/11/comments", status: 410},
	{request: "GET /repos/octoharbor/portal/labels", status: 200},
	{request: "GET /repos/octoharbor/portal/labels?per_page=2&page=2", status: 200},
	{request: "GET /repos/octoharbor/gateway/labels", status: 301, undescribed: true},
	{request: "GET /repos/octoharbor/mirror/labels", status: 200},
	{user: "stan", request: "GET /repos/octoharbor/vault/labels", status: 404},
	{request: "GET /repos/octoharbor/portal/milestones?state=all", status: 200},
	{request: "GET /user", status: 200},
	{request: "GET /rate_limit", status: 200},
	{user: "nobody", request: "GET /user", status: 401},
	{user: "nobody", request: "GET /issues", status: 401, undescribed: true},
}

// TestSandboxContract checks the responses of the sandbox against GitHub's
// description.
func TestSandboxContract(t *testing.T) {
	t.Parallel()
	d := readDescription(t)
	box := sandbox.New()
	statuses := map[string]bool{}
	for _, test := range sandboxRequests {
		for _, media := range []string{"", ".full"} { // full has all forms of a body
			if method, _, _ := strings.Cut(test.request, " "); media != "" && method != http.MethodGet {
				continue
			}
			t.Run(test.user+" "+test.request+media, func(t *testing.T) {
				header := http.Header{"Accept": {"application/vnd.github" + media + "+json"}}
				e := sendToSandbox(t, box, test.user, test.request, header)
				require.Equal(t, test.status, e.Status, "%s", e.Response)
				if test.undescribed {
					schema := d.Components.Schemas["basic-error"].Value
					var body any
					require.NoError(t, json.Unmarshal(e.Response, &body))
					assert.NoError(t, schema.VisitJSON(body, openapi3.MultiErrors()))
					assert.NoError(t, contracttest.Undescribed("response", e.Response, schema))
					return
				}
				assert.NoError(t, d.CheckResponse(t, e), "%s", e.Response)
				route, _, err := d.Route(e.Method, e.URL)
				require.NoError(t, err)
				statuses[fmt.Sprintf("%s %s %d", e.Method, route.Path, e.Status)] = true
				if e.Status == http.StatusOK && e.Method == http.MethodGet && e.ResponseHeader.Get("ETag") != "" {
					header.Set("If-None-Match", e.ResponseHeader.Get("ETag"))
					again := sendToSandbox(t, box, test.user, test.request, header)
					assert.Equal(t, http.StatusNotModified, again.Status)
					assert.Empty(t, again.Response, "a 304 has no body")
				}
			})
		}
	}
	t.Logf("%d requests to the sandbox, %d pairs of an operation and a status as described", len(sandboxRequests), len(statuses))
	for _, op := range operations() {
		assert.NotEmpty(t, matching(statuses, op.Endpoint+" "), "the sandbox was not asked for %s", op.Endpoint)
	}
}

// sendToSandbox sends a request to the sandbox, with a header.
func sendToSandbox(t testing.TB, box http.Handler, user, request string, header http.Header) exchange {
	t.Helper()
	words := append(strings.SplitN(request, " ", 3), "")
	body := []byte(words[2])
	r := httptest.NewRequestWithContext(t.Context(), words[0], sandbox.Prefix+words[1], bytes.NewReader(body))
	token := sandbox.Token
	if user != "" {
		token += "-" + user
	}
	r.Header = header.Clone()
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("User-Agent", "test")
	if len(body) > 0 {
		r.Header.Set("Content-Type", "application/json")
	} else if r.Method == http.MethodPut {
		r.Header.Set("Content-Length", "0")
	}
	w := httptest.NewRecorder()
	e := contracttest.Record(r, sandbox.Prefix, body)
	box.ServeHTTP(w, r)
	e.Status, e.Response, e.ResponseHeader = w.Code, bytes.TrimSpace(w.Body.Bytes()), w.Header()
	return e
}

// matching returns the keys with a prefix.
func matching(set map[string]bool, prefix string) []string {
	var keys []string
	for key := range set {
		if strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	return keys
}
