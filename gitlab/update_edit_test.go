package gitlab_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/textedit"
)

// TestEditedDescriptions checks the requests of changes that depend on the present
// description.
func TestEditedDescriptions(t *testing.T) {
	t.Parallel()
	const (
		before = `200 {"id":70,"iid":7,"state":"opened","description":"one\r\ntwo"}`
		after  = `200 {"id":70,"iid":7,"state":"opened","description":"one\n2"}`
		closed = `200 {"id":70,"iid":7,"state":"closed","description":"one\r\ntwo"}`
		none   = `200 {"id":70,"iid":7,"description":null}`
	)
	type params = gitlab.UpdateIssueParams
	two := edits("two", "2")
	for name, test := range map[string]struct {
		params    params
		responses []string
		requests  []string
		diff      string
		unchanged bool
	}{
		"an edit":                        {params{Changes: two}, []string{before, before, after}, []string{readIssue, readIssue, putIssue + `{"description":"one\r\n2"}`}, "@@ line 2\n-two\n+2", false},
		"append and prepend":             {params{Changes: textedit.Changes{Append: "c", Prepend: "a"}}, []string{before, before, `200 {"id":70,"iid":7,"description":"a\r\none\r\ntwo\r\nc"}`}, []string{readIssue, readIssue, putIssue + `{"description":"a\r\none\r\ntwo\r\nc"}`}, "@@ line 1\n+a\n@@ line 3\n+c", false},
		"append to an empty description": {params{Changes: textedit.Changes{Append: "c"}}, []string{none, none, `200 {"id":70,"iid":7,"description":"c"}`}, []string{readIssue, readIssue, putIssue + `{"description":"c"}`}, "@@ line 1\n+c", false},
		"an edit that changes nothing":   {params{Changes: edits("two", "two")}, []string{before}, []string{readIssue}, "", true},
		"such an edit, and the state":    {params{Changes: edits("two", "two"), State: new("closed")}, []string{before, closed}, []string{readIssue, putIssue + `{"state_event":"close"}`}, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.params.IssueRef = ref
			s := &service{responses: test.responses}
			got, err := newClient(t, s).UpdateIssue(t.Context(), &test.params)
			change{}.check(t, got, err)
			assert.Equal(t, test.requests, s.requests)
			assert.Equal(t, test.diff, got.Diff)
			assert.Equal(t, test.unchanged, got.Unchanged)
			assert.Equal(t, "70", got.Issue.Identity())
		})
	}
}

// TestRejectedUpdates checks that nothing is written if a change is wrong, or cannot
// be made safely.
func TestRejectedUpdates(t *testing.T) {
	t.Parallel()
	const before = `200 {"id":70,"iid":7,"description":"one\ntwo"}`
	type params = gitlab.UpdateIssueParams
	two := edits("two", "2")
	const textMissing = "GET /projects/{id}/issues/{issue_iid}: the response does not show the text that is to be changed"
	for name, test := range map[string]struct {
		params    params
		responses []string
		reads     int
		class     rest.Class
		err       string
	}{
		"nothing":                      {params{}, nil, 0, rest.Invalid, "not sent: nothing to change; pass at least one of title, description, append, prepend, edits, state, labels, add_labels, remove_labels, assignee_ids, milestone_id, due_date, weight, epic_id, issue_type, confidential, discussion_locked"},
		"only a time":                  {params{UpdatedAt: "2026-01-01T00:00:00Z"}, nil, 0, rest.Invalid, "not sent: nothing to change; pass at least one of title, description, append, prepend, edits, state, labels, add_labels, remove_labels, assignee_ids, milestone_id, due_date, weight, epic_id, issue_type, confidential, discussion_locked"},
		"a blank title":                {params{Title: new(" ")}, nil, 0, rest.Invalid, "not sent: title must not be blank"},
		"description and edits":        {params{Description: new(""), Changes: two}, nil, 0, rest.Invalid, "not sent: description replaces the whole text; pass either description, or append, prepend and edits"},
		"labels and labels to add":     {params{Labels: &[]string{"a"}, AddLabels: []string{"b"}}, nil, 0, rest.Invalid, "not sent: labels replaces all labels; pass either labels, or add_labels and remove_labels"},
		"labels and labels to remove":  {params{Labels: &[]string{}, RemoveLabels: []string{"b"}}, nil, 0, rest.Invalid, "not sent: labels replaces all labels; pass either labels, or add_labels and remove_labels"},
		"a label to add and to remove": {params{AddLabels: []string{"a", "b"}, RemoveLabels: []string{"c", " b"}}, nil, 0, rest.Invalid, `not sent: add_labels and remove_labels must not both contain "b"`},
		"a blank label":                {params{AddLabels: []string{""}, RemoveLabels: []string{"a"}}, nil, 0, rest.Invalid, "not sent: labels must not contain a blank name"},
		"a label with a comma":         {params{RemoveLabels: []string{"a, b"}}, nil, 0, rest.Invalid, `not sent: no label contains a comma; pass "a, b" as several`},
		"a blank assignee":             {params{AssigneeIDs: &[]string{"ann", " "}}, nil, 0, rest.Invalid, `not sent: assignee_ids must contain numbers from 1 on, or usernames, not ""`},
		"an odd weight":                {params{Weight: new("heavy")}, nil, 0, rest.Invalid, `not sent: weight must be a number from 0 on, or "" to clear it, not "heavy"`},
		"a negative weight":            {params{Weight: new("-1")}, nil, 0, rest.Invalid, `not sent: weight must be a number from 0 on, or "" to clear it, not "-1"`},
		"a date and a time":            {params{DueDate: new("2026-03-11T00:00:00Z")}, nil, 0, rest.Invalid, `not sent: due_date must be a date such as 2026-03-11, not "2026-03-11T00:00:00Z"`},
		"an unknown user":              {params{AssigneeIDs: &[]string{"ann"}}, []string{"200 []"}, 1, rest.Invalid, `not sent: there is no user with the username "ann" that the token's owner can see`},
		"old is not there":             {params{Changes: edits("three", "3")}, []string{before}, 1, rest.Invalid, "not sent: edits[0].old does not occur in the text; no line of it is similar"},
		"a concurrent edit":            {params{Changes: two}, []string{before, `200 {"id":70,"iid":7,"description":"one\ntwo\n"}`}, 2, rest.Conflict, "not sent: somebody else changed the text at the same time; retry with the same arguments"},
		"no description":               {params{Changes: two}, []string{`200 {"id":70,"iid":7}`}, 1, rest.MalformedResponse, textMissing},
		"an odd description":           {params{Changes: two}, []string{`200 {"id":70,"iid":7,"description":["two"]}`}, 1, rest.MalformedResponse, textMissing},
		"half a character":             {params{Changes: two}, []string{`200 {"id":70,"iid":7,"description":"two \ud83d"}`}, 1, rest.Invalid, "not sent: the text contains characters that are not valid Unicode, which an edit would lose; to replace the whole text, pass description"},
		"another issue":                {params{Changes: two}, []string{`200 {"id":71,"iid":8,"description":"two"}`}, 1, rest.MalformedResponse, "GET /projects/{id}/issues/{issue_iid}: the response is not the issue that was requested"},
		"no issue":                     {params{Labels: &[]string{}}, []string{`404 {"message":"404 Issue Not Found"}`}, 1, rest.NotFound, "GET /projects/{id}/issues/{issue_iid} returned 404: Issue Not Found"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.params.IssueRef = ref
			s := &service{responses: test.responses}
			_, err := newClient(t, s).UpdateIssue(t.Context(), &test.params)
			require.EqualError(t, err, test.err)
			assert.Equal(t, test.class, rest.ErrorClass(err))
			assert.Len(t, s.requests, test.reads)
			for _, request := range s.requests {
				assert.Contains(t, request, "GET ")
			}
		})
	}
}

// TestDryRunsOfIssues checks that reads are sent, that the planned requests show what would
// be written, and that nothing is compared or read back.
func TestDryRunsOfIssues(t *testing.T) {
	t.Parallel()
	s := &service{responses: []string{`200 [{"id":1,"username":"ann"}]`, `200 {"id":5,"iid":7,"description":"one\ntwo"}`, `200 {"id":5,"iid":7,"description":"one\ntwo"}`, `200 [{"id":17,"title":"v1"}]`}}
	c := newClient(t, s)
	ctx, plan := c.WithDryRun(t.Context())
	changed, err := c.UpdateIssue(ctx, &gitlab.UpdateIssueParams{IssueRef: ref, Changes: edits("two", "2"), AssigneeIDs: &[]string{"ann"}})
	require.NoError(t, err)
	assert.Equal(t, &gitlab.IssueChange{Diff: "@@ line 2\n-two\n+2"}, changed)
	assert.True(t, changed.HasPreview())
	changed, err = c.CreateIssue(ctx, &gitlab.CreateIssueParams{ProjectRef: project, Title: "t", MilestoneID: "v1"})
	require.NoError(t, err)
	assert.Nil(t, changed)
	assert.False(t, changed.HasPreview())
	assert.Equal(t, []string{"GET /users?username=ann", readIssue, readIssue, "GET /projects/g%2Fs%2Fp/milestones?include_parent_milestones=true&per_page=100&title=v1"}, s.requests)
	assert.Equal(t, []rest.PlannedRequest{
		{Method: "PUT", Path: "/projects/g%2Fs%2Fp/issues/7", Body: `{"description":"one\n2","assignee_ids":[1]}`},
		{Method: "POST", Path: "/projects/g%2Fs%2Fp/issues", Body: `{"title":"t","milestone_id":17}`},
	}, plan.Requests())
}
