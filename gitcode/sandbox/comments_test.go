package sandbox_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

const notes = "/repos/linwei/notes" // has no comments

// comment adds a comment to an issue and returns the comment's path.
func (c client) comment(repo, number, body string) string {
	c.t.Helper()
	r := c.send("POST", repo+"/issues/"+number+"/comments", `{"body":"`+body+`"}`)
	assert.Equal(c.t, 201, r.Code)
	return fmt.Sprintf("%s/issues/comments/%.0f", repo, r.object()["id"])
}

func TestCommentLifecycle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t)
		path := c.comment(notes, "1", "First")
		comment := c.get(path).object()
		assert.Equal(t, "First", comment["body"])
		assert.Equal(t, "linwei", comment["user"].(map[string]any)["login"])
		assert.Equal(t, "2000-01-01T08:00:00+08:00", comment["created_at"])
		target := comment["target"].(map[string]any)["issue"].(map[string]any)
		assert.Equal(t, map[string]any{"id": float64(c.id(notes + "/issues/1")), "title": "整理周会纪要模板", "nubmer": 1.0}, target)
		issue := c.get(notes + "/issues/1").object()
		assert.Equal(t, 1.0, issue["comments"])
		assert.Equal(t, "2000-01-01T08:00:00+08:00", issue["updated_at"], "a comment updates its issue")

		time.Sleep(time.Minute)
		c.send("PATCH", path, `{"body":"Second"}`).isEmpty(200)
		comment = c.get(path).object()
		assert.Equal(t, "Second", comment["body"])
		assert.Equal(t, "2000-01-01T08:00:00+08:00", comment["created_at"])
		assert.Equal(t, "2000-01-01T08:01:00+08:00", comment["updated_at"])

		c.send("DELETE", path, "").isEmpty(204)
		c.get(path).isNotFound("Note")
		c.send("PATCH", path, `{"body":"Third"}`).isNotFound("Note")
		assert.Equal(t, 0.0, c.get(notes + "/issues/1").object()["comments"])
	})
}

func TestCommentErrors(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	path := c.comment(notes, "1", "First")
	for _, body := range []string{`{}`, `{"body":""}`, `{"body":" \n"}`, `body=text`} {
		c.send("POST", notes+"/issues/1/comments", body).isBadParameter("body")
		c.send("PATCH", path, body).isBadParameter("body")
	}
	assert.Equal(t, "First", c.get(path).object()["body"])
	c.send("POST", notes+"/issues/2/comments", `{"body":"First"}`).isNotFound("Issue")
	c.get(notes + "/issues/comments/first").isBadParameter("id")
	c.get(portal + path[len(notes):]).isNotFound("Note")
}

func TestListComments(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t)
		first := c.comment(notes, "1", "first")
		time.Sleep(time.Hour)
		c.comment(notes, "1", "second")
		time.Sleep(time.Hour)
		c.comment(notes, "1", "third")
		time.Sleep(time.Hour)
		c.send("PATCH", first, `{"body":"first"}`)

		issue := notes + "/issues/1/comments"
		repo := notes + "/issues/comments"
		for _, test := range []struct {
			path string
			want []any
		}{
			{issue, []any{"first", "second", "third"}},
			{issue + "?order=asc", []any{"first", "second", "third"}},
			{issue + "?order=desc", []any{"third", "second", "first"}},
			{issue + "?since=2000-01-01T10:00:00%2B08:00", []any{"first", "third"}},
			{issue + "?since=2000-01-01T02:00:01Z", []any{"first"}},
			{issue + "?since=2000-01-02T00:00:00Z", []any{}},
			{repo, []any{"first", "second", "third"}},
			{repo + "?direction=desc", []any{"first", "second", "third"}},
			{repo + "?sort=created", []any{"first", "second", "third"}},
			{repo + "?sort=created&direction=desc", []any{"third", "second", "first"}},
			{repo + "?sort=updated", []any{"second", "third", "first"}},
			{repo + "?sort=updated&direction=desc", []any{"first", "third", "second"}},
			{repo + "?since=2000-01-01T10:00:00%2B08:00", []any{"first", "third"}},
		} {
			assert.Equal(t, test.want, c.get(test.path).column("body"), test.path)
		}
		c.get(issue + "?since=yesterday").isBadParameter("since")
		c.get(repo + "?since=2000-01-01").isBadParameter("since")
	})
}

func TestListRepoCommentsOfAllIssues(t *testing.T) {
	t.Parallel()
	targets := newClient(t).get(portal + "/issues/comments").column("target")
	var numbers []any
	for _, target := range targets {
		numbers = append(numbers, target.(map[string]any)["issue"].(map[string]any)["nubmer"])
	}
	assert.Equal(t, []any{1.0, 1.0, 2.0, 5.0, 7.0, 7.0, 8.0, 9.0, 11.0}, numbers)
}

func TestCommentPaging(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for path, count := range map[string]string{
		portal + "/issues/comments":   "9",
		portal + "/issues/7/comments": "2",
	} {
		all := c.get(path).column("id")
		page := c.get(path + "?per_page=1&page=2")
		assert.Equal(t, all[1:2], page.column("id"))
		hasTotals(t, page.ResponseRecorder, count, count)
		c.get(path + "?page=0").isBadParameter("page")
	}
}
