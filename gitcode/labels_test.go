package gitcode_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

func TestAddLabels(t *testing.T) {
	t.Parallel()
	const added = `POST /repos/o/r/issues/7/labels ["bug","kind/x"]`
	names := []string{"bug", "kind/x"}
	for name, test := range map[string]struct {
		responses, requests []string
		want                *gitcode.LabelChange // without ReadErr
		readErr             rest.Class
	}{
		"all in the response":   {[]string{`201 [{"name":"bug"},{"name":"KIND/x"}]`}, []string{added}, &gitcode.LabelChange{Added: names}, ""},
		"and those it had":      {[]string{`201 [{"name":"old"},{"name":"bug"},{"name":"kind/x"}]`}, []string{added}, &gitcode.LabelChange{Added: names, Labels: []string{"old", "bug", "kind/x"}}, ""},
		"read back":             {[]string{"204 ", `200 {"number":7,"labels":[{"name":"old"},{"name":"bug"},{"name":"kind/x"}]}`}, []string{added, readIssue}, &gitcode.LabelChange{Added: names, Labels: []string{"old", "bug", "kind/x"}}, ""},
		"one is ignored":        {[]string{`201 [{"name":"bug"}]`, `200 {"number":7,"labels":[{"name":"bug"}]}`}, []string{added, readIssue}, &gitcode.LabelChange{Added: []string{"bug"}, Missing: []string{"kind/x"}}, ""},
		"all are ignored":       {[]string{`201 []`, `200 {"number":7,"labels":[]}`}, []string{added, readIssue}, &gitcode.LabelChange{Missing: names}, ""},
		"in the response alone": {[]string{`201 [{"name":"bug"}]`, `200 {"number":7,"labels":[]}`}, []string{added, readIssue}, &gitcode.LabelChange{Missing: names}, ""},
		"the read lacks labels": {[]string{`201 [{"name":"bug"}]`, `200 {"number":7}`}, []string{added, readIssue}, &gitcode.LabelChange{Added: []string{"bug"}, Unknown: []string{"kind/x"}}, ""},
		"reading back fails":    {[]string{`201 [{"name":"bug"}]`, "404 "}, []string{added, readIssue}, &gitcode.LabelChange{Added: []string{"bug"}, Unknown: []string{"kind/x"}}, rest.NotFound},
		"the read is malformed": {[]string{"204 ", "200 {}"}, []string{added, readIssue}, &gitcode.LabelChange{Unknown: names}, rest.MalformedResponse},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: test.responses}
			change, err := newClient(t, s).AddLabels(t.Context(), &gitcode.AddLabelsParams{IssueRef: ref, Labels: gitcode.Labels{"bug", "kind/x"}, CreateLabels: true})
			require.NoError(t, err)
			assert.Equal(t, test.requests, s.requests)
			if test.readErr != "" {
				assert.Equal(t, test.readErr, class(t, change.ReadErr))
				change.ReadErr = nil
			}
			assert.Equal(t, test.want, change)
		})
	}
}

func TestReplaceLabels(t *testing.T) {
	t.Parallel()
	const (
		put     = `PUT /repos/o/r/issues/7/labels ["bug","kind/x"]`
		removed = "DELETE /repos/o/r/issues/7/labels"
		before  = `200 {"number":"7","labels":[{"name":"old"},{"name":"bug"}]}`
		after   = `200 {"number":"7","labels":[{"name":"kind/x"},{"name":"bug"}]}`
	)
	labels := gitcode.Labels{" bug", "kind/x", "bug"}
	both := []string{"kind/x", "bug"}
	for name, test := range map[string]struct {
		labels              gitcode.Labels
		responses, requests []string
		want                *gitcode.LabelReplacement // without ReadErr
		readErr             rest.Class
	}{
		"replace":           {labels, []string{before, "200 {}", after}, []string{readIssue, put, readIssue}, &gitcode.LabelReplacement{Added: []string{"kind/x"}, Removed: []string{"old"}, Labels: both}, ""},
		"without a body":    {labels, []string{before, "204 ", after}, []string{readIssue, put, readIssue}, &gitcode.LabelReplacement{Added: []string{"kind/x"}, Removed: []string{"old"}, Labels: both}, ""},
		"remove all":        {gitcode.Labels{}, []string{before, "204 ", `200 {"number":7,"labels":null}`}, []string{readIssue, removed, readIssue}, &gitcode.LabelReplacement{Removed: []string{"old", "bug"}, Labels: []string{}}, ""},
		"in place":          {labels, []string{after}, []string{readIssue}, &gitcode.LabelReplacement{Labels: both, Unchanged: true}, ""},
		"none are in place": {gitcode.Labels{}, []string{`200 {"number":7,"labels":[]}`}, []string{readIssue}, &gitcode.LabelReplacement{Labels: []string{}, Unchanged: true}, ""},
		"another case":      {gitcode.Labels{"BUG", "old"}, []string{before, "200 {}", `200 {"number":7,"labels":[{"name":"BUG"},{"name":"old"}]}`}, []string{readIssue, `PUT /repos/o/r/issues/7/labels ["BUG","old"]`, readIssue}, &gitcode.LabelReplacement{Labels: []string{"BUG", "old"}}, ""},
		"without effect":    {labels, []string{before, "200 {}", before}, []string{readIssue, put, readIssue}, &gitcode.LabelReplacement{Labels: []string{"old", "bug"}, Missing: []string{"kind/x"}, Extra: []string{"old"}}, ""},
		"only added":        {labels, []string{before, "200 {}", `200 {"number":7,"labels":[{"name":"old"},{"name":"bug"},{"name":"kind/x"}]}`}, []string{readIssue, put, readIssue}, &gitcode.LabelReplacement{Added: []string{"kind/x"}, Labels: []string{"old", "bug", "kind/x"}, Extra: []string{"old"}}, ""},
		"unknown before":    {labels, []string{`200 {"number":8,"labels":[{"name":"secret"}]}`, "200 {}", after}, []string{readIssue, put, readIssue}, &gitcode.LabelReplacement{Labels: both, BeforeUnknown: true}, ""},
		"unknown after":     {labels, []string{before, "200 {}", `200 {"number":7}`}, []string{readIssue, put, readIssue}, &gitcode.LabelReplacement{}, rest.MalformedResponse},
		"no read after":     {labels, []string{before, "200 {}", "503 "}, []string{readIssue, put, readIssue}, &gitcode.LabelReplacement{}, rest.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: test.responses}
			result, err := newClient(t, s).ReplaceLabels(t.Context(), &gitcode.ReplaceLabelsParams{IssueRef: ref, Labels: test.labels, CreateLabels: true})
			require.NoError(t, err)
			assert.Equal(t, test.requests, s.requests)
			assert.Equal(t, test.readErr, rest.ErrorClass(result.ReadErr))
			result.ReadErr = nil
			assert.Equal(t, test.want, result)
		})
	}
}

// TestReplaceLabelsStops checks that nothing follows an error.
func TestReplaceLabelsStops(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		create    bool
		responses []string
		requests  int
		class     rest.Class
	}{
		"unknown label":   {false, []string{`200 [{"name":"bug"}]`}, 1, rest.Invalid},
		"no issue":        {true, []string{"404 "}, 1, rest.NotFound},
		"refused":         {true, []string{`200 {"number":7,"labels":[]}`, forbidden}, 2, rest.Forbidden},
		"unknown outcome": {true, []string{`200 {"number":7,"labels":[]}`, "502 "}, 2, rest.OutcomeUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: test.responses}
			_, err := newClient(t, s).ReplaceLabels(t.Context(), &gitcode.ReplaceLabelsParams{IssueRef: ref, Labels: gitcode.Labels{"bgu"}, CreateLabels: test.create})
			assert.Equal(t, test.class, class(t, err))
			assert.Len(t, s.requests, test.requests)
		})
	}
}

func TestRemoveLabels(t *testing.T) {
	t.Parallel()
	params := gitcode.RemoveLabelsParams{IssueRef: ref, Labels: gitcode.Labels{"bug", "kind/x"}}
	s := &service{responses: []string{"204 "}}
	require.NoError(t, newClient(t, s).RemoveLabels(t.Context(), &params))
	assert.Equal(t, []string{"DELETE /repos/o/r/issues/7/labels/bug,kind%2Fx"}, s.requests, "nothing is read")

	s = &service{responses: []string{`404 {"error_message":"Label Not Found"}`}}
	assert.Equal(t, rest.NotFound, class(t, newClient(t, s).RemoveLabels(t.Context(), &params)))
}
