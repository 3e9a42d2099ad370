package github_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

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
		"collab", "orgs", "owned", "pulls", "issues_only", "accept", "include", "page", "per_page", "limit")
}

// TestSizes limits how much of a model's context the tools use, and prints it.
func TestSizes(t *testing.T) {
	t.Parallel()
	catalog := toolstest.CatalogSize(allTools(t))
	t.Logf("names, descriptions and input schemas of %d tools: %d bytes", len(allTools(t)), catalog)
	for _, tool := range allTools(t) {
		t.Logf("%s: %d", tool.Name, len(tool.Name)+len(tool.Description)+len(tool.Input))
	}
	assert.LessOrEqual(t, catalog, 8_000)
}
