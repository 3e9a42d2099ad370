package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	mcpclient "github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/mcp"
	gosdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

// pagesInTurn is a fake GitCode with four pages of issues. It answers a request
// for a page only once the client has been notified of the one before.
type pagesInTurn struct{ progress [5]chan float64 } // the totals, by progress

func newPagesInTurn() *pagesInTurn {
	p := &pagesInTurn{}
	for i := range p.progress {
		p.progress[i] = make(chan float64, 1)
	}
	return p
}

func (p *pagesInTurn) notified(progress, total float64) { p.progress[int(progress)] <- total }

func (p *pagesInTurn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	page := 1
	fmt.Sscan(r.URL.Query().Get("page"), &page)
	if page > 1 {
		select {
		case total := <-p.progress[page-1]:
			if page > 2 && total != 4 {
				w.WriteHeader(http.StatusBadRequest)
			}
		case <-r.Context().Done():
			return
		}
	}
	w.Header()["total_page"] = []string{"4"}
	fmt.Fprintf(w, `[{"id":%[1]d,"number":%[1]d}]`, page)
}

// manyPages are arguments with which list_repo_issues reads four pages.
var manyPages = map[string]any{"owner": "openharbor", "repo": "portal", "per_page": 1, "limit": 4}

// TestProgress reads pages of which each is held back until the client knows of
// those before it, over each transport.
func TestProgress(t *testing.T) {
	t.Parallel()
	for name, revision := range map[string]string{"sessions": "2025-11-25", "stateless": "2026-07-28", "HTTP+SSE": "2024-11-05"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := newPagesInTurn()
			r := start(t, service, nil)
			client := gosdk.NewClient(&gosdk.Implementation{Name: "test", Version: "1"}, &gosdk.ClientOptions{
				ProgressNotificationHandler: func(_ context.Context, req *gosdk.ProgressNotificationClientRequest) {
					assert.Equal(t, "token", req.Params.ProgressToken)
					service.notified(req.Params.Progress, req.Params.Total)
				},
			})
			var transport gosdk.Transport = &gosdk.StreamableClientTransport{Endpoint: r.url + "/mcp"}
			if name == "HTTP+SSE" {
				transport = &gosdk.SSEClientTransport{Endpoint: r.url + "/sse"}
			}
			session, err := client.Connect(t.Context(), transport, &gosdk.ClientSessionOptions{ProtocolVersion: revision})
			require.NoError(t, err)
			defer session.Close()
			params := &gosdk.CallToolParams{Name: "list_repo_issues", Arguments: manyPages}
			params.SetProgressToken("token")
			result, err := session.CallTool(t.Context(), params)
			require.NoError(t, err)
			assert.False(t, result.IsError)
			assert.Len(t, result.StructuredContent.(map[string]any)["rows"], 4)
		})
	}
	t.Run("stdio", func(t *testing.T) {
		t.Parallel()
		service := newPagesInTurn()
		s, _ := newServer(t, service, server.Selection{})
		w := newWire(t, t.Context(), s)
		arguments, err := json.Marshal(manyPages)
		require.NoError(t, err)
		w.send(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_repo_issues","arguments":%s,"_meta":{"progressToken":7}}}`, arguments)
		for {
			line, err := w.out.ReadString('\n')
			require.NoError(t, err)
			if !strings.Contains(line, "notifications/progress") {
				assert.Contains(t, line, `"id":1`)
				break
			}
			var n struct {
				Params struct{ ProgressToken, Progress, Total float64 }
			}
			require.NoError(t, json.Unmarshal([]byte(line), &n))
			assert.EqualValues(t, 7, n.Params.ProgressToken)
			service.notified(n.Params.Progress, n.Params.Total)
		}
	})
	t.Run("in process", func(t *testing.T) {
		t.Parallel()
		service := newPagesInTurn()
		s, _ := newServer(t, service, server.Selection{})
		session, err := mcpclient.NewInProcessClient(s.MCPServer)
		require.NoError(t, err)
		session.OnNotification(func(n mcp.JSONRPCNotification) {
			progress, _ := n.Params.AdditionalFields["progress"].(int)
			total, _ := n.Params.AdditionalFields["total"].(int)
			service.notified(float64(progress), float64(total))
		})
		require.NoError(t, session.Start(context.WithoutCancel(t.Context())))
		defer session.Close()
		_, err = session.Initialize(t.Context(), mcp.InitializeRequest{})
		require.NoError(t, err)
		req := mcp.CallToolRequest{}
		req.Params.Name, req.Params.Arguments, req.Params.Meta = "list_repo_issues", manyPages, &mcp.Meta{ProgressToken: "token"}
		result, err := session.CallTool(t.Context(), req)
		require.NoError(t, err)
		assert.False(t, result.IsError)
	})
}

// TestNoProgressWithoutToken checks that a client which asked for no
// notifications gets none, and a plain response over HTTP.
func TestNoProgressWithoutToken(t *testing.T) {
	t.Parallel()
	r := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["total_page"] = []string{"4"}
		fmt.Fprintf(w, `[{"id":%[1]s1,"number":1}]`, r.URL.Query().Get("page"))
	}), nil)
	body, header := modernCall("list_repo_issues", `{"owner":"openharbor","repo":"portal","per_page":1,"limit":4}`)
	resp, answer := r.post(t, "/mcp", body, header...)
	assert.Equal(t, "application/json", resp.Header.Get("Content-Type"))
	assert.NotContains(t, answer, "notifications/progress")

	s, _ := newServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `[{"id":%[1]s1,"number":1}]`, r.URL.Query().Get("page"))
	}), server.Selection{})
	w := newWire(t, t.Context(), s)
	w.send(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_repo_issues","arguments":{"owner":"openharbor","repo":"portal","per_page":1,"limit":4}}}`)
	line, err := bufio.NewReader(w.out).ReadString('\n')
	require.NoError(t, err)
	assert.Contains(t, line, `"id":1`)
}
