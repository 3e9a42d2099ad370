package github_test

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
	toolstest.TestSpecs(t, allTools(t), `^github_(get|list|check)_`, `^github_(update|lock|unlock|remove)_`)
}

func TestSchemas(t *testing.T) {
	t.Parallel()
	toolstest.TestSchemas(t, allTools(t), // except for a number or an array
		"github_list_my_issues output.rows[].comments", "github_list_org_issues output.rows[].comments", "github_list_account_issues output.rows[].comments",
		"github_list_repo_issues output.rows[].comments", "github_get_issue output.comments")
}

// TestDescriptions checks all but the arguments whose names say enough: in 8,000
// bytes there is no room for more.
func TestDescriptions(t *testing.T) {
	t.Parallel()
	toolstest.TestDescriptions(t, allTools(t), "owner", "repo", "org", "issue_number", "title", "body", "type",
		"filter", "state", "state_reason", "lock_reason", "sort", "direction", "labels", "creator", "mentioned", "assignee", "assignees",
		"create_labels", "collab", "orgs", "owned", "pulls", "issues_only", "accept", "include", "page", "per_page", "limit")
}

// TestReadme checks that the README's table of tools is current.
func TestReadme(t *testing.T) {
	t.Parallel()
	toolstest.TestReadme(t, "github-tools", "tools/github", toolstest.ToolTable(allTools(t)))
}

// TestSizes limits how much of a model's context the tools use, and prints it.
func TestSizes(t *testing.T) {
	t.Parallel()
	catalog := toolstest.CatalogSize(allTools(t))
	t.Logf("names, descriptions and input schemas of %d tools: %d bytes", len(allTools(t)), catalog)
	assert.LessOrEqual(t, catalog, 8_000)

	var requests int
	session := connect(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests++
		w.Header().Set("Link", `<https://api.github.test/repositories/1/issues?page=2>; rel="next", <https://api.github.test/repositories/1/issues?page=10>; rel="last"`)
		fmt.Fprint(w, thirtyIssues())
	}), tools.Env{})
	result := call(t, session, "github_list_repo_issues", `{"owner":"octoharbor","repo":"portal"}`)
	require.False(t, result.IsError, text(t, result))
	t.Logf("github_list_repo_issues, 30 issues: %d bytes of %d", len(text(t, result)), len(thirtyIssues()))
	assert.LessOrEqual(t, len(text(t, result)), 8_600)
	assert.Equal(t, 1, requests, "a read is one request")

	// 4,140 bytes are the rows, as objects without any space.
	result = call(t, session, "github_list_repo_issues", `{"owner":"octoharbor","repo":"portal","fields":["number","title","labels"]}`)
	require.False(t, result.IsError, text(t, result))
	t.Logf("github_list_repo_issues, 30 issues, number, title and labels: %d bytes", len(text(t, result)))
	assert.LessOrEqual(t, len(text(t, result)), 4_206)
}

// thirtyIssues returns a list as GitHub writes it, each issue with three labels, two
// assignees and a title of 60 characters.
func thirtyIssues() string {
	rows := make([]string, 30)
	for i := range rows {
		rows[i] = fmt.Sprintf(`{"id":%d,"number":%d,"state":"open","state_reason":null,"locked":false,"active_lock_reason":null,"title":%q,"body":"long text",
			"user":{"login":"octavia","id":1,"avatar_url":"https://avatars.test/1"},"assignees":[{"login":"hugh"},{"login":"crew-01"}],
			"labels":[{"id":1,"name":"kind/bug","color":"f29513"},{"id":2,"name":"priority/high"},{"id":3,"name":"help wanted"}],
			"milestone":{"number":2,"title":"v1.2.0"},"comments":3,"author_association":"NONE","closed_at":null,
			"created_at":"2024-11-20T13:00:21Z","updated_at":"2024-11-20T15:40:35Z","repository_url":"https://api.github.test/repos/octoharbor/portal"}`,
			340000+i, 1200+i, strings.Repeat("0123456789", 6))
	}
	return "[" + strings.Join(rows, ",") + "]"
}
