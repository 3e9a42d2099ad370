package gitlab_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	gitlabtools "gitcode.com/gitcode-mcp/gitcode-mcp/tools/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

// TestAddresses checks the addresses of GitLab and of others with their own host.
func TestAddresses(t *testing.T) {
	t.Parallel()
	for base, pages := range map[string]string{
		api.DefaultBaseURL:                     "https://jihulab.com",
		"https://Lab.test/api/v4/":             "https://lab.test",
		"https://lab.test:8443/api/v4":         "https://lab.test:8443",
		"https://lab.test/tools/gitlab/api/v4": "https://lab.test/tools/gitlab",
	} {
		c, err := api.New(api.Config{BaseURL: base, Token: "lab-token-0123"})
		require.NoError(t, err)
		session := toolstest.Connect(t, gitlabtools.Tools(c, tools.Settings{}), tools.Env{DryRun: true})
		for _, address := range []string{
			pages + "/g/s/p/-/issues/12", pages + "/g/s/p/-/work_items/12", pages + "/g/s/p/-/incidents/12?a=b", pages + "/g/s/p/issues/12",
			pages + "/api/v4/projects/g%2Fs%2Fp/issues/12", "g/s/p#12",
		} {
			result := toolstest.Call(t, session, "gitlab_set_time_estimate", `{"issue_iid":"`+address+`","duration":"1h"}`)
			assert.Contains(t, toolstest.Text(t, result), `"path":"/projects/g%2Fs%2Fp/issues/12/time_estimate"`, "%s at %s", address, base)
		}
	}
}
