// Package gitcode defines the operations of GitCode as tools, one file for each
// toolset, and what a model reads of their results.
package gitcode

import (
	"cmp"
	"fmt"
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
const Instructions = `Tools for the issues of GitCode (gitcode.com, atomgit.com). For the page gitcode.com/OWNER/REPO/issues/7, pass owner=OWNER, repo=REPO, number=7, or its address as owner.
Lists return short rows, and next_page if there are more: repeat the call with page=next_page, its other arguments unchanged. To read many issues, use list_repo_issues with include (body, comments); to change many, update_issues; to learn labels, milestones and members, get_repo. The enterprise tools identify an issue by its global id, from list_enterprise_issues, not by its number.`

// Tools returns the tools of a client. Advice names the settings.
func Tools(c *api.Client, settings tools.Settings) []tools.Tool {
	forge := &tools.Forge{
		Client: c.Client,
		Name:   "GitCode",
		Addresses: tools.Addresses{
			Hosts:   []string{"gitcode.com", "atomgit.com", "api.gitcode.com", "api.atomgit.com", "gitcode.net", "test.gitcode.net"},
			API:     "api/v5/repos/",
			Pages:   []string{"issues"},
			Comment: "#note_345",
		},
		TokenHelp:   CreateToken,
		TokenURL:    "https://gitcode.com/setting/token-classic",
		TokenHeader: TokenHeader,
		Lags:        true,
		Limits:      "50 requests a minute and 4,000 an hour",
		Settings:    settings,
		Advise: func(f tools.Failure) string {
			return cmp.Or(adviseOnFiles(f, settings.Files != nil), advise(f))
		},
	}
	return slices.Concat(
		forge.Toolset("issues", slices.Concat(issues(c), repo(c))...),
		forge.Toolset("comments", comments(c)...),
		forge.Toolset("labels", labels(c)...),
		forge.Toolset("enterprise", enterprise(c)...),
		forge.OptionalToolset("repo", slices.Concat(repoLabels(c), milestones(c), assignees(c))...),
		forge.OptionalToolset("people", people(c)...),
		forge.OptionalToolset("links", links(c)...),
		forge.OptionalToolset("history", history(c)...),
		forge.OptionalToolset("files", files(c, settings.Files)...),
	)
}

// advise returns advice that only GitCode's own messages allow, or "".
func advise(f tools.Failure) string {
	switch {
	case f.Class == rest.Forbidden:
		return adviseOnScopes(f)
	case f.Class == rest.NotFound && f.Tool == "remove_labels":
		why := fmt.Sprintf("The label %s is not on the issue", f.Arguments["labels"])
		if strings.Contains(f.Arguments["labels"], ",") {
			why = fmt.Sprintf("One of the labels %s is not on the issue, so that none was removed", f.Arguments["labels"])
		}
		return fmt.Sprintf("%s, or the issue cannot be found. Read the issue, and check %s.", why, f.Subject)
	case f.Class == rest.NotFound && strings.HasSuffix(f.Endpoint, "/milestones/{number}"):
		return fmt.Sprintf("Check %s. The number is the global one that list_milestones shows, not the one in web addresses.", f.Subject)
	}
	return ""
}

// adviseOnScopes recognizes the messages about a token without the right scope.
// GitCode's gateway uses one of them also for fields that the token's owner may
// not set.
func adviseOnScopes(f tools.Failure) string {
	if _, scope, ok := strings.Cut(f.Message, "scopes:"); ok {
		scope, _, _ = strings.Cut(scope, " ")
		return "The token lacks the scope " + scope + ". Create one that has it (Personal Settings, Access Tokens)."
	}
	if !strings.Contains(f.Message, "apig token") && !strings.Contains(f.Message, "CH.00000403") {
		return ""
	}
	const scopes = "the scopes for projects and issues, including write access for changes (Personal Settings, Access Tokens)."
	if strings.HasPrefix(f.Endpoint, "GET ") {
		return "The token lacks a scope. Create one with " + scopes
	}
	fields := slices.DeleteFunc(slices.Clone(f.Fields), func(name string) bool { return name == "repo" })
	if len(fields) < 2 {
		return "Either the token's owner may not do this, or the token lacks a scope. Ask a member of the repository, or create a token with " + scopes
	}
	return fmt.Sprintf("Either the token's owner may not set one of the fields sent (%s), or the token lacks a scope. Leave out the fields that are not needed, or create a token with %s",
		strings.Join(fields, ", "), scopes)
}
