package github_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/textedit"
)

func edits(old, new string) textedit.Changes {
	return textedit.Changes{Edits: []textedit.Edit{{Old: old, New: new}}}
}

// change is what a test expects of a github.IssueChange.
type change struct {
	ignored []github.Deviation
	unknown []string
	readErr rest.Class
}

func (want change) check(t *testing.T, got *github.IssueChange, err error) {
	t.Helper()
	require.NoError(t, err)
	assert.Equal(t, want.ignored, got.Ignored)
	assert.ElementsMatch(t, want.unknown, got.Unknown)
	assert.Equal(t, want.readErr, rest.ErrorClass(got.ReadErr))
}

func TestUpdateIssue(t *testing.T) {
	t.Parallel()
	const (
		head       = `200 {"id":70,"number":7,`
		full       = head + `"title":"t","body":"b","state":"open","state_reason":null,"labels":[{"name":"Bug"}],"assignees":[{"login":"Ann"}],"milestone":{"number":3,"title":"v1"},"type":{"name":"Task"}}`
		other      = head + `"title":"T","body":"","state":"closed","state_reason":"completed","labels":[{"name":"Old"}],"assignees":[{"login":"Eve"}],"milestone":{"number":4,"title":"v2"},"type":null}`
		empty      = head + `"title":"t","body":null,"state":"open","state_reason":null,"labels":[],"assignees":[],"milestone":null,"type":null}`
		closed     = head + `"state":"closed","state_reason":"not_planned","labels":[{"name":"Bug"}]}`
		milestones = `200 [{"number":3,"title":"v1"},{"number":4,"title":"v2"}]`
		labels     = `200 [{"name":"Bug"},{"name":"UI"}]`
		lookUp     = "GET /repos/o/r/milestones?direction=desc&per_page=100&state=all"
	)
	type params = github.UpdateIssueParams
	names := func(names ...string) *[]string { return &names }
	stillOpen := []github.Deviation{{Field: "state", Missing: []string{"closed"}, Extra: []string{"open"}}}
	for name, test := range map[string]struct {
		params            params
		responses         []string
		requests          []string
		want              change
		labels, assignees []string // the previous ones
	}{
		"all as requested": {
			params{Title: new("t"), Body: new(" b\r\n"), State: new("open"), Milestone: new("3"), Labels: names("bug"), Assignees: names("ann"), Type: new("task")},
			[]string{other, labels, full}, []string{readIssue, readLabels, patchIssue + `{"title":"t","body":" b\r\n","state":"open","milestone":3,"labels":["bug"],"assignees":["ann"],"type":"task"}`}, change{}, []string{"Old"}, []string{"Eve"},
		},
		"all is cleared": {
			params{Body: new(""), Milestone: new(""), Labels: names(), Assignees: names(), Type: new("")},
			[]string{full, empty}, []string{readIssue, patchIssue + `{"body":"","milestone":null,"labels":[],"assignees":[],"type":null}`}, change{}, []string{"Bug"}, []string{"Ann"},
		},
		"nothing is cleared": {
			params{Body: new(""), Milestone: new(""), Labels: new([]string(nil)), Assignee: new(""), Type: new("")},
			[]string{full}, []string{readIssue, patchIssue + `{"body":"","milestone":null,"labels":[],"assignees":[],"type":null}`},
			change{ignored: []github.Deviation{{Field: "body", Extra: []string{"b"}}, {Field: "milestone", Extra: []string{"3"}}, {Field: "labels", Extra: []string{"Bug"}}, {Field: "assignees", Extra: []string{"Ann"}}, {Field: "type", Extra: []string{"Task"}}}}, nil, nil,
		},
		"dropped without push access": {
			params{Milestone: new("4"), Labels: names("bug", "ui"), Assignees: names("bob", "BOB"), Type: new("Epic")},
			[]string{full, labels, full}, []string{readIssue, readLabels, patchIssue + `{"milestone":4,"labels":["bug","ui"],"assignees":["bob"],"type":"Epic"}`},
			change{ignored: []github.Deviation{{Field: "milestone", Missing: []string{"4"}, Extra: []string{"3"}}, {Field: "labels", Missing: []string{"ui"}}, {Field: "assignees", Missing: []string{"bob"}, Extra: []string{"Ann"}}, {Field: "type", Missing: []string{"Epic"}, Extra: []string{"Task"}}}}, nil, nil,
		},
		"a milestone by its title":         {params{Milestone: new("V1")}, []string{milestones, other, full}, []string{lookUp, readIssue, patchIssue + `{"milestone":3}`}, change{}, nil, nil},
		"assignee is one of the assignees": {params{Assignees: names("ann", "bob"), Assignee: new("Eve")}, []string{full, head + `"assignees":[{"login":"ann"},{"login":"bob"},{"login":"eve"}]}`}, []string{readIssue, patchIssue + `{"assignees":["ann","bob","Eve"]}`}, change{}, nil, nil},
		"an assignee is replaced":          {params{Assignees: names("ann", "bob")}, []string{other, head + `"assignees":[{"login":"ann"},{"login":"bob"}]}`}, []string{readIssue, patchIssue + `{"assignees":["ann","bob"]}`}, change{}, nil, []string{"Eve"}},
		"close with a reason":              {params{State: new("closed"), StateReason: new("not_planned")}, []string{full, closed}, []string{readIssue, patchIssue + `{"state":"closed","state_reason":"not_planned"}`}, change{}, nil, nil},
		"the reason is ignored":            {params{State: new("closed"), StateReason: new("duplicate")}, []string{full, head + `"state":"closed","state_reason":null}`}, []string{readIssue, patchIssue + `{"state":"closed","state_reason":"duplicate"}`}, change{ignored: []github.Deviation{{Field: "state_reason", Missing: []string{"duplicate"}}}}, nil, nil},
		"a label of the issue alone":       {params{Labels: names("old", " ui")}, []string{other, labels, head + `"labels":["Old","UI"]}`}, []string{readIssue, readLabels, patchIssue + `{"labels":["old"," ui"]}`}, change{}, nil, nil},
		"a new label":                      {params{Labels: names("new"), CreateLabels: true}, []string{full, head + `"labels":["new"]}`}, []string{readIssue, patchIssue + `{"labels":["new"]}`}, change{}, []string{"Bug"}, nil},
		"only the white space of a text":   {params{Body: new("b\n")}, []string{full}, []string{readIssue, patchIssue + `{"body":"b\n"}`}, change{}, nil, nil},
		"the issue does not show a field":  {params{State: new("open")}, []string{head + `"state":{}}`, full}, []string{readIssue, patchIssue + `{"state":"open"}`}, change{}, nil, nil},
		"a sparse response is completed":   {params{State: new("closed"), Labels: names("bug")}, []string{full, head + `"state":"closed"}`, full}, []string{readIssue, patchIssue + `{"state":"closed","labels":["bug"]}`, readIssue}, change{}, nil, nil},
		"an empty response":                {params{State: new("closed")}, []string{full, "200 ", full}, []string{readIssue, patchIssue + `{"state":"closed"}`, readIssue}, change{ignored: stillOpen}, nil, nil},
		"another issue":                    {params{State: new("closed")}, []string{full, `200 {"id":1,"number":8,"state":"closed"}`, full}, []string{readIssue, patchIssue + `{"state":"closed"}`, readIssue}, change{ignored: stillOpen}, nil, nil},
		"the read back fails":              {params{State: new("closed"), Labels: names("ui")}, []string{full, labels, head + `"state":"open"}`, "403 "}, []string{readIssue, readLabels, patchIssue + `{"state":"closed","labels":["ui"]}`, readIssue}, change{stillOpen, []string{"labels"}, rest.Forbidden}, []string{"Bug"}, nil},
		"the read back shows no more":      {params{Labels: names("ui"), Type: new("x")}, []string{full, labels, head + `"labels":"?"}`, head + `"labels":[true]}`}, []string{readIssue, readLabels, patchIssue + `{"labels":["ui"],"type":"x"}`, readIssue}, change{unknown: []string{"labels", "type"}}, []string{"Bug"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.params.IssueRef = ref
			s := &service{responses: test.responses}
			got, err := newClient(t, s).UpdateIssue(t.Context(), &test.params)
			test.want.check(t, got, err)
			assert.Equal(t, test.requests, s.requests)
			assert.Equal(t, test.labels, got.PreviousLabels)
			assert.Equal(t, test.assignees, got.PreviousAssignees)
			assert.EqualValues(t, 7, got.Issue.Number)
			assert.False(t, got.Unchanged)
		})
	}
	for name, p := range map[string]params{
		"all":             {Title: new("t"), Body: new("b"), State: new("open"), Milestone: new("3"), Labels: names("bug "), Assignees: names("@ann"), Type: new("task")},
		"title":           {Title: new("t")},
		"labels":          {Labels: names("BUG")},
		"assignee":        {Assignee: new("ann")},
		"state":           {State: new("open")},
		"an edit besides": {Changes: edits("b", "b"), State: new("open")},
	} {
		t.Run("unchanged: "+name, func(t *testing.T) {
			t.Parallel()
			p.IssueRef = ref
			s := &service{responses: []string{full}}
			got, err := newClient(t, s).UpdateIssue(t.Context(), &p)
			change{}.check(t, got, err)
			assert.True(t, got.Unchanged)
			assert.EqualValues(t, "t", got.Issue.Title)
			assert.Equal(t, []string{readIssue}, s.requests)
		})
	}
}

// TestReadBeforeUpdateIsConditional checks that the read before an update costs
// nothing if the issue was read before.
func TestReadBeforeUpdateIsConditional(t *testing.T) {
	t.Parallel()
	s := &service{responses: []string{`200 {"id":70,"number":7,"state":"open"}`, "304 ", `200 {"id":70,"number":7,"state":"closed"}`}, header: http.Header{"Etag": {`"abc"`}}}
	c := newClient(t, s)
	_, err := c.GetIssue(t.Context(), &github.GetIssueParams{IssueRef: ref})
	require.NoError(t, err)
	got, err := c.UpdateIssue(t.Context(), &github.UpdateIssueParams{IssueRef: ref, State: new("closed")})
	change{}.check(t, got, err)
	assert.Equal(t, []string{readIssue, readIssue, patchIssue + `{"state":"closed"}`}, s.requests)
	assert.Equal(t, `"abc"`, s.headers[1].Get("If-None-Match"))
}
