package sandbox_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sendForm sends a form.
func (c client) sendForm(path, form string) response {
	c.t.Helper()
	return c.sendAs("application/x-www-form-urlencoded", "POST", path, form)
}

func (r response) isConflict(what string) {
	r.t.Helper()
	r.isError(400, 409, "CONFLICT", what+" already exists")
}

func TestReplaceLabels(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	const path = portal + "/issues/5/labels" // bug, kind/security and priority/high
	assert.Equal(t, map[string]any{}, c.send("PUT", path, `["question","new"," bug "]`).object())
	assert.Equal(t, []any{"question", "new", "bug"}, labels(c.get(portal+"/issues/5").object()))
	assert.Equal(t, "new", c.get(portal + "/labels").column("name")[0], "an unknown label is created")
	for _, body := range []string{`{"labels":["question"]}`, `[]`, `null`, ``} {
		c.send("PUT", path, body).isBadParameter("labels")
	}
	c.as("guest").send("PUT", portal+"/issues/1/labels", `["bug"]`).isForbidden()
	assert.Len(t, labels(c.get(portal+"/issues/5").object()), 3)
}

func TestCreateRepoLabel(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	const path = portal + "/labels"
	created := c.sendForm(path, "name=kind%2Ftypo&color=%23fff")
	assert.Equal(t, 201, created.Code)
	label := decode[map[string]any](created)
	assert.NotEmpty(t, label["id"])
	delete(label, "id")
	assert.Equal(t, map[string]any{"name": "kind/typo", "color": "#fff"}, label)
	assert.Equal(t, 201, c.send("POST", path+"?name=query&color=%23ABCDEF", "").Code)
	assert.Equal(t, []any{"query", "kind/typo"}, c.get(path).column("name")[:2])

	c.send("POST", path, `{"name":"json","color":"#fff"}`).isBadParameter("name")
	for form, parameter := range map[string]string{
		"": "name", "color=%23fff": "name", "name=+&color=%23fff": "name", "name=a%2Cb&color=%23fff": "name", "name=%zz": "name",
		"name=a": "color", "name=a&color=fff": "color", "name=a&color=%23ffff": "color", "name=a&color=%23ggg": "color",
	} {
		c.sendForm(path, form).isBadParameter(parameter)
	}
	c.sendForm(path, "name=bug&color=%23fff").isConflict("Label")
	c.as("guest").sendForm(path, "name=guest&color=%23fff").isForbidden()
	c.sendForm("/repos/openharbor/nowhere/labels", "name=a&color=%23fff").isNotFound("Project")
	assert.Len(t, c.get(path).column("name"), 12)
}

func TestUpdateRepoLabel(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	const path = portal + "/labels/kind%2Fsecurity"
	before := c.get(portal + "/issues/5").object()
	updated := c.send("PATCH", path+"?name=kind%2Fsafety&color=%23123456", "").object()
	assert.Equal(t, map[string]any{"id": updated["id"], "name": "kind/safety", "color": "#123456"}, updated)
	assert.Equal(t, []any{"bug", "kind/safety", "priority/high"}, labels(c.get(portal+"/issues/5").object()))
	assert.Equal(t, []any{"bug", "kind/safety", "priority/high"}, labels(decode[[]map[string]any](c.get(portal + "/issues/5/pull_requests"))[0]))
	assert.Contains(t, labels(before), "kind/security")
	c.send("PATCH", path+"?name=x", "").isNotFound("Label")

	const renamed = portal + "/labels/kind%2Fsafety"
	assert.Equal(t, "#000", c.send("PATCH", renamed+"?color=%23000", "").object()["color"])
	assert.Equal(t, "kind/safety", c.send("PATCH", renamed+"?name=kind%2Fsafety", "").object()["name"], "its own name is no conflict")
	c.send("PATCH", renamed, `{"name":"x","color":"#fff"}`).isBadParameter("name")
	c.send("PATCH", renamed+"?name=a,b", "").isBadParameter("name")
	c.send("PATCH", renamed+"?color=red", "").isBadParameter("color")
	c.send("PATCH", renamed+"?name=bug", "").isConflict("Label")
	c.as("guest").send("PATCH", renamed+"?name=x", "").isForbidden()
}

func TestDeleteRepoLabel(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.as("guest").send("DELETE", portal+"/labels/bug", "").isForbidden()
	c.send("DELETE", portal+"/labels/bug", "").isEmpty(204)
	c.send("DELETE", portal+"/labels/bug", "").isNotFound("Label")
	assert.NotContains(t, c.get(portal+"/labels").column("name"), "bug")
	assert.Equal(t, []any{"kind/security", "priority/high"}, labels(c.get(portal+"/issues/5").object()))
	assert.Contains(t, c.get(cli+"/labels").column("name"), "bug", "another repository has its own label")
}

// TestRepoWritesInFile checks that changes of labels and milestones reach the issues
// of a state that was read from a file.
func TestRepoWritesInFile(t *testing.T) {
	t.Parallel()
	c := open(t, filepath.Join(t.TempDir(), "state"))
	c.send("PATCH", portal+"/labels/bug?name=defect", "")
	c.send("DELETE", portal+"/labels/kind%2Fsecurity", "").isEmpty(204)
	c.send("PATCH", portal+"/milestones/253899", `{"title":"v2.3.0","due_on":"2026-12-01"}`)
	issue := c.get(portal + "/issues/5").object()
	assert.Equal(t, []any{"defect", "priority/high"}, labels(issue))
	require.IsType(t, map[string]any{}, issue["milestone"])
	assert.Equal(t, "v2.3.0", issue["milestone"].(map[string]any)["title"])
	c.send("DELETE", portal+"/milestones/253899", "").isEmpty(204)
	assert.Nil(t, c.get(portal + "/issues/5").object()["milestone"])
}
