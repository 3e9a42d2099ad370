package server_test

import (
	"net/http"
	"testing"

	gosdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// knowing is a round tripper that knows the secret.
type knowing struct{ secret string }

func (k knowing) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+k.secret)
	return http.DefaultTransport.RoundTrip(r)
}

// TestOfficialClient has the official Go SDK's client list, read, write and
// fail over each transport and revision.
func TestOfficialClient(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(_ *server.Config, over *server.HTTPConfig) { over.Secret = "open sesame" })
	web := &http.Client{Transport: knowing{"open sesame"}}
	streamable := func() gosdk.Transport {
		return &gosdk.StreamableClientTransport{Endpoint: r.url + "/mcp", HTTPClient: web}
	}
	for name, test := range map[string]struct {
		transport func() gosdk.Transport
		revision  string
	}{
		"streamable 2025-03-26": {streamable, "2025-03-26"},
		"streamable 2025-06-18": {streamable, "2025-06-18"},
		"streamable 2025-11-25": {streamable, "2025-11-25"},
		"streamable 2026-07-28": {streamable, "2026-07-28"},
		"HTTP+SSE 2024-11-05": {func() gosdk.Transport {
			return &gosdk.SSEClientTransport{Endpoint: r.url + "/sse", HTTPClient: web}
		}, "2024-11-05"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := gosdk.NewClient(&gosdk.Implementation{Name: "test", Version: "1"}, nil)
			session, err := client.Connect(t.Context(), test.transport(), &gosdk.ClientSessionOptions{ProtocolVersion: test.revision})
			require.NoError(t, err)
			defer session.Close()
			assert.Equal(t, test.revision, session.InitializeResult().ProtocolVersion)
			list, err := session.ListTools(t.Context(), nil)
			require.NoError(t, err)
			assert.Len(t, list.Tools, len(tools.All()))
			for _, step := range []struct {
				tool      string
				arguments map[string]any
				fails     bool
				says      string
			}{
				{"get_issue", map[string]any{"owner": "openharbor", "repo": "portal", "number": 1}, false, `"number":1`},
				{"comment", map[string]any{"owner": "openharbor", "repo": "portal", "number": 2, "body": name}, false, `"issue":2`},
				{"get_issue", map[string]any{"owner": "openharbor", "repo": "portal", "number": 999}, true, "Issue Not Found"},
				{"get_issue", map[string]any{"owner": "openharbor"}, true, "number is missing"},
			} {
				result, err := session.CallTool(t.Context(), &gosdk.CallToolParams{Name: step.tool, Arguments: step.arguments})
				require.NoError(t, err)
				assert.Equal(t, step.fails, result.IsError)
				text, ok := result.Content[0].(*gosdk.TextContent)
				require.True(t, ok)
				assert.Contains(t, text.Text, step.says)
				t.Logf("%s: %s: %.90s", name, step.tool, text.Text)
			}
		})
	}
}
