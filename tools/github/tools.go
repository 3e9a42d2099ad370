// Package github defines the operations of GitHub as tools, and what a model reads
// of their results.
package github

import (
	"net/url"
	"slices"
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
const Instructions = `Tools for the issues of GitHub (github.com, or the GitHub Enterprise server in the settings) begin with github_. For the page OWNER/REPO/issues/7, pass owner=OWNER, repo=REPO, issue_number=7, or its address as owner.
Their lists also contain pull requests, marked pull_request; issues_only leaves them out. Issues must have all of labels. As a login, me is the token's owner. limit is the number of rows to return; if there are more, repeat the call with page=next_page. accept selects the form of bodies: raw (Markdown, the default), text, html, or full (all three). Writes list in warnings what GitHub silently dropped: labels, assignees and milestones take push access.`

// Tools returns the tools of a client. Advice names the settings.
func Tools(c *api.Client, settings tools.Settings) []tools.Tool {
	forge := &tools.Forge{
		Client:      c.Client,
		Name:        "GitHub",
		Addresses:   addresses(c.BaseURL(), settings.Hosts),
		TokenHelp:   CreateToken,
		TokenHeader: TokenHeader,
		Limits:      "5,000 requests an hour",
		Settings:    settings,
		Advise:      advise,
	}
	return forge.Toolset("github", issues(c)...)
}

// addresses describes the addresses of the GitHub whose API has a base URL: that of
// an Enterprise server, https://HOST/api/v3, whose pages are on the same host, or
// https://api.HOST, as of github.com. The hosts have its pages too.
func addresses(baseURL string, hosts []string) tools.Addresses {
	a := tools.Addresses{Hosts: slices.Clone(hosts), Pages: []string{"issues", "pull"}, Comment: "#issuecomment-345"}
	u, err := url.Parse(baseURL)
	if err != nil {
		return a // the client rejects such a URL
	}
	host, path := strings.ToLower(u.Hostname()), strings.Trim(u.EscapedPath(), "/")
	if pages, found := strings.CutPrefix(host, "api."); found && path == "" {
		a.Hosts = append(a.Hosts, pages)
	}
	a.Hosts = append(a.Hosts, strings.TrimPrefix(host, "www."))
	a.API = strings.TrimPrefix(path+"/repos/", "/")
	return a
}
