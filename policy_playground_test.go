package main

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/policy"
)

// playground is a server of all forges with their sandboxes under a policy.
type playground struct {
	server, unrestricted session
	directory            string
	log                  *strings.Builder

	mu     sync.Mutex
	writes []string
}

func newPlayground(t *testing.T, rules string) *playground {
	t.Helper()
	p := &playground{directory: t.TempDir(), log: &strings.Builder{}}
	file := filepath.Join(t.TempDir(), "policy.toml")
	require.NoError(t, os.WriteFile(file, []byte(rules), 0o600))
	restrictions, err := policy.Load(file)
	require.NoError(t, err)
	var restricted, all []tools.Tool
	for _, f := range allForges() {
		box, err := f.sandbox.open(filepath.Join(p.directory, f.name))
		require.NoError(t, err)
		service := httptest.NewServer(moved(box))
		t.Cleanup(service.Close)
		guarded := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet {
				p.mu.Lock()
				p.writes = append(p.writes, r.Method+" "+r.URL.RequestURI())
				p.mu.Unlock()
			}
			moved(box).ServeHTTP(w, r)
		}))
		t.Cleanup(guarded.Close)
		list, _, err := f.tools(rest.Config{BaseURL: guarded.URL + f.sandbox.path, Token: f.sandbox.token, Rates: rest.Unlimited, Guard: restrictions.For(f.name).Guard()}, tools.Settings{Hosts: f.publicHosts()})
		require.NoError(t, err)
		restricted = append(restricted, list...)
		list, _, err = f.tools(rest.Config{BaseURL: service.URL + f.sandbox.path, Token: f.sandbox.token, Rates: rest.Unlimited}, tools.Settings{})
		require.NoError(t, err)
		all = append(all, list...)
	}
	excluded := func(tool tools.Tool) string { return restrictions.For(tool.Forge().Name).Tool(tool.Name) }
	logger, silent := slog.New(slog.NewTextHandler(p.log, nil)), slog.New(slog.DiscardHandler)
	p.server = localSession(t.Context(), server.New(server.Config{Tools: restricted, Selection: server.Selection{Policy: excluded, Toolsets: []string{"all"}}, Logger: logger}), logger)
	p.unrestricted = localSession(t.Context(), server.New(server.Config{Tools: all, Logger: silent}), silent)
	return p
}

// moved responds for the repository openharbor/old, which is linwei/notes now, under
// its old name too, as GitCode does.
func moved(service http.Handler) http.Handler {
	old := regexp.MustCompile(`(?i)/repos/openharbor/old(/|$)`)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if old.MatchString(r.URL.Path) {
			r = r.Clone(r.Context())
			r.URL.Path, r.URL.RawPath = old.ReplaceAllString(r.URL.Path, "/repos/linwei/notes$1"), ""
		}
		service.ServeHTTP(w, r)
	})
}

// call makes a call that is written as a tool and its arguments.
func (p *playground) call(t *testing.T, line string) (text string, failed bool) {
	t.Helper()
	return callLine(t, p.server, line)
}

// prepare makes a call without the policy.
func (p *playground) prepare(t *testing.T, line string) {
	t.Helper()
	if tool, arguments, _ := strings.Cut(line, " "); tool == "comment" || tool == "create_issue" {
		line = tool + " " + strings.TrimSuffix(arguments, "}") + `,"allow_commands":true}`
	}
	text, failed := callLine(t, p.unrestricted, line)
	require.False(t, failed, text)
}

func callLine(t *testing.T, s session, line string) (text string, failed bool) {
	t.Helper()
	tool, arguments, _ := strings.Cut(line, " ")
	result, err := s.call(t.Context(), tool, json.RawMessage(arguments))
	require.NoError(t, err)
	return result.text(), result.IsError
}

// written returns the writes that were sent under the policy.
func (p *playground) written() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.writes
}

// state returns the states of the sandboxes.
func (p *playground) state(t *testing.T) map[string]string {
	t.Helper()
	states := map[string]string{}
	for _, f := range allForges() {
		content, err := os.ReadFile(filepath.Join(p.directory, f.name))
		if err != nil {
			require.ErrorIs(t, err, os.ErrNotExist) // nothing was written yet
		}
		states[f.name] = string(content)
	}
	return states
}
