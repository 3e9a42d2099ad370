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
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// TestUnknownOutcomesAreSettled fails a write of each kind without saying
// whether it was carried out. Reading shows it, unless that fails too. That a
// comment is not found does not mean that it will not be posted.
func TestUnknownOutcomesAreSettled(t *testing.T) {
	t.Parallel()
	change := gitcode.IssuesChange{Numbers: []int{1, 2}, AddLabels: []string{"question"}, RemoveLabels: []string{"bug"}, State: "closed", Comment: "Done."}
	const left = `[{"numbers":[1],`
	for name, test := range map[string]struct {
		write     string      // the one that fails
		fault     fault.Fault // how
		readsFail bool        // whether the reads after it fail
		outcome   string
		remaining string
		audited   string // the outcome for the audit log
	}{
		"labels added":            {"POST 1/labels", fault.Fault{Reset: true}, false, "1 done", "null", "ok"},
		"labels not added":        {"POST 1/labels", fault.Fault{Refuse: true}, false, "1 failed", left + `"add_labels":["question"],"remove_labels":["bug"],"comment":"Done."}]`, "partial"},
		"labels added or not":     {"POST 1/labels", fault.Fault{Reset: true}, true, "1 unknown", left + `"add_labels":["question"],"remove_labels":["bug"],"comment":"Done."}]`, "outcome_unknown"},
		"labels removed":          {"DELETE 1/labels", fault.Fault{Reset: true}, false, "1 done", "null", "ok"},
		"labels not removed":      {"DELETE 1/labels", fault.Fault{Status: 502}, false, "1 failed", left + `"remove_labels":["bug"],"comment":"Done."}]`, "partial"},
		"labels removed or not":   {"DELETE 1/labels", fault.Fault{Status: 502}, true, "1 unknown", left + `"remove_labels":["bug"],"comment":"Done."}]`, "outcome_unknown"},
		"state set":               {"PATCH 1", fault.Fault{CutOff: true}, false, "1 done", "null", "ok"},
		"state not set":           {"PATCH 1", fault.Fault{Garbage: true}, false, "1 failed", left + `"add_labels":["question"],"remove_labels":["bug"],"state":"closed","comment":"Done."}]`, "unavailable"},
		"state set or not":        {"PATCH 1", fault.Fault{CutOff: true}, true, "1 unknown", left + `"add_labels":["question"],"remove_labels":["bug"],"state":"closed","comment":"Done."}]`, "outcome_unknown"},
		"comment posted":          {"POST 1/comments", fault.Fault{CutOff: true}, false, "1 done", "null", "ok"},
		"comment not posted":      {"POST 1/comments", fault.Fault{Status: 500}, false, "1 unknown", left + `"comment":"Done."}]`, "outcome_unknown"},
		"comment posted or not":   {"POST 1/comments", fault.Fault{Reset: true}, true, "1 unknown", left + `"comment":"Done."}]`, "outcome_unknown"},
		"state certainly not set": {"PATCH 1", fault.Fault{Status: 418}, true, "1 failed", left + `"add_labels":["question"],"remove_labels":["bug"],"state":"closed","comment":"Done."}]`, "content_blocked"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarbor()
			h.do(t, http.MethodPost, "/repos/openharbor/portal/issues/2/labels", `["bug"]`, nil)
			failed := false
			h.fail = func(r *http.Request, line string) fault.Fault {
				switch {
				case strings.HasPrefix(line, test.write):
					failed = true
					return test.fault
				case failed && test.readsFail && r.Method == http.MethodGet:
					return fault.Fault{Status: 503}
				}
				return fault.Fault{}
			}
			audited := map[string]string{}
			ctx := rest.WithSteps(t.Context(), func(s rest.Step) { audited[s.Target] = s.Outcome })
			u, err := h.client(t, nil).UpdateIssues(ctx, &gitcode.UpdateIssuesParams{RepoRef: portal, Changes: []gitcode.IssuesChange{change}})
			require.NoError(t, err)
			assert.Equal(t, map[string]string{"openharbor/portal#1": test.audited, "openharbor/portal#2": "ok"}, audited)
			assert.Equal(t, []string{test.outcome, "2 done"}, outcomes(u), "the other issue is changed in any case")
			assert.Equal(t, test.remaining, asJSON(t, u.Remaining))

			h.fail = nil
			if len(u.Remaining) > 0 {
				u = update(t, h.client(t, nil), true, u.Remaining...)
				assert.Empty(t, u.Remaining)
			}
			issue := h.issueOf(t, 1)
			assert.Contains(t, issue.LabelNames(), "question")
			assert.NotContains(t, issue.LabelNames(), "bug")
			assert.Equal(t, gitcode.State("closed"), issue.State)
			assert.Equal(t, []string{"Done."}, h.commentsOf(t, 1, sandbox.Me))
		})
	}
}

// TestReadsThatShowNothingSettleNothing checks that an outcome stays unknown if
// the issue can be read but does not show what was changed.
func TestReadsThatShowNothingSettleNothing(t *testing.T) {
	t.Parallel()
	for member, change := range map[string]gitcode.IssuesChange{
		"labels":    {Numbers: []int{1}, AddLabels: []string{"question"}},
		"state":     {Numbers: []int{1}, State: "closed"},
		"assignee":  {Numbers: []int{1}, Assignee: new("tomb")},
		"milestone": {Numbers: []int{1}, Milestone: new("")},
	} {
		t.Run(member, func(t *testing.T) {
			t.Parallel()
			h := newHarbor()
			h.fail = func(r *http.Request, _ string) fault.Fault {
				if r.Method != http.MethodGet {
					h.edit = func(_ http.ResponseWriter, body string) string {
						return strings.ReplaceAll(body, `"`+member, `"no_`+member)
					}
					return fault.Fault{Reset: true}
				}
				return fault.Fault{}
			}
			assert.Equal(t, []string{"1 unknown"}, outcomes(update(t, h.client(t, nil), false, change)))
		})
	}
}

// TestSettlingACommentLooksAtNewOnes posts a comment whose text was posted a
// minute before. The old one does not count as the new one.
func TestSettlingACommentLooksAtNewOnes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault   fault.Fault
		outcome string
		posted  int
	}{
		"posted":     {fault.Fault{Reset: true}, "10 done", 2},
		"not posted": {fault.Fault{Refuse: true}, "10 unknown", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := newHarbor()
				c := h.pipe(t, nil)
				ping := gitcode.IssuesChange{Numbers: []int{10}, Comment: "Ping"}
				update(t, c, false, ping)
				time.Sleep(time.Minute)
				h.fail = func(r *http.Request, _ string) fault.Fault {
					if r.Method == http.MethodPost {
						return test.fault
					}
					return fault.Fault{}
				}
				assert.Equal(t, []string{test.outcome}, outcomes(update(t, c, false, ping)))
				assert.Len(t, h.commentsOf(t, 10, sandbox.Me), test.posted)
			})
		})
	}
}

// TestCommentsRemainInOrder checks that each comment which was not posted
// remains, and that nothing is written if it cannot be known which were.
func TestCommentsRemainInOrder(t *testing.T) {
	t.Parallel()
	h := newHarbor()
	c := h.client(t, nil)
	h.fail = func(_ *http.Request, line string) fault.Fault {
		if strings.Contains(line, `{"body":"b"}`) {
			return fault.Fault{Status: 418}
		}
		return fault.Fault{}
	}
	var changes []gitcode.IssuesChange
	for _, text := range []string{"a", "b", "c", "d"} {
		changes = append(changes, gitcode.IssuesChange{Numbers: []int{1, 2}, Comment: text})
	}
	u := update(t, c, false, changes...)
	assert.Equal(t, `[{"numbers":[1,2],"comment":"b"},{"numbers":[1,2],"comment":"c"},{"numbers":[1,2],"comment":"d"}]`, asJSON(t, u.Remaining))

	h.takeWrites()
	for _, read := range []string{"GET /user", "GET comments"} {
		h.fail = func(_ *http.Request, line string) fault.Fault {
			if strings.HasPrefix(line, read) {
				return fault.Fault{Status: 503}
			}
			return fault.Fault{}
		}
		_, err := h.client(t, nil).UpdateIssues(t.Context(), &gitcode.UpdateIssuesParams{RepoRef: portal, Changes: changes, Resume: true})
		assert.Equal(t, rest.Unavailable, class(t, err), read)
	}
	assert.Empty(t, h.takeWrites())

	h.fail = nil
	u = update(t, c, true, changes...)
	assert.Empty(t, u.Remaining)
	assert.Equal(t, []string{"a", "b", "c", "d"}, h.commentsOf(t, 2, sandbox.Me))
}
