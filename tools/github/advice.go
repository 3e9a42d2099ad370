package github

import (
	"net/http"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

const checkBaseURL = "Check the base URL of GitHub's API in the settings: its scheme, host and path."

// advise returns advice that only GitHub's own statuses and messages allow, or "".
//
// GitHub documentation: https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
func advise(f tools.Failure) string {
	switch {
	case f.Status == http.StatusGone:
		return "This is final: issues are disabled in the repository, or the issue was deleted."
	case f.Class == rest.Moved && strings.HasPrefix(f.Message, "the issue moved to "):
		return "Nothing was changed. Repeat the call with that owner, repo and issue_number."
	case f.Class == rest.Moved && strings.HasPrefix(f.Endpoint, "GET "):
		return "The redirect was not followed, because it leads to another server or in a circle. " + checkBaseURL
	case f.Class == rest.Moved && (f.Status == http.StatusMultipleChoices || f.Status == http.StatusFound):
		return "Nothing was changed: the request was redirected, for example to a login page. " + checkBaseURL
	case f.Class == rest.Moved && f.Arguments["issue_number"] != "":
		return "Nothing was changed, because the issue has moved. Read it with github_get_issue, which follows, and repeat the call with the owner, repo and issue_number that it shows."
	case f.Class == rest.Moved:
		return "The repository has moved. Call again with its new owner and name."
	case f.Class == rest.Forbidden:
		return adviseOnPermissions(f.Message)
	case f.Class == rest.RateLimited && !f.NotSent && f.RetryAfter == 0:
		return "Wait at least a minute, then retry; send changes more slowly."
	case f.Status == http.StatusUnprocessableEntity:
		return "Correct the field that the message names: GitHub rejects unknown values, or takes the request for spam. The same call will be rejected again."
	}
	return ""
}

// adviseOnPermissions recognizes the messages about a token that lacks something.
func adviseOnPermissions(message string) string {
	message = strings.ToLower(message)
	switch {
	case strings.Contains(message, "saml") || strings.Contains(message, "sso"):
		return "The organization requires single sign-on. Authorize the token for it on GitHub under Settings, Developer settings, Personal access tokens, Configure SSO."
	case strings.Contains(message, "not accessible by"): // "Resource not accessible by personal access token"
		return "The token lacks a permission. Give a fine-grained token the permission Issues (read and write) for this repository, a classic one the scope repo."
	case strings.Contains(message, "personal access tokens with") || strings.Contains(message, "forbids access"):
		return "The organization does not accept this kind of token. Use one that its policy allows, or ask an owner of the organization."
	case strings.Contains(message, "archived"):
		return "The repository is archived and accepts no changes."
	}
	return "Either the token's owner may not do this, or the token lacks a scope: repo for a classic one, the permission Issues for a fine-grained one. Ask for access to the repository, or use another token."
}
