package gitlab_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

func TestCreateIssue(t *testing.T) {
	t.Parallel()
	const (
		head = `201 {"id":70,"iid":7,`
		full = head + `"title":"t","description":"d","labels":["bug","triage"],"assignees":[{"id":1,"username":"ann"},{"id":2,"username":"eve"},{"id":9,"username":"bot"}],"milestone":{"id":17,"title":"v1"},
			"weight":0,"due_date":"2026-03-11","epic":{"id":4},"issue_type":"incident","confidential":true,"created_at":"2026-01-01T08:00:00.000+08:00"}`
		bare = head + `"title":"t","description":null,"labels":[],"assignees":[],"milestone":null,"due_date":null,"issue_type":"issue","confidential":false,"created_at":"2026-11-21T00:00:00Z"}`
		ann  = "GET /users?username=ann"
	)
	type params = gitlab.CreateIssueParams
	all := params{
		Title: "t", Description: "d", AssigneeIDs: []string{"1", "@Eve"}, AssigneeID: "2", Confidential: true, CreatedAt: "2026-01-01T00:00:00Z", DueDate: "2026-03-11", EpicID: 4,
		IID: 7, IssueType: "incident", Labels: []string{"bug"}, CreateLabels: true, MilestoneID: "17", Weight: new(0), MergeRequestToResolveDiscussionsOf: 3, DiscussionToResolve: "abc",
	}
	const allBody = postIssue + `{"title":"t","description":"d","labels":"bug","assignee_ids":[1,2],"milestone_id":17,"due_date":"2026-03-11","weight":0,"epic_id":4,"issue_type":"incident","confidential":true,` +
		`"created_at":"2026-01-01T00:00:00Z","iid":7,"discussion_to_resolve":"abc","merge_request_to_resolve_discussions_of":3}`
	const (
		eve  = `200 [{"id":2,"username":"eve"}]`
		v1   = `200 [{"id":17,"iid":2,"title":"v1"}]`
		byID = "GET /projects/g%2Fs%2Fp/milestones?include_parent_milestones=true&per_page=100"
	)
	for name, test := range map[string]struct {
		params    params
		responses []string
		requests  []string
		want      change
		iid       int
	}{
		"a title":          {params{Title: "t"}, []string{bare}, []string{postIssue + `{"title":"t"}`}, change{}, 7},
		"all as requested": {all, []string{eve, v1, full}, []string{"GET /users?username=Eve", byID, allBody}, change{}, 7},
		"an edition without weight and epics, and an owner without rights": {all, []string{eve, v1, bare, bare}, []string{"GET /users?username=Eve", byID, allBody, readIssue}, change{
			ignored: []gitlab.Deviation{
				{Field: "description", Missing: []string{"d"}}, {Field: "labels", Missing: []string{"bug"}}, {Field: "issue_type", Missing: []string{"incident"}, Extra: []string{"issue"}},
				{Field: "assignee_ids", Missing: []string{"1", "Eve", "2"}}, {Field: "confidential", Missing: []string{"true"}, Extra: []string{"false"}},
				{Field: "milestone_id", Missing: []string{"17"}}, {Field: "due_date", Missing: []string{"2026-03-11"}},
				{Field: "created_at", Missing: []string{"2026-01-01T00:00:00Z"}, Extra: []string{"2026-11-21T00:00:00Z"}},
			}, unknown: []string{"weight", "epic_id"},
		}, 7},
		"another iid": {params{Title: "t", IID: 8}, []string{bare}, []string{postIssue + `{"title":"t","iid":8}`}, change{ignored: []gitlab.Deviation{{Field: "iid", Missing: []string{"8"}, Extra: []string{"7"}}}}, 7},
		"a username of several": {params{Title: "t", AssigneeIDs: []string{"ann"}}, []string{`200 [{"id":8,"username":"anna"},{"id":1,"username":"Ann"}]`, head + `"title":"t","assignees":[{"id":1,"username":"Ann"}]}`},
			[]string{ann, postIssue + `{"title":"t","assignee_ids":[1]}`}, change{}, 7},
		"the token's owner": {params{Title: "t", AssigneeIDs: []string{"me", "@ME", "1"}}, []string{`200 {"id":1,"username":"ann"}`, head + `"title":"t","assignees":[{"id":1,"username":"ann"}]}`},
			[]string{"GET /user", postIssue + `{"title":"t","assignee_ids":[1]}`}, change{}, 7},
		"only one assignee of a free edition": {params{Title: "t", AssigneeIDs: []string{"1", "2"}}, []string{head + `"title":"t","assignees":[{"id":1,"username":"ann"}]}`},
			[]string{postIssue + `{"title":"t","assignee_ids":[1,2]}`}, change{ignored: []gitlab.Deviation{{Field: "assignee_ids", Missing: []string{"2"}}}}, 7},
		"a milestone by its title": {params{Title: "t", MilestoneID: "v1"}, []string{`200 [{"id":17,"iid":2,"title":"v1"}]`, full},
			[]string{"GET /projects/g%2Fs%2Fp/milestones?include_parent_milestones=true&per_page=100&title=v1", postIssue + `{"title":"t","milestone_id":17}`}, change{}, 7},
		"a sparse response":   {params{Title: "t", Labels: []string{"ui"}, CreateLabels: true}, []string{head + `"title":"t"}`, full}, []string{postIssue + `{"title":"t","labels":"ui"}`, readIssue}, change{ignored: []gitlab.Deviation{{Field: "labels", Missing: []string{"ui"}}}}, 7},
		"the read back fails": {params{Title: "t", Labels: []string{"ui"}, CreateLabels: true}, []string{head + `"title":"t"}`, "404 "}, []string{postIssue + `{"title":"t","labels":"ui"}`, readIssue}, change{unknown: []string{"labels"}, readErr: rest.NotFound}, 7},
		"an empty response":   {params{Title: "t"}, []string{"201 "}, []string{postIssue + `{"title":"t"}`}, change{unknown: []string{"title"}}, 0},
		"without an iid":      {params{Title: "t"}, []string{`201 {"id":70,"title":"t"}`}, []string{postIssue + `{"title":"t"}`}, change{}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.params.ProjectRef = project
			s := &service{responses: test.responses}
			got, err := newClient(t, s).CreateIssue(t.Context(), &test.params)
			test.want.check(t, got, err)
			assert.Equal(t, test.requests, s.requests)
			assert.EqualValues(t, test.iid, got.Issue.IID)
			if test.iid == 0 {
				assert.EqualError(t, got.ReadErr, "GitLab did not return the iid of the issue that it created")
			}
		})
	}
}

// TestRejectedIssues checks that nothing is created if an argument is wrong.
func TestRejectedIssues(t *testing.T) {
	t.Parallel()
	type params = gitlab.CreateIssueParams
	const milestones = "GET /projects/g%2Fs%2Fp/milestones?include_parent_milestones=true&per_page=100"
	for name, test := range map[string]struct {
		params    params
		responses []string
		requests  []string
		err       string
	}{
		"a blank title":                {params{Title: "\n"}, nil, nil, "not sent: title must not be blank"},
		"a blank label":                {params{Title: "t", Labels: []string{"a", " "}}, nil, nil, "not sent: labels must not contain a blank name"},
		"a label with a comma":         {params{Title: "t", Labels: []string{"a,b"}}, nil, nil, `not sent: no label contains a comma; pass "a,b" as several`},
		"a date of another form":       {params{Title: "t", DueDate: "11.3.2026"}, nil, nil, `not sent: due_date must be a date such as 2026-03-11, not "11.3.2026"`},
		"a discussion of nothing":      {params{Title: "t", DiscussionToResolve: "x"}, nil, nil, "not sent: discussion_to_resolve is a discussion of a merge request; pass merge_request_to_resolve_discussions_of with it"},
		"a blank assignee":             {params{Title: "t", AssigneeIDs: []string{"@ "}}, nil, nil, `not sent: assignee_ids must contain numbers from 1 on, or usernames, not ""`},
		"nobody":                       {params{Title: "t", AssigneeID: "0"}, nil, nil, `not sent: assignee_ids must contain numbers from 1 on, or usernames, not "0"`},
		"a number out of range":        {params{Title: "t", AssigneeIDs: []string{"99999999999999999999"}}, nil, nil, `not sent: assignee_ids must contain numbers from 1 on, or usernames, not "99999999999999999999"`},
		"an unknown user":              {params{Title: "t", AssigneeIDs: []string{"ann"}}, []string{"200 []"}, []string{"GET /users?username=ann"}, `not sent: there is no user with the username "ann" that the token's owner can see`},
		"users that are not seen":      {params{Title: "t", AssigneeIDs: []string{"ann"}}, []string{`403 {"message":"403 Forbidden"}`}, []string{"GET /users?username=ann"}, "GET /users returned 403: Forbidden"},
		"another user":                 {params{Title: "t", AssigneeIDs: []string{"ann"}}, []string{`200 [{"id":1,"username":"anna"}]`}, []string{"GET /users?username=ann"}, `not sent: there is no user with the username "ann" that the token's owner can see`},
		"no owner of the token":        {params{Title: "t", AssigneeIDs: []string{"me"}}, []string{`200 {"username":"ann"}`}, []string{"GET /user"}, "GET /user: the response does not show the token's owner"},
		"milestone 0":                  {params{Title: "t", MilestoneID: "0"}, nil, nil, "not sent: the milestone's id must be at least 1"},
		"an unknown milestone":         {params{Title: "t", MilestoneID: "v1"}, []string{"200 []", `200 [{"id":17,"title":"v1.0"}]`}, []string{milestones + "&title=v1", milestones}, `not sent: there is no milestone "v1" in g/s/p; did you mean "v1.0"?`},
		"an unknown id of a milestone": {params{Title: "t", MilestoneID: "2"}, []string{`200 [{"id":17,"iid":2,"title":"v1.0"}]`}, []string{milestones}, `not sent: there is no milestone with the id "2" in g/s/p; it has only "v1.0"`},
		"milestones in another case":   {params{Title: "t", MilestoneID: "v1"}, []string{"200 []", `200 [{"id":17,"title":"V1"},{"id":18,"title":"V1"}]`}, []string{milestones + "&title=v1", milestones}, `not sent: 2 milestones have the title "v1" in another case; pass the number of one, such as 17`},
		"milestones that are not seen": {params{Title: "t", MilestoneID: "v1"}, []string{`404 {"message":"404 Project Not Found"}`}, []string{milestones + "&title=v1"}, "GET /projects/{id}/milestones returned 404: Project Not Found"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.params.ProjectRef = project
			s := &service{responses: test.responses}
			_, err := newClient(t, s).CreateIssue(t.Context(), &test.params)
			require.EqualError(t, err, test.err)
			assert.Equal(t, test.requests, s.requests)
		})
	}
}

// TestIssuesAreCreatedOnce checks that no response leads to a second request that
// creates an issue.
func TestIssuesAreCreatedOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		response string
		class    rest.Class
	}{
		"unavailable":    {"503 ", rest.OutcomeUnknown},
		"a gateway":      {"502 <html>", rest.OutcomeUnknown},
		"no JSON":        {"200 <html>", rest.OutcomeUnknown},
		"not created":    {"200 {}", rest.OutcomeUnknown},
		"a conflict":     {`409 {"message":"Duplicated issue"}`, rest.Conflict},
		"a moved one":    {`405 {"message":"405 Method Not Allowed"}`, rest.Invalid},
		"a redirect":     {"307 to /projects/12/issues", rest.Moved},
		"see other":      {"303 to /projects/12/issues/8", rest.OutcomeUnknown},
		"not modified":   {"304 ", rest.OutcomeUnknown},
		"wrong in words": {`400 {"message":{"title":["is too long"]}}`, rest.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{test.response, "404 "}}
			_, err := newClient(t, s).CreateIssue(t.Context(), &gitlab.CreateIssueParams{ProjectRef: project, Title: "t"})
			assert.Equal(t, test.class, rest.ErrorClass(err), "%v", err)
			assert.Equal(t, postIssue+`{"title":"t"}`, s.requests[0])
			for _, request := range s.requests[1:] {
				assert.Contains(t, request, "GET ")
			}
		})
	}
}
