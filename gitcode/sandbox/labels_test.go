package sandbox_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAddLabels(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, body    string // issue 2 has the label bug
		added, labels []any
	}{
		{"one", `["question"]`, []any{"question"}, []any{"bug", "question"}},
		{"with slashes", `["kind/security","priority/high"]`, []any{"kind/security", "priority/high"}, []any{"bug", "kind/security", "priority/high"}},
		{"one the issue has", `["bug","question"]`, []any{"bug", "question"}, []any{"bug", "question"}},
		{"unknown", `["nothing"]`, []any{"nothing"}, []any{"bug", "nothing"}},
		{"known and unknown", `["nothing","question"]`, []any{"nothing", "question"}, []any{"bug", "nothing", "question"}},
		{"blank", `[" ",""]`, []any{}, []any{"bug"}},
		{"twice", `["question"," question "]`, []any{"question"}, []any{"bug", "question"}},
		{"none", `[]`, []any{}, []any{"bug"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t)
			r := c.send("POST", portal+"/issues/2/labels", test.body)
			assert.Equal(t, 201, r.Code)
			assert.Equal(t, test.added, r.column("name"))
			assert.Equal(t, test.labels, labels(c.get(portal+"/issues/2").object()))
		})
	}
}

func TestAddLabelsTakesABareArray(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for _, body := range []string{`{"labels":["question"]}`, `"question"`, `[1]`, ``} {
		c.send("POST", portal+"/issues/2/labels", body).isBadParameter("labels")
	}
	assert.Equal(t, []any{"bug"}, labels(c.get(portal+"/issues/2").object()))
}

func TestLabelForm(t *testing.T) {
	t.Parallel()
	label := decode[[]map[string]any](newClient(t).send("POST", portal+"/issues/2/labels", `["kind/security"]`))[0]
	assert.Equal(t, "#2865E0", label["color"])
	assert.Equal(t, "#FFFFFF", label["text_color"])
	assert.IsType(t, 0.0, label["id"])
	assert.IsType(t, 0.0, label["repository_id"])
}

func TestRemoveLabels(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, path string // issue 5 has the labels bug, kind/security and priority/high
		left       []any
	}{
		{"one", "/labels/bug", []any{"kind/security", "priority/high"}},
		{"escaped slash", "/labels/kind%2Fsecurity", []any{"bug", "priority/high"}},
		{"several", "/labels/bug,priority%2Fhigh", []any{"kind/security"}},
		{"escaped comma", "/labels/bug%2Cpriority%2Fhigh", []any{"kind/security"}},
		{"all", "/labels", []any{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t)
			c.send("DELETE", portal+"/issues/5"+test.path, "").isEmpty(204)
			assert.Equal(t, test.left, labels(c.get(portal+"/issues/5").object()))
		})
	}
}

func TestRemoveLabelsRejects(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	remove := func(name string) response { return c.send("DELETE", portal+"/issues/5/labels/"+name, "") }
	remove("question").isError(404, 404, "NOT_PATH", "Label Not Found")
	remove("bug,question").isError(404, 404, "NOT_PATH", "Label Not Found")
	remove("kind/security").isError(404, 404, "NOT_PATH", "Not Found")
	assert.Len(t, labels(c.get(portal+"/issues/5").object()), 3, "nothing was removed")
}

func TestRemoveLabelsLeavesPullRequestsAlone(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.send("DELETE", portal+"/issues/5/labels/bug", "").isEmpty(204)
	pull := decode[[]map[string]any](c.get(portal + "/issues/5/pull_requests"))[0]
	assert.Equal(t, []any{"bug", "kind/security", "priority/high"}, labels(pull))
}

func TestUnknownLabelsAreCreated(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	added := decode[[]map[string]any](c.send("POST", portal+"/issues/2/labels", `["regresion","tpyo"]`))
	assert.Equal(t, "#428BCA", added[0]["color"])
	assert.Equal(t, added[0]["id"].(float64)+1, added[1]["id"], "the ids are consecutive")

	again := decode[[]map[string]any](c.send("POST", portal+"/issues/4/labels", `["tpyo"]`))
	assert.Equal(t, added[1], again[0], "the repository keeps the label")

	c.send("PATCH", "/repos/openharbor/issues/3", `{"repo":"portal","labels":"tpyo,new"}`)
	read := c.get(portal + "/issues/3").object()["labels"].([]any)
	assert.Equal(t, any(added[1]), read[0])
	assert.Equal(t, "#428BCA", read[1].(map[string]any)["color"])

	other := decode[[]map[string]any](c.send("POST", "/repos/openharbor/cli/issues/2/labels", `["tpyo"]`))
	assert.NotEqual(t, added[1]["id"], other[0]["id"], "another repository has its own label")
}
