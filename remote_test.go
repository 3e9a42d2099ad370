package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// callRemote calls a tool that reads, and one that writes, on a server that lists them
// and responds to calls with a handler. It returns what both print, and their statuses.
func callRemote(t *testing.T, respond http.HandlerFunc) (printed string, reads, writes int) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		if !strings.Contains(string(body), `"tools/list"`) {
			respond(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"read","annotations":{"readOnlyHint":true}},{"name":"write"}]}}`) //nolint:errcheck // the client is gone
	}))
	t.Cleanup(server.Close)
	env := []string{"GITCODE_TOKEN=a-token-of-gitcode-0123", "GITCODE_MCP_SECRET=a-secret-of-the-server"}
	one, oneErr, reads := run(t, "", env, "call", "read", "--server", server.URL, "--user-tokens")
	other, otherErr, writes := run(t, "", env, "call", "write", "--server", server.URL, "--user-tokens")
	return one + oneErr + other + otherErr, reads, writes
}

// TestHostileServer calls tools of a server that misbehaves. A write whose response got
// lost may have happened, and the exit status must say so.
func TestHostileServer(t *testing.T) {
	t.Parallel()
	object := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, text) //nolint:errcheck // the client is gone
		}
	}
	endless := func(contentType, start, piece string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			_, err := io.WriteString(w, start)
			for err == nil {
				_, err = io.WriteString(w, strings.Repeat(piece, 1<<20))
			}
		}
	}
	for name, test := range map[string]struct {
		respond       http.HandlerFunc
		want          string
		reads, writes int
	}{
		"null":          {object(`null`), "not that of an MCP server", 1, statusUnknown},
		"a list":        {object(`[]`), "not that of an MCP server", 1, statusUnknown},
		"no result":     {object(`{"jsonrpc":"2.0","id":1}`), "not that of an MCP server", 1, statusUnknown},
		"no connection": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "EOF", 1, statusUnknown},
		"a gateway":     {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "<b>Bad gateway", http.StatusBadGateway) }, "502 Bad Gateway: <b>Bad gateway", 1, statusUnknown},
		"a refusal":     {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusUnauthorized) }, "401 Unauthorized: no", 1, 1},
		"an error":      {object(`{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"wrong \u001b[31m"}}`), `wrong \u001b[31m`, 1, 1},
		"a question":    {object(`{"jsonrpc":"2.0","id":1,"result":{"inputRequests":{"q":{"params":{"message":"Really?"}}}}}`), "the server asks a question, although nobody is there to answer", 1, 1},
		"a stream that ends": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			io.WriteString(w, "data: {\"method\":\"notifications/progress\"}\n\ndata: {") //nolint:errcheck // the client is gone
		}, "not that of an MCP server", 1, statusUnknown},
		"an endless response":    {endless("application/json", "", " "), "larger than 64 MiB", 1, statusUnknown},
		"an endless line":        {endless("text/event-stream", "data: ", " "), "token too long", 1, statusUnknown},
		"text for the terminal":  {object(`{"jsonrpc":"2.0","id":1,"result":{"content":[{"text":"a\u001b]0;b\u0007\u009b1m"}]}}`), `a\u001b]0;b\u0007\u009b1m`, 0, 0},
		"error for the terminal": {object(`{"jsonrpc":"2.0","id":1,"result":{"isError":true,"content":[{"text":"a\u001b[2J"}]}}`), `a\u001b[2J`, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			printed, reads, writes := callRemote(t, test.respond)
			assert.Contains(t, printed, test.want)
			assert.NotContains(t, printed, "\x1b")
			assert.Equal(t, test.reads, reads, printed)
			assert.Equal(t, test.writes, writes, printed)
		})
	}
}

// TestRemoteRedirect checks that tokens and the secret do not follow a redirect.
func TestRemoteRedirect(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		assert.Fail(t, "the redirect was followed", "%v", r.Header)
	}))
	t.Cleanup(other.Close)
	for _, status := range []int{http.StatusMovedPermanently, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
		printed, reads, writes := callRemote(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.URL+"/mcp", status)
		})
		assert.Contains(t, printed, fmt.Sprintf(`%d: the server redirects to %q, which is not followed`, status, other.URL+"/mcp"))
		assert.Equal(t, []int{1, 1}, []int{reads, writes})
	}
}

// TestToolsForTheTerminal checks that what a server says of its tools cannot control the
// terminal.
func TestToolsForTheTerminal(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		const bad = `\u001b[2J`
		fmt.Fprintf(w, `{"result":{"tools":[{"name":"read","description":"%[1]s","inputSchema":{"properties":{"a%[1]s":{"type":"b%[1]s","description":"c%[1]s","enum":["d%[1]s"]}}}}]}}`, bad) //nolint:errcheck // the client is gone
	}))
	t.Cleanup(server.Close)
	for _, args := range [][]string{{"tools"}, {"tools", "read"}, {"tools", "--json"}, {"__complete", "call"}} {
		last := map[bool][]string{true: {""}}[args[0] == "__complete"]
		stdout, stderr, status := run(t, "", nil, append(append(args, "--server", server.URL), last...)...)
		require.Zero(t, status, stderr)
		assert.Contains(t, stdout, `u001b[2J`)
		assert.NotContains(t, stdout, "\x1b")
	}
}
