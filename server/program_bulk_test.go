package server_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

// killer is a proxy in front of a sandbox. It kills the process that sends the
// requests at every tenth write, once before the write is served and once after.
type killer struct {
	box *sandbox.Sandbox

	mu      sync.Mutex
	kill    func()
	arrived int
	writes  map[string]int // the writes that the sandbox has served
}

func (k *killer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if r.Method == http.MethodGet {
		k.box.ServeHTTP(w, r)
		return
	}
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	k.arrived++
	killed := k.arrived%10 == 0
	if killed && k.arrived%20 == 0 {
		k.kill()
		panic(http.ErrAbortHandler)
	}
	k.writes[r.Method+" "+strings.TrimPrefix(r.URL.EscapedPath(), sandbox.Prefix)+" "+string(body)]++
	if killed {
		k.box.ServeHTTP(httptest.NewRecorder(), r)
		k.kill()
		panic(http.ErrAbortHandler)
	}
	k.box.ServeHTTP(w, r)
}

// get decodes what the sandbox responds to a read.
func (k *killer) get(t *testing.T, path string, v any) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, sandbox.Prefix+path, nil)
	r.Header.Set("Authorization", "Bearer "+sandbox.Token)
	w := httptest.NewRecorder()
	k.box.ServeHTTP(w, r)
	require.Equal(t, http.StatusOK, w.Code, "%s: %s", path, w.Body)
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), v))
}

// TestKilledBulkIsResumed changes 200 issues in a process that is killed at every
// tenth write, and repeats the same call in another process each time. In the end
// everything happened once.
func TestKilledBulkIsResumed(t *testing.T) {
	t.Parallel()
	service := &killer{box: sandbox.New(), writes: map[string]int{}}
	var numbers []int // of new issues, which are open and have nothing
	for number := 15; len(numbers) < 200; number++ {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, sandbox.Prefix+"/repos/openharbor/issues", strings.NewReader(`{"repo":"portal","title":"An issue","body":""}`))
		r.Header.Set("Authorization", "Bearer "+sandbox.Token)
		w := httptest.NewRecorder()
		service.box.ServeHTTP(w, r)
		require.Equal(t, http.StatusCreated, w.Code)
		numbers = append(numbers, number)
	}
	arguments, err := json.Marshal(map[string]any{"owner": "openharbor", "repo": "portal", "resume": true, "changes": []map[string]any{
		{"numbers": numbers, "add_labels": []string{"duplicate", "wontfix"}, "assignee": "sunli", "comment": "Closing as a duplicate."},
		{"numbers": numbers[:100], "state": "closed"},
	}})
	require.NoError(t, err)

	var result struct {
		Result struct {
			IsError           bool
			StructuredContent struct {
				Rows      []struct{ Outcome string }
				Remaining []any
			}
		}
	}
	var answer []byte
	processes := 0
	for ; len(answer) == 0; processes++ {
		require.Less(t, processes, 100, "every process makes at least nine writes")
		p := startStdio(t, service)
		go io.Copy(io.Discard, p.log)
		service.mu.Lock()
		service.kill = func() {
			assert.NoError(t, p.Process.Kill())
		}
		service.mu.Unlock()
		fmt.Fprintf(p.in, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"update_issues","arguments":%s}}`+"\n", arguments)
		answer, _ = bufio.NewReader(p.out).ReadBytes('\n') // fails if the process is killed
		p.in.Close()
		_ = p.Wait() // it was killed, or its input has ended
	}
	t.Logf("%d processes, %d writes, the last answer has %d bytes", processes, service.arrived, len(answer))
	require.NoError(t, json.Unmarshal(answer, &result), "%s", answer)
	require.False(t, result.Result.IsError, "%s", answer)
	assert.Empty(t, result.Result.StructuredContent.Remaining)
	assert.Len(t, result.Result.StructuredContent.Rows, 200)
	for _, row := range result.Result.StructuredContent.Rows {
		assert.Contains(t, []string{"done", "unchanged"}, row.Outcome)
	}

	assert.Len(t, service.writes, 600)
	for write, times := range service.writes {
		assert.Equal(t, 1, times, write)
	}
	for i, number := range numbers {
		var issue struct {
			State     string
			Labels    []struct{ Name string }
			Assignees []struct{ Login string }
		}
		service.get(t, fmt.Sprintf("/repos/openharbor/portal/issues/%d", number), &issue)
		state := "open"
		if i < 100 {
			state = "closed"
		}
		assert.Equal(t, state, issue.State, number)
		require.Len(t, issue.Labels, 2, number)
		require.Len(t, issue.Assignees, 1, number)
		var comments []struct{ Body string }
		service.get(t, fmt.Sprintf("/repos/openharbor/portal/issues/%d/comments", number), &comments)
		assert.Len(t, comments, 1, number)
		var logs []struct{ Content string }
		service.get(t, fmt.Sprintf("/repos/openharbor/issues/%d/operate_logs?repo=portal", number), &logs)
		var history []string
		for _, entry := range slices.Backward(logs) {
			history = append(history, entry.Content)
		}
		want := []string{"created the issue", "closed the issue", "changed assignees to sunli", "added label duplicate", "added label wontfix"}
		if i >= 100 {
			want = slices.Delete(want, 1, 2)
		}
		assert.Equal(t, want, history, number)
	}
}
