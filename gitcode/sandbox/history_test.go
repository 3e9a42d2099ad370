package sandbox_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestReactions(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	path := portal + "/issues/2/user_reactions"
	assert.Equal(t, []any{"like", "like", "like", "eyes"}, c.get(path).column("emoji_name"))
	assert.Equal(t, []any{"👀"}, c.get(path+"?emoji_name=eyes").column("emoji"))
	page := c.get(path + "?per_page=3&page=2")
	assert.Equal(t, []any{"eyes"}, page.column("emoji_name"))
	assert.NotContains(t, page.Header(), "total_count")
	c.get(path + "?emoji_name=heart").isBadParameter("emoji_name")
	comment := c.get(portal + "/issues/2/comments").column("id")[0]
	assert.Equal(t, []any{"rocket"}, c.get(fmt.Sprintf("%s/issues/comment/%.0f/user_reactions", portal, comment)).column("emoji_name"))
	assert.Empty(t, c.get(portal+"/issues/1/user_reactions").column("emoji_name"))
	c.as("guest").get(portal + "/issues/5/user_reactions").isNotFound("Issue")
	c.get(portal + "/issues/comment/1/user_reactions").isNotFound("Note")
}

func TestRevisions(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	path := portal + "/issues/3/modify_history"
	assert.Equal(t, "null\n", c.get(path).Body.String())
	c.send("PATCH", "/repos/openharbor/issues/3", `{"repo":"portal","title":"New"}`)
	assert.Equal(t, "null\n", c.get(path).Body.String(), "the body has not changed")
	c.as("sunli").send("PATCH", "/repos/openharbor/issues/3", `{"repo":"portal","body":"New"}`)
	c.send("PATCH", "/repos/openharbor/issues/3", `{"repo":"portal","body":"New"}`)
	rows := decode[[]map[string]any](c.get(path))
	assert.Len(t, rows, 2)
	assert.Equal(t, []any{"New", false, "sunli"}, []any{rows[0]["content"], rows[0]["created"], rows[0]["user"].(map[string]any)["login"]})
	assert.Equal(t, []any{true, "linwei", "2026-09-11T10:02:00+08:00"}, []any{rows[1]["created"], rows[1]["updated_user"].(map[string]any)["login"], rows[1]["created_at"]})

	comment := c.get(portal + "/issues/2/comments").column("id")[0]
	of := fmt.Sprintf("%s/issues/comment/%.0f/modify_history", portal, comment)
	assert.Equal(t, "The gateway buffers the whole body.", c.get(of).column("content")[1])
	c.send("PATCH", fmt.Sprintf("%s/issues/comments/%.0f", portal, comment), `{"body":"Done"}`)
	assert.Equal(t, "Done", c.get(of).column("content")[0])
	assert.Len(t, c.get(of).column("content"), 3)
	c.as("guest").get(portal + "/issues/5/modify_history").isNotFound("Issue")
	c.get(portal + "/issues/comment/x/modify_history").isBadParameter("id")
}
