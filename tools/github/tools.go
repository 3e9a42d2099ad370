// Package github defines the operations of GitHub as tools, and what a model reads
// of their results.
package github

import (
	"net/url"
	"strings"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// TokenHeader is the HTTP header in which users of a shared server send their
// own tokens.
const TokenHeader = "X-GitHub-Token"

// CreateToken says where to create a token.
const CreateToken = "Create one on GitHub under Settings, Developer settings, Personal access tokens: " +
	"a classic one with the scope repo, or a fine-grained one with the permission Issues (https://docs.github.com/en/authentication)."

// Instructions explain to a model how the tools fit together.
const Instructions = `The tools named github_ are for the issues of GitHub (github.com, or the GitHub Enterprise that is configured); they share nothing with another forge's. For the page HOST/OWNER/REPO/issues/7, pass owner=OWNER, repo=REPO, issue_number=7, or its address as owner. Every pull request is also an issue: lists mark it with pull_request=true, and issues_only leaves it out. accept selects the form of bodies: raw (Markdown), text, html or full (all three). GitHub silently drops labels, assignees and milestones that the token's owner may not set; warnings name them.`

// Tools returns the tools of a client. Advice names the settings.
func Tools(c *api.Client, settings tools.Settings) []tools.Tool {
	forge := &tools.Forge{
		Client:      c.Client,
		Name:        "GitHub",
		Addresses:   addresses(c.BaseURL()),
		TokenHelp:   CreateToken,
		TokenHeader: TokenHeader,
		Limits:      "5,000 requests an hour",
		Settings:    settings,
		Advise:      advise,
	}
	return forge.Toolset("github", issues(c)...)
}

// addresses describes the addresses of the GitHub whose API has a base URL:
// github.com, or an Enterprise server, whose pages are on the same host.
func addresses(baseURL string) tools.Addresses {
	a := tools.Addresses{Pages: []string{"issues", "pull"}, Comment: "#issuecomment-345"}
	if baseURL == api.DefaultBaseURL {
		a.Hosts, a.API = []string{"github.com", "api.github.com"}, "repos/"
		return a
	}
	u, err := url.Parse(baseURL)
	if err != nil {
		return a // the client rejects such a URL
	}
	a.Hosts = []string{strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")}
	a.API = strings.TrimPrefix(strings.Trim(u.EscapedPath(), "/")+"/repos/", "/")
	return a
}
