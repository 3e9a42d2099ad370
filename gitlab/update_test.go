package gitlab_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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
		before  = head + `"title":"old","description":"old","state":"opened","labels":["bug","old"],"assignees":[{"id":3,"username":"Cy"}],"milestone":null,"weight":null}`
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
			[]string{found, full}, []string{others, putIssue + `{"title":"t","description":" d\r\n","state_event":"reopen","labels":"bug","assignee_ids":[1],"milestone_id":17,"due_date":"2026-03-11","weight":5,"epic_id":4,"issue_type":"issue","confidential":true,"discussion_locked":true,"updated_at":"2026-01-01T08:00:00+08:00"}`}, change{},
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
			[]string{found, full}, []string{others, putIssue + `{"state_event":"close","labels":"bug,Bug","assignee_ids":[2],"milestone_id":18,"updated_at":"2020-01-01T00:00:00Z"}`},
			change{ignored: []gitlab.Deviation{
				{Field: "state", Missing: []string{"closed"}, Extra: []string{"open"}}, {Field: "labels", Missing: []string{"Bug"}}, {Field: "assignee_ids", Missing: []string{"2"}, Extra: []string{"Ann"}},
				{Field: "milestone_id", Missing: []string{"18"}, Extra: []string{"v1"}}, {Field: "updated_at", Missing: []string{"2020-01-01T00:00:00Z"}, Extra: []string{"2026-01-01T00:00:00Z"}},
			}},
		},
		"a milestone by its title in another case": {params{MilestoneID: new("V1")}, []string{"200 []", `200 [{"id":17,"title":"v1"},{"id":18,"title":"v2"}]`, full}, []string{byTitle, others, putIssue + `{"milestone_id":17}`}, change{}},
		"assignees by their usernames":             {params{AssigneeIDs: names("@ann", "ANN", "1", "bob")}, []string{`200 [{"id":1,"username":"Ann"}]`, `200 [{"id":2,"username":"bob"}]`, head + `"assignees":[{"id":1,"username":"Ann"},{"id":2,"username":"bob"}]}`}, []string{"GET /users?username=ann", "GET /users?username=bob", putIssue + `{"assignee_ids":[1,2]}`}, change{}},
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
			first := slices.IndexFunc(test.requests, func(request string) bool { return strings.HasPrefix(request, "PUT ") }) // the issue is read before
			s := &service{responses: slices.Insert(slices.Clone(test.responses), first, before)}
			requests, previousLabels, previousAssignees := slices.Insert(slices.Clone(test.requests), first, readIssue), []string(nil), []string(nil)
			if test.params.Labels != nil {
				previousLabels = []string{"bug", "old"}
			}
			if test.params.AssigneeIDs != nil {
				previousAssignees = []string{"Cy"}
			}
			got, err := newClient(t, s).UpdateIssue(t.Context(), &test.params)
			test.want.check(t, got, err)
			assert.Equal(t, requests, s.requests)
			assert.Equal(t, previousLabels, got.PreviousLabels)
			assert.Equal(t, previousAssignees, got.PreviousAssignees)
			assert.EqualValues(t, 7, got.Issue.IID)
		})
	}
}

// TestUnchangedIssues checks that nothing is sent if an issue already is as requested,
// and what an update says of what it replaced or could not remove, in a dry run too.
func TestUnchangedIssues(t *testing.T) {
	t.Parallel()
	const before = `200 {"id":70,"iid":7,"title":"t","description":"d\r\n","state":"opened","labels":["bug","ui"],"assignees":[{"id":1,"username":"Ann"}],"milestone":null,"due_date":"2026-03-11","weight":5,"confidential":false,"discussion_locked":null}`
	type params = gitlab.UpdateIssueParams
	for name, test := range map[string]struct {
		params params
		want   gitlab.IssueChange
		body   string
	}{
		"as it is": {params: params{
			Title: new("t"), Description: new("d\r\n"), State: new("open"), Labels: &[]string{"ui", "bug"}, AssigneeIDs: &[]string{"1"}, MilestoneID: new(""), DueDate: new("2026-03-11"), Weight: new("5"),
			Confidential: new(false), DiscussionLocked: new(false),
		}},
		"labels are there":         {params: params{AddLabels: []string{"bug"}}},
		"labels are not there":     {params: params{RemoveLabels: []string{"Bug", "new"}}, want: gitlab.IssueChange{AbsentLabels: []string{"Bug", "new"}}},
		"one label is not there":   {params{RemoveLabels: []string{"Bug", "ui"}}, gitlab.IssueChange{AbsentLabels: []string{"Bug"}}, `{"remove_labels":"Bug,ui"}`},
		"white space":              {params{Description: new("d")}, gitlab.IssueChange{}, `{"description":"d"}`},
		"what is not shown":        {params{EpicID: new(0)}, gitlab.IssueChange{}, `{"epic_id":0}`},
		"a label more":             {params{Labels: &[]string{"bug", "ui", "new"}}, gitlab.IssueChange{}, `{"labels":"bug,ui,new"}`},
		"labels and assignees":     {params{Labels: &[]string{"bug"}, AssigneeIDs: &[]string{"2"}}, gitlab.IssueChange{PreviousLabels: []string{"bug", "ui"}, PreviousAssignees: []string{"Ann"}}, `{"labels":"bug","assignee_ids":[2]}`},
		"an assignee who is there": {params{AssigneeIDs: &[]string{"1", "2"}}, gitlab.IssueChange{}, `{"assignee_ids":[1,2]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.params.IssueRef, test.params.CreateLabels = ref, true
			for _, isDryRun := range []bool{true, false} {
				s := &service{responses: []string{before, `200 {"id":70,"iid":7,"title":"t","description":"d","labels":["bug","new"],"assignees":[{"id":2,"username":"bob"}],"epic":null}`}}
				c := newClient(t, s)
				ctx, requests := t.Context(), []string{readIssue}
				if isDryRun {
					ctx, _ = c.WithDryRun(ctx)
				} else if test.body != "" {
					requests = append(requests, putIssue+test.body)
				}
				got, err := c.UpdateIssue(ctx, &test.params)
				require.NoError(t, err)
				assert.Equal(t, requests, s.requests)
				assert.Equal(t, test.body == "", got.Unchanged)
				assert.Equal(t, test.want.AbsentLabels, got.AbsentLabels)
				if isDryRun {
					assert.Equal(t, test.want.PreviousLabels, got.PreviousLabels)
					assert.Equal(t, test.want.PreviousAssignees, got.PreviousAssignees)
					assert.Equal(t, test.body == "" || test.want.AbsentLabels != nil || test.want.PreviousLabels != nil, got.HasPreview())
				}
			}
		})
	}
}

// TestScopedLabels checks which labels are said to have given way to one of the same
// scope.
func TestScopedLabels(t *testing.T) {
	t.Parallel()
	type params = gitlab.UpdateIssueParams
	for name, test := range map[string]struct {
		params              params
		after               string
		displaced, replaced []string
	}{
		"two of one scope":       {params{Labels: &[]string{"p::1", "p::2"}}, `["p::2"]`, []string{"p::1"}, nil},
		"another of the scope":   {params{AddLabels: []string{"p::2"}}, `["p::2","bug"]`, nil, []string{"p::1"}},
		"one that was to go":     {params{AddLabels: []string{"p::2"}, RemoveLabels: []string{"p::1"}}, `["p::2","bug"]`, nil, nil},
		"all are replaced":       {params{Labels: &[]string{"p::2"}}, `["p::2"]`, nil, nil},
		"without Premium":        {params{AddLabels: []string{"p::2"}}, `["p::1","p::2","bug"]`, nil, nil},
		"without the permission": {params{AddLabels: []string{"p::2"}}, `["p::1","bug"]`, nil, nil},
		"a longer scope":         {params{AddLabels: []string{"p::x::2"}}, `["p::1","p::x::2","bug"]`, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.params.IssueRef, test.params.CreateLabels = ref, true
			s := &service{responses: []string{`200 {"id":70,"iid":7,"labels":["p::1","bug"]}`, `200 {"id":70,"iid":7,"labels":` + test.after + `}`}}
			got, err := newClient(t, s).UpdateIssue(t.Context(), &test.params)
			require.NoError(t, err)
			assert.Equal(t, test.displaced, got.DisplacedLabels)
			assert.Equal(t, test.replaced, got.ReplacedLabels)
		})
	}
}
