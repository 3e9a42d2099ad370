package sandbox

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCreateIssue(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	milestone := strconv.Itoa(s.Projects[0].Milestones[1].ID)
	epic := strconv.Itoa(s.Groups[0].Epics[0].ID)
	got := s.do(Me, "POST", portal+"/issues", `{"title":"New <b>","description":"Text","labels":["docs","made up"],"assignee_ids":[7103,"7102",7103],"milestone_id":`+milestone+
		`,"due_date":"2027-01-31","weight":0,"epic_id":`+epic+`,"confidential":true,"issue_type":"incident","iid":70,"created_at":"2026-01-02T03:04:05Z"}`)
	require.Equal(t, 201, got.StatusCode, got.body)
	assert.Contains(t, got.body, "New <b>")
	for path, want := range map[string]any{
		"iid": 70.0, "description": "Text", "state": "opened", "labels": []any{"docs", "made up"}, "assignee.username": "devi", "milestone.title": "v2.1",
		"due_date": "2027-01-31", "weight": 0.0, "epic.iid": 1.0, "epic_iid": 1.0, "confidential": true, "issue_type": "incident", "type": "INCIDENT",
		"created_at": "2026-01-02T03:04:05.000Z", "author.username": Me, "subscribed": true, "references.full": "harborlab/portal#70", "discussion_locked": nil,
		"web_url": s.url + "/harborlab/portal/-/issues/70", "closed_at": nil, "moved_to_id": nil, "iteration": nil,
	} {
		assert.Equal(t, want, got.member(path), path)
	}
	assert.Len(t, got.member("assignees"), 2)
	assert.NotContains(t, got.body, "health_status")
	assert.JSONEq(t, got.body, s.get(portal+"/issues/70").body)
	assert.Equal(t, 71.0, s.do(Me, "POST", portal+"/issues?title=Query&labels=bug,docs", "").member("iid"))
	assert.Equal(t, 72.0, s.do("stella", "POST", portal+"/issues", "title=Form").member("iid"))
	assert.Equal(t, 409, s.do(Me, "POST", portal+"/issues", "title=New&iid=1").StatusCode)
}

func TestIssueErrors(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	const one = portal + "/issues/1"
	for _, tt := range []struct {
		name, user, method, path, body, want string
		status                               int
	}{
		{"no title", Me, "POST", portal + "/issues", "description=a", `{"error":"title is missing"}`, 400},
		{"blank title", Me, "POST", portal + "/issues", `{"title":" "}`, `{"message":{"title":["can't be blank"]}}`, 400},
		{"long title", Me, "POST", portal + "/issues", "title=" + strings.Repeat("é", 256), `{"message":{"title":["is too long (maximum is 255 characters)"]}}`, 400},
		{"long description", Me, "PUT", one, "description=" + strings.Repeat("a", maxDescription+1), `{"message":{"description":["is too long (maximum is 1048576 characters)"]}}`, 400},
		{"negative weight", Me, "PUT", one, "weight=-1", `{"message":{"weight":["must be greater than or equal to 0"]}}`, 400},
		{"weight in words", Me, "PUT", one, "weight=much", `{"error":"weight is invalid"}`, 400},
		{"unknown type", Me, "PUT", one, "issue_type=epic", `{"error":"issue_type does not have a valid value"}`, 400},
		{"state for state_event", Me, "PUT", one, "state_event=closed", `{"error":"state_event does not have a valid value"}`, 400},
		{"usernames", Me, "PUT", one, "assignee_ids=devi", `{"error":"assignee_ids is invalid"}`, 400},
		{"unknown epic", Me, "PUT", one, "epic_id=7", `{"message":"404 Not found"}`, 404},
		{"nothing to update", Me, "PUT", one, "state=closed", `{"error":"` + strings.Join(updatable, ", ") + ` are missing, at least one parameter must be provided"}`, 400},
		{"malformed JSON", Me, "PUT", one, "{", `{"error":"The request is malformed"}`, 400},
		{"unknown token", "", "GET", one, "", `{"message":"401 Unauthorized"}`, 401},
		{"private project", "stella", "GET", "/projects/harborlab%2Fvault%2Fkeys/issues", "", `{"message":"404 Project Not Found"}`, 404},
		{"private group", "stella", "GET", "/groups/harborlab%2Fvault/issues", "", `{"message":"404 Group Not Found"}`, 404},
		{"path that is not escaped", Me, "GET", "/projects/harborlab/portal/issues", "", `{"error":"404 Not Found"}`, 404},
		{"path that is escaped twice", Me, "GET", "/projects/harborlab%252Fportal/issues", "", `{"message":"404 Project Not Found"}`, 404},
		{"unknown issue", Me, "GET", portal + "/issues/99", "", `{"message":"404 Not found"}`, 404},
		{"number in words", Me, "GET", portal + "/issues/one", "", `{"error":"issue_iid is invalid"}`, 400},
		{"confidential", "gus", "GET", portal + "/issues/8", "", `{"message":"404 Not found"}`, 404},
		{"update by a stranger", "stella", "PUT", one, "title=New", `{"message":"403 Forbidden"}`, 403},
		{"delete by a maintainer", "mateo", "DELETE", one, "", `{"message":"403 Forbidden"}`, 403},
		{"archived", Me, "POST", "/projects/harborlab%2Fattic/issues", "title=New", `{"message":"403 Forbidden"}`, 403},
		{"archived update", Me, "PUT", "/projects/harborlab%2Fattic/issues/1", "title=New", `{"message":"403 Forbidden"}`, 403},
		{"issues turned off", Me, "POST", "/projects/harborlab%2Fmirror/issues", "title=New", `{"message":"403 Forbidden"}`, 403},
		{"global id", Me, "GET", "/issues/41035", "", `{"message":"403 Forbidden"}`, 403},
		{"user agent", Me, "GET", one + "/user_agent_detail", "", `{"message":"403 Forbidden"}`, 403},
		{"busy", Me, "GET", "/projects/harborlab%2Fbusy/issues", "", "Retry later\n", 429},
		{"broken", Me, "GET", "/projects/harborlab%2Fbroken", "", "<html><body><h1>502 Bad Gateway</h1></body></html>\n", 502},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := s.do(tt.user, tt.method, tt.path, tt.body)
			assert.Equal(t, tt.status, got.StatusCode)
			assert.Equal(t, strings.TrimSpace(tt.want), strings.TrimSpace(got.body))
		})
	}
}

func TestUpdateIssue(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, body, path string
		want             any
	}{
		{"title", `{"title":"New"}`, "title", "New"},
		{"description", `{"description":""}`, "description", nil},
		{"close", "state_event=close", "state", "closed"},
		{"who closed", "state_event=close", "closed_by.username", Me},
		{"reopen an open one", "state_event=reopen", "state", "opened"},
		{"labels as a list", `{"labels":["docs","bug"]}`, "labels", []any{"bug", "docs"}},
		{"labels as a text", `{"labels":"docs, bug"}`, "labels", []any{"bug", "docs"}},
		{"no labels", `{"labels":""}`, "labels", []any{}},
		{"empty list of labels", `{"labels":[]}`, "labels", []any{}},
		{"add and remove labels", `{"add_labels":"new one,docs","remove_labels":"bug,priority::1"}`, "labels", []any{"area/timetable", "docs", "new one"}},
		{"label of the same scope", "add_labels=priority::2", "labels", []any{"area/timetable", "bug", "priority::2"}},
		{"two labels of one scope", "labels=a::b::1,a::c,a::b::2", "labels", []any{"a::b::2", "a::c"}},
		{"labels are case-sensitive", `{"labels":"Bug"}`, "labels", []any{"Bug"}},
		{"assignees", `{"assignee_ids":[7102]}`, "assignee.username", "mateo"},
		{"assignee 0", `{"assignee_ids":[0]}`, "assignees", []any{}},
		{"no assignees", `{"assignee_ids":[]}`, "assignees", []any{}},
		{"empty assignees", "assignee_ids=", "assignees", []any{}},
		{"unknown assignee", `{"assignee_ids":[1]}`, "assignee.username", "devi"},
		{"milestone 0", `{"milestone_id":0}`, "milestone", nil},
		{"milestone null", `{"milestone_id":null}`, "milestone", nil},
		{"unknown milestone", `{"milestone_id":1}`, "milestone", nil},
		{"no due date", `{"due_date":""}`, "due_date", nil},
		{"invalid due date", `{"due_date":"soon"}`, "due_date", nil},
		{"due date", `{"due_date":"2027-01-01"}`, "due_date", "2027-01-01"},
		{"weight null", `{"weight":null}`, "weight", nil},
		{"empty weight", "weight=", "weight", nil},
		{"epic 0", `{"epic_id":0}`, "epic", nil},
		{"lock", `{"discussion_locked":true}`, "discussion_locked", true},
		{"confidential", `{"confidential":"true"}`, "confidential", true},
		{"incident", `{"issue_type":"incident"}`, "type", "INCIDENT"},
		{"test case", `{"issue_type":"test_case"}`, "issue_type", "issue"},
		{"updated_at", `{"title":"New","updated_at":"2026-10-01T00:00:00Z"}`, "updated_at", "2026-10-01T00:00:00.000Z"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			got := s.do(Me, "PUT", portal+"/issues/1", tt.body)
			require.Equal(t, 200, got.StatusCode, got.body)
			assert.Equal(t, tt.want, got.member(tt.path))
			assert.JSONEq(t, got.body, s.get(portal+"/issues/1").body)
		})
	}
}

func TestFailedUpdateChangesNothing(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	before := s.get(portal + "/issues/1").body
	assert.Equal(t, 404, s.do(Me, "PUT", portal+"/issues/1", `{"due_date":"","epic_id":7}`).StatusCode)
	assert.Equal(t, before, s.get(portal+"/issues/1").body)
}

// TestRoles checks what is ignored for users without the permission.
func TestRoles(t *testing.T) {
	t.Parallel()
	const body = `{"title":"New","description":"New","labels":"bug,made up","assignee_ids":[7101],"weight":9,"due_date":"2027-02-02","iid":70,"issue_type":"incident"}`
	for _, tt := range []struct {
		user, method, path string
		labels             []any
		isComplete         bool
	}{
		{"stella", "POST", "", []any{}, false},
		{"gus", "POST", "", []any{"bug"}, true},
		{"rhea", "POST", "", []any{"bug", "made up"}, true},
		{"gus", "PUT", "/2", []any{"bug"}, false},
		{"rhea", "PUT", "/2", []any{"bug", "made up"}, true},
	} {
		t.Run(tt.user+" "+tt.method, func(t *testing.T) {
			t.Parallel()
			got := newServer(t).do(tt.user, tt.method, portal+"/issues"+tt.path, body)
			require.Less(t, got.StatusCode, 300, got.body)
			assert.Equal(t, "New", got.member("title"))
			assert.Equal(t, tt.labels, got.member("labels"))
			assert.Equal(t, tt.isComplete, got.member("weight") == 9.0)
			assert.Equal(t, tt.isComplete, got.member("due_date") == "2027-02-02")
			assert.Equal(t, tt.user == "rhea", got.member("issue_type") == "incident")
			assert.NotEqual(t, 70.0, got.member("iid"))
		})
	}
}

func TestDeleteIssue(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	got := s.do(Me, "DELETE", portal+"/issues/1", "")
	assert.Equal(t, 204, got.StatusCode)
	assert.Empty(t, got.body)
	assert.Equal(t, 404, s.get(portal+"/issues/1").StatusCode)
	assert.Equal(t, 204, s.do("ada", "DELETE", "/projects/harborlab%2Fvault%2Fkeys/issues/1", "").StatusCode)
	assert.Equal(t, 14.0, s.do(Me, "POST", portal+"/issues", "title=New").member("iid"), "numbers are not used again")
}

func TestFree(t *testing.T) {
	t.Parallel()
	box := New()
	box.Free = true
	s := serve(t, box)
	got := s.do(Me, "PUT", portal+"/issues/3", `{"weight":-1,"epic_id":7,"assignee_ids":[7103,7102]}`)
	require.Equal(t, 200, got.StatusCode, got.body)
	for _, member := range []string{"weight", "epic", "epic_iid", "iteration", "health_status"} {
		assert.NotContains(t, got.value, member)
	}
	assert.Len(t, got.member("assignees"), 1)
	assert.Equal(t, []any{"a::1", "a::2", "docs"}, s.do(Me, "PUT", portal+"/issues/3", "add_labels=a::1,a::2").member("labels"), "labels have no scopes")
	assert.Len(t, s.get(portal+"/issues?weight=5&epic_id=1&iteration_id=1").iids(), 13, "the filters are ignored")
	assert.Equal(t, "assignee_username allows one value, but found 2: devi, olga", s.get(portal+"/issues?assignee_username[]=devi&assignee_username[]=olga").member("error"))
	assert.Equal(t, 400, s.do(Me, "POST", portal+"/issues/1/notes", `{"body":"/promote"}`).StatusCode)
	assert.Equal(t, "opened", s.get(portal+"/issues/1").member("state"))
}
