package server

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestResponses checks that a response is what encoding/json makes of it, on one
// line.
func TestResponses(t *testing.T) {
	t.Parallel()
	structured := func(content string) *mcp.CallToolResult {
		return mcp.NewToolResultStructured(json.RawMessage(content), content)
	}
	decorated, failed, edited, input := structured(`{"a":1}`), structured(`{"a":1}`), structured(`{"a":1}`), structured(`{"a":1}`)
	decorated.ResultType, decorated.Meta = mcp.ResultTypeComplete, &mcp.Meta{AdditionalFields: map[string]any{"io.example/x": "<y>"}}
	failed.IsError = true
	edited.Content[0] = mcp.NewTextContent("another text")
	input.ResultType, input.RequestState = mcp.ResultTypeInputRequired, "state"
	for name, result := range map[string]any{
		"empty":             structured(`{}`),
		"escapes":           structured(`{"q\"":"\"q\" \\ \\\" \n\t \u0007 \u2028","b":"C:\\dir\\\\"}`),
		"any characters":    structured(`{"a":"中文 <b>&</b> 😀 é ` + "\u2028" + `"}`),
		"several lines":     structured("{\n\t\"a\":1\n}"),
		"white space":       structured("{\"a\":\t1}"),
		"stateless era":     decorated,
		"error":             mcp.NewToolResultError("get_issue: no such issue \"7\"\n"),
		"structured error":  failed,
		"another text":      edited,
		"input is required": input,
		"several contents":  &mcp.CallToolResult{Content: []mcp.Content{mcp.NewTextContent("a"), mcp.NewTextContent("b")}},
		"no content":        &mcp.CallToolResult{},
		"another method":    &mcp.ListToolsResult{},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := response{JSONRPC: mcp.JSONRPC_VERSION, ID: json.RawMessage(`"\u0061"`), Result: result}
			line, err := r.appendLine(nil)
			require.NoError(t, err)
			want, err := json.Marshal(r)
			require.NoError(t, err)
			assert.JSONEq(t, string(want), string(line))
			assert.Equal(t, len(line)-1, bytes.IndexByte(line, '\n'))
		})
	}
}
