package gitlab_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// TestMovedIssues checks that nothing is written to what is left of an issue that was
// moved, and that the error says where the issue is, or else, if it is moved at the
// same time, the result.
func TestMovedIssues(t *testing.T) {
	t.Parallel()
	const (
		remnant = `200 {"id":70,"iid":7,"state":"closed","description":"two","moved_to_id":92}`
		notes   = readIssue + "/notes?activity_filter=only_activity&per_page=100&sort=desc"
		byID    = "the issue moved to another project, where its global id is 92"
	)
	for name, test := range map[string]struct{ notes, says string }{
		"a note says where":         {`200 [{"id":3,"body":"closed","system":true},{"id":2,"body":"moved to new/sub/name#12","system":true},{"id":1,"body":"moved from old/name#1","system":true}]`, "the issue moved to new/sub/name#12"},
		"somebody writes a comment": {`200 [{"id":2,"body":"moved to evil/name#12","system":false},{"id":1,"body":"moved to evil/name#12"}]`, byID},
		"an odd note":               {`200 [{"id":2,"body":"moved to <b>#1","system":true},{"id":3,"body":"moved to a/b#x","system":true},{"id":4,"body":"moved to ` + strings.Repeat("a", 300) + `#1","system":true}]`, byID},
		"notes that cannot be read": {"403 ", byID},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, params := range []gitlab.UpdateIssueParams{{Changes: edits("two", "2")}, {Labels: &[]string{}}, {AssigneeIDs: &[]string{"1"}}, {State: new("open")}} {
				params.IssueRef = ref
				s := &service{responses: []string{remnant, test.notes}}
				_, err := newClient(t, s).UpdateIssue(t.Context(), &params)
				assert.Equal(t, rest.Moved, rest.ErrorClass(err))
				require.ErrorContains(t, err, test.says)
				assert.Equal(t, []string{readIssue, notes}, s.requests)
			}
		})
	}
	const note = `200 [{"id":2,"body":"moved to new/name#12","system":true}]`
	s := &service{responses: []string{`200 {"id":70,"iid":7,"state":"closed"}`, remnant, note}}
	change, err := newClient(t, s).UpdateIssue(t.Context(), &gitlab.UpdateIssueParams{IssueRef: ref, State: new("open")})
	require.NoError(t, err)
	assert.EqualValues(t, 92, change.Issue.MovedToID)
	assert.Equal(t, "new/name#12", change.Issue.MovedTo)
	assert.Equal(t, []gitlab.Deviation{{Field: "state", Missing: []string{"open"}, Extra: []string{"closed"}}}, change.Ignored)
	assert.Equal(t, []string{readIssue, putIssue + `{"state_event":"reopen"}`, notes}, s.requests)

	for response, want := range map[string]string{note: "new/name#12", "403 ": ""} {
		s := &service{responses: []string{remnant, response}}
		issue, err := newClient(t, s).GetIssue(t.Context(), &gitlab.GetIssueParams{IssueRef: ref})
		require.NoError(t, err)
		assert.Equal(t, want, issue.MovedTo)
		assert.Equal(t, []string{readIssue, notes}, s.requests)
	}
}

// TestMovedProjects checks that nothing is written to a project that has moved, and
// that the error says where it is.
func TestMovedProjects(t *testing.T) {
	t.Parallel()
	const refused = `405 {"message":"405 Method Not Allowed - Non GET methods are not allowed for moved projects"}`
	for name, test := range map[string]struct{ refusal, project, says string }{
		"refused":              {refused, `200 {"id":12,"path_with_namespace":"new/sub/name"}`, "the project moved to new/sub/name"},
		"refused, not seen":    {refused, "404 ", "returned 405: Method Not Allowed - Non GET methods are not allowed for moved projects"},
		"refused, same path":   {refused, `200 {"id":12,"path_with_namespace":"G/S/P"}`, "returned 405: Method Not Allowed - Non GET methods"},
		"refused, odd path":    {refused, `200 {"id":12,"path_with_namespace":"<b>"}`, "returned 405: Method Not Allowed - Non GET methods"},
		"redirected":           {"307 to /projects/12/issues", `200 {"id":12,"path_with_namespace":"new/name"}`, "the project moved to new/name"},
		"redirected, not seen": {"307 to /projects/12/issues?private_token=SECRET", "404 ", "returned 307: moved to /projects/12/issues"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for want, write := range map[string]func(c *gitlab.Client) error{
				postIssue + `{"title":"t"}`: func(c *gitlab.Client) error {
					_, err := c.CreateIssue(t.Context(), &gitlab.CreateIssueParams{ProjectRef: project, Title: "t"})
					return err
				},
				putIssue + `{"state_event":"close"}`: func(c *gitlab.Client) error {
					_, err := c.UpdateIssue(t.Context(), &gitlab.UpdateIssueParams{IssueRef: ref, State: new("closed")})
					return err
				},
			} {
				s := &service{responses: []string{test.refusal, "301 to /projects/12", test.project}}
				requests := []string{want, "GET /projects/g%2Fs%2Fp", "GET /projects/12"}
				if strings.HasPrefix(want, "PUT ") { // it is read first
					s.responses = slices.Insert(s.responses, 0, `200 {"id":70,"iid":7,"state":"opened"}`)
					requests = slices.Insert(requests, 0, readIssue)
				}
				err := write(newClient(t, s))
				assert.Equal(t, rest.Moved, rest.ErrorClass(err))
				require.ErrorContains(t, err, test.says)
				assert.NotContains(t, err.Error(), "SECRET")
				assert.Equal(t, requests, s.requests)
			}
		})
	}
}
