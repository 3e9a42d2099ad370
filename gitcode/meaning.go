package gitcode

import (
	"context"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// meaning returns which arguments of the requests to an endpoint a policy restricts. It
// reports false for an unknown endpoint.
func meaning(endpoint string) (rest.Meaning, bool) {
	const repo, everywhere = "{owner}/{repo}", "**"
	m := rest.Meaning{Repo: repo}
	switch endpoint {
	case createEndpoint:
		m.Title, m.Texts, m.AddAssignees, m.AddLabels = "title", []string{"body"}, "assignee", "labels"
	case patchEndpoint:
		m.Issue, m.Title, m.Texts, m.Assignees, m.Labels, m.States = "{number}", "title", []string{"body"}, "assignee", "labels", []string{"state", "status"}
		m.IsUpdate = true
	case createCommentEndpoint:
		m.Issue, m.Texts = "{number}", []string{"body"}
	case "PATCH /repos/{owner}/{repo}/issues/comments/{id}":
		m.Issue, m.Texts = "comment {id}", []string{"body"}
	case "DELETE /repos/{owner}/{repo}/issues/comments/{id}":
		m.Issue = "comment {id}"
	case "POST /repos/{owner}/{repo}/issues/{number}/labels":
		m.Issue, m.AddLabels = "{number}", "[]"
	case "PUT /repos/{owner}/{repo}/issues/{number}/labels", "DELETE /repos/{owner}/{repo}/issues/{number}/labels":
		m.Issue, m.Labels = "{number}", "[]"
	case "DELETE /repos/{owner}/{repo}/issues/{number}/labels/{name}":
		m.Issue, m.RemoveLabels = "{number}", "name"
	case "PUT /repos/{owner}/{repo}/issues/{number}/related_branches":
		m.Issue = "{number}"

	// A label that a repository gets or loses is one that issues get or lose.
	case "POST /repos/{owner}/{repo}/labels":
		m.AddLabels = "name"
	case "PATCH /repos/{owner}/{repo}/labels/{original_name}":
		m.AddLabels, m.RemoveLabels = "name", "original_name"
	case "DELETE /repos/{owner}/{repo}/labels/{name}":
		m.RemoveLabels = "name"
	case "POST /repos/{owner}/{repo}/milestones", "PATCH /repos/{owner}/{repo}/milestones/{number}":
		m.Title, m.Texts = "title", []string{"description"}
	case "DELETE /repos/{owner}/{repo}/milestones/{number}",
		"POST /repos/{owner}/{repo}/pulls/{pull_request}/issues", "DELETE /repos/{owner}/{repo}/pulls/{pull_request}/issues",
		"POST /repos/{owner}/{repo}/img/upload", "POST /repos/{owner}/{repo}/file/upload":

	case "GET /search/issues":
		return rest.Meaning{Repo: "{repo}", Across: everywhere}, true
	case "GET /user/issues", "GET /enterprises/{enterprise}/issues", "GET /enterprises/{enterprise}/issues/{issue_id}",
		"GET /enterprises/{enterprise}/issues/{issue_id}/comments", "GET /enterprises/{enterprise}/issues/{issue_id}/labels",
		"GET /enterprises/{enterprise}/issues/{issue_id}/pull_requests", "GET /enterprises/{enterprise}/members", "GET /enterprises/{enterprise}/labels":
		return rest.Meaning{Across: everywhere}, true
	case "GET /orgs/{org}/issues":
		return rest.Meaning{Across: "{org}/*"}, true
	case "GET /orgs/{org}/issue/extend/settings", "GET /orgs/{org}/members":
		return rest.Meaning{Owner: "{org}"}, true
	case "GET /user", "GET /search/users", "GET /enterprises/{enterprise}/issue/statuses", "GET ../v8/enterprises/{enterprise_id}/issue_extend_field":
		return rest.Meaning{}, true
	default:
		// All reads below a repository are of it alone.
		return m, strings.HasPrefix(endpoint, "GET /repos/{owner}/{repo}/") || endpoint == "GET /repos/{owner}/issues/{number}/operate_logs"
	}
	return m, true
}

// place returns where a repository is now, as far as the address of an issue shows it:
// GitCode responds under the old name of one that has moved.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues
func place(ctx context.Context, c *rest.Client, repo string) (string, error) {
	owner, name, _ := strings.Cut(repo, "/")
	req, err := rest.NewRequest(repoIssuesEndpoint, struct {
		RepoRef
		State   string `json:"state"`
		PerPage int    `json:"per_page"`
	}{RepoRef{owner, name}, "all", 1})
	if err != nil {
		return "", err
	}
	issues, _, err := rest.Do[List[Issue]](ctx, c, req)
	if err != nil || len(*issues) == 0 {
		return "", err
	}
	return (*issues)[0].repoOfAddress(), nil
}
