package gitlab_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	toolset "gitcode.com/gitcode-mcp/gitcode-mcp/tools/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

// shownAs maps a member of a documented response to the members of a result that
// show it.
var shownAs = map[string][]string{
	"id":                  {"id"},
	"iid":                 {"iid"},
	"project_id":          {"project"},
	"references":          {"project"},
	"web_url":             {"url"},
	"title":               {"title"},
	"description":         {"description"},
	"state":               {"state"},
	"author":              {"author"},
	"assignees":           {"assignees"},
	"milestone":           {"milestone"},
	"labels":              {"labels", "label_details"},
	"confidential":        {"confidential"},
	"discussion_locked":   {"discussion_locked"},
	"issue_type":          {"type"},
	"severity":            {"severity"},
	"due_date":            {"due_date"},
	"weight":              {"weight"},
	"user_notes_count":    {"comments"},
	"time_stats":          {"time_estimate", "time_spent"},
	"subscribed":          {"subscribed"},
	"moved_to_id":         {"moved_to_id"},
	"created_at":          {"created"},
	"updated_at":          {"updated"},
	"closed_at":           {"closed"},
	"closed_by":           {"closed_by"},
	"merged_at":           {"merged"},
	"draft":               {"draft"},
	"source_branch":       {"source_branch"},
	"target_branch":       {"target_branch"},
	"username":            {"username"},
	"name":                {"name"},
	"filename":            {"filename"},
	"file_path":           {"file_path"},
	"url":                 {"url"},
	"url_text":            {"url_text"},
	"user_agent":          {"user_agent"},
	"ip_address":          {"ip_address"},
	"akismet_submitted":   {"akismet_submitted"},
	"commands_changes":    {"promoted"},
	"summary":             {"summary"},
	"time_estimate":       {"time_estimate"},
	"total_time_spent":    {"time_spent"},
	"human_time_estimate": {"time_estimate"}, "human_total_time_spent": {"time_spent"},
}

// TestOddMembers substitutes odd members in every documented response.
func TestOddMembers(t *testing.T) {
	t.Parallel()
	odd := toolstest.OddMembers{
		Base:       "/api/v4",
		ShownAs:    shownAs,
		Identities: []string{"id", "iid", "username"},
		MayFail:    mayFail,
		Write:      compareWrite,
		Tools: func(t testing.TB, transport http.RoundTripper) []tools.Tool {
			t.Helper()
			c, err := api.New(api.Config{Token: testToken, MaxWait: -1, Rates: rest.Unlimited, Transport: transport})
			require.NoError(t, err)
			return toolset.Tools(c, settings(t))
		},
	}
	odd.Test(t, golden.Read(t))
}

// mayFail reports whether a call cannot do without a member: what is moved to another
// project is only known from the response.
func mayFail(tool string, path []string) bool {
	return (tool == "gitlab_move_issue" || tool == "gitlab_clone_issue") && (path[0] == "iid" || path[0] == "project_id")
}

// compareWrite compares results of a write. A response to another issue, or without
// an id, proves nothing.
func compareWrite(tool string, base, got map[string]any, path []string) string {
	allowed := []string{"warnings"} // what is not shown cannot be verified
	switch path[0] {
	case "iid":
		if base["iid"] != got["iid"] && tool != "gitlab_create_issue" { // which only the response shows
			return "the iid was lost"
		}
		return ""
	case "id":
		if strings.HasSuffix(tool, "_metric_image") {
			return "" // a response to another image
		}
		allowed = append(allowed, "labels", "assignees")
	}
	return toolstest.Difference(base, got, slices.Concat(allowed, shownAs[path[0]]))
}

// TestOddMembersOfOneIssue shows what becomes of an issue in which every member is
// odd.
func TestOddMembersOfOneIssue(t *testing.T) {
	t.Parallel()
	const odd = `{"iid":"7","id":{},"title":[],"state":{},"labels":[null,"bug",{"name":"ui"},3],"assignees":{"username":"ann"},"author":"x","milestone":[1],
		"confidential":"yes","discussion_locked":"perhaps","weight":"3","due_date":5,"created_at":5,"updated_at":"2024-11-20T15:40:35Z","user_notes_count":"many",
		"issue_type":["x"],"severity":null,"references":"g/p#7","time_stats":[],"epic":"x","iteration":[],"description":["x"]}`
	result, _ := do(t, responds(200, odd), tools.Env{}, "gitlab_get_issue", `{`+issue7+`}`)
	require.False(t, result.IsError, text(t, result))
	assert.JSONEq(t, `{"iid":7,"labels":["bug","ui","3"],"assignees":["ann"],"weight":3,"due_date":"5","updated":"2024-11-20T15:40:35Z"}`, text(t, result))

	result, _ = do(t, responds(200, "\ufeff["+odd+`,null,"x",{"message":"y"}]`), tools.Env{}, "gitlab_list_project_issues", `{"id":"g/p"}`)
	require.False(t, result.IsError, text(t, result))
	assert.JSONEq(t, `{"rows":[{"iid":7,"labels":["bug","ui","3"],"assignees":["ann"],"weight":3,"due_date":"5","updated":"2024-11-20"}],"unreadable":3}`, text(t, result))
}
