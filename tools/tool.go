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
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/schema"
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
	Verify      string // of a write: how to find out whether it happened
}

// Tool is an operation as an MCP tool.
type Tool struct {
	Spec
	Toolset string
	Input   json.RawMessage // schema of the arguments
	Output  json.RawMessage // schema of the result
	run     func(ctx context.Context, env Env, arguments json.RawMessage) ([]byte, error)
}

// Env is what tools run with.
type Env struct {
	Client    *gitcode.Client
	MaxResult int  // bound of a result's text in bytes; none if 0
	DryRun    bool // writes are checked and shown, not sent
	// Audit is told of each write that was sent, or may have been; nil is none.
	Audit func(Record)
}

// Record is what is kept of a write: no texts.
type Record struct {
	Tool    string
	Target  string // owner/repo#7
	Outcome string // ok, or the class of the error
	ID      int64  // GitCode's id of what was written; 0 where it told none
}

// Toolsets names the groups of tools.
func Toolsets() []string { return []string{"issues", "comments", "labels", "enterprise"} }

// All returns every tool.
func All() []Tool { return slices.Clone(all()) }

// all is made once: the schemas of all tools take some milliseconds.
var all = sync.OnceValue(func() []Tool {
	return slices.Concat(
		toolset("issues", issues()),
		toolset("comments", comments()),
		toolset("labels", labels()),
		toolset("enterprise", enterprise()),
	)
})

func toolset(name string, tools []Tool) []Tool {
	for i := range tools {
		tools[i].Toolset = name
	}
	return tools
}

// tool makes a tool of a method: arguments are checked against the schema of P
// and decoded, the method is called, and view shapes its result for the model, which
// carries Notes.
func tool[P, R any, V any, PV interface {
	*V
	notes() *Notes
}](
	spec Spec,
	method func(*gitcode.Client, context.Context, P) (R, error),
	view func(P, R) V,
) Tool {
	input := schema.For[P]()
	return Tool{
		Spec:   spec,
		Input:  input.JSON(),
		Output: schema.For[V]().JSON(),
		run: func(ctx context.Context, env Env, arguments json.RawMessage) ([]byte, error) {
			params, err := input.Decode(arguments)
			if err != nil {
				return nil, fmt.Errorf("not sent: %w", err)
			}
			var value V
			if spec.Effect != Reads && env.DryRun {
				plan, err := env.Client.DryRun(func(dry *gitcode.Client) error {
					_, err := method(dry, ctx, params)
					return err
				})
				if err != nil {
					return nil, err
				}
				any(&value).(writer).written().DryRun = plan
			} else {
				result, err := method(env.Client, ctx, params)
				if spec.Effect != Reads {
					audit(env, spec, params, result, err)
				}
				if err != nil {
					return nil, explain(spec, err)
				}
				value = view(params, result)
			}
			return render(PV(&value), env)
		},
	}
}

// writer is a result of a write.
type writer interface{ written() *Written }

// explain adds to a write's unknown outcome how to find it out.
func explain(spec Spec, err error) error {
	if e, ok := errors.AsType[*gitcode.Error](err); ok && e.Class == gitcode.OutcomeUnknown {
		return fmt.Errorf("%w %s", err, spec.Verify)
	}
	return err
}

func audit(env Env, spec Spec, params, result any, err error) {
	if env.Audit == nil {
		return
	}
	r := Record{Tool: spec.Name, Target: fmt.Sprint(params), Outcome: "ok"}
	if e, ok := errors.AsType[*gitcode.Error](err); ok {
		r.Outcome = string(e.Class)
	} else if err != nil {
		r.Outcome = "failed"
	}
	switch result := result.(type) {
	case gitcode.IssueChange:
		r.ID = int64(result.ID)
	case gitcode.Comment:
		r.ID = int64(result.ID)
	}
	env.Audit(r)
}

// render writes a result as compact JSON, no longer than allowed, and holding
// nothing hidden and no secret.
func render(value interface{ notes() *Notes }, env Env) ([]byte, error) {
	text, err := compact(value)
	if err != nil {
		return nil, err
	}
	if env.MaxResult > 0 && len(text) > env.MaxResult {
		switch long := value.(type) {
		case interface{ shorten(limit int) }:
			long.shorten(env.MaxResult)
		case interface{ text() *string }:
			value.notes().Cut = shortenText(long.text(), env.MaxResult)
		}
		if text, err = compact(value); err != nil {
			return nil, err
		}
	}
	scrub := scrubber{secrets: env.Client.Secrets()}
	clean, hidden, err := scrub.json(text)
	if err != nil || hidden == 0 {
		return clean, err
	}
	value.notes().Hidden = hidden
	if text, err = compact(value); err != nil {
		return nil, err
	}
	clean, _, err = scrub.json(text)
	return clean, err
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

// Call runs the tool. Whatever fails is in the result.
func (t Tool) Call(ctx context.Context, env Env, arguments json.RawMessage) *mcp.CallToolResult {
	text, err := t.run(ctx, env, arguments)
	if err != nil {
		sentence, hidden := scrubber{secrets: env.Client.Secrets()}.text(t.Name + ": " + err.Error())
		if hidden > 0 {
			sentence += fmt.Sprintf(" (%d invisible characters removed)", hidden)
		}
		return mcp.NewToolResultError(sentence)
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
