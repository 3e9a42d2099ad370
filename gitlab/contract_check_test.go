package gitlab_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/contracttest"
)

// TestContractChecks checks that both descriptions accept good requests and reject bad
// ones.
func TestContractChecks(t *testing.T) {
	t.Parallel()
	d := readDescriptions(t)
	for request, want := range map[string]string{ // method, target and body to part of a problem
		"GET /issues?iids[]=1&iids[]=2&labels=a,b&not[iids][]=3": "",
		"GET /issues?iids=1":                                     "iids is not described",
		"GET /issues?assignee_username=devi":                     "assignee_username is not described",
		"GET /issues?limit=3":                                    "limit is not described",
		"GET /issues?labels=a&labels=b":                          "labels is given 2 times",
		"GET /issues?iids[]=x":                                   "iids[]",
		"GET /issues?not[state]=opened":                          "not[state] is not described",
		"GET /projects/a/b/issues":                               "is not described",
		"GET /projects/a%2Fb/issues":                             "",
		"GET /projects/1/issues/x":                               "issue_iid",
		"PATCH /projects/1/issues/1 {}":                          "is not described",
		`POST /projects/1/issues {"a":1}`:                        "a",
		`PUT /projects/1/issues/1 {"state":"closed"}`:            "body.state is not described",
		`PUT /projects/1/issues/1 {"assignee_ids":1}`:            "/assignee_ids",
		`POST /projects/1/issues/1/move {"to_project_id":"a/b"}`: "/to_project_id",
	} {
		words := append(strings.SplitN(request, " ", 3), "")
		for file, description := range d {
			r := httptest.NewRequestWithContext(t.Context(), words[0], words[1], nil)
			e := contracttest.Record(r, "", []byte(words[2]))
			e.Header = http.Header{"Content-Type": {"application/json"}}
			problems := strings.Join(contracttest.Problems(description.CheckRequest(t, e)), "\n")
			if want == "" {
				assert.Empty(t, problems, "%s: %s", file, request)
			} else {
				assert.Contains(t, problems, want, "%s: %s", file, request)
			}
		}
	}
}
