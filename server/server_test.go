package server_test

import (
	"context"
	"errors"
	"io"
	"net/http"
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

// TestFailedCallsAreLoggedWithTheirClass checks that the log says what failed,
// without arguments.
func TestFailedCallsAreLoggedWithTheirClass(t *testing.T) {
	t.Parallel()
	s, log := newServer(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		io.WriteString(w, `{"error_code":403,"error_message":"private words","trace_id":"8cb7"}`)
	}), server.Selection{})
	w := newWire(t, t.Context(), s)
	w.send(getIssue, "1")
	assert.True(t, w.receive().Result.IsError)
	assert.Regexp(t, `msg=call tool=get_issue outcome=error took=\S+ class=forbidden status=403 trace_id=8cb7\n`, log.String())
	assert.NotContains(t, log.String(), "private words")
}
