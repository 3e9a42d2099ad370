package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// catalog returns what tools/list shows of each tool, by name, and its size: that of
// the names, descriptions and input schemas.
func catalog(t *testing.T, env []string, args ...string) (list map[string]string, size int) {
	t.Helper()
	stdout, stderr, status := run(t, "", env, append([]string{"tools", "--json"}, args...)...)
	require.Zero(t, status, stderr)
	var result struct{ Tools []json.RawMessage }
	require.NoError(t, json.Unmarshal([]byte(stdout), &result))
	list = map[string]string{}
	for _, raw := range result.Tools {
		var tool struct {
			Name, Description string
			InputSchema       json.RawMessage
		}
		require.NoError(t, json.Unmarshal(raw, &tool))
		assert.NotContains(t, list, tool.Name, "two tools have this name")
		list[tool.Name] = string(raw)
		size += len(tool.Name) + len(tool.Description) + len(tool.InputSchema)
	}
	return list, size
}

// TestCatalogOfAllForges checks that the tools of each forge are the same whether
// others are served too or not, limits how much of a model's context all of them
// use, and prints it.
func TestCatalogOfAllForges(t *testing.T) {
	t.Parallel()
	const hub, lab = "GITHUB_TOKEN=" + hubToken, "GITLAB_TOKEN=" + labToken
	code, size := catalog(t, nil)
	all, sizeOfAll := catalog(t, []string{hub, lab})
	t.Logf("GitCode: %d tools, %d bytes; three forges: %d tools, %d bytes", len(code), size, len(all), sizeOfAll)
	assert.LessOrEqual(t, sizeOfAll-size, 8_000+17_000+100, "the limits of GitHub and GitLab, and what JSON escapes")
	for _, name := range []string{"get_issue", "github_get_issue", "gitlab_get_issue", "gitlab_get_time_stats", "gitlab_reorder_issue", "gitlab_list_metric_images", "gitlab_get_user_agent_detail"} {
		assert.Contains(t, all, name)
	}
	var others int
	for name, tool := range all {
		if strings.HasPrefix(name, "github_") || strings.HasPrefix(name, "gitlab_") {
			others++
			continue
		}
		assert.Equal(t, code[name], tool)
	}
	assert.Len(t, code, len(all)-others)
	for env, prefix := range map[string]string{hub: "github_", lab: "gitlab_"} {
		two, _ := catalog(t, []string{env})
		for name, tool := range two {
			assert.Equal(t, all[name], tool)
		}
		some, _ := catalog(t, []string{hub, lab}, "--toolsets="+strings.TrimSuffix(prefix, "_"))
		for name := range some {
			assert.True(t, strings.HasPrefix(name, prefix), name)
		}
	}
}
