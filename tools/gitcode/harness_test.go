package gitcode_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/client"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	toolset "gitcode.com/gitcode-mcp/gitcode-mcp/tools/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

const testToken = "golden-token"

// settings allow the files of testdata to be sent.
var settings = tools.Settings{Token: "GITCODE_TOKEN", Rate: "GITCODE_RATE", Files: openFiles()}

func openFiles() *tools.Files {
	files, err := tools.OpenFiles("testdata", "--allow-dir")
	if err != nil {
		panic(err)
	}
	return files
}

// plenty is a rate limit that no test reaches. With one, a list is read with as few
// requests as possible.
var plenty = []rest.Rate{{Requests: 1_000_000, Per: time.Hour}}

// newClient returns a client of a service, by default with plenty of requests and
// with the test token.
func newClient(t testing.TB, service http.Handler, cfg api.Config) *api.Client {
	t.Helper()
	cfg.BaseURL = toolstest.Serve(t, service) + cfg.BaseURL
	if cfg.Token == "" {
		cfg.Token = testToken
	}
	if cfg.Rates == nil {
		cfg.Rates = plenty
	}
	c, err := api.New(cfg)
	require.NoError(t, err)
	return c
}

// connect returns an MCP client of a server with the tools of c.
func connect(t testing.TB, c *api.Client, env tools.Env) *client.Client {
	t.Helper()
	return toolstest.Connect(t, toolset.Tools(c, settings), env)
}

var (
	connectTo = toolstest.ConnectTo
	call      = toolstest.Call
	text      = toolstest.Text
	compile   = toolstest.Compile
)

// allTools returns the tools of a client that is never called.
func allTools(t testing.TB) []tools.Tool {
	t.Helper()
	c, err := api.New(api.Config{})
	require.NoError(t, err)
	return toolset.Tools(c, settings)
}

func toolNamed(t testing.TB, name string) tools.Tool {
	t.Helper()
	return toolstest.Named(t, allTools(t), name)
}
