package gitcode_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/readback"
)

const (
	milestonePath = "/repos/o/r/milestones/9"
	readMilestone = "GET " + milestonePath
	v1            = `{"number":9,"title":"v1","description":"First","due_on":"2026-12-01","state":"active"}`
)

// milestoneResult is what a change says of a milestone.
type milestoneResult struct {
	title, due, state string
	ignored           []readback.Deviation
	unknown           []string
	readErr           rest.Class
	unchanged         bool
}

func TestUpdateMilestone(t *testing.T) {
	t.Parallel()
	closeIt := gitcode.UpdateMilestoneParams{State: new("closed")}
	const (
		closed = `{"number":9,"title":"v1","description":"First","due_on":"2026-12-01","state":"closed"}`
		close  = "PATCH " + milestonePath + ` {"description":"First","due_on":"2026-12-01","state":"closed","title":"v1"}`
		reopen = "PATCH " + milestonePath + ` {"description":"First","due_on":"2026-12-01","state":"open","title":"v1"}`
	)
	closedV1 := milestoneResult{title: "v1", due: "2026-12-01", state: "closed"}
	open := func(title, due string) milestoneResult { return milestoneResult{title: title, due: due, state: "open"} }
	for name, test := range map[string]struct {
		params    gitcode.UpdateMilestoneParams
		responses []string // to the read before, the write and the read after
		requests  []string // without the read before
		want      milestoneResult
	}{
		"close":                 {closeIt, []string{"200 " + v1, "200 " + closed}, []string{close}, closedV1},
		"close without a body":  {closeIt, []string{"200 " + v1, "204 ", "200 " + closed}, []string{close, readMilestone}, closedV1},
		"close, shown as open":  {closeIt, []string{"200 " + v1, "200 " + v1, "200 " + closed}, []string{close, readMilestone}, closedV1},
		"reopen":                {gitcode.UpdateMilestoneParams{State: new("open")}, []string{"200 " + closed, "200 " + v1}, []string{reopen}, open("v1", "2026-12-01")},
		"closed already":        {closeIt, []string{"200 " + closed}, nil, milestoneResult{title: "v1", due: "2026-12-01", state: "closed", unchanged: true}},
		"a closed one stays so": {gitcode.UpdateMilestoneParams{Title: new(" v1.1 ")}, []string{"200 " + closed, `200 {"number":"9","title":"v1.1","description":"First","due_on":"2026-12-01","state":"closed"}`}, []string{"PATCH " + milestonePath + ` {"description":"First","due_on":"2026-12-01","state":"closed","title":"v1.1"}`}, milestoneResult{title: "v1.1", due: "2026-12-01", state: "closed"}},
		"clear the description": {gitcode.UpdateMilestoneParams{Description: new("")}, []string{"200 " + v1, `200 {"number":9,"title":"v1","description":null,"due_on":"2026-12-01","state":"active"}`}, []string{"PATCH " + milestonePath + ` {"description":"","due_on":"2026-12-01","state":"open","title":"v1"}`}, open("v1", "2026-12-01")},
		"a longer due date":     {gitcode.UpdateMilestoneParams{Title: new("v2")}, []string{`200 {"number":9,"title":"v1","due_on":"2026-12-01T00:00:00+08:00","state":"opened"}`, `200 {"number":9,"title":"v2","due_on":"2026-12-01 00:00:00","state":"active"}`}, []string{"PATCH " + milestonePath + ` {"due_on":"2026-12-01","state":"open","title":"v2"}`}, open("v2", "2026-12-01")},
		"another state":         {gitcode.UpdateMilestoneParams{Title: new("v2")}, []string{`200 {"number":9,"title":"v1","due_on":"2026-12-01","state":"expired"}`, `200 {"number":9,"title":"v2","due_on":"2026-12-01","state":"expired"}`}, []string{"PATCH " + milestonePath + ` {"due_on":"2026-12-01","title":"v2"}`}, milestoneResult{title: "v2", due: "2026-12-01", state: "expired"}},
		"the rest is lost": {closeIt, []string{"200 " + v1, "204 ", `200 {"number":9,"title":"V1","description":"","due_on":null,"state":"active"}`}, []string{close, readMilestone}, milestoneResult{title: "V1", state: "open", ignored: []readback.Deviation{
			{Field: "title", Missing: []string{"v1"}, Extra: []string{"V1"}}, {Field: "due_on", Missing: []string{"2026-12-01"}}, {Field: "description", Missing: []string{"First"}}, {Field: "state", Missing: []string{"closed"}, Extra: []string{"open"}},
		}}},
		"no read after":     {closeIt, []string{"200 " + v1, "200 " + v1, "403 "}, []string{close, readMilestone}, milestoneResult{title: "v1", due: "2026-12-01", state: "open", unknown: []string{"state"}, readErr: rest.Forbidden}},
		"another milestone": {closeIt, []string{"200 " + v1, `200 {"number":8,"title":"v1","description":"First","due_on":"2026-12-01","state":"closed"}`, "200 " + closed}, []string{close, readMilestone}, closedV1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: test.responses}
			test.params.MilestoneRef = gitcode.MilestoneRef{RepoRef: ref.RepoRef, Number: 9}
			change, err := newClient(t, s).UpdateMilestone(t.Context(), &test.params)
			require.NoError(t, err)
			assert.Equal(t, append([]string{readMilestone}, test.requests...), s.requests)
			m := &change.Milestone
			assert.Equal(t, gitcode.Int(9), m.Number)
			assert.Equal(t, test.want, milestoneResult{string(m.Title), m.Due(), string(m.State), change.Ignored, change.Unknown, rest.ErrorClass(change.ReadErr), change.Unchanged})
		})
	}
}

// TestUpdateMilestoneIsNotSent checks that no milestone is written about which too
// little is known.
func TestUpdateMilestoneIsNotSent(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		params   gitcode.UpdateMilestoneParams
		response string // to the read before
		requests int
		want     string
	}{
		"nothing":               {gitcode.UpdateMilestoneParams{}, "", 0, "nothing to change; pass title, due_on, description or state"},
		"too long":              {gitcode.UpdateMilestoneParams{Description: new(strings.Repeat("😀", 1001))}, "", 0, "description has 2002 characters; GitCode accepts 2000"},
		"unknown":               {gitcode.UpdateMilestoneParams{State: new("closed")}, `404 {"error_message":"Milestone Not Found"}`, 1, "Milestone Not Found"},
		"no due date":           {gitcode.UpdateMilestoneParams{State: new("closed")}, `200 {"number":9,"title":"Backlog","due_on":null,"state":"active"}`, 1, "the milestone has no due date, and GitCode requires one of every update; pass due_on"},
		"an unreadable title":   {gitcode.UpdateMilestoneParams{State: new("closed")}, `200 {"number":9,"title":[],"due_on":"2026-12-01"}`, 1, "pass title"},
		"another milestone":     {gitcode.UpdateMilestoneParams{State: new("closed")}, `200 {"number":8,"title":"v1","due_on":"2026-12-01"}`, 1, "the response is about milestone 8"},
		"something else":        {gitcode.UpdateMilestoneParams{State: new("closed")}, `200 {"message":"ok"}`, 1, "the response does not contain the requested object"},
		"the service's own 200": {gitcode.UpdateMilestoneParams{State: new("closed")}, `200 {"error_code":404,"error_message":"Milestone Not Found"}`, 1, "Milestone Not Found"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{test.response}}
			test.params.MilestoneRef = gitcode.MilestoneRef{RepoRef: ref.RepoRef, Number: 9}
			_, err := newClient(t, s).UpdateMilestone(t.Context(), &test.params)
			require.ErrorContains(t, err, test.want)
			for _, request := range s.requests {
				assert.Equal(t, readMilestone, request)
			}
		})
	}
}

func TestCreateMilestone(t *testing.T) {
	t.Parallel()
	const posted = `POST /repos/o/r/milestones {"description":"First","due_on":"2026-12-01","title":"v1"}`
	for name, test := range map[string]struct {
		responses, requests []string
		number              gitcode.Int
		unknown             []string
		ignored             []readback.Deviation
	}{
		"all in the response":    {[]string{"201 " + v1}, []string{posted}, 9, nil, nil},
		"a number as a text":     {[]string{`201 {"number":"9","title":"v1","description":"First","due_on":"2026-12-01","html_url":null}`}, []string{posted}, 9, nil, nil},
		"read back":              {[]string{`201 {"number":9,"title":"v1"}`, "200 " + v1}, []string{posted, readMilestone}, 9, nil, nil},
		"another due date":       {[]string{`201 {"number":9}`, `200 {"number":9,"title":"v1","description":"First","due_on":"2026-12-02"}`}, []string{posted, readMilestone}, 9, nil, []readback.Deviation{{Field: "due_on", Missing: []string{"2026-12-01"}, Extra: []string{"2026-12-02"}}}},
		"reading back fails":     {[]string{`201 {"number":9,"title":"v1"}`, "403 "}, []string{posted, readMilestone}, 9, []string{"description", "due_on"}, nil},
		"without a body":         {[]string{"201 "}, []string{posted}, 0, nil, nil},
		"without a number":       {[]string{`201 {"title":"v1"}`}, []string{posted}, 0, nil, nil},
		"with a negative number": {[]string{`201 {"number":-9,"title":"v1"}`}, []string{posted}, 0, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: test.responses}
			change, err := newClient(t, s).CreateMilestone(t.Context(), &gitcode.CreateMilestoneParams{RepoRef: ref.RepoRef, Title: " v1 ", DueOn: "2026-12-01", Description: "First"})
			require.NoError(t, err)
			assert.Equal(t, test.requests, s.requests)
			assert.Equal(t, test.number, change.Milestone.Number)
			assert.Equal(t, test.unknown, change.Unknown)
			assert.Equal(t, test.ignored, change.Ignored)
		})
	}
}

// TestLengthOfDescriptions checks that descriptions are counted in UTF-16.
func TestLengthOfDescriptions(t *testing.T) {
	t.Parallel()
	for description, sent := range map[string]bool{
		strings.Repeat("语", 2000): true, strings.Repeat("语", 2001): false, strings.Repeat("😀", 1000): true, strings.Repeat("😀", 1000) + "!": false,
	} {
		s := &service{responses: []string{`201 {"number":9,"title":"v1","due_on":"2026-12-01","description":"` + description + `"}`}}
		_, err := newClient(t, s).CreateMilestone(t.Context(), &gitcode.CreateMilestoneParams{RepoRef: ref.RepoRef, Title: "v1", DueOn: "2026-12-01", Description: description})
		assert.Equal(t, sent, err == nil)
		assert.Equal(t, sent, len(s.requests) == 1)
	}
}

func TestListMilestones(t *testing.T) {
	t.Parallel()
	s := &service{responses: []string{"200 [" + v1 + `,{"number":"10","title":"Backlog","state":"closed","open_issues":"2"},{"title":"unreadable"}]`}}
	page, err := newClient(t, s).ListMilestones(t.Context(), &gitcode.ListMilestonesParams{RepoRef: ref.RepoRef, State: "all", Sort: "due_on", Direction: "desc"})
	require.NoError(t, err)
	assert.Equal(t, []string{"GET /repos/o/r/milestones?direction=desc&sort=due_on&state=all"}, s.requests)
	require.Len(t, page.Items, 2)
	assert.Equal(t, 1, page.Unreadable)
	assert.Empty(t, page.Items[0].Description, "a list of a thousand would be too long")
	assert.Equal(t, gitcode.MilestoneState("open"), page.Items[0].State)
	assert.Equal(t, gitcode.MilestoneState("closed"), page.Items[1].State)
	assert.Equal(t, 2, page.Items[1].OpenIssues.Known())
	assert.Empty(t, page.Items[1].Due())
}

func TestPermissions(t *testing.T) {
	t.Parallel()
	for permissions, want := range map[string]string{
		`{"admin":true,"push":null,"pull":null}`: "admin", `{"admin":1}`: "admin", `{"admin":false,"push":true,"pull":true}`: "push", `{"admin":0,"push":0,"pull":"true"}`: "pull",
		`{"admin":null}`: "", `null`: "", `[]`: "", `"admin"`: "",
	} {
		s := &service{responses: []string{`200 [{"username":"ann","permissions":` + permissions + `}]`}}
		page, err := newClient(t, s).ListCollaborators(t.Context(), &gitcode.RepoPage{RepoRef: ref.RepoRef})
		require.NoError(t, err)
		require.Len(t, page.Items, 1, permissions)
		assert.Equal(t, gitcode.Text(want), page.Items[0].Permission, permissions)
	}
}
