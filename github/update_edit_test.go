package github_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/textedit"
)

// TestEditedBodies checks the requests of changes that depend on the present body.
func TestEditedBodies(t *testing.T) {
	t.Parallel()
	const (
		before = `200 {"id":70,"number":7,"repository_url":"https://github.test/api/v3/repos/O/r","state":"open","body":"one\r\ntwo"}`
		after  = `200 {"id":70,"number":7,"state":"open","body":"one\n2"}`
		closed = `200 {"id":70,"number":7,"state":"closed","body":"one\r\ntwo"}`
	)
	type params = github.UpdateIssueParams
	two := edits("two", "2")
	for name, test := range map[string]struct {
		params    params
		responses []string
		requests  []string
		diff      string
		unchanged bool
	}{
		"an edit":                      {params{Changes: two}, []string{before, before, after}, []string{readIssue, readIssue, patchIssue + `{"body":"one\r\n2"}`}, "@@ line 2\n-two\n+2", false},
		"append and prepend":           {params{Changes: textedit.Changes{Append: "c", Prepend: "a"}}, []string{before, before, `200 {"id":70,"number":7,"body":"a\r\none\r\ntwo\r\nc"}`}, []string{readIssue, readIssue, patchIssue + `{"body":"a\r\none\r\ntwo\r\nc"}`}, "@@ line 1\n+a\n@@ line 3\n+c", false},
		"append to an empty body":      {params{Changes: textedit.Changes{Append: "c"}}, []string{`200 {"id":70,"number":7,"body":null}`, `200 {"id":70,"number":7,"body":null}`, `200 {"id":70,"number":7,"body":"c"}`}, []string{readIssue, readIssue, patchIssue + `{"body":"c"}`}, "@@ line 1\n+c", false},
		"an edit that changes nothing": {params{Changes: edits("two", "two")}, []string{before}, []string{readIssue}, "", true},
		"such an edit, and the state":  {params{Changes: edits("two", "two"), State: new("closed")}, []string{before, closed}, []string{readIssue, patchIssue + `{"state":"closed"}`}, "", false},
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
	const before = `200 {"id":70,"number":7,"body":"one\ntwo"}`
	type params = github.UpdateIssueParams
	two := edits("two", "2")
	eleven := []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}
	const textMissing = "GET /repos/{owner}/{repo}/issues/{issue_number}: the response does not show the text that is to be changed"
	for name, test := range map[string]struct {
		params    params
		responses []string
		reads     int
		class     rest.Class
		err       string
	}{
		"nothing":               {params{}, nil, 0, rest.Invalid, "not sent: nothing to change; pass at least one of title, body, append, prepend, edits, state, milestone, labels, assignees, type"},
		"a blank title":         {params{Title: new(" ")}, nil, 0, rest.Invalid, "not sent: title must not be blank"},
		"body and edits":        {params{Body: new(""), Changes: two}, nil, 0, rest.Invalid, "not sent: body replaces the whole text; pass either body, or append, prepend and edits"},
		"a reason alone":        {params{StateReason: new("completed")}, nil, 0, rest.Invalid, "not sent: state_reason has an effect only if the state changes; pass state closed with it"},
		"reopened alone":        {params{StateReason: new("reopened")}, nil, 0, rest.Invalid, "not sent: state_reason has an effect only if the state changes; pass state open with it"},
		"open as completed":     {params{State: new("open"), StateReason: new("completed")}, nil, 0, rest.Invalid, "not sent: state_reason completed is a reason for state closed, not open"},
		"closed as reopened":    {params{State: new("closed"), StateReason: new("reopened")}, nil, 0, rest.Invalid, "not sent: state_reason reopened is a reason for state open, not closed"},
		"eleven assignees":      {params{Assignees: &eleven, Assignee: new("k")}, nil, 0, rest.Invalid, "not sent: an issue has at most 10 assignees, not 11"},
		"a blank assignee":      {params{Assignees: &[]string{"a", " "}}, nil, 0, rest.Invalid, "not sent: assignees must not contain a blank login"},
		"a blank label":         {params{Labels: &[]string{""}}, nil, 0, rest.Invalid, "not sent: labels must not contain a blank name"},
		"a number out of range": {params{Milestone: new("99999999999")}, nil, 0, rest.Invalid, "not sent: the milestone's number must be at least 1 and at most 2147483647"},
		"an unknown milestone":  {params{Milestone: new("v3")}, []string{`200 [{"number":1,"title":"v2"}]`}, 1, rest.Invalid, `not sent: there is no milestone "v3" in o/r; did you mean "v2"?`},
		"an unknown label":      {params{Labels: &[]string{"bug", "uii"}}, []string{before, `200 [{"name":"Bug"},{"name":"ui"}]`}, 2, rest.Invalid, `not sent: there is no label "uii" in o/r; did you mean "ui"? Pass create_labels=true to create it.`},
		"unknown labels":        {params{Labels: &[]string{"x1", "x2"}}, []string{before, `200 []`}, 2, rest.Invalid, `not sent: there is no label "x1" in o/r; it has none; there is no label "x2" in o/r; it has none. Pass create_labels=true to create them.`},
		"unreadable labels":     {params{Labels: &[]string{"bug"}}, []string{before, "403 "}, 2, rest.Forbidden, "GET /repos/{owner}/{repo}/labels returned 403 Forbidden"},
		"an unreadable issue":   {params{State: new("closed")}, []string{"404 "}, 1, rest.NotFound, "GET /repos/{owner}/{repo}/issues/{issue_number} returned 404 Not Found"},
		"old is not there":      {params{Changes: edits("three", "3")}, []string{before}, 1, rest.Invalid, "not sent: edits[0].old does not occur in the text; no line of it is similar"},
		"a concurrent edit":     {params{Changes: two}, []string{before, `200 {"id":70,"number":7,"body":"one\ntwo\n"}`}, 2, rest.Conflict, "not sent: somebody else changed the text at the same time; retry with the same arguments"},
		"no body":               {params{Changes: two}, []string{`200 {"id":70,"number":7}`}, 1, rest.MalformedResponse, textMissing},
		"an odd body":           {params{Changes: two}, []string{`200 {"id":70,"number":7,"body":["two"]}`}, 1, rest.MalformedResponse, textMissing},
		"a moved issue":         {params{Changes: two}, []string{"301 to /repositories/1/issues/9", `200 {"id":70,"number":9,"body":"two","repository_url":"https://github.test/repos/new/name"}`}, 2, rest.Moved, "GET /repos/{owner}/{repo}/issues/{issue_number}: the issue moved to new/name#9"},
		"a renamed repository":  {params{Changes: two}, []string{"301 to /repositories/1/issues/7", `200 {"id":70,"number":7,"body":"two","html_url":"https://github.test/o/name/issues/7"}`}, 2, rest.Moved, "GET /repos/{owner}/{repo}/issues/{issue_number}: the issue moved to o/name#7"},
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

// TestWritesFollowNoRedirect checks that a write to an issue that has moved is an
// error that names the new place, and that the issue is not written to.
func TestWritesFollowNoRedirect(t *testing.T) {
	t.Parallel()
	people := github.AssigneesParams{IssueRef: ref, Assignees: []string{"ann"}}
	for name, write := range map[string]func(c *github.Client) error{
		"PATCH": func(c *github.Client) error {
			_, err := c.UpdateIssue(t.Context(), &github.UpdateIssueParams{IssueRef: ref, State: new("closed")})
			return err
		},
		"PUT lock": func(c *github.Client) error {
			return c.LockIssue(t.Context(), &github.LockIssueParams{IssueRef: ref})
		},
		"DELETE lock": func(c *github.Client) error { return c.UnlockIssue(t.Context(), &ref) },
		"POST": func(c *github.Client) error {
			_, err := c.AddAssignees(t.Context(), &people)
			return err
		},
		"DELETE with a body": func(c *github.Client) error {
			_, err := c.RemoveAssignees(t.Context(), &people)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, status := range []string{"301", "307", "308"} {
				const found = `200 {"id":70,"number":9,"html_url":"https://github.test/new/name/issues/9"}`
				place := " to /repositories/1/issues/9"
				s := &service{responses: []string{`200 {"id":70,"number":7}`, status + place, "301" + place, found}}
				if strings.HasSuffix(name, "lock") { // then it is not read first
					s.responses = s.responses[1:]
				}
				err := write(newClient(t, s))
				assert.Equal(t, rest.Moved, rest.ErrorClass(err))
				assert.ErrorContains(t, err, "returned "+status+": the issue moved to new/name#9")
				require.Len(t, s.requests, len(s.responses))
				assert.Equal(t, []string{readIssue, "GET /repositories/1/issues/9"}, s.requests[len(s.requests)-2:])

				s.requests, s.responses[len(s.responses)-2] = nil, "404 "
				assert.ErrorContains(t, write(newClient(t, s)), "returned "+status+": moved to /repositories/1/issues/9")
				if strings.HasSuffix(name, "lock") {
					continue
				}
				s = &service{responses: []string{status + place, found}} // the usual case: it had moved before
				err = write(newClient(t, s))
				assert.Equal(t, rest.Moved, rest.ErrorClass(err))
				require.EqualError(t, err, "GET /repos/{owner}/{repo}/issues/{issue_number}: the issue moved to new/name#9")
				assert.Equal(t, []string{readIssue, "GET /repositories/1/issues/9"}, s.requests)
			}
		})
	}
}

// TestNewIssueInRenamedRepository checks that an issue is not created after a
// redirect, and that the error names the repository.
func TestNewIssueInRenamedRepository(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ repository, says string }{
		"found":   {`200 {"full_name":"new/name"}`, "returned 307: the repository moved to new/name"},
		"private": {"404 ", "returned 307: moved to /repositories/1/issues"},
		"odd":     {`200 {"full_name":"../x"}`, "returned 307: moved to /repositories/1/issues"},
		"empty":   {`200 {}`, "returned 307: moved to /repositories/1/issues"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{"307 to /repositories/1/issues", "301 to /repositories/1", test.repository}}
			_, err := newClient(t, s).CreateIssue(t.Context(), &github.CreateIssueParams{RepoRef: repo, Title: "t"})
			assert.Equal(t, rest.Moved, rest.ErrorClass(err))
			require.ErrorContains(t, err, test.says)
			assert.Equal(t, []string{`POST /repos/o/r/issues {"title":"t"}`, "GET /repos/o/r", "GET /repositories/1"}, s.requests)
		})
	}
}

// TestDryRuns checks that reads are sent, that the planned requests show what would
// be written, and that nothing is compared or read back.
func TestDryRuns(t *testing.T) {
	t.Parallel()
	const issue = `200 {"id":5,"number":7,"state":"open","body":"one\ntwo","labels":[{"name":"bug"},{"name":"ui"}],"assignees":[{"login":"ann"}]}`
	s := &service{responses: []string{issue, issue, `200 [{"name":"x"}]`, issue, `200 [{"number":3,"title":"v1"}]`, issue}}
	c := newClient(t, s)
	ctx, plan := c.WithDryRun(t.Context())
	changed, err := c.UpdateIssue(ctx, &github.UpdateIssueParams{IssueRef: ref, Changes: edits("two", "2"), Labels: &[]string{"ui", "x"}, Assignee: new("bob")})
	require.NoError(t, err)
	assert.Equal(t, &github.IssueChange{Diff: "@@ line 2\n-two\n+2", PreviousLabels: []string{"bug", "ui"}, PreviousAssignees: []string{"ann"}}, changed)
	assert.True(t, changed.HasPreview())
	changed, err = c.UpdateIssue(ctx, &github.UpdateIssueParams{IssueRef: ref, State: new("closed"), Labels: &[]string{"ui", "bug"}})
	require.NoError(t, err)
	assert.Equal(t, &github.IssueChange{}, changed, "nothing is replaced")
	assert.False(t, changed.HasPreview())
	assert.True(t, (&github.IssueChange{PreviousLabels: []string{"bug"}}).HasPreview())
	assert.True(t, (&github.IssueChange{PreviousAssignees: []string{"ann"}}).HasPreview())
	changed, err = c.CreateIssue(ctx, &github.CreateIssueParams{RepoRef: repo, Title: "t", Milestone: "v1"})
	require.NoError(t, err)
	assert.Nil(t, changed)
	assert.False(t, changed.HasPreview())
	changed, err = c.RemoveAssignees(ctx, &github.AssigneesParams{IssueRef: ref, Assignees: []string{"ann"}})
	require.NoError(t, err)
	assert.Nil(t, changed)
	changed, err = c.UpdateIssue(ctx, &github.UpdateIssueParams{IssueRef: ref, State: new("open")})
	require.NoError(t, err)
	assert.True(t, changed.Unchanged)
	assert.True(t, changed.HasPreview())
	require.NoError(t, c.LockIssue(ctx, &github.LockIssueParams{IssueRef: ref}))
	assert.Equal(t, []string{readIssue, readIssue, readLabels, readIssue, "GET /repos/o/r/milestones?direction=desc&per_page=100&state=all", readIssue, readIssue}, s.requests)
	assert.Equal(t, []rest.PlannedRequest{
		{Method: "PATCH", Path: "/repos/o/r/issues/7", Body: `{"body":"one\n2","labels":["ui","x"],"assignees":["bob"]}`},
		{Method: "PATCH", Path: "/repos/o/r/issues/7", Body: `{"state":"closed","labels":["ui","bug"]}`},
		{Method: "POST", Path: "/repos/o/r/issues", Body: `{"title":"t","milestone":3}`},
		{Method: "DELETE", Path: "/repos/o/r/issues/7/assignees", Body: `{"assignees":["ann"]}`},
		{Method: "PUT", Path: "/repos/o/r/issues/7/lock"},
	}, plan.Requests())

	s = &service{responses: []string{"404 "}}
	c = newClient(t, s)
	ctx, _ = c.WithDryRun(t.Context())
	_, err = c.UpdateIssue(ctx, &github.UpdateIssueParams{IssueRef: ref, State: new("closed")})
	assert.Equal(t, rest.NotFound, rest.ErrorClass(err))
	_, err = c.AddAssignees(ctx, &github.AssigneesParams{IssueRef: ref, Assignees: []string{"ann"}})
	assert.Equal(t, rest.NotFound, rest.ErrorClass(err))
}
