package github_test

import (
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

func (want change) check(t *testing.T, got github.IssueChange, err error) {
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
		empty      = head + `"title":"t","body":null,"state":"open","state_reason":null,"labels":[],"assignees":[],"milestone":null,"type":null}`
		milestones = `200 [{"number":3,"title":"v1"},{"number":4,"title":"v2"}]`
		lookUp     = "GET /repos/o/r/milestones?direction=desc&per_page=100&state=all"
	)
	type params = github.UpdateIssueParams
	names := func(names ...string) *[]string { return &names }
	for name, test := range map[string]struct {
		params    params
		responses []string
		requests  []string
		want      change
	}{
		"all as requested": {
			params{Title: new("t"), Body: new(" b\r\n"), State: new("open"), Milestone: new("3"), Labels: names("bug"), Assignees: names("ann"), Type: new("task")},
			[]string{full}, []string{patchIssue + `{"title":"t","body":" b\r\n","state":"open","milestone":3,"labels":["bug"],"assignees":["ann"],"type":"task"}`}, change{},
		},
		"all is cleared": {
			params{Body: new(""), Milestone: new(""), Labels: names(), Assignees: names(), Type: new("")},
			[]string{empty}, []string{patchIssue + `{"body":"","milestone":null,"labels":[],"assignees":[],"type":null}`}, change{},
		},
		"nothing is cleared": {
			params{Body: new(""), Milestone: new(""), Labels: new([]string(nil)), Assignee: new(""), Type: new("")},
			[]string{full}, []string{patchIssue + `{"body":"","milestone":null,"labels":[],"assignees":[],"type":null}`},
			change{ignored: []github.Deviation{{Field: "body", Extra: []string{"b"}}, {Field: "milestone", Extra: []string{"3"}}, {Field: "labels", Extra: []string{"Bug"}}, {Field: "assignees", Extra: []string{"Ann"}}, {Field: "type", Extra: []string{"Task"}}}},
		},
		"dropped without push access": {
			params{Milestone: new("4"), Labels: names("bug", "ui"), Assignees: names("bob", "BOB"), Type: new("Epic")},
			[]string{full}, []string{patchIssue + `{"milestone":4,"labels":["bug","ui"],"assignees":["bob"],"type":"Epic"}`},
			change{ignored: []github.Deviation{{Field: "milestone", Missing: []string{"4"}, Extra: []string{"3"}}, {Field: "labels", Missing: []string{"ui"}}, {Field: "assignees", Missing: []string{"bob"}, Extra: []string{"Ann"}}, {Field: "type", Missing: []string{"Epic"}, Extra: []string{"Task"}}}},
		},
		"a milestone by its title":         {params{Milestone: new("V1")}, []string{milestones, full}, []string{lookUp, patchIssue + `{"milestone":3}`}, change{}},
		"assignee is one of the assignees": {params{Assignees: names("ann", "bob"), Assignee: new("Eve")}, []string{head + `"assignees":[{"login":"ann"},{"login":"bob"},{"login":"eve"}]}`}, []string{patchIssue + `{"assignees":["ann","bob","Eve"]}`}, change{}},
		"close with a reason":              {params{State: new("closed"), StateReason: new("not_planned")}, []string{head + `"state":"closed","state_reason":"not_planned"}`}, []string{patchIssue + `{"state":"closed","state_reason":"not_planned"}`}, change{}},
		"the reason is ignored":            {params{State: new("closed"), StateReason: new("duplicate")}, []string{head + `"state":"closed","state_reason":null}`}, []string{patchIssue + `{"state":"closed","state_reason":"duplicate"}`}, change{ignored: []github.Deviation{{Field: "state_reason", Missing: []string{"duplicate"}}}}},

		"a sparse response is completed": {params{State: new("closed"), Labels: names("bug")}, []string{head + `"state":"closed"}`, full}, []string{patchIssue + `{"state":"closed","labels":["bug"]}`, readIssue}, change{}},
		"an empty response":              {params{State: new("closed")}, []string{"200 ", full}, []string{patchIssue + `{"state":"closed"}`, readIssue}, change{ignored: []github.Deviation{{Field: "state", Missing: []string{"closed"}, Extra: []string{"open"}}}}},
		"another issue":                  {params{State: new("closed")}, []string{`200 {"id":1,"number":8,"state":"closed"}`, full}, []string{patchIssue + `{"state":"closed"}`, readIssue}, change{ignored: []github.Deviation{{Field: "state", Missing: []string{"closed"}, Extra: []string{"open"}}}}},
		"the read back fails":            {params{State: new("closed"), Labels: names("ui")}, []string{head + `"state":"open"}`, "403 "}, []string{patchIssue + `{"state":"closed","labels":["ui"]}`, readIssue}, change{[]github.Deviation{{Field: "state", Missing: []string{"closed"}, Extra: []string{"open"}}}, []string{"labels"}, rest.Forbidden}},
		"the read back shows no more":    {params{Labels: names("ui"), Type: new("x")}, []string{head + `"labels":"?"}`, head + `"labels":[true]}`}, []string{patchIssue + `{"labels":["ui"],"type":"x"}`, readIssue}, change{unknown: []string{"labels", "type"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.params.IssueRef = ref
			s := &service{responses: test.responses}
			requests, previousLabels, previousAssignees := test.requests, []string(nil), []string(nil)
			if p := test.params; p.Labels != nil || p.Assignees != nil || p.Assignee != nil { // then it is read first
				s.responses, requests = append([]string{full}, s.responses...), append([]string{readIssue}, requests...)
				if p.Labels != nil {
					previousLabels = []string{"Bug"}
				}
				if p.Assignees != nil || p.Assignee != nil {
					previousAssignees = []string{"Ann"}
				}
			}
			got, err := newClient(t, s).UpdateIssue(t.Context(), test.params)
			test.want.check(t, got, err)
			assert.Equal(t, requests, s.requests)
			assert.Equal(t, previousLabels, got.PreviousLabels)
			assert.Equal(t, previousAssignees, got.PreviousAssignees)
			assert.EqualValues(t, 7, got.Issue.Number)
		})
	}
}
