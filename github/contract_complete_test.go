package github_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/contracttest"
)

// TestContractIsComplete checks that every parameter is tested, that it is
// described or our own, and that no described one is missing.
func TestContractIsComplete(t *testing.T) {
	t.Parallel()
	d := readDescription(t)
	own := []string{"accept", "append", "create_labels", "edits", "fields", "include", "issues_only", "limit", "offset", "prepend"}
	undocumented := []string{ // in the description, but not on the documentation's pages
		"duplicate_issue_id", "issue_field_values",
	}
	var tested []string
	for _, op := range operations() {
		tested = append(tested, op.Method)
		method, path, _ := strings.Cut(op.Endpoint, " ")
		route, _, err := d.Route(method, &url.URL{Path: path})
		require.NoError(t, err)
		described := map[string]*openapi3.Schema{}
		for _, p := range route.Operation.Parameters {
			described[p.Value.Name] = p.Value.Schema.Value
		}
		if body := contracttest.BodySchema(route.Operation); body != nil {
			for name, schema := range body.Properties {
				described[name] = schema.Value
			}
		}
		for name, field := range contracttest.Parameters(op.Params) {
			if !slices.Contains(own, name) {
				assert.Contains(t, described, name, "%s has a parameter that is not described", op.Method)
			}
			if schema := described[name]; schema != nil {
				assert.ElementsMatch(t, schema.Enum, contracttest.Enum(field), "%s: the values of %s", op.Method, name)
			}
			assert.True(t, op.IsTested(name, field), "%s has no call that tests %s", op.Method, name)
		}
		for name := range described {
			if !slices.Contains(undocumented, name) {
				assert.Contains(t, contracttest.Parameters(op.Params), name, "%s lacks a described parameter", op.Method)
			}
		}
	}
	assert.ElementsMatch(t, contracttest.MethodsOf[*github.Client](), tested, "operations of the client and those that are tested")
}
