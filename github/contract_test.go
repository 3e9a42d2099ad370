package github_test

import (
	"context"
	"maps"
	"net/http/httptest"
	"reflect"
	"slices"
	"testing"

	reference "github.com/google/go-github/v89/github"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

const contractToken = "test-token"

// apiPath is where an Enterprise server has its API.
const apiPath = "/api/v3"

// operation is a documented operation and the calls that test it.
type operation struct {
	method   string // of the client
	endpoint string // as the description writes it
	params   reflect.Type
	calls    []call
}

// call is a call of an operation. Its name begins with the parameter that it tests.
type call struct {
	name   string
	params any
	send   func(context.Context, *github.Client) error
	// like is the same call of go-github; nil if it has none.
	like func(context.Context, *reference.Client) error
	// differences are what differs from the request of go-github, by member: method,
	// path, a header, "query NAME", "body NAME" or "body".
	differences map[string]difference
	// want are members of the request that go-github cannot express.
	want map[string]string
}

// difference is a member of a request that differs from the one of go-github.
type difference struct{ ours, theirs, why string }

// example is a call with its typed parameters.
type example[P any] struct {
	name    string
	params  P
	like    func(context.Context, *reference.Client) error
	differs map[string]difference
	want    map[string]string
}

// calls returns an operation with the calls that test it. All of them may have the
// same differences.
func calls[P, R any](name, endpoint string, method func(*github.Client, context.Context, P) (R, error), all map[string]difference, examples ...example[P]) operation {
	o := operation{method: name, endpoint: endpoint, params: reflect.TypeFor[P]()}
	for _, e := range examples {
		c := call{name: e.name, params: e.params, like: e.like, want: e.want, differences: maps.Clone(all)}
		if c.differences == nil {
			c.differences = map[string]difference{}
		}
		maps.Copy(c.differences, e.differs)
		maps.DeleteFunc(c.differences, func(_ string, d difference) bool { return d == difference{} })
		c.send = func(ctx context.Context, client *github.Client) error {
			_, err := method(client, ctx, e.params)
			return err
		}
		o.calls = append(o.calls, c)
	}
	return o
}

// discard makes a method without a result one that calls takes.
func discard[P any](method func(*github.Client, context.Context, P) error) func(*github.Client, context.Context, P) (struct{}, error) {
	return func(c *github.Client, ctx context.Context, p P) (struct{}, error) {
		return struct{}{}, method(c, ctx, p)
	}
}

// TestContract sends every parameter of every operation, and checks the requests
// against GitHub's description and against those that go-github sends for the same
// calls. With -v it prints a summary.
func TestContract(t *testing.T) {
	t.Parallel()
	d := readDescription(t)
	server := &recorder{t: t, description: d}
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	base := web.URL + apiPath

	var sum struct{ operations, parameters, requests, compared, differences int }
	reasons := map[string]int{}
	ops := operations()
	for _, op := range ops {
		sum.operations++
		sum.parameters += len(parameters(op.params))
		for _, c := range op.calls {
			t.Run(op.method+"/"+c.name, func(t *testing.T) {
				// A new client remembers no responses.
				client, err := github.New(github.Config{BaseURL: base, Token: contractToken, MaxWait: -1, Rates: rest.Unlimited})
				require.NoError(t, err)
				require.NoError(t, c.send(t.Context(), client))
				recorded := server.take()
				for _, e := range recorded {
					assert.NoError(t, d.checkRequest(t, e), "%s %s %s", e.method, e.url, e.body)
					checkHeader(t, e)
					sum.requests++
				}
				ours, ok := only(recorded, d, op.endpoint)
				require.True(t, ok, "one request to %s", op.endpoint)
				for member, value := range c.want {
					assert.Equal(t, value, members(ours)[member], member)
				}
				if c.like == nil {
					return
				}
				other, err := reference.NewClient(reference.WithEnterpriseURLs(base+"/", base+"/"), reference.WithAuthToken(contractToken))
				require.NoError(t, err)
				require.NoError(t, c.like(t.Context(), other))
				theirs, ok := only(server.take(), d, op.endpoint)
				require.True(t, ok, "one request of go-github to %s", op.endpoint)
				assert.NoError(t, d.checkRequest(t, theirs), "go-github's request")
				sum.compared++
				found := compare(members(ours), members(theirs))
				sum.differences += len(found)
				for member, is := range found {
					want := c.differences[member]
					reasons[want.why]++
					is.why = want.why
					assert.Equal(t, want, is, "%s differs from go-github", member)
				}
				for member := range c.differences {
					assert.Contains(t, found, member, "the difference is listed, but there is none")
				}
			})
		}
	}
	t.Logf("%d operations with %d parameters; %d requests validated, %d compared with go-github, %d differences", sum.operations, sum.parameters, sum.requests, sum.compared, sum.differences)
	for _, why := range slices.Sorted(maps.Keys(reasons)) {
		t.Logf("%3d differences: %s", reasons[why], why)
	}
	for _, op := range ops {
		for _, c := range op.calls {
			if c.like == nil {
				t.Logf("not compared: %s, %s", op.method, c.name)
			}
		}
	}
}

// only returns the only one of the exchanges that is of the endpoint.
func only(recorded []exchange, d description, endpoint string) (exchange, bool) {
	recorded = slices.DeleteFunc(recorded, func(e exchange) bool {
		route, _, err := d.route(e.method, e.url)
		return err != nil || route.Method+" "+route.Path != endpoint
	})
	if len(recorded) != 1 {
		return exchange{}, false
	}
	return recorded[0], true
}
