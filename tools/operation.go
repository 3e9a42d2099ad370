package tools

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/schema"
)

// Read returns a tool that calls a method which changes nothing. Params, responses and
// results are pointers to structs: the code for all pointers is in the program only once.
// The results embed Notes.
func Read[P, R any, V result](name, description string, method func(context.Context, P) (R, error), view func(P, R) V) Tool {
	return newTool(Spec{Name: name, Effect: Reads, Description: description}, *new(P), *new(V), func(ctx context.Context, op *operation) (result, error) {
		var params P
		if err := op.decode(&params); err != nil {
			return nil, err
		}
		if err := op.selectFields(params); err != nil {
			return nil, err
		}
		response, err := method(ctx, params)
		if err != nil {
			return nil, err
		}
		return view(params, response), nil
	})
}

// Write returns a tool that calls a method which changes something. The results embed
// Written. Write panics if the spec has no such effect.
func Write[P interface{ Target() string }, R any, V writeResult](spec Spec, method func(context.Context, P) (R, error), view func(P, R) V) Tool {
	if spec.Effect <= Reads {
		panic(fmt.Sprintf("tools: %s is a write with the effect %v", spec.Name, spec.Effect))
	}
	return newTool(spec, *new(P), *new(V), func(ctx context.Context, op *operation) (result, error) {
		var params P
		if err := op.decode(&params); err != nil {
			return nil, err
		}
		ctx, err := op.begin(ctx, params.Target())
		if err != nil {
			return nil, err
		}
		ctx, release, err := op.rehearse(ctx, func(ctx context.Context) error {
			_, err := method(ctx, params)
			return err
		})
		if err != nil {
			return nil, err
		}
		defer release()
		response, err := method(ctx, params)
		if err != nil || op.plan != nil && !hasPreview(response) {
			return op.end(&Written{}, err)
		}
		return op.end(view(params, response), nil)
	})
}

// NoResult adapts a method that returns only an error.
func NoResult[P any](method func(context.Context, P) error) func(context.Context, P) (*struct{}, error) {
	return func(ctx context.Context, params P) (*struct{}, error) {
		return nil, method(ctx, params)
	}
}

// newTool returns a tool. Params and value have the types of what run decodes, and of
// what it returns.
func newTool(spec Spec, params any, value result, run func(context.Context, *operation) (result, error)) Tool {
	input, output := schema.For(params), schema.For(value)
	return Tool{
		Spec:   spec,
		Input:  input.JSON,
		Output: output.JSON,

		decode:      func(arguments json.RawMessage, params any) error { return input.Decode(arguments, params) },
		identifiers: input.Identifiers,
		properties: sync.OnceValue(func() map[string]property {
			var o object
			if err := json.Unmarshal(input.JSON(), &o); err != nil {
				panic(err) // the schema was just encoded
			}
			return o.Properties
		}),
		run: func(ctx context.Context, client *rest.Client, env Env, arguments json.RawMessage) (result, error) {
			op := &operation{name: spec.Name, input: input, output: output, client: client, env: env, arguments: arguments}
			value, err := run(ctx, op)
			if err == nil {
				value.notes().fields = op.fields
			}
			return value, err
		},
	}
}

// operation is a call of a tool without the types of its params and result: code with
// type parameters is in the program once for each of them.
type operation struct {
	name      string
	input     *schema.Schema
	output    *schema.Schema
	client    *rest.Client
	env       Env
	arguments json.RawMessage

	fields []string   // see Notes
	target string     // of a write
	plan   *rest.Plan // of a dry run
}

// decode checks the arguments and decodes them.
func (op *operation) decode(params any) error {
	if err := op.input.Decode(op.arguments, params); err != nil {
		return notSent(err)
	}
	return nil
}

// selectFields keeps which members of rows the params select.
func (op *operation) selectFields(params any) (err error) {
	if op.fields, err = fieldsOf(params, op.output); err != nil {
		return notSent(err)
	}
	return nil
}

// rehearse first makes a dry run of a write if the client has a guard, so that the guard
// can refuse the whole call before anything is sent. It returns the context for the
// write, and a function to call after it.
func (op *operation) rehearse(ctx context.Context, dryRun func(context.Context) error) (context.Context, func(), error) {
	if op.env.DryRun || !op.client.IsGuarded() {
		return ctx, func() {}, nil
	}
	rehearsing, rehearsal := op.client.Rehearse(ctx)
	err := dryRun(rehearsing)
	if refusal := rehearsal.Err(); refusal != nil {
		err = refusal
	}
	if err != nil {
		return ctx, nil, err
	}
	return rehearsal.Begin(ctx)
}

// begin begins a write or its dry run. Only a write fails here for lack of a token.
func (op *operation) begin(ctx context.Context, target string) (context.Context, error) {
	op.target = target
	if op.env.DryRun {
		ctx, op.plan = op.client.WithDryRun(ctx)
		return ctx, nil
	}
	return ctx, op.client.CheckWrite(ctx)
}

// end records a write, or adds the requests of its dry run to the result.
func (op *operation) end(value writeResult, err error) (result, error) {
	written := value.written()
	if op.plan == nil {
		op.env.audit(op.name, op.target, written, err)
		return value, err
	}
	written.DryRun = op.plan.Requests()
	if refusal := op.plan.Refused(); refusal != nil {
		err = refusal
	}
	return value, err
}
