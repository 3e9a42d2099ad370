package tools

import "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"

func enterprise() []Tool {
	return []Tool{
		tool(Spec{Name: "list_enterprise_issues", Effect: Reads, Description: "Issues of an enterprise across its repositories; id is what the other enterprise tools take."},
			(*gitcode.Client).ListEnterpriseIssues, rowsEnterprise),
		tool(Spec{Name: "get_enterprise_issue", Effect: Reads, Description: "One issue of an enterprise with its text and workflow status."},
			(*gitcode.Client).GetEnterpriseIssue, enterpriseWhole),
		tool(Spec{Name: "list_enterprise_issue_comments", Effect: Reads, Description: "Comments of an enterprise's issue."},
			(*gitcode.Client).ListEnterpriseIssueComments, commentsOfIssue),
		tool(Spec{Name: "list_enterprise_issue_labels", Effect: Reads, Description: "Labels of an enterprise's issue."},
			(*gitcode.Client).ListEnterpriseIssueLabels, labelNames),
	}
}

func enterpriseWhole(p gitcode.EnterpriseIssueRef, i gitcode.Issue) Issue {
	v := whole(p, i)
	v.Repo = i.Repo()
	return v
}

func labelNames[P any](_ P, page gitcode.Page[gitcode.Label]) List[string] {
	return pageOf(page, func(l gitcode.Label) string { return string(l.Name) })
}
