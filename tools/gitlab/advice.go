package gitlab

import (
	"net/http"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// advise returns advice that only GitLab's own statuses and messages allow, or "".
//
// GitLab documentation: https://docs.gitlab.cn/jh/api/rest/troubleshooting.html
func advise(f tools.Failure) string {
	message := strings.ToLower(f.Message)
	switch {
	case f.Class == rest.NotFound && f.Status != 0:
		return adviseOnMissing(f)
	case f.Class == rest.Forbidden && f.Status != 0:
		return adviseOnPermissions(f, message)
	case f.Class == rest.Moved && strings.HasPrefix(f.Message, "moved to "):
		return "Nothing was changed. Repeat the call with the new path as id."
	case f.Class == rest.Moved:
		return "Nothing was changed, because the project or the issue has moved. Read it with gitlab_get_issue and repeat the call with the project and issue_iid that it shows."
	case f.Status == http.StatusMethodNotAllowed && strings.Contains(message, "offset pagination"), f.Status == http.StatusBadRequest && strings.Contains(message, "offset pagination"):
		return "GitLab's pages end at 50,000 rows. Narrow the list, such as with created_before of the last row."
	case f.Status == http.StatusConflict:
		return "Something else was written at the same time, or it already exists. Read it again before retrying."
	case f.Status == http.StatusBadRequest && (strings.HasSuffix(f.Endpoint, "/move") || strings.HasSuffix(f.Endpoint, "/clone")):
		return "Check to_project_id: moving takes another project, and in both projects at least the role Reporter."
	case f.Status == http.StatusUnprocessableEntity || f.Status == http.StatusBadRequest && strings.HasPrefix(f.Endpoint, "POST "):
		return "Correct the field that the message names; the same call will be rejected again."
	}
	return ""
}

// adviseOnMissing tells what a 404 can mean: GitLab hides what the token's owner may
// not see.
func adviseOnMissing(f tools.Failure) string {
	hidden := "GitLab also returns 404 if the token's owner may not see it, as with a private project or group, or a confidential issue."
	if f.Tool == "gitlab_get_issue_by_id" || f.Tool == "gitlab_get_user_agent_detail" {
		return "Only administrators may read this; to others GitLab returns 403 or 404."
	}
	if f.Subject == "" {
		return hidden
	}
	return "Check " + f.Subject + ". " + hidden
}

// adviseOnPermissions recognizes the messages about a token that lacks something.
func adviseOnPermissions(f tools.Failure, message string) string {
	switch {
	case strings.Contains(message, "insufficient_scope"):
		return "Create a token with the scope api, which writes take; for reading, read_api is enough."
	case f.Tool == "gitlab_get_issue_by_id" || f.Tool == "gitlab_get_user_agent_detail":
		return "Only administrators may read this."
	case f.Tool == "gitlab_delete_issue":
		return "Only owners of the project and administrators may delete issues. Close it with gitlab_update_issue instead."
	case strings.Contains(message, "licen") || strings.Contains(message, "premium") || strings.Contains(message, "ultimate"):
		return "This takes a higher edition of GitLab: Premium for weights, epics and iterations, Ultimate for health_status."
	case strings.Contains(message, "archived"):
		return "The project is archived and accepts no changes."
	}
	return "The token's owner may not do this, which usually takes the role Reporter in the project, or it takes GitLab Premium. Ask for access, or use another token."
}
