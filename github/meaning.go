package github

import (
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// meaning returns which arguments of the requests to an endpoint a policy restricts. It
// reports false for an unknown endpoint.
func meaning(endpoint string) (rest.Meaning, bool) {
	m := rest.Meaning{Repo: "{owner}/{repo}"}
	switch endpoint {
	case createEndpoint:
		m.Title, m.Texts, m.AddAssignees, m.AddLabels = "title", []string{"body"}, "assignees", "labels"
	case updateEndpoint:
		m.Issue, m.Title, m.Texts = "{issue_number}", "title", []string{"body"}
		m.Assignees, m.Labels, m.States, m.IsUpdate = "assignees", "labels", []string{"state"}, true
	case "POST /repos/{owner}/{repo}/issues/{issue_number}/assignees":
		m.Issue, m.AddAssignees = "{issue_number}", "assignees"
	case "DELETE /repos/{owner}/{repo}/issues/{issue_number}/assignees":
		m.Issue, m.RemoveAssignees = "{issue_number}", "assignees"
	case "PUT /repos/{owner}/{repo}/issues/{issue_number}/lock", "DELETE /repos/{owner}/{repo}/issues/{issue_number}/lock":
		m.Issue = "{issue_number}"

	case "GET /issues", "GET /user/issues":
		return rest.Meaning{Across: "**"}, true
	case "GET /orgs/{org}/issues":
		return rest.Meaning{Across: "{org}/*"}, true
	case "GET /user":
		return rest.Meaning{}, true
	default:
		// All reads of a repository are of it alone.
		return m, endpoint == "GET /repos/{owner}/{repo}" || strings.HasPrefix(endpoint, "GET /repos/{owner}/{repo}/")
	}
	return m, true
}
