package main

import (
	"encoding/json"
	"path/filepath"
	"sync"
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// settingsOf returns the settings of a command line.
func settingsOf(t *testing.T, args ...string) *settings {
	t.Helper()
	s, flags := &settings{}, pflag.NewFlagSet("", pflag.ContinueOnError)
	s.addFlags(flags)
	require.NoError(t, flags.Parse(args))
	return s
}

func TestSandboxFlag(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		args []string
		on   bool
		file path
		text string
	}{
		{"absent", nil, false, "", "false"},
		{"without a value", []string{"--sandbox"}, true, "", "true"},
		{"true", []string{"--sandbox=true"}, true, "", "true"},
		{"false", []string{"--sandbox=false"}, false, "", "false"},
		{"file", []string{"--sandbox=state.json"}, true, "state.json", "state.json"},
		{"false after a file", []string{"--sandbox=state.json", "--sandbox=false"}, false, "", "false"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := settingsOf(t, test.args...)
			assert.Equal(t, test.on, s.sandbox)
			assert.Equal(t, test.file, s.stateFile)
			assert.Equal(t, test.text, (*sandboxFlag)(s).String())
		})
	}
}

// TestSandboxRate makes one call more than the rate allows, of which none may wait.
func TestSandboxRate(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		args    []string
		limited bool
	}{
		{"default", nil, false},
		{"explicit", []string{"--rate=50/h"}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			session, err := settingsOf(t, append(test.args, "--sandbox", "--max-wait=0")...).connect(t.Context())
			require.NoError(t, err)
			defer session.Close()
			limited := false
			for range 51 {
				result, err := call(t.Context(), session, "get_issue", json.RawMessage(`{"owner":"openharbor","repo":"portal","number":1}`))
				require.NoError(t, err)
				limited = result.IsError
			}
			assert.Equal(t, test.limited, limited)
		})
	}
}

// TestSandboxFile checks that commands see what other commands wrote, even at
// the same time.
func TestSandboxFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state.json")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			_, stderr, status := run(t, "", nil, "call", "create_issue", "owner=linwei", "repo=notes", "title=New", "--sandbox="+file)
			assert.Zero(t, status, stderr)
		})
	}
	wg.Wait()
	stdout, stderr, status := run(t, "", []string{"GITCODE_MCP_SANDBOX=" + file}, "call", "list_repo_issues", "owner=linwei", "repo=notes")
	assert.Zero(t, status, stderr)
	assert.Contains(t, stdout, "total: 5\n")

	stdout, stderr, status = run(t, "", []string{"GITCODE_MCP_SANDBOX=" + file}, "demo")
	assert.Zero(t, status, stderr)
	assert.Contains(t, stdout, "removed: [needs-info]")
	stdout, _, _ = run(t, "", nil, "call", "get_issue", "owner=openharbor", "repo=portal", "number=11", "--sandbox="+file)
	assert.Contains(t, stdout, "needs-info", "the demo does not change the file")

	_, stderr, status = run(t, "", nil, "tools", "--sandbox="+filepath.Join(file, "nowhere"))
	assert.Equal(t, 1, status)
	assert.Contains(t, stderr, "gitcode-mcp: keep the sandbox's state in ")
}

// TestSandboxFailures checks the repositories that fail on demand.
func TestSandboxFailures(t *testing.T) {
	t.Parallel()
	for repo, message := range map[string]string{"busy": "429", "broken": "502"} {
		_, stderr, status := run(t, "", nil, "call", "list_repo_issues", "owner=openharbor", "repo="+repo, "--sandbox", "--max-wait=0")
		assert.Equal(t, 1, status)
		assert.Contains(t, stderr, message)
	}
}
