package github_test

import (
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/github"
)

// parameters returns the JSON names of the parameters of a params struct and their
// fields.
func parameters(params reflect.Type) map[string]reflect.StructField {
	all := map[string]reflect.StructField{}
	for _, field := range reflect.VisibleFields(params) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name != "" && name != "-" {
			all[name] = field
		}
	}
	return all
}

// TestContractIsComplete checks that every parameter is tested, that it is
// described or our own, and that no described one is missing.
func TestContractIsComplete(t *testing.T) {
	t.Parallel()
	d := readDescription(t)
	own := []string{"accept", "append", "create_labels", "edits", "fields", "include", "issues_only", "limit", "offset", "prepend"}
	undocumented := []string{ // in the description, but not on the documentation's pages
		"duplicate_issue_id", "issue_field_values",
	}
	client := map[string]bool{}
	for method := range reflect.TypeFor[*github.Client]().Methods() {
		if method.Type.NumIn() == 3 && method.Type.In(2).Kind() == reflect.Struct && method.Type.In(2).PkgPath() == reflect.TypeFor[github.Client]().PkgPath() {
			client[method.Name] = true
		}
	}
	var tested []string
	for _, op := range operations() {
		tested = append(tested, op.method)
		method, path, _ := strings.Cut(op.endpoint, " ")
		route, _, err := d.route(method, &url.URL{Path: path})
		require.NoError(t, err)
		described := map[string]*openapi3.Schema{}
		for _, p := range route.Operation.Parameters {
			described[p.Value.Name] = p.Value.Schema.Value
		}
		if body := bodySchema(route.Operation); body != nil {
			for name, schema := range body.Properties {
				described[name] = schema.Value
			}
		}
		for name, field := range parameters(op.params) {
			if !slices.Contains(own, name) {
				assert.Contains(t, described, name, "%s has a parameter that is not described", op.method)
			}
			if schema := described[name]; schema != nil {
				assert.ElementsMatch(t, schema.Enum, enum(field), "%s: the values of %s", op.method, name)
			}
			assert.True(t, strings.Contains(path, "{"+name+"}") || slices.ContainsFunc(op.calls, func(c call) bool {
				first, _, _ := strings.Cut(c.name, ":")
				value := reflect.ValueOf(c.params).FieldByIndex(field.Index)
				return first == name && !value.IsZero()
			}), "%s has no call that tests %s", op.method, name)
		}
		for name := range described {
			if !slices.Contains(undocumented, name) {
				assert.Contains(t, parameters(op.params), name, "%s lacks a described parameter", op.method)
			}
		}
	}
	assert.ElementsMatch(t, slices.Collect(maps.Keys(client)), tested, "operations of the client and those that are tested")
}

// enum returns the values that the tag of a parameter allows.
func enum(field reflect.StructField) []any {
	var values []any
	for rule := range strings.SplitSeq(field.Tag.Get("jsonschema"), ",") {
		if value, ok := strings.CutPrefix(rule, "enum="); ok {
			values = append(values, value)
		}
	}
	return values
}
