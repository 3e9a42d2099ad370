package schema_test

import (
	"encoding/json"
	"runtime"
	"strings"
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
	Page    float64  `json:"page,omitempty" jsonschema:"minimum=1" jsonschema_description:"the page"`
	Body    string   `json:"body,omitempty" jsonschema:"pattern=\\S" jsonschema_description:"the body"`
	Range   string   `json:"range,omitempty" jsonschema:"pattern=^\\d+-\\d+$,example=1-9" jsonschema_description:"the range"`
	Days    string   `json:"days,omitempty" jsonschema:"format=date-range,pattern=\\.\\.|^T,example=2026-09-01..2026-09-30" jsonschema_description:"the days"`
}

// TestJSON checks which keywords are published.
func TestJSON(t *testing.T) {
	t.Parallel()
	assert.JSONEq(t, `{
		"type": "object", "required": ["owner", "number"],
		"properties": {
			"owner": {"type": "string", "description": "the owner"},
			"number": {"type": "integer", "maximum": 100, "description": "the number"},
			"state": {"type": "string", "enum": ["open", "closed"], "description": "the state"},
			"labels": {"type": "array", "items": {"type": "string"}, "description": "the labels"},
			"since": {"type": "string", "description": "the time; RFC 3339, or a date (00:00 +08:00)"},
			"private": {"type": "boolean", "description": "the flag"},
			"id": {"type": "integer", "description": "the id"},
			"page": {"type": "number", "description": "the page"},
			"body": {"type": "string", "description": "the body"},
			"range": {"type": "string", "description": "the range"},
			"days": {"type": "string", "description": "the days"}
		}
	}`, string(schema.For(new(params)).JSON()))
}

func TestDecodeAcceptsUnambiguousValues(t *testing.T) {
	t.Parallel()
	s := schema.For(new(params))
	for in, want := range map[string]params{
		`{"owner":"o","number":12}`:                                 {base: base{"o", 12}},
		`{"owner":"o","number":"12"}`:                               {base: base{"o", 12}},
		`{"owner":"o","number":"#12"}`:                              {base: base{"o", 12}},
		`{"owner":"o","number":12.0}`:                               {base: base{"o", 12}},
		`{"owner":5,"number":1}`:                                    {base: base{"5", 1}},
		`{"owner":"o","number":1,"state":null,"labels":null}`:       {base: base{"o", 1}},
		`{"owner":"o","number":1,"labels":"[\"a\",\"b\"]"}`:         {base: base{"o", 1}, Labels: []string{"a", "b"}},
		`{"owner":"o","number":1,"labels":"a, kind/b"}`:             {base: base{"o", 1}, Labels: []string{"a", "kind/b"}},
		`{"owner":"o","number":1,"labels":"a"}`:                     {base: base{"o", 1}, Labels: []string{"a"}},
		`{"owner":"o","number":1,"private":"true"}`:                 {base: base{"o", 1}, Private: true},
		`{"owner":"o","number":1,"since":"2024-11-10T08:10:30Z"}`:   {base: base{"o", 1}, Since: "2024-11-10T08:10:30Z"},
		`{"owner":"o","number":1,"since":"2026-10-13T19:05+08:00"}`: {base: base{"o", 1}, Since: "2026-10-13T19:05:00+08:00"},
		`{"owner":"o","number":1,"since":"2026-10-13T19:05Z"}`:      {base: base{"o", 1}, Since: "2026-10-13T19:05:00Z"},
		`{"owner":"o","number":1,"page":1.25}`:                      {base: base{"o", 1}, Page: 1.25},
		`{"owner":"o","number":1,"page":"1.25"}`:                    {base: base{"o", 1}, Page: 1.25},
		`{"owner":"o","number":1,"page":" 3 "}`:                     {base: base{"o", 1}, Page: 3},
		`{"owner":"o","number":1,"page":1.15}`:                      {base: base{"o", 1}, Page: 1.15},
		`{"owner":"o","number":1,"page":115e-2}`:                    {base: base{"o", 1}, Page: 1.15},
		`{"owner":"o","number":1,"page":1000000.01}`:                {base: base{"o", 1}, Page: 1000000.01},
		`{"owner":"o","number":1,"id":"9007199254740993"}`:          {base: base{"o", 1}, ID: 9007199254740993},
		`{"owner":"o","number":1,"id":9007199254740993}`:            {base: base{"o", 1}, ID: 9007199254740993},
		`{"owner":"o","number":1,"since":"2026-10-13"}`:             {base: base{"o", 1}, Since: "2026-10-13T00:00:00+08:00"},
		`{"owner":"o","number":1,"since":" 2026-10-13 "}`:           {base: base{"o", 1}, Since: "2026-10-13T00:00:00+08:00"},
		`{"owner":"o","number":1,"state":"open"}`:                   {base: base{"o", 1}, State: new("open")},
		`{"owner":"o","number":1,"state":" CLOSED\n"}`:              {base: base{"o", 1}, State: new("closed")},
		`{"owner":"o","number":1,"state":"opened"}`:                 {base: base{"o", 1}, State: new("open")},
		`{"owner":"o","number":1,"state":"Reopen"}`:                 {base: base{"o", 1}, State: new("open")},
		`{"owner":"o","number":1,"state":"close"}`:                  {base: base{"o", 1}, State: new("closed")},
		`{"owner":"o","number":1,"labels":["a",1]}`:                 {base: base{"o", 1}, Labels: []string{"a", "1"}},
		`{"owner":"o","number":1,"labels":5}`:                       {base: base{"o", 1}, Labels: []string{"5"}},
		`{"owner":"o","number":1,"labels":"[bug]"}`:                 {base: base{"o", 1}, Labels: []string{"[bug]"}},
		`{"owner":"o","number":1,"body":" Open "}`:                  {base: base{"o", 1}, Body: " Open "},
		`{"owner":"o","number":1,"days":"2026-09-01..2026-09-01"}`:  {base: base{"o", 1}, Days: "2026-09-01..2026-09-01"},
		`{"owner":"o","number":1,"days":"2026-09-01.."}`:            {base: base{"o", 1}, Days: "2026-09-01.."},
		`{"owner":"o","number":1,"days":"..2026-09-01"}`:            {base: base{"o", 1}, Days: "..2026-09-01"},
		`{"owner":"o","number":1,"days":"T1"}`:                      {base: base{"o", 1}, Days: "T1"},
		`"{\"owner\":\"o\",\"number\":1}"`:                          {base: base{"o", 1}},
		` "{\"owner\":\"o\",\"number\":1}" `:                        {base: base{"o", 1}},
		` {"owner":"a\"b","number":1} `:                             {base: base{`a"b`, 1}},
	} {
		got, err := decodeAs[params](s, []byte(in))
		require.NoError(t, err, in)
		assert.Equal(t, want, got, in)
	}
}

func TestDecodeRejects(t *testing.T) {
	t.Parallel()
	s := schema.For(new(params))
	for in, want := range map[string]string{
		``:                                   "number is missing (integer: the number); owner is missing (string: the owner)",
		`{"owner":null,"number":1}`:          "owner is missing (string: the owner)",
		`[]`:                                 "the arguments must be an object, not []",
		`null`:                               "the arguments must be an object, not null",
		`"x"`:                                `the arguments must be an object, not "x"`,
		`{"owner":"","number":1}`:            "owner must not be empty (string: the owner)",
		`{"owner":"o","number":0}`:           "number must be at least 1 (integer: the number)",
		`{"owner":"o","number":101}`:         "number must be at most 100 (integer: the number)",
		`{"owner":"o","number":1.5}`:         "number must be of type integer, not number (integer: the number)",
		`{"owner":"o","number":"one"}`:       "number must be of type integer, not string (integer: the number)",
		`{"owner":"o","number":"#"}`:         "number must be of type integer, not string (integer: the number)",
		`{"owner":"o","number":true}`:        "number must be of type integer, not boolean (integer: the number)",
		`{"owner":["o"],"number":1}`:         "owner must be of type string, not array (string: the owner)",
		`{"owner":"o","number":1,"nr":2}`:    `unknown argument "nr"; the arguments are owner, number, state, labels, since, private, id, page, body, range, days`,
		`{"owner":"o","number":1,"Label":2}`: `unknown argument "Label"; did you mean "labels"?`,
		`{"owner":"o","number":1,"lables":2,"sincee":1}`:           `unknown arguments "lables", "sincee"; did you mean "labels", "since"?`,
		`{"owner":"o","number":1,"lables":2,"title":1}`:            `unknown arguments "lables", "title"; the arguments are owner, number, state, labels, since, private, id, page, body, range, days`,
		`{"owner":"o","number":1,"state":"shut"}`:                  "state must be one of open, closed (string: the state)",
		`{"owner":"o","number":1,"state":false}`:                   "state must be one of open, closed (string: the state)",
		`{"owner":"o","number":1,"labels":[]}`:                     "labels must have at least one element (array of strings: the labels)",
		`{"owner":"o","number":1,"labels":""}`:                     "labels must be an array, or names separated by commas (array of strings: the labels)",
		`{"owner":"o","number":1,"labels":["a,b"]}`:                `labels[0] must not contain a comma (array of strings: the labels)`,
		`{"owner":"o","number":1,"labels":["a",true]}`:             "labels[1] must be of type string, not boolean (array of strings: the labels)",
		`{"owner":"o","number":1,"labels":["a",null]}`:             "labels[1] must be of type string, not null (array of strings: the labels)",
		`{"owner":"o","number":1,"since":"today"}`:                 `since must be a time like 2024-11-20T13:00:21+08:00, or a date, not "today" (string: the time; RFC 3339, or a date (00:00 +08:00))`,
		`{"owner":"o","number":1,"since":"2024-11-31"}`:            `since must be a time like 2024-11-20T13:00:21+08:00, or a date, not "2024-11-31" (string: the time; RFC 3339, or a date (00:00 +08:00))`,
		`{"owner":"o","number":1,"private":"yes"}`:                 "private must be of type boolean, not string (boolean: the flag)",
		`{"owner":"o","number":1,"since":"2026-10-13T19:05"}`:      `since must be a time like 2024-11-20T13:00:21+08:00, or a date, not "2026-10-13T19:05" (string: the time; RFC 3339, or a date (00:00 +08:00))`,
		`{"owner":"o","number":1,"labels":true}`:                   "labels must be an array, or names separated by commas (array of strings: the labels)",
		`{"owner":"o","number":1,"page":1.234}`:                    "page must have at most two decimals, like 1.25 (number: the page)",
		`{"owner":"o","number":1,"page":"1.255"}`:                  "page must have at most two decimals, like 1.25 (number: the page)",
		`{"owner":"o","number":1,"page":0.99}`:                     "page must be at least 1 (number: the page)",
		`{"owner":"o","number":1,"page":-1e-2000000}`:              "page must be at least 1 (number: the page)",
		`{"owner":"o","number":1,"page":1e2000000}`:                "page must be at most 1000000000 (number: the page)",
		`{"owner":"o","number":1,"page":"next"}`:                   "page must be of type number, not string (number: the page)",
		`{"owner":"o","number":1,"page":"0x1p2"}`:                  "page must be of type number, not string (number: the page)",
		`{"owner":"o","number":"1.5"}`:                             "number must be of type integer, not string (integer: the number)",
		`{"owner":"o","number":1,"body":" \n"}`:                    "body must not be blank (string: the body)",
		`{"owner":"o","number":1,"range":"1"}`:                     `range must have the form of 1-9, not "1" (string: the range)`,
		`{"owner":"o","number":1,"days":"2026-02-30.."}`:           `days must have the form of 2026-09-01..2026-09-30, not "2026-02-30.." (string: the days)`,
		`{"owner":"o","number":1,"days":".."}`:                     `days must have the form of 2026-09-01..2026-09-30, not ".." (string: the days)`,
		`{"owner":"o","number":1,"days":"..x"}`:                    `days must have the form of 2026-09-01..2026-09-30, not "..x" (string: the days)`,
		`{"owner":"o","number":1,"days":"2026-02-02..2026-02-01"}`: `days must have the form of 2026-09-01..2026-09-30, not "2026-02-02..2026-02-01" (string: the days)`,
		`{"owner":"o","number":1,"days":"2026-02-01"}`:             `days must have the form of 2026-09-01..2026-09-30, not "2026-02-01" (string: the days)`,
		`{"owner":"o","number":1,"id":1e30}`:                       "id is out of range (integer: the id)",
	} {
		_, err := decodeAs[params](s, []byte(in))
		require.Error(t, err, in)
		assert.Equal(t, want, err.Error(), in)
	}
}

// TestDecodeBoundsErrors checks that an error names the first faults, and that
// it stays short whatever the arguments are.
func TestDecodeBoundsErrors(t *testing.T) {
	t.Parallel()
	const mib = 1 << 20
	array := func(element string, n int) string { return strings.TrimSuffix(strings.Repeat(element+",", n), ",") }
	s := schema.For(new(params))
	for name, test := range map[string]struct{ in, want string }{
		"twelve bad labels": {`"labels":[` + array(`""`, 12) + `]`,
			`labels[0] must not be "" (array of strings: the labels); labels[1] must not be "" (array of strings: the labels); labels[2] must not be "" (array of strings: the labels); ` +
				`labels[3] must not be "" (array of strings: the labels); labels[4] must not be "" (array of strings: the labels) and 7 more`},
		"unknown arguments": {`"u7":1,"u1":1,"u2":1,"u3":1,"u4":1,"u5":1,"u6":1`,
			`unknown arguments "u1", "u2", "u3", "u4", "u5" and 2 more; the arguments are owner, number, state, labels, since, private, id, page, body, range, days`},
		"a long name":           {`"` + strings.Repeat("\u202e", mib) + `":1`, `unknown argument "` + strings.Repeat(`\u202e`, 40) + `"; the arguments`},
		"a long label":          {`"labels":["` + strings.Repeat(",", 999) + `"]`, `labels[0] must not be "` + strings.Repeat(",", 40) + `" (`},
		"a long range":          {`"range":"` + strings.Repeat("语", mib) + `"`, `not "` + strings.Repeat("语", 40) + `" (`},
		"9,996 labels":          {`"labels":[` + array(`""`, 9_996) + `]`, "and 9991 more"},
		"many labels":           {`"labels":[` + array(`""`, mib) + `]`, "the arguments contain more than 10000 values"},
		"many numbers":          {`"labels":[` + array("1", mib) + `]`, "the arguments contain more than 10000 values"},
		"nested arrays":         {`"labels":[[` + array("1", mib) + `]]`, "the arguments contain more than 10000 values"},
		"deep arrays":           {`"labels":` + strings.Repeat("[", 11_000) + strings.Repeat("]", 11_000), "the arguments contain more than 10000 values"},
		"many in a string":      {`"labels":"` + array("a", mib) + `"`, "the arguments contain more than 10000 values"},
		"an array in a string":  {`"labels":"[` + array("1", mib) + `]"`, "the arguments contain more than 10000 values"},
		"an array for a string": {`"body":[` + array("1", mib) + `]`, "the arguments contain more than 10000 values"},
	} {
		_, err := decodeAs[params](s, []byte(`{"owner":"o","number":1,`+test.in+`}`))
		require.Error(t, err, name)
		assert.Contains(t, err.Error(), test.want, name)
		assert.Less(t, len(err.Error()), 2000, name)
	}
	for _, in := range []string{strings.Repeat("x", 100_000), "[" + array("1", 100_000) + "]", `"` + strings.Repeat("语", mib)} {
		_, err := decodeAs[params](s, []byte(in))
		require.Error(t, err)
		assert.Less(t, len(err.Error()), 300)
	}
	body := strings.Repeat(`,[{\"`, mib/5)
	got, err := decodeAs[params](s, []byte(`{"owner":"o","number":1,"body":"`+body+`"}`))
	require.NoError(t, err, "what a text contains does not count")
	assert.Len(t, got.Body, 4*(mib/5))
}

// TestDecodeBoundsMemory checks that bad arguments do not swell.
func TestDecodeBoundsMemory(t *testing.T) {
	s := schema.For(new(params))
	in := json.RawMessage(`{"owner":"o","number":1,"labels":[` + strings.TrimSuffix(strings.Repeat(`"",`, 1<<20), ",") + `]}`)
	_, err := decodeAs[params](s, in)
	require.Error(t, err)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err = decodeAs[params](s, in)
	runtime.ReadMemStats(&after)
	require.Error(t, err)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(4*len(in)))
}
