package gitlab_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// TestPromoteBody checks that a comment promotes an issue, and does so once.
func TestPromoteBody(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ body, want string }{
		"empty":              {"", "/promote"},
		"a reason":           {"Too large", "/promote\n\nToo large"},
		"on its own line":    {"Too large\n\n/promote", "Too large\n\n/promote"},
		"with white space":   {"/promote \r\nToo large", "/promote \r\nToo large"},
		"within a line":      {"Use /promote", "/promote\n\nUse /promote"},
		"indented":           {"  /promote", "/promote\n\n  /promote"},
		"another command":    {"/promote_to epic", "/promote\n\n/promote_to epic"},
		"in a code block":    {"```\n/promote\n```", "/promote\n\n```\n/promote\n```"},
		"after a code block": {"```sh\nx\n```\n/promote", "```sh\nx\n```\n/promote"},
		"in a quote":         {">>>\n/promote\n>>>", "/promote\n\n>>>\n/promote\n>>>"},
		"an open code block": {"~~~\nx", "/promote\n\n~~~\nx"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{`201 {"id":1}`}}
			_, err := newClient(t, s).PromoteIssue(t.Context(), &gitlab.PromoteIssueParams{IssueRef: incident, Body: test.body})
			require.NoError(t, err)
			require.Len(t, s.requests, 1)
			var sent struct{ Body string }
			require.NoError(t, json.Unmarshal([]byte(strings.TrimPrefix(s.requests[0], "POST "+incidentPath+"/notes ")), &sent))
			assert.Equal(t, test.want, sent.Body)
		})
	}
}

// TestPromotion checks what is reported of a promotion: not that it happened, unless
// GitLab says so.
func TestPromotion(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		response string
		want     gitlab.Promotion
		class    rest.Class
	}{
		"with a comment":     {`201 {"id":699,"body":"Too large","commands_changes":{"promote_to_epic":true}}`, gitlab.Promotion{Promoted: new(true), NoteID: 699}, ""},
		"without a comment":  {`202 {"commands_changes":{"promote_to_epic":true},"summary":["Promoted issue to an epic."]}`, gitlab.Promotion{Promoted: new(true), Summary: "Promoted issue to an epic."}, ""},
		"one sentence":       {`202 {"commands_changes":{"promote_to_epic":true},"summary":"Promoted"}`, gitlab.Promotion{Promoted: new(true), Summary: "Promoted"}, ""},
		"ignored":            {`201 {"id":699,"body":"Too large","commands_changes":{}}`, gitlab.Promotion{Promoted: new(false), NoteID: 699}, ""},
		"another change":     {`201 {"id":699,"commands_changes":{"state_event":"close"}}`, gitlab.Promotion{Promoted: new(false), NoteID: 699}, ""},
		"refused":            {`202 {"commands_changes":{"promote_to_epic":false},"summary":["Could not","promote."]}`, gitlab.Promotion{Promoted: new(false), Summary: "Could not promote."}, ""},
		"unclear":            {`201 {"id":699,"commands_changes":{"promote_to_epic":{}}}`, gitlab.Promotion{NoteID: 699}, ""},
		"not shown":          {`201 {"id":699,"body":"Too large"}`, gitlab.Promotion{NoteID: 699}, ""},
		"null":               {`201 {"id":699,"commands_changes":null,"summary":null}`, gitlab.Promotion{NoteID: 699}, ""},
		"an empty response":  {`201 `, gitlab.Promotion{}, ""},
		"an edition without": {`400 {"message":"400 Bad request - Could not apply promote command."}`, gitlab.Promotion{}, rest.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{test.response}}
			got, err := newClient(t, s).PromoteIssue(t.Context(), &gitlab.PromoteIssueParams{IssueRef: incident})
			assert.Equal(t, test.class, rest.ErrorClass(err))
			if err == nil {
				assert.Equal(t, test.want, *got)
			}
		})
	}
}
