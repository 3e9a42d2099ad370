package server_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	gosdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

// withSecret is a round tripper that sends a secret.
type withSecret string

func (secret withSecret) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+string(secret))
	return http.DefaultTransport.RoundTrip(r)
}

// TestOfficialClient runs the client of the official Go SDK over each transport
// and revision. It lists the tools, reads, writes and gets errors.
func TestOfficialClient(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(s *setup) { s.http.Secret = "open sesame" })
	web := &http.Client{Transport: withSecret("open sesame")}
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
			assert.Len(t, list.Tools, len(allTools()))
			for _, step := range []struct {
				tool      string
				arguments map[string]any
				fails     bool
				want      string // part of the text
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
				assert.Contains(t, text.Text, step.want)
			}
		})
	}
}

// TestRoundRobin alternates the requests of a client of the stateless era between
// two servers, which share nothing.
func TestRoundRobin(t *testing.T) {
	t.Parallel()
	box := sandbox.New() // both use the same GitCode
	backends := [2]*running{start(t, box, nil), start(t, box, nil)}
	var requests [2]atomic.Int32
	var turn atomic.Int32
	proxy := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		i := turn.Add(1) % 2
		requests[i].Add(1)
		r.SetURL(&url.URL{Scheme: "http", Host: strings.TrimPrefix(backends[i].url, "http://")})
	}})
	t.Cleanup(proxy.Close)

	client := gosdk.NewClient(&gosdk.Implementation{Name: "test", Version: "1"}, nil)
	session, err := client.Connect(t.Context(), &gosdk.StreamableClientTransport{Endpoint: proxy.URL + "/mcp"}, nil)
	require.NoError(t, err)
	t.Cleanup(func() { session.Close() })
	require.Equal(t, "2026-07-28", session.InitializeResult().ProtocolVersion)
	issue := map[string]any{"owner": "openharbor", "repo": "portal", "number": 3, "body": "x"}
	for range 20 {
		result, err := session.CallTool(t.Context(), &gosdk.CallToolParams{Name: "comment", Arguments: issue})
		require.NoError(t, err)
		assert.False(t, result.IsError)
	}
	delete(issue, "body")
	result, err := session.CallTool(t.Context(), &gosdk.CallToolParams{Name: "list_issue_comments", Arguments: issue})
	require.NoError(t, err)
	assert.Subset(t, result.StructuredContent, map[string]any{"total": 20.0})
	assert.InDelta(t, requests[0].Load(), requests[1].Load(), 1)
}
