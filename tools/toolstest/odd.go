package toolstest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strconv"
)

// oddValues are JSON values of every kind.
var oddValues = []string{`null`, `true`, `false`, `0`, `-1`, `1.5`, `1e400`, `""`, `"x"`, `"12"`, `[]`, `[null]`, `[{}]`, `{}`, `{"a":[1]}`}

// Substitute replaces every member and element of a decoded JSON text by values of
// every kind, which it then restores, and calls a function after each.
func Substitute(v any, call func(path []string, value string)) { substitute(v, nil, call) }

func substitute(v any, path []string, call func(path []string, value string)) {
	each := func(key string, old any, set func(any)) {
		path := append(slices.Clone(path), key)
		for _, value := range oddValues {
			set(json.RawMessage(value))
			call(path, value)
		}
		set(old)
		substitute(old, path, call)
	}
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			each(key, v[key], func(x any) { v[key] = x })
		}
	case []any:
		for i := range v {
			each(strconv.Itoa(i), v[i], func(x any) { v[i] = x })
		}
	}
}

// Difference says where two objects or label names differ, except in the
// allowed members.
func Difference(base, got any, allowed []string) string {
	a, isObject := base.(map[string]any)
	b, _ := got.(map[string]any)
	if !isObject {
		a, b = map[string]any{"name": base}, map[string]any{"name": got}
	}
	for key := range maps.Keys(a) {
		if !slices.Contains(allowed, key) && !reflect.DeepEqual(a[key], b[key]) {
			return fmt.Sprintf("%s was %v", key, a[key])
		}
	}
	for key := range maps.Keys(b) {
		if _, ok := a[key]; !ok && !slices.Contains(allowed, key) {
			return fmt.Sprintf("%s was absent", key)
		}
	}
	return ""
}

// InMemory returns a transport that calls a service without a connection.
func InMemory(service http.Handler) http.RoundTripper { return inMemory{service} }

type inMemory struct{ service http.Handler }

func (m inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	if r.Body == nil {
		r.Body = http.NoBody
	}
	m.service.ServeHTTP(w, r)
	response := w.Result()
	header := http.Header{}
	for name, values := range response.Header {
		header[http.CanonicalHeaderKey(name)] = values // as a connection does
	}
	response.Header = header
	return response, nil
}
