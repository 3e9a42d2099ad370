package gitcode_test

import "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"

// linkOperations are those about links between issues, pull requests and branches.
func linkOperations() []contractOperation {
	type (
		list     = gitcode.ListPullRequestIssuesParams
		branches = gitcode.SetRelatedBranchesParams
		pulls    = gitcode.ListEnterpriseIssuePullRequestsParams
	)
	pull := gitcode.PullRequestRef{RepoRef: contractRepo, PullRequest: 9} // linked to issue 2
	links := example[gitcode.LinkParams]{name: "numbers", params: gitcode.LinkParams{PullRequestRef: pull, Numbers: []int{2, 9}}, want: map[string]string{"body": "[2,9]"}}
	unknown := example[gitcode.LinkParams]{name: "unknown numbers", params: gitcode.LinkParams{PullRequestRef: pull, Numbers: []int{99}}}
	return []contractOperation{
		calls("LinkPullRequest", "POST /repos/{owner}/{repo}/pulls/{number}/issues", (*gitcode.Client).LinkPullRequest, links, unknown),
		calls("UnlinkPullRequest", "DELETE /repos/{owner}/{repo}/pulls/{number}/issues", (*gitcode.Client).UnlinkPullRequest, links),
		calls("ListPullRequestIssues", "GET /repos/{owner}/{repo}/pulls/{number}/issues", (*gitcode.Client).ListPullRequestIssues,
			example[list]{name: "page", params: list{PullRequestRef: pull, Paging: contractPage}, want: map[string]string{"page": "2"}},
			example[list]{name: "limit", params: list{PullRequestRef: pull, Paging: contractRows}}),
		calls("ListRelatedBranches", "GET /repos/{owner}/{repo}/issues/{number}/related_branches", (*gitcode.Client).ListRelatedBranches,
			example[gitcode.IssueRef]{name: "number", params: contractIssue}),
		calls("SetRelatedBranches", "PUT /repos/{owner}/{repo}/issues/{number}/related_branches", (*gitcode.Client).SetRelatedBranches,
			example[branches]{name: "branch_names", params: branches{IssueRef: contractIssue, BranchNames: []string{"main", "nope"}}, want: map[string]string{"branch_names": `["main","nope"]`}},
			example[branches]{name: "none", params: branches{IssueRef: contractIssue, BranchNames: []string{}}, want: map[string]string{"branch_names": "[]"}}),
		calls("ListEnterpriseIssuePullRequests", "GET /enterprises/{enterprise}/issues/{number}/pull_requests", (*gitcode.Client).ListEnterpriseIssuePullRequests,
			example[pulls]{name: "limit", params: pulls{
				EnterpriseIssueRef: gitcode.EnterpriseIssueRef{EnterpriseRef: gitcode.EnterpriseRef{Enterprise: harborTech}, IssueID: 340040}, RowLimit: gitcode.RowLimit{Limit: 1},
			}}),
	}
}
