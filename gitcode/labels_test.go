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

func TestRemoveLabels(t *testing.T) {
	t.Parallel()
	params := gitcode.RemoveLabelsParams{IssueRef: ref, Labels: gitcode.Labels{"bug", "kind/x"}}
	s := &service{responses: []string{"204 "}}
	require.NoError(t, newClient(t, s).RemoveLabels(t.Context(), &params))
	assert.Equal(t, []string{"DELETE /repos/o/r/issues/7/labels/bug,kind%2Fx"}, s.requests, "nothing is read")

	s = &service{responses: []string{`404 {"error_message":"Label Not Found"}`}}
	assert.Equal(t, rest.NotFound, class(t, newClient(t, s).RemoveLabels(t.Context(), &params)))
}
