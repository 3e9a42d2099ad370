package gitcode_test

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/contracttest"
)

// description checks requests against GitCode's description of its API.
type description struct{ contracttest.Description }

var loadDescription = sync.OnceValues(func() (*openapi3.T, error) {
	doc, err := openapi3.NewLoader().LoadFromFile("../testdata/gitcode/openapi-issues.json")
	if err != nil {
		return nil, err
	}
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			correct(shorten(method, path), operation)
		}
	}
	// A page of its own, which this description lacks: the operation of the same path
	// with another method has its parameters.
	comment := doc.Paths.Value("/api/v5/repos/{owner}/{repo}/issues/comments/{id}")
	comment.Get = comment.Delete
	return doc, nil
})

func readDescription(t testing.TB) description {
	t.Helper()
	doc, err := loadDescription()
	require.NoError(t, err)
	return description{contracttest.Description{T: doc}}
}

// correct makes the description of an operation say what the service really takes.
func correct(endpoint string, operation *openapi3.Operation) {
	operation.Parameters = slices.DeleteFunc(operation.Parameters, func(p *openapi3.ParameterRef) bool {
		return p.Value.Name == "access_token" || // sent in a header, where it is in no log
			p.Value.Name == "org" && strings.Contains(endpoint, "{enterprise}") // not in the path
	})
	if operation.RequestBody == nil {
		return
	}
	content := operation.RequestBody.Value.Content
	switch endpoint {
	case "PATCH /repos/{owner}/issues/{number}":
		schema := content["application/json"].Schema.Value
		schema.Required = []string{"repo"} // a state alone is enough
		// Only the create documents the type; what a change of it does is read back.
		schema.Properties["issue_type"] = openapi3.NewSchemaRef("", openapi3.NewStringSchema())
		// "" clears the milestone.
		schema.Properties["milestone"] = openapi3.NewSchemaRef("", openapi3.NewOneOfSchema(
			openapi3.NewIntegerSchema(), openapi3.NewStringSchema().WithMaxLength(0)))
	case "POST /repos/{owner}/{repo}/file/upload":
		media := content["application/json"]
		media.Schema.Value.Properties["file"] = openapi3.NewSchemaRef("", openapi3.NewStringSchema().WithFormat("binary"))
		operation.RequestBody.Value.Content = openapi3.Content{"multipart/form-data": media}
	}
}

// shorten returns an endpoint as the client writes it: relative to the base URL, which
// is that of version 5.
func shorten(method, path string) string {
	if short, ok := strings.CutPrefix(path, "/api/v5"); ok {
		return method + " " + short
	}
	return method + " .." + strings.TrimPrefix(path, "/api")
}

// endpoint returns the endpoint of a request as the client writes it, or "".
func (d description) endpoint(e exchange) string {
	route, _, err := d.Route(e.Method, e.URL)
	if err != nil {
		return ""
	}
	return shorten(route.Method, route.Path)
}

// described returns every described operation, and every parameter of one that is not
// in its path: "GET /user/issues" and "GET /user/issues state". The body that is a list
// is the parameter body.
func (d description) described() []string {
	var all []string
	for path, item := range d.Paths.Map() {
		for method, operation := range item.Operations() {
			endpoint := shorten(method, path)
			all = append(all, endpoint)
			for _, p := range operation.Parameters {
				if p.Value.In == openapi3.ParameterInQuery {
					all = append(all, endpoint+" "+p.Value.Name)
				}
			}
			if operation.RequestBody == nil {
				continue
			}
			for _, media := range operation.RequestBody.Value.Content {
				if media.Schema.Value.Type.Is(openapi3.TypeArray) {
					all = append(all, endpoint+" body")
				}
				for name := range media.Schema.Value.Properties {
					all = append(all, endpoint+" "+name)
				}
			}
		}
	}
	return all
}

// members returns the parameters of a request that are not in its path.
func members(t testing.TB, e exchange) map[string]string {
	t.Helper()
	all := map[string]string{}
	for name, values := range e.URL.Query() {
		all[name] = strings.Join(values, " and ")
	}
	var object map[string]json.RawMessage
	switch kind := e.Header.Get("Content-Type"); {
	case len(e.Body) == 0:
	case strings.HasPrefix(kind, "multipart/"):
		for part := range strings.SplitSeq(string(e.Body), `; name="`) {
			if name, _, ok := strings.Cut(part, `"`); ok {
				all[name] = "sent"
			}
		}
	case kind == "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(e.Body))
		require.NoError(t, err)
		for name, values := range form {
			all[name] = strings.Join(values, " and ")
		}
	case json.Unmarshal(e.Body, &object) == nil:
		for _, name := range slices.Collect(maps.Keys(object)) {
			all[name] = string(object[name])
		}
	default:
		all["body"] = string(e.Body)
	}
	return all
}
