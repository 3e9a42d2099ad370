package tools

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestArguments(t *testing.T) {
	t.Parallel()
	list := &ArgumentSchema{Type: "string", Enum: []string{"a", "b"}}
	for name, test := range map[string]struct {
		schema string
		want   []Argument
	}{
		"none":      {`{"type":"object","properties":{}}`, nil},
		"no schema": {``, nil},
		"required ones first": {
			`{"properties":{"z":{"type":"integer"},"list":{"type":"array","description":"Some.","items":{"type":"string","enum":["a","b"]}},"b":{"type":"string"},"a":{"enum":["x"]}},"required":["a","b"]}`,
			[]Argument{
				{"b", true, ArgumentSchema{Type: "string"}}, {"a", true, ArgumentSchema{Enum: []string{"x"}}},
				{"z", false, ArgumentSchema{Type: "integer"}}, {"list", false, ArgumentSchema{Type: "array", Description: "Some.", Items: list}},
			},
		},
		"ends at what is not a schema": {`{"properties":{"a":{"type":"string"},"b":{"type":["string","null"]},"c":{}}}`, []Argument{{"a", false, ArgumentSchema{Type: "string"}}}},
		"properties are an array":      {`{"properties":[1]}`, nil},
	} {
		assert.Equal(t, test.want, Arguments(json.RawMessage(test.schema)), name)
	}
}
