package contracttest

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Operation is a documented operation and the calls that test it, of the client C and
// the other client O.
type Operation[C, O any] struct {
	Method   string // of the client
	Endpoint string // as the description writes it
	Params   reflect.Type
	Calls    []Call[C, O]
}

// Call is a call of an operation. Its name begins with the parameter that it tests.
type Call[C, O any] struct {
	Name   string
	Params any
	Send   func(context.Context, C) error
	// Like is the same call of the other client; nil if it has none.
	Like func(context.Context, O) error
	// Differences are what differs from the other client's request, by member, as
	// Contract.Members names it.
	Differences map[string]Difference
	// Want are members of the request that the other client cannot express.
	Want map[string]string
}

// Difference is a member of a request that differs from the other client's.
type Difference struct{ Ours, Theirs, Why string }

// Differs returns a difference and its reason.
func Differs(ours, theirs, why string) Difference {
	return Difference{Ours: ours, Theirs: theirs, Why: why}
}

// Example is a call with its typed parameters.
type Example[P, O any] struct {
	Name    string
	Params  P
	Like    func(context.Context, O) error
	Differs map[string]Difference
	Want    map[string]string
}

// Calls returns an operation with the calls that test it. All of them may have the
// same differences.
func Calls[P, R, C, O any](name, endpoint string, method func(C, context.Context, *P) (R, error), all map[string]Difference, examples ...Example[P, O]) Operation[C, O] {
	o := Operation[C, O]{Method: name, Endpoint: endpoint, Params: reflect.TypeFor[P]()}
	for _, e := range examples {
		c := Call[C, O]{Name: e.Name, Params: e.Params, Like: e.Like, Want: e.Want, Differences: maps.Clone(all)}
		if c.Differences == nil {
			c.Differences = map[string]Difference{}
		}
		maps.Copy(c.Differences, e.Differs)
		maps.DeleteFunc(c.Differences, func(_ string, d Difference) bool { return d == Difference{} })
		c.Send = func(ctx context.Context, client C) error {
			_, err := method(client, ctx, &e.Params)
			return err
		}
		o.Calls = append(o.Calls, c)
	}
	return o
}

// Discard makes a method without a result one that Calls takes.
func Discard[P, C any](method func(C, context.Context, *P) error) func(C, context.Context, *P) (struct{}, error) {
	return func(c C, ctx context.Context, p *P) (struct{}, error) {
		return struct{}{}, method(c, ctx, p)
	}
}

// Contract is what all calls of all operations have in common.
type Contract[C, O any] struct {
	Operations []Operation[C, O]
	Other      string             // the name of the other client
	Client     func(testing.TB) C // a new one, which remembers no responses
	Reference  func(testing.TB) O
	Take       func() []Exchange                           // what was requested since the last call
	Endpoint   func(Exchange) string                       // of a request, as the description writes it
	Check      func(t testing.TB, e Exchange, isOurs bool) // of every request
	Members    func(Exchange) map[string]string            // what is compared of a request
}

// Run sends every call, checks the requests and compares them with those that the
// other client sends. With -v it prints a summary.
func (c Contract[C, O]) Run(t *testing.T) {
	var sum struct{ operations, parameters, requests, compared, differences int }
	reasons := map[string]int{}
	for _, op := range c.Operations {
		sum.operations++
		sum.parameters += len(Parameters(op.Params))
		for _, call := range op.Calls {
			t.Run(op.Method+"/"+call.Name, func(t *testing.T) {
				require.NoError(t, call.Send(t.Context(), c.Client(t)))
				recorded := c.Take()
				for _, e := range recorded {
					c.Check(t, e, true)
					sum.requests++
				}
				ours, err := Only(recorded, c.Endpoint, op.Endpoint)
				require.NoError(t, err)
				for member, value := range call.Want {
					assert.Equal(t, value, c.Members(ours)[member], member)
				}
				if call.Like == nil {
					return
				}
				require.NoError(t, call.Like(t.Context(), c.Reference(t)))
				theirs, err := Only(c.Take(), c.Endpoint, op.Endpoint)
				require.NoError(t, err, c.Other)
				c.Check(t, theirs, false)
				sum.compared++
				found := compare(c.Members(ours), c.Members(theirs))
				sum.differences += len(found)
				for member, is := range found {
					want := call.Differences[member]
					reasons[want.Why]++
					is.Why = want.Why
					assert.Equal(t, want, is, "%s differs from %s", member, c.Other)
				}
				for member := range call.Differences {
					assert.Contains(t, found, member, "the difference is listed, but there is none")
				}
			})
		}
	}
	t.Logf("%d operations with %d parameters; %d requests validated, %d compared with %s, %d differences", sum.operations, sum.parameters, sum.requests, sum.compared, c.Other, sum.differences)
	for _, why := range slices.Sorted(maps.Keys(reasons)) {
		t.Logf("%3d differences: %s", reasons[why], why)
	}
	for _, op := range c.Operations {
		if !slices.ContainsFunc(op.Calls, func(call Call[C, O]) bool { return call.Like != nil }) {
			t.Logf("not compared: %s", op.Method)
			continue
		}
		for _, call := range op.Calls {
			if call.Like == nil {
				t.Logf("not compared: %s, %s", op.Method, call.Name)
			}
		}
	}
}

// Only returns the only one of the exchanges that is of an endpoint.
func Only(recorded []Exchange, endpointOf func(Exchange) string, endpoint string) (Exchange, error) {
	recorded = slices.DeleteFunc(recorded, func(e Exchange) bool { return endpointOf(e) != endpoint })
	if len(recorded) != 1 {
		return Exchange{}, fmt.Errorf("%d requests to %s, not one", len(recorded), endpoint)
	}
	return recorded[0], nil
}

// compare returns the members that differ.
func compare(ours, theirs map[string]string) map[string]Difference {
	found := map[string]Difference{}
	for _, names := range []map[string]string{ours, theirs} {
		for name := range names {
			if ours[name] != theirs[name] {
				found[name] = Difference{Ours: ours[name], Theirs: theirs[name]}
			}
		}
	}
	return found
}

// Parameters returns the JSON names of the parameters of a params struct and their
// fields.
func Parameters(params reflect.Type) map[string]reflect.StructField {
	all := map[string]reflect.StructField{}
	for _, field := range reflect.VisibleFields(params) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name != "" && name != "-" {
			all[name] = field
		}
	}
	return all
}

// Enum returns the values that the tag of a parameter allows.
func Enum(field reflect.StructField) []any {
	var values []any
	for rule := range strings.SplitSeq(field.Tag.Get("jsonschema"), ",") {
		if value, ok := strings.CutPrefix(rule, "enum="); ok {
			values = append(values, value)
		}
	}
	return values
}

// IsTested reports whether a call tests a parameter: its name begins with the
// parameter's, and its params have a value for it.
func (o Operation[C, O]) IsTested(name string, field reflect.StructField) bool {
	return strings.Contains(o.Endpoint, "{"+name+"}") || slices.ContainsFunc(o.Calls, func(c Call[C, O]) bool {
		first, _, _ := strings.Cut(c.Name, ":")
		value := reflect.ValueOf(c.Params).FieldByIndex(field.Index)
		return first == name && !value.IsZero()
	})
}

// MethodsOf returns the names of the methods of a client that take a pointer to a params
// struct of its package.
func MethodsOf[C any]() []string {
	var names []string
	client := reflect.TypeFor[C]()
	for method := range client.Methods() {
		if method.Type.NumIn() != 3 || method.Type.In(2).Kind() != reflect.Pointer {
			continue
		}
		if params := method.Type.In(2).Elem(); params.Kind() == reflect.Struct && params.PkgPath() == client.Elem().PkgPath() {
			names = append(names, method.Name)
		}
	}
	return names
}
