package gitcode_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func TestEveryToolHasItsGoldenFile(t *testing.T) {
	t.Parallel()
	var names, files []string
	for _, tool := range allTools(t) {
		names = append(names, tool.Name)
	}
	paths, err := filepath.Glob(goldenFiles)
	require.NoError(t, err)
	for _, path := range paths {
		tool, name := goldenTool(path)
		if name == tool {
			files = append(files, name)
		}
		assert.Contains(t, names, tool, path)
	}
	assert.ElementsMatch(t, names, files)
}

// TestGoldenFilesShowEveryArgument checks that a golden file of each tool uses each
// of its arguments.
func TestGoldenFilesShowEveryArgument(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob(goldenFiles)
	require.NoError(t, err)
	used := map[string]bool{}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		require.NoError(t, err)
		tool, _ := goldenTool(path)
		var arguments map[string]any
		require.NoError(t, json.Unmarshal([]byte(sections(t, archive)["arguments"]), &arguments), path)
		for name := range arguments {
			used[tool+" "+name] = true
		}
	}
	for _, tool := range allTools(t) {
		var input struct{ Properties map[string]any }
		require.NoError(t, json.Unmarshal(tool.Input, &input))
		for name := range input.Properties {
			assert.Contains(t, used, tool.Name+" "+name)
		}
	}
}

// TestDocumentationPages checks that each golden file begins with a page of the
// documentation that a client method cites.
func TestDocumentationPages(t *testing.T) {
	t.Parallel()
	sources, err := filepath.Glob("../../gitcode/*.go")
	require.NoError(t, err)
	cited := map[string]bool{}
	for _, source := range sources {
		content, err := os.ReadFile(source)
		require.NoError(t, err)
		for _, page := range regexp.MustCompile(`https://docs\.gitcode\.com/docs/apis/[a-z0-9-]+`).FindAllString(string(content), -1) {
			cited[page] = true
		}
	}
	files, err := filepath.Glob(goldenFiles)
	require.NoError(t, err)
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		require.NoError(t, err)
		assert.True(t, cited[strings.TrimSpace(string(archive.Comment))], "%s: %q", file, archive.Comment)
	}
}

func TestToolSpecs(t *testing.T) {
	t.Parallel()
	name := regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	seen := map[string]bool{}
	for _, tool := range allTools(t) {
		assert.Regexp(t, name, tool.Name)
		assert.LessOrEqual(t, len(server.Name)+len(tool.Name), 60, "%s: Cursor rejects longer names", tool.Name)
		assert.False(t, seen[tool.Name], tool.Name)
		seen[tool.Name] = true
		assert.NotEmpty(t, tool.Description, tool.Name)
		assert.NotEmpty(t, tool.Toolset, tool.Name)
		hints := tool.MCP().Annotations
		reads := regexp.MustCompile(`^(get|list|search)_`).MatchString(tool.Name)
		replaces := regexp.MustCompile(`^(update|remove|delete)_`).MatchString(tool.Name)
		assert.Equal(t, reads, *hints.ReadOnlyHint, tool.Name)
		assert.Equal(t, replaces, *hints.DestructiveHint, tool.Name)
		assert.Equal(t, reads || tool.Effect == tools.Deletes, *hints.IdempotentHint, tool.Name)
		assert.True(t, *hints.OpenWorldHint, tool.Name)
	}
}

// TestSchemas checks that no schema contains what some clients reject or what a
// description says better.
func TestSchemas(t *testing.T) {
	t.Parallel()
	for _, tool := range allTools(t) {
		for side, raw := range map[string]json.RawMessage{"input": tool.Input, "output": tool.Output} {
			where := tool.Name + " " + side
			compile(t, raw)
			var schema any
			require.NoError(t, json.Unmarshal(raw, &schema))
			lint(t, where, schema)
			root, ok := schema.(map[string]any)
			require.True(t, ok, where)
			assert.Equal(t, "object", root["type"], where)
		}
	}
}

func lint(t *testing.T, where string, schema any) {
	t.Helper()
	s, isObject := schema.(map[string]any)
	if !assert.True(t, isObject, "%s is the bare schema %v", where, schema) {
		return
	}
	switch where { // a number or an array
	case "list_repo_issues output.rows[].comments", "get_issue output.comments", "get_enterprise_issue output.comments":
		assert.Equal(t, []string{"description"}, slices.Collect(maps.Keys(s)), where)
		return
	}
	assert.Subset(t, []string{"type", "properties", "required", "items", "enum", "maximum", "description"}, slices.Collect(maps.Keys(s)), where)
	kind, isString := s["type"].(string)
	assert.True(t, isString, "%s: type %v", where, s["type"])
	if values, ok := s["enum"].([]any); ok {
		for _, v := range values {
			assert.IsType(t, "", v, where)
		}
	}
	switch kind {
	case "object":
		properties, ok := s["properties"].(map[string]any)
		assert.True(t, ok, "%s has no properties", where)
		for name, property := range properties {
			lint(t, where+"."+name, property)
			if p, ok := property.(map[string]any); ok {
				assert.NotEmpty(t, p["description"], "%s.%s has no description", where, name)
			}
		}
	case "array":
		assert.Contains(t, s, "items", where)
		lint(t, where+"[]", s["items"])
	}
}

// TestSizes limits how much of a model's context the tools use, and prints it.
func TestSizes(t *testing.T) {
	t.Parallel()
	catalog := 0
	for _, tool := range allTools(t) {
		catalog += len(tool.Name) + len(tool.Description) + len(tool.Input)
	}
	t.Logf("names, descriptions and input schemas of %d tools: %d bytes", len(allTools(t)), catalog)
	assert.LessOrEqual(t, catalog, 19_000)

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

// TestNoTokens checks that the test data contains no token but the tests' own.
func TestNoTokens(t *testing.T) {
	t.Parallel()
	bearer := regexp.MustCompile(`(?i)(bearer |private-token: |access_token=)(\S+)`)
	for _, pattern := range []string{goldenFiles, "../../gitcode/testdata/*/*"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			for _, m := range bearer.FindAllSubmatch(content, -1) {
				assert.Equal(t, testToken, string(m[2]), file)
			}
		}
	}
}

// TestReadme checks that the README's table of tools is current.
func TestReadme(t *testing.T) {
	t.Parallel()
	compareWithReadme(t, "tools", toolTable(allTools(t)))
}

// compareWithReadme checks that a generated part of the README is current;
// -update writes it.
func compareWithReadme(t *testing.T, part, content string) {
	t.Helper()
	readmeLock.Lock()
	defer readmeLock.Unlock()
	begin, end := "<!-- "+part+": written by go test ./tools/gitcode -update -->\n", "<!-- end of "+part+" -->"
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(readme), begin)
	require.True(t, ok)
	current, after, ok := strings.Cut(rest, end)
	require.True(t, ok)
	if *update {
		require.NoError(t, os.WriteFile("../../README.md", []byte(before+begin+content+end+after), 0o644))
		return
	}
	assert.Equal(t, content, current)
}

var readmeLock sync.Mutex // for tests that update different parts at once

func toolTable(all []tools.Tool) string {
	var b strings.Builder
	b.WriteString("| tool | toolset | | what it does |\n| --- | --- | --- | --- |\n")
	for _, tool := range all {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", tool.Name, tool.Toolset, tool.Effect, tool.Description)
	}
	return b.String()
}

// TestEveryToolHasASandboxRoute sends the documented request of each golden file
// to the sandbox, which responds NOT_PATH where it has no route.
func TestEveryToolHasASandboxRoute(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(goldenFiles)
	require.NoError(t, err)
	box := sandbox.New()
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		require.NoError(t, err)
		method, path, _ := strings.Cut(documentedLine(t, sections(t, archive)), " ")
		r := httptest.NewRequest(method, sandbox.Prefix+strings.TrimPrefix(path, basePath), nil)
		r.Header.Set("Authorization", "Bearer "+sandbox.Token)
		w := httptest.NewRecorder()
		box.ServeHTTP(w, r)
		var failure struct {
			Name    string `json:"error_code_name"`
			Message string `json:"error_message"`
		}
		_ = json.Unmarshal(w.Body.Bytes(), &failure) // lists are no errors
		assert.False(t, failure.Name == "NOT_PATH" && failure.Message == "Not Found", "%s: the sandbox has no route for %s %s", filepath.Base(file), method, path)
	}
}
