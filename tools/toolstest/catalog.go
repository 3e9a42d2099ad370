package toolstest

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// CatalogSize returns how many bytes of a model's context tools use: their names,
// descriptions and input schemas.
func CatalogSize(all []tools.Tool) int {
	size := 0
	for _, tool := range all {
		size += len(tool.Name) + len(tool.Description) + len(tool.Input())
	}
	return size
}

// CatalogSizes returns the CatalogSize of each toolset, in order.
func CatalogSizes(all []tools.Tool) iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		for len(all) > 0 {
			toolset, n := all[0].Toolset, 1
			for n < len(all) && all[n].Toolset == toolset {
				n++
			}
			if !yield(toolset, CatalogSize(all[:n])) {
				return
			}
			all = all[n:]
		}
	}
}

// TestSpecs checks names, descriptions and hints. Patterns of names say which
// tools read, and which replace or remove something.
func TestSpecs(t *testing.T, all []tools.Tool, reading, replacing string) {
	t.Helper()
	name := regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	seen := map[string]bool{}
	for _, tool := range all {
		assert.Regexp(t, name, tool.Name)
		assert.LessOrEqual(t, len(server.Name)+len(tool.Name), 60, "%s: Cursor rejects longer names", tool.Name)
		assert.False(t, seen[tool.Name], tool.Name)
		seen[tool.Name] = true
		assert.NotEmpty(t, tool.Description, tool.Name)
		assert.NotEmpty(t, tool.Toolset, tool.Name)
		hints := tool.MCP().Annotations
		reads := regexp.MustCompile(reading).MatchString(tool.Name)
		replaces := regexp.MustCompile(replacing).MatchString(tool.Name)
		assert.Equal(t, reads, *hints.ReadOnlyHint, tool.Name)
		assert.Equal(t, replaces, *hints.DestructiveHint, tool.Name)
		assert.Equal(t, reads || tool.Effect == tools.Deletes, *hints.IdempotentHint, tool.Name)
		assert.True(t, *hints.OpenWorldHint, tool.Name)
	}
}

// TestSchemas checks that no schema contains what some clients reject or what a
// description says better. Bare are the places of schemas that have only a
// description, such as "get_issue output.comments".
func TestSchemas(t *testing.T, all []tools.Tool, bare ...string) {
	t.Helper()
	for _, tool := range all {
		for side, raw := range map[string]json.RawMessage{"input": tool.Input(), "output": tool.Output()} {
			where := tool.Name + " " + side
			Compile(t, raw)
			var schema any
			require.NoError(t, json.Unmarshal(raw, &schema))
			lint(t, where, schema, bare)
			root, ok := schema.(map[string]any)
			require.True(t, ok, where)
			assert.Equal(t, "object", root["type"], where)
		}
	}
}

func lint(t *testing.T, where string, schema any, bare []string) {
	t.Helper()
	s, isObject := schema.(map[string]any)
	if !assert.True(t, isObject, "%s is the bare schema %v", where, schema) {
		return
	}
	if slices.Contains(bare, where) {
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
			lint(t, where+"."+name, property, bare)
		}
	case "array":
		assert.Contains(t, s, "items", where)
		lint(t, where+"[]", s["items"], bare)
	}
}

// TestDescriptions checks that each argument and each member of a result has a
// description, except for arguments whose names say enough.
func TestDescriptions(t *testing.T, all []tools.Tool, plain ...string) {
	t.Helper()
	var check func(where string, p property, plain []string)
	check = func(where string, p property, plain []string) {
		for _, member := range p.Properties {
			if !slices.Contains(plain, member.name) {
				assert.NotEmpty(t, member.Description, "%s.%s has no description", where, member.name)
			}
			check(where+"."+member.name, member.property, plain)
		}
		if p.Items != nil {
			check(where+"[]", *p.Items, plain)
		}
	}
	for _, tool := range all {
		var input, output property
		require.NoError(t, json.Unmarshal(tool.Input(), &input))
		require.NoError(t, json.Unmarshal(tool.Output(), &output))
		check(tool.Name+" input", input, plain)
		check(tool.Name+" output", output, nil)
	}
}

// ToolTable returns the README's table of tools. Optional toolsets have an asterisk.
func ToolTable(all []tools.Tool) string {
	var b strings.Builder
	b.WriteString("| tool | toolset | | what it does |\n| --- | --- | --- | --- |\n")
	for _, tool := range all {
		toolset := tool.Toolset
		if tool.Optional {
			toolset += `\*`
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", tool.Name, toolset, tool.Effect, tool.Description)
	}
	return b.String()
}

// TestReadme checks that a part of the README in each language, which the tests of a
// package generate, is current. The flag -update writes it.
func TestReadme(t *testing.T, part, folder, content string) {
	t.Helper()
	readmeLock.Lock()
	defer readmeLock.Unlock()
	begin, end := "<!-- "+part+": written by go test ./"+folder+" -update -->\n", "<!-- end of "+part+" -->"
	for _, name := range []string{"README.md", "README.zh-CN.md"} {
		file := strings.Repeat("../", strings.Count(folder, "/")+1) + name
		readme, err := os.ReadFile(file)
		require.NoError(t, err)
		before, rest, ok := strings.Cut(string(readme), begin)
		require.True(t, ok, "%s: %s", name, begin)
		current, after, ok := strings.Cut(rest, end)
		require.True(t, ok, name)
		if *update {
			require.NoError(t, os.WriteFile(file, []byte(before+begin+content+end+after), 0o644))
			continue
		}
		assert.Equal(t, content, current, name)
	}
}

var readmeLock sync.Mutex // for tests that update different parts at once
