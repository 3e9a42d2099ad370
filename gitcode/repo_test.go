package gitcode_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// paths is a service that responds by method and path, written as
// "status body". It counts the requests.
type paths struct {
	mu        sync.Mutex
	responses map[string]string
	header    http.Header
	requests  map[string]int
	handler   http.HandlerFunc // of the paths without a response
}

func (s *paths) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	if s.requests == nil {
		s.requests = map[string]int{}
	}
	path := r.Method + " " + r.URL.Path
	s.requests[path]++
	response, found := s.responses[path]
	s.mu.Unlock()
	if !found && s.handler != nil {
		s.handler(w, r)
		return
	}
	if !found {
		response = "500 the test has no response"
	}
	maps.Copy(w.Header(), s.header)
	status, body, _ := strings.Cut(response, " ")
	var code int
	fmt.Sscan(status, &code)
	w.WriteHeader(code)
	fmt.Fprint(w, body)
}

// sent returns the numbers of requests since the last call.
func (s *paths) sent() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	sent := s.requests
	s.requests = nil
	return sent
}

func (s *paths) respond(path, response string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.responses[path] = response
}

const (
	labelsPath     = "GET /repos/o/r/labels"
	milestonesPath = "GET /repos/o/r/milestones"
	peoplePath     = "GET /repos/o/r/collaborators"
	issuesPath     = "GET /repos/o/r/issues"
	typesPath      = "GET /orgs/o/issue/extend/settings"
	userPath       = "GET /user"
)

// offers returns a service with one of everything, changed as the arguments say:
// a path and its response.
func offers(changes ...string) *paths {
	s := &paths{header: http.Header{"open_issues": {"11"}, "close_issues": {"3"}}, responses: map[string]string{
		labelsPath:     `200 [{"id":1,"name":"bug","color":"#ED4014","description":"Broken"}]`,
		milestonesPath: `200 [{"number":253899,"title":"v1","due_on":"2026-12-01","state":"active"}]`,
		peoplePath:     `200 [{"id":"708","username":"ann","name":"Ann","login":null}]`,
		issuesPath:     `200 [` + issue + `]`,
		typesPath:      `200 [{"type_name":"defect","status":[{"status_name":"new","gitcode_issue_status":0},{"status_name":"done","gitcode_issue_status":1}]}]`,
		userPath:       `200 {"id":"5","login":"demo"}`,
	}}
	for i := 0; i < len(changes); i += 2 {
		s.responses[changes[i]] = changes[i+1]
	}
	return s
}

var getRepo = &gitcode.GetRepoParams{RepoRef: ref.RepoRef}

func fields(names ...string) *gitcode.GetRepoParams {
	return &gitcode.GetRepoParams{RepoRef: ref.RepoRef, Fields: names}
}

func TestGetRepo(t *testing.T) {
	t.Parallel()
	s := offers()
	c := newClient(t, s)
	first, err := c.GetRepo(t.Context(), getRepo)
	require.NoError(t, err)
	assert.Equal(t, map[string]int{labelsPath: 1, milestonesPath: 1, peoplePath: 1, issuesPath: 1}, s.sent(), "types come last")
	assert.Equal(t, gitcode.RepoPart[*gitcode.RepoLabel]{Items: []*gitcode.RepoLabel{{Label: gitcode.Label{ID: 1, Name: "bug", Color: "#ED4014"}, Description: "Broken"}}}, first.Labels)
	assert.Equal(t, []*gitcode.RepoMilestone{{Milestone: gitcode.Milestone{Number: 253899, Title: "v1"}, State: "open", DueOn: "2026-12-01"}}, first.Milestones.Items)
	assert.Equal(t, []*gitcode.Collaborator{{Login: "ann", Name: "Ann"}}, first.Assignees.Items)
	assert.Equal(t, []*gitcode.IssueCounts{{Open: 11, Closed: 3}}, first.Counts.Items)
	assert.Equal(t, gitcode.RepoPart[*gitcode.IssueType]{Err: gitcode.ErrTooManyRequests}, first.Types)

	second, err := c.GetRepo(t.Context(), getRepo)
	require.NoError(t, err)
	assert.Equal(t, map[string]int{typesPath: 1}, s.sent(), "the rest is cached")
	require.Len(t, second.Types.Items, 1)
	assert.Equal(t, &gitcode.IssueType{Name: "defect", Statuses: gitcode.List[gitcode.IssueStatus]{{Name: "new"}, {Name: "done", Kind: 1}}}, second.Types.Items[0])
	assert.Equal(t, first.Labels, second.Labels)

	third, err := c.GetRepo(t.Context(), fields("statuses", "counts"))
	require.NoError(t, err)
	assert.Empty(t, s.sent())
	assert.Equal(t, &gitcode.RepoParts{Counts: first.Counts, Types: second.Types}, third, "only what was requested")
}

func TestGetRepoFields(t *testing.T) {
	t.Parallel()
	for want, params := range map[string]*gitcode.GetRepoParams{
		labelsPath: fields("labels"), milestonesPath: fields("milestones"), peoplePath: fields("assignees"),
		issuesPath: fields("counts"), typesPath: fields("types", "statuses"),
	} {
		s := offers()
		_, err := newClient(t, s).GetRepo(t.Context(), params)
		require.NoError(t, err)
		assert.Equal(t, map[string]int{want: 1}, s.sent())
	}
}

// TestGetRepoInPart checks that a part that cannot be read costs nothing else.
func TestGetRepoInPart(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		path, response string
		failed         func(*gitcode.RepoParts) error
		want           rest.Class
	}{
		"labels forbidden":         {labelsPath, `403 {"error_message":"no scopes:read_projects"}`, func(r *gitcode.RepoParts) error { return r.Labels.Err }, rest.Forbidden},
		"labels malformed":         {labelsPath, "200 <html>", func(r *gitcode.RepoParts) error { return r.Labels.Err }, rest.MalformedResponse},
		"labels in another form":   {labelsPath, `200 {"labels":[]}`, func(r *gitcode.RepoParts) error { return r.Labels.Err }, rest.MalformedResponse},
		"milestones not found":     {milestonesPath, "404 ", func(r *gitcode.RepoParts) error { return r.Milestones.Err }, rest.NotFound},
		"people fail":              {peoplePath, "503 ", func(r *gitcode.RepoParts) error { return r.Assignees.Err }, rest.Unavailable},
		"an issue list without it": {issuesPath, "204 ", func(r *gitcode.RepoParts) error { return r.Counts.Err }, rest.MalformedResponse},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result, err := newClient(t, offers(test.path, test.response)).GetRepo(t.Context(), getRepo)
			require.NoError(t, err)
			assert.Equal(t, test.want, class(t, test.failed(result)))
			read := 0
			for _, isRead := range []bool{result.Labels.Items != nil, result.Milestones.Items != nil, result.Assignees.Items != nil, result.Counts.Items != nil} {
				if isRead {
					read++
				}
			}
			assert.Equal(t, 3, read)
		})
	}

	s := offers()
	s.header = nil
	result, err := newClient(t, s).GetRepo(t.Context(), getRepo)
	require.NoError(t, err)
	assert.ErrorContains(t, result.Counts.Err, "contains no counts")

	result, err = newClient(t, offers(labelsPath, `200 [{"name":"bug"},{"name":null},7]`)).GetRepo(t.Context(), getRepo)
	require.NoError(t, err)
	assert.Equal(t, 2, result.Labels.Unreadable)
	assert.Len(t, result.Labels.Items, 1)
}

func TestGetRepoFails(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		params  *gitcode.GetRepoParams
		changes []string
		want    rest.Class
	}{
		"no repository":             {getRepo, []string{labelsPath, "404 ", milestonesPath, "404 ", peoplePath, "404 ", issuesPath, "404 "}, rest.NotFound},
		"no repository, but types":  {fields("labels", "types"), []string{labelsPath, `400 {"error_code":1003,"error_message":"项目不存在"}`}, rest.NotFound},
		"everything fails":          {getRepo, []string{labelsPath, "503 ", milestonesPath, "404 ", peoplePath, "503 ", issuesPath, "503 "}, rest.Unavailable},
		"one part, and it fails":    {fields("assignees"), []string{peoplePath, "403 "}, rest.Forbidden},
		"types alone, and they do":  {fields("types"), []string{typesPath, "503 "}, rest.Unavailable},
		"an invalid token":          {fields("types"), []string{typesPath, `404 {"error_message":"404, token not found"}`}, rest.Unauthenticated},
		"an owner that is no owner": {&gitcode.GetRepoParams{RepoRef: gitcode.RepoRef{Owner: "..", Repo: "r"}, Fields: []string{"types"}}, nil, rest.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := newClient(t, offers(test.changes...)).GetRepo(t.Context(), test.params)
			assert.Equal(t, test.want, class(t, err))
		})
	}
}

// TestOwnerWithoutTypes checks that GitCode's error for an owner who defines no
// types is an empty list, and cached.
func TestOwnerWithoutTypes(t *testing.T) {
	t.Parallel()
	for _, response := range []string{"404 ", "403 ", `400 {"error_message":"Unknown \"org not found\""}`, "200 []", "200 null"} {
		s := offers(typesPath, response)
		c := newClient(t, s)
		for range 2 {
			result, err := c.GetRepo(t.Context(), fields("types"))
			require.NoError(t, err, response)
			assert.NotNil(t, result.Types.Items, response)
			assert.Empty(t, result.Types.Items, response)
		}
		assert.Equal(t, map[string]int{typesPath: 1}, s.sent(), response)
	}
}

// TestCountsOfLists checks that a list of issues brings the counts with it,
// unless it is filtered, and that writes make them unknown.
func TestCountsOfLists(t *testing.T) {
	t.Parallel()
	s := offers("POST /repos/o/issues", "201 "+issue, "PATCH /repos/o/issues/7", "200 "+issue, "GET /repos/o/r/issues/7", "200 "+issue)
	c := newClient(t, s)
	counts := func() map[string]int {
		result, err := c.GetRepo(t.Context(), fields("counts"))
		require.NoError(t, err)
		assert.Equal(t, []*gitcode.IssueCounts{{Open: 11, Closed: 3}}, result.Counts.Items)
		return s.sent()
	}
	list := func(p gitcode.ListRepoIssuesParams) {
		p.RepoRef = ref.RepoRef
		_, err := c.ListRepoIssues(t.Context(), &p)
		require.NoError(t, err)
		s.sent()
	}
	list(gitcode.ListRepoIssuesParams{Labels: gitcode.Labels{"bug"}})
	assert.NotEmpty(t, counts(), "the counts may be those of a label")
	_, err := c.CreateIssue(t.Context(), &gitcode.CreateIssueParams{RepoRef: ref.RepoRef, Title: "t"})
	require.NoError(t, err)
	s.sent()
	assert.NotEmpty(t, counts(), "there is another issue")
	_, err = c.UpdateIssue(t.Context(), &gitcode.UpdateIssueParams{IssueRef: ref, State: new(gitcode.StateChange("closed"))})
	require.NoError(t, err)
	s.sent()
	list(gitcode.ListRepoIssuesParams{State: "open", Sort: "updated", Direction: "asc", Paging: gitcode.Paging{PerPage: 100}})
	assert.Empty(t, counts())
	_, err = c.UpdateIssue(t.Context(), &gitcode.UpdateIssueParams{IssueRef: ref, State: new(gitcode.StateChange("closed"))})
	require.NoError(t, err)
	s.sent()
	assert.NotEmpty(t, counts(), "an issue was closed")
}

func TestGetRepoReportsProgress(t *testing.T) {
	t.Parallel()
	var steps []rest.Step
	ctx := rest.WithSteps(t.Context(), func(s rest.Step) { steps = append(steps, s) })
	_, err := newClient(t, offers()).GetRepo(ctx, fields("labels", "milestones"))
	require.NoError(t, err)
	assert.Equal(t, []rest.Step{{Done: 1, Total: 2}, {Done: 2, Total: 2}}, steps)
}
