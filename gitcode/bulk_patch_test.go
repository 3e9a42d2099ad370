package gitcode_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox/fault"
)

// TestPatchesThatChangeMore checks that what a PATCH changes besides the request
// is reported, and that labels to add which it drops are added again. That takes
// no request if nothing differs.
func TestPatchesThatChangeMore(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		method, path, body string // what happens with the PATCH
		change             gitcode.IssuesChange
		readsFail          bool
		reads              int // after the PATCH
		deviations         []gitcode.Deviation
		labels             []string // afterwards; nil is not compared
	}{
		"nothing": {change: gitcode.IssuesChange{State: "closed", AddLabels: []string{"question"}}},
		"labels": {
			"DELETE", "/repos/openharbor/portal/issues/1/labels", "", gitcode.IssuesChange{State: "closed", AddLabels: []string{"bug", "question"}, RemoveLabels: []string{"wontfix"}}, false, 1,
			[]gitcode.Deviation{{Field: "labels", Missing: []string{"duplicate"}}}, []string{"question", "bug"},
		},
		"title": {
			"PATCH", "/repos/openharbor/issues/1", `{"repo":"portal","title":"Other"}`, gitcode.IssuesChange{State: "closed"}, false, 1,
			[]gitcode.Deviation{{Field: "title", Missing: []string{"Before"}, Extra: []string{"Other"}}}, nil,
		},
		"assignees": {
			"PATCH", "/repos/openharbor/issues/1", `{"repo":"portal","assignee":"tomb"}`, gitcode.IssuesChange{State: "closed"}, false, 1,
			[]gitcode.Deviation{{Field: "assignee", Missing: []string{"maria", "sunli"}, Extra: []string{"tomb"}}}, nil,
		},
		"assignees, as requested": {
			"PATCH", "/repos/openharbor/issues/1", `{"repo":"portal","assignee":"tomb"}`, gitcode.IssuesChange{State: "closed", Assignee: new("tomb")}, false, 0, nil, nil,
		},
		"unverified": {
			"PATCH", "/repos/openharbor/issues/1", `{"repo":"portal","body":""}`, gitcode.IssuesChange{State: "closed"}, true, 1,
			[]gitcode.Deviation{{Field: "body", Unknown: true}}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarbor()
			h.do(t, "PATCH", "/repos/openharbor/issues/1", `{"repo":"portal","title":"Before","body":"Text","assignee":"maria,sunli"}`, nil)
			h.do(t, "DELETE", "/repos/openharbor/portal/issues/1/labels", "", nil)
			h.do(t, "POST", "/repos/openharbor/portal/issues/1/labels", `["bug","duplicate"]`, nil)
			reads, patched := 0, false
			h.fail = func(r *http.Request, line string) fault.Fault {
				switch {
				case strings.HasPrefix(line, "PATCH "):
					patched = true
					if test.method != "" {
						h.do(t, test.method, test.path, test.body, nil)
					}
				case patched && r.Method == http.MethodGet:
					reads++
					if test.readsFail {
						return fault.Fault{Status: 503}
					}
				}
				return fault.Fault{}
			}
			test.change.Numbers = []int{1}
			u := update(t, h.client(t, nil), false, test.change)
			assert.Equal(t, []string{"1 done"}, outcomes(u))
			assert.Empty(t, u.Remaining)
			assert.Equal(t, test.reads, reads)
			assert.Equal(t, test.deviations, u.Issues[0].Deviations)
			if test.labels != nil {
				assert.ElementsMatch(t, test.labels, h.issueOf(t, 1).LabelNames())
			}
		})
	}
}

// TestChangesByOthersAreNotReported adds a label as a bot does that reads a
// comment. The issue is read back because of its milestone.
func TestChangesByOthersAreNotReported(t *testing.T) {
	t.Parallel()
	h := newHarbor()
	h.fail = func(_ *http.Request, line string) fault.Fault {
		if strings.HasPrefix(line, "POST 1/comments") {
			h.do(t, http.MethodPost, "/repos/openharbor/portal/issues/1/labels", `["question"]`, nil)
		}
		return fault.Fault{}
	}
	u := update(t, h.client(t, nil), false, gitcode.IssuesChange{Numbers: []int{1}, Milestone: new("v2.4"), Comment: "/kind question"})
	assert.Equal(t, []string{"1 done"}, outcomes(u))
	assert.Empty(t, u.Issues[0].Deviations)
}

// TestRepeatedCommentsKeepWhatChanged checks that what a PATCH changed unasked is
// reported although the comment after it has to be sent again.
func TestRepeatedCommentsKeepWhatChanged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarbor()
		patched, limited := false, false
		h.fail = func(r *http.Request, line string) fault.Fault {
			switch {
			case strings.HasPrefix(line, "PATCH "):
				patched = true
				return fault.Fault{Status: 200, Body: `{"number":"2","title":"Other"}`}
			case patched && r.Method == http.MethodGet:
				return fault.Fault{Status: 200, Body: `{"number":"2","title":"Other"}`} // without the assignees
			case strings.HasPrefix(line, "POST ") && !limited:
				limited = true
				return fault.Fault{Status: 429}
			}
			return fault.Fault{}
		}
		u := update(t, h.pipe(t, func(cfg *gitcode.Config) { cfg.Timeout, cfg.MaxWait = 30*time.Second, 20*time.Second }),
			false, gitcode.IssuesChange{Numbers: []int{2}, Assignee: new("sunli"), Comment: "Assigned."})
		assert.Equal(t, []string{"2 done"}, outcomes(u))
		var fields []string
		for _, d := range u.Issues[0].Deviations {
			fields = append(fields, d.Field)
		}
		assert.Equal(t, []string{"title", "assignee"}, fields)
	})
}

// TestCommentsClaimWhatHappened checks that an issue is read before its first
// comment if the responses do not show what a comment may claim, once.
func TestCommentsClaimWhatHappened(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		assignee string
		outcome  string
		comments int
		reads    int // after the PATCH
	}{
		"shown by the response": {"sunli", "2 done", 2, 0},
		"read":                  {"sunli,maria", "2 done", 2, 1},
		"ignored":               {"sunli,ghost", "2 failed", 0, 2}, // and read back at the end
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarbor()
			reads, patched := 0, false
			h.fail = func(r *http.Request, line string) fault.Fault {
				patched = patched || r.Method == http.MethodPatch
				if patched && r.Method == http.MethodGet {
					reads++
				}
				if strings.HasPrefix(line, "GET collaborators") {
					return fault.Fault{Status: 403}
				}
				return fault.Fault{}
			}
			u := update(t, h.client(t, nil), false, gitcode.IssuesChange{Numbers: []int{2}, Assignee: &test.assignee, Comment: "Assigned."}, gitcode.IssuesChange{Numbers: []int{2}, Comment: "Have fun."})
			assert.Equal(t, []string{test.outcome}, outcomes(u))
			assert.Len(t, h.commentsOf(t, 2, sandbox.Me), test.comments)
			assert.Equal(t, test.reads, reads)
			if test.comments == 0 {
				assert.Equal(t, `[{"numbers":[2],"assignee":"sunli,ghost","comment":"Assigned."},{"numbers":[2],"comment":"Have fun."}]`, asJSON(t, u.Remaining))
			}
		})
	}
}

// TestLateComments posts a comment that GitCode carries out after it failed and
// after the read that looks for it. It is not posted twice.
func TestLateComments(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarbor()
		c := h.pipe(t, nil)
		h.fail = func(_ *http.Request, line string) fault.Fault {
			if strings.HasPrefix(line, "POST 10/comments") {
				time.AfterFunc(1500*time.Millisecond, func() {
					h.do(t, http.MethodPost, "/repos/openharbor/portal/issues/10/comments", `{"body":"Ping"}`, nil)
				})
				return fault.Fault{Status: 504}
			}
			return fault.Fault{}
		}
		u := update(t, c, false, gitcode.IssuesChange{Numbers: []int{10}, Comment: "Ping"})
		assert.Equal(t, []string{"10 unknown"}, outcomes(u))
		assert.ErrorContains(t, u.Issues[0].Err, "the comment was not found yet")
		h.fail = nil
		time.Sleep(time.Minute)
		u = update(t, c, true, u.Remaining...)
		assert.Equal(t, []string{"10 unchanged"}, outcomes(u))
		assert.Equal(t, []string{"Ping"}, h.commentsOf(t, 10, sandbox.Me))
	})
}

// TestOneIssueKeepsToTheTime checks that the time of a call also ends an issue
// with many comments.
func TestOneIssueKeepsToTheTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarbor()
		h.fail = func(_ *http.Request, line string) fault.Fault {
			if strings.HasPrefix(line, "POST ") {
				return fault.Fault{Delay: 7 * time.Second}
			}
			return fault.Fault{}
		}
		c := h.pipe(t, func(cfg *gitcode.Config) { cfg.Timeout, cfg.MaxWait = 30*time.Second, 20*time.Second })
		var changes []gitcode.IssuesChange
		for text := range strings.SplitSeq("abcdefghijkl", "") {
			changes = append(changes, gitcode.IssuesChange{Numbers: []int{10, 9}, Comment: text})
		}
		start := time.Now()
		u := update(t, c, false, changes...)
		assert.LessOrEqual(t, time.Since(start), 57*time.Second)
		require.Error(t, u.Stopped)
		assert.ErrorContains(t, u.Stopped, "the time for one call, 50s, is used up")
		assert.Equal(t, []string{"10 failed"}, outcomes(u))
		for u.Stopped != nil {
			u = update(t, c, true, u.Remaining...)
		}
		assert.Len(t, h.commentsOf(t, 10, sandbox.Me), 12)
		assert.Len(t, h.commentsOf(t, 9, sandbox.Me), 12)
	})
}

// TestNumbersOfMilestones checks that the number of a closed milestone is accepted,
// and any number if the milestones cannot be read.
func TestNumbersOfMilestones(t *testing.T) {
	t.Parallel()
	h := newHarbor()
	c := h.client(t, nil)
	u := update(t, c, false, gitcode.IssuesChange{Numbers: []int{4}, Milestone: new("251306")})
	assert.Equal(t, []string{"4 done"}, outcomes(u))
	assert.EqualValues(t, 251306, h.issueOf(t, 4).Milestone.Number)

	h.fail = func(_ *http.Request, line string) fault.Fault {
		if strings.HasPrefix(line, "GET milestones") {
			return fault.Fault{Status: 403}
		}
		return fault.Fault{}
	}
	u = update(t, h.client(t, nil), false, gitcode.IssuesChange{Numbers: []int{4}, Milestone: new("253899")})
	assert.Equal(t, []string{"4 done"}, outcomes(u))
}
