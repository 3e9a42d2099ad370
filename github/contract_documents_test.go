package github_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/contracttest"
)

// TestDocumentedResponses checks the responses that the documentation shows, which
// the golden file of each tool contains, against GitHub's description.
func TestDocumentedResponses(t *testing.T) {
	t.Parallel()
	d := readDescription(t)
	responses := contracttest.Documented(t, "../testdata/github")
	for endpoint, response := range responses {
		e := docsExchange(endpoint)
		route, _, err := d.Route(e.Method, e.URL)
		require.NoError(t, err, endpoint)
		e.Status, _, err = d.example(route)
		require.NoError(t, err, endpoint)
		e.Response = response
		assertDescribed(t, d, e)
	}
	for _, op := range operations() {
		assert.Contains(t, responses, op.Endpoint, "no golden file has its response")
	}
}
