package gitlab_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

const notesOf = "/notes?activity_filter=only_comments&per_page=100&sort=asc"

func TestGetIssueComments(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		issue, comments string
		requests, count int
		err             string
	}{
		"some":         {`{"id":70,"iid":7,"user_notes_count":2}`, `200 [{"id":1},{"id":2}]`, 2, 2, ""},
		"none":         {`{"id":70,"iid":7,"user_notes_count":0}`, "500 ", 1, 0, ""},
		"unknown":      {`{"id":70,"iid":7}`, "200 []", 2, 0, ""},
		"system notes": {`{"id":70,"iid":7,"user_notes_count":1}`, `200 [{"id":1,"system":true},{"id":2,"system":false},{"id":3,"system":true}]`, 2, 1, ""},
		"an error":     {`{"id":70,"iid":7,"user_notes_count":2}`, "403 ", 2, 0, "GET /projects/{id}/issues/{issue_iid}/notes returned 403 Forbidden"},
		"unreadable":   {`{"id":70,"iid":7,"user_notes_count":2}`, `200 [{"id":1},{}]`, 2, 1, "1 of them are not in the documented form"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{"200 " + test.issue, test.comments}}
			issue, err := newClient(t, s).GetIssue(t.Context(), &gitlab.GetIssueParams{IssueRef: ref, Include: gitlab.Include{"comments"}})
			require.NoError(t, err)
			assert.Len(t, s.requests, test.requests)
			assert.Len(t, issue.Details.Comments, test.count)
			if test.err == "" {
				assert.NoError(t, issue.Details.Err)
			} else {
				assert.EqualError(t, issue.Details.Err, test.err)
			}
		})
	}
}

// TestGetIssueOfMovedProject checks that a read follows a project to another path, and
// reads the comments there.
func TestGetIssueOfMovedProject(t *testing.T) {
	t.Parallel()
	s := &service{responses: []string{
		"301 to /projects/12/issues/7",
		`200 {"id":70,"iid":7,"project_id":12,"user_notes_count":1,"references":{"full":"new/name#7"}}`,
		`200 [{"id":1,"body":"c"}]`,
	}}
	issue, err := newClient(t, s).GetIssue(t.Context(), &gitlab.GetIssueParams{IssueRef: ref, Include: gitlab.Include{"comments"}})
	require.NoError(t, err)
	assert.EqualValues(t, "new/name#7", issue.References.Full)
	assert.Equal(t, []string{readIssue, "GET /projects/12/issues/7", "GET /projects/12/issues/7" + notesOf}, s.requests)
	assert.Len(t, issue.Details.Comments, 1)
}

func TestOffset(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		offset int
		want   string
		err    string
	}{
		"none":     {0, "需求 a", ""},
		"some":     {1, "求 a", ""},
		"all":      {4, "", "GET /projects/{id}/issues/{issue_iid}: offset 4 is past the end: the description has 4 characters"},
		"negative": {-1, "", "not sent: offset must be at least 0, not -1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{`200 {"id":70,"iid":7,"description":"需求 a"}`}}
			issue, err := newClient(t, s).GetIssue(t.Context(), &gitlab.GetIssueParams{IssueRef: ref, Offset: test.offset})
			if test.err != "" {
				require.EqualError(t, err, test.err)
				return
			}
			require.NoError(t, err)
			assert.EqualValues(t, test.want, issue.Description)
		})
	}
}

// TestGetIssueByID checks that the global id is used, which only administrators may.
func TestGetIssueByID(t *testing.T) {
	t.Parallel()
	s := &service{responses: []string{`200 {"id":41,"iid":1}`, `403 {"message":"403 Forbidden"}`}}
	c := newClient(t, s)
	issue, err := c.GetIssueByID(t.Context(), &gitlab.GetIssueByIDParams{ID: 41})
	require.NoError(t, err)
	assert.EqualValues(t, 1, issue.IID)
	_, err = c.GetIssueByID(t.Context(), &gitlab.GetIssueByIDParams{ID: 41})
	assert.Equal(t, rest.Forbidden, rest.ErrorClass(err))
	assert.Equal(t, []string{"GET /issues/41", "GET /issues/41"}, s.requests)
}
