// Package toolstest helps to test the tools of a forge, in the manner of
// net/http/httptest: an MCP client of a server with the tools, a service that
// responds as a file says, and checks that the tools of every forge must pass.
// Only tests import it.
//
// # Golden files
//
// A golden file is a txtar archive about one tool: add_labels.txtar describes the
// tool add_labels, and add_labels.unknown.txtar shows another call of it. The file
// begins with the address of a page of the service's documentation. These sections
// are written by hand from the documentation:
//
//   - endpoint: the documented request, such as GET /repos/{owner}/{repo}/labels, or one
//     of the service's pages, such as GET https://gitcode.com/o/r/attachment/1.txt
//   - arguments: those of the call, as JSON
//   - response: the body of the response to any request without a section of its own
//   - response 2: that to the second of the requests without a section of their path
//   - response GET /user: that to each request of this method and path
//   - headers: those of the responses in the sections response and response GET …,
//     one a line; "status: 204" is the status
//   - headers 2, headers GET /user: those of the response of the same name
//   - how: words that say how the tool is called: twice, of which the second result
//     is shown; as a dry_run; or that it fails, so that its result is an error, or
//     fails unsent, before any request
//
// The sections want: request, want: result and want: tool are written by
// go test -update.
package toolstest

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/mcp"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// Serve returns the URL of a service that runs until the end of the test.
func Serve(t testing.TB, service http.Handler) string {
	t.Helper()
	web := httptest.NewServer(service)
	t.Cleanup(func() {
		web.CloseClientConnections()
		web.Close()
	})
	return web.URL
}

// Responds returns a service that gives the same response to every request. The
// header consists of names and values.
func Responds(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		w.Write([]byte(body)) //nolint:errcheck // none after a status without a body
	}
}

// WritesRespond returns a service that responds to every read alike, and to every
// write.
func WritesRespond(read string, status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			Responds(http.StatusOK, read)(w, r)
			return
		}
		Responds(status, body)(w, r)
	}
}

// Do calls a tool and returns its result and what it audited.
func Do(t testing.TB, tool tools.Tool, env tools.Env, arguments string) (*mcp.CallToolResult, []tools.Record) {
	t.Helper()
	var records []tools.Record
	env.Audit = func(r tools.Record) { records = append(records, r) }
	result, err := tool.Call(t.Context(), env, json.RawMessage(arguments))
	require.Equal(t, result.IsError, err != nil)
	return result, records
}

// Connect returns an MCP client of a server with tools, of optional toolsets too.
func Connect(t testing.TB, all []tools.Tool, env tools.Env) *client.Client {
	t.Helper()
	return ConnectTo(t, server.Config{Tools: all, Selection: server.Selection{Toolsets: []string{"all"}}, Env: env, Version: "test", Logger: slog.New(slog.DiscardHandler)})
}

// ConnectTo returns an MCP client of a server in this process.
func ConnectTo(t testing.TB, cfg server.Config) *client.Client {
	t.Helper()
	session, err := client.NewInProcessClient(server.New(cfg).MCPServer)
	require.NoError(t, err)
	require.NoError(t, session.Start(context.WithoutCancel(t.Context())))
	_, err = session.Initialize(t.Context(), mcp.InitializeRequest{})
	require.NoError(t, err)
	t.Cleanup(func() { session.Close() })
	return session
}

// Call calls a tool with arguments in JSON.
func Call(t testing.TB, session *client.Client, tool, arguments string) *mcp.CallToolResult {
	t.Helper()
	req := mcp.CallToolRequest{}
	req.Params.Name, req.Params.Arguments = tool, json.RawMessage(arguments)
	result, err := session.CallTool(t.Context(), req)
	require.NoError(t, err)
	return result
}

// Text returns what a model reads of a result.
func Text(t testing.TB, result *mcp.CallToolResult) string {
	t.Helper()
	require.NotEmpty(t, result.Content)
	content, ok := result.Content[0].(mcp.TextContent)
	require.True(t, ok)
	return content.Text
}

// Named returns the tool of a name.
func Named(t testing.TB, all []tools.Tool, name string) tools.Tool {
	t.Helper()
	i := slices.IndexFunc(all, func(tool tools.Tool) bool { return tool.Name == name })
	require.GreaterOrEqual(t, i, 0, "there is no tool %s", name)
	return all[i]
}

// Compile compiles a published schema for a stricter check than a client's: an
// object has no other members than those of the schema.
func Compile(t testing.TB, schema json.RawMessage) *validator.Schema {
	t.Helper()
	doc, err := validator.UnmarshalJSON(strings.NewReader(string(schema)))
	require.NoError(t, err)
	closeObjects(doc)
	c := validator.NewCompiler()
	require.NoError(t, c.AddResource("schema.json", doc))
	return c.MustCompile("schema.json")
}

func closeObjects(doc any) {
	schema, ok := doc.(map[string]any)
	if !ok {
		return
	}
	closeObjects(schema["items"])
	if properties, ok := schema["properties"].(map[string]any); ok {
		schema["additionalProperties"] = false
		for _, property := range properties {
			closeObjects(property)
		}
	}
}
