package gitcode_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

func TestToolSpecs(t *testing.T) {
	t.Parallel()
	toolstest.TestSpecs(t, allTools(t), `^(get|list|search)_`, `^(update|replace|remove|delete|set|unlink)_`)
}

func TestSchemas(t *testing.T) {
	t.Parallel()
	toolstest.TestSchemas(t, allTools(t), // except for a number or an array
		"list_repo_issues output.rows[].comments", "get_issue output.comments", "get_enterprise_issue output.comments")
}

func TestDescriptions(t *testing.T) {
	t.Parallel()
	toolstest.TestDescriptions(t, allTools(t), "status", "issue_type", "issue_severity", "template_path", "title", "description", "name", "state", "sort", "create_labels", "allow_commands")
}

// TestSizes limits how much of a model's context the tools use, and prints it.
func TestSizes(t *testing.T) {
	t.Parallel()
	for toolset, size := range toolstest.CatalogSizes(allTools(t)) {
		t.Logf("names, descriptions and input schemas of the toolset %s: %d bytes", toolset, size)
	}
	t.Logf("of all %d tools: %d bytes", len(allTools(t)), toolstest.CatalogSize(allTools(t)))
	assert.LessOrEqual(t, toolstest.CatalogSize(allTools(t)), 42_000)
	byDefault := slices.DeleteFunc(allTools(t), func(tool tools.Tool) bool { return tool.Optional })
	t.Logf("of the %d that are offered by default: %d bytes", len(byDefault), toolstest.CatalogSize(byDefault))
	assert.LessOrEqual(t, toolstest.CatalogSize(byDefault), 21_000)
	documented := slices.DeleteFunc(byDefault, func(tool tools.Tool) bool {
		return slices.Contains([]string{"get_repo", "search_issues", "update_issues", "list_issue_statuses", "list_issue_types", "replace_labels"}, tool.Name)
	})
	t.Logf("of the %d documented ones: %d bytes", len(documented), toolstest.CatalogSize(documented))
	assert.LessOrEqual(t, toolstest.CatalogSize(documented), 16_500)

	var requests int
	session := connect(t, newClient(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests++
		w.Header()["total_count"] = []string{"300"}
		fmt.Fprint(w, thirtyIssues())
	}), api.Config{}), tools.Env{})
	result := call(t, session, "list_repo_issues", `{"owner":"openharbor","repo":"portal","per_page":30}`)
	require.False(t, result.IsError, text(t, result))
	t.Logf("list_repo_issues, 30 issues: %d bytes", len(text(t, result)))
	assert.LessOrEqual(t, len(text(t, result)), 8_600)
	assert.Equal(t, 1, requests, "a read is one request")

	// 4,140 bytes are the rows, as objects without any space.
	result = call(t, session, "list_repo_issues", `{"owner":"openharbor","repo":"portal","per_page":30,"fields":["number","title","labels"]}`)
	require.False(t, result.IsError, text(t, result))
	t.Logf("list_repo_issues, 30 issues, number, title and labels: %d bytes", len(text(t, result)))
	assert.LessOrEqual(t, len(text(t, result)), 4_206)
}

// thirtyIssues returns a list as GitCode writes it, each issue with three labels,
// two assignees and a title of 60 characters.
func thirtyIssues() string {
	rows := make([]string, 30)
	for i := range rows {
		rows[i] = fmt.Sprintf(`{"id":%d,"number":"%d","state":"open","title":%q,"body":"long text","user":{"login":"zhangsan"},
			"assignees":[{"login":"lisi"},{"login":"wangwu"}],"labels":[{"name":"kind/bug"},{"name":"priority/high"},{"name":"help wanted"}],"milestone":{"number":253899,"title":"v1.2.0"},
			"comments":3,"created_at":"2024-11-20T13:00:21+08:00","updated_at":"2024-11-20T15:40:35+08:00"}`,
			340000+i, 1200+i, strings.Repeat("0123456789", 6))
	}
	return "[" + strings.Join(rows, ",") + "]"
}

// TestReadme checks that the README's table of tools is current.
func TestReadme(t *testing.T) {
	t.Parallel()
	toolstest.TestReadme(t, "tools", "tools/gitcode", toolstest.ToolTable(allTools(t)))
}

// TestEveryToolHasASandboxRoute sends the documented request of each golden file
// to the sandbox, which responds NOT_PATH where it has no route.
func TestEveryToolHasASandboxRoute(t *testing.T) {
	t.Parallel()
	box := sandbox.New()
	for _, file := range golden.Read(t) {
		method, path, _ := strings.Cut(golden.DocumentedLine(t, file), " ")
		r := httptest.NewRequest(method, strings.TrimPrefix(path, golden.Site), nil)
		r.Header.Set("Authorization", "Bearer "+sandbox.Token)
		w := httptest.NewRecorder()
		box.ServeHTTP(w, r)
		var failure struct {
			Name    string `json:"error_code_name"`
			Message string `json:"error_message"`
		}
		_ = json.Unmarshal(w.Body.Bytes(), &failure) // lists are no errors
		assert.False(t, failure.Name == "NOT_PATH" && failure.Message == "Not Found", "%s: the sandbox has no route for %s %s", file.Name, method, path)
	}
}
