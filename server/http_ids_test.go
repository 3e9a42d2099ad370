package server

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestIDsAreRestored(t *testing.T) {
	t.Parallel()
	ids := newRequestIDs()
	for _, id := range []string{`1`, `-1`, `0`, `9007199254740993`, `123456789012345678901234567890`, `1.50`, `1e400`, `"1"`, `""`, `"a\"b.c\\"`, `"é 漢 \u0000"`} {
		for _, inSession := range []bool{true, false} {
			var sent struct {
				JSONRPC string
				ID      json.RawMessage
				Method  string
				Params  json.RawMessage
			}
			body := ids.replace(message{id: json.RawMessage(id), method: "ping", params: json.RawMessage(`{"a":1}`)}, inSession)
			require.NoError(t, json.Unmarshal(body, &sent), id)
			assert.Equal(t, "2.0", sent.JSONRPC)
			assert.Equal(t, "ping", sent.Method)
			assert.JSONEq(t, `{"a":1}`, string(sent.Params))
			assert.NotEqual(t, id, string(sent.ID))
			answer := `{"jsonrpc":"2.0","id":` + string(sent.ID) + `,"result":{"_meta":{"id":` + string(sent.ID) + `}}}`
			assert.Equal(t, `{"jsonrpc":"2.0","id":`+id+`,"result":{"_meta":{"id":`+id+`}}}`, string(ids.restore([]byte(answer))))
		}
	}
	other := []byte(`{"jsonrpc":"2.0","id":null,"result":"` + string(newRequestIDs().mark[1:]) + `MQ.1"}`)
	assert.Equal(t, other, ids.restore(other), "another process's id is text")
}

func TestReplacedIDs(t *testing.T) {
	t.Parallel()
	ids := newRequestIDs()
	replaced := func(id string, inSession bool) string {
		return string(ids.replace(message{id: json.RawMessage(id), method: "ping"}, inSession))
	}
	inSession, again := replaced("1", true), replaced("1", true)
	assert.Equal(t, inSession, again, "a session can name its call again")
	alone, other := replaced("1", false), replaced("1", false)
	assert.NotEqual(t, alone, other, "without a session each request has its own")
	assert.NotEqual(t, replaced("1", true), replaced(`"1"`, true))
	assert.NotEqual(t, replaced("9007199254740992", true), replaced("9007199254740993", true))

	cancel := ids.replace(message{method: "notifications/cancelled", params: json.RawMessage(`{"requestId":"x","reason":"late"}`)}, true)
	assert.JSONEq(t, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":`+string(ids.replacement(json.RawMessage(`"x"`), true))+`}}`, string(cancel))
	for _, params := range []string{`{}`, `[1]`, `7`} {
		body := ids.replace(message{method: "notifications/cancelled", params: json.RawMessage(params)}, true)
		assert.JSONEq(t, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":`+params+`}`, string(body))
	}
}

func FuzzIDs(f *testing.F) {
	f.Add([]byte(`{"jsonrpc":"2.0","id":1,"method":"ping"}`))
	f.Add([]byte(`{"jsonrpc":"2.0","id":"a\u0041","method":"tools/call","params":{"id":1},"ID":2}`))
	f.Add([]byte(`{"jsonrpc":"2.0","id":9007199254740993,"result":{}}`))
	ids := newRequestIDs()
	f.Fuzz(func(t *testing.T, body []byte) {
		m := parseMessage(body)
		if !m.isRequest() {
			return
		}
		for _, inSession := range []bool{true, false} {
			sent := ids.replace(m, inSession)
			require.True(t, parseMessage(sent).isRequest())
			var restored struct{ ID json.RawMessage }
			require.NoError(t, json.Unmarshal(ids.restore(sent), &restored))
			require.Equal(t, string(m.id), string(restored.ID))
		}
	})
}
