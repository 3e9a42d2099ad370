package gitcode_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	toolset "gitcode.com/gitcode-mcp/gitcode-mcp/tools/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

// shownAs maps a member of a response to the members of a result that show it.
var shownAs = map[string][]string{
	"id":                    {"id"},
	"number":                {"number"},
	"html_url":              {"url", "repo"},
	"url":                   {"url", "repo"},
	"state":                 {"state"},
	"issue_state":           {"issue_state"},
	"issue_state_detail":    {"issue_state"},
	"issue_type":            {"type"},
	"issue_type_detail":     {"type"},
	"issue_priority_detail": {"priority"},
	"visibility_reason":     {"visibility"},
	"title":                 {"title"},
	"body":                  {"body"},
	"user":                  {"author", "user", "updated_by", "login", "name"}, // a member of an enterprise is shown as a user
	"login":                 {"login", "name"},
	"member_role":           {"role"},
	"role":                  {"role"},
	"active":                {"inactive"},
	"assignee":              {"assignees"},
	"assignees":             {"assignees"},
	"testers":               {"testers"},
	"milestone":             {"milestone"},
	"labels":                {"labels"},
	"repository":            {"repo"},
	"comments":              {"comments"},
	"severity":              {"severity"},
	"created_at":            {"created", "updated"}, // a comment shows updated only if it differs
	"updated_at":            {"updated"},
	"finished_at":           {"finished"},
	"merged_at":             {"merged"},
	"can_merge_check":       {"mergeable"},
	"target":                {"issue", "issue_id", "issue_title"},
	"head":                  {"head"},
	"base":                  {"base"},
	"content":               {"content"},
	"action_type":           {"action"},
	"name":                  {"name"}, // a label is shown as its name
	"custom_fields":         {"custom_fields"},
	"desc":                  {"description"},
	"type_name":             {"name"},
	"type_desc":             {"description"},
	"status":                {"statuses", "closed_statuses"},
	"emoji":                 {"emoji"},
	"emoji_name":            {"emoji"},
	"created":               {"first"},
	"deleted":               {"deleted"},
	"updated_user":          {"updated_by"},
	"color":                 {"color"},
	"description":           {"description"},
	"due_on":                {"due"},
	"open_issues":           {"open_issues"},
	"closed_issues":         {"closed_issues"},
	"username":              {"login", "name"}, // the name is shown only if it differs
	"permissions":           {"permission"},
}

// keptByWrites are the members of a write's result that no odd member of its
// response may cost, other than the one they show.
var keptByWrites = []string{"id", "number", "url", "issue", "title", "deleted"}

// identities maps tools to the member without which a response or a row is lost.
var identities = map[string]string{
	"get_comment": "id", "list_issue_comments": "id", "list_repo_comments": "id", "list_enterprise_issue_comments": "id", "list_enterprise_issue_labels": "name",
	"list_issue_statuses": "name", "list_issue_types": "type_name",
	"get_me": "login", "search_users": "login", "list_org_members": "login", "list_enterprise_members": "user",
	"list_pull_request_issues": "number",
	"list_repo_labels":         "name", "list_milestones": "number", "list_assignees": "username",
}

// severalResponses matches the arguments of calls whose result shows several
// responses, or a part of one, so that a member in one place may cost another.
var severalResponses = regexp.MustCompile(`"(include|numbers|offset|limit)":`)

// TestOddMembers replaces every member and every element of every documented
// and recorded response by values of every kind. No call may fail unless the
// member identifies the object, and nothing else in the result may change.
func TestOddMembers(t *testing.T) {
	t.Parallel()
	var tried, withoutIdentity, lost atomic.Int64
	t.Cleanup(func() {
		t.Logf("%d substitutions, %d of them of the only identity of a response or row; %d lost anything else", tried.Load(), withoutIdentity.Load(), lost.Load())
	})
	for name, story := range stories(t) {
		if severalResponses.MatchString(story.given["arguments"]) || story.tool == "get_attachment" { // whose response is a file
			continue
		}
		for section, body := range story.given {
			if section != "response" && !strings.HasPrefix(section, "response ") || len(bytes.TrimSpace([]byte(body))) == 0 {
				continue
			}
			if strings.HasSuffix(name, ".edits") && (section == "response 1" || section == "response 2") {
				continue // edits are rejected unless both reads show the same body
			}
			if strings.HasSuffix(name, "_issue.workflow") && regexp.MustCompile(`/(settings|issue_extend_field)$`).MatchString(section) {
				continue // names are rejected unless they are listed
			}
			t.Run(name+" "+section, func(t *testing.T) {
				t.Parallel()
				o := oddMembers{tool: story.tool, given: maps.Clone(story.given), section: section}
				o.run(t, parse(t, body))
				tried.Add(o.tried)
				withoutIdentity.Add(o.withoutIdentity)
				lost.Add(o.lost)
			})
		}
	}
}

// oddMembers calls a tool with one of its responses substituted.
type oddMembers struct {
	tool    string
	given   map[string]string
	section string

	handler http.Handler // of the current call
	isList  bool
	base    map[string]any // the result without a substitution

	tried, withoutIdentity, lost int64
}

func (o *oddMembers) run(t *testing.T, response any) {
	c, err := api.New(api.Config{Token: testToken, MaxWait: -1, Rates: rest.Unlimited, Transport: o})
	require.NoError(t, err)
	all := toolset.Tools(c, settings)
	tool := all[slices.IndexFunc(all, func(tool tools.Tool) bool { return tool.Name == o.tool })]
	call := func() (map[string]any, string) {
		body, err := json.Marshal(response)
		require.NoError(t, err)
		o.given[o.section] = string(body)
		o.handler = &toolstest.Recorder{Given: o.given, Base: "/api/v5"}
		ctx := c.WithToken(t.Context(), fmt.Sprintf("%s-%d", testToken, o.tried)) // without what is cached
		result, _ := tool.Call(ctx, tools.Env{MaxResult: 60_000}, json.RawMessage(o.given["arguments"]))
		if result.IsError {
			return nil, text(t, result)
		}
		var value map[string]any
		require.NoError(t, json.Unmarshal([]byte(text(t, result)), &value))
		return value, text(t, result)
	}
	_, o.isList = response.([]any)
	var said string
	o.base, said = call()
	require.NotNil(t, o.base, said)
	toolstest.Substitute(response, func(path []string, value string) {
		o.tried++
		got, said := call()
		if problem := o.compare(tool.Effect != tools.Reads, path, got); problem != "" {
			o.lost++
			t.Errorf("%s = %s: %s\n%s", strings.Join(path, "."), value, problem, said)
		}
	})
}

// compare returns what is wrong with the result of a call in which the value at
// path was substituted.
func (o *oddMembers) compare(write bool, path []string, got map[string]any) string {
	switch rows, _ := o.base["rows"].([]any); {
	case write:
		return o.compareWrite(path, got)
	case o.tool == "get_repo" && got != nil:
		return toolstest.Difference(o.base, got, append(partsOf[o.section[strings.LastIndex(o.section, "/"):]], "missing"))
	case strings.HasSuffix(o.section, "/issue_extend_field") && got != nil:
		return toolstest.Difference(o.base, got, []string{"custom_fields", "cut"})
	case o.isList:
		return o.compareRows(rows, path, got)
	case got == nil && identities[o.tool] == path[0]:
		o.withoutIdentity++
		return ""
	case got == nil:
		return "the call failed"
	}
	return toolstest.Difference(o.base, got, shownAs[path[0]])
}

// partsOf maps the last segment of a read of get_repo to the members that show
// its response.
var partsOf = map[string][]string{
	"/labels": {"labels"}, "/milestones": {"milestones"}, "/collaborators": {"assignees"}, "/settings": {"types", "statuses"}, "/issues": {"counts"},
}

func (o *oddMembers) compareWrite(path []string, got map[string]any) string {
	if got == nil && slices.Contains([]string{"update_issues", "update_milestone"}, o.tool) && len(path) > 0 && path[0] == "number" {
		o.withoutIdentity++
		return ""
	}
	if got == nil {
		return "the call failed"
	}
	if o.isList {
		path = path[1:]
	}
	if len(path) > 0 && (path[0] == "id" || path[0] == "number") {
		return "" // without an identity the object is read back
	}
	if len(path) > 0 && shownAs[path[0]] == nil {
		return toolstest.Difference(o.base, got, nil)
	}
	for _, key := range keptByWrites {
		if (len(path) == 0 || !slices.Contains(shownAs[path[0]], key)) && !reflect.DeepEqual(o.base[key], got[key]) {
			return fmt.Sprintf("%s was %v", key, o.base[key])
		}
	}
	return ""
}

func (o *oddMembers) compareRows(rows []any, path []string, got map[string]any) string {
	if got == nil {
		return "the call failed"
	}
	if problem := toolstest.Difference(o.base, got, []string{"rows", "unreadable"}); problem != "" {
		return problem
	}
	gotRows, _ := got["rows"].([]any)
	i, _ := strconv.Atoi(path[0])
	identity := identities[o.tool]
	if got["unreadable"] != nil {
		if len(path) > 1 && path[1] != identity {
			return "the row was lost"
		}
		if len(path) > 1 {
			o.withoutIdentity++
		}
		if got["unreadable"] != 1. || !reflect.DeepEqual(slices.Delete(slices.Clone(rows), i, i+1), gotRows) {
			return "other rows were lost"
		}
		return ""
	}
	if len(gotRows) != len(rows) {
		return "a row was lost silently"
	}
	if len(path) == 1 && o.tool == "list_related_branches" { // whose rows are texts
		rows = slices.Clone(rows)
		rows[i] = gotRows[i]
		return toolstest.Difference(map[string]any{"rows": rows}, map[string]any{"rows": gotRows}, nil)
	}
	if len(path) == 1 {
		return "the row was not counted as unreadable"
	}
	for n, row := range rows {
		var allowed []string
		if n == i {
			allowed = shownAs[path[1]]
		}
		if problem := toolstest.Difference(row, gotRows[n], allowed); problem != "" {
			return problem
		}
	}
	return ""
}

// TestOddMembersOfOneIssue shows what becomes of an issue in which every member
// is odd.
func TestOddMembersOfOneIssue(t *testing.T) {
	t.Parallel()
	odd := `{"number":"7","id":{},"title":[],"state":{},"labels":[null,{"name":"bug"},3],"assignees":{"login":"ann"},"user":"x","milestone":[1],
		"priority":"high","issue_priority_detail":{"title":"主要"},"issue_state_detail":{"title":"待办的"},"issue_type_detail":{"title":"缺陷"},
		"visibility_reason":"confidential","created_at":5,"updated_at":"2024-11-20T15:40:35+08:00","comments":"many"}`
	const want = `{"number":7,"issue_state":"待办的","labels":["bug"],"assignees":["ann"],"visibility":"confidential","updated":"2024-11-20T15:40:35+08:00","type":"缺陷","priority":"主要"}`
	result, _ := do(t, responds(200, odd), tools.Env{}, "get_issue", `{`+issue7+`}`)
	require.False(t, result.IsError, text(t, result))
	assert.Equal(t, want, text(t, result))

	result, _ = do(t, responds(200, "\ufeff["+odd+`,null,"x",{"message":"y"}]`), tools.Env{}, "list_repo_issues", `{"owner":"o","repo":"r"}`)
	require.False(t, result.IsError, text(t, result))
	assert.Equal(t, `{"rows":[{"number":7,"labels":["bug"],"assignees":["ann"],"visibility":"confidential","updated":"2024-11-20"}],"unreadable":3}`, text(t, result))

	result, _ = do(t, responds(200, `{"number":7,"id":1,"title":"t","state":"open","priority":"high","visibility_reason":"public"}`), tools.Env{}, "create_issue", `{"owner":"o","repo":"r","title":"t"}`)
	require.False(t, result.IsError, text(t, result))
	assert.Contains(t, text(t, result), `"number":7`)
}
