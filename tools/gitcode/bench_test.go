package gitcode_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// BenchmarkCall measures one tool call through an MCP client in this process,
// against the sandbox over loopback.
func BenchmarkCall(b *testing.B) {
	for name, arguments := range map[string]string{
		"get_issue":        `{"owner":"openharbor","repo":"portal","number":1}`,
		"list_repo_issues": `{"owner":"openharbor","repo":"portal"}`,
	} {
		b.Run(name, func(b *testing.B) {
			session := connect(b, newClient(b, sandbox.New(), api.Config{BaseURL: sandbox.Prefix, Token: sandbox.Token}), tools.Env{MaxResult: 60_000})
			for b.Loop() {
				require.False(b, call(b, session, name, arguments).IsError)
			}
		})
	}
}
