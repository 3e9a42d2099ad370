package gitlab_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/textedit"
)

func edits(old, new string) textedit.Changes {
	return textedit.Changes{Edits: []textedit.Edit{{Old: old, New: new}}}
}

func TestUpdateIssue(t *testing.T) {
	t.Parallel()
	const (
		head = `200 {"id":70,"iid":7,`
		full = head + `"title":"t","description":"d","state":"opened","labels":["bug"],"assignees":[{"id":1,"username":"Ann"}],"milestone":{"id":17,"title":"v1"},"due_date":"2026-03-11","weight":5,
			"epic":{"id":4},"issue_type":"issue","confidential":true,"discussion_locked":true,"updated_at":"2026-01-01T00:00:00.123Z"}`
		empty   = head + `"title":"t","description":"","state":"opened","labels":[],"assignees":[],"milestone":null,"due_date":null,"weight":null,"epic":null,"issue_type":"issue","confidential":false,"discussion_locked":null}`
		byTitle = "GET /projects/g%2Fs%2Fp/milestones?include_parent_milestones=true&per_page=100&title=V1"
		found   = `200 [{"id":17,"title":"v1"},{"id":18,"title":"v2"}]`
		others  = "GET /projects/g%2Fs%2Fp/milestones?include_parent_milestones=true&per_page=100"
	)
	type params = gitlab.UpdateIssueParams
	names := func(names ...string) *[]string { return &names }
	for name, test := range map[string]struct {
		params    params
		responses []string
		requests  []string
		want      change
	}{
		"all as requested": {
			params{Title: new("t"), Description: new(" d\r\n"), State: new("open"), Labels: names("bug"), AssigneeIDs: names("1"), MilestoneID: new("17"), DueDate: new("2026-03-11"), Weight: new("005"),
				EpicID: new(4), IssueType: new("issue"), Confidential: new(true), DiscussionLocked: new(true), UpdatedAt: "2026-01-01T08:00:00+08:00"},
			[]string{found, full, full}, []string{others, readIssue, putIssue + `{"title":"t","description":" d\r\n","state_event":"reopen","labels":"bug","assignee_ids":[1],"milestone_id":17,"due_date":"2026-03-11","weight":5,"epic_id":4,"issue_type":"issue","confidential":true,"discussion_locked":true,"updated_at":"2026-01-01T08:00:00+08:00"}`}, change{},
		},
		"all is cleared": {
			params{Description: new(""), Labels: names(), AssigneeIDs: names(), MilestoneID: new(""), DueDate: new(""), Weight: new(""), EpicID: new(0), Confidential: new(false), DiscussionLocked: new(false)},
			[]string{empty}, []string{putIssue + `{"description":"","labels":"","assignee_ids":[0],"milestone_id":0,"due_date":"","weight":null,"epic_id":0,"confidential":false,"discussion_locked":false}`}, change{},
		},
		"nothing is cleared": {
			params{Description: new(""), Labels: names(), AssigneeIDs: new([]string(nil)), MilestoneID: new("0"), DueDate: new(""), Weight: new(" "), EpicID: new(0), Confidential: new(false), DiscussionLocked: new(false)},
			[]string{full}, []string{putIssue + `{"description":"","labels":"","assignee_ids":[0],"milestone_id":0,"due_date":"","weight":null,"epic_id":0,"confidential":false,"discussion_locked":false}`},
			change{ignored: []gitlab.Deviation{
				{Field: "description", Extra: []string{"d"}}, {Field: "labels", Extra: []string{"bug"}}, {Field: "assignee_ids", Extra: []string{"Ann"}},
				{Field: "confidential", Missing: []string{"false"}, Extra: []string{"true"}}, {Field: "discussion_locked", Missing: []string{"false"}, Extra: []string{"true"}},
				{Field: "milestone_id", Extra: []string{"v1"}}, {Field: "due_date", Extra: []string{"2026-03-11"}}, {Field: "weight", Extra: []string{"5"}}, {Field: "epic_id", Extra: []string{"4"}},
			}},
		},
		"dropped": {
			params{State: new("closed"), Labels: names("bug", "Bug"), AssigneeIDs: names("2"), MilestoneID: new("18"), UpdatedAt: "2020-01-01T00:00:00Z"},
			[]string{found, full, full}, []string{others, readIssue, putIssue + `{"state_event":"close","labels":"bug,Bug","assignee_ids":[2],"milestone_id":18,"updated_at":"2020-01-01T00:00:00Z"}`},
			change{ignored: []gitlab.Deviation{
				{Field: "state", Missing: []string{"closed"}, Extra: []string{"open"}}, {Field: "labels", Missing: []string{"Bug"}}, {Field: "assignee_ids", Missing: []string{"2"}, Extra: []string{"Ann"}},
				{Field: "milestone_id", Missing: []string{"18"}, Extra: []string{"v1"}}, {Field: "updated_at", Missing: []string{"2020-01-01T00:00:00Z"}, Extra: []string{"2026-01-01T00:00:00Z"}},
			}},
		},
		"a milestone by its title in another case": {params{MilestoneID: new("V1")}, []string{"200 []", `200 [{"id":17,"title":"v1"},{"id":18,"title":"v2"}]`, full}, []string{byTitle, others, putIssue + `{"milestone_id":17}`}, change{}},
		"assignees by their usernames":             {params{AssigneeIDs: names("@ann", "ANN", "1", "bob")}, []string{`200 [{"id":1,"username":"Ann"}]`, `200 [{"id":2,"username":"bob"}]`, full, head + `"assignees":[{"id":1,"username":"Ann"},{"id":2,"username":"bob"}]}`}, []string{"GET /users?username=ann", "GET /users?username=bob", readIssue, putIssue + `{"assignee_ids":[1,2]}`}, change{}},
		"labels are added and removed":             {params{AddLabels: []string{"bug", "x y"}, RemoveLabels: []string{"old"}}, []string{head + `"labels":["bug","x y","other"]}`}, []string{putIssue + `{"add_labels":"bug,x y","remove_labels":"old"}`}, change{}},
		"labels are neither added nor removed":     {params{AddLabels: []string{"new"}, RemoveLabels: []string{"bug"}}, []string{full}, []string{putIssue + `{"add_labels":"new","remove_labels":"bug"}`}, change{ignored: []gitlab.Deviation{{Field: "add_labels", Missing: []string{"new"}}, {Field: "remove_labels", Extra: []string{"bug"}}}}},

		"an edition without weight":      {params{Weight: new("3")}, []string{head + `"title":"t"}`, head + `"title":"t"}`}, []string{putIssue + `{"weight":3}`, readIssue}, change{unknown: []string{"weight"}}},
		"a sparse response is completed": {params{State: new("closed"), Labels: names("bug")}, []string{head + `"state":"closed"}`, full}, []string{putIssue + `{"state_event":"close","labels":"bug"}`, readIssue}, change{}},
		"an empty response":              {params{State: new("closed")}, []string{"200 ", full}, []string{putIssue + `{"state_event":"close"}`, readIssue}, change{ignored: []gitlab.Deviation{{Field: "state", Missing: []string{"closed"}, Extra: []string{"open"}}}}},
		"another issue":                  {params{State: new("closed")}, []string{`200 {"id":1,"iid":8,"state":"closed"}`, full}, []string{putIssue + `{"state_event":"close"}`, readIssue}, change{ignored: []gitlab.Deviation{{Field: "state", Missing: []string{"closed"}, Extra: []string{"open"}}}}},
		"the read back fails":            {params{State: new("closed"), Labels: names("ui")}, []string{head + `"state":"opened"}`, "403 "}, []string{putIssue + `{"state_event":"close","labels":"ui"}`, readIssue}, change{[]gitlab.Deviation{{Field: "state", Missing: []string{"closed"}, Extra: []string{"open"}}}, []string{"labels"}, rest.Forbidden}},
		"the read back shows no more":    {params{Labels: names("ui"), AssigneeIDs: names("1"), Confidential: new(true)}, []string{head + `"labels":"?"}`, head + `"labels":[true],"assignees":[{"id":1}],"confidential":"?"}`}, []string{putIssue + `{"labels":"ui","assignee_ids":[1],"confidential":true}`, readIssue}, change{unknown: []string{"labels", "assignee_ids", "confidential"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.params.IssueRef, test.params.CreateLabels = ref, true
			s := &service{responses: test.responses}
			requests, previousLabels, previousAssignees := test.requests, []string(nil), []string(nil)
			if p := test.params; p.Labels != nil || p.AssigneeIDs != nil { // then it is read first
				if strings.HasPrefix(requests[0], "PUT ") {
					s.responses, requests = append([]string{full}, s.responses...), append([]string{readIssue}, requests...)
				}
				if p.Labels != nil {
					previousLabels = []string{"bug"}
				}
				if p.AssigneeIDs != nil {
					previousAssignees = []string{"Ann"}
				}
			}
			got, err := newClient(t, s).UpdateIssue(t.Context(), test.params)
			test.want.check(t, got, err)
			assert.Equal(t, requests, s.requests)
			assert.Equal(t, previousLabels, got.PreviousLabels)
			assert.Equal(t, previousAssignees, got.PreviousAssignees)
			assert.EqualValues(t, 7, got.Issue.IID)
		})
	}
}
