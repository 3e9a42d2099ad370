package install

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

// TestReadmeLinks checks that the links in the README are current.
func TestReadmeLinks(t *testing.T) {
	s := testServer()
	s.Command = "gitcode-mcp"
	toolstest.TestReadme(t, "links", "install", "[Install in VS Code]("+VSCodeLink(s)+") · [Install in Cursor]("+CursorLink(s)+")\n")
}

// TestReadmeSnippets checks that the README has a configuration for each client, in
// which install has nothing to change.
func TestReadmeSnippets(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	for _, c := range Clients() {
		s, language := testServer(), "json"
		s.Command = "gitcode-mcp"
		if c.NeedsPlain() {
			s.Command, s.Secrets[0].Plain = "/full/path/to/gitcode-mcp", "your token"
		}
		edit := c.installJSON
		if c.toml {
			language, edit = "toml", c.installTOML
		}
		_, part, found := strings.Cut(string(readme), "\n**"+c.Title+"**")
		if !assert.True(t, found, c.Title) {
			continue
		}
		_, snippet, _ := strings.Cut(part, "```"+language+"\n")
		snippet, _, _ = strings.Cut(snippet, "```")
		installed, err := edit(snippet, s)
		require.NoError(t, err, c.Title)
		assert.Equal(t, snippet, installed, c.Title)
	}
}
