package gitcode_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

func TestUpdateIssue(t *testing.T) {
	t.Parallel()
	const (
		head    = `200 {"id":70,"number":"7","title":"t","body":"b",`
		before  = head + `"state":"open","labels":[{"name":"old"}],"assignee":{"login":"ann"},"assignees":[{"login":"ann"},{"login":"bob"}],"milestone":{"number":4}}`
		closed  = head + `"state":"closed","labels":[{"name":"old"}],"assignee":{"login":"ann"},"assignees":[{"login":"ann"},{"login":"bob"}],"milestone":{"number":4}}`
		sparse  = head + `"state":"closed","labels":[{"name":"old"}],"assignee":{"login":"ann"}}`
		noTasks = head + `"state":"open","labels":[{"name":"old"}],"assignees":[],"milestone":null}`

		close          = `PATCH /repos/o/issues/7 {"milestone":4,"repo":"r","state":"close"}`
		closeAlone     = `PATCH /repos/o/issues/7 {"repo":"r","state":"close"}`
		clearLabels    = "DELETE /repos/o/r/issues/7/labels"
		clearMilestone = `PATCH /repos/o/issues/7 {"milestone":"","repo":"r"}`
	)
	old, both, none := []string{"old"}, []string{"ann", "bob"}, []string{}
	unchanged := result{number: 7, labels: old, assignees: both, milestone: 4}
	closeIt := gitcode.UpdateIssueParams{State: new(gitcode.StateChange("closed"))}
	deviating := func(r result, deviations ...gitcode.Deviation) result {
		r.deviations = deviations
		return r
	}
	unasked := func(field string, missing, extra []string) gitcode.Deviation {
		return gitcode.Deviation{Field: field, Missing: missing, Extra: extra}
	}

	for name, test := range map[string]struct {
		params    gitcode.UpdateIssueParams
		responses []string // to the read before, the writes and the read after
		requests  []string // without the read before
		want      result
	}{
		"a full service":     {closeIt, []string{before, closed, closed}, []string{close, readIssue}, unchanged},
		"a sparse service":   {closeIt, []string{before, sparse, closed}, []string{close, readIssue}, unchanged},
		"without a body":     {closeIt, []string{before, "204 ", closed}, []string{close, readIssue}, unchanged},
		"without milestone":  {closeIt, []string{noTasks, sparse, head + `"state":"closed","labels":[{"name":"old"}],"assignees":[],"milestone":null}`}, []string{closeAlone, readIssue}, result{number: 7, labels: old, assignees: none}},
		"a sparse read":      {closeIt, []string{head + `"state":"open","labels":[{"name":"old"}],"assignee":{"login":"ann"}}`, sparse, sparse}, []string{closeAlone, readIssue}, result{number: 7, labels: old, assignees: []string{"ann"}}},
		"nothing is changed": {closeIt, []string{before}, []string{close, readIssue}, deviating(unchanged, gitcode.Deviation{Field: "state", Requested: true, Missing: []string{"closed"}, Extra: []string{"open"}})},
		"everything else is lost": {closeIt, []string{before, sparse, `200 {"id":70,"number":7,"state":"closed","title":"T","body":"","labels":[{"name":"new"}],"assignees":[{"login":"bob"}],"milestone":null}`}, []string{close, readIssue},
			deviating(result{number: 7, labels: []string{"new"}, assignees: []string{"bob"}},
				unasked("title", []string{"t"}, []string{"T"}), unasked("body", []string{"b"}, nil), unasked("assignee", []string{"ann"}, nil), unasked("milestone", []string{"4"}, nil), unasked("labels", old, []string{"new"}))},
		"a later read lacks the milestone": {closeIt, []string{before, sparse, sparse}, []string{close, readIssue},
			deviating(result{number: 7, labels: old, assignees: []string{"ann"}},
				gitcode.Deviation{Field: "assignee", Missing: []string{"bob"}, Unknown: true}, gitcode.Deviation{Field: "milestone", Missing: []string{"4"}, Unknown: true})},
		"privacy is lost": {closeIt, []string{head + `"state":"open","visibility_reason":"confidential"}`, sparse, head + `"state":"closed","visibility_reason":"public"}`}, []string{closeAlone, readIssue},
			deviating(result{number: 7}, unasked("security_hole", []string{"true"}, []string{"false"}))},
		"what no parameter sets is lost": {closeIt, []string{head + `"state":"open","issue_type":"bug","issue_priority_detail":{"title":"主要"},"severity":"Major"}`, sparse, head + `"state":"closed","issue_type":"task","issue_priority_detail":null}`}, []string{closeAlone, readIssue},
			deviating(result{number: 7}, unasked("type", []string{"bug"}, []string{"task"}), unasked("priority", []string{"主要"}, nil), gitcode.Deviation{Field: "severity", Missing: []string{"Major"}, Unknown: true})},
		"types in other words":                  {closeIt, []string{head + `"state":"open","issue_type":null,"issue_type_detail":{"title":"bug"},"priority":2}`, sparse, head + `"state":"closed","issue_type":"bug","priority":0}`}, []string{closeAlone, readIssue}, result{number: 7}},
		"the first read is about another issue": {closeIt, []string{`200 {"number":8,"title":"x","labels":[{"name":"secret"}],"milestone":{"number":9}}`, sparse, closed}, []string{closeAlone, readIssue}, unchanged},
		"the PATCH returns another issue": {closeIt, []string{before, `200 {"number":999,"title":"t","body":"b","state":"closed"}`, "404 "}, []string{close, readIssue},
			result{number: 7, deviations: []gitcode.Deviation{unknown("state", "closed")}, readErr: rest.NotFound}},
		"an unreadable milestone before": {closeIt, []string{head + `"state":"open","milestone":"v2.3"}`, sparse, head + `"state":"closed","milestone":null}`}, []string{closeAlone, readIssue},
			deviating(result{number: 7}, gitcode.Deviation{Field: "milestone", Unknown: true})},
		"reading back fails": {closeIt, []string{before, sparse, "404 "}, []string{close, readIssue}, result{number: 7, readErr: rest.NotFound}},
		"reading back fails after an empty response": {closeIt, []string{before, "200 ", "404 "}, []string{close, readIssue},
			result{number: 7, deviations: []gitcode.Deviation{unknown("state", "closed")}, readErr: rest.NotFound}},

		"the milestone that is sent along is refused": {closeIt, []string{before, forbidden, sparse, closed}, []string{close, closeAlone, readIssue}, unchanged},
		"the milestone is dropped":                    {closeIt, []string{before, forbidden, sparse, head + `"state":"closed","labels":[{"name":"old"}],"assignees":[{"login":"ann"},{"login":"bob"}],"milestone":null}`}, []string{close, closeAlone, readIssue}, deviating(result{number: 7, labels: old, assignees: both}, unasked("milestone", []string{"4"}, nil))},

		"set all": {
			gitcode.UpdateIssueParams{Title: new("T"), Body: new("B\r\n"), Assignee: new("Eve,dan"), Milestone: new("50005"), Labels: &gitcode.Labels{"x", " y "}, CreateLabels: true, SecurityHole: new(gitcode.Flag(true))},
			[]string{before, sparse, `200 {"number":7,"state":"open","title":"T","body":"B","labels":[{"name":"y"},{"name":"x"}],"assignees":[{"login":"dan"},{"login":"eve"}],"milestone":{"number":50005},"visibility_reason":"other"}`},
			[]string{`PATCH /repos/o/issues/7 {"assignee":"Eve,dan","body":"B\r\n","labels":"x,y","milestone":50005,"repo":"r","security_hole":"true","title":"T"}`, readIssue},
			result{number: 7, labels: []string{"y", "x"}, assignees: []string{"dan", "eve"}, milestone: 50005, oldLabels: old, oldAssignees: both},
		},
		"unknown names are ignored": {
			gitcode.UpdateIssueParams{Assignee: new("ann,ghost"), Milestone: new("99999"), Labels: &gitcode.Labels{"nosuch"}, CreateLabels: true},
			[]string{before, sparse, head + `"state":"open","labels":[],"assignees":[{"login":"ann"},{"login":"bob"}],"milestone":{"number":4}}`},
			[]string{`PATCH /repos/o/issues/7 {"assignee":"ann,ghost","labels":"nosuch","milestone":99999,"repo":"r"}`, readIssue},
			result{number: 7, labels: none, assignees: both, milestone: 4, oldLabels: old, oldAssignees: both, deviations: []gitcode.Deviation{
				{Field: "assignee", Requested: true, Missing: []string{"ghost"}, Extra: []string{"bob"}},
				{Field: "milestone", Requested: true, Missing: []string{"99999"}, Extra: []string{"4"}},
				missing("labels", "nosuch"),
			}},
		},

		"clear all": {
			gitcode.UpdateIssueParams{Body: new(""), Assignee: new(""), Milestone: new("0"), Labels: &gitcode.Labels{}},
			[]string{before, sparse, "204 ", `200 {"number":7,"state":"open","title":"t","body":"","labels":[],"assignees":[],"milestone":null}`},
			[]string{`PATCH /repos/o/issues/7 {"assignee":"","body":"","milestone":"","repo":"r"}`, clearLabels, readIssue},
			result{number: 7, labels: none, assignees: none, oldLabels: old, oldAssignees: both},
		},
		"nothing is cleared": {
			gitcode.UpdateIssueParams{Assignee: new(""), Milestone: new("0"), Labels: &gitcode.Labels{}},
			[]string{before, sparse, "204 ", before},
			[]string{`PATCH /repos/o/issues/7 {"assignee":"","milestone":"","repo":"r"}`, clearLabels, readIssue},
			result{number: 7, labels: old, assignees: both, milestone: 4, oldLabels: old, oldAssignees: both, deviations: []gitcode.Deviation{
				{Field: "assignee", Requested: true, Extra: both}, {Field: "milestone", Requested: true, Extra: []string{"4"}}, {Field: "labels", Requested: true, Extra: old},
			}},
		},
		"only a read confirms a cleared milestone": {
			gitcode.UpdateIssueParams{Milestone: new("0")}, []string{before, `200 {"number":7,"milestone":null}`, "404 "},
			[]string{clearMilestone, readIssue},
			result{number: 7, deviations: []gitcode.Deviation{unknown("milestone")}, readErr: rest.NotFound},
		},
		"nor does a read with an unreadable one": {
			gitcode.UpdateIssueParams{Milestone: new("0")}, []string{before, sparse, head + `"milestone":{"number":{}},"labels":[{}],"assignees":[]}`},
			[]string{clearMilestone, readIssue},
			deviating(result{number: 7, assignees: none}, gitcode.Deviation{Field: "state", Missing: []string{"open"}, Unknown: true}, unasked("assignee", both, nil), unknown("milestone"), gitcode.Deviation{Field: "labels", Missing: old, Unknown: true}),
		},
		"a read without milestone does not confirm": {
			gitcode.UpdateIssueParams{Milestone: new("0")}, []string{sparse},
			[]string{clearMilestone, readIssue},
			result{number: 7, labels: old, assignees: []string{"ann"}, deviations: []gitcode.Deviation{unknown("milestone")}},
		},
		"clear only the labels": {
			gitcode.UpdateIssueParams{Labels: &gitcode.Labels{}}, []string{before, "204 ", head + `"state":"open","labels":[],"assignees":[{"login":"ann"},{"login":"bob"}],"milestone":{"number":4}}`},
			[]string{clearLabels, readIssue},
			result{number: 7, labels: none, assignees: both, milestone: 4, oldLabels: old},
		},
		"clearing the labels fails after the rest": {
			gitcode.UpdateIssueParams{State: closeIt.State, Labels: &gitcode.Labels{}}, []string{before, sparse, forbidden, closed},
			[]string{close, clearLabels, readIssue},
			result{number: 7, labels: old, assignees: both, milestone: 4, oldLabels: old, failed: []rest.Class{rest.Forbidden}, deviations: []gitcode.Deviation{{Field: "labels", Requested: true, Extra: old}}},
		},
		"clearing the labels and reading back fail": {
			gitcode.UpdateIssueParams{State: closeIt.State, Labels: &gitcode.Labels{}}, []string{before, sparse, forbidden},
			[]string{close, clearLabels, readIssue},
			result{number: 7, oldLabels: old, failed: []rest.Class{rest.Forbidden}, readErr: rest.Forbidden, deviations: []gitcode.Deviation{{Field: "labels", Requested: true, Extra: old}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.params.IssueRef = ref
			s := &service{responses: test.responses}
			change, err := newClient(t, s).UpdateIssue(t.Context(), &test.params)
			require.NoError(t, err)
			assert.Equal(t, append([]string{readIssue}, test.requests...), s.requests)
			assert.Equal(t, test.want, resultOf(t, change))
		})
	}
}

// TestWhatIsInPlace checks that nothing is sent if an issue already is as
// requested, and that a state in place is never sent. A field that a read does not
// show is.
func TestWhatIsInPlace(t *testing.T) {
	t.Parallel()
	const (
		before = `200 {"number":7,"title":"t","body":"b\r\n","state":"opened","labels":[{"name":"a"},{"name":"b"}],"assignees":[{"login":"ann"},{"login":"bob"}],"milestone":{"number":40004,"title":"v1"}}`
		empty  = `200 {"number":7,"body":null,"labels":[],"assignees":[],"milestone":null}`
	)
	toOpen := new(gitcode.StateChange("open"))
	type params = gitcode.UpdateIssueParams
	for name, test := range map[string]struct {
		before string
		params params
		want   []string // the writes
	}{
		"the state":      {before, params{State: toOpen}, nil},
		"everything":     {before, params{Title: new("t"), Body: new("b\r\n"), State: toOpen, Assignee: new("Bob, ann"), Milestone: new("40004"), Labels: &gitcode.Labels{"b", " a"}, CreateLabels: true}, nil},
		"nothing of all": {empty, params{Body: new(""), Assignee: new(""), Milestone: new(""), Labels: &gitcode.Labels{}}, nil},

		"another title":         {before, params{Title: new("T"), State: toOpen, Assignee: new("ann,bob")}, []string{`PATCH /repos/o/issues/7 {"assignee":"ann,bob","milestone":40004,"repo":"r","title":"T"}`}},
		"another line end":      {before, params{Body: new("b\n"), State: toOpen}, []string{`PATCH /repos/o/issues/7 {"body":"b\n","milestone":40004,"repo":"r"}`}},
		"someone else":          {before, params{Assignee: new("ann")}, []string{`PATCH /repos/o/issues/7 {"assignee":"ann","milestone":40004,"repo":"r"}`}},
		"a label in capitals":   {before, params{Labels: &gitcode.Labels{"A", "b"}, CreateLabels: true}, []string{`PATCH /repos/o/issues/7 {"labels":"A,b","milestone":40004,"repo":"r"}`}},
		"no labels":             {before, params{Labels: &gitcode.Labels{}, State: toOpen}, []string{"DELETE /repos/o/r/issues/7/labels"}},
		"another milestone":     {before, params{Milestone: new("50005")}, []string{`PATCH /repos/o/issues/7 {"milestone":50005,"repo":"r"}`}},
		"the privacy":           {before, params{SecurityHole: new(gitcode.Flag(false)), State: toOpen}, []string{`PATCH /repos/o/issues/7 {"milestone":40004,"repo":"r","security_hole":"false"}`}},
		"a state not shown":     {empty, params{State: toOpen}, []string{`PATCH /repos/o/issues/7 {"repo":"r","state":"reopen"}`}},
		"a title not shown":     {empty, params{Title: new("t")}, []string{`PATCH /repos/o/issues/7 {"repo":"r","title":"t"}`}},
		"people not shown":      {`200 {"number":7}`, params{Assignee: new("")}, []string{`PATCH /repos/o/issues/7 {"assignee":"","repo":"r"}`}},
		"an assignee, no name":  {`200 {"number":7,"assignees":[{"login":"ann"},{"id":1}]}`, params{Assignee: new("ann")}, []string{`PATCH /repos/o/issues/7 {"assignee":"ann","repo":"r"}`}},
		"labels not shown":      {`200 {"number":7}`, params{Labels: &gitcode.Labels{}}, []string{"DELETE /repos/o/r/issues/7/labels"}},
		"a milestone not shown": {`200 {"number":7}`, params{Milestone: new("")}, []string{`PATCH /repos/o/issues/7 {"milestone":"","repo":"r"}`}},
		"another issue":         {`200 {"number":8,"state":"open"}`, params{State: toOpen}, []string{`PATCH /repos/o/issues/7 {"repo":"r","state":"reopen"}`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.params.IssueRef = ref
			s := &service{responses: []string{test.before, "204 ", test.before}}
			change, err := newClient(t, s).UpdateIssue(t.Context(), &test.params)
			require.NoError(t, err)
			want := []string{readIssue}
			if len(test.want) > 0 {
				want = append(append(want, test.want...), readIssue)
			}
			assert.Equal(t, want, s.requests)
			assert.Equal(t, len(test.want) == 0, change.Unchanged)
			if change.Unchanged {
				assert.Empty(t, change.Deviations)
				assert.Empty(t, change.PreviousAssignees)
			}
		})
	}
}

// TestStateThatWasInPlace checks that a state that was not sent, and is not in
// place any more, is what was not done.
func TestStateThatWasInPlace(t *testing.T) {
	t.Parallel()
	s := &service{responses: []string{`200 {"number":7,"title":"t","state":"closed"}`, "204 ", `200 {"number":7,"title":"T","state":"open"}`}}
	change, err := newClient(t, s).UpdateIssue(t.Context(), &gitcode.UpdateIssueParams{IssueRef: ref, Title: new("T"), State: new(gitcode.StateChange("closed")), Comment: "c"})
	require.NoError(t, err)
	assert.Equal(t, []gitcode.Deviation{{Field: "state", Requested: true, Missing: []string{"closed"}, Extra: []string{"open"}}}, change.Deviations)
	require.EqualError(t, change.CommentErr, "not sent: the change before it did not fully happen")
}

func TestFailedUpdate(t *testing.T) {
	t.Parallel()
	const before = `200 {"number":7,"state":"open","milestone":{"number":4}}`
	closeIt := gitcode.UpdateIssueParams{IssueRef: ref, State: new(gitcode.StateChange("closed"))}
	clearLabels := gitcode.UpdateIssueParams{IssueRef: ref, Labels: &gitcode.Labels{}}
	for name, test := range map[string]struct {
		params    gitcode.UpdateIssueParams
		responses []string
		requests  int
		class     rest.Class
	}{
		"reading fails":                     {closeIt, []string{"503 "}, 1, rest.Unavailable},
		"the PATCH fails":                   {closeIt, []string{before, "503 "}, 2, rest.OutcomeUnknown},
		"refused, also without a milestone": {closeIt, []string{before, forbidden}, 3, rest.Forbidden},
		"refused for another reason":        {closeIt, []string{before, "404 "}, 2, rest.NotFound},
		"refused with nothing sent along":   {closeIt, []string{`200 {"number":7}`, forbidden}, 2, rest.Forbidden},
		"clearing the labels fails":         {clearLabels, []string{before, forbidden}, 2, rest.Forbidden},
	} {
		s := &service{responses: test.responses}
		_, err := newClient(t, s).UpdateIssue(t.Context(), &test.params)
		require.Error(t, err, name)
		assert.Equal(t, test.class, class(t, err), name)
		assert.Len(t, s.requests, test.requests, name)
	}
	for name, params := range map[string]gitcode.UpdateIssueParams{
		"nothing to change": {IssueRef: ref},
		"blank title":       {IssueRef: ref, Title: new(" ")},
	} {
		s := &service{}
		_, err := newClient(t, s).UpdateIssue(t.Context(), &params)
		assertNotSent(t, err)
		assert.Empty(t, s.requests, name)
	}
}
