package gitlab_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// TestTransfer checks where a moved or copied issue is, that a project is looked up
// by its path, and that nothing is sent to something that is not a project.
func TestTransfer(t *testing.T) {
	t.Parallel()
	const (
		lookUp = "GET /projects/other%2Fsub%2Fplace"
		move   = "POST " + incidentPath + `/move {"to_project_id":5}`
		before = `200 {"id":70,"iid":7,"project_id":4,"labels":["bug","ui"],"assignees":[{"id":1,"username":"ann"},{"id":2,"username":"bob"}],"milestone":{"id":17,"title":"v1"}}`
		moved  = `201 {"id":92,"iid":11,"project_id":5,"title":"t","web_url":"https://x.test/other/sub/place/-/issues/11"}`
	)
	for name, test := range map[string]struct {
		to        gitlab.Project
		responses []string
		requests  []string
		iid       int
		class     rest.Class
	}{
		"by number":                      {"5", []string{moved}, []string{move}, 11, ""},
		"by path":                        {"other/sub/place", []string{`200 {"id":5}`, moved}, []string{lookUp, move}, 11, ""},
		"no project with the path":       {"other/sub/place", []string{"404 "}, []string{lookUp}, 0, rest.NotFound},
		"a look-up without project":      {"other/sub/place", []string{`200 {"name":"x"}`}, []string{lookUp}, 0, rest.MalformedResponse},
		"no project":                     {" ", nil, nil, 0, rest.Invalid},
		"number 0":                       {"0", nil, nil, 0, rest.Invalid},
		"a number that is too large":     {"99999999999999999999", nil, nil, 0, rest.Invalid},
		"the same project":               {"5", []string{`400 {"message":"Cannot move issue to project it originates from!"}`}, []string{move}, 0, rest.Invalid},
		"an empty response":              {"5", []string{"201 "}, []string{move}, 0, rest.OutcomeUnknown},
		"another kind of response":       {"5", []string{`201 {"message":"queued"}`}, []string{move}, 0, rest.OutcomeUnknown},
		"an issue without number":        {"5", []string{`201 {"id":92,"project_id":5}`}, []string{move}, 0, rest.OutcomeUnknown},
		"an issue of another project":    {"5", []string{`201 {"id":92,"iid":11,"project_id":4}`}, []string{move}, 0, rest.OutcomeUnknown},
		"an issue of an unknown project": {"5", []string{`201 {"id":92,"iid":11}`}, []string{move}, 0, rest.OutcomeUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, requests := &service{responses: test.responses}, test.requests
			if n := len(requests); n > 0 && requests[n-1] == move { // the issue is read before
				s.responses = slices.Insert(slices.Clone(s.responses), n-1, before)
				requests = slices.Insert(slices.Clone(requests), n-1, "GET "+incidentPath)
			}
			issue, err := newClient(t, s).MoveIssue(t.Context(), &gitlab.MoveIssueParams{IssueRef: incident, ToProjectID: test.to})
			assert.Equal(t, test.class, rest.ErrorClass(err))
			assert.Equal(t, requests, s.requests)
			if err == nil {
				assert.EqualValues(t, test.iid, issue.IID)
			}
			if err == nil {
				assert.EqualValues(t, 5, issue.ProjectID)
				assert.EqualValues(t, "https://x.test/other/sub/place/-/issues/11", issue.WebURL)
			}
		})
	}
}

// TestDryRunOfTransfer checks that a dry run looks the project up and plans the
// write with its number.
func TestDryRunOfTransfer(t *testing.T) {
	t.Parallel()
	s := &service{responses: []string{`200 {"id":5}`, `200 {"id":70,"iid":7}`, `200 {"id":5}`, "404 "}}
	c := newClient(t, s)
	ctx, plan := c.WithDryRun(t.Context())
	_, err := c.CloneIssue(ctx, &gitlab.CloneIssueParams{IssueRef: incident, ToProjectID: "other/place", WithNotes: true})
	require.NoError(t, err)
	assert.Equal(t, []string{"GET /projects/other%2Fplace", "GET " + incidentPath}, s.requests)
	assert.Equal(t, []rest.PlannedRequest{{Method: "POST", Path: incidentPath + "/clone", Body: `{"to_project_id":5,"with_notes":true}`}}, plan.Requests())
}

// TestCloneIsNotItsSource checks that a response that shows the issue that was to be
// copied does not pass for its copy in the same project.
func TestCloneIsNotItsSource(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		from, to gitlab.Project
		iid      int
		class    rest.Class
	}{
		"by its path":        {"g/p", "G%2Fp", 7, rest.OutcomeUnknown},
		"by its number":      {"5", "g/p", 7, rest.OutcomeUnknown},
		"a copy":             {"g/p", "g/p", 8, ""},
		"of another project": {"g/other", "g/p", 7, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{`200 {"id":5}`, `200 {"id":70,"iid":7}`, fmt.Sprintf(`201 {"id":70,"iid":%d,"project_id":5}`, test.iid)}}
			_, err := newClient(t, s).CloneIssue(t.Context(), &gitlab.CloneIssueParams{IssueRef: gitlab.IssueRef{ProjectRef: gitlab.ProjectRef{ID: test.from}, IssueIID: 7}, ToProjectID: test.to})
			assert.Equal(t, test.class, rest.ErrorClass(err))
			assert.Len(t, s.requests, 3)
		})
	}
}

// TestLost checks what a moved issue is said to lack.
func TestLost(t *testing.T) {
	t.Parallel()
	type transfer = gitlab.IssueTransfer
	for after, want := range map[string]transfer{
		`"labels":["ui"],"assignees":[{"id":2,"username":"Bob"}],"milestone":null`:                                                        {LostLabels: []string{"bug"}, LostAssignees: []string{"ann"}, LostMilestone: "v1"},
		`"labels":["bug","ui","new"],"assignees":[{"id":1,"username":"ann"},{"id":2,"username":"bob"}],"milestone":{"id":3,"title":"v1"}`: {},
		`"title":"t"`: {},
	} {
		s := &service{responses: []string{`200 {"id":70,"iid":7,"labels":["bug","ui"],"assignees":[{"id":1,"username":"ann"},{"id":2,"username":"bob"}],"milestone":{"id":17,"title":"v1"}}`, `201 {"id":92,"iid":11,"project_id":5,` + after + `}`}}
		got, err := newClient(t, s).MoveIssue(t.Context(), &gitlab.MoveIssueParams{IssueRef: incident, ToProjectID: "5"})
		require.NoError(t, err)
		got.Issue = gitlab.Issue{}
		assert.Equal(t, want, *got, after)
	}
}

// TestReorder checks that an issue needs a neighbor, and what a response proves.
func TestReorder(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		after, before int64
		response      string
		iid           int
		class         rest.Class
	}{
		"between two":            {51, 92, `200 {"id":70,"iid":7,"project_id":4}`, 7, ""},
		"after one":              {51, 0, `200 {"id":70,"iid":7,"project_id":4}`, 7, ""},
		"before one":             {0, 92, `200 {"id":70,"iid":7,"project_id":4}`, 7, ""},
		"without neighbors":      {0, 0, "", 0, rest.Invalid},
		"between one and itself": {51, 51, "", 0, rest.Invalid},
		"an empty response":      {51, 0, "200 ", 0, ""},
		"another issue":          {51, 0, `200 {"id":80,"iid":8,"project_id":4}`, 0, ""},
		"an unknown neighbor":    {51, 0, `404 {"message":"404 Not found"}`, 0, rest.NotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{test.response}}
			issue, err := newClient(t, s).ReorderIssue(t.Context(), &gitlab.ReorderParams{IssueRef: incident, MoveAfterID: test.after, MoveBeforeID: test.before})
			assert.Equal(t, test.class, rest.ErrorClass(err))
			if err == nil {
				assert.EqualValues(t, test.iid, issue.IID)
			}
			if test.response == "" {
				assert.Empty(t, s.requests)
			}
		})
	}
}

func TestDeleteIssue(t *testing.T) {
	t.Parallel()
	for response, class := range map[string]rest.Class{
		"204 ":                                "",
		"202 {\"message\":\"accepted\"}":      rest.OutcomeUnknown,
		"403 {\"message\":\"Forbidden\"}":     rest.Forbidden,
		"404 {\"message\":\"404 Not found\"}": rest.NotFound,
	} {
		t.Run(response, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{response}}
			got, err := newClient(t, s).DeleteIssue(t.Context(), &incident)
			if err == nil {
				assert.Equal(t, &gitlab.IssueDeletion{Deleted: true}, got)
			}
			assert.Equal(t, class, rest.ErrorClass(err))
			assert.Equal(t, class == "", err == nil)
		})
	}
}

// TestDryRunOfDelete checks that a dry run reads the issue that would be deleted.
func TestDryRunOfDelete(t *testing.T) {
	t.Parallel()
	for response, class := range map[string]rest.Class{`200 {"id":70,"iid":7,"title":"Uploads stop"}`: "", `404 {"message":"404 Not found"}`: rest.NotFound} {
		s := &service{responses: []string{response}}
		c := newClient(t, s)
		ctx, plan := c.WithDryRun(t.Context())
		got, err := c.DeleteIssue(ctx, &incident)
		assert.Equal(t, class, rest.ErrorClass(err))
		assert.Equal(t, []string{"GET " + incidentPath}, s.requests)
		assert.Equal(t, class == "", got.HasPreview())
		if class == "" {
			assert.Equal(t, &gitlab.IssueDeletion{Title: "Uploads stop"}, got)
		}
		assert.Equal(t, class == "", len(plan.Requests()) == 1)
	}
}
