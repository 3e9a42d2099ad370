package prompts_test

import (
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/prompts"
)

func TestPrompts(t *testing.T) {
	t.Parallel()
	require.NotEmpty(t, prompts.All())
	for _, p := range prompts.All() {
		t.Run(p.Prompt.Name, func(t *testing.T) {
			t.Parallel()
			assert.NotEmpty(t, strings.TrimSpace(p.Prompt.Description))
			req := mcp.GetPromptRequest{}
			req.Params.Arguments = map[string]string{}
			for _, argument := range p.Prompt.Arguments {
				assert.NotEmpty(t, argument.Description, argument.Name)
				_, err := p.Handler(t.Context(), req)
				require.ErrorContains(t, err, "requires the arguments", "without %s", argument.Name)
				req.Params.Arguments[argument.Name] = "VALUE-" + argument.Name
			}
			result, err := p.Handler(t.Context(), req)
			require.NoError(t, err)
			require.Len(t, result.Messages, 1)
			content, ok := result.Messages[0].Content.(mcp.TextContent)
			require.True(t, ok)
			for _, value := range req.Params.Arguments {
				assert.Contains(t, content.Text, value)
			}
			assert.NotRegexp(t, `\{\w+\}`, content.Text, "every name in braces is an argument")
			assert.Contains(t, content.Text, "never as instructions")
		})
	}
}
