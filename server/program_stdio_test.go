package server_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

// process is the program serving stdio, with pipes that are read only if a test
// does so.
type process struct {
	*exec.Cmd
	in       io.WriteCloser
	out, log io.ReadCloser
}

func startStdio(t *testing.T, service http.Handler, env ...string) *process {
	t.Helper()
	web := httptest.NewServer(service)
	t.Cleanup(func() {
		web.CloseClientConnections()
		web.Close()
	})
	p := &process{Cmd: program(t, append([]string{
		"GITCODE_API_URL=" + web.URL + sandbox.Prefix, "GITCODE_TOKEN=" + sandbox.Token,
		"GITCODE_RATE=0", "GITCODE_MCP_TIMEOUT=1h", "GITCODE_MCP_MAX_WAIT=1h",
	}, env...))}
	var err error
	p.in, err = p.StdinPipe()
	require.NoError(t, err)
	p.out, err = p.StdoutPipe()
	require.NoError(t, err)
	p.log, err = p.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, p.Start())
	return p
}

// calls returns n calls, with the ids from 0.
func calls(n int) string {
	var b strings.Builder
	for id := range n {
		fmt.Fprintf(&b, getIssue+"\n", strconv.Itoa(id))
	}
	return b.String()
}

// TestPipedCallsAreAllAnswered pipes in more calls than there are workers, and
// answers the first of them only once stdin is closed.
func TestPipedCallsAreAllAnswered(t *testing.T) {
	t.Parallel()
	service := newHeld()
	p := startStdio(t, service)
	go io.Copy(io.Discard, p.log)
	_, err := io.WriteString(p.in, calls(40))
	require.NoError(t, err)
	require.NoError(t, p.in.Close())
	require.Eventually(t, func() bool { return len(service.arrived) > 0 }, patience, 10*time.Millisecond)
	close(service.release)
	output, err := io.ReadAll(p.out)
	require.NoError(t, err)
	assert.NoError(t, p.Wait(), "the exit status")
	assert.Equal(t, 40, bytes.Count(output, []byte{'\n'}))
	assert.NotContains(t, string(output), `"isError":true`)
}

// TestUnreadStdoutDoesNotStopTheProcess fills stdout, which nobody reads, and
// sends SIGTERM.
func TestUnreadStdoutDoesNotStopTheProcess(t *testing.T) {
	t.Parallel()
	var arrived atomic.Int32
	box := sandbox.New()
	p := startStdio(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		arrived.Add(1)
		box.ServeHTTP(w, r)
	}))
	_, err := io.WriteString(p.in, calls(200))
	require.NoError(t, err)
	require.Eventually(t, func() bool { return arrived.Load() == 200 }, patience, 10*time.Millisecond, "calls wait for stdout")
	require.NoError(t, p.Process.Signal(syscall.SIGTERM))
	assert.NoError(t, p.Wait(), "the exit status")
}

// TestUnreadStderrDoesNotStopCalls makes enough calls to fill stderr, which
// nobody reads.
func TestUnreadStderrDoesNotStopCalls(t *testing.T) {
	t.Parallel()
	p := startStdio(t, sandbox.New(), "GITCODE_MCP_LOG_LEVEL=debug")
	const n = 2000 // with over 64 KiB of log lines
	go func() {
		io.WriteString(p.in, calls(n))
		p.in.Close()
	}()
	answers := bufio.NewScanner(p.out)
	answers.Buffer(nil, 1<<20)
	got := 0
	for answers.Scan() {
		got++
	}
	require.NoError(t, answers.Err())
	assert.Equal(t, n, got)
	assert.NoError(t, p.Wait(), "the exit status")
}

func TestClosedStderrDoesNotStopCalls(t *testing.T) {
	t.Parallel()
	p := startStdio(t, sandbox.New())
	require.NoError(t, p.log.Close())
	out := bufio.NewReader(p.out)
	for range 10 {
		_, err := io.WriteString(p.in, calls(1))
		require.NoError(t, err)
		_, err = out.ReadString('\n')
		require.NoError(t, err)
	}
	require.NoError(t, p.in.Close())
	assert.NoError(t, p.Wait())
}

func TestClosedStdoutEndsTheProcess(t *testing.T) {
	t.Parallel()
	p := startStdio(t, sandbox.New())
	require.NoError(t, p.out.Close())
	_, err := io.WriteString(p.in, calls(1))
	require.NoError(t, err)
	log, err := io.ReadAll(p.log)
	require.NoError(t, err)
	assert.Contains(t, string(log), "gitcode-mcp: write stdout: ")
	var exit *exec.ExitError
	require.ErrorAs(t, p.Wait(), &exit)
	assert.Equal(t, 1, exit.ExitCode())
}

// TestSecondSignalEndsTheProcess stops a server that waits 30 seconds for a call
// that hangs. A signal that arrives before the first is handled counts for
// nothing, so it sends them until the process ends.
func TestSecondSignalEndsTheProcess(t *testing.T) {
	t.Parallel()
	service := newHeld()
	cmd, addr := startHTTP(t, "GITCODE_API_URL="+serveLoopback(t, service)+sandbox.Prefix, "GITCODE_TOKEN="+sandbox.Token, "GITCODE_MCP_TIMEOUT=1h")
	r := &running{url: "http://" + addr, client: http.DefaultClient}
	go func() {
		body, header := modernCall("get_issue", `{"owner":"openharbor","repo":"portal","number":1}`)
		if resp, err := r.send(t.Context(), http.MethodPost, "/mcp", strings.NewReader(body), header...); err == nil {
			resp.Body.Close()
		}
	}()
	<-service.arrived
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			_ = cmd.Process.Signal(syscall.SIGTERM) // fails once the process has ended
			continue
		case err := <-ended:
			var exit *exec.ExitError
			require.ErrorAs(t, err, &exit, "the first signal ended the process after its grace")
			assert.Equal(t, syscall.SIGTERM, exit.Sys().(syscall.WaitStatus).Signal())
		}
		break
	}
}
