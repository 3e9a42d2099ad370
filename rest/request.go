package rest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Request is an operation with its arguments in place.
type Request struct {
	Endpoint string // as documented, "GET /repos/{owner}/{repo}"
	Method   string
	Path     string // relative to the base URL, escaped; "../v8/user" replaces its last segment
	Query    url.Values
	Body     []byte // JSON unless SetForm or SetFile was called, or nil if the request has none
	Accept   string // the media type of the response; Forge.Accept if empty
	Known    Known  // what a Guard has to know of a write besides
	form     *form  // what Body contains if it is not JSON
}

// NewRequest places params in the path, the query and the body of endpoint.
// Path arguments that are empty, "." or ".." are rejected, because they would
// address something else.
func NewRequest(endpoint string, params any) (*Request, error) {
	members, err := membersOf(params)
	if err != nil {
		return nil, fmt.Errorf("encode the arguments of %s: %w", endpoint, err)
	}
	method, pattern, _ := strings.Cut(endpoint, " ")
	req := &Request{Endpoint: endpoint, Method: method}
	segments := strings.Split(pattern, "/")
	for i, segment := range segments {
		name, isParam := strings.CutPrefix(segment, "{")
		if !isParam {
			continue
		}
		name = strings.TrimSuffix(name, "}")
		value := textOf(members[name])
		if value == "" || value == "." || value == ".." {
			return nil, &Error{Class: Invalid, NotSent: true, Endpoint: endpoint, Message: fmt.Sprintf("%s must not be %q", name, value)}
		}
		// A comma separates names within a segment, so it stays unescaped.
		segments[i] = strings.ReplaceAll(url.PathEscape(value), "%2C", ",")
		delete(members, name)
	}
	req.Path = strings.Join(segments, "/")
	if method == http.MethodGet || method == http.MethodDelete {
		req.Query = url.Values{}
		for name, value := range members {
			req.Query.Set(name, textOf(value))
		}
		return req, nil
	}
	return req, req.SetBody(members)
}

// SetBody replaces the body with the JSON encoding of v.
func (r *Request) SetBody(v any) error {
	body, err := Marshal(v)
	if err != nil {
		return fmt.Errorf("encode the body of %s: %w", r.Endpoint, err)
	}
	r.Body, r.form = body, nil
	return nil
}

// contentType returns the media type of the body.
func (r *Request) contentType() string {
	if r.form != nil {
		return r.form.contentType
	}
	return "application/json"
}

// fields returns the names of the members of the body, in order. It returns nil
// if the body is not an object.
func (r *Request) fields() []string {
	if r.form != nil {
		return r.form.fields
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(r.Body, &members) != nil {
		return nil
	}
	return slices.Sorted(maps.Keys(members))
}

// membersOf returns the JSON members of a params struct.
func membersOf(params any) (map[string]json.RawMessage, error) {
	encoded, err := Marshal(params)
	if err != nil {
		return nil, err
	}
	var members map[string]json.RawMessage
	return members, json.Unmarshal(encoded, &members)
}

// textOf returns a JSON value as it appears in a path or a query: a string
// without its quotes, anything else as it is.
func textOf(value json.RawMessage) string {
	if len(value) >= 2 && value[0] == '"' && bytes.IndexByte(value, '\\') < 0 {
		return string(value[1 : len(value)-1]) // as Marshal writes most of them
	}
	if len(value) > 0 && (value[0] == '-' || value[0] >= '0' && value[0] <= '9') {
		return string(value)
	}
	var s string
	if err := json.Unmarshal(value, &s); err != nil {
		return string(value)
	}
	return s
}

// Marshal returns the JSON encoding of v on one line. Unlike json.Marshal it
// leaves <, > and & as they are: they are ordinary characters in an issue, and
// cheaper to read.
func Marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
