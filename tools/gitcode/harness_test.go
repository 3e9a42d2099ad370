package gitcode_test

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

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	toolset "gitcode.com/gitcode-mcp/gitcode-mcp/tools/gitcode"
)

const testToken = "golden-token"

var settings = tools.Settings{Token: "GITCODE_TOKEN", Rate: "GITCODE_RATE"}

// newClient returns a client of a service, by default without limits and with
// the test token.
func newClient(t testing.TB, service http.Handler, cfg api.Config) *api.Client {
	t.Helper()
	web := httptest.NewServer(service)
	t.Cleanup(func() {
		web.CloseClientConnections()
		web.Close()
	})
	cfg.BaseURL = web.URL + cfg.BaseURL
	if cfg.Token == "" {
		cfg.Token = testToken
	}
	if cfg.Rates == nil {
		cfg.Rates = rest.Unlimited
	}
	c, err := api.New(cfg)
	require.NoError(t, err)
	return c
}

// connect returns an MCP client of a server with the tools of c.
func connect(t testing.TB, c *api.Client, env tools.Env) *client.Client {
	t.Helper()
	return connectTo(t, server.Config{Tools: toolset.Tools(c, settings), Env: env, Version: "test", Logger: slog.New(slog.DiscardHandler)})
}

func connectTo(t testing.TB, cfg server.Config) *client.Client {
	t.Helper()
	session, err := client.NewInProcessClient(server.New(cfg))
	require.NoError(t, err)
	require.NoError(t, session.Start(context.WithoutCancel(t.Context())))
	_, err = session.Initialize(t.Context(), mcp.InitializeRequest{})
	require.NoError(t, err)
	t.Cleanup(func() { session.Close() })
	return session
}

func call(t testing.TB, session *client.Client, tool, arguments string) *mcp.CallToolResult {
	t.Helper()
	req := mcp.CallToolRequest{}
	req.Params.Name, req.Params.Arguments = tool, json.RawMessage(arguments)
	result, err := session.CallTool(t.Context(), req)
	require.NoError(t, err)
	return result
}

// text returns what a model reads of a result.
func text(t testing.TB, result *mcp.CallToolResult) string {
	t.Helper()
	require.NotEmpty(t, result.Content)
	content, ok := result.Content[0].(mcp.TextContent)
	require.True(t, ok)
	return content.Text
}

// allTools returns the tools of a client that is never called.
func allTools(t testing.TB) []tools.Tool {
	t.Helper()
	c, err := api.New(api.Config{})
	require.NoError(t, err)
	return toolset.Tools(c, settings)
}

func toolNamed(t testing.TB, name string) tools.Tool {
	t.Helper()
	all := allTools(t)
	i := slices.IndexFunc(all, func(tool tools.Tool) bool { return tool.Name == name })
	require.GreaterOrEqual(t, i, 0, "there is no tool %s", name)
	return all[i]
}

// compile compiles a published schema for a stricter check than a client's: an
// object has no other members than those of the schema.
func compile(t testing.TB, schema json.RawMessage) *validator.Schema {
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
