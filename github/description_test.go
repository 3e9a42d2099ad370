package github_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/stretchr/testify/require"
)

// descriptionFile is GitHub's own description of its API, cut to issues.
const descriptionFile = "../testdata/github/openapi-issues.json"

// description checks requests and responses against GitHub's description.
type description struct{ *openapi3.T }

var loadDescription = sync.OnceValues(func() (*openapi3.T, error) {
	return openapi3.NewLoader().LoadFromFile(descriptionFile)
})

func readDescription(t testing.TB) description {
	t.Helper()
	doc, err := loadDescription()
	require.NoError(t, err)
	return description{doc}
}

// exchange is a request that a server received, and the response to it.
type exchange struct {
	method string
	url    *url.URL // its path without the prefix of the API
	header http.Header
	body   []byte

	status         int
	responseHeader http.Header
	response       []byte
}

// options reject what they can: bodies and statuses that are not described.
var options = &openapi3filter.Options{
	IncludeResponseStatus:             true,
	RejectWhenRequestBodyNotSpecified: true,
	SkipSettingDefaults:               true,
	MultiError:                        true,
	AuthenticationFunc:                openapi3filter.NoopAuthenticationFunc,
}

// route finds the operation of a request: of the paths that match, the one with
// the fewest parameters. It returns the parameters' values. It looks at the escaped
// path, so that an unescaped slash in a name is noticed.
func (d description) route(method string, u *url.URL) (*routers.Route, map[string]string, error) {
	segments := strings.Split(u.EscapedPath(), "/")
	var found *routers.Route
	var values map[string]string
	for path, item := range d.Paths.Map() {
		parts := strings.Split(path, "/")
		if len(parts) != len(segments) || item.GetOperation(method) == nil {
			continue
		}
		params := map[string]string{}
		matches := true
		for i, part := range parts {
			value, err := url.PathUnescape(segments[i])
			if name, isParam := strings.CutPrefix(part, "{"); isParam && value != "" {
				params[strings.TrimSuffix(name, "}")] = value
			} else if part != value {
				matches = false
			}
			matches = matches && err == nil
		}
		if matches && (found == nil || len(params) < len(values)) {
			found = &routers.Route{Spec: d.T, Path: path, PathItem: item, Method: method, Operation: item.GetOperation(method)}
			values = params
		}
	}
	if found == nil {
		return nil, nil, fmt.Errorf("%s %s is not described", method, u.EscapedPath())
	}
	return found, values, nil
}

// input returns a request as openapi3filter takes it.
func (d description) input(e exchange) (*openapi3filter.RequestValidationInput, error) {
	route, params, err := d.route(e.method, e.url)
	if err != nil {
		return nil, err
	}
	r := &http.Request{Method: e.method, URL: e.url, Header: e.header.Clone(), Body: http.NoBody, ContentLength: int64(len(e.body))}
	if len(e.body) > 0 {
		r.Body = io.NopCloser(bytes.NewReader(e.body))
	}
	return &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: options}, nil
}

// checkRequest checks the method, path, query and body of a request. Unlike
// openapi3filter, it also rejects query parameters and members of the body that
// are not described, and parameters that are given twice.
func (d description) checkRequest(t testing.TB, e exchange) error {
	input, err := d.input(e)
	if err != nil {
		return err
	}
	errs := []error{openapi3filter.ValidateRequest(t.Context(), input)}
	query, err := url.ParseQuery(e.url.RawQuery)
	errs = append(errs, err)
	for name, values := range query {
		if d.parameter(input.Route, openapi3.ParameterInQuery, name) == nil {
			errs = append(errs, fmt.Errorf("the query parameter %s is not described", name))
		}
		if len(values) > 1 {
			errs = append(errs, fmt.Errorf("the query parameter %s is given %d times", name, len(values)))
		}
	}
	if schema := bodySchema(input.Route.Operation); schema != nil && len(e.body) > 0 {
		errs = append(errs, undescribed("body", e.body, schema))
	}
	return errors.Join(errs...)
}

// checkResponse checks the status and the body of a response. Unlike
// openapi3filter, it also rejects members that are not described.
func (d description) checkResponse(t testing.TB, e exchange) error {
	input, err := d.input(e)
	if err != nil {
		return err
	}
	response := &openapi3filter.ResponseValidationInput{RequestValidationInput: input, Status: e.status, Header: e.responseHeader, Options: options}
	errs := []error{openapi3filter.ValidateResponse(t.Context(), response.SetBodyBytes(e.response))}
	described := input.Route.Operation.Responses.Status(e.status)
	if described == nil {
		return errors.Join(errs...)
	}
	if media := described.Value.Content.Get("application/json"); media == nil {
		if len(e.response) > 0 {
			errs = append(errs, fmt.Errorf("a response with status %d has no body", e.status))
		}
	} else {
		schemas := []*openapi3.Schema{media.Schema.Value}
		if e.status >= 400 { // every error has a member status, also where it is not described
			schemas = append(schemas, d.Components.Schemas["basic-error"].Value)
		}
		errs = append(errs, undescribed("response", e.response, schemas...))
	}
	return errors.Join(errs...)
}

// parameter returns a described parameter, or nil.
func (d description) parameter(route *routers.Route, in, name string) *openapi3.Parameter {
	for _, params := range []openapi3.Parameters{route.Operation.Parameters, route.PathItem.Parameters} {
		if p := params.GetByInAndName(in, name); p != nil {
			return p
		}
	}
	return nil
}

// bodySchema returns the schema of an operation's body, or nil if it has none.
func bodySchema(operation *openapi3.Operation) *openapi3.Schema {
	if operation.RequestBody == nil {
		return nil
	}
	return operation.RequestBody.Value.Content.Get("application/json").Schema.Value
}

// undescribed returns an error that names the members of a JSON value that its
// schemas do not enumerate.
func undescribed(path string, value []byte, schemas ...*openapi3.Schema) error {
	var decoded any
	if err := json.Unmarshal(value, &decoded); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	var all []*openapi3.Schema
	for _, schema := range schemas {
		all = append(all, alternatives(schema)...)
	}
	return undescribedMembers(path, decoded, all)
}

func undescribedMembers(path string, value any, schemas []*openapi3.Schema) error {
	var errs []error
	switch value := value.(type) {
	case []any:
		var items []*openapi3.Schema
		for _, s := range schemas {
			if s.Items != nil {
				items = append(items, alternatives(s.Items.Value)...)
			}
		}
		for i, item := range value {
			errs = append(errs, undescribedMembers(fmt.Sprintf("%s[%d]", path, i), item, items))
		}
	case map[string]any:
		members, open := map[string][]*openapi3.Schema{}, true
		for _, s := range schemas {
			for name, property := range s.Properties {
				open = false
				members[name] = append(members[name], alternatives(property.Value)...)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(value)) {
			if described, ok := members[name]; ok {
				errs = append(errs, undescribedMembers(path+"."+name, value[name], described))
			} else if !open {
				errs = append(errs, fmt.Errorf("%s.%s is not described", path, name))
			}
		}
	}
	return errors.Join(errs...)
}

// alternatives returns a schema and all that it is combined from.
func alternatives(schema *openapi3.Schema) []*openapi3.Schema {
	all := []*openapi3.Schema{schema}
	for _, refs := range []openapi3.SchemaRefs{schema.AllOf, schema.AnyOf, schema.OneOf} {
		for _, ref := range refs {
			all = append(all, alternatives(ref.Value)...)
		}
	}
	return all
}

// example returns the documented response of an operation.
func (d description) example(route *routers.Route) (status int, body []byte, err error) {
	codes := slices.Sorted(maps.Keys(route.Operation.Responses.Map()))
	status, err = strconv.Atoi(codes[0])
	if err != nil {
		return 0, nil, err
	}
	media := route.Operation.Responses.Value(codes[0]).Value.Content.Get("application/json")
	if media == nil {
		return status, nil, nil
	}
	if len(media.Examples) == 0 {
		return 0, nil, fmt.Errorf("%s %s has no example", route.Method, route.Path)
	}
	example := media.Examples["default"]
	if example == nil { // it has several with names of their own
		example = media.Examples[slices.Sorted(maps.Keys(media.Examples))[0]]
	}
	value := example.Value.Value
	if ref, ok := refOf(value); ok { // which the loader leaves as it is in a value
		value = d.Components.Examples[strings.TrimPrefix(ref, "#/components/examples/")].Value.Value
	}
	body, err = json.Marshal(value)
	return status, body, err
}

// refOf returns the reference that a value is.
func refOf(value any) (string, bool) {
	object, _ := value.(map[string]any)
	ref, ok := object["$ref"].(string)
	return ref, ok
}
