// Package tools holds the operations of [gitcode] as MCP tools: the list of
// them, in one file a toolset, and what the model sees of an answer.
//
// An operation is told once, as
//
//	tool(Spec{Name: …, Effect: …, Description: …}, (*gitcode.Client).Method, view)
//
// where the input schema comes from the method's params struct, the output
// schema from what the view returns, and the hints from the effect. Results
// carry the same facts as structuredContent and as text, since some clients
// show a model only the one and some only the other. Failures are results with
// isError and a sentence, never protocol errors.
package tools

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/mark3labs/mcp-go/mcp"

	"gitcode-mcp/gitcode"
	"gitcode-mcp/schema"
)

// Effect is what a tool does to GitCode. The zero value is none.
type Effect int

// The effects.
const (
	Reads   Effect = iota + 1 // changes nothing
	Adds                      // adds something, each time it is called
	Changes                   // replaces something
	Deletes                   // takes something away
)

// Spec is what is told of a tool by hand.
type Spec struct {
	Name        string
	Effect      Effect
	Description string // what a model needs to choose well
}

// Tool is an operation as an MCP tool.
type Tool struct {
	Spec
	Toolset string
	Input   json.RawMessage // schema of the arguments
	Output  json.RawMessage // schema of the result
	run     func(ctx context.Context, c *gitcode.Client, arguments json.RawMessage) (any, error)
}

// Toolsets names the groups of tools.
func Toolsets() []string { return []string{"issues", "comments", "labels", "enterprise"} }

// All returns every tool.
func All() []Tool {
	return slices.Concat(
		toolset("issues", issues()),
		toolset("comments", comments()),
		toolset("labels", labels()),
		toolset("enterprise", enterprise()),
	)
}

func toolset(name string, tools []Tool) []Tool {
	for i := range tools {
		tools[i].Toolset = name
	}
	return tools
}

// tool makes a tool of a method: arguments are checked against the schema of P
// and decoded, the method is called, and view shapes its result for the model.
func tool[P, R, V any](
	spec Spec,
	method func(*gitcode.Client, context.Context, P) (R, error),
	view func(P, R) V,
) Tool {
	input := schema.For[P]()
	return Tool{
		Spec:   spec,
		Input:  input.JSON(),
		Output: schema.For[V]().JSON(),
		run: func(ctx context.Context, c *gitcode.Client, arguments json.RawMessage) (any, error) {
			params, err := input.Decode(arguments)
			if err != nil {
				return nil, fmt.Errorf("not sent: %w", err)
			}
			result, err := method(c, ctx, params)
			if err != nil {
				return nil, err
			}
			return view(params, result), nil
		},
	}
}

// nothing gives a method without a result the form tool takes.
func nothing[P any](method func(*gitcode.Client, context.Context, P) error) func(*gitcode.Client, context.Context, P) (struct{}, error) {
	return func(c *gitcode.Client, ctx context.Context, params P) (struct{}, error) {
		return struct{}{}, method(c, ctx, params)
	}
}

// MCP returns the tool as tools/list shows it.
func (t Tool) MCP() mcp.Tool {
	m := mcp.NewToolWithRawSchema(t.Name, t.Description, t.Input)
	m.RawOutputSchema = t.Output
	m.Annotations = mcp.ToolAnnotation{
		ReadOnlyHint:    new(t.Effect == Reads),
		DestructiveHint: new(t.Effect == Changes || t.Effect == Deletes),
		IdempotentHint:  new(t.Effect != Adds),
		OpenWorldHint:   new(true),
	}
	return m
}

// Call runs the tool with a client. Whatever fails is in the result.
func (t Tool) Call(ctx context.Context, c *gitcode.Client, arguments json.RawMessage) *mcp.CallToolResult {
	value, err := t.run(ctx, c, arguments)
	if err != nil {
		return mcp.NewToolResultError(t.Name + ": " + err.Error())
	}
	text, err := compact(value)
	if err != nil {
		return mcp.NewToolResultError(t.Name + ": the result cannot be written: " + err.Error())
	}
	return mcp.NewToolResultStructured(json.RawMessage(text), string(text))
}

// compact writes JSON on one line. Issue text is full of <, > and &, which a
// model reads better, and cheaper, as they are.
func compact(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
