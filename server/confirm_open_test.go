package server_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

// TestQuestionOfEndedSession ends a session while its user is asked.
func TestQuestionOfEndedSession(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := startInMemory(t, sandbox.New(), nil)
		resp, body := r.post(t, "/mcp", `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{"elicitation":{}},"clientInfo":{"name":"t","version":"1"}}}`)
		id := resp.Header.Get("Mcp-Session-Id")
		require.NotEmpty(t, id, body)
		ended := r.callInBackground(t.Context(), "/mcp",
			`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"delete_comment","arguments":{"owner":"openharbor","repo":"portal","id":340036}}}`, "Mcp-Session-Id", id)
		synctest.Wait()
		start := time.Now()
		resp, _ = r.do(t, http.MethodDelete, "/mcp", nil, "Mcp-Session-Id", id)
		assert.Equal(t, http.StatusOK, resp.StatusCode)
		assert.NotContains(t, <-ended, `"deleted":true`)
		assert.Less(t, time.Since(start), time.Minute, "the call does not wait for an answer")
	})
}

// TestOpenQuestions ends calls over stdio whose question is not answered.
func TestOpenQuestions(t *testing.T) {
	t.Parallel()
	const initialize = `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{"elicitation":{}},"clientInfo":{"name":"t","version":"1"}}}`
	const unanswered = "delete_comment was not sent: the user could not be asked to confirm it, or did not answer. Ask the user what to do."
	ask := func(t *testing.T) (w *wire, question string) {
		t.Helper()
		s, _ := newServer(t, sandbox.New(), server.Selection{})
		w = newWire(t, t.Context(), s)
		w.send(initialize)
		w.receive()
		w.send(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"delete_comment","arguments":{"owner":"openharbor","repo":"portal","id":340036}}}`)
		return w, string(w.receive().ID)
	}
	t.Run("an error of the client", func(t *testing.T) {
		t.Parallel()
		w, question := ask(t)
		w.send(`{"jsonrpc":"2.0","id":"other","result":{"action":"accept"}}`)
		w.send(`{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"unknown method"}}`, question)
		assert.Equal(t, unanswered, w.receive().Result.Content[0].Text)
	})
	t.Run("the end of the input", func(t *testing.T) {
		t.Parallel()
		w, _ := ask(t)
		w.in.Close()
		assert.Equal(t, unanswered, w.receive().Result.Content[0].Text)
		require.NoError(t, <-w.done)
	})
	t.Run("a canceled call", func(t *testing.T) {
		t.Parallel()
		w, question := ask(t)
		w.send(canceled, "1")
		line, err := w.out.ReadString('\n')
		require.NoError(t, err)
		assert.JSONEq(t, fmt.Sprintf(canceled, question), line)
		w.in.Close()
		_, err = w.out.ReadByte()
		assert.Equal(t, io.EOF, err, "the call has no response")
	})
	t.Run("many", func(t *testing.T) {
		t.Parallel()
		w, question := ask(t)
		var calls strings.Builder
		for id := 2; id < 300; id++ {
			fmt.Fprintf(&calls, `{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"delete_comment","arguments":{"owner":"openharbor","repo":"portal","id":340036}}}`+"\n", id)
		}
		calls.WriteString(`{"jsonrpc":"2.0","id":300,"method":"tools/call","params":{"name":"get_me"}}` + "\n")
		go io.WriteString(w.in, calls.String()) //nolint:errcheck // the responses show it
		const deletions, most = 299, 8
		asked, refused, read := 1, 0, false
		for refused < deletions-most || !read {
			switch m := w.receive(); {
			case m.Result == nil:
				asked++
				require.LessOrEqual(t, asked, most)
			case string(m.ID) == "300":
				read = true
			default:
				refused++
				require.Equal(t, "delete_comment was not sent: 8 questions wait for the user's answer already. Call it again once they are answered.", m.Result.Content[0].Text)
			}
		}
		assert.Equal(t, most, asked)
		w.send(`{"jsonrpc":"2.0","id":%s,"result":{"action":"decline"}}`, question)
		assert.Contains(t, w.receive().Result.Content[0].Text, "the user declined")
	})
	t.Run("time", func(t *testing.T) {
		t.Parallel()
		inBubble(t, func(t *testing.T) {
			r := startInMemory(t, sandbox.New(), nil)
			w := newWire(t, t.Context(), r.mcp)
			w.send(initialize)
			w.receive()
			w.send(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"delete_comment","arguments":{"owner":"openharbor","repo":"portal","id":340036}}}`)
			w.receive()
			synctest.Wait()
			w.receive() // the cancellation of the question, after ten minutes
			assert.Equal(t, unanswered, w.receive().Result.Content[0].Text)
			w.in.Close()
			require.NoError(t, <-w.done)
		})
	})
}
