package gitcode

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func links(c *api.Client) []tools.Tool {
	return []tools.Tool{
		tools.Write(tools.Spec{Name: "link_pull_request", Effect: tools.Adds, Description: "Link issues to a pull request of the same repository.",
			Verify: "list_pull_request_issues"},
			c.LinkPullRequest, pullRequestLinked),
		tools.Write(tools.Spec{Name: "unlink_pull_request", Effect: tools.Deletes, Description: "Remove links between issues and a pull request.",
			Verify: "list_pull_request_issues"},
			c.UnlinkPullRequest, pullRequestUnlinked),
		tools.Read("list_pull_request_issues", "List the issues linked to a pull request.",
			c.ListPullRequestIssues, pullRequestIssueRows),
		tools.Read("list_related_branches", "List the branches related to an issue.",
			c.ListRelatedBranches, branchRows),
		tools.Write(tools.Spec{Name: "set_related_branches", Effect: tools.Changes, Description: "Replace the branches related to an issue.",
			Verify: "list_related_branches"},
			c.SetRelatedBranches, branchesSet),
		tools.Read("list_enterprise_issue_pull_requests", "List the pull requests linked to an enterprise's issue.",
			c.ListEnterpriseIssuePullRequests, pullRequestRows),
	}
}

// LinksWritten is the result of a change of a pull request's links.
type LinksWritten struct {
	PullRequest int   `json:"pull_request,omitempty" jsonschema_description:"Pull request number"`
	Issues      []int `json:"issues,omitzero" jsonschema_description:"Numbers of the issues linked to it afterwards, as far as GitCode returned them"`
	tools.Written
}

func pullRequestLinked(p *api.LinkParams, c *api.LinkChange) *LinksWritten {
	return linksWritten(p, c, false, "was not linked", "were not linked")
}

func pullRequestUnlinked(p *api.LinkParams, c *api.LinkChange) *LinksWritten {
	return linksWritten(p, c, true, "is still linked", "are still linked")
}

// linksWritten warns of the requested issues that are linked, or that are not,
// against the request. Those that could not be read back are neither.
func linksWritten(p *api.LinkParams, c *api.LinkChange, unwanted bool, singular, plural string) *LinksWritten {
	v := &LinksWritten{PullRequest: p.PullRequest, Issues: c.Linked}
	var failed, unknown []string
	for _, number := range p.Numbers {
		switch isLinked := slices.Contains(c.Linked, number); {
		case isLinked == unwanted && (isLinked || c.ReadErr == nil):
			failed = append(failed, strconv.Itoa(number))
		case !isLinked && c.ReadErr != nil:
			unknown = append(unknown, strconv.Itoa(number))
		}
	}
	if len(failed) > 0 {
		v.Outcome = tools.Partial
		v.Warnings = append(v.Warnings, issuesNamed(failed)+" "+tools.Plural(failed, singular, plural))
	}
	if len(unknown) > 0 {
		if len(c.Linked) == 0 {
			v.Issues = nil
		}
		v.Warnings = append(v.Warnings, fmt.Sprintf("GitCode accepted the request, but the links of %s could not be verified: reading them back: %v; %s",
			issuesNamed(unknown), c.ReadErr, tools.CheckWith("list_pull_request_issues", c.ReadErr)))
	}
	return v
}

func issuesNamed(numbers []string) string {
	return tools.Plural(numbers, "issue ", "issues ") + strings.Join(numbers, ", ")
}

// pullRequestIssueRows are those of a pull request. Issues of its own repository do
// not repeat it.
func pullRequestIssueRows(p *api.ListPullRequestIssuesParams, page *rest.Page[*api.PullRequestIssue]) *tools.List[*IssueRow] {
	return tools.PageOf(page, func(i *api.PullRequestIssue) *IssueRow {
		r := issueRow(&i.Issue)
		if repo := i.Repo(); !strings.EqualFold(repo, p.RepoRef.Target()) {
			r.Repo = repo
		}
		return r
	})
}

func branchRows(_ *api.IssueRef, page *rest.Page[*string]) *tools.List[*string] {
	return tools.PageOf(page, func(name *string) *string { return name })
}

// BranchesWritten is the result of setting the branches of an issue.
type BranchesWritten struct {
	Number   int      `json:"number,omitempty" jsonschema_description:"Issue number"`
	Branches []string `json:"branches,omitzero" jsonschema_description:"Branches related to the issue afterwards"`
	tools.Written
}

func branchesSet(p *api.SetRelatedBranchesParams, c *api.BranchChange) *BranchesWritten {
	v := &BranchesWritten{Number: p.Number, Branches: c.Branches}
	if c.ReadErr != nil {
		v.Warnings = []string{fmt.Sprintf("GitCode accepted the change, but the branches could not be verified: reading them back: %v; %s",
			c.ReadErr, tools.CheckWith("list_related_branches", c.ReadErr))}
		return v
	}
	if v.Warnings = tools.NotSet("branch", "branches", c.Missing, c.Extra); v.Warnings != nil {
		v.Outcome = tools.Partial
	}
	return v
}
