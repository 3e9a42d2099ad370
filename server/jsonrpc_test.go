package server

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMessageKinds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		message           string
		request, response bool
		method            string
	}{
		"request":                {`{"jsonrpc":"2.0","id":1,"method":"ping"}`, true, false, "ping"},
		"request, string id":     {`{"jsonrpc":"2.0","id":"a","method":"ping"}`, true, false, "ping"},
		"request, id 0":          {`{"jsonrpc":"2.0","id":0,"method":"ping"}`, true, false, "ping"},
		"notification":           {`{"jsonrpc":"2.0","method":"notifications/initialized"}`, false, false, "notifications/initialized"},
		"result":                 {`{"jsonrpc":"2.0","id":1,"result":{}}`, false, true, ""},
		"error":                  {`{"jsonrpc":"2.0","id":"a","error":{"code":1,"message":"x"}}`, false, true, ""},
		"error with a null id":   {`{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"x"}}`, false, false, ""},
		"not JSON":               {`ping`, false, false, ""},
		"empty":                  {``, false, false, ""},
		"batch":                  {`[{"jsonrpc":"2.0","id":1,"method":"ping"}]`, false, false, ""},
		"method is not a string": {`{"jsonrpc":"2.0","id":1,"method":7}`, false, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.request, isRequest([]byte(test.message)), "isRequest")
			assert.Equal(t, test.response, isResponse([]byte(test.message)), "isResponse")
			assert.Equal(t, test.method, methodOf([]byte(test.message)), "methodOf")
		})
	}
}

func TestIDOfAPartialMessage(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		beginning string
		want      any
	}{
		"number":           {`{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"na`, 4.0},
		"string":           {`{"jsonrpc":"2.0","id":"six","method":"tools/ca`, "six"},
		"after the params": {`{"params":{"id":1,"a":[{"id":2}]},"id":3,"method":"x`, 3.0},
		"beyond the end":   {`{"jsonrpc":"2.0","params":{"body":"xxxxx`, nil},
		"only a nested id": {`{"params":{"id":1},"method":"x"}`, nil},
		"array":            {`[[[[[[`, nil},
		"text":             {`id 4`, nil},
		"nothing":          {``, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, idOf([]byte(test.beginning)))
		})
	}
}
