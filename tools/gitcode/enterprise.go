package gitcode

import (
	"fmt"
	"strings"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func enterprise(c *api.Client) []tools.Tool {
	return []tools.Tool{
		tools.Read("list_enterprise_issues", "List issues of an enterprise across its repositories, by default the open ones.",
			c.ListEnterpriseIssues, enterpriseIssueRows),
		tools.Read("get_enterprise_issue", "Return an issue of an enterprise with its body and workflow status.",
			c.GetEnterpriseIssue, enterpriseIssueView),
		tools.Read("list_enterprise_issue_comments", "List the comments of an enterprise's issue.",
			c.ListEnterpriseIssueComments, enterpriseCommentRows),
		tools.Read("list_enterprise_issue_labels", "List the labels of an enterprise's issue.",
			c.ListEnterpriseIssueLabels, labelRows),
		tools.Read("list_issue_statuses", "List the workflow statuses of an enterprise.", c.ListIssueStatuses, enterpriseStatusRows),
		tools.Read("list_issue_types", "List an organization's issue types with their statuses, and its custom fields.", c.GetIssueSettings, issueTypeRows),
	}
}

func enterpriseIssueView(p *api.EnterpriseIssueRef, i *api.Issue) *Issue {
	v := plainIssueView(i)
	v.Repo = i.Repo()
	if owner, repo, ok := strings.Cut(v.Repo, "/"); ok {
		v.rest = fmt.Sprintf("get_issue owner=%s repo=%s number=%d", owner, repo, v.Number)
	}
	return v
}

func labelRows[P any](_ P, page *rest.Page[*api.Label]) *tools.List[*string] {
	return tools.PageOf(page, func(l *api.Label) *string { return new(string(l.Name)) })
}
