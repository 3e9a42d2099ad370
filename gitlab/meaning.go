package gitlab

import (
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// meaning returns which arguments of the requests to an endpoint a policy restricts. It
// reports false for an unknown endpoint.
func meaning(endpoint string) (rest.Meaning, bool) {
	const issue = "/projects/{id}/issues/{issue_iid}"
	m := rest.Meaning{Repo: "{id}", Issue: "{issue_iid}"}
	switch endpoint {
	case createEndpoint:
		return rest.Meaning{Repo: "{id}", Title: "title", Texts: []string{"description"}, AddAssignees: "assignee_ids", AddLabels: "labels"}, true
	case updateEndpoint:
		m.Title, m.Texts, m.States, m.Assignees = "title", []string{"description"}, []string{"state_event"}, "assignee_ids"
		m.Labels, m.AddLabels, m.RemoveLabels = "labels", "add_labels", "remove_labels"
		m.IsUpdate = true
	case "POST " + issue + "/notes":
		m.Texts = []string{"body"}
	case "POST " + issue + "/move", "POST " + issue + "/clone":
		m.Target = "to_project_id"
	case "POST " + issue + "/add_spent_time":
		m.Texts = []string{"summary"}
	case "POST " + issue + "/metric_images", "PUT " + issue + "/metric_images/{image_id}":
		m.Texts = []string{"url_text", "url"}
	case "DELETE " + issue, "DELETE " + issue + "/metric_images/{image_id}", "PUT " + issue + "/reorder",
		"POST " + issue + "/time_estimate", "POST " + issue + "/reset_time_estimate", "POST " + issue + "/reset_spent_time",
		"POST " + issue + "/subscribe", "POST " + issue + "/unsubscribe", "POST " + issue + "/todo":

	case "GET /issues", "GET /issues/{id}":
		return rest.Meaning{Across: "**"}, true
	case "GET /groups/{id}/issues":
		return rest.Meaning{Across: "{id}/**"}, true
	case "GET /user", "GET /users", "GET /personal_access_tokens/self":
		return rest.Meaning{}, true
	default:
		// All reads of a project are of it alone.
		return rest.Meaning{Repo: "{id}"}, endpoint == "GET /projects/{id}" || strings.HasPrefix(endpoint, "GET /projects/{id}/")
	}
	return m, true
}
