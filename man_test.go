package main

import (
	"cmp"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra/doc"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// manDir makes TestManPages keep what it writes. The man pages are written by a test
// because it can use the command line and cobra's generator, which the binary then
// need not contain.
var manDir = flag.String("man", "", "write the man pages into this directory; their date is SOURCE_DATE_EPOCH")

func TestManPages(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", cmp.Or(os.Getenv("SOURCE_DATE_EPOCH"), "1795316646"))
	dir := cmp.Or(*manDir, t.TempDir())
	require.NoError(t, os.MkdirAll(dir, 0o755))
	root := rootCommand()
	root.DisableAutoGenTag = true
	for _, cmd := range append(root.Commands(), root) { // the generator takes <tool> for HTML
		cmd.Use, cmd.Long = strings.ReplaceAll(cmd.Use, "<", `\<`), strings.ReplaceAll(cmd.Long, "<", `\<`)
	}
	require.NoError(t, doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: "gitcode-mcp", Manual: "User Commands"}, dir))
	for _, name := range []string{"", "-call", "-http", "-tools", "-demo", "-stdio"} {
		page, err := os.ReadFile(filepath.Join(dir, "gitcode-mcp"+name+".1"))
		require.NoError(t, err)
		assert.Contains(t, string(page), "(GITCODE_MCP_READ_ONLY)", name)
	}
	page, err := os.ReadFile(filepath.Join(dir, "gitcode-mcp-call.1"))
	require.NoError(t, err)
	assert.Contains(t, string(page), "\\fBgitcode-mcp call <tool> [address] [name=value]... [flags]\\fP")
	assert.Contains(t, string(page), "gitcode-mcp call <tool> --help")
}
