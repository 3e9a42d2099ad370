package gitcode_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

const (
	addLabelsPath = "POST /repos/o/r/issues/7/labels"
	createPath    = "POST /repos/o/issues"
)

func TestUnknownLabels(t *testing.T) {
	t.Parallel()
	const known = `200 [{"name":"bug"},{"name":"kind/bug"},{"name":"docs"}]`
	for name, test := range map[string]struct {
		labels gitcode.Labels
		want   string
	}{
		"a typo":       {gitcode.Labels{"docs", "bugg"}, `not sent: there is no label "bugg" in o/r; did you mean "bug"? Pass create_labels=true to create it.`},
		"another case": {gitcode.Labels{"Docs"}, `not sent: there is no label "Docs" in o/r; did you mean "docs"? Pass create_labels=true to create it.`},
		"a blank":      {gitcode.Labels{" bugg "}, `not sent: there is no label "bugg" in o/r; did you mean "bug"? Pass create_labels=true to create it.`},
		"none close":   {gitcode.Labels{"wontfix"}, `not sent: there is no label "wontfix" in o/r; it has "bug", "kind/bug" and "docs". Pass create_labels=true to create it.`},
		"two": {gitcode.Labels{"bugg", "wontfix"}, `not sent: there is no label "bugg" in o/r; did you mean "bug"? There is no label "wontfix" in o/r; it has "bug", "kind/bug" and "docs".` +
			` Pass create_labels=true to create them.`},
		"many": {gitcode.Labels{"1", "2", "3", "4", "5", "6", "7"}, ` in o/r; it has "bug", "kind/bug" and "docs"; 2 more labels do not exist. Pass create_labels=true to create them.`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := offers(labelsPath, known)
			c := newClient(t, s)
			_, err := c.AddLabels(t.Context(), &gitcode.AddLabelsParams{IssueRef: ref, Labels: test.labels})
			assertNotSent(t, err)
			assert.ErrorContains(t, err, test.want)
			_, err = c.CreateIssue(t.Context(), &gitcode.CreateIssueParams{RepoRef: ref.RepoRef, Title: "t", Labels: test.labels})
			assertNotSent(t, err)
			assert.ErrorContains(t, err, test.want)
			assert.Equal(t, map[string]int{labelsPath: 1}, s.sent(), "nothing is written, and the labels are read once")
		})
	}
}

func TestKnownLabels(t *testing.T) {
	t.Parallel()
	s := offers(addLabelsPath, `201 [{"name":"bug"}]`)
	c := newClient(t, s)
	for range 2 {
		change, err := c.AddLabels(t.Context(), &gitcode.AddLabelsParams{IssueRef: ref, Labels: gitcode.Labels{"bug"}})
		require.NoError(t, err)
		assert.Equal(t, []string{"bug"}, change.Added)
	}
	assert.Equal(t, map[string]int{labelsPath: 1, addLabelsPath: 2}, s.sent())
}

// TestBlanksAroundLabels checks that labels are sent as they are checked.
func TestBlanksAroundLabels(t *testing.T) {
	t.Parallel()
	for _, create := range []bool{false, true} {
		c := newClient(t, offers(labelsPath, `200 [{"name":"bug"}]`, "GET /repos/o/r/issues/7", `200 {"number":7}`))
		ctx, plan := c.WithDryRun(t.Context())
		labels := gitcode.Labels{" bug\t"}
		_, err := c.AddLabels(ctx, &gitcode.AddLabelsParams{IssueRef: ref, Labels: labels, CreateLabels: create})
		require.NoError(t, err)
		_, err = c.CreateIssue(ctx, &gitcode.CreateIssueParams{RepoRef: ref.RepoRef, Title: "t", Labels: labels, CreateLabels: create})
		require.NoError(t, err)
		_, err = c.UpdateIssue(ctx, &gitcode.UpdateIssueParams{IssueRef: ref, Labels: &labels, CreateLabels: create})
		require.NoError(t, err)
		require.NoError(t, c.RemoveLabels(ctx, &gitcode.RemoveLabelsParams{IssueRef: ref, Labels: labels}))
		assert.Equal(t, []rest.PlannedRequest{
			{Method: "POST", Path: "/repos/o/r/issues/7/labels", Body: `["bug"]`},
			{Method: "POST", Path: "/repos/o/issues", Body: `{"body":"","repo":"r","title":"t"}`},
			{Method: "POST", Path: "/repos/o/r/issues/0/labels", Body: `["bug"]`},
			{Method: "PATCH", Path: "/repos/o/issues/7", Body: `{"labels":"bug","repo":"r"}`},
			{Method: "DELETE", Path: "/repos/o/r/issues/7/labels/bug"},
		}, plan.Requests())
		assert.Equal(t, gitcode.Labels{" bug\t"}, labels)
	}
}

// TestLabelsOfALaterPage checks that labels are read as far as needed, and all
// of them before one is rejected.
func TestLabelsOfALaterPage(t *testing.T) {
	t.Parallel()
	s := numbered(5_000, true)
	s.responses[addLabelsPath] = `201 [{"name":"label 0250"},{"name":"label 0000"}]`
	c := newClient(t, s)
	_, err := c.AddLabels(t.Context(), &gitcode.AddLabelsParams{IssueRef: ref, Labels: gitcode.Labels{"label 0250", "label 0000"}})
	require.NoError(t, err)
	assert.Equal(t, map[string]int{labelsPath: 3, addLabelsPath: 1}, s.sent())
	_, err = c.AddLabels(t.Context(), &gitcode.AddLabelsParams{IssueRef: ref, Labels: gitcode.Labels{"lable 4999"}})
	assertNotSent(t, err)
	assert.ErrorContains(t, err, `did you mean "label 4999"`)
	assert.Equal(t, map[string]int{labelsPath: 47}, s.sent())
}

// TestLabelsThatCannotBeRead checks that a label is not added unchecked.
func TestLabelsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for response, want := range map[string]rest.Class{"403 ": rest.Forbidden, "503 ": rest.Unavailable, "404 ": rest.NotFound, "200 <html>": rest.MalformedResponse,
		`404 {"error_code":404,"error_code_name":"error","error_message":"404, token not found"}`: rest.Unauthenticated} {
		s := offers(labelsPath, response)
		c := newClient(t, s)
		_, err := c.AddLabels(t.Context(), &gitcode.AddLabelsParams{IssueRef: ref, Labels: gitcode.Labels{"bug"}})
		assert.Equal(t, want, class(t, err))
		require.ErrorContains(t, err, "not sent: the labels could not be checked: GET /repos/{owner}/{repo}/labels")
		assert.Equal(t, want != rest.Unauthenticated, strings.HasSuffix(err.Error(), "; create_labels=true skips this check"))
		_, err = c.CreateIssue(t.Context(), &gitcode.CreateIssueParams{RepoRef: ref.RepoRef, Title: "t", Labels: gitcode.Labels{"bug"}})
		assert.Equal(t, want, class(t, err))
		assert.Equal(t, map[string]int{labelsPath: 2}, s.sent())
	}
}

func TestNewLabels(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := offers(addLabelsPath, `201 [{"name":"new"}]`)
		c := pipedClient(t, s)
		add := func(label string, create bool) error {
			_, err := c.AddLabels(t.Context(), &gitcode.AddLabelsParams{IssueRef: ref, Labels: gitcode.Labels{label}, CreateLabels: create})
			return err
		}
		_, err := c.GetRepo(t.Context(), fields("labels"))
		require.NoError(t, err)
		s.sent()

		require.NoError(t, add("new", true))
		assert.Equal(t, map[string]int{addLabelsPath: 1}, s.sent(), "nothing is checked")
		s.respond(labelsPath, `200 [{"name":"bug"},{"name":"new"}]`)
		result, err := c.GetRepo(t.Context(), fields("labels"))
		require.NoError(t, err)
		assert.Len(t, result.Labels.Items, 2, "the new label is there at once")

		// Somebody else creates a label.
		s.respond(labelsPath, `200 [{"name":"bug"},{"name":"theirs"}]`)
		s.respond(addLabelsPath, `201 [{"name":"theirs"}]`)
		s.sent()
		assertNotSent(t, add("theirs", false))
		assert.Empty(t, s.sent(), "labels that were just read are not read again")
		time.Sleep(10 * time.Second)
		require.NoError(t, add("theirs", false))
		assert.Equal(t, map[string]int{labelsPath: 1, addLabelsPath: 1}, s.sent())
		time.Sleep(10 * time.Second)
		assertNotSent(t, add("nobody's", false))
		assert.Equal(t, map[string]int{labelsPath: 1}, s.sent(), "read again once")
	})
}

func TestMilestones(t *testing.T) {
	t.Parallel()
	const open = `200 [{"number":253899,"title":"v2.3"},{"number":254120,"title":"V2.4"},{"number":3,"title":"twice"},{"number":4,"title":"twice"},{"number":5,"title":"2026"},{"number":2027,"title":"last"},{"number":6,"title":"2027"}]`
	for milestone, test := range map[string]struct {
		want string // in the request, or the error
		read bool
	}{
		"253899":               {"253899", false},
		"25389":                {"25389", false}, // a closed one may have this number
		" 20000 ":              {"20000", false},
		"99":                   {"99", true},
		"3":                    {"3", true},
		" 2026 ":               {"5", true},
		"2027":                 {"2027", true}, // the number wins over the title
		"00":                   {"", false},
		"v2.3":                 {"253899", true},
		"v2.4":                 {"254120", true},
		" V2.3 ":               {"253899", true},
		"v23":                  {`not sent: there is no open milestone "v23" in o/r; did you mean "v2.3"?`, true},
		"next":                 {`not sent: there is no open milestone "next" in o/r; it has "v2.3", "V2.4", "twice", "twice", "2026", "last" and "2027"`, true},
		"twice":                {`not sent: 2 open milestones have the title "twice"; pass the number of one, such as 3`, true},
		"-3":                   {`not sent: there is no open milestone "-3" in o/r`, true},
		"99999999999999999999": {"not sent: the milestone's number is out of range", false},
		"":                     {"", false},
		"0":                    {"", false},
	} {
		t.Run(milestone, func(t *testing.T) {
			t.Parallel()
			s := offers(milestonesPath, open)
			c := newClient(t, s)
			ctx, plan := c.WithDryRun(t.Context())
			_, err := c.CreateIssue(ctx, &gitcode.CreateIssueParams{RepoRef: ref.RepoRef, Title: "t", Milestone: milestone})
			if strings.HasPrefix(test.want, "not sent") {
				assertNotSent(t, err)
				assert.ErrorContains(t, err, test.want)
				assert.Empty(t, plan.Requests())
			} else {
				require.NoError(t, err)
				want := []rest.PlannedRequest{{Method: "POST", Path: "/repos/o/issues", Body: `{"body":"","repo":"r","title":"t"}`}}
				if test.want != "" {
					want = append(want, rest.PlannedRequest{Method: "PATCH", Path: "/repos/o/issues/0", Body: `{"milestone":` + test.want + `,"repo":"r"}`})
				}
				assert.Equal(t, want, plan.Requests())
			}
			assert.Equal(t, test.read, len(s.sent()) == 1)
		})
	}

	s := offers(milestonesPath, "503 ")
	_, err := newClient(t, s).CreateIssue(t.Context(), &gitcode.CreateIssueParams{RepoRef: ref.RepoRef, Title: "t", Milestone: "v1"})
	assert.Equal(t, rest.Unavailable, class(t, err))
	assert.Equal(t, map[string]int{milestonesPath: 1}, s.sent())
	c := newClient(t, s)
	ctx, plan := c.WithDryRun(t.Context())
	_, err = c.CreateIssue(ctx, &gitcode.CreateIssueParams{RepoRef: ref.RepoRef, Title: "t", Milestone: "2026"})
	require.NoError(t, err)
	assert.Contains(t, plan.Requests(), rest.PlannedRequest{Method: "PATCH", Path: "/repos/o/issues/0", Body: `{"milestone":2026,"repo":"r"}`}, "digits are a number if no title can be read")
	assert.Equal(t, map[string]int{milestonesPath: 1}, s.sent())
}

// query records the query of the list that it serves.
func query(into *string, response string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		*into = r.URL.RawQuery
		w.Write([]byte(response))
	}
}

func TestMilestoneFilter(t *testing.T) {
	t.Parallel()
	for milestone, want := range map[string]string{
		"253899": "milestone=v1", "v1": "milestone=v1", "none": "milestone=none", "253898": "milestone=253898", "2026": "milestone=2026", "": "",
		"OPEN ONE": "milestone=open+one", " V1 ": "milestone=v1", "9": "milestone=9", "None": "milestone=None", "closed one": "milestone=closed+one",
	} {
		var sent string
		s := offers(milestonesPath, `200 [{"number":253899,"title":"v1"},{"number":7,"title":"2026"},{"number":2026,"title":"v2"},{"number":8,"title":"open one"}]`)
		delete(s.responses, issuesPath)
		s.handler = query(&sent, "[]")
		_, err := newClient(t, s).ListRepoIssues(t.Context(), &gitcode.ListRepoIssuesParams{RepoRef: ref.RepoRef, Milestone: milestone})
		require.NoError(t, err)
		assert.Equal(t, want, sent, milestone)
	}
	var sent string
	s := offers(milestonesPath, "403 ")
	delete(s.responses, issuesPath)
	s.handler = query(&sent, "[]")
	page, err := newClient(t, s).ListRepoIssues(t.Context(), &gitcode.ListRepoIssuesParams{RepoRef: ref.RepoRef, Milestone: "253899"})
	require.NoError(t, err)
	assert.Equal(t, "milestone=253899", sent, "it may be a title")
	assert.Empty(t, page.Note)
}

// TestEmptyListsNameUnknownFilters checks that a typo in a filter does not look
// like a repository without such issues.
func TestEmptyListsNameUnknownFilters(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		labels    gitcode.Labels
		milestone string
		page      int
		rows      string
		changes   []string
		note, err string
		requests  map[string]int // besides the list
	}{
		"a typo":            {labels: gitcode.Labels{"bugg"}, err: `there is no label "bugg" in o/r; did you mean "bug"?`, requests: map[string]int{labelsPath: 1}},
		"another case":      {labels: gitcode.Labels{"Bug"}, err: `there is no label "Bug" in o/r; did you mean "bug"?`, requests: map[string]int{labelsPath: 1}},
		"none close":        {labels: gitcode.Labels{"bug", "x"}, err: `there is no label "x" in o/r; it has only "bug".`, requests: map[string]int{labelsPath: 1}},
		"a known label":     {labels: gitcode.Labels{" bug "}, requests: map[string]int{labelsPath: 1}},
		"labels forbidden":  {labels: gitcode.Labels{"bugg"}, changes: []string{labelsPath, "403 "}, requests: map[string]int{labelsPath: 1}},
		"a later page":      {labels: gitcode.Labels{"bugg"}, page: 2},
		"rows":              {labels: gitcode.Labels{"bugg"}, rows: issue},
		"no filter":         {},
		"a milestone":       {milestone: "v2", note: `There is no open milestone "v2" in o/r; did you mean "v1"?`, requests: map[string]int{milestonesPath: 1}},
		"a closed number":   {milestone: "9", note: `There is no open milestone "9" in o/r; it has only "v1".`, requests: map[string]int{milestonesPath: 1}},
		"an open milestone": {milestone: "V1", requests: map[string]int{milestonesPath: 1}},
		"no milestone":      {milestone: "none"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := offers(append(test.changes, issuesPath, "200 ["+test.rows+"]")...)
			p := gitcode.ListRepoIssuesParams{RepoRef: ref.RepoRef, Labels: test.labels, Milestone: test.milestone}
			p.Page = rest.NewPageNumber(max(test.page, 1), 0)
			page, err := newClient(t, s).ListRepoIssues(t.Context(), &p)
			if test.err != "" {
				assert.Equal(t, rest.Invalid, class(t, err))
				assert.Equal(t, "GET /repos/{owner}/{repo}/issues: "+test.err, err.Error())
			} else {
				require.NoError(t, err)
				assert.Equal(t, test.note, page.Note)
			}
			sent := s.sent()
			delete(sent, issuesPath)
			assert.Len(t, sent, len(test.requests))
			assert.Subset(t, sent, test.requests)
		})
	}
}

func TestMe(t *testing.T) {
	t.Parallel()
	var sent string
	s := offers()
	delete(s.responses, issuesPath)
	s.handler = query(&sent, "[]")
	c := newClient(t, s)
	for name, test := range map[string]struct {
		list func(ctx context.Context) error
		want string
	}{
		"a repository's": {func(ctx context.Context) error {
			_, err := c.ListRepoIssues(ctx, &gitcode.ListRepoIssuesParams{RepoRef: ref.RepoRef, Assignee: "Me", Creator: " @me "})
			return err
		}, "assignee=demo&creator=demo"},
		"an enterprise's": {func(ctx context.Context) error {
			_, err := c.ListEnterpriseIssues(ctx, &gitcode.ListEnterpriseIssuesParams{EnterpriseRef: gitcode.EnterpriseRef{Enterprise: "e"}, Assignee: "me", Creator: "meredith"})
			return err
		}, "assignee=demo&creator=meredith"},
	} {
		require.NoError(t, test.list(t.Context()), name)
		assert.Equal(t, test.want, sent, name)
	}
	assert.Equal(t, 1, s.sent()[userPath], "the owner of a token is cached")
	ctx, plan := c.WithDryRun(t.Context())
	_, err := c.CreateIssue(ctx, &gitcode.CreateIssueParams{RepoRef: ref.RepoRef, Title: "t", Assignee: "@ann, ME"})
	require.NoError(t, err)
	assert.Equal(t, `{"assignee":"ann,demo","repo":"r"}`, plan.Requests()[1].Body)
	assert.Empty(t, s.sent())

	s.respond(userPath, `200 {"id":"6","login":"other"}`)
	_, err = c.ListRepoIssues(c.WithToken(t.Context(), "another token"), &gitcode.ListRepoIssuesParams{RepoRef: ref.RepoRef, Assignee: "me"})
	require.NoError(t, err)
	assert.Equal(t, "assignee=other", sent)

	s = offers(userPath, "503 ")
	_, err = newClient(t, s).CreateIssue(t.Context(), &gitcode.CreateIssueParams{RepoRef: ref.RepoRef, Title: "t", Assignee: "me"})
	assert.Equal(t, rest.Unavailable, class(t, err))
	assert.Equal(t, map[string]int{userPath: 1}, s.sent(), "nothing is created")
}
