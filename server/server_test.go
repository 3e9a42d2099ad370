package server_test

import (
	"context"
	"errors"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/stretchr/testify/assert"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

func TestPanicIsLoggedButNotShown(t *testing.T) {
	t.Parallel()
	s, log := newServer(t, sandbox.New(), server.Selection{})
	s.AddTool(mcp.NewTool("explode", mcp.WithDescription("for the test")), func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		panic(errors.New("internal detail, " + sandbox.Token))
	})
	w := newWire(t, t.Context(), s)
	w.send(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"explode"}}`)
	m := w.receive()
	assert.True(t, m.Result.IsError)
	assert.Equal(t, "explode: internal error, see the server's log", m.Result.Content[0].Text)
	assert.Contains(t, log.String(), "internal detail")
	assert.Contains(t, log.String(), "server_test.go", "the log contains the stack")
	assert.NotContains(t, log.String(), sandbox.Token)
	w.send(getIssue, "2")
	assert.False(t, w.receive().Result.IsError, "the server still works")
}
