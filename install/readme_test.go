package install

import (
	"testing"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

// TestReadmeLinks checks that the links in the README are current.
func TestReadmeLinks(t *testing.T) {
	s := testServer()
	s.Command = "gitcode-mcp"
	toolstest.TestReadme(t, "links", "install", "[Install in VS Code]("+VSCodeLink(s)+") · [Install in Cursor]("+CursorLink(s)+")\n")
}
