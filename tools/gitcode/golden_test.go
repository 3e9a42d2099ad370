package gitcode_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	toolset "gitcode.com/gitcode-mcp/gitcode-mcp/tools/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

var golden = toolstest.Golden{
	Files: "../../testdata/gitcode/*.txtar",
	Base:  "/under/api/v5",
	Site:  "/under",
	Tools: func(t testing.TB, baseURL string) []tools.Tool {
		t.Helper()
		c, err := api.New(api.Config{BaseURL: baseURL, Token: testToken, Rates: plenty})
		require.NoError(t, err)
		return toolset.Tools(c, settings)
	},
	Token:   testToken,
	Header:  map[string]string{"Authorization": "Bearer " + testToken},
	Segment: segment,
}

// segment returns the segments of a path that are not arguments.
func segment(name string, arguments map[string]any) string {
	if changes, ok := arguments["changes"].([]any); ok && name == "number" { // the first issue of update_issues
		return fmt.Sprint(changes[0].(map[string]any)["numbers"].([]any)[0])
	}
	labels, ok := arguments["labels"].([]any) // of remove_labels
	if name != "name" || !ok {
		return ""
	}
	var names []string
	for _, label := range labels {
		names = append(names, url.PathEscape(label.(string)))
	}
	return strings.Join(names, ",")
}

func TestGolden(t *testing.T) {
	t.Parallel()
	golden.Test(t)
}

func TestEveryToolHasItsGoldenFile(t *testing.T) {
	t.Parallel()
	golden.TestEveryTool(t)
}

func TestGoldenFilesShowEveryArgument(t *testing.T) {
	t.Parallel()
	golden.TestEveryArgument(t)
}

func TestDocumentationPages(t *testing.T) {
	t.Parallel()
	golden.TestPages(t, "../../gitcode/*.go", regexp.MustCompile(`https://docs\.gitcode\.com/docs/apis/[a-z0-9-]+`))
}

func TestNoTokens(t *testing.T) {
	t.Parallel()
	golden.TestNoTokens(t, "../../gitcode/testdata/*/*")
}
