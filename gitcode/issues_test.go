package gitcode_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
)

func TestCreateIssue(t *testing.T) {
	t.Parallel()
	params := gitcode.CreateIssueParams{RepoRef: ref.RepoRef, Title: "t", Labels: gitcode.Labels{"bug", "kind/x"}}
	const created = `POST /repos/o/issues {"body":"","repo":"r","title":"t"}`
	const labelled = `POST /repos/o/r/issues/7/labels ["bug","kind/x"]`
	for name, test := range map[string]struct {
		answers  []string
		requests []string
		warnings []string // parts of them
	}{
		"all well":                    {[]string{"201 " + issue, `201 [{"name":"bug"},{"name":"kind/x"}]`}, []string{created, labelled}, nil},
		"labels refused":              {[]string{"201 " + issue, `403 {"error_message":"no scopes:write"}`}, []string{created, labelled}, []string{`labels "bug", "kind/x" are missing, adding them failed: POST /repos/{owner}/{repo}/issues/{number}/labels answered 403: no scopes:write`}},
		"a label dropped":             {[]string{"201 " + issue, `201 [{"name":"BUG"}]`}, []string{created, labelled}, []string{`labels "kind/x" are not in GitCode's answer`}},
		"all labels dropped":          {[]string{"201 " + issue, `201 []`}, []string{created, labelled}, []string{`labels "bug", "kind/x" are not in GitCode's answer`}},
		"labels added without a body": {[]string{"201 " + issue, `204 `}, []string{created, labelled}, []string{"may not have been added"}},
		"created without a body":      {[]string{"201 "}, []string{created}, []string{"do not create it again", `labels "bug", "kind/x" are not added yet`}},
		"created with another body":   {[]string{`200 {"ok":true}`}, []string{created}, []string{"do not create it again", "are not added yet"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{answers: test.answers}
			change, err := newClient(t, s).CreateIssue(t.Context(), params)
			require.NoError(t, err)
			assert.Equal(t, test.requests, s.requests)
			require.Len(t, change.Warnings, len(test.warnings))
			for i, w := range test.warnings {
				assert.Contains(t, change.Warnings[i], w)
			}
		})
	}

	s := &service{answers: []string{`500 {"error_message":"boom"}`}}
	_, err := newClient(t, s).CreateIssue(t.Context(), params)
	require.Error(t, err)
	assert.Equal(t, []string{created}, s.requests, "a create that failed is not sent again")

	s = &service{answers: []string{"200 <html>Please log in"}}
	_, err = newClient(t, s).CreateIssue(t.Context(), params)
	assert.Equal(t, gitcode.OutcomeUnknown, class(t, err), "who answers a write with HTML may not be GitCode")

	s = &service{}
	_, err = newClient(t, s).CreateIssue(t.Context(), gitcode.CreateIssueParams{RepoRef: ref.RepoRef, Title: " \u3000\n"})
	require.ErrorContains(t, err, "blank")
	assert.Empty(t, s.requests)
}

func TestUpdateIssue(t *testing.T) {
	t.Parallel()
	state := gitcode.StateChange("closed")
	for name, test := range map[string]struct {
		params   gitcode.UpdateIssueParams
		answers  []string
		requests []string
		warnings []string
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
		"clear labels alone": {
			gitcode.UpdateIssueParams{Labels: &gitcode.Labels{}},
			[]string{"204 ", "200 " + issue},
			[]string{"DELETE /repos/o/r/issues/7/labels", "GET /repos/o/r/issues/7"}, nil,
		},
		"clearing labels fails after the rest": {
			gitcode.UpdateIssueParams{Title: new("x"), Labels: &gitcode.Labels{}},
			[]string{"200 " + issue, "500 "},
			[]string{`PATCH /repos/o/issues/7 {"repo":"r","title":"x"}`, "DELETE /repos/o/r/issues/7/labels"},
			[]string{"everything else is changed, but the labels are not cleared"},
		},
		"an empty answer is read back": {
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
		"all dropped": {
			gitcode.UpdateIssueParams{State: &state, Assignee: new("ann, Bob"), Milestone: new(gitcode.MilestoneNumber(3)), Labels: &gitcode.Labels{"bug", "x"}},
			[]string{`200 {"id":70,"number":7,"state":"open","assignee":{"login":"bob"},"labels":[{"name":"x"},{"name":"old"}]}`},
			[]string{`PATCH /repos/o/issues/7 {"assignee":"ann, Bob","labels":"bug,x","milestone":3,"repo":"r","state":"close"}`},
			[]string{"the state is open and not closed", `assignees "ann" were not set`, "milestone 3", `labels "bug" were not set`, `labels "old" are still there`},
		},
		"nothing cleared": {
			gitcode.UpdateIssueParams{Assignee: new(""), Milestone: new(gitcode.MilestoneNumber(0))},
			[]string{`200 {"id":70,"number":7,"assignees":[{"login":"bob"}],"milestone":{"number":4}}`},
			[]string{`PATCH /repos/o/issues/7 {"assignee":"","milestone":"","repo":"r"}`},
			[]string{`assignees "bob" are still there`, "milestone 4 is still there"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.params.IssueRef = ref
			s := &service{answers: test.answers}
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
		assert.Equal(t, gitcode.Invalid, class(t, err), name)
		assert.Empty(t, s.requests, name)
	}
}

func TestUpdateCommentReadsBack(t *testing.T) {
	t.Parallel()
	params := gitcode.UpdateCommentParams{CommentRef: gitcode.CommentRef{RepoRef: ref.RepoRef, ID: 5}, Body: "new"}
	const patched, read = `PATCH /repos/o/r/issues/comments/5 {"body":"new"}`, "GET /repos/o/r/issues/comments/5"
	for name, test := range map[string]struct {
		answers, requests []string
		body              gitcode.Text
	}{
		"answered":           {[]string{`200 {"id":5,"body":"new"}`}, []string{patched}, "new"},
		"read back":          {[]string{"204 ", `200 {"id":5,"body":"new"}`}, []string{patched, read}, "new"},
		"not to be read":     {[]string{"200 {}", "502 "}, []string{patched, read}, ""},
		"another was edited": {[]string{"200 null", `200 {"id":5,"body":"old"}`}, []string{patched, read}, "old"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{answers: test.answers}
			comment, err := newClient(t, s).UpdateComment(t.Context(), params)
			require.NoError(t, err)
			assert.Equal(t, test.requests, s.requests)
			assert.Equal(t, test.body, comment.Body)
		})
	}
}
