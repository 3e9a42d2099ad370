package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	gosdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

// startHTTP starts a server over HTTP on a free port.
func startHTTP(t *testing.T, env ...string) (cmd *exec.Cmd, addr string) {
	t.Helper()
	cmd = program(t.Context(), env, "http", "--addr=127.0.0.1:0")
	log, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	line, err := bufio.NewReader(log).ReadString('\n')
	require.NoError(t, err)
	found := regexp.MustCompile(`addr=(\S+)`).FindStringSubmatch(line)
	require.NotNil(t, found, line)
	go io.Copy(io.Discard, log)
	return cmd, found[1]
}

// TestRoundRobin puts a proxy that takes turns before two processes, which
// share nothing; a client of the stateless era does not notice.
func TestRoundRobin(t *testing.T) {
	t.Parallel()
	service := httptest.NewServer(sandbox.New()) // GitCode is one
	t.Cleanup(service.Close)
	var backends [2]string
	for i := range backends {
		_, backends[i] = startHTTP(t, "GITCODE_API_URL="+service.URL+sandbox.Prefix, "GITCODE_TOKEN="+sandbox.Token, "GITCODE_RATE=0")
	}
	var turns [2]atomic.Int32
	var turn atomic.Int32
	proxy := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		i := turn.Add(1) % 2
		turns[i].Add(1)
		r.SetURL(&url.URL{Scheme: "http", Host: backends[i]})
	}})
	t.Cleanup(proxy.Close)

	c := gosdk.NewClient(&gosdk.Implementation{Name: "test", Version: "1"}, nil)
	session, err := c.Connect(t.Context(), &gosdk.StreamableClientTransport{Endpoint: proxy.URL + "/mcp"}, nil)
	require.NoError(t, err)
	t.Cleanup(func() { session.Close() })
	require.Equal(t, "2026-07-28", session.InitializeResult().ProtocolVersion)
	for range 20 {
		result, err := session.CallTool(t.Context(), &gosdk.CallToolParams{
			Name: "comment", Arguments: map[string]any{"owner": "openharbor", "repo": "portal", "number": 3, "body": "x"},
		})
		require.NoError(t, err)
		assert.False(t, result.IsError)
	}
	result, err := session.CallTool(t.Context(), &gosdk.CallToolParams{
		Name: "list_issue_comments", Arguments: map[string]any{"owner": "openharbor", "repo": "portal", "number": 3},
	})
	require.NoError(t, err)
	written, err := json.Marshal(result.StructuredContent)
	require.NoError(t, err)
	assert.Contains(t, string(written), `"total":20`)
	t.Logf("one process had %d requests, the other %d", turns[0].Load(), turns[1].Load())
	assert.InDelta(t, turns[0].Load(), turns[1].Load(), 1)
}

// TestHTTPEndsOnTermUnderLoad kills a server over HTTP while calls come in:
// those accepted are answered, and it ends with status 0.
func TestHTTPEndsOnTermUnderLoad(t *testing.T) {
	t.Parallel()
	cmd, addr := startHTTP(t, "GITCODE_RATE=0", "GITCODE_SANDBOX=true")

	const call = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_issue","arguments":{"owner":"openharbor","repo":"portal","number":1},"_meta":{` +
		`"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`
	var answered, refused atomic.Int32
	var callers sync.WaitGroup
	for range 16 {
		callers.Go(func() {
			for {
				req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+addr+"/mcp", strings.NewReader(call))
				if !assert.NoError(t, err) {
					return
				}
				for name, value := range map[string]string{
					"Content-Type": "application/json", "Accept": "application/json, text/event-stream",
					"Mcp-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": "get_issue",
				} {
					req.Header.Set(name, value)
				}
				resp, err := http.DefaultClient.Do(req)
				if err != nil || resp.StatusCode == http.StatusServiceUnavailable {
					refused.Add(1) // before it was accepted
					return
				}
				body, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if !assert.NoError(t, err) || !assert.Contains(t, string(body), `"number":1`) {
					return
				}
				answered.Add(1)
			}
		})
	}
	time.Sleep(500 * time.Millisecond)
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	callers.Wait()
	require.NoError(t, cmd.Wait())
	t.Logf("%d calls answered, 16 callers refused after SIGTERM, status 0", answered.Load())
	assert.Equal(t, int32(16), refused.Load())
	assert.NotZero(t, answered.Load())
}
