package gitcode_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// TestUpdateIssueChecksNamesFirst checks that update_issue takes me and the title
// of a milestone, and sends no write if a label is unknown.
func TestUpdateIssueChecksNamesFirst(t *testing.T) {
	t.Parallel()
	box := sandbox.New()
	writes := 0
	client := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			writes++
		}
		box.ServeHTTP(w, r)
	}), api.Config{BaseURL: sandbox.Prefix, Token: sandbox.Token})
	session := connect(t, client, tools.Env{})

	for _, arguments := range []string{`"labels":["bug","enhancment"]`, `"milestone":"v9"`} {
		result := call(t, session, "update_issue", `{`+portal+`,"number":2,"state":"closed","comment":"c",`+arguments+`}`)
		assert.True(t, result.IsError, text(t, result))
	}
	assert.Zero(t, writes)

	call(t, session, "update_issue", `{`+portal+`,"number":2,"remove_assignees":["me"],"milestone":"v2.4","labels":["question"]}`)
	read := text(t, call(t, session, "get_issue", `{`+portal+`,"number":2}`))
	assert.Contains(t, read, `"labels":["question"],"assignees":["sunli"]`)
	assert.Contains(t, read, `"milestone":{"number":254120,"title":"v2.4"}`)
	assert.Equal(t, 1, writes)

	for _, arguments := range []string{`"add_assignees":["me"]`, `"assignee":"me,sunli"`} {
		assert.Contains(t, text(t, call(t, session, "update_issue", `{`+portal+`,"number":2,`+arguments+`}`)), `"linwei"`)
	}
	allowed := text(t, call(t, session, "update_issue", `{`+portal+`,"number":2,"labels":["new"],"create_labels":true}`))
	assert.Contains(t, allowed, `"labels":["new"]`)
}
