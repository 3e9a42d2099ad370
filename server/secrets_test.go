package server_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

func TestCleanToken(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"": "", " \n": "", "abcdefgh": "abcdefgh", " abcdefgh\n": "abcdefgh", `"abcdefgh"`: "abcdefgh", "' abcdefgh '": "abcdefgh"} {
		got, err := server.CleanToken("GITCODE_TOKEN", in)
		require.NoError(t, err, in)
		assert.Equal(t, want, got)
	}
	for in, want := range map[string]string{
		"short": "GITCODE_TOKEN is shorter than 8 characters", "two words": "contains blanks", "abcdefgh语": "no token has",
		"${GITCODE_TOKEN}": "the placeholder ${GITCODE_TOKEN}", "$GITCODE_TOKEN": "placeholder", "{env:GITCODE_TOKEN}": "placeholder",
		"${input:gitcode-token}": "placeholder", "%GITCODE_TOKEN%": "placeholder", "YOUR_GITCODE_TOKEN": "placeholder",
	} {
		_, err := server.CleanToken("GITCODE_TOKEN", in)
		assert.ErrorContains(t, err, want, in)
	}
	secret, err := server.CleanSecret("GITCODE_MCP_SECRET", " open sesame ")
	require.NoError(t, err)
	assert.Equal(t, "open sesame", secret)
	_, err = server.CleanSecret("GITCODE_MCP_SECRET", "open")
	assert.ErrorContains(t, err, "GITCODE_MCP_SECRET is shorter")
}
