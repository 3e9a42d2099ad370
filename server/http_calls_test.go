package server_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

// TestCallsAreAnsweredAsByMCPGo compares the responses of the server with those
// of mcp-go's own transport.
func TestCallsAreAnsweredAsByMCPGo(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), nil)
	other := httptest.NewServer(server.NewHTTP(server.HTTPConfig{MCP: withoutCalls(r.mcp), Metrics: server.NewMetrics(), Logger: slog.New(slog.DiscardHandler)}))
	t.Cleanup(other.Close)
	theirs := &running{url: other.URL, client: other.Client()} // that of r connects to r whatever the address

	const arguments, capabilities = `{"owner":"openharbor","repo":"portal","number":1}`, `"io.modelcontextprotocol/clientCapabilities":{}`
	call := func(name, arguments, meta string) string {
		return fmt.Sprintf(`{"jsonrpc":"2.0","id":"7","method":"tools/call","params":{"name":%q,"arguments":%s,"_meta":{%s}}}`, name, arguments, meta)
	}
	with := func(call, param string) string { return strings.TrimSuffix(call, "}}") + "," + param + "}}" }
	const revision = `"io.modelcontextprotocol/protocolVersion":"2026-07-28"`
	for name, test := range map[string]struct {
		body   string
		header []string // in addition to those of the era, or in place of them
	}{
		"a result":                  {body: call("get_issue", arguments, "")},
		"no metadata":               {body: fmt.Sprintf(getIssue, "9007199254740993")},
		"no params":                 {body: `{"jsonrpc":"2.0","id":1,"method":"tools/call"}`},
		"params a list":             {body: `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[]}`},
		"metadata a list":           {body: `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_issue","_meta":[]}}`},
		"no arguments":              {body: `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_issue"}}`},
		"arguments null":            {body: call("get_issue", "null", "")},
		"arguments a list":          {body: call("get_issue", "[1]", "")},
		"wrong arguments":           {body: call("get_issue", `{"owner":"openharbor","number":"<x>"}`, "")},
		"an unknown tool":           {body: call("get_isue", arguments, "")},
		"a revision unlike the era": {body: call("get_issue", arguments, `"io.modelcontextprotocol/protocolVersion":"2026-07-28",`+capabilities)},
		"an older revision":         {body: call("get_issue", arguments, `"io.modelcontextprotocol/protocolVersion":"2025-06-18"`)},
		"a token for progress":      {body: call("get_issue", arguments, `"progressToken":7`)},
		"an odd token for progress": {body: call("get_issue", arguments, `"progressToken":{}`)},
		"another type":              {body: call("get_issue", arguments, ""), header: []string{"Content-Type", "text/plain"}},
		"a character set":           {body: call("get_issue", arguments, ""), header: []string{"Content-Type", "Application/JSON; charset=utf-8"}},
		"no type":                   {body: call("get_issue", arguments, ""), header: []string{"Content-Type", ""}},
		"an unknown revision":       {body: call("get_issue", arguments, ""), header: []string{"Mcp-Protocol-Version", "2025-01-01"}},
		"another header of a name":  {body: call("get_issue", arguments, revision+","+capabilities), header: []string{"Mcp-Name", "list_repo_issues"}},
		"an encoded name":           {body: call("get_issue", arguments, revision+","+capabilities), header: []string{"Mcp-Name", "=?base64?Z2V0X2lzc3Vl?="}},
		"no header of the method":   {body: call("get_issue", arguments, revision+","+capabilities), header: []string{"Mcp-Method", ""}},
		"a stream to resume":        {body: call("get_issue", arguments, revision+","+capabilities), header: []string{"Last-Event-ID", "7"}},
		"no capabilities":           {body: call("get_issue", arguments, revision)},
		"odd capabilities":          {body: call("get_issue", arguments, revision+`,"io.modelcontextprotocol/clientCapabilities":7`)},
		"metadata twice":            {body: with(call("get_issue", arguments, revision+","+capabilities), `"_meta":null`)},
		"an odd task":               {body: with(call("get_issue", arguments, revision+","+capabilities), `"task":7`)},
		"odd answers of the user":   {body: with(call("get_issue", arguments, revision+","+capabilities), `"inputResponses":[7]`)},
		"an odd state":              {body: with(call("get_issue", arguments, revision+","+capabilities), `"requestState":7`)},
		"no session":                {body: call("get_issue", arguments, ""), header: []string{"Mcp-Session-Id", ""}},
		"all metadata": {body: call("get_issue", arguments, revision+","+capabilities+
			`,"io.modelcontextprotocol/clientInfo":{"name":"t","version":"1"},"io.modelcontextprotocol/logLevel":"debug","x/y":[1]`)},
	} {
		for _, era := range []string{"2025-11-25", "2026-07-28"} {
			t.Run(era+" "+name, func(t *testing.T) {
				t.Parallel()
				send := func(r *running) (status int, contentType, body string) {
					header := []string{"Mcp-Protocol-Version", era, "Mcp-Method", "tools/call", "Mcp-Name", "get_issue"}
					if era < "2026" {
						header = append(header, "Mcp-Session-Id", r.startSession(t))
					}
					resp, body := r.post(t, "/mcp", test.body, append(header, test.header...)...)
					return resp.StatusCode, resp.Header.Get("Content-Type"), body
				}
				status, contentType, body := send(r)
				theirStatus, theirContentType, theirBody := send(theirs)
				assert.Equal(t, theirStatus, status)
				assert.Equal(t, theirContentType, contentType)
				if contentType == "application/json" {
					assert.JSONEq(t, theirBody, body)
				} else {
					assert.Equal(t, theirBody, body)
				}
			})
		}
	}
}

// TestProgressComesWithTheResponse checks that a call's notifications, the last
// one included, arrive before its result and not on a stream of its session.
func TestProgressComesWithTheResponse(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := startInMemory(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header()["total_page"] = []string{"4"}
			fmt.Fprintf(w, `[{"id":%[1]s1,"number":1,"title":"<%[1]s>"}]`, r.URL.Query().Get("page"))
		}), nil)
		session := r.startSession(t)
		stream := readEvents(t, r, "/mcp", "Mcp-Session-Id", session)
		call := `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_repo_issues","arguments":{"owner":"openharbor","repo":"portal","per_page":1,"limit":4},"_meta":{"progressToken":9007199254740993}}}`
		resp, body := r.post(t, "/mcp", call, "Mcp-Session-Id", session)
		assert.Equal(t, "text/event-stream", resp.Header.Get("Content-Type"))
		assert.Equal(t, "no-cache", resp.Header.Get("Cache-Control"))
		assert.Equal(t, "no", resp.Header.Get("X-Accel-Buffering"))
		events := strings.Split(strings.TrimSuffix(body, "\n\n"), "\n\n")
		require.NotEmpty(t, events)
		for i, event := range events {
			data, ok := strings.CutPrefix(event, "event: message\ndata: ")
			require.True(t, ok, event)
			var message struct {
				ID     int
				Params struct {
					ProgressToken json.RawMessage
					Progress      int
				}
				Result struct{ StructuredContent json.RawMessage }
			}
			require.NoError(t, json.Unmarshal([]byte(data), &message))
			if i < len(events)-1 {
				assert.Equal(t, "9007199254740993", string(message.Params.ProgressToken))
				assert.Equal(t, i+1, message.Params.Progress)
				continue
			}
			assert.Equal(t, 4, i, "one notification for each page")
			assert.Equal(t, 1, message.ID)
			assert.Contains(t, string(message.Result.StructuredContent), `"<4>"`)
		}
		synctest.Wait()
		assert.Empty(t, stream.data)
	})
}

// TestSessionsWithCallsDoNotEnd checks that a session outlives its calls, however
// long they take.
func TestSessionsWithCallsDoNotEnd(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		const idle = 10 * time.Second
		service := newHeld()
		r := startInMemory(t, service, func(s *setup) { s.http.SessionIdle = idle })
		session := r.startSession(t)
		answer := r.callInBackground(t.Context(), "/mcp", fmt.Sprintf(getIssue, "7"), "Mcp-Session-Id", session)
		time.Sleep(10 * idle)
		close(service.release)
		assert.Contains(t, <-answer, "answered")
		time.Sleep(idle - time.Second)
		resp, err := r.send(t.Context(), http.MethodPost, "/mcp", strings.NewReader(listTools), "Mcp-Session-Id", session)
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, resp.Body)
		require.NoError(t, err)
		assert.Equal(t, http.StatusOK, resp.StatusCode)
		time.Sleep(2 * idle)
		synctest.Wait()
		_, metrics := r.do(t, http.MethodGet, "/metrics", nil)
		assert.Contains(t, metrics, "gitcode_mcp_sessions 0\n")
	})
}
