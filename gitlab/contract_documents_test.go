package gitlab_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/contracttest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// TestDocumentedResponses checks that the responses that the documentation shows, which
// the golden file of each tool contains, decode without a loss.
func TestDocumentedResponses(t *testing.T) {
	t.Parallel()
	responses := contracttest.Documented(t, "../testdata/gitlab")
	for endpoint, response := range responses {
		t.Run(endpoint, func(t *testing.T) {
			into, ok := decoded[endpoint]
			if !ok {
				return // the response shows nothing that is read
			}
			target := reflect.New(into)
			require.NoError(t, lenient.Decode(response, target.Interface()))
			var raw any
			require.NoError(t, json.Unmarshal(response, &raw))
			assertKept(t, endpoint, raw, target.Elem())
		})
	}
	for _, op := range operations() {
		assert.Contains(t, responses, op.Endpoint, "no golden file has its response")
	}
}

// decoded are the types that responses are decoded into.
var decoded = func() map[string]reflect.Type {
	const issue = "/projects/{id}/issues/{issue_iid}"
	all := map[string]reflect.Type{}
	for _, endpoint := range []string{"GET /issues", "GET /groups/{id}/issues", "GET /projects/{id}/issues"} {
		all[endpoint] = reflect.TypeFor[[]gitlab.Issue]()
	}
	for _, endpoint := range []string{
		"GET /issues/{id}", "GET " + issue, "POST /projects/{id}/issues", "PUT " + issue, "POST " + issue + "/move", "POST " + issue + "/clone",
	} {
		all[endpoint] = reflect.TypeFor[gitlab.Issue]()
	}
	for _, name := range []string{"time_estimate", "reset_time_estimate", "add_spent_time", "reset_spent_time"} {
		all["POST "+issue+"/"+name] = reflect.TypeFor[gitlab.TimeStats]()
	}
	all["GET "+issue+"/time_stats"] = reflect.TypeFor[gitlab.TimeStats]()
	all["POST "+issue+"/todo"] = reflect.TypeFor[gitlab.Todo]()
	for _, name := range []string{"related_merge_requests", "closed_by"} {
		all["GET "+issue+"/"+name] = reflect.TypeFor[[]gitlab.MergeRequest]()
	}
	all["GET "+issue+"/participants"] = reflect.TypeFor[[]gitlab.User]()
	all["GET "+issue+"/user_agent_detail"] = reflect.TypeFor[gitlab.UserAgentDetail]()
	all["GET "+issue+"/metric_images"] = reflect.TypeFor[[]gitlab.MetricImage]()
	all["POST "+issue+"/metric_images"] = reflect.TypeFor[gitlab.MetricImage]()
	all["PUT "+issue+"/metric_images/{image_id}"] = reflect.TypeFor[gitlab.MetricImage]()
	return all
}()

// unread are the documented members that nothing reads, by the type that could have
// them: what no decision needs, what repeats other members, or is deprecated.
var unread = map[string]string{
	"Issue": "_links assignee blocking_issues_count downvotes has_tasks merge_requests_count service_desk_reply_to task_completion_status task_status type upvotes",
	"MergeRequest": "assignee changes_count closed_at closed_by created_at description diff_refs discussion_locked downvotes first_deployed_to_production_at " +
		"force_remove_source_branch head_pipeline labels latest_build_finished_at latest_build_started_at merge_commit_sha merge_error merge_status " +
		"merge_when_pipeline_succeeds milestone pipeline project_id reference references sha should_remove_source_branch source_project_id squash " +
		"squash_commit_sha target_project_id task_completion_status time_stats upvotes user user_notes_count work_in_progress",
	"Milestone":  "closed_at created_at description due_date project_id state updated_at",
	"References": "relative short",
	"Todo":       "action_name author body created_at project state target target_type target_url",
	"User":       "avatar_url state web_url",
}

// assertKept checks that every member of a response is in the value that was decoded
// from it, unless it is null or empty.
func assertKept(t testing.TB, path string, raw any, value reflect.Value) {
	t.Helper()
	switch raw := raw.(type) {
	case nil:
	case []any:
		if value.Kind() != reflect.Slice {
			assert.Failf(t, "dropped", "%s is a list", path)
			return
		}
		if assert.Equal(t, len(raw), value.Len(), "the elements of %s", path) {
			for i := range raw {
				assertKept(t, path+"[]", raw[i], value.Index(i))
			}
		}
	case map[string]any:
		if value.Kind() == reflect.Slice {
			assert.Failf(t, "dropped", "%s is an object", path)
			return
		}
		fields := contracttest.Parameters(value.Type())
		for name, member := range raw {
			if field, ok := fields[name]; ok {
				assertKept(t, path+"."+name, member, value.FieldByIndex(field.Index))
			} else {
				assert.Contains(t, strings.Fields(unread[value.Type().Name()]), name, "%s has no field for it", value.Type())
			}
		}
	case string, float64, bool:
		if value.Kind() == reflect.Struct && value.NumField() > 1 { // a label by its name alone
			value = value.FieldByName("Name")
		}
		if value.Kind() == reflect.Struct && value.NumField() == 1 {
			value = value.Field(0)
		}
		if value.Kind() == reflect.Pointer {
			if !assert.False(t, value.IsNil(), "%s was dropped: %v", path, raw) {
				return
			}
			value = value.Elem()
		}
		zero := raw == "" || raw == float64(0) || raw == false
		assert.Equal(t, zero, value.IsZero(), "%s was dropped: %v", path, raw)
	}
}
