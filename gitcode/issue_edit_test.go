package gitcode_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/textedit"
)

func edits(old, new string) textedit.Changes {
	return textedit.Changes{Edits: []textedit.Edit{{Old: old, New: new}}}
}

// TestUpdateIssueInOneCall checks the requests of changes that depend on the
// issue as it is, and of those with a comment.
func TestUpdateIssueInOneCall(t *testing.T) {
	t.Parallel()
	const (
		head     = `200 {"id":70,"number":"7","title":"t","labels":[],`
		people   = `"assignees":[{"login":"ann"},{"login":"Bob"}],`
		before   = head + people + `"state":"open","body":"one\r\ntwo"}`
		edited   = head + people + `"state":"open","body":"one\r\n2"}`
		closed   = head + people + `"state":"closed","body":"one\r\ntwo"}`
		newBody  = `PATCH /repos/o/issues/7 {"body":"one\r\n2","repo":"r"}`
		closeIt  = `PATCH /repos/o/issues/7 {"repo":"r","state":"close"}`
		posted   = `201 {"id":5,"body":"c"}`
		postIt   = `POST /repos/o/r/issues/7/comments {"body":"c"}`
		withEve  = head + `"assignees":[{"login":"ann"},{"login":"Bob"},{"login":"eve"}],"state":"open","body":"one\r\ntwo"}`
		onlyAnn  = head + `"assignees":[{"login":"ann"}],"state":"open","body":"one\r\ntwo"}`
		noPeople = head + `"assignees":[],"state":"open","body":"one\r\ntwo"}`
	)
	two, toClosed := edits("two", "2"), new(gitcode.StateChange("closed"))
	type params = gitcode.UpdateIssueParams
	for name, test := range map[string]struct {
		params    params
		responses []string
		requests  []string
		diff      string
		comment   int  // id
		unchanged bool // no change was sent
	}{
		"an edit":                       {params{Changes: two}, []string{before, before, "204 ", edited}, []string{readIssue, readIssue, newBody, readIssue}, "@@ line 2\n-two\n+2", 0, false},
		"append and prepend":            {params{Changes: textedit.Changes{Append: "c", Prepend: "a"}}, []string{before, before, "204 ", head + people + `"state":"open","body":"a\r\none\r\ntwo\r\nc"}`}, []string{readIssue, readIssue, `PATCH /repos/o/issues/7 {"body":"a\r\none\r\ntwo\r\nc","repo":"r"}`, readIssue}, "@@ line 1\n+a\n@@ line 3\n+c", 0, false},
		"append to an empty body":       {params{Changes: textedit.Changes{Append: "c"}}, []string{head + `"body":null}`, head + `"body":""}`, "204 ", head + `"body":"c"}`}, []string{readIssue, readIssue, `PATCH /repos/o/issues/7 {"body":"c","repo":"r"}`, readIssue}, "@@ line 1\n+c", 0, false},
		"an edit that changes nothing":  {params{Changes: edits("two", "two")}, []string{before}, []string{readIssue}, "", 0, true},
		"such an edit, and the state":   {params{Changes: edits("two", "two"), State: toClosed}, []string{before, "204 ", closed}, []string{readIssue, closeIt, readIssue}, "", 0, false},
		"the second read is the before": {params{Changes: two, AddAssignees: []string{"eve"}}, []string{noPeople, before, "204 ", head + `"assignees":[{"login":"ann"},{"login":"Bob"},{"login":"eve"}],"state":"open","body":"one\r\n2"}`}, []string{readIssue, readIssue, `PATCH /repos/o/issues/7 {"assignee":"ann,Bob,eve","body":"one\r\n2","repo":"r"}`, readIssue}, "@@ line 2\n-two\n+2", 0, false},

		"add someone":                      {params{AddAssignees: []string{"bob", "eve", "Eve"}}, []string{before, "204 ", withEve}, []string{readIssue, `PATCH /repos/o/issues/7 {"assignee":"ann,Bob,eve","repo":"r"}`, readIssue}, "", 0, false},
		"remove someone":                   {params{RemoveAssignees: []string{"bob", "nobody"}}, []string{before, "204 ", onlyAnn}, []string{readIssue, `PATCH /repos/o/issues/7 {"assignee":"ann","repo":"r"}`, readIssue}, "", 0, false},
		"remove everybody":                 {params{RemoveAssignees: []string{"bob,ann"}}, []string{before, "204 ", noPeople}, []string{readIssue, `PATCH /repos/o/issues/7 {"assignee":"","repo":"r"}`, readIssue}, "", 0, false},
		"those already there":              {params{AddAssignees: []string{"bob"}, RemoveAssignees: []string{"nobody"}}, []string{before}, []string{readIssue}, "", 0, true},
		"those already there, and a state": {params{AddAssignees: []string{"bob"}, State: toClosed}, []string{before, "204 ", closed}, []string{readIssue, closeIt, readIssue}, "", 0, false},

		"close with a comment":                {params{State: toClosed, Comment: "c"}, []string{before, "204 ", closed, posted}, []string{readIssue, closeIt, readIssue, postIt}, "", 5, false},
		"only a comment":                      {params{Comment: "c"}, []string{posted}, []string{postIt}, "", 5, false},
		"a comment on an unchanged issue":     {params{AddAssignees: []string{"ann"}, Comment: "c"}, []string{before, posted}, []string{readIssue, postIt}, "", 5, true},
		"a comment although a read failed":    {params{State: toClosed, Comment: "c"}, []string{before, "204 ", "404 ", posted}, []string{readIssue, closeIt, readIssue, postIt}, "", 5, false},
		"a comment although something is odd": {params{State: toClosed, Comment: "c"}, []string{before, "204 ", head + `"assignees":[],"state":"closed","body":"one\r\ntwo"}`, posted}, []string{readIssue, closeIt, readIssue, postIt}, "", 5, false},

		"a milestone as a number": {params{Milestone: new(" 40004 ")}, []string{before, "204 ", before}, []string{readIssue, `PATCH /repos/o/issues/7 {"milestone":40004,"repo":"r"}`, readIssue}, "", 0, false},
		"no milestone":            {params{Milestone: new("")}, []string{before, "204 ", before}, []string{readIssue, `PATCH /repos/o/issues/7 {"milestone":"","repo":"r"}`, readIssue}, "", 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.params.IssueRef = ref
			s := &service{responses: test.responses}
			change, err := newClient(t, s).UpdateIssue(t.Context(), &test.params)
			require.NoError(t, err)
			assert.Equal(t, test.requests, s.requests)
			assert.Equal(t, test.diff, change.Diff)
			assert.Equal(t, test.unchanged, change.Unchanged)
			require.NoError(t, change.CommentErr)
			if test.comment == 0 {
				assert.Nil(t, change.Comment)
			} else {
				require.NotNil(t, change.Comment)
				assert.EqualValues(t, test.comment, change.Comment.ID)
			}
			if test.unchanged {
				assert.Equal(t, []string{"ann", "Bob"}, change.Assignees)
				assert.Empty(t, change.Deviations)
			}
		})
	}
}

// TestCommentIsWithheld checks that nothing is posted if the change did not fully
// happen, and that a comment that fails does not hide the change.
func TestCommentIsWithheld(t *testing.T) {
	t.Parallel()
	const before, closed = `200 {"number":7,"state":"open","labels":[{"name":"a"}]}`, `200 {"number":7,"state":"closed","labels":[]}`
	params := gitcode.UpdateIssueParams{IssueRef: ref, State: new(gitcode.StateChange("closed")), Labels: &gitcode.Labels{}, Comment: "c"}
	for name, test := range map[string]struct {
		responses []string // to the PATCH, the removal of labels, the read and the comment
		requests  int
		err       rest.Class // of the call
		comment   string     // the error of the comment
	}{
		"the PATCH fails":          {[]string{"403 "}, 2, rest.Forbidden, ""},
		"the state is ignored":     {[]string{"204 ", "204 ", before}, 4, "", "not sent: the change before it did not fully happen"},
		"the labels are kept":      {[]string{"204 ", "403 ", `200 {"number":7,"state":"closed","labels":[{"name":"a"}]}`}, 4, "", "not sent: the change before it did not fully happen"},
		"the labels may be kept":   {[]string{"204 ", "502 ", "404 "}, 4, "", "not sent: the change before it did not fully happen"},
		"the comment is refused":   {[]string{"204 ", "204 ", closed, "403 "}, 5, "", "POST /repos/{owner}/{repo}/issues/{number}/comments returned 403 Forbidden"},
		"the comment may be there": {[]string{"204 ", "204 ", closed, "502 "}, 5, "", "POST /repos/{owner}/{repo}/issues/{number}/comments returned 502 Bad Gateway"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: append([]string{before}, test.responses...)}
			change, err := newClient(t, s).UpdateIssue(t.Context(), &params)
			assert.Len(t, s.requests, test.requests)
			if test.err != "" {
				require.Error(t, err)
				assert.Equal(t, test.err, class(t, err))
				return
			}
			require.NoError(t, err)
			assert.Nil(t, change.Comment)
			assert.EqualError(t, change.CommentErr, test.comment)
		})
	}
}

// TestRejectedChanges checks that nothing is written if a change is wrong, or
// cannot be made safely.
func TestRejectedChanges(t *testing.T) {
	t.Parallel()
	const before = `200 {"number":7,"body":"one\ntwo","assignees":[]}`
	type params = gitcode.UpdateIssueParams
	two := edits("two", "2")
	for name, test := range map[string]struct {
		params    params
		responses []string
		reads     int
		class     rest.Class
		err       string
	}{
		"nothing":            {params{CreateLabels: true}, nil, 0, rest.Invalid, "not sent: nothing to change; pass at least one of title, body, append, prepend, edits, state, assignee, add_assignees, remove_assignees, milestone, labels, security_hole, status, issue_type, issue_severity, custom_fields, comment"},
		"a blank comment":    {params{Comment: " \n"}, nil, 0, rest.Invalid, "not sent: comment must not be blank"},
		"body and edits":     {params{Body: new(""), Changes: two}, nil, 0, rest.Invalid, "not sent: body replaces the whole text; pass either body, or append, prepend and edits"},
		"assignee and add":   {params{Assignee: new(""), AddAssignees: []string{"ann"}}, nil, 0, rest.Invalid, "not sent: assignee replaces all assignees; pass either assignee, or add_assignees and remove_assignees"},
		"add and remove":     {params{AddAssignees: []string{"eve", "ann"}, RemoveAssignees: []string{"Ann"}}, nil, 0, rest.Invalid, `not sent: add_assignees and remove_assignees both contain "ann"`},
		"old is not there":   {params{Changes: edits("three", "3")}, []string{before}, 1, rest.Invalid, `not sent: edits[0].old does not occur in the text; no line of it is similar`},
		"a concurrent edit":  {params{Changes: two}, []string{before, `200 {"number":7,"body":"one\ntwo\n","assignees":[]}`}, 2, rest.Conflict, "not sent: somebody else changed the text at the same time; retry with the same arguments"},
		"no body":            {params{Changes: textedit.Changes{Append: "x"}}, []string{`200 {"number":7}`}, 1, rest.MalformedResponse, "GET /repos/{owner}/{repo}/issues/{number}: the response does not show the text that is to be changed"},
		"an odd body":        {params{Changes: textedit.Changes{Append: "x"}}, []string{`200 {"number":7,"body":{"text":"x"}}`}, 1, rest.MalformedResponse, "GET /repos/{owner}/{repo}/issues/{number}: the response does not show the text that is to be changed"},
		"a body not Unicode": {params{Changes: two}, []string{`200 {"number":7,"body":"two \ud800 \ufffd"}`}, 1, rest.Invalid, "not sent: the text contains characters that are not valid Unicode, which an edit would lose; to replace the whole text, pass body"},
		"an escaped escape":  {params{Changes: two}, []string{`200 {"number":7,"body":"two \\ufffd \ud800"}`}, 1, rest.Invalid, "not sent: the text contains characters that are not valid Unicode, which an edit would lose; to replace the whole text, pass body"},
		"a body not UTF-8":   {params{Changes: two}, []string{"200 {\"number\":7,\"body\":\"two \xff\"}"}, 1, rest.Invalid, "not sent: the text contains characters that are not valid Unicode, which an edit would lose; to replace the whole text, pass body"},
		"another issue":      {params{Changes: two}, []string{`200 {"number":8,"body":"two"}`}, 1, rest.MalformedResponse, "GET /repos/{owner}/{repo}/issues/{number}: the response does not show the text that is to be changed"},
		"then another issue": {params{Changes: two}, []string{before, `200 {"number":8,"body":"one\ntwo"}`}, 2, rest.MalformedResponse, "GET /repos/{owner}/{repo}/issues/{number}: the response does not show the text that is to be changed"},
		"unknown assignees":  {params{AddAssignees: []string{"ann"}}, []string{`200 {"number":7,"body":"x"}`}, 1, rest.MalformedResponse, "GET /repos/{owner}/{repo}/issues/{number}: the response does not show who is assigned"},
		"odd assignees":      {params{AddAssignees: []string{"ann"}}, []string{`200 {"number":7,"assignee":{"login":"eve"},"assignees":true}`}, 1, rest.MalformedResponse, "GET /repos/{owner}/{repo}/issues/{number}: the response does not show who is assigned"},
		"an odd assignee":    {params{AddAssignees: []string{"ann"}}, []string{`200 {"number":7,"assignees":[{"login":"eve"},{"id":1}]}`}, 1, rest.MalformedResponse, "GET /repos/{owner}/{repo}/issues/{number}: the response does not show who is assigned"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.params.IssueRef = ref
			s := &service{responses: test.responses}
			_, err := newClient(t, s).UpdateIssue(t.Context(), &test.params)
			require.Error(t, err)
			assert.Equal(t, test.class, class(t, err))
			assert.EqualError(t, err, test.err)
			assert.Len(t, s.requests, test.reads)
			for _, request := range s.requests {
				assert.Equal(t, readIssue, request)
			}
		})
	}
}

// TestReplacementCharactersAreText checks that a text which contains U+FFFD can
// be edited: only what decoding converts to it is lost.
func TestReplacementCharactersAreText(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"\ufffd \\uFFFD two":      "\ufffd \ufffd 2",
		"\ufffd " + `\\ufffd two`: "\ufffd " + `\\ufffd 2`, // a backslash and letters
		`\\\ufffd \"\\uFFFD two`:  `\\` + "\ufffd" + ` \"\\uFFFD 2`,
	} {
		s := &service{responses: []string{`200 {"number":7,"body":"` + body + `"}`}}
		_, err := newClient(t, s).UpdateIssue(t.Context(), &gitcode.UpdateIssueParams{IssueRef: ref, Changes: edits("two", "2")})
		require.NoError(t, err)
		assert.Contains(t, s.requests, `PATCH /repos/o/issues/7 {"body":"`+want+`","repo":"r"}`)
	}
}

func TestEditedComments(t *testing.T) {
	t.Parallel()
	const read, before = "GET /repos/o/r/issues/comments/5", `200 {"id":5,"body":"one\r\ntwo  "}`
	two := edits("two", "2")
	for name, test := range map[string]struct {
		params    gitcode.UpdateCommentParams
		responses []string
		requests  []string
		diff      string
		unchanged bool
		err       string
	}{
		"an edit":         {gitcode.UpdateCommentParams{Changes: two}, []string{before, before, `200 {"id":5,"body":"one\r\n2  "}`}, []string{read, read, `PATCH /repos/o/r/issues/comments/5 {"body":"one\r\n2  "}`}, "@@ line 2\n-two  \n+2  ", false, ""},
		"append":          {gitcode.UpdateCommentParams{Changes: textedit.Changes{Append: "3"}}, []string{before, before, "204 ", `200 {"id":5,"body":"one\r\ntwo  \r\n3"}`}, []string{read, read, `PATCH /repos/o/r/issues/comments/5 {"body":"one\r\ntwo  \r\n3"}`, read}, "@@ line 3\n+3", false, ""},
		"no change":       {gitcode.UpdateCommentParams{Changes: edits("two", "two")}, []string{before}, []string{read}, "", true, ""},
		"nothing":         {gitcode.UpdateCommentParams{}, nil, nil, "", false, "not sent: nothing to change; pass body, append, prepend or edits"},
		"body and edits":  {gitcode.UpdateCommentParams{Body: "x", Changes: two}, nil, nil, "", false, "not sent: body replaces the whole text; pass either body, or append, prepend and edits"},
		"nothing is left": {gitcode.UpdateCommentParams{Changes: edits("one\ntwo", "")}, []string{before}, []string{read, read}, "", false, "not sent: nothing would be left of the comment; delete it instead"},
		"changed between": {gitcode.UpdateCommentParams{Changes: two}, []string{before, `200 {"id":5,"body":"one\r\ntwo "}`}, []string{read, read}, "", false, "not sent: somebody else changed the text at the same time; retry with the same arguments"},
		"another comment": {gitcode.UpdateCommentParams{Changes: two}, []string{`200 {"id":6,"body":"two"}`}, []string{read}, "", false, "GET /repos/{owner}/{repo}/issues/comments/{id}: the response is about comment 6"},
		"without a body":  {gitcode.UpdateCommentParams{Changes: two}, []string{`200 {"id":5}`}, []string{read}, "", false, "GET /repos/{owner}/{repo}/issues/comments/{id}: the response does not show the text that is to be changed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.params.CommentRef = gitcode.CommentRef{RepoRef: ref.RepoRef, ID: 5}
			s := &service{responses: test.responses}
			change, err := newClient(t, s).UpdateComment(t.Context(), &test.params)
			assert.Equal(t, test.requests, s.requests)
			if test.err != "" {
				assert.EqualError(t, err, test.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.diff, change.Diff)
			assert.Equal(t, test.unchanged, change.Unchanged)
			assert.False(t, change.Differs)
		})
	}
}

// TestDryRunsOfEdits checks that reads are sent, and that the planned requests
// show the new body and the comment.
func TestDryRunsOfEdits(t *testing.T) {
	t.Parallel()
	s := &service{responses: []string{`200 {"id":5,"number":7,"body":"one\ntwo","assignees":[{"login":"ann"}],"milestone":{"number":4}}`}}
	c := newClient(t, s)
	ctx, plan := c.WithDryRun(t.Context())
	_, err := c.UpdateIssue(ctx, &gitcode.UpdateIssueParams{IssueRef: ref, Changes: edits("two", "2"), AddAssignees: []string{"bob"}, Comment: "c"})
	require.NoError(t, err)
	_, err = c.UpdateComment(ctx, &gitcode.UpdateCommentParams{CommentRef: gitcode.CommentRef{RepoRef: ref.RepoRef, ID: 5}, Changes: edits("one", "1")})
	require.NoError(t, err)
	const readComment = "GET /repos/o/r/issues/comments/5"
	assert.Equal(t, []string{readIssue, readIssue, readComment, readComment}, s.requests)
	assert.Equal(t, []rest.PlannedRequest{
		{Method: "PATCH", Path: "/repos/o/issues/7", Body: `{"assignee":"ann,bob","body":"one\n2","milestone":4,"repo":"r"}`},
		{Method: "POST", Path: "/repos/o/r/issues/7/comments", Body: `{"body":"c"}`},
		{Method: "PATCH", Path: "/repos/o/r/issues/comments/5", Body: `{"body":"1\ntwo"}`},
	}, plan.Requests())
}
