package gitcode_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

// TestRepoLabelsOnTheSandbox creates, reads, changes, uses and deletes a label.
func TestRepoLabelsOnTheSandbox(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	names := func() []any { return column(u.call("list_repo_labels", `{`+portal+`}`), "name") }
	assert.Len(t, names(), 10)
	assert.Equal(t, map[string]any{"name": "kind/typo", "color": "#428BCA"}, u.call("create_repo_label", `{`+portal+`,"name":"kind/typo"}`))
	assert.Equal(t, map[string]any{"name": "area/ui & docs", "color": "#fc0"}, u.call("create_repo_label", `{`+portal+`,"name":" area/ui & docs ","color":"fc0"}`))
	assert.Equal(t, []any{"area/ui & docs", "kind/typo"}, names()[:2])
	assert.Equal(t, []any{"kind/typo"}, u.call("add_labels", `{`+portal+`,"number":2,"labels":["kind/typo"]}`)["added"], "a new label is known")

	assert.Equal(t, map[string]any{"name": "kind/spelling", "color": "#00FF00"}, u.call("update_repo_label", `{`+portal+`,"original_name":"kind/typo","name":"kind/spelling","color":"#00FF00"}`))
	assert.Equal(t, map[string]any{"name": "kind/spelling", "color": "#000"}, u.call("update_repo_label", `{`+portal+`,"original_name":"kind/spelling","color":"#000"}`))
	assert.Equal(t, []any{"bug", "kind/spelling"}, u.call("get_issue", `{`+portal+`,"number":2}`)["labels"])
	assert.Contains(t, u.fail("add_labels", `{`+portal+`,"number":4,"labels":["kind/typo"]}`), `there is no label "kind/typo" in openharbor/portal`, "the old name is not known any longer")

	assert.Equal(t, map[string]any{"name": "kind/spelling", "deleted": true}, u.call("delete_repo_label", `{`+portal+`,"name":"kind/spelling"}`))
	assert.Equal(t, []any{"bug"}, u.call("get_issue", `{`+portal+`,"number":2}`)["labels"])
	assert.Len(t, names(), 11)
	assert.Contains(t, u.fail("add_labels", `{`+portal+`,"number":4,"labels":["kind/spelling"]}`), `there is no label "kind/spelling" in openharbor/portal`)
	assert.Equal(t, `delete_repo_label: DELETE /repos/{owner}/{repo}/labels/{name} returned 404: there is no label "bgu" in openharbor/portal; did you mean "bug"? Correct the arguments; the same call will be rejected again.`,
		u.fail("delete_repo_label", `{`+portal+`,"name":"bgu"}`))
}

// TestRenameThatDidNotHappen checks a label that keeps its name, with and without
// another one that has the new name.
func TestRenameThatDidNotHappen(t *testing.T) {
	t.Parallel()
	for _, labels := range []string{`[{"name":"defect","color":"#111"},{"name":"bug","color":"#222"}]`, `[{"name":"bug","color":"#222"}]`} {
		result, records := do(t, toolstest.WritesRespond(labels, 200, `{}`), tools.Env{}, "update_repo_label", `{`+portal+`,"original_name":"bug","name":" defect "}`)
		require.False(t, result.IsError, text(t, result))
		assert.Equal(t, `{"name":"bug","color":"#222","warnings":["the name is \"bug\", not \"defect\""]}`, text(t, result))
		require.Len(t, records, 1)
		assert.Equal(t, "partial", records[0].Outcome)
	}
}

// TestReplaceLabelsOnTheSandbox replaces and removes the labels of an issue.
func TestReplaceLabelsOnTheSandbox(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	replace := func(labels, more string) map[string]any {
		return u.call("replace_labels", `{`+portal+`,"number":5,"labels":`+labels+more+`}`)
	}
	assert.Equal(t, map[string]any{"number": 5.0, "added": []any{"question"}, "removed": []any{"bug", "priority/high"}, "labels": []any{"kind/security", "question"}}, replace(`["kind/security","question"]`, ""))
	assert.Equal(t, map[string]any{"number": 5.0, "labels": []any{"kind/security", "question"}, "unchanged": true}, replace(`"question,kind/security"`, ""))
	assert.Contains(t, u.fail("replace_labels", `{`+portal+`,"number":5,"labels":["bug","nope"]}`), "Pass create_labels=true to create it.")
	assert.Equal(t, []any{"nope"}, replace(`["kind/security","nope"]`, `,"create_labels":true`)["added"])
	assert.Equal(t, map[string]any{"number": 5.0, "removed": []any{"kind/security", "nope"}, "labels": []any{}}, replace(`[]`, ""))
	assert.NotContains(t, u.call("get_issue", `{`+portal+`,"number":5}`), "labels")
	assert.Contains(t, u.fail("replace_labels", `{`+portal+`,"number":5}`), "labels")
}

// TestReplaceLabelsPreview checks that a dry run shows what would be removed.
func TestReplaceLabelsPreview(t *testing.T) {
	t.Parallel()
	result, _ := do(t, responds(200, `{"number":7,"labels":[{"name":"old"},{"name":"bug"}]}`), tools.Env{DryRun: true}, "replace_labels", `{`+issue7+`,"labels":["bug","new"],"create_labels":true}`)
	assert.Equal(t, `{"number":7,"added":["new"],"removed":["old"],"dry_run":[{"method":"PUT","path":"/repos/o/r/issues/7/labels","body":"[\"bug\",\"new\"]"}]}`, text(t, result))
}

// TestMilestonesOnTheSandbox creates, reads, changes, uses and deletes a milestone.
func TestMilestonesOnTheSandbox(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	created := u.call("create_milestone", `{`+portal+`,"title":"v3.0","due_on":"2027-03-31","description":"Later"}`)
	number := created["number"].(float64)
	assert.Equal(t, map[string]any{"number": number, "title": "v3.0", "state": "open", "due": "2027-03-31"}, created)
	ref := fmt.Sprintf(portal+`,"number":%.0f`, number)
	assert.Equal(t, number, u.call("update_issue", `{`+portal+`,"number":4,"milestone":"v3.0"}`)["milestone"].(map[string]any)["number"], "a new milestone is known")
	assert.Contains(t, column(u.call("list_milestones", `{`+portal+`}`), "title"), "v3.0")

	read := u.call("get_milestone", `{`+ref+`}`)
	assert.Equal(t, []any{"Later", "open", 1.0, 0.0}, []any{read["description"], read["state"], read["open_issues"], read["closed_issues"]})
	const page = "https://gitcode.com/openharbor/portal/milestones/6"
	assert.Equal(t, page, read["url"])

	closed := map[string]any{"number": number, "title": "v3.0", "state": "closed", "due": "2027-03-31", "url": page}
	assert.Equal(t, closed, u.call("update_milestone", `{`+ref+`,"state":"closed"}`))
	assert.Equal(t, "Later", u.call("get_milestone", `{`+ref+`}`)["description"], "what does not change is sent along")
	assert.Equal(t, true, u.call("update_milestone", `{`+ref+`,"state":"closed"}`)["unchanged"])
	renamed := u.call("update_milestone", `{`+ref+`,"title":"v3.1","description":""}`)
	assert.Equal(t, []any{"v3.1", "closed"}, []any{renamed["title"], renamed["state"]})
	assert.NotContains(t, u.call("get_milestone", `{`+ref+`}`), "description")
	assert.Equal(t, []any{"v3.1", "v2.2"}, column(u.call("list_milestones", `{`+portal+`,"state":"closed","sort":"due_on","direction":"desc"}`), "title"))
	assert.Contains(t, u.fail("update_issue", `{`+portal+`,"number":2,"milestone":"v3.0"}`), `there is no open milestone "v3.0"`)

	assert.Equal(t, map[string]any{"number": number, "deleted": true}, u.call("delete_milestone", `{`+ref+`}`))
	assert.Contains(t, u.fail("get_milestone", `{`+ref+`}`), "Milestone Not Found")
	assert.NotContains(t, u.call("get_issue", `{`+portal+`,"number":4}`), "milestone")
	assert.Contains(t, u.fail("update_milestone", `{`+portal+`,"number":249511,"state":"closed"}`), "the milestone has no due date, and GitCode requires one of every update; pass due_on")
	assert.Equal(t, "closed", u.call("update_milestone", `{`+portal+`,"number":249511,"state":"closed","due_on":"2027-12-31"}`)["state"])
}

func TestAssigneesOnTheSandbox(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	rows := u.call("list_assignees", `{"owner":"openharbor","repo":"cli"}`)["rows"]
	assert.Contains(t, rows, map[string]any{"login": "linwei", "name": "林薇", "permission": "admin"})
	assert.Contains(t, rows, map[string]any{"login": "maria", "name": "Maria Soto"})
	page := u.call("list_assignees", `{`+portal+`,"per_page":2}`)
	assert.EqualValues(t, 5, page["total"])
	assert.EqualValues(t, 2, page["next_page"])
}

func TestRepoRejections(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	for _, test := range []struct{ tool, arguments, message string }{
		{"create_repo_label", `{` + portal + `,"name":"a,b"}`, "name must not contain a comma"},
		{"create_repo_label", `{` + portal + `,"name":" "}`, "name"},
		{"create_repo_label", `{` + portal + `,"name":"a","color":"red"}`, "color must have the form of #428BCA"},
		{"create_repo_label", `{` + portal + `,"name":"bug"}`, "Label already exists (error_code 409 CONFLICT"},
		{"update_repo_label", `{` + portal + `,"original_name":"bug"}`, "nothing to change; pass name or color"},
		{"delete_repo_label", `{` + portal + `,"name":"bug,question"}`, "name must not contain a comma"},
		{"delete_repo_label", `{` + portal + `,"name":".."}`, `name must not be ".."`},
		{"create_milestone", `{` + portal + `,"title":"x"}`, "due_on"},
		{"create_milestone", `{` + portal + `,"title":"x","due_on":"2027-03-31T00:00:00Z"}`, "due_on must be a date"},
		{"create_milestone", `{` + portal + `,"title":" ","due_on":"2027-03-31"}`, "title"},
		{"update_milestone", `{` + portal + `,"number":253899}`, "nothing to change; pass title, due_on, description or state"},
		{"update_milestone", `{` + portal + `,"number":253899,"state":"all"}`, "state must be one of open, closed"},
		{"get_milestone", `{` + portal + `,"number":4}`, "Check owner=openharbor, repo=portal and number=4. The number is the global one that list_milestones shows, not the one in web addresses."},
		{"list_milestones", `{"owner":"https://gitcode.com/openharbor/portal/milestones/4"}`, "milestones"},
	} {
		assert.Contains(t, u.fail(test.tool, test.arguments), test.message, "%s %s", test.tool, test.arguments)
	}
}
