// Package gitcode defines the operations of GitCode as tools, one file for each
// toolset, and what a model reads of their results.
package gitcode

import (
	"slices"
	"strings"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// TokenHeader is the HTTP header in which users of a shared server send their
// own tokens.
const TokenHeader = "X-GitCode-Token"

// CreateToken says where to create a token.
const CreateToken = "Create one on gitcode.com under Personal Settings, Access Tokens " +
	"(https://docs.gitcode.com/en/docs/help/home/user_center/security_management/user_pat)."

// Instructions explain to a model how the tools fit together.
const Instructions = `Tools for the issues of GitCode (gitcode.com, atomgit.com). For the page gitcode.com/OWNER/REPO/issues/7, pass owner=OWNER, repo=REPO, number=7.
Lists return short rows, and next_page if there are more. get_issue returns the body, list_issue_comments the discussion. The enterprise tools identify an issue by its global id, from list_enterprise_issues, not by its number.`

// Tools returns the tools of a client.
func Tools(c *api.Client) []tools.Tool {
	forge := &tools.Forge{
		Client:    c.Client,
		Name:      "GitCode",
		TokenHelp: "Set GITCODE_TOKEN to a valid token, or send your own in the header " + TokenHeader + " if the server expects that. " + CreateToken,
		Limits:    "50 requests a minute and 4,000 an hour",
		Advise:    adviseOnScopes,
	}
	return slices.Concat(
		forge.Toolset("issues", issues(c)...),
		forge.Toolset("comments", comments(c)...),
		forge.Toolset("labels", labels(c)...),
		forge.Toolset("enterprise", enterprise(c)...),
	)
}

// adviseOnScopes recognizes the messages about a token without the right scope.
func adviseOnScopes(e *rest.Error) string {
	if e.Class != rest.Forbidden {
		return ""
	}
	if _, scope, ok := strings.Cut(e.Message, "scopes:"); ok {
		scope, _, _ = strings.Cut(scope, " ")
		return "The token lacks the scope " + scope + ". Create one that has it (Personal Settings, Access Tokens)."
	}
	if strings.Contains(e.Message, "apig token") {
		return "The token lacks a scope. Create one with the scopes for projects and issues, including write access for changes (Personal Settings, Access Tokens)."
	}
	return ""
}
