package server_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox/fault"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

var soak = flag.Duration("soak", 2*time.Second, "how long TestSoak runs")

// mishap makes one request in five fail, each in another way.
func mishap(*http.Request) fault.Fault {
	switch rand.IntN(60) {
	case 0:
		return fault.Fault{Status: 429, Header: http.Header{"Retry-After": {"0"}}}
	case 1:
		return fault.Fault{Status: 429}
	case 2:
		return fault.Fault{Status: 500, Body: `{"error_code":500,"error_message":"boom"}`}
	case 3:
		return fault.Fault{Status: 502, Body: "<html>"}
	case 4:
		return fault.Fault{Status: 503}
	case 5:
		return fault.Fault{CutOff: true}
	case 6, 7:
		return fault.Fault{Reset: true}
	case 8:
		return fault.Fault{Refuse: true}
	case 9:
		return fault.Fault{Garbage: true}
	case 10:
		return fault.Fault{Echo: true}
	case 11:
		return fault.Fault{Delay: 300 * time.Millisecond}
	}
	return fault.Fault{}
}

// ledger is what the callers were told of their creates.
type ledger struct {
	mu                      sync.Mutex
	calls                   int
	created, failed, doubts map[string]bool // by title
}

func (l *ledger) note(title string, result *mcp.CallToolResult) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case !result.IsError:
		l.created[title] = true
	case strings.Contains(result.Content[0].(mcp.TextContent).Text, "It may have happened"):
		l.doubts[title] = true
	default:
		l.failed[title] = true
	}
}

// TestSoak lets fifty callers work on a sandbox that fails: every create is in
// it exactly once, or was reported as failed (and is not) or unknown (and is
// there once at the most), and nothing is left behind.
func TestSoak(t *testing.T) {
	before := usage()
	t.Log(accounts(t, *soak))
	after := settled(before)
	t.Logf("goroutines %d before, %d after; heap %d kB before, %d kB after", before.goroutines, after.goroutines, before.heap>>10, after.heap>>10)
	assert.LessOrEqual(t, after.goroutines, before.goroutines+3)
	assert.Less(t, after.heap, before.heap+16<<20)
}

// accounts runs the callers and accounts for every create; it returns the
// figures.
func accounts(t *testing.T, span time.Duration) string {
	t.Helper()
	box := sandbox.New()
	web := httptest.NewServer(fault.Inject(box, mishap))
	defer web.Close()
	transport := &http.Transport{MaxIdleConnsPerHost: 8}
	defer transport.CloseIdleConnections()
	api, err := gitcode.New(gitcode.Config{BaseURL: web.URL + sandbox.Prefix, Token: sandbox.Token, Timeout: 200 * time.Millisecond, MaxWait: 3 * time.Second, Transport: transport})
	require.NoError(t, err)
	s := server.New(server.Config{Env: tools.Env{Client: api, MaxResult: 60_000}, Version: "test", Logger: slog.New(slog.DiscardHandler)})
	l := &ledger{created: map[string]bool{}, failed: map[string]bool{}, doubts: map[string]bool{}}
	ctx, cancel := context.WithTimeout(t.Context(), span)
	defer cancel()
	var callers sync.WaitGroup
	for n := range 50 {
		callers.Go(func() { work(t, ctx, s, n, l) })
	}
	callers.Wait()

	there, unsure := titles(t, box), 0
	for title := range l.created {
		assert.Equal(t, 1, there[title], "%s was reported as created", title)
	}
	for title := range l.failed {
		assert.Equal(t, 0, there[title], "%s was reported as failed", title)
	}
	for title := range l.doubts {
		assert.LessOrEqual(t, there[title], 1, "%s was reported as unknown", title)
		unsure += there[title]
	}
	assert.Len(t, there, len(l.created)+unsure, "nothing is there that nobody was told of")
	assert.NotEmpty(t, l.created)
	return fmt.Sprintf("%v: %d calls; of the creates %d ok and there once, %d failed and absent, %d unknown, of which %d are there",
		span, l.calls, len(l.created), len(l.failed), len(l.doubts), unsure)
}

// work calls a mix of tools until ctx ends; a call begun is waited for.
func work(t *testing.T, ctx context.Context, s *mcpserver.MCPServer, n int, l *ledger) {
	session, err := client.NewInProcessClient(s)
	if !assert.NoError(t, err) || !assert.NoError(t, session.Start(ctx)) {
		return
	}
	if _, err := session.Initialize(ctx, mcp.InitializeRequest{}); !assert.NoError(t, err) {
		return
	}
	defer session.Close()
	for i := 0; ctx.Err() == nil; i++ {
		number := rand.IntN(14) + 1
		title := fmt.Sprintf("soak %d-%d", n, i)
		name, arguments := "create_issue", fmt.Sprintf(`{"owner":"openharbor","repo":"portal","title":%q}`, title)
		switch rand.IntN(6) {
		case 0:
			name, arguments = "get_issue", fmt.Sprintf(`{"owner":"openharbor","repo":"portal","number":%d}`, number)
		case 1:
			name, arguments = "list_repo_issues", `{"owner":"openharbor","repo":"portal","per_page":10}`
		case 2:
			name, arguments = "comment", fmt.Sprintf(`{"owner":"openharbor","repo":"portal","number":%d,"body":"x"}`, number)
		case 3:
			name, arguments = "update_issue", fmt.Sprintf(`{"owner":"openharbor","repo":"portal","number":%d,"state":"closed"}`, number)
		}
		req := mcp.CallToolRequest{}
		req.Params.Name, req.Params.Arguments = name, json.RawMessage(arguments)
		result, err := session.CallTool(context.WithoutCancel(ctx), req)
		if !assert.NoError(t, err) {
			return
		}
		l.mu.Lock()
		l.calls++
		l.mu.Unlock()
		if name == "create_issue" {
			l.note(title, result)
		}
	}
}

// titles counts the issues of the soak in the sandbox, by title.
func titles(t *testing.T, box http.Handler) map[string]int {
	t.Helper()
	web := httptest.NewServer(box)
	defer web.Close()
	api, err := gitcode.New(gitcode.Config{BaseURL: web.URL + sandbox.Prefix, Token: sandbox.Token})
	require.NoError(t, err)
	there := map[string]int{}
	for page := 1; page > 0; {
		list, err := api.ListRepoIssues(t.Context(), gitcode.ListRepoIssuesParams{
			RepoRef: gitcode.RepoRef{Owner: "openharbor", Repo: "portal"}, Search: "soak ", Paging: gitcode.Paging{Page: page, PerPage: 100},
		})
		require.NoError(t, err)
		for _, issue := range list.Items {
			there[string(issue.Title)]++
		}
		page = list.Next
	}
	return there
}

// resources is what a process holds.
type resources struct {
	goroutines int
	heap       uint64
}

func usage() resources {
	runtime.GC()
	runtime.GC() // what had a finalizer is gone after the second
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return resources{runtime.NumGoroutine(), m.HeapAlloc}
}

// settled is usage once what was stopped has ended.
func settled(before resources) resources {
	for range 50 {
		if u := usage(); u.goroutines <= before.goroutines {
			return u
		}
		time.Sleep(100 * time.Millisecond)
	}
	return usage()
}
