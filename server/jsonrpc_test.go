package server

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMessageKinds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		message  string
		kind     messageKind
		response bool // whether isResponse reports true
		method   string
	}{
		"request":                 {`{"jsonrpc":"2.0","id":1,"method":"ping"}`, requestMessage, false, "ping"},
		"request, string id":      {`{"jsonrpc":"2.0","id":"a","method":"ping"}`, requestMessage, false, "ping"},
		"request, id 0":           {`{"jsonrpc":"2.0","id":0,"method":"ping"}`, requestMessage, false, "ping"},
		"request, null result":    {`{"jsonrpc":"2.0","id":1,"method":"ping","result":null,"error":null}`, requestMessage, false, "ping"},
		"request with a result":   {`{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}`, invalidMessage, false, "ping"},
		"notification":            {`{"jsonrpc":"2.0","method":"notifications/initialized"}`, notificationMessage, false, "notifications/initialized"},
		"notification, null id":   {`{"jsonrpc":"2.0","id":null,"method":"notifications/initialized"}`, notificationMessage, false, "notifications/initialized"},
		"result":                  {`{"jsonrpc":"2.0","id":1,"result":{}}`, responseMessage, true, ""},
		"error":                   {`{"jsonrpc":"2.0","id":"a","error":{"code":1,"message":"x"}}`, responseMessage, true, ""},
		"error with a null id":    {`{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"x"}}`, responseMessage, false, ""},
		"version 1.0":             {`{"jsonrpc":"1.0","id":1,"method":"ping"}`, invalidMessage, false, "ping"},
		"version 1.0, a result":   {`{"jsonrpc":"1.0","id":1,"method":"ping","result":{}}`, invalidMessage, false, "ping"},
		"version is a number":     {`{"jsonrpc":2.0,"id":1,"method":"ping"}`, invalidMessage, false, "ping"},
		"id is an object":         {`{"jsonrpc":"2.0","id":{},"method":"ping"}`, invalidMessage, false, "ping"},
		"id is null":              {`{"jsonrpc":"2.0","id":null,"method":"ping"}`, invalidMessage, false, "ping"},
		"not JSON":                {`ping`, invalidMessage, false, ""},
		"empty":                   {``, invalidMessage, false, ""},
		"batch":                   {`[{"jsonrpc":"2.0","id":1,"method":"ping"}]`, invalidMessage, false, ""},
		"method is not a string":  {`{"jsonrpc":"2.0","id":1,"method":7}`, invalidMessage, false, ""},
		"members in another case": {`{"JSONRPC":"2.0","Id":1,"METHOD":"ping"}`, requestMessage, false, "ping"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := parseMessage([]byte(test.message))
			assert.Equal(t, test.kind, m.kind)
			assert.Equal(t, test.kind == invalidMessage, m.fault != nil)
			if test.kind != invalidMessage {
				assert.Equal(t, test.method, m.method)
			}
			assert.Equal(t, test.response, isResponse([]byte(test.message)), "isResponse")
		})
	}
}

func TestIDOfAPartialMessage(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		beginning string
		want      string
	}{
		"number":           {`{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"na`, "4"},
		"large number":     {`{"jsonrpc":"2.0","id":9007199254740993,"method":"tools/call","params":{"na`, "9007199254740993"},
		"string":           {`{"jsonrpc":"2.0","id":"six","method":"tools/ca`, `"six"`},
		"after the params": {`{"params":{"id":1,"a":[{"id":2}]},"id":3,"method":"x`, "3"},
		"beyond the end":   {`{"jsonrpc":"2.0","params":{"body":"xxxxx`, ""},
		"only a nested id": {`{"params":{"id":1},"method":"x"}`, ""},
		"array":            {`[[[[[[`, ""},
		"text":             {`id 4`, ""},
		"nothing":          {``, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, string(idOf([]byte(test.beginning))))
		})
	}
}
