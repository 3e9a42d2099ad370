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
	case f.Class == rest.Moved:
		return adviseOnMove(f)
	case strings.Contains(message, "offset pagination"):
		return "GitLab's pages end at 50,000 rows. Narrow the list, such as with created_before of the last row."
	case f.Status == http.StatusConflict:
		return "Something else was written at the same time, or it already exists. Read it again before retrying."
	case f.Status == http.StatusBadRequest && (strings.HasSuffix(f.Endpoint, "/move") || strings.HasSuffix(f.Endpoint, "/clone")):
		return "Check to_project_id: moving takes another project, and in both projects at least the role Reporter."
	case f.Tool == "gitlab_reorder_issue" && f.Status == http.StatusUnprocessableEntity:
		return "Check move_after_id and move_before_id: they are global ids of issues, not iids. gitlab_get_issue shows the global id as id."
	case f.Tool == "gitlab_promote_issue" && f.Status == http.StatusBadRequest && strings.Contains(message, "can't be blank"): // nothing was left of /promote
		return "The issue was promoted already, or " + notPromoted + ". gitlab_get_issue shows whether it is closed."
	case f.Tool == "gitlab_promote_issue" && f.Status == http.StatusBadRequest:
		return "The issue was " + notPromoted + "."
	case f.Status == http.StatusUnprocessableEntity || f.Status == http.StatusBadRequest && strings.HasPrefix(f.Endpoint, "POST "):
		return "Correct the field that the message names; the same call will be rejected again."
	}
	return ""
}

// adviseOnMove says how to repeat a call about what has moved.
func adviseOnMove(f tools.Failure) string {
	switch {
	case strings.HasPrefix(f.Message, "the issue moved to another project"):
		return "Nothing was changed. Only administrators can read the new issue, with gitlab_get_issue_by_id; ask somebody who sees it for its address."
	case strings.HasPrefix(f.Message, "the issue moved to "):
		return "Nothing was changed. Repeat the call with that project as id and that issue_iid."
	case strings.HasPrefix(f.Message, "the project moved to "):
		return "Nothing was changed. Repeat the call with that path as id."
	case strings.HasPrefix(f.Endpoint, "GET "):
		return "The redirect was not followed, because it leads to another server or in a circle. Check the base URL of GitLab's API in the settings: its scheme, host and path."
	}
	return "Nothing was changed, because the project has moved. Read the issue with gitlab_get_issue, which shows its project, and repeat the call with that as id."
}

// adviseOnMissing says what a 404 can mean: GitLab hides what the token's owner may
// not see.
func adviseOnMissing(f tools.Failure) string {
	hidden := "GitLab also returns 404 if the token's owner may not see it, as with a private project or group, or a confidential issue."
	if f.Tool == "gitlab_get_issue_by_id" || f.Tool == "gitlab_get_user_agent_detail" {
		return "Only administrators may read this; to others GitLab returns 403 or 404."
	}
	if f.Subject == "" {
		return hidden
	}
	if strings.Contains(f.Tool, "_metric_image") {
		return "Check " + f.Subject + ", and that the issue is an incident. " + hidden
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
	case strings.Contains(f.Tool, "_metric_image"):
		return "Check that the issue is an incident, and that the token's owner has at least the role Reporter."
	case strings.Contains(message, "licen") || strings.Contains(message, "premium") || strings.Contains(message, "ultimate"):
		return "This takes a higher edition of GitLab: Premium for weights, epics and iterations, Ultimate for health_status."
	case strings.Contains(message, "archived"):
		return "The project is archived and accepts no changes."
	}
	return "The token's owner may not do this, which usually takes the role Reporter in the project, or it takes GitLab Premium. Ask for access, or use another token."
}
