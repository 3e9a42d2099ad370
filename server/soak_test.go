package server_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox/fault"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	toolset "gitcode.com/gitcode-mcp/gitcode-mcp/tools/gitcode"
)

var soak = flag.Duration("soak", 2*time.Second, "how long TestSoak runs, by its simulated clock")

// soakTimeout is the client's timeout for a request. The clock of a bubble does
// not depend on the machine, so only requests that are delayed on purpose time
// out.
const soakTimeout = 200 * time.Millisecond

// randomFault makes one request in five fail, in different ways, and all of them
// take some time.
func randomFault(*http.Request) fault.Fault {
	f := fault.Fault{}
	switch rand.IntN(60) {
	case 0:
		f = fault.Fault{Status: 429, Header: http.Header{"Retry-After": {"0"}}}
	case 1:
		f = fault.Fault{Status: 429}
	case 2:
		f = fault.Fault{Status: 500, Body: `{"error_code":500,"error_message":"boom"}`}
	case 3:
		f = fault.Fault{Status: 502, Body: "<html>"}
	case 4:
		f = fault.Fault{Status: 503}
	case 5:
		f = fault.Fault{CutOff: true}
	case 6, 7:
		f = fault.Fault{Reset: true}
	case 8:
		f = fault.Fault{Refuse: true}
	case 9:
		f = fault.Fault{Garbage: true}
	case 10:
		f = fault.Fault{Echo: true}
	case 11:
		return fault.Fault{Delay: 3 * soakTimeout / 2}
	}
	f.Delay = 1 + rand.N(20*time.Millisecond)
	return f
}

// ledger records the reported outcomes of creates.
type ledger struct {
	mu                       sync.Mutex
	calls                    int
	created, failed, unknown map[string]bool // by title
}

func (l *ledger) record(name, title string, result *mcp.CallToolResult) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls++
	switch {
	case name != "create_issue":
	case !result.IsError:
		l.created[title] = true
	case strings.Contains(result.Content[0].(mcp.TextContent).Text, "The outcome is unknown."):
		l.unknown[title] = true
	default:
		l.failed[title] = true
	}
}

// TestSoak runs fifty callers against a sandbox that fails. An issue whose
// creation was reported must exist exactly once, one reported as failed must not
// exist, and one with an unknown outcome may exist once. No goroutine may
// remain, which the bubble checks, and no memory.
func TestSoak(t *testing.T) {
	before := usage()
	inBubble(t, func(t *testing.T) { t.Log(soakCallers(t, *soak)) })
	after := usage()
	t.Logf("heap %d kB before, %d kB after", before.heap>>10, after.heap>>10)
	assert.Less(t, after.heap, before.heap+16<<20)
}

// soakCallers runs the callers, checks the fate of every create, and returns the
// figures.
func soakCallers(t *testing.T, duration time.Duration) string {
	t.Helper()
	box := sandbox.New()
	api, err := gitcode.New(gitcode.Config{
		BaseURL: "http://gitcode.test" + sandbox.Prefix, Token: sandbox.Token,
		Timeout: soakTimeout, MaxWait: 3 * time.Second, Rates: rest.Unlimited, Transport: inMemory(t, fault.Inject(box, randomFault)),
	})
	require.NoError(t, err)
	s := server.New(server.Config{Tools: toolset.Tools(api, tools.Settings{}), Env: tools.Env{MaxResult: 60_000}, Version: "test", Logger: slog.New(slog.DiscardHandler)})
	l := &ledger{created: map[string]bool{}, failed: map[string]bool{}, unknown: map[string]bool{}}
	ctx, cancel := context.WithTimeout(t.Context(), duration)
	defer cancel()
	var callers sync.WaitGroup
	for n := range 50 {
		session, err := client.NewInProcessClient(s.MCPServer)
		require.NoError(t, err)
		time.Sleep(time.Nanosecond) // mcp-go v1.2.1 names in-process sessions by the time
		require.NoError(t, session.Start(ctx))
		_, err = session.Initialize(ctx, mcp.InitializeRequest{})
		require.NoError(t, err)
		callers.Go(func() {
			defer session.Close()
			for i := 0; ctx.Err() == nil; i++ {
				callRandomTool(t, session, fmt.Sprintf("soak %d-%d", n, i), l)
			}
		})
	}
	callers.Wait()
	time.Sleep(2 * soakTimeout) // requests that timed out may still be running

	existing, unknownButExisting := countTitles(t, box), 0
	for title := range l.created {
		assert.Equal(t, 1, existing[title], "%s was reported as created", title)
	}
	for title := range l.failed {
		assert.Equal(t, 0, existing[title], "%s was reported as failed", title)
	}
	for title := range l.unknown {
		assert.LessOrEqual(t, existing[title], 1, "%s was reported as unknown", title)
		unknownButExisting += existing[title]
	}
	assert.Len(t, existing, len(l.created)+unknownButExisting, "every existing issue was reported")
	assert.NotEmpty(t, l.created)
	return fmt.Sprintf("%v: %d calls; %d creates succeeded, %d failed, %d had an unknown outcome, of which %d happened",
		duration, l.calls, len(l.created), len(l.failed), len(l.unknown), unknownButExisting)
}

// callRandomTool calls a tool, mostly to create an issue with the given title.
func callRandomTool(t *testing.T, session *client.Client, title string, l *ledger) {
	number := rand.IntN(14) + 1
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
	result, err := session.CallTool(t.Context(), req)
	if assert.NoError(t, err) {
		l.record(name, title, result)
	}
}

// countTitles counts the issues of the soak in the sandbox, by title.
func countTitles(t *testing.T, box http.Handler) map[string]int {
	t.Helper()
	api, err := gitcode.New(gitcode.Config{BaseURL: "http://gitcode.test" + sandbox.Prefix, Token: sandbox.Token, Rates: rest.Unlimited, Transport: inMemory(t, box)})
	require.NoError(t, err)
	titles := map[string]int{}
	for page := rest.PageNumber(1); page > 0; {
		list, err := api.ListRepoIssues(t.Context(), &gitcode.ListRepoIssuesParams{
			RepoRef: gitcode.RepoRef{Owner: "openharbor", Repo: "portal"}, Search: "soak ", Paging: gitcode.Paging{Page: page, PerPage: 100},
		})
		require.NoError(t, err)
		for _, issue := range list.Items {
			titles[string(issue.Title)]++
		}
		page = list.Next
	}
	return titles
}

// resources are what a process uses.
type resources struct {
	goroutines int
	heap       uint64
}

func usage() resources {
	runtime.GC()
	runtime.GC() // frees what the first left to finalizers
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return resources{runtime.NumGoroutine(), m.HeapAlloc}
}
