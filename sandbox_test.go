package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestSandboxOfAllForges checks that --sandbox serves all forges without their
// settings, and keeps the state of each in a file of its own.
func TestSandboxOfAllForges(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state")
	_, stderr, status := run(t, "", nil, "call", "update_issue", "openharbor/portal#1", "title=From GitCode", "--sandbox="+file)
	assert.Zero(t, status, stderr)
	assert.NoFileExists(t, file+".github", "GitHub is not configured")
	assert.NoFileExists(t, file+".gitlab", "GitLab is not configured")

	env := []string{
		"GITHUB_API_URL=https://github.invalid/api/v3", "GITHUB_TOKEN=of-another-service",
		"GITLAB_API_URL=https://gitlab.invalid/api/v4", "GITLAB_TOKEN=of-a-third-service",
	}
	_, stderr, status = run(t, "", env, "call", "github_update_issue", "owner=octoharbor", "repo=portal", "issue_number=1", "title=From GitHub", "--sandbox="+file)
	assert.Zero(t, status, stderr)
	assert.FileExists(t, file+".github")
	_, stderr, status = run(t, "", env, "call", "gitlab_update_issue", "harborlab/portal#1", "title=From GitLab", "--sandbox="+file)
	assert.Zero(t, status, stderr)
	assert.FileExists(t, file+".gitlab")

	for title, args := range map[string][]string{
		"From GitCode": {"get_issue", "openharbor/portal#1"},
		"From GitHub":  {"github_get_issue", "owner=octoharbor", "repo=portal", "issue_number=1"},
		"From GitLab":  {"gitlab_get_issue", "harborlab/portal#1"},
	} {
		stdout, stderr, status := run(t, "", env, append([]string{"call", "--sandbox=" + file}, args...)...)
		assert.Zero(t, status, stderr)
		assert.Contains(t, stdout, "title: "+title+"\n")
	}
}
