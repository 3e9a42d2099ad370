package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
	gosdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

// programDir is where build puts the program.
var programDir string

func TestMain(m *testing.M) {
	var err error
	if programDir, err = os.MkdirTemp("", "gitcode-mcp-test-*"); err != nil {
		panic(err)
	}
	status := m.Run()
	os.RemoveAll(programDir)
	os.Exit(status)
}

// build builds the program on its first call and returns its path.
var build = sync.OnceValues(func() (path string, err error) {
	path = filepath.Join(programDir, "gitcode-mcp")
	return path, exec.Command("go", "build", "-buildvcs=false", "-o", path, "..").Run()
})

// program returns the program as a command whose settings are only env.
func program(t *testing.T, env []string, args ...string) *exec.Cmd {
	t.Helper()
	path, err := build()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}, env...)
	return cmd
}

// revisions are one of the protocol with sessions and one without.
var revisions = []string{"2025-11-25", "2026-07-28"}

func TestStdioClients(t *testing.T) {
	t.Parallel()
	issue := map[string]any{"owner": "openharbor", "repo": "portal", "number": "#2"}
	for _, revision := range revisions {
		t.Run("mcp-go "+revision, func(t *testing.T) {
			t.Parallel()
			session, err := client.NewStdioMCPClientWithOptions("gitcode-mcp", nil, []string{"--sandbox"},
				transport.WithCommandFunc(func(_ context.Context, _ string, _ []string, args []string) (*exec.Cmd, error) {
					return program(t, nil, args...), nil
				}))
			require.NoError(t, err)
			defer session.Close()
			init := mcp.InitializeRequest{}
			init.Params.ProtocolVersion = revision
			init.Params.ClientInfo = mcp.Implementation{Name: "test", Version: "1"}
			hello, err := session.Initialize(t.Context(), init)
			require.NoError(t, err)
			assert.Equal(t, revision, hello.ProtocolVersion)
			list, err := session.ListTools(t.Context(), mcp.ListToolsRequest{})
			require.NoError(t, err)
			assert.Len(t, list.Tools, len(allTools()))
			req := mcp.CallToolRequest{}
			req.Params.Name, req.Params.Arguments = "get_issue", issue
			result, err := session.CallTool(t.Context(), req)
			require.NoError(t, err)
			assert.Contains(t, result.Content[0].(mcp.TextContent).Text, "Upload of attachments")
		})
		t.Run("official "+revision, func(t *testing.T) {
			t.Parallel()
			c := gosdk.NewClient(&gosdk.Implementation{Name: "test", Version: "1"}, nil)
			session, err := c.Connect(t.Context(), &gosdk.CommandTransport{Command: program(t, nil, "stdio", "--sandbox")},
				&gosdk.ClientSessionOptions{ProtocolVersion: revision})
			require.NoError(t, err)
			defer session.Close()
			assert.Equal(t, revision, session.InitializeResult().ProtocolVersion)
			list, err := session.ListTools(t.Context(), nil)
			require.NoError(t, err)
			assert.Len(t, list.Tools, len(allTools()))
			result, err := session.CallTool(t.Context(), &gosdk.CallToolParams{Name: "get_issue", Arguments: issue})
			require.NoError(t, err)
			assert.Subset(t, result.StructuredContent, map[string]any{"number": 2.0, "author": "maria"})
		})
	}
}

// TestStdioAtEndOfInput pipes messages in, as a script would. The last line has
// no newline and is answered all the same.
func TestStdioAtEndOfInput(t *testing.T) {
	t.Parallel()
	cmd := program(t, nil, "--sandbox")
	cmd.Stdin = strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
{"jsonrpc":"2.0","method":"notifications/initialized"}
{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"get_issue","arguments":{"owner":"openharbor","repo":"portal","number":1}}}`)
	stdout, err := cmd.Output()
	require.NoError(t, err)
	var ids []int
	for line := range strings.Lines(string(stdout)) {
		var response struct{ ID int }
		require.NoError(t, json.Unmarshal([]byte(line), &response), line)
		ids = append(ids, response.ID)
	}
	assert.ElementsMatch(t, []int{1, 2}, ids)
	assert.NotContains(t, string(stdout), `"isError":true`)
}

func TestStdioEndsOnSignal(t *testing.T) {
	t.Parallel()
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			cmd := program(t, nil, "--sandbox")
			in, err := cmd.StdinPipe()
			require.NoError(t, err)
			out, err := cmd.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, cmd.Start())
			_, err = io.WriteString(in, `{"jsonrpc":"2.0","id":1,"method":"ping"}`+"\n")
			require.NoError(t, err)
			_, err = bufio.NewReader(out).ReadString('\n')
			require.NoError(t, err)
			require.NoError(t, cmd.Process.Signal(signal))
			assert.NoError(t, cmd.Wait())
		})
	}
}

// startHTTP starts a server over HTTP on a free port and returns its address.
func startHTTP(t *testing.T, env ...string) (cmd *exec.Cmd, addr string) {
	t.Helper()
	cmd = program(t, env, "http", "--addr=127.0.0.1:0")
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

// TestHTTPEndsOnSIGTERM stops a server during a call: it refuses connections,
// answers the call and exits with status 0.
func TestHTTPEndsOnSIGTERM(t *testing.T) {
	t.Parallel()
	arrived, release, box := make(chan struct{}), make(chan struct{}), sandbox.New()
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-release
		box.ServeHTTP(w, r)
	}))
	t.Cleanup(service.Close)
	cmd, addr := startHTTP(t, "GITCODE_API_URL="+service.URL+sandbox.Prefix, "GITCODE_TOKEN="+sandbox.Token, "GITCODE_MCP_TIMEOUT=1h")
	healthy := func() bool {
		return program(t, nil, "healthcheck", "--addr="+addr).Run() == nil
	}
	assert.True(t, healthy())

	c := gosdk.NewClient(&gosdk.Implementation{Name: "test", Version: "1"}, nil)
	session, err := c.Connect(t.Context(), &gosdk.StreamableClientTransport{Endpoint: "http://" + addr + "/mcp"}, nil)
	require.NoError(t, err)
	defer session.Close()
	answered := make(chan error, 1)
	go func() {
		_, err := session.CallTool(t.Context(), &gosdk.CallToolParams{
			Name: "get_issue", Arguments: map[string]any{"owner": "openharbor", "repo": "portal", "number": 1},
		})
		answered <- err
	}()
	<-arrived
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	require.Eventually(t, func() bool { return !healthy() }, patience, 50*time.Millisecond)
	close(release)
	assert.NoError(t, <-answered)
	assert.NoError(t, cmd.Wait())
}
