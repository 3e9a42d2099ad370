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
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
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

// OddMembers says what a response with odd members may change in the results of a
// forge's tools.
type OddMembers struct {
	// Tools returns the tools for a service.
	Tools func(t testing.TB, transport http.RoundTripper) []tools.Tool
	// Base is the path of the service's API.
	Base string
	// ShownAs maps a member of a documented response to the members of a result that
	// show it.
	ShownAs map[string][]string
	// Identities are the members without which a row is lost, and counted as unreadable.
	Identities []string
	// MayFail, if non-nil, reports whether a call cannot do without a member.
	MayFail func(tool string, path []string) bool
	// Write compares results of a write.
	Write func(tool string, base, got map[string]any, path []string) string
}

// Test replaces every member and every element of every documented response by
// values of every kind. No call may fail, and nothing else in the result may change.
func (o OddMembers) Test(t *testing.T, files []File) {
	t.Helper()
	var tried atomic.Int64
	t.Cleanup(func() { t.Logf("%d substitutions", tried.Load()) })
	for _, file := range files {
		if file.Name != file.Tool || strings.TrimSpace(file.Given["response"]) == "" {
			continue
		}
		t.Run(file.Name, func(t *testing.T) {
			t.Parallel()
			tried.Add(o.test(t, file))
		})
	}
}

func (o OddMembers) test(t *testing.T, file File) (tried int64) {
	t.Helper()
	var response any
	decoder := json.NewDecoder(strings.NewReader(file.Given["response"]))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&response))
	list, isList := response.([]any)
	if isList {
		response = list[:1]
	}
	var service http.Handler // of the current call
	given := maps.Clone(file.Given)
	tool := Named(t, o.Tools(t, InMemory(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { service.ServeHTTP(w, r) }))), file.Tool)
	call := func() map[string]any {
		body, err := json.Marshal(response)
		require.NoError(t, err)
		given["response"] = string(body)
		service = &Recorder{Given: given, Base: o.Base}
		result, _ := tool.Call(t.Context(), tools.Env{MaxResult: 60_000}, json.RawMessage(given["arguments"]))
		text := Text(t, result)
		require.False(t, result.IsError, text)
		var value map[string]any
		require.NoError(t, json.Unmarshal([]byte(text), &value))
		return value
	}
	base := call()
	Substitute(response, func(path []string, value string) {
		tried++
		if o.MayFail != nil && o.MayFail(file.Tool, path) {
			return
		}
		got := call()
		problem := ""
		switch {
		case isList:
			problem = o.compareRows(base, got, path)
		case tool.Effect == tools.Reads:
			problem = Difference(base, got, o.ShownAs[path[0]])
		default:
			problem = o.Write(file.Tool, base, got, path)
		}
		assert.Empty(t, problem, "%s = %s", strings.Join(path, "."), value)
	})
	return tried
}

// compareRows compares lists with one documented row.
func (o OddMembers) compareRows(base, got map[string]any, path []string) string {
	if problem := Difference(base, got, []string{"rows", "unreadable", "total", "cut"}); problem != "" {
		return problem
	}
	rows, _ := got["rows"].([]any)
	isIdentity := len(path) == 1 || slices.Contains(o.Identities, path[1])
	switch {
	case isIdentity && len(rows) == 0 && got["unreadable"] != 1.:
		return "the row was lost silently"
	case isIdentity && len(rows) <= 1:
		return ""
	case len(rows) != 1:
		return "the row was lost"
	}
	return Difference(base["rows"].([]any)[0], rows[0], o.ShownAs[path[1]])
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
