package github_test

import (
	"net/http"
	"testing"

	"github.com/mark3labs/mcp-go/client"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	toolset "gitcode.com/gitcode-mcp/gitcode-mcp/tools/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

const testToken = "golden-token"

var settings = tools.Settings{Token: "GITHUB_TOKEN", Rate: "GITHUB_RATE"}

// newTools returns the tools for a service at a base URL, without limits.
func newTools(t testing.TB, baseURL string) []tools.Tool {
	t.Helper()
	c, err := api.New(api.Config{BaseURL: baseURL, Token: testToken, Rates: rest.Unlimited, MaxWait: -1})
	require.NoError(t, err)
	return toolset.Tools(c, settings)
}

// connect returns an MCP client of a server with the tools for a service.
func connect(t testing.TB, service http.Handler, env tools.Env) *client.Client {
	t.Helper()
	return toolstest.Connect(t, newTools(t, toolstest.Serve(t, service)+"/api/v3"), env)
}

var (
	call     = toolstest.Call
	text     = toolstest.Text
	responds = toolstest.Responds
)

// allTools returns the tools of a client that is never called.
func allTools(t testing.TB) []tools.Tool {
	t.Helper()
	return newTools(t, api.DefaultBaseURL)
}
