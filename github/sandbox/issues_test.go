package sandbox_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/github/sandbox"
)

func TestGetIssue(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	issue := c.get("/repos/OctoHarbor/Portal/issues/7").object()
	for name, want := range map[string]any{
		"url":                host + "/api/v3/repos/octoharbor/portal/issues/7",
		"html_url":           host + "/octoharbor/portal/issues/7",
		"number":             7.0,
		"title":              "Upload service loses files on restart",
		"body":               "Files in flight are kept in memory only.",
		"state":              "closed",
		"state_reason":       "completed",
		"created_at":         "2026-09-16T06:20:00Z",
		"closed_at":          "2026-09-16T07:20:00Z",
		"author_association": "MEMBER",
		"locked":             false,
		"active_lock_reason": nil,
	} {
		assert.Equal(t, want, issue[name], name)
	}
	assert.Equal(t, []string{"bug", "area/upload", "P1"}, names(issue["labels"]))
	assert.Equal(t, []string{"hugh"}, logins(issue["assignees"]))
	assert.Equal(t, "hugh", issue["assignee"].(map[string]any)["login"])
	assert.Equal(t, "hugh", issue["closed_by"].(map[string]any)["login"])
	assert.Equal(t, "Bug", issue["type"].(map[string]any)["name"])
	assert.Equal(t, "v3.0", issue["milestone"].(map[string]any)["title"])
	assert.NotContains(t, issue, "pull_request")
	assert.NotContains(t, issue, "repository")

	pull := c.get(list + "/14").object()
	assert.Equal(t, host+"/octoharbor/portal/pull/14", pull["html_url"])
	assert.Equal(t, "2026-10-05T09:00:00Z", pull["pull_request"].(map[string]any)["merged_at"])
	assert.Equal(t, true, c.get(list + "/13").object()["draft"])
	locked := c.get(list + "/12").object()
	assert.Equal(t, true, locked["locked"])
	assert.Equal(t, "too heated", locked["active_lock_reason"])
	empty := c.get(list + "/3").object()
	assert.Contains(t, empty, "body")
	assert.Nil(t, empty["body"])
	assert.Nil(t, empty["assignee"])
}

func TestMediaTypes(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for _, test := range []struct{ accept, body, text, html string }{
		{accept: "application/json", body: "Fixes #1."},
		{accept: "application/vnd.github.raw+json", body: "Fixes #1."},
		{accept: "application/vnd.github.text+json", text: "Fixes #1."},
		{accept: "application/vnd.github.v3.html+json", html: `<p dir="auto">Fixes #1.</p>`},
		{accept: "application/vnd.github.full+json", body: "Fixes #1.", text: "Fixes #1.", html: `<p dir="auto">Fixes #1.</p>`},
	} {
		t.Run(test.accept, func(t *testing.T) {
			t.Parallel()
			issue := c.in(t).with("Accept", test.accept).get(list + "/5").object()
			for name, want := range map[string]string{"body": test.body, "body_text": test.text, "body_html": test.html} {
				if want == "" {
					assert.NotContains(t, issue, name)
				} else {
					assert.Equal(t, want, issue[name], name)
				}
			}
		})
	}
	full := c.with("Accept", "application/vnd.github.full+json")
	assert.Equal(t, "github.v3; param=full; format=json", full.get(list).Header().Get("X-GitHub-Media-Type"))
	assert.Equal(t, []any{nil, ""}, []any{full.get(list + "/3").object()["body"], full.get(list + "/3").object()["body_html"]})
	first := full.get(list + "/1").object()
	assert.Contains(t, first["body_text"], "The answer is 413; 60 MB work.")
	assert.Contains(t, first["body_html"], "<pre><code>POST /upload -&gt; 413")
	assert.Contains(t, full.get(list + "/1/comments").column("body_text")[0], "Yes, client_max_body_size of")
}

func TestCreateIssue(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, user, path, body string
		want                   map[string]any // members of the created issue
		labels, assignees      []string
		field, code            string // of the error
	}{
		{
			name: "all", user: "octavia", path: list, labels: []string{"bug", "new one"}, assignees: []string{"hugh", "remy"},
			body: `{"title":"New","body":"Text","labels":["BUG","new one"],"assignees":["Hugh","remy"],"milestone":2,"type":"task"}`,
			want: map[string]any{"number": 19.0, "title": "New", "body": "Text", "state": "open", "state_reason": nil, "author_association": "OWNER"},
		},
		{name: "numbers as strings", user: "hugh", path: list, body: `{"title":7,"milestone":"3"}`, want: map[string]any{"title": "7"}},
		{name: "objects", user: "hugh", path: list, body: `{"title":"New","labels":[{"name":"bug"}],"assignee":"tess"}`, labels: []string{"bug"}, assignees: []string{"tess"}},
		{name: "assignees before assignee", user: "hugh", path: list, body: `{"title":"New","assignee":"tess","assignees":["hugh"]}`, assignees: []string{"hugh"}},
		{name: "without write access", user: "stan", path: list, body: `{"title":"New","labels":["bug"],"assignees":["stan","hugh"],"milestone":99,"type":"x"}`, want: map[string]any{"milestone": nil, "type": nil, "author_association": "NONE"}},
		{name: "with the triage role", user: "tess", path: list, body: `{"title":"New","labels":["bug"],"assignee":"tess"}`},
		{name: "people who cannot be assigned", user: "hugh", path: list, body: `{"title":"New","assignees":["stan","nobody","colin","hugh"]}`, assignees: []string{"hugh"}},
		{
			name: "eleven assignees", user: "hugh", path: list, assignees: []string{"crew-01", "crew-02", "crew-03", "crew-04", "crew-05", "crew-06", "crew-07", "crew-08", "crew-09", "crew-10"},
			body: `{"title":"New","assignees":["crew-01","crew-02","crew-03","crew-04","crew-05","crew-06","crew-07","crew-08","crew-09","crew-10","hugh"]}`,
		},
		{name: "no title", user: "hugh", path: list, body: `{"body":"Text"}`, field: "title", code: "missing_field"},
		{name: "null title", user: "hugh", path: list, body: `{"title":null}`, field: "title", code: "missing_field"},
		{name: "title of another type", user: "hugh", path: list, body: `{"title":true}`, field: "title", code: "invalid"},
		{name: "blank title", user: "hugh", path: list, body: `{"title":" "}`, field: "title", code: "missing_field"},
		{name: "long title", user: "hugh", path: list, body: `{"title":"` + strings.Repeat("x", 257) + `"}`, field: "title", code: "custom"},
		{name: "long text", user: "hugh", path: list, body: `{"title":"New","body":"` + strings.Repeat("x", 65537) + `"}`, field: "body", code: "custom"},
		{name: "unknown milestone", user: "hugh", path: list, body: `{"title":"New","milestone":99}`, field: "milestone", code: "invalid"},
		{name: "unknown type", user: "hugh", path: list, body: `{"title":"New","type":"Epic"}`, field: "type", code: "invalid"},
		{name: "type without an organization", user: "octavia", path: "/repos/octavia/notes/issues", body: `{"title":"New","type":"Bug"}`, field: "type", code: "invalid"},
		{name: "blank label", user: "hugh", path: list, body: `{"title":"New","labels":[""]}`, field: "name", code: "missing_field"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t).as(test.user)
			r := c.send("POST", test.path, test.body)
			if test.code != "" {
				r.isInvalid(test.field, test.code)
				return
			}
			assert.Equal(t, 201, r.Code)
			issue := r.object()
			for name, want := range test.want {
				assert.Equal(t, want, issue[name], name)
			}
			assert.ElementsMatch(t, test.labels, names(issue["labels"]))
			assert.ElementsMatch(t, test.assignees, logins(issue["assignees"]))
			assert.Equal(t, issue["url"], r.Header().Get("Location"))
			assert.Equal(t, issue, c.get(list+"/19").object())
		})
	}
	c := newClient(t)
	c.send("POST", list, `{"title":`).isError(400, "Problems parsing JSON")
	c.send("POST", list, `[]`).isError(400, "Body should be a JSON object")
	c.send("POST", list, `{"title":"New","body":1}`).isError(422, "For 'properties/body'")
	c.send("POST", list, `{"title":"New","labels":[1]}`).isError(422, "Labels and assignees")
	c.send("POST", list, `{"title":"New","labels":"bug"}`).isError(422, "For 'properties/labels'")
	c.send("POST", list, `{"title":"New","assignees":null}`).isError(422, "For 'properties/assignees'")
	c.send("PATCH", list+"/1", `{"labels":null}`).isError(422, "For 'properties/labels'")
}

func TestUpdateIssue(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, user, number, body string
		status                   int
		want                     map[string]any
		labels, assignees        []string // nil means unchanged
		message                  string
	}{
		{name: "nothing", user: "octavia", number: "1", body: `{}`, status: 200},
		{name: "no body", user: "octavia", number: "1", status: 200},
		{name: "title and text", user: "tess", number: "1", body: `{"title":"New","body":null}`, status: 200, want: map[string]any{"title": "New", "body": nil}},
		{name: "null title", user: "tess", number: "1", body: `{"title":null}`, status: 200, want: map[string]any{"title": "Uploads above 64 MB fail with 413"}},
		{name: "labels", user: "hugh", number: "1", body: `{"labels":["Question","made up"]}`, status: 200, labels: []string{"question", "made up"}},
		{name: "no labels", user: "hugh", number: "1", body: `{"labels":[]}`, status: 200, labels: []string{}},
		{name: "assignees", user: "hugh", number: "1", body: `{"assignees":["octavia","stan"]}`, status: 200, assignees: []string{"octavia"}},
		{name: "no assignees", user: "hugh", number: "1", body: `{"assignees":[]}`, status: 200, assignees: []string{}},
		{name: "assignee", user: "hugh", number: "1", body: `{"assignee":"tess"}`, status: 200, assignees: []string{"tess"}},
		{name: "no assignee", user: "hugh", number: "1", body: `{"assignee":null}`, status: 200, assignees: []string{}},
		{name: "no milestone", user: "hugh", number: "1", body: `{"milestone":null,"type":null}`, status: 200, want: map[string]any{"milestone": nil, "type": nil}},
		{name: "the author", user: "remy", number: "1", body: `{"title":"New","labels":[],"assignees":[],"milestone":null}`, status: 200, want: map[string]any{"title": "New"}},
		{name: "close", user: "remy", number: "1", body: `{"state":"closed"}`, status: 200, want: map[string]any{"state": "closed", "state_reason": "completed"}},
		{name: "close with a reason", user: "tess", number: "1", body: `{"state":"closed","state_reason":"not_planned"}`, status: 200, want: map[string]any{"state_reason": "not_planned"}},
		{name: "reopen", user: "hugh", number: "7", body: `{"state":"open"}`, status: 200, want: map[string]any{"state": "open", "state_reason": "reopened", "closed_at": nil, "closed_by": nil}},
		{name: "a reason without a state", user: "hugh", number: "7", body: `{"state_reason":"duplicate"}`, status: 200, want: map[string]any{"state_reason": "completed"}},
		{name: "a reason for the same state", user: "hugh", number: "7", body: `{"state":"closed","state_reason":"duplicate"}`, status: 200, want: map[string]any{"state_reason": "completed"}},
		{name: "unknown state", user: "hugh", number: "1", body: `{"state":"close","title":"New"}`, status: 422, message: "Validation Failed"},
		{name: "unknown reason", user: "hugh", number: "1", body: `{"state":"closed","state_reason":"done"}`, status: 422, message: "Validation Failed"},
		{name: "unknown milestone", user: "hugh", number: "1", body: `{"labels":[],"milestone":99}`, status: 422, message: "Validation Failed"},
		{name: "blank title", user: "hugh", number: "1", body: `{"title":""}`, status: 422, message: "Validation Failed"},
		{name: "issue of another", user: "stan", number: "1", body: `{"labels":["bug"]}`, status: 403, message: "Must have admin rights"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t).as(test.user)
			before := c.get(list + "/" + test.number).object()
			r := c.send("PATCH", list+"/"+test.number, test.body)
			if test.message != "" {
				r.isError(test.status, test.message)
				assert.Equal(t, before, c.get(list+"/"+test.number).object(), "an error changes nothing")
				return
			}
			assert.Equal(t, test.status, r.Code)
			after := r.object()
			assert.NotEqual(t, before["updated_at"], after["updated_at"])
			assert.Equal(t, after, c.get(list+"/"+test.number).object())
			for name, want := range test.want {
				assert.Equal(t, want, after[name], name)
			}
			if test.labels == nil {
				assert.Equal(t, before["labels"], after["labels"])
			} else {
				assert.Equal(t, test.labels, names(after["labels"]))
			}
			if test.assignees == nil {
				assert.Equal(t, before["assignees"], after["assignees"])
			} else {
				assert.Equal(t, test.assignees, logins(after["assignees"]))
			}
		})
	}
}

func TestLock(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	lock := list + "/1/lock"
	withLength := c.with("Content-Length", "0")
	withLength.send("PUT", lock, "").isEmpty(204)
	locked := c.get(list + "/1").object()
	assert.Equal(t, true, locked["locked"])
	assert.Nil(t, locked["active_lock_reason"])
	c.send("PUT", lock, `{"lock_reason":"too heated"}`).isEmpty(204)
	assert.Equal(t, "too heated", c.get(list + "/1").object()["active_lock_reason"])
	c.as("stan").send("POST", list+"/1/comments", `{"body":"Text"}`).isError(403, "issue is locked")
	assert.Equal(t, 201, c.send("POST", list+"/1/comments", `{"body":"Text"}`).Code)
	c.send("DELETE", lock, "").isEmpty(204)
	assert.Equal(t, false, c.get(list + "/1").object()["locked"])

	c.send("PUT", lock, "").isError(411, "Length Required")
	c.send("PUT", lock, `{"lock_reason":"boring"}`).isInvalid("lock_reason", "invalid")
	c.send("PUT", lock, `{"lock_reason":""}`).isInvalid("lock_reason", "invalid")
	c.as("tess").send("PUT", lock, `{}`).isError(403, "Must have admin rights")
	c.as("tess").send("DELETE", lock, "").isError(403, "Must have admin rights")
	assert.Equal(t, false, c.get(list + "/1").object()["locked"])
	assert.Equal(t, "too heated", c.get(list + "/12").object()["active_lock_reason"])
}

// TestLockOverHTTP checks that the client of the standard library satisfies the
// sandbox with a PUT that has no body.
func TestLockOverHTTP(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(sandbox.New())
	defer server.Close()
	for status, body := range map[int]io.Reader{
		204: nil,
		411: io.MultiReader(), // of unknown length, and thus sent in chunks
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, server.URL+sandbox.Prefix+list+"/1/lock", body)
		require.NoError(t, err)
		if body != nil {
			r.TransferEncoding = []string{"chunked"}
		}
		r.Header.Set("Authorization", "Bearer "+sandbox.Token)
		response, err := server.Client().Do(r)
		require.NoError(t, err)
		assert.Equal(t, status, response.StatusCode)
		response.Body.Close()
	}
}
