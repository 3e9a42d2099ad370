package gitcode_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

func TestCreateIssue(t *testing.T) {
	t.Parallel()
	params := gitcode.CreateIssueParams{RepoRef: ref.RepoRef, Title: "t", Labels: gitcode.Labels{"bug", "kind/x"}}
	const created = `POST /repos/o/issues {"body":"","repo":"r","title":"t"}`
	const labeled = `POST /repos/o/r/issues/7/labels ["bug","kind/x"]`
	for name, test := range map[string]struct {
		responses []string
		requests  []string
		warnings  []string // substrings
	}{
		"success":                     {[]string{"201 " + issue, `201 [{"name":"bug"},{"name":"kind/x"}]`}, []string{created, labeled}, nil},
		"labels refused":              {[]string{"201 " + issue, `403 {"error_message":"no scopes:write"}`}, []string{created, labeled}, []string{`labels "bug", "kind/x" are missing, adding them failed: POST /repos/{owner}/{repo}/issues/{number}/labels returned 403: no scopes:write`}},
		"a label is ignored":          {[]string{"201 " + issue, `201 [{"name":"BUG"}]`}, []string{created, labeled}, []string{`labels "kind/x" are not in GitCode's response`}},
		"all labels are ignored":      {[]string{"201 " + issue, `201 []`}, []string{created, labeled}, []string{`labels "bug", "kind/x" are not in GitCode's response`}},
		"labels added without a body": {[]string{"201 " + issue, `204 `}, []string{created, labeled}, []string{"may not have been added"}},
		"created without a body":      {[]string{"201 "}, []string{created}, []string{"do not create it again", `labels "bug", "kind/x" have not been added`}},
		"created with another body":   {[]string{`200 {"ok":true}`}, []string{created}, []string{"do not create it again", "have not been added"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: test.responses}
			change, err := newClient(t, s).CreateIssue(t.Context(), params)
			require.NoError(t, err)
			assert.Equal(t, test.requests, s.requests)
			require.Len(t, change.Warnings, len(test.warnings))
			for i, w := range test.warnings {
				assert.Contains(t, change.Warnings[i], w)
			}
		})
	}

	s := &service{responses: []string{`500 {"error_message":"boom"}`}}
	_, err := newClient(t, s).CreateIssue(t.Context(), params)
	require.Error(t, err)
	assert.Equal(t, []string{created}, s.requests, "a failed create is not sent again")

	s = &service{responses: []string{"200 <html>Please log in"}}
	_, err = newClient(t, s).CreateIssue(t.Context(), params)
	assert.Equal(t, rest.OutcomeUnknown, class(t, err), "HTML may come from something else than GitCode")

	s = &service{}
	_, err = newClient(t, s).CreateIssue(t.Context(), gitcode.CreateIssueParams{RepoRef: ref.RepoRef, Title: " \u3000\n"})
	require.ErrorContains(t, err, "blank")
	assert.Empty(t, s.requests)
}

func TestUpdateIssue(t *testing.T) {
	t.Parallel()
	state := gitcode.StateChange("closed")
	for name, test := range map[string]struct {
		params    gitcode.UpdateIssueParams
		responses []string
		requests  []string
		warnings  []string
	}{
		"close": {
			gitcode.UpdateIssueParams{State: &state},
			[]string{`200 {"id":70,"number":7,"state":"closed"}`},
			[]string{`PATCH /repos/o/issues/7 {"repo":"r","state":"close"}`}, nil,
		},
		"clear all": {
			gitcode.UpdateIssueParams{Body: new(""), Assignee: new(""), Milestone: new(gitcode.MilestoneNumber(0)), Labels: &gitcode.Labels{}},
			[]string{"200 " + issue, "204 "},
			[]string{`PATCH /repos/o/issues/7 {"assignee":"","body":"","milestone":"","repo":"r"}`, "DELETE /repos/o/r/issues/7/labels"}, nil,
		},
		"clear only the labels": {
			gitcode.UpdateIssueParams{Labels: &gitcode.Labels{}},
			[]string{"204 ", "200 " + issue},
			[]string{"DELETE /repos/o/r/issues/7/labels", "GET /repos/o/r/issues/7"}, nil,
		},
		"clearing labels fails after the rest": {
			gitcode.UpdateIssueParams{Title: new("x"), Labels: &gitcode.Labels{}},
			[]string{"200 " + issue, "500 "},
			[]string{`PATCH /repos/o/issues/7 {"repo":"r","title":"x"}`, "DELETE /repos/o/r/issues/7/labels"},
			[]string{"everything else was changed, but clearing the labels failed"},
		},
		"an empty response is read back": {
			gitcode.UpdateIssueParams{State: &state},
			[]string{"200 ", `200 {"id":70,"number":7,"state":"closed"}`},
			[]string{`PATCH /repos/o/issues/7 {"repo":"r","state":"close"}`, "GET /repos/o/r/issues/7"}, nil,
		},
		"reading back fails": {
			gitcode.UpdateIssueParams{State: &state},
			[]string{"200 ", "404 "},
			[]string{`PATCH /repos/o/issues/7 {"repo":"r","state":"close"}`, "GET /repos/o/r/issues/7"},
			[]string{"accepted the change, but reading the issue back failed"},
		},
		"everything is ignored": {
			gitcode.UpdateIssueParams{State: &state, Assignee: new("ann, Bob"), Milestone: new(gitcode.MilestoneNumber(3)), Labels: &gitcode.Labels{"bug", "x"}},
			[]string{`200 {"id":70,"number":7,"state":"open","assignee":{"login":"bob"},"labels":[{"name":"x"},{"name":"old"}]}`},
			[]string{`PATCH /repos/o/issues/7 {"assignee":"ann, Bob","labels":"bug,x","milestone":3,"repo":"r","state":"close"}`},
			[]string{"the state is open, not closed", `assignees "ann" were not set`, "milestone 3", `labels "bug" were not set`, `labels "old" are still set`},
		},
		"nothing is cleared": {
			gitcode.UpdateIssueParams{Assignee: new(""), Milestone: new(gitcode.MilestoneNumber(0))},
			[]string{`200 {"id":70,"number":7,"assignees":[{"login":"bob"}],"milestone":{"number":4}}`},
			[]string{`PATCH /repos/o/issues/7 {"assignee":"","milestone":"","repo":"r"}`},
			[]string{`assignees "bob" are still set`, "milestone 4 is still set"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.params.IssueRef = ref
			s := &service{responses: test.responses}
			change, err := newClient(t, s).UpdateIssue(t.Context(), test.params)
			require.NoError(t, err)
			assert.Equal(t, test.requests, s.requests)
			require.Len(t, change.Warnings, len(test.warnings), "%q", change.Warnings)
			for i, w := range test.warnings {
				assert.Contains(t, change.Warnings[i], w)
			}
		})
	}

	for name, params := range map[string]gitcode.UpdateIssueParams{
		"nothing to change": {IssueRef: ref},
		"blank title":       {IssueRef: ref, Title: new(" ")},
	} {
		s := &service{}
		_, err := newClient(t, s).UpdateIssue(t.Context(), params)
		assert.Equal(t, rest.Invalid, class(t, err), name)
		assert.Empty(t, s.requests, name)
	}
}

func TestUpdateCommentReadsBack(t *testing.T) {
	t.Parallel()
	params := gitcode.UpdateCommentParams{CommentRef: gitcode.CommentRef{RepoRef: ref.RepoRef, ID: 5}, Body: "new"}
	const patched, read = `PATCH /repos/o/r/issues/comments/5 {"body":"new"}`, "GET /repos/o/r/issues/comments/5"
	for name, test := range map[string]struct {
		responses, requests []string
		body                gitcode.Text
	}{
		"in the response":    {[]string{`200 {"id":5,"body":"new"}`}, []string{patched}, "new"},
		"read back":          {[]string{"204 ", `200 {"id":5,"body":"new"}`}, []string{patched, read}, "new"},
		"reading back fails": {[]string{"200 {}", "502 "}, []string{patched, read}, ""},
		"still the old body": {[]string{"200 null", `200 {"id":5,"body":"old"}`}, []string{patched, read}, "old"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: test.responses}
			comment, err := newClient(t, s).UpdateComment(t.Context(), params)
			require.NoError(t, err)
			assert.Equal(t, test.requests, s.requests)
			assert.Equal(t, test.body, comment.Body)
		})
	}
}
