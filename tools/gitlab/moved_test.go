package gitlab_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	toolset "gitcode.com/gitcode-mcp/gitcode-mcp/tools/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

// TestMovedIssue checks that reads and writes of what is left of an issue say where it
// was moved to.
func TestMovedIssue(t *testing.T) {
	t.Parallel()
	c, err := api.New(api.Config{BaseURL: toolstest.Serve(t, sandbox.New()) + sandbox.Prefix, Token: sandbox.Token, Rates: rest.Unlimited, MaxWait: -1})
	require.NoError(t, err)
	mcp := toolstest.Connect(t, toolset.Tools(c, settings(t)), tools.Env{})
	const issue = `{"id":"harborlab/portal","issue_iid":7`
	assert.Contains(t, text(t, call(t, mcp, "gitlab_get_issue", issue+"}")), `"moved_to":"harborlab/tools/cli#3"`)
	assert.Contains(t, text(t, call(t, mcp, "gitlab_update_issue", issue+`,"add_labels":["docs"]}`)), "the issue moved to harborlab/tools/cli#3. Nothing was changed")
	assert.Contains(t, text(t, call(t, mcp, "gitlab_update_issue", issue+`,"append":"more"}`)), "the issue moved to harborlab/tools/cli#3. Nothing was changed")
}
