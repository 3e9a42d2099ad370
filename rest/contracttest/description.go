// Package contracttest compares the requests of a client with a service's own
// description of its API, and with those that another client sends. Only tests import
// it.
package contracttest

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
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// Description checks requests and responses against an OpenAPI description.
type Description struct {
	*openapi3.T

	// Errors is the form that all errors may have, also where an operation describes
	// another one. It may be nil.
	Errors *openapi3.Schema
}

// Exchange is a request that a server received, and the response to it.
type Exchange struct {
	Method string
	URL    *url.URL // its path without the prefix of the API
	Header http.Header
	Body   []byte

	Status         int
	ResponseHeader http.Header
	Response       []byte
}

// options reject what they can: bodies and statuses that are not described.
var options = &openapi3filter.Options{
	IncludeResponseStatus:             true,
	RejectWhenRequestBodyNotSpecified: true,
	SkipSettingDefaults:               true,
	MultiError:                        true,
	AuthenticationFunc:                openapi3filter.NoopAuthenticationFunc,
}

// Route finds the operation of a request: of the paths that match, the one with
// the fewest parameters. It returns the parameters' values. It looks at the escaped
// path, so that an unescaped slash in a name is noticed.
func (d Description) Route(method string, u *url.URL) (*routers.Route, map[string]string, error) {
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
func (d Description) input(e Exchange) (*openapi3filter.RequestValidationInput, error) {
	route, params, err := d.Route(e.Method, e.URL)
	if err != nil {
		return nil, err
	}
	r := &http.Request{Method: e.Method, URL: e.URL, Header: e.Header.Clone(), Body: http.NoBody, ContentLength: int64(len(e.Body))}
	if len(e.Body) > 0 {
		r.Body = io.NopCloser(bytes.NewReader(e.Body))
	}
	return &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: options}, nil
}

// CheckRequest checks the method, path, query and body of a request. Unlike
// openapi3filter, it also rejects query parameters and members of the body that
// are not described, and parameters that are given twice although they are no arrays.
func (d Description) CheckRequest(t testing.TB, e Exchange) error {
	input, err := d.input(e)
	if err != nil {
		return err
	}
	errs := []error{openapi3filter.ValidateRequest(t.Context(), input)}
	query, err := url.ParseQuery(e.URL.RawQuery)
	errs = append(errs, err)
	for name, values := range query {
		p := d.Parameter(input.Route, openapi3.ParameterInQuery, name)
		if p == nil {
			errs = append(errs, fmt.Errorf("the query parameter %s is not described", name))
		}
		repeats := p != nil && p.Schema.Value.Type.Is(openapi3.TypeArray) && (p.Explode == nil || *p.Explode)
		if len(values) > 1 && !repeats {
			errs = append(errs, fmt.Errorf("the query parameter %s is given %d times", name, len(values)))
		}
	}
	if schema := BodySchema(input.Route.Operation); schema != nil && len(e.Body) > 0 {
		errs = append(errs, Undescribed("body", e.Body, schema))
	}
	return errors.Join(errs...)
}

// CheckResponse checks the status and the body of a response. Unlike
// openapi3filter, it also rejects members that neither the description nor any of the
// other schemas of the response has.
func (d Description) CheckResponse(t testing.TB, e Exchange, others ...*openapi3.Schema) error {
	input, err := d.input(e)
	if err != nil {
		return err
	}
	response := &openapi3filter.ResponseValidationInput{RequestValidationInput: input, Status: e.Status, Header: e.ResponseHeader, Options: options}
	errs := []error{openapi3filter.ValidateResponse(t.Context(), response.SetBodyBytes(e.Response))}
	described := input.Route.Operation.Responses.Status(e.Status)
	if described == nil {
		return errors.Join(errs...)
	}
	if media := described.Value.Content.Get("application/json"); media == nil {
		if len(e.Response) > 0 {
			errs = append(errs, fmt.Errorf("a response with status %d has no body", e.Status))
		}
	} else {
		schemas := append(others, media.Schema.Value)
		if e.Status >= 400 && d.Errors != nil {
			schemas = append(schemas, d.Errors)
		}
		errs = append(errs, Undescribed("response", e.Response, schemas...))
	}
	return errors.Join(errs...)
}

// Parameter returns a described parameter, or nil.
func (d Description) Parameter(route *routers.Route, in, name string) *openapi3.Parameter {
	for _, params := range []openapi3.Parameters{route.Operation.Parameters, route.PathItem.Parameters} {
		if p := params.GetByInAndName(in, name); p != nil {
			return p
		}
	}
	return nil
}

// BodySchema returns the schema of an operation's JSON body, or nil if it has none.
func BodySchema(operation *openapi3.Operation) *openapi3.Schema {
	if operation.RequestBody == nil {
		return nil
	}
	media := operation.RequestBody.Value.Content.Get("application/json")
	if media == nil {
		return nil
	}
	return media.Schema.Value
}

// Undescribed returns an error that names the members of a JSON value that its
// schemas do not enumerate.
func Undescribed(path string, value []byte, schemas ...*openapi3.Schema) error {
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

// Problems returns what an error of a check consists of, each as one line.
func Problems(err error) []string {
	var schema *openapi3.SchemaError
	var request *openapi3filter.RequestError
	var response *openapi3filter.ResponseError
	switch err := err.(type) { //nolint:errorlint // each is taken apart by itself
	case nil:
		return nil
	case openapi3.MultiError:
		return problemsOf("", err)
	case interface{ Unwrap() []error }:
		return problemsOf("", err.Unwrap())
	default:
		switch {
		case errors.As(err, &request) && request.Parameter != nil:
			return problemsOf(request.Parameter.In+" "+request.Parameter.Name+": ", []error{request.Err})
		case errors.As(err, &request) && request.Err != nil:
			return problemsOf("request ", []error{request.Err})
		case errors.As(err, &response) && response.Err != nil:
			return problemsOf("response ", []error{response.Err})
		case errors.As(err, &schema):
			return []string{"/" + strings.Join(schema.JSONPointer(), "/") + ": " + schema.Reason}
		}
		return strings.Split(err.Error(), "\n")
	}
}

func problemsOf(prefix string, errs []error) []string {
	var all []string
	for _, err := range errs {
		for _, problem := range Problems(err) {
			all = append(all, prefix+problem)
		}
	}
	return all
}
