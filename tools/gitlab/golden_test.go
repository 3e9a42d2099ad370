package gitlab_test

import (
	"regexp"
	"testing"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

var golden = toolstest.Golden{
	Files:  "../../testdata/gitlab/*.txtar",
	Base:   "/under/api/v4",
	Tools:  newTools,
	Token:  testToken,
	Header: map[string]string{"Private-Token": testToken, "Authorization": ""},
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
	golden.TestPages(t, "../../gitlab/*.go", regexp.MustCompile(`https://docs\.gitlab\.cn/jh/api/issues\.html#\S+`))
}

func TestNoTokens(t *testing.T) {
	t.Parallel()
	golden.TestNoTokens(t)
}
