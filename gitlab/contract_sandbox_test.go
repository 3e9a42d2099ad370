package gitlab_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/contracttest"
)

// sandboxRequests cause the errors and the rarer responses of the sandbox. Each is the
// user, the method, the target and the body. They are sent in this order.
var sandboxRequests = []struct {
	user, request string
	status        int
	form          string // of an error: its only member
}{
	{"-olga", "GET /issues?scope=all&state=all&per_page=100&with_labels_details=true", 200, ""},
	{"", "GET /issues?state=open", 400, "error"},
	{"", "GET /issues?assignee_id=1&assignee_username[]=devi", 400, "error"},
	{"", "GET /groups/nowhere/issues", 404, "message"},
	{"-stella", "GET /groups/harborlab%2Fvault/issues", 404, "message"},
	{"-stella", "GET /projects/harborlab%2Fvault%2Fkeys/issues", 404, "message"},
	{"", "GET /projects/harborlab%2Fbusy/issues", 429, ""},
	{"", "GET /projects/harborlab%2Fbroken/issues", 502, ""},
	{"", "GET /issues/41035", 403, "message"},
	{"", "GET /projects/harborlab%2Fportal/issues/999", 404, "message"},
	{"", "GET /projects/harborlab%2Fportal/issues/7", 200, ""},
	{"", `POST /projects/harborlab%2Fportal/issues {"description":"no title"}`, 400, "error"},
	{"", `POST /projects/harborlab%2Fattic/issues {"title":"New"}`, 403, "message"},
	{"", `PUT /projects/harborlab%2Fportal/issues/1 {}`, 400, "error"},
	{"", `PUT /projects/harborlab%2Fportal/issues/1 {"state_event":"closed"}`, 400, "error"},
	{"-stella", `PUT /projects/harborlab%2Fportal/issues/1 {"title":"Mine"}`, 403, "message"},
	{"", `PUT /projects/harborlab%2Fportal/issues/1 {"labels":["bug","new"],"assignee_ids":[0],"milestone_id":0,"due_date":"","weight":null}`, 200, ""},
	{"-devi", "DELETE /projects/harborlab%2Fportal/issues/1", 403, "message"},
	{"", `POST /projects/harborlab%2Fportal/issues/1/move {"to_project_id":41014}`, 400, "message"},
	{"", "POST /projects/harborlab%2Fportal/issues/2/subscribe", 304, ""},
	{"", "POST /projects/harborlab%2Fportal/issues/2/unsubscribe", 201, ""},
	{"", "POST /projects/harborlab%2Fportal/issues/2/unsubscribe", 304, ""},
	{"", "POST /projects/harborlab%2Fportal/issues/2/todo", 201, ""},
	{"", "POST /projects/harborlab%2Fportal/issues/2/todo", 304, ""},
	{"", `POST /projects/harborlab%2Fportal/issues/2/time_estimate {"duration":"soon"}`, 400, "message"},
	{"-stella", `POST /projects/harborlab%2Fportal/issues/2/time_estimate {"duration":"1h"}`, 403, "message"},
	{"", "GET /projects/harborlab%2Fportal/issues/2/user_agent_detail", 403, "message"},
	{"", "DELETE /projects/harborlab%2Fportal/issues/4/metric_images/1", 404, "message"},
	{"-nobody", "GET /issues", 401, "message"},
}

// TestSandboxContract checks the statuses and responses of the sandbox that the calls
// of TestContract do not cause. The descriptions have no errors; GitLab documents the
// forms that they have.
func TestSandboxContract(t *testing.T) {
	t.Parallel()
	d := readDescriptions(t)
	box := sandbox.New()
	exceptions := exceptions{all: responseExceptions}
	for _, test := range sandboxRequests {
		t.Run(test.user+" "+test.request, func(t *testing.T) {
			words := append(strings.SplitN(test.request, " ", 3), "")
			r := httptest.NewRequestWithContext(t.Context(), words[0], sandbox.Prefix+words[1], nil)
			e := contracttest.Record(r, sandbox.Prefix, []byte(words[2]))
			user := strings.TrimSuffix(test.user, "-olga")
			e.Header = http.Header{"Private-Token": {sandbox.Token + user}}
			if words[2] != "" {
				e.Header.Set("Content-Type", "application/json")
			}
			respond(t, box, &e)
			require.Equal(t, test.status, e.Status, "%s", e.Response)
			switch {
			case test.form != "":
				var object map[string]any
				require.NoError(t, json.Unmarshal(e.Response, &object), "%s", e.Response)
				assert.Len(t, object, 1)
				assert.Contains(t, object, test.form)
				assert.Equal(t, "application/json", e.ResponseHeader.Get("Content-Type"))
			case test.status == http.StatusNotModified:
				assert.Empty(t, e.Response, "a 304 has no body")
			case test.status < 300:
				d.checkResponse(t, &exceptions, e)
			}
		})
	}
}
