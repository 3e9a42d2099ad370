package main

import (
	"bufio"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestHTTPEndsOnTermUnderLoad kills a server over HTTP while calls come in:
// those accepted are answered, and it ends with status 0.
func TestHTTPEndsOnTermUnderLoad(t *testing.T) {
	t.Parallel()
	cmd := program(t.Context(), []string{"GITCODE_RATE=0"}, "http", "--sandbox", "--addr=127.0.0.1:0")
	log, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	line, err := bufio.NewReader(log).ReadString('\n')
	require.NoError(t, err)
	addr := regexp.MustCompile(`addr=(\S+)`).FindStringSubmatch(line)
	require.NotNil(t, addr, line)
	go io.Copy(io.Discard, log)

	const call = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_issue","arguments":{"owner":"openharbor","repo":"portal","number":1},"_meta":{` +
		`"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`
	var answered, refused atomic.Int32
	var callers sync.WaitGroup
	for range 16 {
		callers.Go(func() {
			for {
				req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+addr[1]+"/mcp", strings.NewReader(call))
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
