package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestSandboxOfBothForges checks that --sandbox serves both forges without their
// settings, and keeps the state of each in a file of its own.
func TestSandboxOfBothForges(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state")
	_, stderr, status := run(t, "", nil, "call", "update_issue", "openharbor/portal#1", "title=From GitCode", "--sandbox="+file)
	assert.Zero(t, status, stderr)
	assert.NoFileExists(t, file+".github", "GitHub is not configured")

	env := []string{"GITHUB_API_URL=https://github.invalid/api/v3", "GITHUB_TOKEN=of-another-service"}
	_, stderr, status = run(t, "", env, "call", "github_update_issue", "owner=octoharbor", "repo=portal", "issue_number=1", "title=From GitHub", "--sandbox="+file)
	assert.Zero(t, status, stderr)
	assert.FileExists(t, file+".github")

	for title, args := range map[string][]string{
		"From GitCode": {"get_issue", "openharbor/portal#1"},
		"From GitHub":  {"github_get_issue", "owner=octoharbor", "repo=portal", "issue_number=1"},
	} {
		stdout, stderr, status := run(t, "", env, append([]string{"call", "--sandbox=" + file}, args...)...)
		assert.Zero(t, status, stderr)
		assert.Contains(t, stdout, "title: "+title+"\n")
	}
}
