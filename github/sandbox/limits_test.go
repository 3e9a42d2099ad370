package sandbox_test

import (
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"gitcode.com/gitcode-mcp/gitcode-mcp/github/sandbox"
)

func TestConditionalReads(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for _, path := range []string{list + "/1", list, "/issues", "/user", portal + "/milestones", list + "/1/comments", portal + "/assignees"} {
		tag := c.get(path).Header().Get("ETag")
		assert.Regexp(t, `^W/"[0-9a-f]{64}"$`, tag, path)
		remaining := c.get(path).Header().Get("X-RateLimit-Remaining")
		for _, known := range []string{tag, tag[2:], `"other", ` + tag, "*"} {
			r := c.with("If-None-Match", known).get(path)
			r.isEmpty(304)
			assert.Equal(t, tag, r.Header().Get("ETag"))
			assert.Equal(t, remaining, r.Header().Get("X-RateLimit-Remaining"), "a 304 does not count")
		}
		assert.Equal(t, 200, c.with("If-None-Match", `W/"other"`).get(path).Code)
	}
	tag := c.get(list + "/1").Header().Get("ETag")
	c.send("PATCH", list+"/1", `{"title":"New"}`)
	r := c.with("If-None-Match", tag).get(list + "/1")
	assert.Equal(t, "New", r.object()["title"])
	assert.NotEqual(t, tag, r.Header().Get("ETag"))

	full := c.with("Accept", "application/vnd.github.full+json").get(list + "/1").Header().Get("ETag")
	assert.NotEqual(t, r.Header().Get("ETag"), full, "another media type")
	assert.NotContains(t, c.get(list+"/99").Header(), "Etag")
	assert.NotContains(t, c.get(portal+"/assignees/hugh").Header(), "Etag")
	assert.NotContains(t, c.send("PATCH", list+"/1", `{}`).Header(), "Etag")
	assert.Equal(t, 404, c.with("If-None-Match", "*").get(list+"/99").Code)
}

// remaining checks the headers of a response against a limit.
func remaining(t *testing.T, r response, limit, used int, reset time.Time) {
	t.Helper()
	for name, want := range map[string]int{"Limit": limit, "Used": used, "Remaining": limit - used, "Reset": int(reset.Unix())} {
		assert.Equal(t, strconv.Itoa(want), r.Header().Get("X-RateLimit-"+name), name)
	}
	assert.Equal(t, "core", r.Header().Get("X-RateLimit-Resource"))
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		box := sandbox.New()
		box.RateLimit = 2
		c := client{t: t, handler: box, token: sandbox.Token}
		reset := time.Now().Add(time.Hour)
		tag := c.get(list + "/1").Header().Get("ETag")
		time.Sleep(time.Minute)
		c.with("If-None-Match", tag).get(list + "/1").isEmpty(304)
		remaining(t, c.get(list+"/99"), 2, 2, reset)
		for _, r := range []response{c.get(list + "/1"), c.send("POST", list, `{"title":"New"}`), c.with("If-None-Match", tag).get(list + "/1")} {
			r.isError(403, "API rate limit exceeded for user ID 5101")
			remaining(t, r, 2, 2, reset)
			assert.NotContains(t, r.Header(), "Retry-After")
		}
		assert.EqualValues(t, 0, c.get("/rate_limit").object()["rate"].(map[string]any)["remaining"], "the overview is never refused")
		remaining(t, c.as("hugh").get(list+"/1"), 2, 1, time.Now().Add(time.Hour))
		time.Sleep(time.Until(reset))
		remaining(t, c.get(list+"/19"), 2, 1, reset.Add(time.Hour))
	})
}

func TestWithoutRateLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t)
		for range 3 {
			c.get("/user")
		}
		remaining(t, c.get("/user"), 5000, 4, time.Now().Add(time.Hour))
		for range 5000 {
			c.get(portal + "/assignees/stan")
		}
		remaining(t, c.get("/user"), 5000, 4999, time.Now().Add(time.Hour))
		overview := c.get("/rate_limit").object()
		assert.Equal(t, overview["rate"], overview["resources"].(map[string]any)["core"])
		assert.Contains(t, overview["resources"], "search")
	})
}

func TestContentLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		box := sandbox.New()
		box.ContentLimit = 2
		c := client{t: t, handler: box, token: sandbox.Token}
		assert.Equal(t, 201, c.send("POST", list, `{"title":"New"}`).Code)
		time.Sleep(10*time.Second + time.Millisecond)
		assert.Equal(t, 201, c.send("POST", list+"/1/comments", `{"body":"Text"}`).Code)
		for path, body := range map[string]string{list: `{"title":"New"}`, list + "/1/comments": `{"body":"Text"}`} {
			r := c.send("POST", path, body)
			r.isError(403, "You have exceeded a secondary rate limit")
			assert.Equal(t, "50", r.Header().Get("Retry-After"))
			assert.NotEqual(t, "0", r.Header().Get("X-RateLimit-Remaining"))
		}
		assert.Equal(t, http.StatusOK, c.send("PATCH", list+"/1", `{"title":"New"}`).Code, "an update creates nothing")
		assert.Equal(t, 201, c.as("hugh").send("POST", list, `{"title":"New"}`).Code)
		time.Sleep(50 * time.Second)
		assert.Equal(t, 201, c.send("POST", list, `{"title":"New"}`).Code)
	})
}
