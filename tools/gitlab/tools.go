// Package gitlab defines the operations of GitLab as tools, and what a model reads
// of their results.
package gitlab

import (
	"net/url"
	"slices"
	"strings"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// TokenHeader is the HTTP header in which users of a shared server send their
// own tokens.
const TokenHeader = "X-GitLab-Token"

// CreateToken says where to create a token.
const CreateToken = "Create one on GitLab under Preferences, Access Tokens, with the scope api, or read_api for reading only " +
	"(https://docs.gitlab.cn/jh/user/profile/personal_access_tokens.html)."

// Instructions explain to a model how the tools fit together.
const Instructions = `Tools for the issues of GitLab (JiHu GitLab at jihulab.com, or the GitLab in the settings) begin with gitlab_. For the page GROUP/SUBGROUP/PROJECT/-/issues/7, pass id=GROUP/SUBGROUP/PROJECT, issue_iid=7, or its address as id. id is always the project (the number or the path), in gitlab_list_group_issues the group. issue_iid and iid count in a project; the global id of an issue, which gitlab_reorder_issue and gitlab_get_issue_by_id take, is the member id of gitlab_get_issue and, with include, of lists.
Lists contain open and closed issues unless state is set. Issues must have all of labels; None and Any are values of labels, assignee_id, milestone and others. limit is the number of rows to return; if there are more, repeat the call with page=next_page. Weight, epics and iterations take GitLab Premium, health_status Ultimate. Writes list in warnings what GitLab silently dropped.`

// Tools returns the tools of a client. Advice names the settings.
func Tools(c *api.Client, settings tools.Settings) []tools.Tool {
	forge := &tools.Forge{
		Client:      c.Client,
		Name:        "GitLab",
		Addresses:   addresses(c.BaseURL(), settings.Hosts),
		TokenHelp:   CreateToken,
		TokenHeader: TokenHeader,
		Limits:      "set by the administrators, often 300 requests a minute",
		Settings:    settings,
		Advise:      advise,
	}
	return slices.Concat(
		forge.Toolset("gitlab", issues(c)...),
		forge.Toolset("gitlab_time", times(c)...),
		forge.Toolset("gitlab_plan", planning(c)...),
		forge.Toolset("gitlab_incident", incidents(c, settings.Files)...),
		forge.Toolset("gitlab_admin", administration(c)...),
	)
}

// addresses describes the addresses of the GitLab whose API has a base URL:
// https://HOST/api/v4, or https://HOST/ROOT/api/v4 if it is not served at the root
// of its host. The hosts have its pages too.
func addresses(baseURL string, hosts []string) tools.Addresses {
	a := tools.Addresses{Hosts: slices.Clone(hosts), Pages: []string{"issues", "work_items", "incidents"}, Comment: "#note_345"}
	u, err := url.Parse(baseURL)
	if err != nil {
		return a // the client rejects such a URL
	}
	path := strings.Trim(u.EscapedPath(), "/") + "/"
	a.Hosts = append(a.Hosts, strings.TrimPrefix(strings.ToLower(u.Hostname()), "www."))
	a.API, a.Groups = path+"projects/", path+"groups/"
	a.Root, _ = strings.CutSuffix(path, "api/v4/")
	return a
}
