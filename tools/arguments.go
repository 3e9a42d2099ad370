package tools

import (
	"bytes"
	"encoding/json"
	"slices"
)

// Argument is an argument of a tool.
type Argument struct {
	Name     string
	Required bool
	ArgumentSchema
}

// ArgumentSchema describes the values of an argument.
type ArgumentSchema struct {
	Type        string
	Description string
	Enum        []string
	Items       *ArgumentSchema // of an array
}

// Arguments returns the arguments that the schema of a tool describes: the required
// ones, and then the others, as the schema orders them. It ends at what is not a schema,
// which another server could send.
func Arguments(schema json.RawMessage) []Argument {
	var object struct {
		Properties json.RawMessage
		Required   []string
	}
	_ = json.Unmarshal(schema, &object) // a tool without a schema has no arguments
	var required, optional []Argument
	decoder := json.NewDecoder(bytes.NewReader(object.Properties))
	for _, err := decoder.Token(); err == nil && decoder.More(); { // the opening brace
		var name json.Token
		if name, err = decoder.Token(); err != nil {
			break
		}
		var a Argument
		if err = decoder.Decode(&a.ArgumentSchema); err != nil {
			break
		}
		a.Name, _ = name.(string)
		if a.Required = slices.Contains(object.Required, a.Name); a.Required {
			required = append(required, a)
		} else {
			optional = append(optional, a)
		}
	}
	return append(required, optional...)
}
