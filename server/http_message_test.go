package server_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

// TestIDsComeBackAsSent checks the ids of answers over every transport.
func TestIDsComeBackAsSentOverHTTP(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), nil)
	session, stream := r.startSession(t), openSSE(t, r)
	modern := []string{"Mcp-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/list"}
	for _, id := range []string{`0`, `9007199254740993`, `-9223372036854775809`, `1.50`, `1e400`, `"1"`, `"a \"quoted\" <id>"`} {
		t.Run(id, func(t *testing.T) {
			want := `"id":` + id + `,`
			_, body := r.post(t, "/mcp", fmt.Sprintf(getIssue, id), "Mcp-Session-Id", session)
			assert.Contains(t, body, want)
			assert.Contains(t, body, `"number":1`)
			_, body = r.post(t, "/mcp", fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"method":"nonsense"}`, id), "Mcp-Session-Id", session)
			assert.Contains(t, body, want)
			assert.Contains(t, body, `"error"`)
			_, body = r.post(t, "/mcp", fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"method":"tools/list","params":{"_meta":{`+
				`"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`, id), modern...)
			assert.Contains(t, body, want)
			assert.Contains(t, body, `"get_issue"`)
			resp, _ := r.post(t, stream.endpoint, fmt.Sprintf(getIssue, id))
			require.Equal(t, http.StatusAccepted, resp.StatusCode)
			assert.Contains(t, stream.next(t), want)
		})
	}
}

// TestSubscriptionsAreTaggedWithTheirID checks that the id is also restored where
// a notification repeats it.
func TestSubscriptionsAreTaggedWithTheirID(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), nil)
	_, body := r.post(t, "/mcp", `{"jsonrpc":"2.0","id":9007199254740993,"method":"subscriptions/listen","params":{"notifications":{},"_meta":{`+
		`"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`,
		"Mcp-Protocol-Version", "2026-07-28", "Mcp-Method", "subscriptions/listen")
	assert.Contains(t, body, `"id":9007199254740993,`)
	assert.Contains(t, body, `"io.modelcontextprotocol/subscriptionId":9007199254740993`)
}

// malformed are messages that the server does not pass on.
var malformed = map[string]struct{ message, want string }{
	"not JSON":               {`{"jsonrpc":`, `"id":null,"error":{"code":-32700`},
	"empty":                  {``, `"id":null,"error":{"code":-32700`},
	"two messages":           {listTools + listTools, `"id":null,"error":{"code":-32700`},
	"a batch":                {`[` + listTools + `]`, `"id":null,"error":{"code":-32600`},
	"a number":               {`7`, `"id":null,"error":{"code":-32600`},
	"null":                   {`null`, `"id":null,"error":{"code":-32600`},
	"the version a number":   {`{"jsonrpc":2.0,"id":3,"method":"ping"}`, `"id":3,"error":{"code":-32600`},
	"another version":        {`{"jsonrpc":"1.0","id":3,"method":"ping"}`, `"id":3,"error":{"code":-32600`},
	"no version":             {`{"id":3,"method":"ping"}`, `"id":3,"error":{"code":-32600`},
	"a result in a request":  {`{"jsonrpc":"2.0","id":3,"method":"ping","result":{}}`, `"id":3,"error":{"code":-32600`},
	"an error in a request":  {`{"jsonrpc":"2.0","id":3,"method":"ping","error":{}}`, `"id":3,"error":{"code":-32600`},
	"the method a number":    {`{"jsonrpc":"2.0","id":3,"method":7}`, `"id":3,"error":{"code":-32600`},
	"an empty method":        {`{"jsonrpc":"2.0","id":3,"method":""}`, `"id":3,"error":{"code":-32600`},
	"no method":              {`{"jsonrpc":"2.0","id":3}`, `"id":3,"error":{"code":-32600`},
	"an object as the id":    {`{"jsonrpc":"2.0","id":{},"method":"ping"}`, `"id":null,"error":{"code":-32600`},
	"true as the id":         {`{"jsonrpc":"2.0","id":true,"method":"ping"}`, `"id":null,"error":{"code":-32600`},
	"a list as the id":       {`{"jsonrpc":"2.0","id":[1],"method":"ping"}`, `"id":null,"error":{"code":-32600`},
	"a notification, result": {`{"jsonrpc":"2.0","method":"notifications/x","result":1}`, `"id":null,"error":{"code":-32600`},
}

func TestMalformedMessagesAreRejected(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), nil)
	session, stream := r.startSession(t), openSSE(t, r)
	for name, test := range malformed {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for path, header := range map[string][]string{
				"/mcp":          {"Mcp-Session-Id", session},
				"/mcp?modern":   {"Mcp-Protocol-Version", "2026-07-28"},
				stream.endpoint: nil,
			} {
				resp, body := r.post(t, path, test.message, header...)
				assert.Equal(t, http.StatusBadRequest, resp.StatusCode, path)
				assert.Equal(t, "application/json", resp.Header.Get("Content-Type"), path)
				assert.Contains(t, body, test.want, path)
			}
		})
	}
}

// TestMalformedMessagesKeepNoStreamOpen sends what cannot be answered on the
// streams of HTTP+SSE. They must still end when the server drains.
func TestMalformedMessagesKeepNoStreamOpen(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := startInMemory(t, sandbox.New(), nil)
		stream := openSSE(t, r)
		for _, test := range malformed {
			r.post(t, stream.endpoint, test.message)
		}
		for _, message := range []string{
			`{"jsonrpc":"2.0","id":3,"result":{}}`, `{"jsonrpc":"2.0","id":3,"error":{"code":1,"message":"x"}}`,
			`{"jsonrpc":"2.0","method":"notifications/initialized"}`, `{"jsonrpc":"2.0","id":null,"method":"notifications/initialized"}`,
		} {
			resp, _ := r.post(t, stream.endpoint, message)
			assert.Equal(t, http.StatusAccepted, resp.StatusCode, message)
		}
		synctest.Wait()
		assert.Empty(t, stream.data, "nothing was answered on the stream")
		r.stop()
		stream.requireEnd(t)
		require.NoError(t, <-r.done)
	})
}
