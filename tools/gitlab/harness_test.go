package gitlab_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/mark3labs/mcp-go/client"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	toolset "gitcode.com/gitcode-mcp/gitcode-mcp/tools/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

const testToken = "golden-token"

// settings returns settings with a directory of files that may be sent.
func settings(t testing.TB) tools.Settings {
	t.Helper()
	folder := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(folder, "graphs"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "graphs", "file.png"), []byte("GIF89a"), 0o600))
	files, err := tools.OpenFiles(folder, "--allow-dir")
	require.NoError(t, err)
	return tools.Settings{Token: "GITLAB_TOKEN", Rate: "GITLAB_RATE", Files: files}
}

// newTools returns the tools for a service at a base URL, without limits.
func newTools(t testing.TB, baseURL string) []tools.Tool {
	t.Helper()
	c, err := api.New(api.Config{BaseURL: baseURL, Token: testToken, Rates: rest.Unlimited, MaxWait: -1})
	require.NoError(t, err)
	return toolset.Tools(c, settings(t))
}

// connect returns an MCP client of a server with the tools for a service.
func connect(t testing.TB, service http.Handler, env tools.Env) *client.Client {
	t.Helper()
	return toolstest.Connect(t, newTools(t, toolstest.Serve(t, service)+"/api/v4"), env)
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
