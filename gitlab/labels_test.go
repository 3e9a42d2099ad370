package gitlab_test

import (
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
					_, err := c.CreateIssue(t.Context(), gitlab.CreateIssueParams{ProjectRef: project, Title: "t", Labels: test.labels})
					return err
				},
				putIssue + `{"add_labels":`: func(c *gitlab.Client) error {
					_, err := c.UpdateIssue(t.Context(), gitlab.UpdateIssueParams{IssueRef: ref, AddLabels: test.labels, RemoveLabels: []string{"gone"}})
					return err
				},
			} {
				s := &service{responses: []string{test.response, `201 {"id":70,"iid":7,"title":"t","labels":["bug","docs"]}`}}
				err := call(newClient(t, s))
				if test.err == "" {
					assert.NoError(t, err)
					if assert.Len(t, s.requests, 2) {
						assert.Contains(t, s.requests[1], write+`"docs,bug"`)
					}
				} else {
					assert.EqualError(t, err, test.err)
					assert.Equal(t, test.class, rest.ErrorClass(err))
					assert.Len(t, s.requests, 1)
				}
				assert.Equal(t, list, s.requests[0])
			}
		})
	}
}
