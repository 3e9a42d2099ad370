package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

const pingFormat = `{"jsonrpc":"2.0","id":%s,"method":"ping"}`

// TestMalformedMessages sends each message 300 times, which is more than may be
// pending, and checks that the server still works and ends with its input.
func TestMalformedMessages(t *testing.T) {
	t.Parallel()
	const none = "" // no response
	for name, test := range map[string]struct {
		line string
		id   string
		code int
	}{
		"truncated":                 {`{"jsonrpc":"2.0","id":1,`, `null`, -32700},
		"not JSON":                  {`no JSON`, `null`, -32700},
		"unknown method":            {`{"jsonrpc":"2.0","id":2,"method":"no/such"}`, `2`, -32601},
		"unknown tool":              {`{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"no_such"}}`, `4`, -32602},
		"params are an array":       {`{"jsonrpc":"2.0","id":5,"method":"tools/call","params":[]}`, `5`, -32600},
		"params are a string":       {`{"jsonrpc":"2.0","id":5,"method":"tools/call","params":"x"}`, `5`, -32600},
		"another version":           {`{"jsonrpc":"1.0","id":3,"method":"ping"}`, `3`, -32600},
		"version is a number":       {`{"jsonrpc":2.0,"id":3,"method":"ping"}`, `3`, -32600},
		"version is null":           {`{"jsonrpc":null,"id":3,"method":"ping"}`, `3`, -32600},
		"no version":                {`{"id":"a","method":"tools/call"}`, `"a"`, -32600},
		"no method":                 {`{"jsonrpc":"2.0","id":3}`, `3`, -32600},
		"method is a number":        {`{"jsonrpc":"2.0","id":3,"method":7}`, `3`, -32600},
		"method is null":            {`{"jsonrpc":"2.0","id":3,"method":null}`, `3`, -32600},
		"method is empty":           {`{"jsonrpc":"2.0","id":3,"method":""}`, `3`, -32600},
		"request with a result":     {`{"jsonrpc":"2.0","id":3,"method":"ping","result":{}}`, `3`, -32600},
		"call with a result":        {`{"jsonrpc":"2.0","id":3,"method":"tools/call","result":0}`, `3`, -32600},
		"request with an error":     {`{"jsonrpc":"2.0","id":3,"method":"ping","error":{"code":1,"message":"x"}}`, `3`, -32600},
		"id is null":                {`{"jsonrpc":"2.0","id":null,"method":"ping"}`, `null`, -32600},
		"id is a boolean":           {`{"jsonrpc":"2.0","id":true,"method":"tools/call"}`, `null`, -32600},
		"id is an object":           {`{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}`, `null`, -32600},
		"id is an array":            {`{"jsonrpc":"2.0","id":[1],"method":"tools/call"}`, `null`, -32600},
		"long method":               {`{"jsonrpc":"2.0","id":3,"method":"` + strings.Repeat("m", 1001) + `"}`, `3`, -32600},
		"long tool":                 {`{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"` + strings.Repeat("n", 1001) + `"}}`, `3`, -32600},
		"long prompt":               {`{"jsonrpc":"2.0","id":3,"method":"prompts/get","params":{"name":"` + strings.Repeat("p", 1001) + `"}}`, `3`, -32600},
		"long resource":             {`{"jsonrpc":"2.0","id":3,"method":"resources/read","params":{"uri":"` + strings.Repeat("u", 1001) + `"}}`, `3`, -32600},
		"batch":                     {`[{"jsonrpc":"2.0","id":1,"method":"ping"}]`, `null`, -32600},
		"empty batch":               {`[]`, `null`, -32600},
		"number":                    {`1`, `null`, -32600},
		"null":                      {`null`, `null`, -32600},
		"empty object":              {`{}`, `null`, -32600},
		"too deep":                  {strings.Repeat("[", 20_000), `null`, -32700},
		"notification":              {`{"jsonrpc":"2.0","method":"notifications/initialized"}`, none, 0},
		"notification, null id":     {`{"jsonrpc":"2.0","id":null,"method":"notifications/initialized"}`, none, 0},
		"notification, odd params":  {`{"jsonrpc":"2.0","method":"notifications/cancelled","params":[1]}`, none, 0},
		"notification of a call":    {`{"jsonrpc":"2.0","method":"tools/call","params":{"name":"get_issue"}}`, none, 0},
		"response nobody waits for": {`{"jsonrpc":"2.0","id":1,"result":{}}`, none, 0},
		"response with null":        {`{"jsonrpc":"2.0","id":1,"result":null}`, none, 0},
		"error nobody waits for":    {`{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"x"}}`, none, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &server.Server{MCPServer: mcpserver.NewMCPServer("test", "1", mcpserver.WithToolCapabilities(false))}
			w := newWire(t, t.Context(), s)
			const times = 300
			go func() {
				for range times {
					fmt.Fprintln(w.in, test.line)
				}
				fmt.Fprintf(w.in, pingFormat+"\n", `"good"`)
				w.in.Close()
			}()
			want, total := map[string]int{`"good" 0`: 1}, 1
			if test.id != none {
				want[fmt.Sprint(test.id, " ", test.code)] = times
				total += times
			}
			got := map[string]int{}
			for range total {
				m := w.receive()
				code := 0
				if m.Error != nil {
					code = m.Error.Code
				}
				got[fmt.Sprint(string(m.ID), " ", code)]++
			}
			assert.Equal(t, want, got)
			require.NoError(t, <-w.done)
		})
	}
}

func TestTooLongMessages(t *testing.T) {
	t.Parallel()
	s, _ := newServer(t, sandbox.New(), server.Selection{})
	w := newWire(t, t.Context(), s)
	for _, test := range []struct{ name, line, id string }{
		{"call", `{"jsonrpc":"2.0","id":"six","method":"tools/call","params":{"name":"comment","arguments":{"body":"` + strings.Repeat("x", 20<<20) + `"}}}`, `"six"`},
		{"no id", strings.Repeat("[", 5<<20), `null`},
		{"id is an object", `{"id":{},"x":"` + strings.Repeat("x", 5<<20), `null`},
	} {
		w.send("%s", test.line)
		m := w.receive()
		assert.Equal(t, test.id, string(m.ID), test.name)
		require.NotNil(t, m.Error, test.name)
		assert.Equal(t, -32600, m.Error.Code, test.name)
		assert.Equal(t, "the message exceeds 4 MiB", m.Error.Message)
	}
	w.send(getIssue, "7")
	assert.False(t, w.receive().Result.IsError, "the server still works")
}

// TestIDsComeBackAsSent compares ids by their bytes.
func TestIDsComeBackAsSent(t *testing.T) {
	t.Parallel()
	s, _ := newServer(t, sandbox.New(), server.Selection{})
	w := newWire(t, t.Context(), s)
	for _, id := range []string{
		`1`, `"1"`, `0`, `-1`, `-0`, `1.0`, `1.5`, `1e3`, `9007199254740993`, `-9007199254740993`, `123456789012345678901234567890`, `1e999`,
		`""`, `"a b"`, `"\u0061"`, `"<&>"`, `"\ud83d\ude00"`, `"😀"`, `"\u2028"`,
	} {
		for _, format := range []string{pingFormat, getIssue, `{"id":%s,"jsonrpc":"2.0","method":"no/such"}`, `{"id":%s,"jsonrpc":2.0,"method":"ping"}`} {
			w.send(format, id)
			line, err := w.out.ReadString('\n')
			require.NoError(t, err)
			assert.Contains(t, line, `{"jsonrpc":"2.0","id":`+id+`,"`, format)
			assert.True(t, json.Valid([]byte(line)), line)
		}
	}
}

// TestPanicOutsideOfTools lets a part of the server panic that no tool handler
// surrounds.
func TestPanicOutsideOfTools(t *testing.T) {
	t.Parallel()
	hooks := &mcpserver.Hooks{}
	hooks.AddBeforePing(func(context.Context, any, *mcp.PingRequest) { panic("internal detail") })
	w := newWire(t, t.Context(), &server.Server{MCPServer: mcpserver.NewMCPServer("test", "1", mcpserver.WithHooks(hooks))})
	w.send(pingFormat, "1")
	m := w.receive()
	require.NotNil(t, m.Error)
	assert.Equal(t, -32603, m.Error.Code)
	assert.NotContains(t, m.Error.Message, "detail")
	w.in.Close()
	require.NoError(t, <-w.done)
}
