package gitcode_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox/fault"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// TestUpdateIssues gives issues all kinds of changes, one issue in several of
// them, and counts the requests.
func TestUpdateIssues(t *testing.T) {
	t.Parallel()
	h := newHarbor()
	c := h.client(t, nil)
	changes := []gitcode.IssuesChange{
		{Numbers: []int{3, 1, 3}, AddLabels: []string{"needs-info", "duplicate"}, Comment: "First."},
		{Numbers: []int{1}, AddLabels: []string{"Duplicate ", "question"}, RemoveLabels: []string{"Bug", "wontfix"}, State: "closed", Assignee: new("me, sunli"), Milestone: new("v2.4"), Comment: "Second."},
		{Numbers: []int{1, 8}, State: "closed", Comment: " First.\r\n"},
	}
	before := h.issueOf(t, 1)
	require.Contains(t, before.LabelNames(), "bug")
	var steps []rest.Step
	ctx := rest.WithSteps(t.Context(), func(s rest.Step) { steps = append(steps, s) })
	u, err := c.UpdateIssues(ctx, &gitcode.UpdateIssuesParams{RepoRef: portal, Changes: changes})
	require.NoError(t, err)
	require.Empty(t, u.Remaining)
	assert.Equal(t, []string{"3 done", "1 done", "8 done"}, outcomes(u))
	assert.Equal(t, []string{
		`POST 3/labels ["needs-info","duplicate"]`,
		`POST 3/comments {"body":"First."}`,
		`PATCH 1 {"assignee":"linwei,sunli","milestone":254120,"repo":"portal","state":"close"}`,
		`POST 1/labels ["needs-info","duplicate","question"]`,
		`DELETE 1/labels/bug`,
		`POST 1/comments {"body":"First."}`,
		`POST 1/comments {"body":"Second."}`,
		`POST 8/comments {"body":" First.\r\n"}`,
	}, h.takeWrites())
	issue := h.issueOf(t, 1)
	assert.Equal(t, gitcode.State("closed"), issue.State)
	assert.Equal(t, []string{"linwei", "sunli"}, issue.AssigneeLogins())
	assert.EqualValues(t, 254120, issue.Milestone.Number)
	assert.Empty(t, u.Issues[1].Deviations, "the milestone and the assignees are read back")
	assert.Equal(t, []rest.Step{
		{Done: 1, Total: 3, Target: "openharbor/portal#3", Outcome: "ok", ID: int64(h.issueOf(t, 3).ID)},
		{Done: 2, Total: 3, Target: "openharbor/portal#1", Outcome: "ok", ID: int64(issue.ID)},
		{Done: 3, Total: 3, Target: "openharbor/portal#8", Outcome: "ok", ID: int64(h.issueOf(t, 8).ID)},
	}, steps)

	u = update(t, c, true, changes...)
	assert.Equal(t, []string{"3 unchanged", "1 unchanged", "8 unchanged"}, outcomes(u), "resumed")
	assert.Empty(t, h.takeWrites())
	u = update(t, c, false, changes[0])
	assert.Equal(t, []string{"3 done", "1 done"}, outcomes(u), "without resume a comment is posted again")
	assert.Equal(t, []string{`POST 3/comments {"body":"First."}`, `POST 1/comments {"body":"First."}`}, h.takeWrites())
}

// TestUpdateIssuesRepeatsTheMilestone checks that a PATCH sends along what
// GitCode may drop, and that a cleared field is sent empty.
func TestUpdateIssuesRepeatsTheMilestone(t *testing.T) {
	t.Parallel()
	h := newHarbor()
	c := h.client(t, nil)
	milestone := h.issueOf(t, 1).Milestone.Number
	require.NotZero(t, milestone)
	u := update(t, c, false, gitcode.IssuesChange{Numbers: []int{1}, State: "closed"})
	assert.Equal(t, []string{"1 done"}, outcomes(u))
	assert.Equal(t, []string{fmt.Sprintf(`PATCH 1 {"milestone":%d,"repo":"portal","state":"close"}`, milestone)}, h.takeWrites())
	u = update(t, c, false, gitcode.IssuesChange{Numbers: []int{1}, Assignee: new(""), Milestone: new("")})
	assert.Equal(t, []string{"1 done"}, outcomes(u))
	assert.Equal(t, []string{`PATCH 1 {"assignee":"","milestone":"","repo":"portal"}`}, h.takeWrites())
	assert.Empty(t, h.issueOf(t, 1).AssigneeLogins())
	assert.Empty(t, u.Issues[0].Deviations)
}

// TestRejectedBulks checks that changes which cannot all be made are rejected
// before anything is written.
func TestRejectedBulks(t *testing.T) {
	t.Parallel()
	type change = gitcode.IssuesChange
	many := make([]int, 201)
	for n := range many {
		many[n] = n + 1
	}
	h := newHarbor()
	c := h.client(t, nil)
	for name, test := range map[string]struct {
		changes []change
		says    string
	}{
		"an unknown label":     {[]change{{Numbers: []int{4}, State: "closed"}, {Numbers: []int{1, 4}, AddLabels: []string{"bug", "duplicat"}}}, `there is no label "duplicat" in openharbor/portal; did you mean "duplicate"?`},
		"in another case":      {[]change{{Numbers: []int{4}, AddLabels: []string{"wontfix"}}, {Numbers: []int{1}, AddLabels: []string{"Wontfix"}}}, `there is no label "Wontfix" in openharbor/portal; did you mean "wontfix"?`},
		"removed":              {[]change{{Numbers: []int{4}, RemoveLabels: []string{"wontfx", "bug"}}}, `there is no label "wontfx" in openharbor/portal; did you mean "wontfix"?`},
		"an unknown milestone": {[]change{{Numbers: []int{4}, Milestone: new("v2.5")}}, `there is no open milestone "v2.5"`},
		"an unknown number":    {[]change{{Numbers: []int{4}, Milestone: new("99999999")}}, "there is no milestone 99999999 in openharbor/portal; a milestone's number is not the one in its web address"},
		"an unknown person":    {[]change{{Numbers: []int{4}, Assignee: new("sunli,Marie")}}, `there is no member "Marie" in openharbor/portal; did you mean "maria"?`},
		"two titles":           {[]change{{Numbers: []int{4}, Milestone: new("253899")}, {Numbers: []int{4}, Milestone: new("v2.4")}}, `issue 4 contradict each other: the milestones "253899" and "v2.4"`},
		"a display name":       {[]change{{Numbers: []int{4}, Assignee: new("孙立")}}, `there is no member "孙立" in openharbor/portal; did you mean "sunli" (孙立)?`},
		"everything at once": {[]change{{Numbers: []int{4, 6}, AddLabels: []string{"duplicat"}, Milestone: new("v2.5")}, {Numbers: []int{6}, Assignee: new("Marie, tom"), RemoveLabels: []string{"wontfx"}}},
			`not sent: there is no open milestone "v2.5" in openharbor/portal; did you mean "v2.3" or "v2.4"? There is no label "duplicat" in openharbor/portal; did you mean "duplicate"? Pass create_labels=true to create it. ` +
				`There is no member "Marie" in openharbor/portal; did you mean "maria"? There is no member "tom" in openharbor/portal; did you mean "tomb"? There is no label "wontfx" in openharbor/portal; did you mean "wontfix"?`},
		"another case":         {[]change{{Numbers: []int{3}, AddLabels: []string{"wontfix"}}, {Numbers: []int{4}, AddLabels: []string{"WontFix"}}}, `there is no label "WontFix" in openharbor/portal; did you mean "wontfix"?`},
		"another letter":       {[]change{{Numbers: []int{3}, AddLabels: []string{"kind/security"}}, {Numbers: []int{4}, AddLabels: []string{"\u212Aind/security"}}}, "there is no label \"\u212Aind/security\""},
		"no changes":           {nil, "changes must not be empty"},
		"no numbers":           {[]change{{State: "open"}}, "changes[0]: numbers must not be empty"},
		"a number below 1":     {[]change{{Numbers: []int{0}, State: "open"}}, "changes[0]: 0 is not an issue number"},
		"nothing to change":    {[]change{{Numbers: []int{1}, State: "open"}, {Numbers: []int{1}}}, "changes[1]: nothing to change"},
		"an unknown state":     {[]change{{Numbers: []int{1}, State: "reopen"}}, "state must be open or closed"},
		"a blank comment":      {[]change{{Numbers: []int{1}, Comment: "\n"}}, "comment must not be blank"},
		"a label with a comma": {[]change{{Numbers: []int{1}, AddLabels: []string{"a,b"}}}, `"a,b" is not a label name`},
		"a blank label":        {[]change{{Numbers: []int{1}, RemoveLabels: []string{" "}}}, `" " is not a label name`},
		"201 issues":           {[]change{{Numbers: many, State: "open"}}, "changes name 201 issues; at most 200"},
		"201 in two changes":   {[]change{{Numbers: many[:150], State: "open"}, {Numbers: many[100:], Comment: "x"}}, "changes name 201 issues"},
		"open and closed":      {[]change{{Numbers: []int{1, 2}, State: "open"}, {Numbers: []int{2}, State: "closed"}}, "the changes of issue 2 contradict each other: both open and closed"},
		"added and removed":    {[]change{{Numbers: []int{2}, AddLabels: []string{"bug"}}, {Numbers: []int{2}, RemoveLabels: []string{"BUG"}}}, `issue 2 contradict each other: the label "bug" is both added and removed`},
		"in one change":        {[]change{{Numbers: []int{2}, AddLabels: []string{"bug"}, RemoveLabels: []string{"bug"}}}, "both added and removed"},
		"two assignees":        {[]change{{Numbers: []int{4}, Assignee: new("maria")}, {Numbers: []int{4}, Assignee: new("maria,tomb")}}, `issue 4 contradict each other: the assignees "maria" and "maria,tomb"`},
		"cleared and set":      {[]change{{Numbers: []int{4}, Assignee: new("")}, {Numbers: []int{4}, Assignee: new("me")}}, `the assignees "" and "me"`},
		"two milestones":       {[]change{{Numbers: []int{4}, Milestone: new("253899")}, {Numbers: []int{4}, Milestone: new("")}}, `the milestones "253899" and ""`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.UpdateIssues(t.Context(), &gitcode.UpdateIssuesParams{RepoRef: portal, Changes: test.changes})
			assertNotSent(t, err)
			assert.ErrorContains(t, err, test.says)
		})
	}
	u := update(t, c, false, change{Numbers: []int{4}, Assignee: new("Sunli,me")}, change{Numbers: []int{4}, Assignee: new("linwei, sunli")})
	assert.Equal(t, []string{"4 done"}, outcomes(u), "the same people in other words")
	assert.Len(t, h.takeWrites(), 1)
}

// TestIssuesThatCannotBeChanged checks that one issue does not stop the others.
func TestIssuesThatCannotBeChanged(t *testing.T) {
	t.Parallel()
	closeAll := gitcode.IssuesChange{Numbers: []int{1, 5, 99, 4}, State: "closed"}
	for name, test := range map[string]struct {
		user      string
		outcomes  []string
		classes   []rest.Class
		remaining string
	}{
		"a maintainer":              {sandbox.Token, []string{"1 done", "5 done", "99 failed", "4 done"}, []rest.Class{rest.NotFound}, `[{"numbers":[99],"state":"closed"}]`},
		"a member of no repository": {sandbox.Token + "-guest", []string{"1 failed", "5 failed", "99 failed", "4 failed"}, []rest.Class{rest.Forbidden, rest.NotFound, rest.NotFound, rest.Forbidden}, `[{"numbers":[1,5,99,4],"state":"closed"}]`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newHarbor().client(t, func(cfg *gitcode.Config) { cfg.Token = test.user })
			u := update(t, c, false, closeAll)
			assert.Equal(t, test.outcomes, outcomes(u))
			var classes []rest.Class
			for _, i := range u.Issues {
				if i.Err != nil {
					classes = append(classes, class(t, i.Err))
				}
			}
			assert.Equal(t, test.classes, classes)
			assert.Equal(t, test.remaining, asJSON(t, u.Remaining))
			assert.NoError(t, u.Stopped)
		})
	}
	_, err := newHarbor().client(t, nil).UpdateIssues(t.Context(), &gitcode.UpdateIssuesParams{RepoRef: portal, Changes: []gitcode.IssuesChange{{Numbers: []int{98, 99}, State: "open"}}})
	assert.Equal(t, rest.NotFound, class(t, err), "none of the issues exists")
	assert.ErrorContains(t, err, "issue 98: GET /repos/{owner}/{repo}/issues/{number} returned 404")
}

// TestIgnoredChanges checks that what GitCode accepts and ignores is named and
// remains, and that no comment says that something happened which did not.
func TestIgnoredChanges(t *testing.T) {
	t.Parallel()
	h := newHarbor()
	c := h.client(t, nil)
	h.fail = func(_ *http.Request, line string) fault.Fault {
		switch {
		case line == `POST 2/labels ["question"]`:
			return fault.Fault{Status: 201, Body: `[]`}
		case line == `POST 3/labels ["question"]`:
			return fault.Fault{Status: 204}
		case strings.HasPrefix(line, "PATCH 4 "):
			return fault.Fault{Status: 200, Body: `{"number":"4"}`}
		}
		return fault.Fault{}
	}
	u := update(t, c, false, gitcode.IssuesChange{Numbers: []int{2, 3, 4}, AddLabels: []string{"question"}, Comment: "Hello"}, gitcode.IssuesChange{Numbers: []int{4}, Milestone: new("249511")})
	assert.Equal(t, []string{"2 failed", "3 failed", "4 failed"}, outcomes(u))
	assert.Equal(t, []gitcode.Deviation{{Field: "labels", Requested: true, Missing: []string{"question"}}}, u.Issues[0].Deviations)
	assert.Equal(t, []gitcode.Deviation{{Field: "labels", Requested: true, Missing: []string{"question"}}}, u.Issues[1].Deviations)
	require.Len(t, u.Issues[2].Deviations, 1)
	assert.Equal(t, []string{"249511"}, u.Issues[2].Deviations[0].Missing)
	assert.Equal(t, `[{"numbers":[2,3],"add_labels":["question"],"comment":"Hello"},{"numbers":[4],"milestone":"249511"}]`, asJSON(t, u.Remaining))
	assert.Empty(t, h.commentsOf(t, 2, sandbox.Me))

	for name, body := range map[string]string{"shown": `{"number":"6","state":"open"}`, "not shown": `{"number":"6"}`} {
		h = newHarbor()
		h.fail = func(_ *http.Request, line string) fault.Fault {
			if strings.HasPrefix(line, "PATCH 6 ") {
				return fault.Fault{Status: 200, Body: body}
			}
			return fault.Fault{}
		}
		u = update(t, h.client(t, nil), false, gitcode.IssuesChange{Numbers: []int{6}, State: "closed", Comment: "Closed."})
		assert.Equal(t, []string{"6 failed"}, outcomes(u), name)
		assert.Equal(t, []gitcode.Deviation{{Field: "state", Requested: true, Missing: []string{"closed"}, Extra: []string{"open"}}}, u.Issues[0].Deviations, name)
		assert.Equal(t, `[{"numbers":[6],"state":"closed","comment":"Closed."}]`, asJSON(t, u.Remaining), name)
	}

	h = newHarbor()
	h.fail = func(_ *http.Request, line string) fault.Fault {
		if strings.HasPrefix(line, "GET collaborators") {
			return fault.Fault{Status: 403}
		}
		return fault.Fault{}
	}
	u = update(t, h.client(t, nil), false, gitcode.IssuesChange{Numbers: []int{2}, Assignee: new("ghost, maria")})
	assert.Equal(t, []string{"2 failed"}, outcomes(u), "the members cannot be read")
	assert.Equal(t, []gitcode.Deviation{{Field: "assignee", Requested: true, Missing: []string{"ghost"}}}, u.Issues[0].Deviations)
}

// TestUnverifiedChanges checks that what cannot be read back counts as done, and
// is named.
func TestUnverifiedChanges(t *testing.T) {
	t.Parallel()
	h := newHarbor()
	patched := false
	h.fail = func(r *http.Request, _ string) fault.Fault {
		patched = patched || r.Method == http.MethodPatch
		if patched && r.Method == http.MethodGet {
			return fault.Fault{Status: 503}
		}
		return fault.Fault{}
	}
	u := update(t, h.client(t, nil), false, gitcode.IssuesChange{Numbers: []int{2}, Milestone: new("254120"), Assignee: new("sunli,maria"), State: "closed"})
	assert.Equal(t, []string{"2 done"}, outcomes(u))
	assert.Equal(t, []gitcode.Deviation{
		{Field: "assignee", Requested: true, Missing: []string{"sunli", "maria"}, Unknown: true}, {Field: "milestone", Requested: true, Missing: []string{"254120"}, Unknown: true},
	}, u.Issues[0].Deviations)
	assert.Equal(t, rest.Unavailable, class(t, u.Issues[0].ReadErr))
	assert.Empty(t, u.Remaining)
}

// TestVanishedLabel removes labels of which somebody else has just removed one.
func TestVanishedLabel(t *testing.T) {
	t.Parallel()
	h := newHarbor()
	h.do(t, http.MethodPost, "/repos/openharbor/portal/issues/1/labels", `["question","duplicate"]`, nil)
	removed := false
	h.fail = func(_ *http.Request, line string) fault.Fault {
		if strings.HasPrefix(line, "DELETE 1/labels/") && !removed {
			removed = true
			h.do(t, http.MethodDelete, "/repos/openharbor/portal/issues/1/labels/question", "", nil)
		}
		return fault.Fault{}
	}
	u := update(t, h.client(t, nil), false, gitcode.IssuesChange{Numbers: []int{1}, RemoveLabels: []string{"question", "duplicate"}, State: "closed"})
	assert.Equal(t, []string{"1 done"}, outcomes(u))
	assert.Equal(t, []string{"DELETE 1/labels/question,duplicate", "DELETE 1/labels/duplicate"}, h.takeWrites()[1:])
	assert.Equal(t, gitcode.State("closed"), h.issueOf(t, 1).State)
}

// TestDryRunOfABulk checks that a dry run plans every write and sends none.
func TestDryRunOfABulk(t *testing.T) {
	t.Parallel()
	h := newHarbor()
	c := h.client(t, nil)
	ctx, plan := c.WithDryRun(t.Context())
	u, err := c.UpdateIssues(ctx, &gitcode.UpdateIssuesParams{RepoRef: portal, Changes: []gitcode.IssuesChange{
		{Numbers: []int{1, 2}, AddLabels: []string{"question"}, RemoveLabels: []string{"bug"}, State: "closed", Comment: "Bye."},
		{Numbers: []int{7, 999}, State: "closed"},
	}})
	require.NoError(t, err)
	assert.Empty(t, h.takeWrites())
	assert.Equal(t, []string{"1 planned", "2 planned", "7 unchanged", "999 failed"}, outcomes(u))
	assert.Empty(t, u.Remaining)
	var planned []string
	for _, r := range plan.Requests() {
		planned = append(planned, r.Method+" "+r.Path)
	}
	assert.Equal(t, []string{
		"PATCH /repos/openharbor/issues/1", "POST /repos/openharbor/portal/issues/1/labels", "DELETE /repos/openharbor/portal/issues/1/labels/bug", "POST /repos/openharbor/portal/issues/1/comments",
		"PATCH /repos/openharbor/issues/2", "POST /repos/openharbor/portal/issues/2/labels", "DELETE /repos/openharbor/portal/issues/2/labels/bug", "POST /repos/openharbor/portal/issues/2/comments",
	}, planned)
}
