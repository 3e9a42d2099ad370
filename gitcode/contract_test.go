package gitcode_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/contracttest"
)

type (
	exchange          = contracttest.Exchange
	contractOperation = contracttest.Operation[*gitcode.Client, struct{}]
	contractCall      = contracttest.Call[*gitcode.Client, struct{}]
)

// example is a call with its params, which must fail if its name ends with that word.
// Want are members of the requests to the endpoint of the operation.
type example[P any] struct {
	name   string
	params P
	want   map[string]string
}

// calls returns an operation with the calls that test it. Its endpoint is the main one.
func calls[P, R any](name, endpoint string, method func(*gitcode.Client, context.Context, *P) (R, error), examples ...example[P]) contractOperation {
	var all []contracttest.Example[P, struct{}]
	for _, e := range examples {
		all = append(all, contracttest.Example[P, struct{}]{Name: e.name, Params: e.params, Want: e.want})
	}
	return contracttest.Calls(name, endpoint, method, nil, all...)
}

// TestContract sends every parameter of every operation to the sandbox, and checks the
// requests against GitCode's description. It also checks that the client sends
// everything that is described, but for what notSent lists. With -v it prints a summary.
func TestContract(t *testing.T) {
	t.Parallel()
	d := readDescription(t)
	var box http.Handler
	service := &contracttest.Recorder{TB: t, Respond: func(e *exchange) error {
		r := httptest.NewRequestWithContext(t.Context(), e.Method, e.URL.String(), strings.NewReader(string(e.Body)))
		r.Header = e.Header.Clone()
		w := httptest.NewRecorder()
		box.ServeHTTP(w, r)
		e.Status, e.ResponseHeader, e.Response = w.Code, w.Header(), w.Body.Bytes()
		return nil
	}}
	web := httptest.NewServer(service)
	t.Cleanup(web.Close)

	sent, requests, tested := map[string]int{}, 0, []string{}
	for _, op := range contractOperations() {
		tested = append(tested, op.Method)
		for name, field := range contracttest.Parameters(op.Params) {
			assert.True(t, slices.ContainsFunc(op.Calls, func(c contractCall) bool { return isGiven(c.Params, field.Index) }), "%s has no call with %s", op.Method, name)
		}
		before := sent[op.Endpoint]
		for _, call := range op.Calls {
			t.Run(op.Method+"/"+call.Name, func(t *testing.T) {
				box = sandbox.New()
				client, err := gitcode.New(gitcode.Config{BaseURL: web.URL + sandbox.Prefix, Token: sandbox.Token, MaxWait: -1, Rates: rest.Unlimited})
				require.NoError(t, err)
				err = call.Send(t.Context(), client)
				require.Equal(t, strings.HasSuffix(call.Name, " fails"), err != nil, "%v", err)
				for _, e := range service.Take() {
					requests++
					line := fmt.Sprintf("%s %s %s", e.Method, e.URL, e.Body)
					assert.Empty(t, contracttest.Problems(d.CheckRequest(t, e)), line)
					checkHeader(t, e)
					endpoint, members := d.endpoint(e), members(t, e)
					sent[endpoint]++
					for name := range members {
						sent[endpoint+" "+name]++
					}
					for name, value := range call.Want {
						if endpoint == op.Endpoint {
							assert.Equal(t, value, members[name], "%s of %s", name, line)
						}
					}
				}
			})
		}
		assert.Greater(t, sent[op.Endpoint], before, "%s sends no request to %s", op.Method, op.Endpoint)
	}
	operations := slices.DeleteFunc(contracttest.MethodsOf[*gitcode.Client](), func(name string) bool { return name == "GetAttachment" }) // of pages
	assert.ElementsMatch(t, operations, tested, "operations of the client and those that are tested; add calls to contractOperations")
	for _, what := range d.described() {
		endpoint := strings.Join(strings.Fields(what)[:2], " ")
		_, listed := notSent[what]
		switch {
		case what != endpoint && sent[endpoint] == 0: // the operation counts, and not its parameters
			assert.False(t, listed, "%s: its operation is not sent", what)
		case sent[what] > 0:
			assert.False(t, listed, "%s is sent; remove it from notSent", what)
		default:
			assert.True(t, listed, "no call sends %s; add one, or the reason to notSent", what)
		}
	}
	for what := range notSent {
		assert.Contains(t, d.described(), what, "it is not described")
	}
	t.Logf("%d operations, %d requests; %d operations and parameters are described, of which these are not sent:", len(tested), requests, len(d.described()))
	for _, what := range slices.Sorted(maps.Keys(notSent)) {
		t.Logf("%s: %s", what, notSent[what])
	}
}

// checkHeader checks the header of a request.
func checkHeader(t testing.TB, e exchange) {
	t.Helper()
	assert.Equal(t, "Bearer "+sandbox.Token, e.Header.Get("Authorization"))
	assert.Equal(t, "application/json", e.Header.Get("Accept"))
	assert.NotEmpty(t, e.Header.Get("User-Agent"))
	assert.Equal(t, len(e.Body) > 0, e.Header.Get("Content-Type") != "")
	for name := range e.Header {
		assert.Contains(t, []string{"Accept", "Accept-Encoding", "Authorization", "Content-Length", "Content-Type", "User-Agent"}, name)
	}
}

// TestContractChecks checks that the description accepts good requests and rejects bad
// ones.
func TestContractChecks(t *testing.T) {
	t.Parallel()
	d := readDescription(t)
	const issue = "/api/v5/repos/o/r/issues/1"
	for request, want := range map[string]string{ // method, target and body to part of a problem
		"GET " + issue:                                             "",
		"GET " + issue + "?access_token=x":                         "access_token is not described",
		"GET /api/v5/repos/o/r/p/issues":                           "is not described",
		"GET /api/v5/repos/o/r/issues?state=open&limit=3":          "limit is not described",
		`POST ` + issue + `/labels ["bug"]`:                        "",
		`POST ` + issue + `/labels {"labels":["bug"]}`:             "array",
		`POST /api/v5/repos/o/issues {"repo":"r","title":"a"}`:     "body",
		`PATCH /api/v5/repos/o/issues/1 {"repo":"r","labels":[]}`:  "/labels",
		`PATCH /api/v5/repos/o/issues/1 {"repo":"r","color":"#f"}`: "body.color is not described",
		`PATCH /api/v5/repos/o/issues/1 {"repo":"r"}`:              "",
		`PUT /api/v5/repos/o/issues/1 {"repo":"r"}`:                "is not described",
	} {
		words := append(strings.SplitN(request, " ", 3), "")
		r := httptest.NewRequestWithContext(t.Context(), words[0], words[1], nil)
		e := contracttest.Record(r, "", []byte(words[2]))
		e.Header = http.Header{"Content-Type": {"application/json"}}
		problems := strings.Join(contracttest.Problems(d.CheckRequest(t, e)), "\n")
		if want == "" {
			assert.Empty(t, problems, request)
		} else {
			assert.Contains(t, problems, want, request)
		}
	}
}
