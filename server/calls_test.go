package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

// withoutCalls returns a server that leaves its calls to mcp-go.
func withoutCalls(s *server.Server) *server.Server { return &server.Server{MCPServer: s.MCPServer} }

// The members of a request's metadata.
const (
	modernRevision = `"io.modelcontextprotocol/protocolVersion":"2026-07-28"`
	capabilities   = `"io.modelcontextprotocol/clientCapabilities":{}`
	modernMeta     = modernRevision + "," + capabilities
)

// TestCallsOverStdioAreAnsweredAsByMCPGo compares the responses of the server, byte
// by byte, with those of a server that leaves its calls to mcp-go.
func TestCallsOverStdioAreAnsweredAsByMCPGo(t *testing.T) {
	t.Parallel()
	service := sandbox.New()
	s, _ := newServer(t, service, server.Selection{ReadOnly: true})
	other, _ := newServer(t, service, server.Selection{ReadOnly: true})
	ours, theirs := newWire(t, t.Context(), s), newWire(t, t.Context(), withoutCalls(other))
	const ref = `{"owner":"openharbor","repo":"portal","number":1}`
	call := func(name, arguments, meta string) string {
		return fmt.Sprintf(`{"jsonrpc":"2.0","id":"7","method":"tools/call","params":{"name":%q,"arguments":%s,"_meta":{%s}}}`, name, arguments, meta)
	}
	with := func(params string) string {
		return `{"jsonrpc":"2.0","id":1.50,"method":"tools/call","params":{"name":"get_issue","arguments":` + ref + `,` + params + `}}`
	}
	for name, line := range map[string]string{
		"a result":                         call("get_issue", ref, ""),
		"a result, stateless":              call("get_issue", ref, modernMeta),
		"all metadata":                     call("get_issue", ref, modernMeta+`,"io.modelcontextprotocol/clientInfo":{"name":"t","version":"1"},"io.modelcontextprotocol/logLevel":"debug","x/y":[1]`),
		"a list":                           call("list_repo_issues", `{"owner":"openharbor","repo":"portal"}`, ""),
		"a list, stateless":                call("list_repo_issues", `{"owner":"openharbor","repo":"portal"}`, modernMeta),
		"an error of the service":          call("get_issue", `{"owner":"openharbor","repo":"portal","number":9999}`, ""),
		"an error, stateless":              call("get_issue", `{"owner":"openharbor","repo":"portal","number":9999}`, modernMeta),
		"an excluded tool":                 call("comment", `{}`, modernMeta),
		"no metadata":                      fmt.Sprintf(getIssue, "9007199254740993"),
		"no params":                        `{"jsonrpc":"2.0","id":1,"method":"tools/call"}`,
		"params null":                      `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":null}`,
		"params a list":                    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[]}`,
		"params a text":                    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":"x"}`,
		"no name":                          `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"arguments":{}}}`,
		"name a number":                    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":1}}`,
		"metadata null":                    with(`"_meta":null`),
		"metadata a list":                  with(`"_meta":[]`),
		"metadata a text":                  with(`"_meta":"x"`),
		"no arguments":                     `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_issue"}}`,
		"no arguments, stateless":          `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_issue","_meta":{` + modernMeta + `}}}`,
		"arguments null":                   call("get_issue", "null", ""),
		"arguments a list":                 call("get_issue", "[1]", ""),
		"arguments a text":                 call("get_issue", `"{\"owner\":\"openharbor\",\"repo\":\"portal\",\"number\":1}"`, ""),
		"wrong arguments":                  call("get_issue", `{"owner":"openharbor","number":"<x>"}`, ""),
		"a long integer":                   call("get_issue", `{"owner":"openharbor","repo":"portal","number":9007199254740993}`, ""),
		"an unknown tool":                  call("get_isue", ref, ""),
		"an unknown tool, stateless":       call("get_isue", ref, modernMeta),
		"a name in other letters":          call("Get_Issue", ref, ""),
		"no capabilities":                  call("get_issue", ref, modernRevision),
		"capabilities null":                call("get_issue", ref, modernRevision+`,"io.modelcontextprotocol/clientCapabilities":null`),
		"odd capabilities":                 call("get_issue", ref, modernRevision+`,"io.modelcontextprotocol/clientCapabilities":7`),
		"an older revision":                call("get_issue", ref, `"io.modelcontextprotocol/protocolVersion":"2025-06-18"`),
		"an older revision, odd metadata":  call("get_issue", ref, `"io.modelcontextprotocol/protocolVersion":"2025-06-18","io.modelcontextprotocol/clientCapabilities":7`),
		"an unknown older revision":        call("get_issue", ref, `"io.modelcontextprotocol/protocolVersion":"2025-01-01"`),
		"a later revision":                 call("get_issue", ref, `"io.modelcontextprotocol/protocolVersion":"2099-01-01",`+capabilities),
		"an odd revision":                  call("get_issue", ref, `"io.modelcontextprotocol/protocolVersion":7`),
		"a token for progress":             call("get_issue", ref, `"progressToken":7`),
		"a token for progress, stateless":  call("get_issue", ref, `"progressToken":"7",`+modernMeta),
		"an odd token for progress":        call("get_issue", ref, `"progressToken":{}`),
		"no token for progress":            call("get_issue", ref, `"progressToken":null`),
		"a task":                           with(`"task":{"ttl":1}`),
		"an odd task":                      with(`"task":7`),
		"input responses":                  with(`"inputResponses":{"a":{"action":"accept"}},"_meta":{` + modernMeta + `}`),
		"odd input responses":              with(`"inputResponses":7`),
		"a state":                          with(`"requestState":"x","_meta":{` + modernMeta + `}`),
		"an odd state":                     with(`"requestState":7`),
		"other members":                    with(`"x":{"y":[1]}`),
		"params before the method":         `{"params":{"arguments":` + ref + `,"name":"get_issue"},"method":"tools/call","id":-1,"jsonrpc":"2.0","x":1}`,
		"escapes":                          `{"jsonrpc":"2.0","id":"\u0061","method":"tools\/call","params":{"name":"get\u005fissue","arguments":` + ref + `}}`,
		"a prompt with the name of a tool": `{"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"get_issue"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			ours.send("%s", line)
			theirs.send("%s", line)
			response, err := ours.out.ReadString('\n')
			require.NoError(t, err)
			theirResponse, err := theirs.out.ReadString('\n')
			require.NoError(t, err)
			traceID := regexp.MustCompile(`trace_id [0-9a-f]+`)
			assert.Equal(t, traceID.ReplaceAllString(theirResponse, "trace_id"), traceID.ReplaceAllString(response, "trace_id"))
		})
	}
}

// TestProgressOverStdioComesBeforeTheResponse checks that a call's notifications, the
// last one included, arrive before its result, with the token as it was sent.
func TestProgressOverStdioComesBeforeTheResponse(t *testing.T) {
	t.Parallel()
	s, _ := newServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["total_page"] = []string{"4"}
		fmt.Fprintf(w, `[{"id":%[1]s1,"number":1,"title":"<%[1]s>"}]`, r.URL.Query().Get("page"))
	}), server.Selection{})
	w := newWire(t, t.Context(), s)
	for _, meta := range []string{"", "," + modernMeta} {
		w.send(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_repo_issues","arguments":{"owner":"openharbor","repo":"portal","per_page":1,"limit":4},"_meta":{"progressToken":9007199254740993%s}}}`, meta)
		for progress := 1; progress <= 4; progress++ {
			line, err := w.out.ReadString('\n')
			require.NoError(t, err)
			var notification struct {
				Method string
				Params struct {
					ProgressToken json.RawMessage
					Progress      int
				}
			}
			require.NoError(t, json.Unmarshal([]byte(line), &notification))
			assert.Equal(t, "notifications/progress", notification.Method)
			assert.Equal(t, "9007199254740993", string(notification.Params.ProgressToken))
			assert.Equal(t, progress, notification.Params.Progress)
		}
		m := w.receive()
		assert.JSONEq(t, "1", string(m.ID))
		assert.False(t, m.Result.IsError)
	}
}
