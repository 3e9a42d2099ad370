package github_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	toolset "gitcode.com/gitcode-mcp/gitcode-mcp/tools/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

// shownAs maps a member of a documented response to the members of a result that
// show it.
var shownAs = map[string][]string{
	"number":             {"number", "moved"},
	"html_url":           {"url"},
	"repository_url":     {"repo", "moved"},
	"repository":         {"repo"},
	"state":              {"state"},
	"state_reason":       {"state_reason"},
	"title":              {"title"},
	"body":               {"body"},
	"user":               {"author"},
	"assignee":           {"assignees"},
	"assignees":          {"assignees"},
	"milestone":          {"milestone"},
	"labels":             {"labels"},
	"locked":             {"locked"},
	"active_lock_reason": {"lock_reason"},
	"comments":           {"comments"},
	"pull_request":       {"pull_request", "merged"},
	"author_association": {"author_association"},
	"created_at":         {"created"},
	"updated_at":         {"updated"},
	"closed_at":          {"closed"},
	"closed_by":          {"closed_by"},
}

// TestOddMembers substitutes odd members in every documented response.
func TestOddMembers(t *testing.T) {
	t.Parallel()
	odd := toolstest.OddMembers{
		ShownAs:    shownAs,
		Identities: []string{"login"},
		Write:      compareWrite,
		Tools: func(t testing.TB, transport http.RoundTripper) []tools.Tool {
			t.Helper()
			c, err := api.New(api.Config{Token: testToken, MaxWait: -1, Rates: rest.Unlimited, Transport: transport})
			require.NoError(t, err)
			return toolset.Tools(c, settings)
		},
	}
	odd.Test(t, golden.Read(t))
}

// compareWrite compares results of a write. A response to another issue, or without
// an id, proves nothing.
func compareWrite(_ string, base, got map[string]any, path []string) string {
	allowed := []string{"warnings"} // what is not shown cannot be verified
	switch path[0] {
	case "number", "html_url", "repository_url":
		if path[0] != "number" && base["number"] != got["number"] {
			return "the number was lost"
		}
		return ""
	case "id":
		allowed = append(allowed, "added", "removed", "assignees")
	case "assignee", "assignees":
		allowed = append(allowed, "added", "removed")
	}
	return toolstest.Difference(base, got, slices.Concat(allowed, shownAs[path[0]]))
}

// TestOddMembersOfOneIssue shows what becomes of an issue in which every member is
// odd.
func TestOddMembersOfOneIssue(t *testing.T) {
	t.Parallel()
	const odd = `{"number":"7","id":{},"title":[],"state":{},"state_reason":1,"labels":[null,"bug",{"name":"ui"},3],"assignees":{"login":"ann"},"user":"x","milestone":[1],
		"locked":"yes","pull_request":null,"created_at":5,"updated_at":"2024-11-20T15:40:35Z","comments":"many","type":"Bug","body":["x"]}`
	result, _ := do(t, responds(200, odd), tools.Env{}, "github_get_issue", `{`+issue7+`}`)
	require.False(t, result.IsError, text(t, result))
	assert.JSONEq(t, `{"number":7,"state_reason":"1","labels":["bug","ui","3"],"assignees":["ann"],"updated":"2024-11-20T15:40:35Z"}`, text(t, result))

	result, _ = do(t, responds(200, "\ufeff["+odd+`,null,"x",{"message":"y"}]`), tools.Env{}, "github_list_repo_issues", `{"owner":"o","repo":"r"}`)
	require.False(t, result.IsError, text(t, result))
	assert.JSONEq(t, `{"rows":[{"number":7,"state_reason":"1","labels":["bug","ui","3"],"assignees":["ann"],"updated":"2024-11-20"}],"unreadable":3}`, text(t, result))
}
