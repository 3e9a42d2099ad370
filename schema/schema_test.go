package schema_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/schema"
)

type base struct {
	Owner  string `json:"owner" jsonschema:"minLength=1" jsonschema_description:"the owner"`
	Number int    `json:"number" jsonschema:"minimum=1,maximum=100" jsonschema_description:"the number"`
}

type params struct {
	base
	State   *string  `json:"state,omitempty" jsonschema:"enum=open,enum=closed" jsonschema_description:"the state"`
	Labels  []string `json:"labels,omitempty" jsonschema:"minItems=1,pattern=^[^\\,]+$" jsonschema_description:"the labels"`
	Since   string   `json:"since,omitempty" jsonschema:"format=date-time" jsonschema_description:"the time"`
	Private bool     `json:"private,omitempty" jsonschema_description:"the flag"`
	ID      int64    `json:"id,omitempty" jsonschema_description:"the id"`
}

func TestJSON(t *testing.T) {
	t.Parallel()
	assert.JSONEq(t, `{
		"type": "object", "additionalProperties": false, "required": ["owner", "number"],
		"properties": {
			"owner": {"type": "string", "minLength": 1, "description": "the owner"},
			"number": {"type": "integer", "minimum": 1, "maximum": 100, "description": "the number"},
			"state": {"type": "string", "enum": ["open", "closed"], "description": "the state"},
			"labels": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "^[^,]+$"}, "description": "the labels"},
			"since": {"type": "string", "format": "date-time", "description": "the time"},
			"private": {"type": "boolean", "description": "the flag"},
			"id": {"type": "integer", "description": "the id"}
		}
	}`, string(schema.For[params]().JSON()))
}

func TestDecodeAcceptsUnambiguousValues(t *testing.T) {
	t.Parallel()
	s := schema.For[params]()
	for in, want := range map[string]params{
		`{"owner":"o","number":12}`:                               {base: base{"o", 12}},
		`{"owner":"o","number":"12"}`:                             {base: base{"o", 12}},
		`{"owner":"o","number":"#12"}`:                            {base: base{"o", 12}},
		`{"owner":"o","number":12.0}`:                             {base: base{"o", 12}},
		`{"owner":5,"number":1}`:                                  {base: base{"5", 1}},
		`{"owner":"o","number":1,"state":null,"labels":null}`:     {base: base{"o", 1}},
		`{"owner":"o","number":1,"labels":"[\"a\",\"b\"]"}`:       {base: base{"o", 1}, Labels: []string{"a", "b"}},
		`{"owner":"o","number":1,"labels":"a, kind/b"}`:           {base: base{"o", 1}, Labels: []string{"a", "kind/b"}},
		`{"owner":"o","number":1,"labels":"a"}`:                   {base: base{"o", 1}, Labels: []string{"a"}},
		`{"owner":"o","number":1,"private":"true"}`:               {base: base{"o", 1}, Private: true},
		`{"owner":"o","number":1,"since":"2024-11-10T08:10:30Z"}`: {base: base{"o", 1}, Since: "2024-11-10T08:10:30Z"},
		`{"owner":"o","number":1,"id":"9007199254740993"}`:        {base: base{"o", 1}, ID: 9007199254740993},
		`{"owner":"o","number":1,"id":9007199254740993}`:          {base: base{"o", 1}, ID: 9007199254740993},
		`{"owner":"o","number":1,"state":"open"}`:                 {base: base{"o", 1}, State: new("open")},
		` {"owner":"a\"b","number":1} `:                           {base: base{`a"b`, 1}},
	} {
		got, err := s.Decode(json.RawMessage(in))
		require.NoError(t, err, in)
		assert.Equal(t, want, got, in)
	}
}

func TestDecodeRejects(t *testing.T) {
	t.Parallel()
	s := schema.For[params]()
	for in, want := range map[string]string{
		``:                                "number is missing (integer: the number); owner is missing (string: the owner)",
		`{"owner":null,"number":1}`:       "owner is missing (string: the owner)",
		`[]`:                              "the arguments must be an object, not []",
		`null`:                            "the arguments must be an object, not null",
		`"x"`:                             `the arguments must be an object, not "x"`,
		`{"owner":"","number":1}`:         "owner must not be empty (string: the owner)",
		`{"owner":"o","number":0}`:        "number must be at least 1 (integer: the number)",
		`{"owner":"o","number":101}`:      "number must be at most 100 (integer: the number)",
		`{"owner":"o","number":1.5}`:      "number must be of type integer, not number (integer: the number)",
		`{"owner":"o","number":"one"}`:    "number must be of type integer, not string (integer: the number)",
		`{"owner":"o","number":"#"}`:      "number must be of type integer, not string (integer: the number)",
		`{"owner":"o","number":true}`:     "number must be of type integer, not boolean (integer: the number)",
		`{"owner":["o"],"number":1}`:      "owner must be of type string, not array (string: the owner)",
		`{"owner":"o","number":1,"nr":2}`: `unknown argument "nr"; the arguments are owner, number, state, labels, since, private, id`,
		`{"owner":"o","number":1,"state":"close"}`:      "state must be one of open, closed (string: the state)",
		`{"owner":"o","number":1,"state":false}`:        "state must be one of open, closed (string: the state)",
		`{"owner":"o","number":1,"labels":[]}`:          "labels must have at least one element (array of strings: the labels)",
		`{"owner":"o","number":1,"labels":""}`:          "labels must be of type array, not string (array of strings: the labels)",
		`{"owner":"o","number":1,"labels":["a,b"]}`:     `labels[0] must not be "a,b" (array of strings: the labels)`,
		`{"owner":"o","number":1,"labels":["a",1]}`:     "labels[1] must be of type string, not number (array of strings: the labels)",
		`{"owner":"o","number":1,"since":"today"}`:      `since must be a time like 2024-11-20T13:00:21+08:00, not "today" (string: the time)`,
		`{"owner":"o","number":1,"since":"2024-11-20"}`: `since must be a time like 2024-11-20T13:00:21+08:00, not "2024-11-20" (string: the time)`,
		`{"owner":"o","number":1,"private":"yes"}`:      "private must be of type boolean, not string (boolean: the flag)",
		`{"owner":"o","number":1,"id":1e30}`:            "id is out of range (integer: the id)",
	} {
		_, err := s.Decode(json.RawMessage(in))
		require.Error(t, err, in)
		assert.Equal(t, want, err.Error(), in)
	}
}

// FuzzDecode checks that no arguments make Decode panic, and that it accepts its
// own result, encoded again.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"owner":"o","number":"#12","labels":"a,b","private":"true"}`, `{"owner":5,"number":12.0,"labels":"[\"a\"]","state":null}`,
		`{"owner":"o","number":1,"since":"2024-11-10T08:10:30+08:00","id":"9007199254740993"}`, `{}`, `[]`, `{"owner":{},"number":[]}`, `{"number":-0}`, `{"labels":"["}`,
	} {
		f.Add([]byte(seed))
	}
	s := schema.For[params]()
	f.Fuzz(func(t *testing.T, data []byte) {
		first, err := s.Decode(data)
		if err != nil {
			assert.NotEmpty(t, err.Error())
			return
		}
		assert.NotEmpty(t, first.Owner)
		assert.Positive(t, first.Number)
		written, err := json.Marshal(first)
		require.NoError(t, err)
		second, err := s.Decode(written)
		require.NoError(t, err)
		assert.Equal(t, first, second)
	})
}
