package tools

import "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"

func issues() []Tool {
	return []Tool{
		tool(Spec{Name: "create_issue", Effect: Adds, Description: "Create an issue in a repository.",
			Verify: "list_repo_issues with sort=created and the title as search tells."},
			(*gitcode.Client).CreateIssue, created),
		tool(Spec{Name: "update_issue", Effect: Changes, Description: "Close, reopen or change an issue. What is not given stays.",
			Verify: "get_issue tells."},
			(*gitcode.Client).UpdateIssue, updated),
		tool(Spec{Name: "get_issue", Effect: Reads, Description: "One issue with its text, milestone and workflow status. Its comments: list_issue_comments."},
			(*gitcode.Client).GetIssue, whole),
		tool(Spec{Name: "list_repo_issues", Effect: Reads, Description: "Issues of one repository, without their texts."},
			(*gitcode.Client).ListRepoIssues, rows),
		tool(Spec{Name: "list_user_issues", Effect: Reads, Description: "Issues of the token's owner across repositories; by default the open ones assigned to them."},
			(*gitcode.Client).ListUserIssues, rowsAcross),
		tool(Spec{Name: "list_org_issues", Effect: Reads, Description: "Issues of an organization assigned to or created by the token's owner."},
			(*gitcode.Client).ListOrgIssues, rowsAcross),
		tool(Spec{Name: "list_issue_pull_requests", Effect: Reads, Description: "Pull requests linked to an issue, also those of other repositories."},
			(*gitcode.Client).ListIssuePullRequests, pullRequests),
		tool(Spec{Name: "get_operate_logs", Effect: Reads, Description: "History of an issue: who changed what, and when."},
			(*gitcode.Client).GetOperateLogs, logs),
	}
}

// PullRequestRow is a pull request linked to an issue.
type PullRequestRow struct {
	Number    int      `json:"number" jsonschema_description:"Number in its repository"`
	Title     string   `json:"title,omitempty" jsonschema_description:"Title"`
	State     string   `json:"state,omitempty" jsonschema_description:"open, closed or merged"`
	Mergeable *bool    `json:"mergeable,omitempty" jsonschema_description:"Whether it can be merged"`
	Head      string   `json:"head,omitempty" jsonschema_description:"Branch it brings"`
	Base      string   `json:"base,omitempty" jsonschema_description:"Branch it goes to"`
	Assignees []string `json:"assignees,omitempty" jsonschema_description:"Usernames"`
	Testers   []string `json:"testers,omitempty" jsonschema_description:"Usernames"`
	Labels    []string `json:"labels,omitempty" jsonschema_description:"Label names"`
	Updated   string   `json:"updated,omitempty" jsonschema_description:"Time"`
	Merged    string   `json:"merged,omitempty" jsonschema_description:"Time"`
	URL       string   `json:"url,omitempty" jsonschema_description:"Web page, which names the repository"`
}

func pullRequests(_ gitcode.ListIssuePullRequestsParams, pulls []gitcode.PullRequest) List[PullRequestRow] {
	return listOf(pulls, func(p gitcode.PullRequest) PullRequestRow {
		return PullRequestRow{
			Number:    int(p.Number),
			Title:     string(p.Title),
			State:     string(p.State),
			Mergeable: (*bool)(p.Mergeable),
			Head:      string(p.Head.Ref),
			Base:      string(p.Base.Ref),
			Assignees: gitcode.Logins(p.Assignees),
			Testers:   gitcode.Logins(p.Testers),
			Labels:    gitcode.LabelNames(p.Labels),
			Updated:   minute(p.UpdatedAt),
			Merged:    minute(p.MergedAt),
			URL:       string(p.HTMLURL),
		}
	})
}

// LogRow is one change of an issue.
type LogRow struct {
	Action  string `json:"action,omitempty" jsonschema_description:"Kind of change"`
	Content string `json:"content,omitempty" jsonschema_description:"What changed"`
	Author  string `json:"author,omitempty" jsonschema_description:"Username"`
	Created string `json:"created,omitempty" jsonschema_description:"Time"`
	Head    string `json:"head,omitempty" jsonschema_description:"Branch of a linked pull request"`
	Base    string `json:"base,omitempty" jsonschema_description:"Branch it goes to"`
}

// text is the longest member.
func (r *LogRow) text() *string { return &r.Content }

func logs(_ gitcode.IssueRef, entries []gitcode.OperateLog) List[LogRow] {
	return listOf(entries, func(e gitcode.OperateLog) LogRow {
		return LogRow{
			Action:  string(e.ActionType),
			Content: string(e.Content),
			Author:  string(e.User.Login),
			Created: minute(e.CreatedAt),
			Head:    string(e.Head.Ref),
			Base:    string(e.Base.Ref),
		}
	})
}
