package gitcode_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox/fault"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	toolset "gitcode.com/gitcode-mcp/gitcode-mcp/tools/gitcode"
)

// TestGetRepo reads a repository of the sandbox, of an organization and of a
// user.
func TestGetRepo(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	first := u.call("get_repo", `{`+portal+`}`)
	assert.Len(t, first["labels"], 10)
	assert.Contains(t, first["milestones"], map[string]any{"number": 253899.0, "title": "v2.3", "due": first["milestones"].([]any)[0].(map[string]any)["due"]})
	assert.Equal(t, map[string]any{"open": 11.0, "closed": 3.0}, first["counts"])
	assert.NotEmpty(t, first["assignees"])
	const why = "would take a fifth request; call again"
	assert.Equal(t, []any{map[string]any{"part": "types", "reason": why}, map[string]any{"part": "statuses", "reason": why}}, first["missing"])

	second := u.call("get_repo", `{`+portal+`}`)
	assert.NotContains(t, second, "missing")
	assert.NotEmpty(t, second["types"])
	assert.Contains(t, second["statuses"], map[string]any{"name": "已完成", "state": "closed"})
	assert.Equal(t, first["labels"], second["labels"])

	u.call("list_repo_issues", `{"owner":"`+sandbox.Me+`","repo":"notes"}`)
	notes := u.call("get_repo", `{"owner":"`+sandbox.Me+`","repo":"notes"}`)
	assert.NotContains(t, notes, "missing", "the list brought the counts")
	assert.Equal(t, []any{}, notes["types"])
	assert.Equal(t, []any{}, notes["milestones"])

	assert.Equal(t, []string{"counts"}, keys(u.call("get_repo", `{`+portal+`,"fields":["counts"]}`)))
	assert.Contains(t, u.fail("get_repo", `{`+portal+`,"fields":["people"]}`), "labels, milestones, assignees, counts, types, statuses")
	assert.Contains(t, u.fail("get_repo", `{"owner":"openharbor","repo":"nowhere"}`), "Check owner=openharbor and repo=nowhere.")
}

func keys(value map[string]any) []string {
	var names []string
	for name := range value {
		names = append(names, name)
	}
	return names
}

// TestMissingParts checks what a model reads of parts that cannot be read.
func TestMissingParts(t *testing.T) {
	t.Parallel()
	service := fault.Inject(sandbox.New(), func(r *http.Request) fault.Fault {
		switch r.URL.Path {
		case sandbox.Prefix + "/repos/openharbor/portal/labels":
			return faults["403-scope"]
		case sandbox.Prefix + "/repos/openharbor/portal/milestones":
			return fault.Fault{Status: 503}
		case sandbox.Prefix + "/repos/openharbor/portal/collaborators":
			return fault.Fault{Status: 200, Header: http.Header{"total_count": {"4"}}, Body: `[{"username":"a"},{"username":"b"},{"id":5}]`}
		}
		return fault.Fault{}
	})
	session := connect(t, newClient(t, service, api.Config{BaseURL: sandbox.Prefix, Token: sandbox.Token, MaxWait: -1}), tools.Env{})
	result := call(t, session, "get_repo", `{`+portal+`}`)
	require.False(t, result.IsError)
	assert.Equal(t, `{"assignees":[{"login":"a"},{"login":"b"}],"counts":{"open":11,"closed":3},"missing":[`+
		`{"part":"labels","reason":"forbidden: no scopes:read_projects"},{"part":"milestones","reason":"unavailable"},{"part":"assignees","reason":"GitCode returned 2 of 4"},{"part":"assignees","reason":"1 could not be read"},`+
		`{"part":"types","reason":"would take a fifth request; call again"},`+
		`{"part":"statuses","reason":"would take a fifth request; call again"}]}`, text(t, result))
}

// TestLongParts checks that a result says how much of a long list it contains.
func TestLongParts(t *testing.T) {
	t.Parallel()
	row := func(name string) string { return `{"id":1,"name":"` + name + `"}` }
	page := "[" + row("label 0")
	for n := range 99 {
		page += "," + row(fmt.Sprint("label ", n+1))
	}
	page += "]"
	for total, want := range map[string]string{"250": `the first 100 of 250; call again with fields=["labels"] for more`, "": `the first 100; call again with fields=["labels"] for more`} {
		service := fault.Inject(sandbox.New(), func(r *http.Request) fault.Fault {
			if r.URL.Path != sandbox.Prefix+"/repos/openharbor/portal/labels" {
				return fault.Fault{}
			}
			header := http.Header{}
			if total != "" {
				header["total_count"] = []string{total}
			}
			return fault.Fault{Status: 200, Header: header, Body: page}
		})
		session := connect(t, newClient(t, service, api.Config{BaseURL: sandbox.Prefix, Token: sandbox.Token, MaxWait: -1}), tools.Env{})
		result := call(t, session, "get_repo", `{`+portal+`}`)
		require.False(t, result.IsError)
		var repo toolset.Repo
		require.NoError(t, json.Unmarshal([]byte(text(t, result)), &repo))
		assert.Len(t, repo.Labels, 100)
		assert.Equal(t, toolset.MissingPart{Part: "labels", Reason: want}, repo.Missing[0])
	}
}

// TestMoreLabelsThanFit checks that no request is sent for labels that would not
// be shown, and that the result does not ask for them.
func TestMoreLabelsThanFit(t *testing.T) {
	t.Parallel()
	requests := 0
	service := fault.Inject(sandbox.New(), func(r *http.Request) fault.Fault {
		requests++
		page := 1
		fmt.Sscan(r.URL.Query().Get("page"), &page)
		var rows []string
		for n := range 100 {
			rows = append(rows, fmt.Sprintf(`{"id":%d,"name":"label %d","description":"About forty bytes that say what it means"}`, page*100+n, page*100+n))
		}
		return fault.Fault{Status: 200, Header: http.Header{"total_count": {"5000"}}, Body: "[" + strings.Join(rows, ",") + "]"}
	})
	client := newClient(t, service, api.Config{BaseURL: sandbox.Prefix, Token: sandbox.Token, MaxWait: -1})
	get := func(limit int) toolset.Repo {
		var repo toolset.Repo
		require.NoError(t, json.Unmarshal([]byte(text(t, call(t, connect(t, client, tools.Env{MaxResult: limit}), "get_repo", `{`+portal+`,"fields":["labels"]}`))), &repo))
		return repo
	}
	assert.Equal(t, `the first 400 of 5000; call again with fields=["labels"] for more`, get(60_000).Missing[0].Reason)
	cut := get(60_000)
	assert.Equal(t, "the first 800 of 5000", cut.Missing[0].Reason)
	assert.Contains(t, cut.Cut, "Names of labels are checked when they are added, so one that is not listed can be tried. ")
	assert.Contains(t, cut.Cut, " of 800 labels are left out")
	get(60_000)
	requests = 0
	whole := get(0)
	assert.Equal(t, "the first 1000 of 5000; names of labels are checked when they are added, so one that is not listed can be tried", whole.Missing[0].Reason)
	assert.Len(t, whole.Labels, 1000)
	assert.Zero(t, requests)
}

// TestNamesAreChecked checks what the sandbox would accept without a word: a
// label with a typo, and an unknown milestone.
func TestNamesAreChecked(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	assert.Equal(t, `add_labels: not sent: there is no label "bugg" in openharbor/portal; did you mean "bug"? Pass create_labels=true to create it.`,
		u.fail("add_labels", `{`+portal+`,"number":1,"labels":["bugg"]}`))
	assert.Contains(t, u.fail("create_issue", `{`+portal+`,"title":"t","labels":["priority/hihg"]}`), `did you mean "priority/high"?`)
	assert.Equal(t, `create_issue: not sent: there is no open milestone "v2" in openharbor/portal; did you mean "v2.3" or "v2.4"?`,
		u.fail("create_issue", `{`+portal+`,"title":"t","milestone":"v2"}`))
	assert.Len(t, u.call("get_repo", `{`+portal+`,"fields":["labels"]}`)["labels"], 10, "no label was created")

	created := u.call("create_issue", `{`+portal+`,"title":"t","labels":["bug","brand new"],"create_labels":true,"milestone":"V2.3","assignee":"me"}`)
	assert.Equal(t, []any{sandbox.Me}, created["assignees"])
	assert.Equal(t, map[string]any{"number": 253899.0, "title": "v2.3"}, created["milestone"])
	assert.ElementsMatch(t, []any{"bug", "brand new"}, created["labels"])
	repo := u.call("get_repo", `{`+portal+`,"fields":["labels","counts"]}`)
	assert.Len(t, repo["labels"], 11, "the new label is there at once")
	assert.Equal(t, 12.0, repo["counts"].(map[string]any)["open"])

	assert.Equal(t, `list_repo_issues: GET /repos/{owner}/{repo}/issues: there is no label "bugg" in openharbor/portal; did you mean "bug"?`,
		u.fail("list_repo_issues", `{`+portal+`,"labels":["bugg"]}`))
	assert.Equal(t, map[string]any{"rows": []any{}, "total": 0.0, "cut": `There is no open milestone "v2.9" in openharbor/portal; did you mean "v2.3" or "v2.4"?`},
		u.call("list_repo_issues", `{`+portal+`,"milestone":"v2.9"}`))
	for _, arguments := range []string{`"milestone":"253899"`, `"milestone":253899`, `"milestone":"V2.3"`} {
		assert.Equal(t, u.call("list_repo_issues", `{`+portal+`,"milestone":"v2.3"}`), u.call("list_repo_issues", `{`+portal+`,`+arguments+`}`))
	}
	mine := u.call("list_repo_issues", `{`+portal+`,"assignee":"me"}`)
	assert.NotEmpty(t, mine["rows"])
	assert.Equal(t, u.call("list_repo_issues", `{`+portal+`,"assignee":"`+sandbox.Me+`"}`), mine)
}
