package server_test

import (
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	mcpserver "github.com/mark3labs/mcp-go/server"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

// FuzzMessage sends a message and a request after it. Whatever the message is,
// it has at most one response, the request has its own, and the input's end
// ends the server.
func FuzzMessage(f *testing.F) {
	for _, seed := range []string{
		`{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}`, `{"jsonrpc":2.0,"id":1,"method":"tools/call"}`,
		`{"jsonrpc":"2.0","id":"a","method":"ping","result":{}}`, `[{"jsonrpc":"2.0","id":1,"method":"ping"}]`,
		`{"jsonrpc":"2.0","id":{},"method":"initialize","params":{}}`, `{"jsonrpc":"2.0","id":1.5,"method":"tools/list","params":{"cursor":"x"}}`,
		`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}`, `{"jsonrpc":"2.0","id":1,"error":{"code":1}}`,
		`{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`,
		`{"jsonrpc":"2.0","id":2,"method":"subscriptions/listen","params":{"notifications":{},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`,
	} {
		f.Add(seed)
	}
	s := &server.Server{MCPServer: mcpserver.NewMCPServer("test", "1", mcpserver.WithToolCapabilities(false), mcpserver.WithPromptCapabilities(false), mcpserver.WithResourceCapabilities(false, false))}
	f.Fuzz(func(t *testing.T, line string) {
		line = strings.ReplaceAll(line, "\n", " ")
		out := &safeBuffer{}
		in := line + "\n" + `{"jsonrpc":"2.0","id":"the other","method":"ping"}`
		require.NoError(t, server.ServeStdio(t.Context(), s, strings.NewReader(in), out, slog.New(slog.DiscardHandler)))
		responses, others := 0, 0
		for text := range strings.Lines(out.String()) {
			var m message
			require.NoError(t, json.Unmarshal([]byte(text), &m), text)
			switch {
			case m.ID == nil: // a notification
			case string(m.ID) == `"the other"`:
				others++
			default:
				responses++
				assert.True(t, string(m.ID) == "null" || strings.Contains(line, string(m.ID)), text)
			}
		}
		assert.LessOrEqual(t, responses, 1)
		assert.GreaterOrEqual(t, others, 1)
	})
}
