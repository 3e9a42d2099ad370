// Package schema makes JSON Schemas from Go types and holds arguments against
// them. It is the only importer of the schema libraries.
//
// A struct's json tags name the members, one without omitempty is required;
// the tags jsonschema (minimum=1, enum=open, format=date-time, pattern=…) and
// jsonschema_description say the rest. Embedded structs add their members.
//
// The schemas are plain: type, properties, required, items, enum and bounds. No
// references, combinators or type arrays, which some MCP clients refuse.
package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	reflector "github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
)

// Schema is the JSON Schema of a T.
type Schema[T any] struct {
	raw      json.RawMessage
	root     *reflector.Schema
	compiled *validator.Schema
}

// For makes the schema of T, a struct. It panics when T has no schema: that is
// a mistake in T and shows at the first start.
func For[T any]() *Schema[T] {
	r := reflector.Reflector{Anonymous: true, ExpandedStruct: true, DoNotReference: true}
	root := r.Reflect(new(T))
	root.Version = ""
	raw, err := json.Marshal(root)
	if err != nil {
		panic(fmt.Errorf("schema of %T: %w", *new(T), err))
	}
	compiled, err := compile(raw)
	if err != nil {
		panic(fmt.Errorf("schema of %T: %w", *new(T), err))
	}
	return &Schema[T]{raw: raw, root: root, compiled: compiled}
}

// JSON returns the schema as it is published.
func (s *Schema[T]) JSON() json.RawMessage { return s.raw }

func compile(raw []byte) (*validator.Schema, error) {
	doc, err := validator.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	c := validator.NewCompiler()
	c.AssertFormat()
	const name = "schema.json"
	if err := c.AddResource(name, doc); err != nil {
		return nil, err
	}
	return c.Compile(name)
}

// Decode checks arguments and decodes them. What has exactly one meaning is
// taken as that: null for an absent member, "12" or "#12" for 12, "true" for
// true, 12 for "12", and "[\"a\"]" or "a,b" for a list. The error names every
// argument that is wrong and what it may be.
func (s *Schema[T]) Decode(arguments json.RawMessage) (T, error) {
	var value T
	if len(bytes.TrimSpace(arguments)) == 0 {
		arguments = json.RawMessage("{}")
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(arguments, &members); err != nil || members == nil {
		return value, fmt.Errorf("the arguments must be an object: %.100s", arguments)
	}
	for name, raw := range members {
		if bytes.Equal(raw, []byte("null")) {
			delete(members, name)
			continue
		}
		if property, ok := s.root.Properties.Get(name); ok {
			members[name] = coerce(property, raw)
		}
	}
	plain, err := json.Marshal(members)
	if err != nil {
		return value, fmt.Errorf("read the arguments: %w", err)
	}
	doc, err := validator.UnmarshalJSON(bytes.NewReader(plain))
	if err != nil {
		return value, fmt.Errorf("read the arguments: %w", err)
	}
	if err := s.compiled.Validate(doc); err != nil {
		return value, s.explain(err)
	}
	if err := json.Unmarshal(plain, &value); err != nil {
		// An integer too large for its Go type.
		if misfit, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return value, fmt.Errorf("%s is out of range%s", misfit.Field, s.meaning(misfit.Field))
		}
		return value, fmt.Errorf("read the arguments: %w", err)
	}
	return value, nil
}
