package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestImports checks that imports point one way, and that each library has the
// one package that knows it.
func TestImports(t *testing.T) {
	t.Parallel()
	const module = "gitcode.com/gitcode-mcp/gitcode-mcp/"
	allowed := map[string]string{ // folder to the packages of the module that it may import
		".": `.*`, "schema": `-`, "sanitize": `-`, "install": `-`, "prompts": `-`, "skills": `-`,
		"rest/lenient": `-`, "rest/command": `-`, "tools/policy": `rest(/(command|closest))?`, "rest/closest": `-`, "rest": `rest/lenient`, "rest/textedit": `rest(/lenient)?`, "rest/fetch": `rest`, "rest/readback": `rest/lenient`,
		"rest/statefile": `-`, "rest/fake": `rest/statefile`, "rest/contracttest": `.*`,
		"gitcode": `rest(/\w+)?`, "gitcode/sandbox": `rest/(fake|statefile)`, "gitcode/sandbox/fault": `-`,
		"github": `rest(/\w+)?`, "github/sandbox": `rest/(fake|statefile)`,
		"gitlab": `rest(/\w+)?`, "gitlab/sandbox": `rest/(fake|statefile)`,
		"tools": `(rest(/closest)?|schema|sanitize)`, "tools/gitcode": `(tools|gitcode|rest)`, "tools/github": `(tools|github|rest(/lenient)?)`,
		"tools/gitlab": `(tools|gitlab|rest(/lenient|/textedit)?)`, "tools/toolstest": `(tools|server)`, "readable": `-`, "server": `(tools|prompts|skills|rest|readable)`, "doctor": `(rest|tools|install|sanitize)`,
		"bench": `(gitcode|rest|server|tools(/gitcode)?)`, "bench/floor": `-`, "deploy/mcpb": `-`,
	}
	owners := map[string]string{ // library to the folders that may import it
		"github.com/go-resty/": `rest`, "github.com/invopop/": `schema`, "github.com/santhosh-tekuri/": `(schema|tools/toolstest)`,
		"github.com/mark3labs/mcp-go/": `(\.|bench/floor|prompts|server|tools|tools/toolstest)`, "github.com/spf13/": `\.`, "github.com/VictoriaMetrics/": `server`,
		"github.com/tailscale/": `install`, "github.com/pelletier/": `(install|tools/policy)`,
		"github.com/modelcontextprotocol/": `-`, "github.com/prometheus/": `-`, "github.com/stretchr/": `(tools/toolstest|rest/contracttest)`, "golang.org/x/tools/": `(tools/toolstest|rest/contracttest)`, // for tests
		"golang.org/x/image/": `tools`, "github.com/getkin/": `rest/contracttest`, "github.com/google/go-github/": `-`, "gitlab.com/gitlab-org/": `-`,
	}
	list, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.Dir}}{{range .Imports}} {{.}}{{end}}", "./...").Output()
	require.NoError(t, err)
	here, err := os.Getwd()
	require.NoError(t, err)
	for line := range strings.Lines(string(list)) {
		words := strings.Fields(line)
		folder, err := filepath.Rel(here, words[0])
		require.NoError(t, err)
		folder = filepath.ToSlash(folder)
		require.Contains(t, allowed, folder, "the test has no rule for this folder")
		for _, path := range words[1:] {
			assert.NotContains(t, []string{module + "tools/toolstest", module + "rest/contracttest"}, path, "only tests import it")
			if own, ok := strings.CutPrefix(path, module); ok {
				assert.Regexp(t, "^"+allowed[folder]+"$", own, "%s imports %s", folder, path)
			}
			for library, folders := range owners {
				if strings.HasPrefix(path, library) {
					assert.Regexp(t, "^"+folders+"$", folder, "%s imports %s", folder, path)
				}
			}
		}
	}
}
