package gitlab_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// TestAdvice checks what GitLab's errors advise.
func TestAdvice(t *testing.T) {
	t.Parallel()
	const get, list, update, create, remove, move = "gitlab_get_issue", "gitlab_list_group_issues", "gitlab_update_issue", "gitlab_create_issue", "gitlab_delete_issue", "gitlab_move_issue"
	const hidden = " GitLab also returns 404 if the token's owner may not see it, as with a private project or group, or a confidential issue."
	arguments := map[string]string{
		get: `{` + issue7 + `}`, list: `{"id":"g/s","page":600}`, update: `{` + issue7 + `,"state":"closed"}`, create: `{"id":"g/p","title":"t"}`,
		remove: `{` + issue7 + `}`, move: `{` + issue7 + `,"to_project_id":"5"}`, "gitlab_list_issues": `{}`,
		"gitlab_get_issue_by_id": `{"id":41}`, "gitlab_get_user_agent_detail": `{` + issue7 + `}`, "gitlab_upload_metric_image": `{` + issue7 + `,"file":"graphs/file.png"}`,
		"gitlab_list_metric_images": `{` + issue7 + `}`, "gitlab_reorder_issue": `{` + issue7 + `,"move_after_id":2}`,
		"gitlab_promote_issue": `{` + issue7 + `}`,
	}
	for name, test := range map[string]struct {
		tool   string
		status int
		body   string
		header []string
		want   string
	}{
		"not found":             {get, 404, `{"message":"404 Project Not Found"}`, nil, "returned 404: Project Not Found. Check id=g/p and issue_iid=7." + hidden},
		"private group":         {list, 404, `{"message":"404 Group Not Found"}`, nil, "returned 404: Group Not Found. Check id=g/s." + hidden},
		"scope":                 {create, 403, `{"error":"insufficient_scope","error_description":"The request requires higher privileges than provided by the access token.","scope":"api"}`, nil, "the token needs one of the scopes api. Create a token with the scope api, which writes take; for reading, read_api is enough."},
		"no role":               {update, 403, `{"message":"403 Forbidden"}`, nil, "The token's owner may not do this, which usually takes the role Reporter in the project, or it takes GitLab Premium. Ask for access, or use another token."},
		"no owner":              {remove, 403, `{"message":"403 Forbidden"}`, nil, "Only owners of the project and administrators may delete issues. Close it with gitlab_update_issue instead."},
		"no administrator":      {"gitlab_get_user_agent_detail", 403, `{"message":"403 Forbidden"}`, nil, "Only administrators may read this."},
		"issue by id":           {"gitlab_get_issue_by_id", 404, `{"message":"404 Not found"}`, nil, "Only administrators may read this; to others GitLab returns 403 or 404."},
		"edition":               {update, 403, `{"message":"403 Forbidden - feature needs a license"}`, nil, "This takes a higher edition of GitLab: Premium for weights, epics and iterations, Ultimate for health_status."},
		"archived":              {update, 403, `{"message":"403 Forbidden - project is archived"}`, nil, "The project is archived and accepts no changes."},
		"conflict":              {create, 409, `{"message":"409 Duplicated issue"}`, nil, "Something else was written at the same time, or it already exists. Read it again before retrying."},
		"spam":                  {create, 422, `{"message":{"error":"Your issue has been recognized as spam."}}`, nil, "Correct the field that the message names; the same call will be rejected again."},
		"invalid":               {create, 400, `{"message":{"title":["is too long (maximum is 255 characters)"]}}`, nil, "title is too long (maximum is 255 characters). Correct the field that the message names; the same call will be rejected again."},
		"too many pages":        {list, 405, `{"error":"Offset pagination has a maximum allowed offset of 50000 for requests that return objects of type Issue. Remaining records can be retrieved using keyset pagination."}`, nil, "GitLab's pages end at 50,000 rows. Narrow the list, such as with created_before of the last row."},
		"the same project":      {move, 400, `{"message":"Cannot move issue to project it originates from!"}`, nil, "originates from! Check to_project_id: moving takes another project, and in both projects at least the role Reporter."},
		"no incident":           {"gitlab_upload_metric_image", 403, `{"message":"403 Not allowed!"}`, nil, "Check that the issue is an incident, and that the token's owner has at least the role Reporter."},
		"images of no incident": {"gitlab_list_metric_images", 404, `{"message":"Issue not found"}`, nil, "Check id=g/p and issue_iid=7, and that the issue is an incident." + hidden},
		"images of others":      {"gitlab_list_metric_images", 403, `{"message":"403 Forbidden"}`, nil, "Check that the issue is an incident, and that the token's owner has at least the role Reporter."},
		"iids in an order":      {"gitlab_reorder_issue", 422, `{"message":{"error":"Unprocessable entity"}}`, nil, "Check move_after_id and move_before_id: they are global ids of issues, not iids. gitlab_get_issue shows the global id as id."},
		"too many requests":     {get, 429, `Retry later`, []string{"Retry-After", "42"}, "returned 429: Retry later. Retry in 42s."},
		"too many, no header":   {create, 429, `{"message":{"error":"This endpoint has been requested too many times. Try again later."}}`, nil, "The limit is set by the administrators, often 300 requests a minute for each user. Wait a minute, then retry."},
		"unauthenticated":       {get, 401, `{"message":"401 Unauthorized"}`, nil, "Put a valid token in GITLAB_TOKEN. Create one on GitLab under Preferences, Access Tokens, with the scope api"},
		"unavailable":           {get, 503, `<html>Deploy in progress</html>`, nil, "GitLab cannot be reached or is failing. Retry in a minute."},
		"renamed":               {create, 405, `{"message":"Non GET methods are not allowed for moved projects"}`, []string{"Location", "/api/v4/projects/4/issues/7"}, "Nothing was changed, because the project has moved. Read the issue with gitlab_get_issue, which shows its project, and repeat the call with that as id."},
		"another server":        {get, 301, ``, []string{"Location", "https://gitlab.test/api/v4/projects/4/issues/7"}, "The redirect was not followed, because it leads to another server or in a circle. Check the base URL of GitLab's API in the settings: its scheme, host and path."},
		"promoted already":      {"gitlab_promote_issue", 400, `{"message":"400 Bad request - Note {:note=>[\"can't be blank\"]}"}`, nil, "The issue was promoted already, or not promoted, which takes Premium"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := func(w http.ResponseWriter, r *http.Request) {
				if test.tool == move && r.Method == http.MethodGet {
					readIssue(w, r)
					return
				}
				responds(test.status, test.body, test.header...)(w, r)
			}
			result, _ := do(t, service, tools.Env{}, test.tool, arguments[test.tool])
			require.True(t, result.IsError)
			assert.Contains(t, text(t, result), test.want)
			t.Log(text(t, result))
		})
	}
}

// TestMoved checks what a write says of an issue or a project that has moved.
func TestMoved(t *testing.T) {
	t.Parallel()
	const moved = `{"id":70,"iid":7,"project_id":4,"state":"closed","moved_to_id":92,"description":"It fails."}`
	const edit = `{` + issue7 + `,"append":"x"}`
	for name, test := range map[string]struct{ notes, want string }{
		"with its place": {`[{"id":1,"system":true,"body":"moved to g/q#3"}]`, "the issue moved to g/q#3. Nothing was changed. Repeat the call with that project as id and that issue_iid."},
		"by its id only": {`[]`, "the issue moved to another project, where its global id is 92. Nothing was changed. Only administrators can read the new issue, with gitlab_get_issue_by_id; ask somebody who sees it for its address."},
	} {
		result, _ := do(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/notes") {
				responds(200, test.notes)(w, r)
				return
			}
			assert.Equal(t, http.MethodGet, r.Method)
			responds(200, moved)(w, r)
		}, tools.Env{}, "gitlab_update_issue", edit)
		require.True(t, result.IsError, name)
		assert.Contains(t, text(t, result), test.want, name)
	}
	result, _ := do(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			responds(200, `{"id":4,"iid":7,"path_with_namespace":"g/q"}`)(w, r)
			return
		}
		responds(405, `{"message":"Non GET methods are not allowed for moved projects"}`)(w, r)
	}, tools.Env{}, "gitlab_update_issue", `{`+issue7+`,"state":"closed"}`)
	assert.Contains(t, text(t, result), "the project moved to g/q. Nothing was changed. Repeat the call with that path as id.")
}
