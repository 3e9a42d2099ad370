package server_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	toolset "gitcode.com/gitcode-mcp/gitcode-mcp/tools/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

type quayRef struct {
	Owner       string `json:"owner"`
	Repo        string `json:"repo"`
	IssueNumber int    `json:"issue_number"`
}

type quayIssue struct {
	Text string `json:"text"`
	tools.Notes
}

// TestAddressesNameTheirForge checks that an address of a forge is for its tools,
// and that another forge's tools name it.
func TestAddressesNameTheirForge(t *testing.T) {
	t.Parallel()
	code, err := gitcode.New(gitcode.Config{})
	require.NoError(t, err)
	c, err := rest.New(rest.Forge{BaseURL: "http://quay.test"}, rest.Config{})
	require.NoError(t, err)
	quay := &tools.Forge{Client: c, Name: "Quay", Addresses: tools.Addresses{
		Hosts: []string{"quay.test"}, API: "repos/", Pages: []string{"issues", "pull"}, Comment: "#issuecomment-345",
	}}
	read := tools.Read("quay_get_issue", "Return an issue.", func(_ context.Context, p *quayRef) (string, error) { return p.Owner + "/" + p.Repo, nil },
		func(_ *quayRef, text string) *quayIssue { return &quayIssue{Text: text} })
	both := slices.Concat(toolset.Tools(code, tools.Settings{}), quay.Toolset("quay", read))
	for name, test := range map[string]struct{ tool, arguments, want string }{
		"its own":     {"quay_get_issue", `{"owner":"https://quay.test/o/r/pull/12"}`, `{"text":"o/r"}`},
		"the other's": {"get_issue", `{"owner":"https://quay.test/o/r/pull/12"}`, `get_issue: not sent: owner: "https://quay.test/o/r/pull/12" is an address of Quay; use a tool of Quay`},
		"the reverse": {"quay_get_issue", `{"issue_number":"https://gitcode.com/o/r/issues/12"}`, `quay_get_issue: not sent: issue_number: "https://gitcode.com/o/r/issues/12" is an address of GitCode; use a tool of GitCode`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result := toolstest.Call(t, toolstest.Connect(t, both, tools.Env{}), test.tool, test.arguments)
			assert.Equal(t, test.want, toolstest.Text(t, result))
		})
	}
}
