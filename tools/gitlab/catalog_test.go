package gitlab_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

func TestToolSpecs(t *testing.T) {
	t.Parallel()
	toolstest.TestSpecs(t, allTools(t), `^gitlab_(get|list)_`, `^gitlab_(update|delete|move|unsubscribe|set|reset|add_spent_time|reorder|promote)`)
}

func TestSchemas(t *testing.T) {
	t.Parallel()
	toolstest.TestSchemas(t, allTools(t), // except for a number or an array
		"gitlab_list_issues output.rows[].comments", "gitlab_list_group_issues output.rows[].comments", "gitlab_list_project_issues output.rows[].comments",
		"gitlab_get_issue output.comments", "gitlab_get_issue_by_id output.comments")
}

// TestDescriptions checks all but the arguments whose names say enough: in 10,000
// bytes there is no room for more.
func TestDescriptions(t *testing.T) {
	t.Parallel()
	toolstest.TestDescriptions(t, allTools(t), "issue_iid", "title", "description", "state", "labels", "add_labels", "remove_labels", "create_labels",
		"assignee_id", "assignee_username", "author_id", "author_username", "confidential", "due_date", "iids", "in", "issue_type",
		"iteration_id", "iteration_title", "milestone", "milestone_id", "my_reaction_emoji", "non_archived", "order_by", "sort", "scope",
		"search", "weight", "with_labels_details", "discussion_locked", "discussion_to_resolve", "merge_request_to_resolve_discussions_of",
		"include", "page", "per_page", "limit")
}

// TestTiers checks that what takes an edition that has to be paid for says so.
func TestTiers(t *testing.T) {
	t.Parallel()
	for where, tier := range map[string]string{
		"gitlab_list_project_issues epic_id": "Premium", "gitlab_list_project_issues iteration_id": "Premium", "gitlab_list_project_issues iteration_title": "Premium",
		"gitlab_list_project_issues weight": "Premium", "gitlab_list_issues health_status": "Ultimate",
		"gitlab_create_issue weight": "Premium", "gitlab_create_issue epic_id": "Premium",
		"gitlab_update_issue weight": "Premium", "gitlab_update_issue epic_id": "Premium",
	} {
		name, argument, _ := strings.Cut(where, " ")
		assert.Regexp(t, `"`+argument+`":\{"type":"\w+","description":"`+tier, string(toolstest.Named(t, allTools(t), name).Input()), where)
	}
	assert.Contains(t, toolstest.Named(t, allTools(t), "gitlab_promote_issue").Description, "Premium")
}

// TestReadme checks that the README's table of tools is current.
func TestReadme(t *testing.T) {
	t.Parallel()
	toolstest.TestReadme(t, "gitlab-tools", "tools/gitlab", toolstest.ToolTable(allTools(t)))
}

// TestSizes limits how much of a model's context the tools use, and prints it.
func TestSizes(t *testing.T) {
	t.Parallel()
	toolsets := map[string][]tools.Tool{}
	for _, tool := range allTools(t) {
		toolsets[tool.Toolset] = append(toolsets[tool.Toolset], tool)
	}
	require.Len(t, toolsets, 5)
	for name, list := range toolsets {
		t.Logf("names, descriptions and input schemas of the %d tools of %s: %d bytes", len(list), name, toolstest.CatalogSize(list))
	}
	all := toolstest.CatalogSize(allTools(t))
	t.Logf("of all %d tools: %d bytes", len(allTools(t)), all)
	assert.LessOrEqual(t, toolstest.CatalogSize(toolsets["gitlab"]), 10_000)
	assert.LessOrEqual(t, all, 17_000)

	var requests int
	session := connect(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests++
		w.Header().Set("X-Next-Page", "2")
		w.Header().Set("X-Total", "300")
		fmt.Fprint(w, twentyIssues())
	}), tools.Env{})
	result := call(t, session, "gitlab_list_project_issues", `{"id":"harbor/portal"}`)
	require.False(t, result.IsError, text(t, result))
	t.Logf("gitlab_list_project_issues, 20 issues: %d bytes of %d", len(text(t, result)), len(twentyIssues()))
	assert.LessOrEqual(t, len(text(t, result)), 6_300)
	assert.Equal(t, 1, requests, "a read is one request")

	// 2,700 bytes are the rows, as objects without any space.
	result = call(t, session, "gitlab_list_project_issues", `{"id":"harbor/portal","fields":["iid","title","labels"]}`)
	require.False(t, result.IsError, text(t, result))
	t.Logf("gitlab_list_project_issues, 20 issues, iid, title and labels: %d bytes", len(text(t, result)))
	assert.LessOrEqual(t, len(text(t, result)), 2_756)
}

// twentyIssues returns a list as GitLab writes it, each issue with three labels, two
// assignees and a title of 60 characters.
func twentyIssues() string {
	rows := make([]string, 20)
	for i := range rows {
		rows[i] = fmt.Sprintf(`{"id":%d,"iid":%d,"project_id":4,"title":%q,"description":"long text","state":"opened","created_at":"2024-11-20T13:00:21.123Z",
			"updated_at":"2024-11-20T15:40:35.000Z","closed_at":null,"closed_by":null,"labels":["kind/bug","priority/high","help wanted"],
			"milestone":{"id":17,"iid":2,"project_id":4,"title":"v1.2.0"},"assignees":[{"id":2,"username":"hugh","name":"Hugh"},{"id":3,"username":"crew-01","name":"Crew"}],
			"author":{"id":1,"username":"tess","name":"Tess","avatar_url":"https://avatars.test/1"},"type":"ISSUE","user_notes_count":3,"merge_requests_count":0,
			"upvotes":0,"downvotes":0,"due_date":"2024-12-01","confidential":false,"discussion_locked":null,"issue_type":"issue","weight":5,
			"web_url":"https://gitlab.test/harbor/portal/-/issues/1","time_stats":{"time_estimate":0,"total_time_spent":0,"human_time_estimate":null,"human_total_time_spent":null},
			"task_completion_status":{"count":0,"completed_count":0},"references":{"short":"#1","relative":"#1","full":"harbor/portal#1"},"severity":"UNKNOWN","moved_to_id":null}`,
			340000+i, 1200+i, strings.Repeat("0123456789", 6))
	}
	return "[" + strings.Join(rows, ",") + "]"
}
