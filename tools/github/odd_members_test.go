package github_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
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

// TestOddMembers replaces every member and every element of every documented
// response by values of every kind. No call may fail, and nothing else in the
// result may change.
func TestOddMembers(t *testing.T) {
	t.Parallel()
	var tried atomic.Int64
	t.Cleanup(func() { t.Logf("%d substitutions", tried.Load()) })
	for _, file := range golden.Read(t) {
		if file.Name != file.Tool || strings.TrimSpace(file.Given["response"]) == "" {
			continue
		}
		t.Run(file.Name, func(t *testing.T) {
			t.Parallel()
			var response any
			decoder := json.NewDecoder(strings.NewReader(file.Given["response"]))
			decoder.UseNumber()
			require.NoError(t, decoder.Decode(&response))
			_, isList := response.([]any)
			o := newOddMembers(t, file)
			base := o.call(t, response)
			toolstest.Substitute(response, func(path []string, value string) {
				tried.Add(1)
				got := o.call(t, response)
				problem := ""
				switch {
				case isList:
					problem = compareRows(base, got, path)
				case o.tool.Effect == tools.Reads:
					problem = toolstest.Difference(base, got, shownAs[path[0]])
				default:
					problem = compareWrite(base, got, path)
				}
				assert.Empty(t, problem, "%s = %s", strings.Join(path, "."), value)
			})
		})
	}
}

// oddMembers calls a tool with its documented response substituted.
type oddMembers struct {
	given   map[string]string
	tool    tools.Tool
	service http.Handler // of the current call
}

func newOddMembers(t *testing.T, file toolstest.File) *oddMembers {
	t.Helper()
	o := &oddMembers{given: maps.Clone(file.Given)}
	transport := toolstest.InMemory(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { o.service.ServeHTTP(w, r) }))
	c, err := api.New(api.Config{Token: testToken, MaxWait: -1, Rates: rest.Unlimited, Transport: transport})
	require.NoError(t, err)
	o.tool = toolstest.Named(t, toolset.Tools(c, settings), file.Tool)
	return o
}

// call returns the result.
func (o *oddMembers) call(t *testing.T, response any) map[string]any {
	t.Helper()
	body, err := json.Marshal(response)
	require.NoError(t, err)
	o.given["response"] = string(body)
	o.service = &toolstest.Recorder{Given: o.given}
	result, _ := o.tool.Call(t.Context(), tools.Env{MaxResult: 60_000}, json.RawMessage(o.given["arguments"]))
	require.False(t, result.IsError, text(t, result))
	var value map[string]any
	require.NoError(t, json.Unmarshal([]byte(text(t, result)), &value))
	return value
}

// compareRows compares lists with one documented row.
func compareRows(base, got map[string]any, path []string) string {
	if problem := toolstest.Difference(base, got, []string{"rows", "unreadable"}); problem != "" {
		return problem
	}
	rows, _ := got["rows"].([]any)
	isIdentity := len(path) == 1 || path[1] == "login"
	if isIdentity && len(rows) == 0 {
		if got["unreadable"] != 1. {
			return "the row was lost silently"
		}
		return ""
	}
	if len(rows) != 1 {
		return "the row was lost"
	}
	if isIdentity {
		return ""
	}
	return toolstest.Difference(base["rows"].([]any)[0], rows[0], shownAs[path[1]])
}

// compareWrite compares results of a write. A response to another issue, or without
// an id, proves nothing.
func compareWrite(base, got map[string]any, path []string) string {
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
