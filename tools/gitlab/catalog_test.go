package gitlab_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

func TestToolSpecs(t *testing.T) {
	t.Parallel()
	toolstest.TestSpecs(t, allTools(t), `^gitlab_(get|list)_`, `^gitlab_(update|delete|move|unsubscribe|set|reset|add_spent_time|reorder|promote)`)
}

// TestSizes limits how much of a model's context the tools use, and prints it.
func TestSizes(t *testing.T) {
	t.Parallel()
	toolsets := map[string][]tools.Tool{}
	for _, tool := range allTools(t) {
		toolsets[tool.Toolset] = append(toolsets[tool.Toolset], tool)
		t.Log(tool.Name, len(tool.Name)+len(tool.Description)+len(tool.Input))
	}
	for name, list := range toolsets {
		t.Logf("%s: %d tools, %d bytes", name, len(list), toolstest.CatalogSize(list))
	}
	all := toolstest.CatalogSize(allTools(t))
	t.Logf("all %d tools: %d bytes", len(allTools(t)), all)
	assert.LessOrEqual(t, toolstest.CatalogSize(toolsets["gitlab"]), 10_000)
	assert.LessOrEqual(t, all, 17_000)
}
