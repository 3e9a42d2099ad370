package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/policy"
)

// writing is a tool of a sandbox in which its call is prepared.
type writing struct {
	tool      tools.Tool
	arguments string
	tools     []tools.Tool
	url       string
	env       tools.Env
	faults    *faultyProxy
	records   []tools.Record
}

func newWriting(t *testing.T, f *forge, name string, rates []rest.Rate) *writing {
	t.Helper()
	box, err := f.sandbox.open("")
	require.NoError(t, err)
	w := &writing{faults: &faultyProxy{next: box}}
	service := httptest.NewServer(w.faults)
	w.url = service.URL
	t.Cleanup(service.Close)
	w.tools = toolsAt(t, f, service.URL, rates)
	w.tool = named(t, w.tools, name)
	w.env = tools.Env{MaxResult: 60_000, Audit: func(r tools.Record) { w.records = append(w.records, r) }}
	prepare, values := toolsAt(t, f, service.URL, rest.Unlimited), map[string]json.RawMessage{}
	filled := func(text string) string {
		for name, value := range values {
			text = strings.ReplaceAll(text, "<"+name+">", string(value))
		}
		return text
	}
	for _, line := range writes[name].before {
		tool, arguments, _ := strings.Cut(line, " ")
		result, _ := named(t, prepare, tool).Call(t.Context(), tools.Env{}, json.RawMessage(filled(arguments)))
		text := resultText(t, result)
		require.False(t, result.IsError, text)
		require.NoError(t, json.Unmarshal([]byte(text), &values), "later values replace earlier ones")
	}
	w.arguments = filled(writes[name].arguments)
	w.faults.start()
	return w
}

func (w *writing) call(t *testing.T) (text string, failed bool) {
	t.Helper()
	result, _ := w.tool.Call(t.Context(), w.env, json.RawMessage(w.arguments))
	return resultText(t, result), result.IsError
}

// restrict makes the call under a policy.
func (w *writing) restrict(t *testing.T, f *forge, rules string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "policy.toml")
	require.NoError(t, os.WriteFile(file, []byte(rules), 0o600))
	restrictions, err := policy.Load(file)
	require.NoError(t, err)
	w.tool = named(t, guardedTools(t, f, w.url, rest.Unlimited, restrictions.For(f.name).Guard()), w.tool.Name)
}

// exhaust uses up the rate limit of the tool's client.
func (w *writing) exhaust(t *testing.T) {
	t.Helper()
	client := w.tool.Forge().Client
	_ = rest.Send(context.WithoutCancel(t.Context()), client, "GET /user", struct{}{})
}

// requests returns the writes that the service received since the call was prepared.
func (w *writing) requests() []string { return w.faults.received() }

// faultyProxy passes requests on, and can break the connections of writes after they
// were carried out.
type faultyProxy struct {
	next        http.Handler
	breakWrites bool

	mu      sync.Mutex
	started bool
	writes  []string
	reads   int
}

func (p *faultyProxy) start() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.started = true
}

func (p *faultyProxy) received() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.writes)
}

func (p *faultyProxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.Method == http.MethodGet || !p.started {
		if p.started {
			p.reads++
		}
		p.next.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	p.writes = append(p.writes, fmt.Sprintf("%s %s %s", r.Method, r.URL.RequestURI(), body))
	r.Body = io.NopCloser(bytes.NewReader(body))
	if p.breakWrites {
		p.next.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	}
	p.next.ServeHTTP(w, r)
}

func named(t *testing.T, all []tools.Tool, name string) tools.Tool {
	t.Helper()
	i := slices.IndexFunc(all, func(tool tools.Tool) bool { return tool.Name == name })
	require.NotEqual(t, -1, i, name)
	return all[i]
}

func resultText(t *testing.T, result *mcp.CallToolResult) string {
	t.Helper()
	content, ok := result.Content[0].(mcp.TextContent)
	require.True(t, ok)
	return content.Text
}

func distinct(list []string) []string {
	var once []string
	for _, s := range list {
		if !slices.Contains(once, s) {
			once = append(once, s)
		}
	}
	return once
}
