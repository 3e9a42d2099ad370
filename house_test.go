package main

import (
	"encoding/json"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// TestImports holds that imports point one way, main → server → tools, prompts
// → schema, gitcode, and that each library has one package that knows it.
func TestImports(t *testing.T) {
	t.Parallel()
	forbidden := map[string]string{ // folder to what it must not import
		"gitcode":         `gitcode.com/gitcode-mcp/gitcode-mcp/(schema|tools|prompts|server)`,
		"gitcode/sandbox": `gitcode.com/gitcode-mcp/gitcode-mcp/`,
		"schema":          `gitcode.com/gitcode-mcp/gitcode-mcp/`,
		"tools":           `gitcode.com/gitcode-mcp/gitcode-mcp/(prompts|server)`,
		"prompts":         `gitcode.com/gitcode-mcp/gitcode-mcp/(tools|server|gitcode)`,
		"server":          `gitcode.com/gitcode-mcp/gitcode-mcp$`,
	}
	only := map[string]*regexp.Regexp{ // library to the folders that may
		"github.com/go-resty/":             regexp.MustCompile(`^gitcode$`),
		"github.com/invopop/":              regexp.MustCompile(`^schema$`),
		"github.com/santhosh-tekuri/":      regexp.MustCompile(`^schema$`),
		"github.com/mark3labs/mcp-go/":     regexp.MustCompile(`^(tools|prompts|server|\.)$`),
		"github.com/alecthomas/kong":       regexp.MustCompile(`^\.$`),
		"github.com/modelcontextprotocol/": regexp.MustCompile(`^$`), // tests only
		"github.com/stretchr/testify":      regexp.MustCompile(`^$`),
		"golang.org/x/tools/txtar":         regexp.MustCompile(`^$`),
		"text/template":                    regexp.MustCompile(`^$`), // keeps the linker from dropping dead code
	}
	for file, imports := range goImports(t) {
		folder := filepath.ToSlash(filepath.Dir(file))
		for _, path := range imports {
			if rule := forbidden[folder]; rule != "" {
				assert.NotRegexp(t, `^`+rule, path, file)
			}
			for library, folders := range only {
				if strings.HasPrefix(path, library) {
					assert.Regexp(t, folders, folder, "%s imports %s", file, path)
				}
			}
		}
	}
}

// goImports returns what each Go file that is no test imports.
func goImports(t *testing.T) map[string][]string {
	t.Helper()
	imports := map[string][]string{}
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if entry != nil && entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && path != "." {
			return fs.SkipDir
		}
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			imports[path] = append(imports[path], name)
		}
		return nil
	})
	require.NoError(t, err)
	require.NotEmpty(t, imports)
	return imports
}

func TestEveryToolHasItsGoldenFile(t *testing.T) {
	t.Parallel()
	var names, files []string
	for _, tool := range tools.All() {
		names = append(names, tool.Name)
	}
	paths, err := filepath.Glob("testdata/gitcode/*.txtar")
	require.NoError(t, err)
	for _, path := range paths {
		files = append(files, strings.TrimSuffix(filepath.Base(path), ".txtar"))
	}
	assert.ElementsMatch(t, names, files)
}

func TestToolSpecs(t *testing.T) {
	t.Parallel()
	name := regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	seen := map[string]bool{}
	for _, tool := range tools.All() {
		assert.Regexp(t, name, tool.Name)
		assert.LessOrEqual(t, len(server.Name)+len(tool.Name), 60, "%s: Cursor refuses longer names", tool.Name)
		assert.False(t, seen[tool.Name], tool.Name)
		seen[tool.Name] = true
		assert.NotEmpty(t, tool.Description, tool.Name)
		assert.Contains(t, tools.Toolsets(), tool.Toolset, tool.Name)
		hints := tool.MCP().Annotations
		deletes := regexp.MustCompile(`^(remove|delete)_`).MatchString(tool.Name)
		reads := regexp.MustCompile(`^(get|list)_`).MatchString(tool.Name)
		assert.Equal(t, reads, *hints.ReadOnlyHint, tool.Name)
		assert.Equal(t, deletes || strings.HasPrefix(tool.Name, "update_"), *hints.DestructiveHint, tool.Name)
		assert.Equal(t, !slices.Contains([]string{"create_issue", "comment", "add_labels"}, tool.Name), *hints.IdempotentHint, tool.Name)
		assert.True(t, *hints.OpenWorldHint, tool.Name)
	}
}

// TestSchemas holds that no published schema has what some client refuses.
func TestSchemas(t *testing.T) {
	t.Parallel()
	for _, tool := range tools.All() {
		for side, raw := range map[string]json.RawMessage{"input": tool.Input, "output": tool.Output} {
			where := tool.Name + " " + side
			compiled(t, raw)
			var schema any
			require.NoError(t, json.Unmarshal(raw, &schema))
			lint(t, where, schema)
			root, ok := schema.(map[string]any)
			require.True(t, ok, where)
			assert.Equal(t, "object", root["type"], where)
			assert.Equal(t, false, root["additionalProperties"], where)
		}
	}
}

func lint(t *testing.T, where string, schema any) {
	t.Helper()
	s, isObject := schema.(map[string]any)
	if !assert.True(t, isObject, "%s is %v: a bare schema", where, schema) {
		return
	}
	for _, key := range []string{"oneOf", "anyOf", "allOf", "not", "if", "$ref", "$defs", "$schema", "$id", "$anchor", "patternProperties"} {
		assert.NotContains(t, s, key, where)
	}
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

// TestSizes bounds what the server costs of a model's context.
func TestSizes(t *testing.T) {
	t.Parallel()
	catalogue := 0
	for _, tool := range tools.All() {
		catalogue += len(tool.Name) + len(tool.Description) + len(tool.Input)
	}
	t.Logf("names, descriptions and input schemas of %d tools: %d bytes", len(tools.All()), catalogue)
	assert.LessOrEqual(t, catalogue, 16_000)

	var requests int
	session := clientOf(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests++
		w.Header()["total_count"] = []string{"300"}
		fmt.Fprint(w, thirtyIssues())
	}), gitcode.Config{})
	result, err := call(t.Context(), session, "list_repo_issues", map[string]any{"owner": "openharbor", "repo": "portal", "per_page": 30})
	require.NoError(t, err)
	require.False(t, result.IsError, text(result))
	t.Logf("list_repo_issues, 30 issues: %d bytes", len(text(result)))
	assert.LessOrEqual(t, len(text(result)), 7_700)
	assert.Equal(t, 1, requests, "a read is one request")
}

// thirtyIssues is a list as GitCode answers it: three labels, two assignees and
// a title of 60 characters each.
func thirtyIssues() string {
	rows := make([]string, 30)
	for i := range rows {
		rows[i] = fmt.Sprintf(`{"id":%d,"number":"%d","state":"open","title":%q,"body":"long text","user":{"login":"zhangsan"},
			"assignees":[{"login":"lisi"},{"login":"wangwu"}],"labels":[{"name":"kind/bug"},{"name":"priority/high"},{"name":"help wanted"}],
			"comments":3,"created_at":"2024-11-20T13:00:21+08:00","updated_at":"2024-11-20T15:40:35+08:00"}`,
			340000+i, 1200+i, strings.Repeat("0123456789", 6))
	}
	return "[" + strings.Join(rows, ",") + "]"
}

// TestNoTokens holds that the golden files hold no token but the tests' own.
func TestNoTokens(t *testing.T) {
	t.Parallel()
	bearer := regexp.MustCompile(`(?i)(bearer |private-token: |access_token=)(\S+)`)
	for _, pattern := range []string{"testdata/gitcode/*", "gitcode/testdata/*/*"} {
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

// TestReadme holds that the README's generated part is current.
func TestReadme(t *testing.T) {
	t.Parallel()
	const begin, end = "<!-- tools: written by go test -update -->\n", "<!-- end of tools -->"
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(readme), begin)
	require.True(t, ok)
	current, after, ok := strings.Cut(rest, end)
	require.True(t, ok)
	if *update {
		require.NoError(t, os.WriteFile("README.md", []byte(before+begin+toolTable()+end+after), 0o644))
		return
	}
	assert.Equal(t, toolTable(), current)
}

// TestReadmeSettings holds that the README tells every setting.
func TestReadmeSettings(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	for _, field := range slices.Concat(reflect.VisibleFields(reflect.TypeFor[Settings]()), reflect.VisibleFields(reflect.TypeFor[httpCmd]())) {
		assert.True(t, strings.Contains(string(readme), "| `"+field.Tag.Get("env")+"` | `--"), field.Name) //nolint:testifylint // a failure should not print the README
	}
	for block := range strings.SplitSeq(string(readme), "```json\n") {
		if snippet, _, ok := strings.Cut(block, "```\n"); ok && strings.HasPrefix(snippet, "{") {
			assert.True(t, json.Valid([]byte(snippet)), snippet)
		}
	}
}

func toolTable() string {
	var b strings.Builder
	b.WriteString("| tool | toolset | | what it does |\n| --- | --- | --- | --- |\n")
	effects := map[tools.Effect]string{tools.Reads: "reads", tools.Adds: "adds", tools.Changes: "changes", tools.Deletes: "deletes"}
	for _, tool := range tools.All() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", tool.Name, tool.Toolset, effects[tool.Effect], tool.Description)
	}
	return b.String()
}
