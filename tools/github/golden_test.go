package github_test

import (
	"regexp"
	"testing"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

var golden = toolstest.Golden{
	Files:  "../../testdata/github/*.txtar",
	Base:   "/under/api/v3",
	Tools:  newTools,
	Token:  testToken,
	Header: map[string]string{"Authorization": "Bearer " + testToken, "X-Github-Api-Version": "2022-11-28"},
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
	golden.TestPages(t, "../../github/*.go", regexp.MustCompile(`https://docs\.github\.com/en/enterprise-server@3\.19/rest/issues/[a-z]+#[a-z-]+`))
}

func TestNoTokens(t *testing.T) {
	t.Parallel()
	golden.TestNoTokens(t)
}
