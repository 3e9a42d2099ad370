package sandbox_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCreateMilestone(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	created := c.send("POST", portal+"/milestones", `{"title":"v3.0","due_on":"2027-03-31","description":"Later","state":"closed"}`)
	assert.Equal(t, 201, created.Code)
	m := decode[map[string]any](created)
	path := fmt.Sprintf("%s/milestones/%.0f", portal, m["number"])
	assert.Equal(t, "active", m["state"], "a milestone is created open")
	for _, member := range []string{"html_url", "url"} {
		assert.Contains(t, m, member)
		assert.Nil(t, m[member])
	}
	read := c.get(path).object()
	assert.Equal(t, "https://gitcode.com/openharbor/portal/milestones/6", read["url"])
	for _, member := range []string{"number", "title", "due_on", "description", "state", "open_issues"} {
		assert.Equal(t, m[member], read[member], member)
	}
	c.send("PATCH", "/repos/openharbor/issues/1", fmt.Sprintf(`{"repo":"portal","milestone":%.0f}`, m["number"]))
	assert.EqualValues(t, 1, c.get(path).object()["open_issues"])
}

func TestUpdateMilestone(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	const path = portal + "/milestones/253899"
	updated := c.send("PATCH", path, `{"title":"v2.3","due_on":"2026-12-24","description":"New","state":"closed"}`).object()
	assert.Equal(t, []any{"v2.3", "2026-12-24", "New", "closed", 4.0}, []any{updated["title"], updated["due_on"], updated["description"], updated["state"], updated["open_issues"]})
	assert.Equal(t, "closed", c.get(portal + "/issues/1").object()["milestone"].(map[string]any)["state"])

	updated = c.send("PATCH", path, `{"title":"v2.3","due_on":"2026-12-24"}`).object()
	assert.Equal(t, "active", updated["state"], "without a state it is opened")
	assert.Empty(t, updated["description"], "without a description it has none")
}

func TestDeleteMilestone(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	const path = portal + "/milestones/253899"
	c.as("guest").send("DELETE", path, "").isForbidden()
	c.send("DELETE", path, "").isEmpty(204)
	c.send("DELETE", path, "").isNotFound("Milestone")
	c.get(path).isNotFound("Milestone")
	assert.Nil(t, c.get(portal + "/issues/1").object()["milestone"])
	assert.Equal(t, []any{"v2.4", "积压"}, c.get(portal+"/milestones").column("title"))
}

func TestMilestoneRejects(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for _, request := range []string{"POST " + portal + "/milestones", "PATCH " + portal + "/milestones/253899"} {
		method, path, _ := strings.Cut(request, " ")
		for body, parameter := range map[string]string{
			``: "body", `[]`: "body", `{}`: "title", `{"title":" ","due_on":"2027-03-31"}`: "title", `{"title":"x"}`: "due_on",
			`{"title":"x","due_on":"2027-03-31T00:00:00+08:00"}`: "due_on", `{"title":"x","due_on":"2027-02-29"}`: "due_on",
			`{"title":"x","due_on":"2027-03-31","state":"active"}`:                                   "state",
			`{"title":"x","due_on":"2027-03-31","description":"` + strings.Repeat("😀", 1000) + `!"}`: "description",
		} {
			c.send(method, path, body).isBadParameter(parameter)
		}
		c.send(method, path, `{"title":"v2.4","due_on":"2027-03-31"}`).isConflict("Milestone")
		c.as("guest").send(method, path, `{"title":"x","due_on":"2027-03-31"}`).isForbidden()
	}
	c.send("PATCH", portal+"/milestones/4", `{"title":"x","due_on":"2027-03-31"}`).isNotFound("Milestone")
	c.send("PATCH", portal+"/milestones/x", `{"title":"x","due_on":"2027-03-31"}`).isBadParameter("number")
	assert.Equal(t, []any{"v2.3", "v2.4", "积压"}, c.get(portal+"/milestones").column("title"))
}
