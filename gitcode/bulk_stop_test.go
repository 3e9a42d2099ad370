package gitcode_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox/fault"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// upTo returns the numbers from 1, without issues that the seed data closes.
func upTo(last int) []int {
	var numbers []int
	for n := 1; n <= last; n++ {
		if n != 7 && n != 8 && n != 12 {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// TestBulksStopEarly stops a call in the middle in every way. What it returns
// completes the work, and nothing is done twice.
func TestBulksStopEarly(t *testing.T) {
	t.Parallel()
	const issues = 27 // each takes a PATCH and a comment
	for name, test := range map[string]struct {
		config      func(*gitcode.Config)
		fail        func(h *harbor, line string, cancel func()) fault.Fault
		cancelAfter int           // issues
		wait        time.Duration // before what remains is requested
		done        int           // by the first call
		says        string
	}{
		"the local rate limit": {
			config: func(cfg *gitcode.Config) {
				cfg.Rates, cfg.MaxWait = []rest.Rate{{Requests: 30, Per: time.Minute}}, 20*time.Second
			},
			wait: time.Minute, done: 14, says: "the local rate limit is exhausted",
		},
		"the service's rate limit": {
			fail: func(_ *harbor, line string, _ func()) fault.Fault {
				if strings.HasPrefix(line, "PATCH 6 ") {
					return fault.Fault{Status: 429, Header: http.Header{"Retry-After": {"30"}}}
				}
				return fault.Fault{}
			},
			done: 5, says: "returned 429",
		},
		"between two writes of an issue": {
			fail: func(_ *harbor, line string, _ func()) fault.Fault {
				if strings.HasPrefix(line, "POST 6/comments") {
					return fault.Fault{Status: 429}
				}
				return fault.Fault{}
			},
			done: 5, says: "returned 429",
		},
		"the token expires": {
			fail: func(_ *harbor, line string, _ func()) fault.Fault {
				if strings.HasPrefix(line, "PATCH 3 ") {
					return fault.Fault{Status: 404, Body: `{"error_code":404,"error_message":"404, token not found"}`}
				}
				return fault.Fault{}
			},
			done: 2, says: "token not found",
		},
		"the time is used up": {
			config: func(cfg *gitcode.Config) { cfg.Timeout, cfg.MaxWait = 30*time.Second, 20*time.Second },
			fail: func(_ *harbor, line string, _ func()) fault.Fault {
				if strings.HasPrefix(line, "POST ") {
					return fault.Fault{Delay: 7 * time.Second}
				}
				return fault.Fault{}
			},
			done: 8, says: "the time for one call, 50s, is used up",
		},
		"canceled during a write": {
			fail: func(_ *harbor, line string, cancel func()) fault.Fault {
				if strings.HasPrefix(line, "POST 4/comments") {
					cancel()
					return fault.Fault{Delay: time.Hour}
				}
				return fault.Fault{}
			},
			done: 3, says: "canceled",
		},
		"canceled between issues": {cancelAfter: 5, done: 5, says: "canceled"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := newHarbor()
				h.fill(t, issues+3)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				ctx = rest.WithSteps(ctx, func(s rest.Step) {
					if s.Done == test.cancelAfter {
						cancel()
					}
				})
				if test.fail != nil {
					h.fail = func(_ *http.Request, line string) fault.Fault { return test.fail(h, line, cancel) }
				}
				c := h.pipe(t, test.config)
				change := gitcode.IssuesChange{Numbers: upTo(issues + 3), State: "closed", Comment: "Closing."}
				u, err := c.UpdateIssues(ctx, &gitcode.UpdateIssuesParams{RepoRef: portal, Changes: []gitcode.IssuesChange{change}})
				require.NoError(t, err)
				require.Error(t, u.Stopped)
				assert.ErrorContains(t, u.Stopped, test.says)
				done := slices.DeleteFunc(outcomes(u), func(o string) bool { return !strings.HasSuffix(o, " done") })
				assert.Len(t, done, test.done)
				h.fail = nil

				for u.Stopped != nil {
					time.Sleep(test.wait)
					u = update(t, c, true, u.Remaining...)
				}
				assert.Empty(t, u.Remaining)
				h.assertClosedOnce(t, change)
				for _, n := range change.Numbers {
					writes := 0
					for _, line := range h.writes {
						if strings.HasPrefix(line, fmt.Sprintf("PATCH %d ", n)) || strings.HasPrefix(line, fmt.Sprintf("POST %d/", n)) {
							writes++
						}
					}
					assert.LessOrEqual(t, writes, 3, "issue %d: %v", n, h.writes)
				}
			})
		})
	}
}

// TestBulkWaitsForTheRateLimit checks that a call waits for GitCode's rate limit
// if that takes no longer than it may wait in all.
func TestBulkWaitsForTheRateLimit(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		retryAfter string
		refusals   int
		done       int
		elapsed    time.Duration
	}{
		"once":                   {"15", 1, 4, 15 * time.Second},
		"longer than allowed":    {"21", 1, 1, 0},
		"too often":              {"15", 2, 1, 15 * time.Second},
		"without a time to wait": {"", 4, 4, 20 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := newHarbor()
				h.fail = func(_ *http.Request, line string) fault.Fault {
					if strings.HasPrefix(line, "PATCH 2 ") && test.refusals > 0 {
						test.refusals--
						return fault.Fault{Status: 429, Header: http.Header{"Retry-After": {test.retryAfter}}}
					}
					return fault.Fault{}
				}
				c := h.pipe(t, func(cfg *gitcode.Config) { cfg.Timeout, cfg.MaxWait = 30*time.Second, 20*time.Second })
				start := time.Now()
				u := update(t, c, false, gitcode.IssuesChange{Numbers: upTo(4), State: "closed"})
				assert.Equal(t, test.elapsed, time.Since(start))
				assert.Len(t, u.Issues, test.done)
				h.assertStates(t, u)
			})
		})
	}
}

// assertStates checks that the issues that are done are closed.
func (h *harbor) assertStates(t *testing.T, u *gitcode.IssuesUpdate) {
	t.Helper()
	for _, i := range u.Issues {
		assert.Equal(t, gitcode.Done, i.Outcome)
		assert.Equal(t, gitcode.State("closed"), h.issueOf(t, i.Number).State)
	}
}

// assertClosedOnce checks that issues got a change once, according to their
// history, and that nothing else did.
func (h *harbor) assertClosedOnce(t *testing.T, change gitcode.IssuesChange) {
	t.Helper()
	for _, n := range change.Numbers {
		posted := slices.DeleteFunc(h.commentsOf(t, n, sandbox.Me), func(text string) bool { return text != change.Comment })
		assert.Len(t, posted, 1, "issue %d", n)
		var logs []gitcode.OperateLog
		h.get(t, fmt.Sprintf("/repos/openharbor/issues/%d/operate_logs?repo=portal", n), &logs)
		times := map[string]int{}
		for _, entry := range logs {
			times[string(entry.Content)]++
		}
		assert.Equal(t, 1, times["closed the issue"], "issue %d: %v", n, times)
		for _, label := range change.AddLabels {
			assert.Equal(t, 1, times["added label "+label], "issue %d: %v", n, times)
		}
		for _, label := range change.RemoveLabels {
			assert.Equal(t, 1, times["removed label "+label], "issue %d: %v", n, times)
		}
		if change.Assignee != nil {
			assert.Equal(t, 1, times["changed assignees to "+*change.Assignee], "issue %d: %v", n, times)
		}
	}
}

// TestBulkOfAFlakyService changes 200 issues of a service that fails one request
// in ten in mixed ways, and requests what remains until nothing does.
func TestBulkOfAFlakyService(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarbor()
		h.fill(t, 203)
		random := rand.New(rand.NewPCG(9, 9))
		faults := []fault.Fault{{Status: 500}, {Refuse: true}, {Reset: true}, {CutOff: true}, {Status: 429}, {Status: 429, Header: http.Header{"Retry-After": {"3"}}}}
		served := map[string]int{} // the writes that reached the sandbox
		h.fail = func(r *http.Request, line string) fault.Fault {
			h.mu.Lock()
			defer h.mu.Unlock()
			var f fault.Fault
			if random.IntN(10) == 0 {
				f = faults[random.IntN(len(faults))]
			}
			if r.Method != http.MethodGet && f.Status == 0 && !f.Refuse {
				served[line]++
			}
			return f
		}
		c := h.pipe(t, func(cfg *gitcode.Config) { cfg.Timeout, cfg.MaxWait = 30*time.Second, 20*time.Second })
		change := gitcode.IssuesChange{Numbers: upTo(203), AddLabels: []string{"duplicate", "wontfix"}, State: "closed", Assignee: new("sunli"), Comment: "Closing."}
		calls, failed, unknown := 0, 0, 0
		for remaining := []gitcode.IssuesChange{change}; len(remaining) > 0; calls++ {
			require.Less(t, calls, 50)
			u, err := c.UpdateIssues(t.Context(), &gitcode.UpdateIssuesParams{RepoRef: portal, Changes: remaining, Resume: calls > 0})
			if err != nil {
				continue // nothing was written
			}
			for _, i := range u.Issues {
				switch i.Outcome {
				case gitcode.Failed:
					failed++
				case gitcode.Unknown:
					unknown++
				}
			}
			remaining = u.Remaining
		}
		t.Logf("%d calls, %d failed issues, %d writes and %d reads", calls, failed, len(h.writes), len(h.reads))
		assert.Positive(t, failed)
		assert.LessOrEqual(t, unknown, 10, "a comment has to fail, or a read four times")
		h.assertClosedOnce(t, gitcode.IssuesChange{Numbers: change.Numbers, AddLabels: change.AddLabels, Comment: change.Comment})
		assert.Len(t, served, 600)
		for line, times := range served {
			assert.Equal(t, 1, times, line)
		}
	})
}

// TestBulkOfScatteredIssues checks that a call changes something although the rate
// limit does not suffice to read all issues, and that repeated calls complete it.
func TestBulkOfScatteredIssues(t *testing.T) {
	t.Parallel()
	h := newHarbor()
	h.fill(t, 180) // the newest 100 do not contain the first ones
	h.edit = func(w http.ResponseWriter, body string) string {
		for _, name := range []string{"total_count", "total_page"} {
			delete(w.Header(), name) // so that no response says on which page the others are
		}
		return body
	}
	var numbers []int
	for n := 15; n <= 60; n++ {
		numbers = append(numbers, n)
	}
	changes := []gitcode.IssuesChange{{Numbers: append(numbers, 99_999), State: "closed", Comment: "Done."}}
	calls, failed := 0, []string(nil)
	for ; len(changes) > 0 && calls < 20; calls++ {
		h.takeWrites()
		c := h.client(t, func(cfg *gitcode.Config) { cfg.Rates = []rest.Rate{{Requests: 30, Per: time.Hour}} })
		u := update(t, c, true, changes...)
		assert.NotEmpty(t, h.takeWrites(), "every call gets on")
		if changes = u.Remaining; u.Stopped == nil {
			failed = outcomes(u)
			break
		}
	}
	require.Contains(t, failed, "99999 failed")
	assert.Equal(t, `[{"numbers":[99999],"state":"closed","comment":"Done."}]`, asJSON(t, changes))
	for _, n := range numbers {
		assert.EqualValues(t, "closed", h.issueOf(t, n).State)
		assert.Len(t, h.commentsOf(t, n, sandbox.Me), 1, n)
	}
	t.Logf("%d calls", calls+1)
}
