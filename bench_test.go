package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

// BenchmarkCall is one call of a tool through an MCP client in this process,
// against the sandbox over loopback.
func BenchmarkCall(b *testing.B) {
	for name, arguments := range map[string]string{
		"get_issue":        `{"owner":"openharbor","repo":"portal","number":1}`,
		"list_repo_issues": `{"owner":"openharbor","repo":"portal"}`,
	} {
		b.Run(name, func(b *testing.B) {
			session := clientOf(b, sandbox.New(), gitcode.Config{BaseURL: sandbox.Prefix, Token: sandbox.Token})
			for b.Loop() {
				result, err := call(b.Context(), session, name, json.RawMessage(arguments))
				require.NoError(b, err)
				require.False(b, result.IsError)
			}
		})
	}
}
