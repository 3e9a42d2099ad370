package main

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHelpShowsVariables(t *testing.T) {
	t.Parallel()
	root := rootCommand()
	for _, cmd := range append(root.Commands(), root) {
		help, stderr, status := run(t, "", nil, append(strings.Fields(cmd.CommandPath())[1:], "--help")...)
		require.Zero(t, status, stderr)
		check := func(flag *pflag.Flag) {
			if slices.Contains([]string{"help", "version", "json"}, flag.Name) {
				return
			}
			if variable := flag.Annotations[variableKey]; assert.Len(t, variable, 1, flag.Name) {
				assert.Contains(t, help, "("+variable[0]+")")
				assert.Regexp(t, "^(GITCODE_(MCP_)?)?"+strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_"))+"$", variable[0])
			}
		}
		if !strings.HasSuffix(cmd.Name(), "install") { // their flags are for one change
			cmd.LocalNonPersistentFlags().VisitAll(check)
		}
		root.PersistentFlags().VisitAll(check)
	}
}

// TestReadmeSettings checks that the README documents every setting, and that its
// JSON is valid.
func TestReadmeSettings(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	root := rootCommand()
	for _, cmd := range append(root.Commands(), root) {
		cmd.LocalFlags().VisitAll(func(flag *pflag.Flag) {
			if fallback := flag.Annotations[fallbackKey]; fallback != nil {
				assert.Contains(t, string(readme), "| `"+fallback[0]+"` | ")
			}
			if variable := flag.Annotations[variableKey]; variable != nil {
				assert.True(t, strings.Contains(string(readme), "| `"+variable[0]+"` | `--"+flag.Name+"` |"), flag.Name) //nolint:testifylint // a failure should not print the README
			}
		})
	}
	for block := range strings.SplitSeq(string(readme), "```json\n") {
		if snippet, _, ok := strings.Cut(block, "```\n"); ok && strings.HasPrefix(snippet, "{") {
			assert.True(t, json.Valid([]byte(snippet)), snippet)
		}
	}
}

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
			session, err := (&serverFlags{}).connect(t.Context(), settingsOf(t, append(test.args, "--sandbox", "--max-wait=0")...))
			require.NoError(t, err)
			limited := false
			for range 51 {
				result, err := session.call(t.Context(), "get_issue", json.RawMessage(`{"owner":"openharbor","repo":"portal","number":1}`))
				require.NoError(t, err)
				limited = result.IsError
			}
			assert.Equal(t, test.limited, limited)
		})
	}
}

func TestSandboxOfUsersIgnoresTheToken(t *testing.T) {
	t.Setenv("GITCODE_TOKEN", "tok-0123456789abcdef")
	v, err := settingsOf(t, "--sandbox").serve(true, nil)
	require.NoError(t, err)
	assert.Empty(t, v.tokens)
	_, err = settingsOf(t).serve(true, nil)
	require.ErrorContains(t, err, "--user-tokens cannot be combined")
}
