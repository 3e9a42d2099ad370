package sandbox

import (
	"bytes"
	"mime/multipart"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func (s server) projectID(path string) string {
	return strconv.Itoa(s.findProject(findUser("ada"), path).ID)
}

func TestMoveIssue(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	cli := "to_project_id=" + s.projectID("harborlab/tools/cli")
	moved := s.do("rhea", "POST", portal+"/issues/1/move", cli)
	require.Equal(t, 201, moved.StatusCode, moved.body)
	for path, want := range map[string]any{
		"iid": 4.0, "references.full": "harborlab/tools/cli#4", "state": "opened", "author.username": "rhea", "assignee.username": "devi",
		"labels": []any{"bug", "priority::1"}, "milestone.title": "v2.1", "moved_to_id": nil, "created_at": "2026-08-31T08:12:00.000Z",
	} {
		assert.Equal(t, want, moved.member(path), path)
	}
	old := s.get(portal + "/issues/1")
	assert.Equal(t, "closed", old.member("state"))
	assert.Equal(t, moved.member("id"), old.member("moved_to_id"))
	assert.Equal(t, "moved to harborlab/tools/cli#4", s.get(portal+"/issues/1/notes").member("body"))
	assert.Equal(t, "moved from harborlab/portal#1", s.get("/projects/harborlab%2Ftools%2Fcli/issues/4/notes").member("body"))
	assert.Len(t, s.get("/projects/harborlab%2Ftools%2Fcli/issues/4/notes").value, 4)
	for _, tt := range []struct {
		name, user, path, body, want string
		status                       int
	}{
		{"again", Me, "/issues/1/move", cli, `{"message":"Cannot move issue due to insufficient permissions!"}`, 400},
		{"same project", Me, "/issues/2/move", "to_project_id=" + s.projectID("harborlab/portal"), `{"message":"Cannot move issue to project it originates from!"}`, 400},
		{"no permission", "gus", "/issues/2/move", cli, `{"message":"Cannot move issue due to insufficient permissions!"}`, 400},
		{"no permission to clone", "gus", "/issues/2/clone", cli, `{"message":"Cannot clone issue due to insufficient permissions!"}`, 400},
		{"archived project", Me, "/issues/2/move", "to_project_id=" + s.projectID("harborlab/attic"), `{"message":"Cannot move issue due to insufficient permissions!"}`, 400},
		{"project out of sight", "rhea", "/issues/2/move", "to_project_id=" + s.projectID("harborlab/vault/keys"), `{"message":"404 Project Not Found"}`, 404},
		{"path", Me, "/issues/2/move", "to_project_id=harborlab/tools/cli", `{"error":"to_project_id is invalid"}`, 400},
		{"no project", Me, "/issues/2/clone", "with_notes=true", `{"error":"to_project_id is missing"}`, 400},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := s.do(tt.user, "POST", portal+tt.path, tt.body)
			assert.Equal(t, tt.status, got.StatusCode)
			assert.JSONEq(t, tt.want, got.body)
		})
	}
}

func TestCloneIssue(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	const cli = "/projects/harborlab%2Ftools%2Fcli/issues/"
	to := "to_project_id=" + s.projectID("harborlab/tools/cli")
	clone := s.do(Me, "POST", portal+"/issues/6/clone", to)
	require.Equal(t, 201, clone.StatusCode, clone.body)
	for path, want := range map[string]any{
		"iid": 4.0, "state": "opened", "author.username": Me, "labels": []any{"bug"}, "milestone": nil, "user_notes_count": 0.0, "time_stats.time_estimate": 0.0, "weight": 8.0,
	} {
		assert.Equal(t, want, clone.member(path), path)
	}
	assert.Nil(t, s.get(portal+"/issues/6").member("moved_to_id"))
	assert.Equal(t, 2.0, s.do(Me, "POST", portal+"/issues/1/clone", to+"&with_notes=true").member("user_notes_count"))
	assert.Equal(t, "cloned from harborlab/portal#1", s.get(cli+"5/notes").member("body"))
	same := s.do(Me, "POST", portal+"/issues/1/clone", "to_project_id="+s.projectID("harborlab/portal"))
	assert.Equal(t, 14.0, same.member("iid"), "into its own project")
}

func TestReorderIssue(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	ids := map[int]string{}
	for _, i := range s.Projects[0].Issues {
		ids[i.IID] = strconv.Itoa(i.ID)
	}
	order := func() []int { return s.get(portal + "/issues?order_by=relative_position&per_page=4&sort=asc").iids() }
	require.Equal(t, 200, s.do(Me, "PUT", portal+"/issues/1/reorder", "move_after_id="+ids[3]).StatusCode)
	assert.Equal(t, []int{2, 3, 1, 4}, order())
	require.Equal(t, 200, s.do(Me, "PUT", portal+"/issues/5/reorder", "move_before_id="+ids[2]).StatusCode)
	assert.Equal(t, []int{5, 2, 3, 1}, order())
	require.Equal(t, 200, s.do(Me, "PUT", portal+"/issues/1/reorder", "move_after_id="+ids[5]+"&move_before_id="+ids[2]).StatusCode)
	assert.Equal(t, []int{5, 1, 2, 3}, order())
	for _, body := range []string{"move_after_id=7", "move_before_id=" + strconv.Itoa(s.Projects[1].Issues[0].ID), "move_before_id=" + ids[1], ""} {
		got := s.do(Me, "PUT", portal+"/issues/1/reorder", body)
		assert.Equal(t, 422, got.StatusCode, body)
		assert.JSONEq(t, `{"message":{"error":"Unprocessable entity"}}`, got.body)
	}
	assert.Equal(t, 403, s.do("gus", "PUT", portal+"/issues/1/reorder", "move_after_id="+ids[3]).StatusCode)
}

// TestUnchanged checks the responses if there is nothing to change.
func TestUnchanged(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for n, tt := range []struct {
		user, action string
		status       int
		subscribed   any
	}{
		{"stella", "unsubscribe", 304, nil}, {"stella", "subscribe", 201, true}, {"stella", "subscribe", 304, nil}, {"stella", "unsubscribe", 201, false},
		{"devi", "subscribe", 304, nil}, {"devi", "unsubscribe", 201, false}, {"devi", "unsubscribe", 304, nil},
		{"devi", "todo", 201, nil}, {"devi", "todo", 304, nil}, {"stella", "todo", 201, nil},
	} {
		got := s.do(tt.user, "POST", portal+"/issues/1/"+tt.action, "")
		assert.Equal(t, tt.status, got.StatusCode, n)
		assert.Equal(t, tt.subscribed, got.member("subscribed"), n)
		assert.Equal(t, tt.status == 304, got.body == "", n)
	}
	got := s.do(Me, "POST", portal+"/issues/1/todo", "")
	for path, want := range map[string]any{"state": "pending", "target.iid": 1.0, "project.path_with_namespace": "harborlab/portal", "action_name": "marked", "author.username": Me} {
		assert.Equal(t, want, got.member(path), path)
	}
}

func TestNotes(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	const notes = portal + "/issues/1/notes"
	assert.Equal(t, "Thanks! Until then I print it.", s.get(notes).member("body"), "the newest first")
	assert.Equal(t, "devi", s.get(notes+"?sort=asc&order_by=updated_at").member("author.username"))
	assert.Equal(t, true, s.get(notes+"?activity_filter=only_activity").member("system"))
	assert.Len(t, s.get(notes+"?activity_filter=only_comments").value, 2)
	assert.Equal(t, "sort does not have a valid value", s.get(notes+"?sort=new").member("error"))
	got := s.do("stella", "POST", notes, `{"body":"Hello\n/close"}`)
	assert.Equal(t, 201, got.StatusCode)
	assert.Equal(t, "Hello\n/close", got.member("body"))
	assert.Equal(t, map[string]any{}, got.member("commands_changes"))
	assert.Equal(t, 3.0, s.get(portal+"/issues/1").member("user_notes_count"))
	assert.Equal(t, "body is missing", s.do(Me, "POST", notes, `{}`).member("error"))
	assert.Equal(t, `400 Bad request - Note {:note=>["can't be blank"]}`, s.do(Me, "POST", notes, `{"body":" "}`).member("message"))
	assert.Equal(t, 403, s.do("stella", "POST", portal+"/issues/9/notes", "body=a").StatusCode, "locked")
	assert.Equal(t, 201, s.do("gus", "POST", portal+"/issues/9/notes", "body=a").StatusCode, "members may comment")
	s.do(Me, "PUT", portal+"/issues/1", `{"title":"New","description":"New","assignee_ids":[7102]}`)
	assert.Equal(t, "assigned to @mateo and unassigned @devi", s.get(notes+"?activity_filter=only_activity").member("body"))
	assert.Len(t, s.get(notes+"?activity_filter=only_activity").value, 4)
}

func TestPromote(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, user, path, body string
		status                 int
		promotes               bool
	}{
		{"alone", Me, portal + "/issues/1", "/promote", 202, true},
		{"with a text", "rhea", portal + "/issues/1", "As agreed.\r\n\r\n/promote \r\n", 201, true},
		{"in code", Me, portal + "/issues/1", "```\n/promote\n```", 201, false},
		{"within a line", Me, portal + "/issues/1", "please /promote", 201, false},
		{"without permission", "gus", portal + "/issues/2", "/promote", 400, false},
		{"without permission, with a text", "gus", portal + "/issues/2", "Please\n/promote", 201, false},
		{"incident", Me, portal + "/issues/4", "/promote", 400, false},
		{"project of a user", Me, "/projects/olga%2Fnotes/issues/1", "/promote", 400, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			got := s.do(tt.user, "POST", tt.path+"/notes", "body="+strings.NewReplacer("\n", "%0A", "\r", "%0D").Replace(tt.body))
			assert.Equal(t, tt.status, got.StatusCode, got.body)
			assert.Equal(t, tt.promotes, got.member("commands_changes.promote_to_epic") == true)
			issue := s.get(tt.path)
			assert.Equal(t, tt.promotes, issue.member("state") == "closed")
			if tt.promotes {
				assert.Equal(t, 400, s.do(Me, "POST", tt.path+"/notes", "body=/promote").StatusCode, "only once")
				assert.Equal(t, "promoted to epic &2", s.get(tt.path+"/notes?activity_filter=only_activity").member("body"))
			}
			if tt.status == 202 {
				assert.Equal(t, []any{"Promoted issue to an epic."}, got.member("summary"))
			}
		})
	}
}

// upload sends a form with a file.
func (s server) upload(user, path, filename string, size int, fields ...string) reply {
	s.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for n := 0; n+1 < len(fields); n += 2 {
		require.NoError(s, form.WriteField(fields[n], fields[n+1]))
	}
	file, err := form.CreateFormFile("file", filename)
	require.NoError(s, err)
	_, err = file.Write(make([]byte, size))
	require.NoError(s, err)
	require.NoError(s, form.Close())
	return s.do(user, "POST", path, body.String(), "Content-Type", form.FormDataContentType())
}

func TestMetricImages(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	const images = portal + "/issues/4/metric_images"
	assert.Equal(t, "latency.png", s.get(images).member("filename"))
	assert.NotContains(t, s.get(images).Header, "X-Page")
	got := s.upload("rhea", images, "cpu load.PNG", maxImage, "url", "https://example.com/a", "url_text", "A")
	require.Equal(t, 201, got.StatusCode, got.body)
	id := strconv.Itoa(int(got.member("id").(float64)))
	assert.Equal(t, "cpu load.PNG", got.member("filename"))
	assert.Equal(t, "/uploads/-/system/issuable_metric_image/file/"+id+"/cpu load.PNG", got.member("file_path"))
	assert.Equal(t, "https://example.com/a", got.member("url"))
	got = s.do(Me, "PUT", images+"/"+id, `{"url_text":""}`)
	assert.Equal(t, 200, got.StatusCode)
	assert.Nil(t, got.member("url_text"))
	assert.Equal(t, "https://example.com/a", got.member("url"))
	assert.Equal(t, 400, s.do(Me, "PUT", images+"/"+id, "url=javascript:a").StatusCode)
	assert.Equal(t, 400, s.upload(Me, images, "a.png", maxImage+1).StatusCode)
	assert.Equal(t, 400, s.upload(Me, images, "a.txt", 1).StatusCode)
	assert.Equal(t, 403, s.upload("gus", images, "a.png", 1).StatusCode)
	assert.Equal(t, 403, s.upload(Me, portal+"/issues/1/metric_images", "a.png", 1).StatusCode, "no incident")
	assert.Equal(t, 404, s.get(portal+"/issues/1/metric_images").StatusCode)
	assert.Equal(t, "file is missing", s.do(Me, "POST", images, "url=http://a.b").member("error"))
	assert.Equal(t, "file is invalid", s.do(Me, "POST", images, `{"file":"a.png"}`).member("error"))
	assert.Equal(t, 204, s.do(Me, "DELETE", images+"/"+id, "").StatusCode)
	assert.Equal(t, "Metric image not found", s.do(Me, "DELETE", images+"/"+id, "").member("message"))
	assert.Len(t, s.get(images).value, 1)
}
