package schema_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/schema"
)

type change struct {
	Numbers []int    `json:"numbers" jsonschema:"minItems=1,minimum=1" jsonschema_description:"the numbers"`
	State   *string  `json:"state,omitempty" jsonschema:"enum=open,enum=closed" jsonschema_description:"the state"`
	Labels  []string `json:"labels,omitempty" jsonschema_description:"the labels"`
	Until   string   `json:"until,omitempty" jsonschema:"format=date-time" jsonschema_description:"the time"`
	Hours   float64  `json:"hours,omitempty" jsonschema_description:"the hours"`
}

type bulk struct {
	Changes []change `json:"changes" jsonschema:"minItems=1,maxItems=200" jsonschema_description:"the changes"`
	Include []string `json:"include,omitempty" jsonschema:"enum=body,enum=logs" jsonschema_description:"the parts"`
	Text    string   `json:"text,omitempty" jsonschema:"pattern=\\S" jsonschema_description:"the text"`
}

func TestJSONOfObjects(t *testing.T) {
	t.Parallel()
	assert.JSONEq(t, `{"type": "object", "required": ["changes"], "properties": {
		"changes": {"type": "array", "description": "the changes", "items": {"type": "object", "required": ["numbers"], "properties": {
			"numbers": {"type": "array", "items": {"type": "integer"}, "description": "the numbers"},
			"state": {"type": "string", "enum": ["open", "closed"], "description": "the state"},
			"labels": {"type": "array", "items": {"type": "string"}, "description": "the labels"},
			"until": {"type": "string", "description": "the time; RFC 3339, or a date (00:00 +08:00)"},
			"hours": {"type": "number", "description": "the hours"}
		}}},
		"include": {"type": "array", "items": {"type": "string", "enum": ["body", "logs"]}, "description": "the parts"},
		"text": {"type": "string", "description": "the text"}
	}}`, string(schema.For(new(bulk)).JSON()))
}

func TestIdentifiers(t *testing.T) {
	t.Parallel()
	type comment struct {
		base
		Labels []string `json:"labels"`
		Body   string   `json:"body" jsonschema:"pattern=\\S"`
	}
	assert.Equal(t, []string{"owner", "number"}, schema.For(new(comment)).Identifiers())
}

func TestDecodeAcceptsObjects(t *testing.T) {
	t.Parallel()
	s := schema.For(new(bulk))
	for in, want := range map[string]bulk{
		`{"changes":[{"numbers":[1,2],"state":"open"},{"numbers":[3]}]}`: {Changes: []change{{Numbers: []int{1, 2}, State: new("open")}, {Numbers: []int{3}}}},
		`{"changes":{"numbers":12}}`:                                     {Changes: []change{{Numbers: []int{12}}}},
		`{"changes":[{"numbers":"#12"}]}`:                                {Changes: []change{{Numbers: []int{12}}}},
		`{"changes":[{"numbers":"12, #14"}]}`:                            {Changes: []change{{Numbers: []int{12, 14}}}},
		`{"changes":[{"numbers":"[12,\"14\"]"}]}`:                        {Changes: []change{{Numbers: []int{12, 14}}}},
		`{"changes":[{"numbers":["#1",2.0," 3 "]}]}`:                     {Changes: []change{{Numbers: []int{1, 2, 3}}}},
		`{"changes":"[{\"numbers\":[1],\"labels\":\"a,b\"}]"}`:           {Changes: []change{{Numbers: []int{1}, Labels: []string{"a", "b"}}}},
		`{"changes":" {\"numbers\":1} "}`:                                {Changes: []change{{Numbers: []int{1}}}},
		`{"changes":["{\"numbers\":1}"]}`:                                {Changes: []change{{Numbers: []int{1}}}},
		`{"changes":[{"numbers":1,"state":"Closed","labels":null}]}`:     {Changes: []change{{Numbers: []int{1}, State: new("closed")}}},
		`{"changes":[{"numbers":1,"labels":7,"hours":"1.25"}]}`:          {Changes: []change{{Numbers: []int{1}, Labels: []string{"7"}, Hours: 1.25}}},
		`{"changes":[{"numbers":1,"until":"2026-09-01"}]}`:               {Changes: []change{{Numbers: []int{1}, Until: "2026-09-01T00:00:00+08:00"}}},
		`{"changes":[{"numbers":1}],"include":"Body, logs"}`:             {Changes: []change{{Numbers: []int{1}}}, Include: []string{"body", "logs"}},
		`{"changes":[{"numbers":1}],"text":"[1,2]"}`:                     {Changes: []change{{Numbers: []int{1}}}, Text: "[1,2]"},
	} {
		got, err := decodeAs[bulk](s, []byte(in))
		require.NoError(t, err, in)
		assert.Equal(t, want, got, in)
	}
}

func TestDecodeRejectsObjects(t *testing.T) {
	t.Parallel()
	s := schema.For(new(bulk))
	for in, want := range map[string]string{
		`{}`:                                          "changes is missing (array of objects: the changes)",
		`{"changes":[]}`:                              "changes must have at least one element (array of objects: the changes)",
		`{"changes":"close 12"}`:                      "changes must be an array of objects (array of objects: the changes)",
		`{"changes":"[{\"numbers\":[1]}"}`:            "changes is not valid JSON: unexpected end of JSON input at byte 16 (array of objects: the changes)",
		`{"changes":" [{\"numbers\":[1],}]"}`:         "changes is not valid JSON: invalid character '}' looking for beginning of object key string at byte 18 (array of objects: the changes)",
		`{"changes":["{\"numbers\":1"]}`:              "changes[0] is not valid JSON: unexpected end of JSON input at byte 12 (array of objects: the changes)",
		`{"changes":[{"number":1,"numbers":2}]}`:      `unknown member "number" in changes[0]; did you mean "numbers"?`,
		`{"changes":12}`:                              "changes must be an array of objects (array of objects: the changes)",
		`{"changes":[12]}`:                            "changes[0] must be of type object, not number (array of objects: the changes)",
		`{"changes":[null]}`:                          "changes[0] must be of type object, not null (array of objects: the changes)",
		`{"changes":[{}]}`:                            "changes[0].numbers is missing (array of integers: the numbers)",
		`{"changes":[{"numbers":null}]}`:              "changes[0].numbers is missing (array of integers: the numbers)",
		`{"changes":[{"numbers":[]}]}`:                "changes[0].numbers must have at least one element (array of integers: the numbers)",
		`{"changes":[{"numbers":"a"}]}`:               "changes[0].numbers[0] must be of type integer, not string (array of integers: the numbers)",
		`{"changes":[{"numbers":true}]}`:              "changes[0].numbers must be an array, or numbers separated by commas (array of integers: the numbers)",
		`{"changes":[{"numbers":[1,0]}]}`:             "changes[0].numbers[1] must be at least 1 (array of integers: the numbers)",
		`{"changes":[{"numbers":[1e30]}]}`:            "changes.numbers is out of range (array of integers: the numbers)",
		`{"changes":[{"numbers":1,"hours":1.234}]}`:   "changes[0].hours must have at most two decimals, like 1.25 (number: the hours)",
		`{"changes":[{"numbers":1}],"include":"all"}`: "include[0] must be one of body, logs (array of strings: the parts)",
		`{"changes":[{"numbers":1},{"numbers":2},{"numbers":3,"state":"shut"}]}`:  "changes[2].state must be one of open, closed (string: the state)",
		`{"changes":[{"numbers":1,"nr":2}]}`:                                      `unknown member "nr" in changes[0]; the members are numbers, state, labels, until, hours`,
		`{"changes":[{"numbers":1,"x":2,"y":3}]}`:                                 `unknown members "x", "y" in changes[0]; the members are numbers, state, labels, until, hours`,
		`{"changes":[` + strings.Repeat(`{"numbers":1},`, 10) + `{"state":"x"}]}`: "changes[10].numbers is missing (array of integers: the numbers); changes[10].state must be one of open, closed (string: the state)",
		`{"changes":[` + strings.Repeat(`{},`, 10) + `{}]}`: "changes[0].numbers is missing (array of integers: the numbers); changes[1].numbers is missing (array of integers: the numbers); " +
			"changes[2].numbers is missing (array of integers: the numbers); changes[3].numbers is missing (array of integers: the numbers); changes[4].numbers is missing (array of integers: the numbers) and 6 more",
		`{"changes":[` + strings.Repeat(`{"numbers":1},`, 200) + `{"numbers":1}]}`: "changes must have at most 200 elements (array of objects: the changes)",
	} {
		_, err := decodeAs[bulk](s, []byte(in))
		require.Error(t, err, in)
		assert.Equal(t, want, err.Error(), in)
	}
}

// TestDecodeBoundsObjects checks that 200 issues can get twenty labels each, and
// that lists in texts count.
func TestDecodeBoundsObjects(t *testing.T) {
	t.Parallel()
	s := schema.For(new(bulk))
	changes := make([]string, 200)
	for i := range changes {
		changes[i] = fmt.Sprintf(`{"numbers":[%d],"state":"closed","labels":[%s"z"]}`, i+1, strings.Repeat(`"a",`, 19))
	}
	all := "[" + strings.Join(changes, ",") + "]"
	quoted, err := json.Marshal(all)
	require.NoError(t, err)
	for _, in := range []string{all, string(quoted)} {
		got, err := decodeAs[bulk](s, []byte(`{"changes":`+in+`}`))
		require.NoError(t, err)
		assert.Len(t, got.Changes, 200)
		assert.Len(t, got.Changes[199].Labels, 20)
	}
	element := `{"numbers":"` + strings.Repeat("1,", 99) + `1"}`
	for name, in := range map[string]string{
		"names":  strings.TrimSuffix(strings.Repeat(element+",", 150), ","),
		"arrays": strings.TrimSuffix(strings.Repeat(strings.ReplaceAll(strings.ReplaceAll(element, `:"`, `:"[`), `1"}`, `1]"}`)+",", 150), ","),
	} {
		_, err := decodeAs[bulk](s, []byte(`{"changes":[`+in+`]}`))
		assert.EqualError(t, err, "the arguments contain more than 10000 values", name)
	}
}

// FuzzDecode checks that no arguments make Decode panic, and that it accepts its
// own result, encoded again.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"owner":"o","number":"#12","labels":"a,b","private":"true"}`, `{"owner":5,"number":12.0,"labels":"[\"a\"]","state":null}`,
		`{"owner":"o","number":1,"since":"2024-11-10T08:10:30+08:00","id":"9007199254740993"}`, `{}`, `[]`, `{"owner":{},"number":[]}`, `{"number":-0}`, `{"owner":"o","number":1,"page":"1.25"}`, `{"owner":"o","number":1,"page":1e999999999}`, `{"labels":"["}`,
		`{"owner":"o","number":1,"days":"2026-09-01..","since":"2026-09-01","state":"OPEN"}`, `{"changes":{"numbers":"1,2","state":"OPEN"}}`, `{"changes":"[{\"numbers\":\"#1\"}]","include":"body"}`, `{"changes":[{"numbers":[]},{"x":1}]}`,
	} {
		f.Add([]byte(seed))
	}
	flat, nested := schema.For(new(params)), schema.For(new(bulk))
	f.Fuzz(func(t *testing.T, data []byte) {
		if p, ok := decodeTwice[params](t, flat, data); ok {
			assert.NotEmpty(t, p.Owner)
			assert.Positive(t, p.Number)
		}
		if p, ok := decodeTwice[bulk](t, nested, data); ok {
			assert.NotEmpty(t, p.Changes)
			for _, change := range p.Changes {
				assert.NotEmpty(t, change.Numbers)
			}
		}
	})
}

// decodeTwice decodes data, if it is valid, and the result again.
func decodeTwice[T any](t *testing.T, s *schema.Schema, data []byte) (first T, ok bool) {
	t.Helper()
	first, err := decodeAs[T](s, data)
	if err != nil {
		assert.NotEmpty(t, err.Error())
		return first, false
	}
	written, err := json.Marshal(first)
	require.NoError(t, err)
	second, err := decodeAs[T](s, written)
	require.NoError(t, err)
	assert.Equal(t, first, second)
	return first, true
}

func decodeAs[T any](s *schema.Schema, data []byte) (value T, err error) {
	err = s.Decode(data, &value)
	return value, err
}
