package github_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

// TestDocumentedResponses checks the responses that the documentation shows, which
// the golden file of each tool contains, against GitHub's description.
func TestDocumentedResponses(t *testing.T) {
	t.Parallel()
	d := readDescription(t)
	files, err := filepath.Glob("../testdata/github/github_*.txtar")
	require.NoError(t, err)
	documented := map[string]bool{} // endpoints
	for _, file := range files {
		if strings.Count(filepath.Base(file), ".") > 1 {
			continue // a variant, whose response is invented
		}
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		sections := map[string]string{}
		for _, f := range txtar.Parse(content).Files {
			sections[f.Name] = string(f.Data)
		}
		endpoint := strings.TrimSpace(sections["endpoint"])
		documented[endpoint] = true
		e := docsExchange(endpoint)
		route, _, err := d.Route(e.Method, e.URL)
		require.NoError(t, err, file)
		e.Status, _, err = d.example(route)
		require.NoError(t, err, file)
		e.Response = bytes.TrimSpace([]byte(sections["response"]))
		assertDescribed(t, d, e)
	}
	for _, op := range operations() {
		assert.Contains(t, documented, op.Endpoint, "no golden file has its response")
	}
}
