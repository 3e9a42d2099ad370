package gitcode_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// result is what a change reports, in comparable form.
type result struct {
	number                  int
	labels, assignees       []string
	milestone               int
	oldLabels, oldAssignees []string
	deviations              []gitcode.Deviation // without Err
	failed                  []rest.Class        // of the deviations with an Err
	readErr                 rest.Class
}

func resultOf(t *testing.T, c *gitcode.IssueChange) result {
	t.Helper()
	r := result{
		number: int(c.Issue.Number), labels: c.Labels, assignees: c.Assignees, milestone: int(c.Issue.Milestone.Number),
		oldLabels: c.PreviousLabels, oldAssignees: c.PreviousAssignees,
	}
	for _, d := range c.Deviations {
		if d.Err != nil {
			r.failed = append(r.failed, class(t, d.Err))
			d.Err = nil
		}
		r.deviations = append(r.deviations, d)
	}
	if c.ReadErr != nil {
		r.readErr = class(t, c.ReadErr)
	}
	return r
}

func missing(field string, values ...string) gitcode.Deviation {
	return gitcode.Deviation{Field: field, Requested: true, Missing: values}
}

func unknown(field string, values ...string) gitcode.Deviation {
	return gitcode.Deviation{Field: field, Requested: true, Missing: values, Unknown: true}
}

const (
	forbidden   = `400 {"error_message":"CH.00000403 apig token has not permission to request url"}`
	unavailable = "503 "

	readIssue = "GET /repos/o/r/issues/7"
)

func TestCreateIssue(t *testing.T) {
	t.Parallel()
	const (
		created   = `POST /repos/o/issues {"body":"b","repo":"r","title":"t"}`
		assigned  = `PATCH /repos/o/issues/7 {"assignee":"ann, Bob","repo":"r"}`
		planned   = `PATCH /repos/o/issues/7 {"assignee":"ann, Bob","milestone":253899,"repo":"r"}`
		alone     = `PATCH /repos/o/issues/7 {"milestone":253899,"repo":"r"}`
		labeled   = `POST /repos/o/r/issues/7/labels ["bug","kind/x"]`
		answer    = `201 {"id":70,"number":"7","state":"open","title":"t","body":"b"}`
		sparse    = `200 {"id":70,"number":"7","state":"open","title":"t","body":"b","assignee":{"login":"ann"}}`
		assignees = `200 {"id":70,"number":"7","state":"open","title":"t","body":"b","labels":[],"assignees":[{"login":"ann"},{"login":"bob"}]}`
		planOnly  = `200 {"id":70,"number":"7","state":"open","title":"t","body":"b","labels":[],"assignees":[],"milestone":{"number":253899}}`
		full      = `200 {"id":70,"number":"7","state":"open","title":"t","body":"b","labels":[],"assignees":[{"login":"ann"},{"login":"bob"}],"milestone":{"number":253899}}`
		labels    = `201 [{"name":"bug"},{"name":"kind/x"}]`
		complete  = `200 {"id":70,"number":"7","state":"open","title":"t","body":"b","labels":[{"name":"bug"},{"name":"kind/x"}],"assignee":{"login":"ann"},"assignees":[{"login":"ann"},{"login":"bob"}],"milestone":{"number":253899}}`
	)
	plain := gitcode.CreateIssueParams{RepoRef: ref.RepoRef, Title: "t", Body: "b"}
	labelOnly, everything, private, one := plain, plain, plain, plain
	labelOnly.Labels, labelOnly.CreateLabels = gitcode.Labels{"bug", "kind/x"}, true
	everything.Assignee, everything.Milestone, everything.Labels, everything.CreateLabels = "ann, Bob", "253899", labelOnly.Labels, true
	private.SecurityHole = true
	one.Assignee = "ann"
	both := []string{"ann", "bob"}
	names := []string{"bug", "kind/x"}

	for name, test := range map[string]struct {
		params    gitcode.CreateIssueParams
		responses []string
		requests  []string
		want      result
	}{
		"plain":                        {plain, []string{answer}, []string{created}, result{number: 7}},
		"other line endings":           {gitcode.CreateIssueParams{RepoRef: ref.RepoRef, Title: "t ", Body: "b\r\nc\n"}, []string{`201 {"number":7,"title":"t","body":"b\nc"}`}, []string{`POST /repos/o/issues {"body":"b\r\nc\n","repo":"r","title":"t "}`}, result{number: 7}},
		"the response lacks the text":  {plain, []string{`201 {"id":70,"number":7}`, answer}, []string{created, readIssue}, result{number: 7}},
		"another text":                 {plain, []string{`201 {"number":7,"title":"T","body":"b"}`, `200 {"number":7,"title":"T","body":"b"}`}, []string{created, readIssue}, result{number: 7, deviations: []gitcode.Deviation{{Field: "title", Requested: true, Missing: []string{"t"}}}}},
		"labels in the response":       {labelOnly, []string{answer, labels}, []string{created, labeled}, result{number: 7, labels: names}},
		"one assignee in the response": {one, []string{answer, sparse}, []string{created, `PATCH /repos/o/issues/7 {"assignee":"ann","repo":"r"}`}, result{number: 7, assignees: []string{"ann"}}},

		"the PATCH returns another issue": {one, []string{answer, `200 {"id":99,"number":9,"title":"t","body":"b","assignee":{"login":"ann"},"html_url":"http://9"}`, sparse}, []string{created, `PATCH /repos/o/issues/7 {"assignee":"ann","repo":"r"}`, readIssue}, result{number: 7, assignees: []string{"ann"}}},
		"every read returns another issue": {one, []string{answer, `200 {"id":99,"number":9,"title":"t","body":"b","assignee":{"login":"ann"}}`}, []string{created, `PATCH /repos/o/issues/7 {"assignee":"ann","repo":"r"}`, readIssue},
			result{number: 7, deviations: []gitcode.Deviation{unknown("assignee", "ann")}, readErr: rest.MalformedResponse}},
		"the POST shows more than the PATCH": {one, []string{answer, `200 {"id":70}`, "404 "}, []string{created, `PATCH /repos/o/issues/7 {"assignee":"ann","repo":"r"}`, readIssue},
			result{number: 7, deviations: []gitcode.Deviation{unknown("assignee", "ann")}, readErr: rest.NotFound}},

		"a full service":     {everything, []string{answer, sparse, full, labels}, []string{created, assigned, planned, labeled}, result{number: 7, labels: names, assignees: both, milestone: 253899}},
		"a sparse service":   {everything, []string{answer, sparse, sparse, labels, complete}, []string{created, assigned, planned, labeled, readIssue}, result{number: 7, labels: names, assignees: both, milestone: 253899}},
		"without any bodies": {everything, []string{answer, "204 ", "204 ", "204 ", complete}, []string{created, assigned, planned, labeled, readIssue}, result{number: 7, labels: names, assignees: both, milestone: 253899}},
		"a lying service": {everything, []string{answer, sparse, sparse, labels, `200 {"number":7,"title":"t","body":"b","labels":[{"name":"kind/x"},{"name":"new"}],"assignees":[{"login":"ann"}],"milestone":null}`}, []string{created, assigned, planned, labeled, readIssue},
			result{number: 7, labels: []string{"kind/x", "new"}, assignees: []string{"ann"}, deviations: []gitcode.Deviation{missing("assignee", "Bob"), missing("milestone", "253899"), missing("labels", "bug")}}},
		"a sparse read": {everything, []string{answer, sparse, sparse, labels, sparse}, []string{created, assigned, planned, labeled, readIssue},
			result{number: 7, assignees: []string{"ann"}, deviations: []gitcode.Deviation{unknown("assignee", "Bob"), unknown("milestone", "253899"), unknown("labels", names...)}}},
		"reading back fails": {everything, []string{answer, sparse, sparse, labels, "404 "}, []string{created, assigned, planned, labeled, readIssue},
			result{number: 7, labels: names, deviations: []gitcode.Deviation{unknown("assignee", "ann", "Bob"), unknown("milestone", "253899")}, readErr: rest.NotFound}},

		"the assignee is refused": {everything, []string{answer, forbidden, planOnly, labels}, []string{created, assigned, alone, labeled},
			result{number: 7, labels: names, milestone: 253899, deviations: []gitcode.Deviation{missing("assignee", "ann", "Bob")}, failed: []rest.Class{rest.Forbidden}}},
		"the milestone is refused": {everything, []string{answer, assignees, forbidden, labels}, []string{created, assigned, planned, labeled},
			result{number: 7, labels: names, assignees: both, deviations: []gitcode.Deviation{missing("milestone", "253899")}, failed: []rest.Class{rest.Forbidden}}},
		"the milestone clears the assignee": {everything, []string{answer, assignees, planOnly, labels, `200 {"number":7,"title":"t","body":"b","labels":[{"name":"bug"},{"name":"kind/x"}],"assignees":[],"milestone":{"number":253899}}`}, []string{created, assigned, planned, labeled, readIssue},
			result{number: 7, labels: names, assignees: []string{}, milestone: 253899, deviations: []gitcode.Deviation{missing("assignee", "ann", "Bob")}}},
		"labels are refused": {labelOnly, []string{answer, forbidden}, []string{created, labeled},
			result{number: 7, deviations: []gitcode.Deviation{missing("labels", names...)}, failed: []rest.Class{rest.Forbidden}}},
		"all steps are refused": {everything, []string{answer, forbidden}, []string{created, assigned, alone, labeled},
			result{number: 7, deviations: []gitcode.Deviation{missing("assignee", "ann", "Bob"), missing("milestone", "253899"), missing("labels", names...)}, failed: []rest.Class{rest.Forbidden, rest.Forbidden, rest.Forbidden}}},
		"a step fails and happens nevertheless": {everything, []string{answer, unavailable, sparse, labels, complete}, []string{created, assigned, alone, labeled, readIssue}, result{number: 7, labels: names, assignees: both, milestone: 253899}},
		"a step fails and does not happen": {labelOnly, []string{answer, unavailable, `200 {"number":7,"title":"t","body":"b","labels":[]}`}, []string{created, labeled, readIssue},
			result{number: 7, labels: []string{}, deviations: []gitcode.Deviation{missing("labels", names...)}, failed: []rest.Class{rest.OutcomeUnknown}}},
		"a step fails and cannot be verified": {labelOnly, []string{answer, unavailable}, []string{created, labeled, readIssue},
			result{number: 7, deviations: []gitcode.Deviation{unknown("labels", names...)}, failed: []rest.Class{rest.OutcomeUnknown}, readErr: rest.Unavailable}},

		"private, and GitCode says so":      {private, []string{answer, `200 {"number":7,"title":"t","body":"b","visibility_reason":"confidential"}`}, []string{`POST /repos/o/issues {"body":"b","repo":"r","security_hole":"true","title":"t"}`, readIssue}, result{number: 7}},
		"private, and GitCode says nothing": {private, []string{answer}, []string{`POST /repos/o/issues {"body":"b","repo":"r","security_hole":"true","title":"t"}`, readIssue}, result{number: 7, deviations: []gitcode.Deviation{unknown("security_hole", "true")}}},
		"private, and GitCode denies it": {private, []string{answer, `200 {"number":7,"title":"t","body":"b","visibility_reason":"public"}`}, []string{`POST /repos/o/issues {"body":"b","repo":"r","security_hole":"true","title":"t"}`, readIssue},
			result{number: 7, deviations: []gitcode.Deviation{missing("security_hole", "true")}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: test.responses}
			change, err := newClient(t, s).CreateIssue(t.Context(), &test.params)
			require.NoError(t, err)
			assert.Equal(t, test.requests, s.requests)
			assert.Equal(t, test.want, resultOf(t, change))
		})
	}
}

// TestCreateIssueWithoutNumber checks that an issue whose number is unknown is
// neither created again nor changed.
func TestCreateIssueWithoutNumber(t *testing.T) {
	t.Parallel()
	params := gitcode.CreateIssueParams{RepoRef: ref.RepoRef, Title: "t", Milestone: "30003", Labels: gitcode.Labels{"bug"}, CreateLabels: true, SecurityHole: true}
	for _, response := range []string{"201 ", `200 {"ok":true}`, `201 {"id":70}`} {
		s := &service{responses: []string{response}}
		change, err := newClient(t, s).CreateIssue(t.Context(), &params)
		require.NoError(t, err)
		assert.Len(t, s.requests, 1)
		assert.Zero(t, change.Issue.Number)
		require.Len(t, change.Deviations, 3)
		for i, want := range []gitcode.Deviation{missing("milestone", "30003"), missing("labels", "bug"), unknown("security_hole", "true")} {
			if i < 2 {
				require.ErrorContains(t, change.Deviations[i].Err, "not sent")
			}
			change.Deviations[i].Err = nil
			assert.Equal(t, want, change.Deviations[i])
		}
	}
}

func TestFailedCreate(t *testing.T) {
	t.Parallel()
	params := gitcode.CreateIssueParams{RepoRef: ref.RepoRef, Title: "t", Labels: gitcode.Labels{"bug"}, CreateLabels: true}
	for response, want := range map[string]rest.Class{
		`500 {"error_message":"boom"}`: rest.OutcomeUnknown,
		"200 <html>Please log in":      rest.OutcomeUnknown, // may come from something else than GitCode
		forbidden:                      rest.Forbidden,
	} {
		s := &service{responses: []string{response}}
		_, err := newClient(t, s).CreateIssue(t.Context(), &params)
		assert.Equal(t, want, class(t, err))
		assert.Len(t, s.requests, 1, "a create is sent once")
	}
	s := &service{}
	_, err := newClient(t, s).CreateIssue(t.Context(), &gitcode.CreateIssueParams{RepoRef: ref.RepoRef, Title: " \u3000\n"})
	assertNotSent(t, err)
	require.ErrorContains(t, err, "blank")
	assert.Empty(t, s.requests)
}

func assertNotSent(t *testing.T, err error) {
	t.Helper()
	var e *rest.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, rest.Invalid, e.Class)
	assert.True(t, e.NotSent)
}

func TestDryRuns(t *testing.T) {
	t.Parallel()
	closed := gitcode.StateChange("closed")
	for name, test := range map[string]struct {
		call     func(context.Context, *gitcode.Client) error
		requests []string
		planned  []rest.PlannedRequest
	}{
		"create": {func(ctx context.Context, c *gitcode.Client) error {
			_, err := c.CreateIssue(ctx, &gitcode.CreateIssueParams{RepoRef: ref.RepoRef, Title: "t", Assignee: "ann", Milestone: "30003", Labels: gitcode.Labels{"bug"}, CreateLabels: true})
			return err
		}, nil, []rest.PlannedRequest{
			{Method: "POST", Path: "/repos/o/issues", Body: `{"body":"","repo":"r","title":"t"}`},
			{Method: "PATCH", Path: "/repos/o/issues/0", Body: `{"assignee":"ann","repo":"r"}`},
			{Method: "PATCH", Path: "/repos/o/issues/0", Body: `{"assignee":"ann","milestone":30003,"repo":"r"}`},
			{Method: "POST", Path: "/repos/o/r/issues/0/labels", Body: `["bug"]`},
		}},
		"update": {func(ctx context.Context, c *gitcode.Client) error {
			_, err := c.UpdateIssue(ctx, &gitcode.UpdateIssueParams{IssueRef: ref, State: &closed, Labels: &gitcode.Labels{}})
			return err
		}, []string{readIssue}, []rest.PlannedRequest{
			{Method: "PATCH", Path: "/repos/o/issues/7", Body: `{"milestone":4,"repo":"r","state":"close"}`},
			{Method: "DELETE", Path: "/repos/o/r/issues/7/labels"},
		}},
		"add labels": {func(ctx context.Context, c *gitcode.Client) error {
			change, err := c.AddLabels(ctx, &gitcode.AddLabelsParams{IssueRef: ref, Labels: gitcode.Labels{"bug"}, CreateLabels: true})
			assert.Zero(t, change)
			return err
		}, nil, []rest.PlannedRequest{{Method: "POST", Path: "/repos/o/r/issues/7/labels", Body: `["bug"]`}}},
		"update comment": {func(ctx context.Context, c *gitcode.Client) error {
			change, err := c.UpdateComment(ctx, &gitcode.UpdateCommentParams{CommentRef: gitcode.CommentRef{RepoRef: ref.RepoRef, ID: 5}, Body: "b"})
			assert.Equal(t, &gitcode.CommentChange{}, change)
			return err
		}, nil, []rest.PlannedRequest{{Method: "PATCH", Path: "/repos/o/r/issues/comments/5", Body: `{"body":"b"}`}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{`200 {"number":7,"milestone":{"number":4}}`}}
			c := newClient(t, s)
			ctx, plan := c.WithDryRun(t.Context())
			require.NoError(t, test.call(ctx, c))
			assert.Equal(t, test.requests, s.requests, "reads that writes depend on are sent")
			assert.Equal(t, test.planned, plan.Requests())
		})
	}
}
