package github_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// TestGetMovedIssue checks that a read follows an issue to another repository, shows
// that it did, and reads the comments there.
func TestGetMovedIssue(t *testing.T) {
	t.Parallel()
	s := &service{responses: []string{
		"301 to /repositories/1/issues/9",
		`200 {"id":70,"number":9,"comments":1,"repository_url":"https://github.test/api/v3/repos/new/name"}`,
		`200 [{"id":1,"body":"c","user":{"login":"ann"}}]`,
	}}
	issue, err := newClient(t, s).GetIssue(t.Context(), &github.GetIssueParams{IssueRef: ref, Include: github.Include{"comments"}})
	require.NoError(t, err)
	assert.Equal(t, "new/name", issue.Repo())
	assert.EqualValues(t, 9, issue.Number)
	assert.Equal(t, []string{readIssue, "GET /repositories/1/issues/9", "GET /repos/new/name/issues/9/comments?per_page=100"}, s.requests)
	require.NotNil(t, issue.Details)
	assert.Len(t, issue.Details.Comments, 1)
	assert.NoError(t, issue.Details.Err)
}

func TestGetIssueComments(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		issue, comments string
		requests, count int
		err             string
	}{
		"some":       {`{"id":70,"number":7,"comments":2}`, `200 [{"id":1},{"id":2}]`, 2, 2, ""},
		"none":       {`{"id":70,"number":7,"comments":0}`, "500 ", 1, 0, ""},
		"unknown":    {`{"id":70,"number":7}`, "200 []", 2, 0, ""},
		"an error":   {`{"id":70,"number":7,"comments":2}`, "403 ", 2, 0, "GET /repos/{owner}/{repo}/issues/{issue_number}/comments returned 403 Forbidden"},
		"unreadable": {`{"id":70,"number":7,"comments":2}`, `200 [{"id":1},{}]`, 2, 1, "1 of them are not in the documented form"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{"200 " + test.issue, test.comments}}
			issue, err := newClient(t, s).GetIssue(t.Context(), &github.GetIssueParams{IssueRef: ref, Include: github.Include{"comments"}})
			require.NoError(t, err)
			assert.Len(t, s.requests, test.requests)
			assert.Len(t, issue.Details.Comments, test.count)
			if test.err == "" {
				assert.NoError(t, issue.Details.Err)
			} else {
				assert.EqualError(t, issue.Details.Err, test.err)
			}
		})
	}
}

func TestOffset(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		offset                int
		body, text, html, err string
	}{
		"none":     {0, "需求 a", "需求", "<p>需求 a</p>", ""},
		"some":     {1, "求 a", "求", "p>需求 a</p>", ""},
		"most":     {4, "", "", "求 a</p>", ""},
		"all":      {11, "", "", "", "GET /repos/{owner}/{repo}/issues/{issue_number}: offset 11 is past the end: the body has 11 characters"},
		"negative": {-1, "", "", "", "not sent: offset must be at least 0, not -1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{`200 {"id":70,"number":7,"body":"需求 a","body_text":"需求","body_html":"<p>需求 a</p>"}`}}
			issue, err := newClient(t, s).GetIssue(t.Context(), &github.GetIssueParams{IssueRef: ref, Offset: test.offset})
			if test.err != "" {
				require.EqualError(t, err, test.err)
				return
			}
			require.NoError(t, err)
			assert.EqualValues(t, test.body, issue.Body)
			assert.EqualValues(t, test.text, issue.BodyText)
			assert.EqualValues(t, test.html, issue.BodyHTML)
		})
	}
}

func TestCreateIssue(t *testing.T) {
	t.Parallel()
	const (
		create = "POST /repos/o/r/issues "
		full   = `201 {"id":70,"number":7,"title":"t","body":"b","labels":["bug",{"name":"triage"}],"assignees":[{"login":"ann"},{"login":"eve"}],"milestone":{"number":3},"type":{"name":"Task"}}`
		bare   = `201 {"id":70,"number":7,"title":"t","body":"b","labels":[],"assignees":[],"milestone":null,"type":null}`
	)
	type params = github.CreateIssueParams
	const labels = `200 [{"name":"bug"},{"name":"ui"}]`
	all := params{Title: "t", Body: "b", Milestone: "3", Labels: []string{"Bug"}, Assignees: []string{"ann"}, Assignee: "Eve", Type: "Task"}
	const allBody = create + `{"title":"t","body":"b","milestone":3,"labels":["Bug"],"assignees":["ann","Eve"],"type":"Task"}`
	for name, test := range map[string]struct {
		params    params
		responses []string
		requests  []string
		want      change
		number    int
	}{
		"a title":                {params{Title: "t"}, []string{bare}, []string{create + `{"title":"t"}`}, change{}, 7},
		"all as requested":       {all, []string{labels, full}, []string{readLabels, allBody}, change{}, 7},
		"assignees given twice":  {params{Title: "t", Assignees: []string{"ann", "Ann"}, Assignee: "ANN"}, []string{full}, []string{create + `{"title":"t","assignees":["ann"]}`}, change{}, 7},
		"without push access":    {all, []string{labels, bare}, []string{readLabels, allBody}, change{ignored: []github.Deviation{{Field: "milestone", Missing: []string{"3"}}, {Field: "labels", Missing: []string{"Bug"}}, {Field: "assignees", Missing: []string{"ann", "Eve"}}, {Field: "type", Missing: []string{"Task"}}}}, 7},
		"a sparse response":      {params{Title: "t", Labels: []string{"ui"}}, []string{labels, `201 {"id":70,"number":7,"title":"t"}`, full}, []string{readLabels, create + `{"title":"t","labels":["ui"]}`, readIssue}, change{ignored: []github.Deviation{{Field: "labels", Missing: []string{"ui"}}}}, 7},
		"the read back fails":    {params{Title: "t", Labels: []string{"ui"}}, []string{labels, `201 {"id":70,"number":7,"title":"t"}`, "404 "}, []string{readLabels, create + `{"title":"t","labels":["ui"]}`, readIssue}, change{unknown: []string{"labels"}, readErr: rest.NotFound}, 7},
		"a new label":            {params{Title: "t", Labels: []string{"triage"}, CreateLabels: true}, []string{full}, []string{create + `{"title":"t","labels":["triage"]}`}, change{}, 7},
		"without push and title": {params{Title: "t"}, []string{"201 "}, []string{create + `{"title":"t"}`}, change{unknown: []string{"title"}}, 0},
		"without a number":       {params{Title: "t"}, []string{`201 {"id":70,"title":"t"}`}, []string{create + `{"title":"t"}`}, change{}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.params.RepoRef = repo
			s := &service{responses: test.responses}
			got, err := newClient(t, s).CreateIssue(t.Context(), &test.params)
			test.want.check(t, got, err)
			assert.Equal(t, test.requests, s.requests)
			assert.EqualValues(t, test.number, got.Issue.Number)
			if test.number == 0 {
				assert.EqualError(t, got.ReadErr, "GitHub did not return the number of the issue that it created")
			}
		})
	}
}

func TestRejectedIssues(t *testing.T) {
	t.Parallel()
	type params = github.CreateIssueParams
	for name, test := range map[string]struct {
		params params
		err    string
	}{
		"a blank title":    {params{RepoRef: repo, Title: "\n"}, "not sent: title must not be blank"},
		"eleven assignees": {params{RepoRef: repo, Title: "t", Assignees: strings.Split("a b c d e f g h i j", " "), Assignee: "k"}, "not sent: an issue has at most 10 assignees, not 11"},
		"no repository":    {params{RepoRef: github.RepoRef{Owner: "o", Repo: ".."}, Title: "t"}, `not sent: repo must not be ".."`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{}
			_, err := newClient(t, s).CreateIssue(t.Context(), &test.params)
			require.EqualError(t, err, test.err)
			assert.Empty(t, s.requests)
		})
	}
	s := &service{responses: []string{`200 [{"name":"Bug"}]`}}
	_, err := newClient(t, s).CreateIssue(t.Context(), &params{RepoRef: repo, Title: "t", Labels: []string{"bug", "bgu"}})
	require.EqualError(t, err, `not sent: there is no label "bgu" in o/r; did you mean "Bug"? Pass create_labels=true to create it.`)
	assert.Equal(t, []string{readLabels}, s.requests)
}

// TestManyLabels checks that no label is rejected if a repository has more of them
// than are read.
func TestManyLabels(t *testing.T) {
	t.Parallel()
	var responses []string
	for page := range 10 {
		names := make([]string, 100)
		for i := range names {
			names[i] = fmt.Sprintf(`{"name":"label %d"}`, 100*page+i)
		}
		responses = append(responses, "200 ["+strings.Join(names, ",")+"]")
	}
	responses = append(responses, `201 {"id":70,"number":7,"title":"t","labels":["x"]}`)
	s := &service{responses: responses, header: http.Header{"Link": {`<https://github.test/?page=99>; rel="next"`}}}
	_, err := newClient(t, s).CreateIssue(t.Context(), &github.CreateIssueParams{RepoRef: repo, Title: "t", Labels: []string{"x"}})
	require.NoError(t, err)
	assert.Len(t, s.requests, 11)
}

// TestMe checks that "me" stands for the token's owner wherever a login is expected.
func TestMe(t *testing.T) {
	t.Parallel()
	const user, issue, path = `200 {"login":"ann","id":3}`, `200 {"id":70,"number":7,"title":"t","assignees":[]}`, "/repos/o/r/issues"
	people := github.AssigneesParams{IssueRef: ref, Assignees: []string{"me", "@ME", "bob"}}
	for name, test := range map[string]struct {
		send      func(ctx context.Context, c *github.Client) error
		responses []string
		last      string
	}{
		"assignee of a list": {func(ctx context.Context, c *github.Client) error {
			_, err := c.ListRepoIssues(ctx, &github.ListRepoIssuesParams{RepoRef: repo, Assignee: "me"})
			return err
		}, []string{"200 []"}, "GET " + path + "?assignee=ann"},
		"creator of a list": {func(ctx context.Context, c *github.Client) error {
			_, err := c.ListRepoIssues(ctx, &github.ListRepoIssuesParams{RepoRef: repo, Creator: "@me"})
			return err
		}, []string{"200 []"}, "GET " + path + "?creator=ann"},
		"mentioned in a list": {func(ctx context.Context, c *github.Client) error {
			_, err := c.ListRepoIssues(ctx, &github.ListRepoIssuesParams{RepoRef: repo, Mentioned: " Me "})
			return err
		}, []string{"200 []"}, "GET " + path + "?mentioned=ann"},
		"check": {func(ctx context.Context, c *github.Client) error {
			_, err := c.CheckAssignee(ctx, &github.CheckAssigneeParams{RepoRef: repo, Assignee: "me"})
			return err
		}, []string{"204 "}, "GET /repos/o/r/assignees/ann"},
		"create": {func(ctx context.Context, c *github.Client) error {
			_, err := c.CreateIssue(ctx, &github.CreateIssueParams{RepoRef: repo, Title: "t", Assignees: []string{"me"}})
			return err
		}, []string{issue}, "POST " + path + ` {"title":"t","assignees":["ann"]}`},
		"update": {func(ctx context.Context, c *github.Client) error {
			_, err := c.UpdateIssue(ctx, &github.UpdateIssueParams{IssueRef: ref, Assignee: new("me")})
			return err
		}, []string{issue, issue}, patchIssue + `{"assignees":["ann"]}`},
		"add": {func(ctx context.Context, c *github.Client) error { _, err := c.AddAssignees(ctx, &people); return err }, []string{user, issue, issue}, "POST " + path + `/7/assignees {"assignees":["ann","bob"]}`},
		"remove": {func(ctx context.Context, c *github.Client) error {
			_, err := c.RemoveAssignees(ctx, &people)
			return err
		}, []string{user, issue, issue}, "DELETE " + path + `/7/assignees {"assignees":["ann","bob"]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: append([]string{user}, test.responses...)}
			require.NoError(t, test.send(t.Context(), newClient(t, s)))
			assert.Equal(t, "GET /user", s.requests[0])
			assert.Equal(t, test.last, s.requests[len(s.requests)-1])

			s = &service{responses: []string{`200 {"id":3}`}}
			assert.Equal(t, rest.MalformedResponse, rest.ErrorClass(test.send(t.Context(), newClient(t, s))))
			assert.Len(t, s.requests, 1, "nothing is sent for an unknown user")
		})
	}
}

func TestLocks(t *testing.T) {
	t.Parallel()
	s := &service{responses: []string{"204 "}}
	c := newClient(t, s)
	require.NoError(t, c.LockIssue(t.Context(), &github.LockIssueParams{IssueRef: ref}))
	require.NoError(t, c.LockIssue(t.Context(), &github.LockIssueParams{IssueRef: ref, LockReason: "too heated"}))
	require.NoError(t, c.UnlockIssue(t.Context(), &ref))
	assert.Equal(t, []string{"PUT /repos/o/r/issues/7/lock", `PUT /repos/o/r/issues/7/lock {"lock_reason":"too heated"}`, "DELETE /repos/o/r/issues/7/lock"}, s.requests)
	assert.Equal(t, "0", s.headers[0].Get("Content-Length"))
	assert.Empty(t, s.headers[0].Get("Content-Type"))

	s = &service{responses: []string{"200 <html>who are you?</html>"}}
	err := newClient(t, s).LockIssue(t.Context(), &github.LockIssueParams{IssueRef: ref})
	assert.Equal(t, rest.OutcomeUnknown, rest.ErrorClass(err))
}

func TestCheckAssignee(t *testing.T) {
	t.Parallel()
	const check, list = "GET /repos/o/r/assignees/a%2Fb", "GET /repos/o/r/assignees?per_page=1"
	for name, test := range map[string]struct {
		responses []string
		requests  []string
		want      bool
		err       string
	}{
		"yes":                   {[]string{"204 "}, []string{check}, true, ""},
		"no":                    {[]string{"404 ", `200 [{"login":"ann"}]`}, []string{check, list}, false, ""},
		"no repository":         {[]string{"404 ", "404 "}, []string{check, list}, false, "GET /repos/{owner}/{repo}/assignees returned 404 Not Found"},
		"no permission":         {[]string{"403 "}, []string{check}, false, "GET /repos/{owner}/{repo}/assignees/{assignee} returned 403 Forbidden"},
		"unclear":               {[]string{"404 ", "401 "}, []string{check, list}, false, "GET /repos/{owner}/{repo}/assignees returned 401 Unauthorized"},
		"a page of something":   {[]string{"200 <html>"}, []string{check}, false, "GET /repos/{owner}/{repo}/assignees/{assignee} returned 200: neither yes (204) nor no (404)"},
		"the repository is off": {[]string{"410 "}, []string{check}, false, "GET /repos/{owner}/{repo}/assignees/{assignee} returned 410: issues are disabled in the repository, or the issue was deleted"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: test.responses}
			got, err := newClient(t, s).CheckAssignee(t.Context(), &github.CheckAssigneeParams{RepoRef: repo, Assignee: "a/b"})
			assert.Equal(t, test.want, got)
			assert.Equal(t, test.requests, s.requests)
			if test.err == "" {
				require.NoError(t, err)
			} else {
				require.EqualError(t, err, test.err)
			}
		})
	}
}

func TestAssignees(t *testing.T) {
	t.Parallel()
	const people, post, remove = " /repos/o/r/issues/7/assignees ", "POST", "DELETE"
	const none, ann, both = `200 {"id":70,"number":7,"assignees":[]}`, `200 {"id":70,"number":7,"assignees":[{"login":"Ann"}]}`, `201 {"id":70,"number":7,"assignees":[{"login":"Ann"},{"login":"bob"}]}`
	for name, test := range map[string]struct {
		method            string
		logins            []string
		responses         []string
		requests          []string
		want              change
		done, notAssigned []string
	}{
		"added":                 {post, []string{"ann", "ANN"}, []string{none, both}, []string{readIssue, post + people + `{"assignees":["ann"]}`}, change{}, []string{"ann"}, nil},
		"one is there":          {post, []string{"ann", "bob"}, []string{ann, both}, []string{readIssue, post + people + `{"assignees":["ann","bob"]}`}, change{}, []string{"bob"}, nil},
		"all are there":         {post, []string{"ann", "bob"}, []string{both, both}, []string{readIssue, post + people + `{"assignees":["ann","bob"]}`}, change{}, nil, nil},
		"not added":             {post, []string{"ann", "eve"}, []string{none, both}, []string{readIssue, post + people + `{"assignees":["ann","eve"]}`}, change{ignored: []github.Deviation{{Field: "assignees", Missing: []string{"eve"}}}}, []string{"ann"}, nil},
		"removed":               {remove, []string{"ann"}, []string{both, none}, []string{readIssue, remove + people + `{"assignees":["ann"]}`}, change{}, []string{"ann"}, nil},
		"not assigned":          {remove, []string{"eve"}, []string{both, both}, []string{readIssue, remove + people + `{"assignees":["eve"]}`}, change{}, nil, []string{"eve"}},
		"still assigned":        {remove, []string{"eve", "ann"}, []string{both, both}, []string{readIssue, remove + people + `{"assignees":["eve","ann"]}`}, change{ignored: []github.Deviation{{Field: "assignees", Extra: []string{"ann"}}}}, nil, []string{"eve"}},
		"an empty response":     {remove, []string{"ann"}, []string{both, "200 ", both}, []string{readIssue, remove + people + `{"assignees":["ann"]}`, readIssue}, change{ignored: []github.Deviation{{Field: "assignees", Extra: []string{"ann"}}}}, nil, nil},
		"the read back fails":   {post, []string{"ann"}, []string{none, `201 {"id":70,"number":7}`, "404 "}, []string{readIssue, post + people + `{"assignees":["ann"]}`, readIssue}, change{unknown: []string{"assignees"}, readErr: rest.NotFound}, nil, nil},
		"the first has no list": {remove, []string{"eve"}, []string{`200 {"id":70,"number":7}`, both}, []string{readIssue, remove + people + `{"assignees":["eve"]}`}, change{}, []string{"eve"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: test.responses}
			c := newClient(t, s)
			write := c.AddAssignees
			if test.method == remove {
				write = c.RemoveAssignees
			}
			got, err := write(t.Context(), &github.AssigneesParams{IssueRef: ref, Assignees: test.logins})
			test.want.check(t, got, err)
			assert.Equal(t, test.requests, s.requests)
			assert.Equal(t, test.done, got.Done)
			assert.Equal(t, test.notAssigned, got.NotAssigned)
		})
	}
	s := &service{}
	c := newClient(t, s)
	_, err := c.AddAssignees(t.Context(), &github.AssigneesParams{IssueRef: ref, Assignees: strings.Split("a b c d e f g h i j k", " ")})
	require.EqualError(t, err, "not sent: an issue has at most 10 assignees, not 11")
	_, err = c.RemoveAssignees(t.Context(), &github.AssigneesParams{IssueRef: ref})
	require.EqualError(t, err, "not sent: assignees must not be empty")
	assert.Empty(t, s.requests)
}

// TestConditionalReads checks that reads name the response of the last time, and
// that it is used if GitHub confirms it.
func TestConditionalReads(t *testing.T) {
	t.Parallel()
	s := &service{responses: []string{`200 {"id":70,"number":7,"title":"t"}`, "304 "}, header: http.Header{"Etag": {`"abc"`}}}
	c := newClient(t, s)
	for range 2 {
		issue, err := c.GetIssue(t.Context(), &github.GetIssueParams{IssueRef: ref})
		require.NoError(t, err)
		assert.EqualValues(t, "t", issue.Title)
	}
	assert.Empty(t, s.headers[0].Get("If-None-Match"))
	assert.Equal(t, `"abc"`, s.headers[1].Get("If-None-Match"))
}
