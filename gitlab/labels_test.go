package gitlab_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// TestCheckedLabels checks that labels that GitLab would create are rejected before
// the write.
func TestCheckedLabels(t *testing.T) {
	t.Parallel()
	const (
		list  = "GET /projects/g%2Fs%2Fp/labels?per_page=100"
		known = `200 [{"id":1,"name":"bug"},{"id":2,"name":"docs"}]`
	)
	for name, test := range map[string]struct {
		labels   []string
		response string
		err      string
		class    rest.Class
	}{
		"known":        {[]string{"docs", " bug "}, known, "", ""},
		"a typo":       {[]string{"bug", "dosc"}, known, `not sent: there is no label "dosc" in g/s/p; did you mean "docs"? Pass create_labels=true to create it.`, rest.Invalid},
		"another case": {[]string{"Bug"}, known, `not sent: there is no label "Bug" in g/s/p; did you mean "bug"? Pass create_labels=true to create it.`, rest.Invalid},
		"several":      {[]string{"x", "y"}, `200 []`, `not sent: there is no label "x" in g/s/p; it has none; there is no label "y" in g/s/p; it has none. Pass create_labels=true to create them.`, rest.Invalid},
		"not seen":     {[]string{"bug"}, `403 {"message":"403 Forbidden"}`, "GET /projects/{id}/labels returned 403: Forbidden", rest.Forbidden},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for write, call := range map[string]func(*gitlab.Client) error{
				postIssue + `{"title":"t","labels":`: func(c *gitlab.Client) error {
					_, err := c.CreateIssue(t.Context(), &gitlab.CreateIssueParams{ProjectRef: project, Title: "t", Labels: test.labels})
					return err
				},
				putIssue + `{"add_labels":`: func(c *gitlab.Client) error {
					_, err := c.UpdateIssue(t.Context(), &gitlab.UpdateIssueParams{IssueRef: ref, AddLabels: test.labels, RemoveLabels: []string{"gone"}})
					return err
				},
			} {
				s := &service{responses: []string{test.response, `201 {"id":70,"iid":7,"title":"t","labels":["bug","docs"]}`}}
				first := 0
				if strings.HasPrefix(write, putIssue) { // the issue is read before
					s.responses, first = slices.Insert(s.responses, 0, `200 {"id":70,"iid":7,"labels":["own"]}`), 1
				}
				err := call(newClient(t, s))
				if test.err == "" {
					assert.NoError(t, err)
					if assert.Len(t, s.requests, first+2) {
						assert.Contains(t, s.requests[first+1], write+`"docs,bug`)
					}
				} else {
					assert.EqualError(t, err, test.err)
					assert.Equal(t, test.class, rest.ErrorClass(err))
					assert.Len(t, s.requests, first+1)
				}
				assert.Equal(t, list, s.requests[first])
			}
		})
	}
}

// TestLabelsOfTheIssue checks that labels that the issue has are not looked up.
func TestLabelsOfTheIssue(t *testing.T) {
	t.Parallel()
	const issue = `200 {"id":70,"iid":7,"labels":["bug","ui"],"description":"d"}`
	for name, test := range map[string]struct {
		params    gitlab.UpdateIssueParams
		responses []string
		requests  []string
	}{
		"all there": {gitlab.UpdateIssueParams{AddLabels: []string{"ui"}, State: new("open")}, []string{issue, issue}, []string{readIssue, putIssue + `{"state_event":"reopen","add_labels":"ui"}`, readIssue}},
		"fewer":     {gitlab.UpdateIssueParams{Labels: &[]string{"ui"}}, []string{issue, `200 {"id":70,"iid":7,"labels":["ui"]}`}, []string{readIssue, putIssue + `{"labels":"ui"}`}},
		"one not there": {
			gitlab.UpdateIssueParams{AddLabels: []string{"ui", "docs"}, Changes: edits("d", "e")},
			[]string{issue, `200 [{"id":2,"name":"docs"}]`, issue, `200 {"id":70,"iid":7,"labels":["bug","docs","ui"],"description":"e"}`},
			[]string{readIssue, "GET /projects/g%2Fs%2Fp/labels?per_page=100", readIssue, putIssue + `{"description":"e","add_labels":"ui,docs"}`},
		},
	} {
		test.params.IssueRef = ref
		s := &service{responses: append(test.responses, issue)}
		_, err := newClient(t, s).UpdateIssue(t.Context(), &test.params)
		assert.NoError(t, err, name)
		assert.Equal(t, test.requests, s.requests, name)
	}
}
