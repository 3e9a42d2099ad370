package gitcode

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// request is an operation with its arguments in their places.
type request struct {
	endpoint string // as documented
	method   string
	path     string // escaped
	query    url.Values
	body     []byte
}

// place puts params where the endpoint wants them: the members whose names
// stand in braces into the path, the rest into the query of a GET or DELETE
// and into the JSON body of anything else.
func place(endpoint string, params any) (*request, error) {
	encoded, err := encode(params)
	if err != nil {
		return nil, fmt.Errorf("encode the arguments of %s: %w", endpoint, err)
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(encoded, &members); err != nil {
		return nil, fmt.Errorf("the arguments of %s are not an object: %w", endpoint, err)
	}
	method, pattern, _ := strings.Cut(endpoint, " ")
	req := &request{endpoint: endpoint, method: method}

	segments := strings.Split(pattern, "/")
	for i, s := range segments {
		name, isParam := strings.CutPrefix(s, "{")
		if !isParam {
			continue
		}
		name = strings.TrimSuffix(name, "}")
		value := plain(members[name])
		if value == "" || value == "." || value == ".." {
			return nil, &Error{Class: Invalid, Endpoint: endpoint, Message: fmt.Sprintf("%s must not be %q", name, value)}
		}
		// A comma separates names within a segment, so it stays.
		segments[i] = strings.ReplaceAll(url.PathEscape(value), "%2C", ",")
		delete(members, name)
	}
	req.path = strings.Join(segments, "/")

	if method == http.MethodGet || method == http.MethodDelete {
		req.query = url.Values{}
		for name, value := range members {
			req.query.Set(name, plain(value))
		}
		return req, nil
	}
	req.body, err = encode(members)
	return req, err
}

// plain returns a JSON value as it stands in a path or a query.
func plain(value json.RawMessage) string {
	var s string
	if err := json.Unmarshal(value, &s); err != nil {
		return string(value)
	}
	return s
}

// encode writes JSON without escaping <, > and &, which are plain text in a body.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
