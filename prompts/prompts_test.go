package prompts_test

import (
	"flag"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/prompts"
)

// The flag belongs to the golden tests; go test ./... gives it to every package.
var _ = flag.Bool("update", false, "rewrite golden files (none here)")

func TestPrompts(t *testing.T) {
	t.Parallel()
	require.NotEmpty(t, prompts.All())
	for _, p := range prompts.All() {
		req := mcp.GetPromptRequest{}
		req.Params.Arguments = map[string]string{}
		for _, argument := range p.Prompt.Arguments {
			assert.NotEmpty(t, argument.Description, p.Prompt.Name)
			_, err := p.Handler(t.Context(), req)
			require.ErrorContains(t, err, "needs", p.Prompt.Name)
			req.Params.Arguments[argument.Name] = "VALUE-" + argument.Name
		}
		result, err := p.Handler(t.Context(), req)
		require.NoError(t, err, p.Prompt.Name)
		text, ok := result.Messages[0].Content.(mcp.TextContent)
		require.True(t, ok)
		for _, value := range req.Params.Arguments {
			assert.Contains(t, text.Text, value, p.Prompt.Name)
		}
		assert.NotRegexp(t, `\{\w+\}`, text.Text, p.Prompt.Name)
		assert.NotEmpty(t, strings.TrimSpace(p.Prompt.Description), p.Prompt.Name)
	}
}
