package gitcode

import (
	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func issues(c *api.Client) []tools.Tool {
	return []tools.Tool{
		tools.Write(tools.Spec{Name: "create_issue", Effect: tools.Adds, Description: "Create an issue in a repository.",
			Verify: "list_repo_issues (sort=created, search=the title)"},
			c.CreateIssue, issueCreated),
		tools.Write(tools.Spec{Name: "update_issue", Effect: tools.Changes, Description: "Close, reopen or change an issue, and comment on it. Warnings name omitted fields that GitCode changed anyway.",
			Verify: "get_issue (for a comment, list_issue_comments with order=desc)"},
			c.UpdateIssue, issueUpdated),
		tools.WriteAsking(tools.Spec{Name: "update_issues", Effect: tools.Changes, Description: "Change up to 200 issues one after the other; one that fails does not stop the rest. All changes are checked before the first write. The call can end early, for example at the rate limit: then pass the `remaining` of its result as changes, with resume=true.",
			Verify: "list_repo_issues (numbers, include=comments)"},
			bulkQuestion, c.UpdateIssues, issuesUpdated),
		tools.Read("get_issue", "Return an issue with its body, milestone and workflow status.",
			c.GetIssue, issueView),
		tools.Read("list_repo_issues", "List the issues of a repository, by default open and closed ones. One call can read a whole backlog: include adds bodies, comments and more.",
			c.ListRepoIssues, repoIssueRows),
		tools.Read("list_user_issues", "List issues of the token's owner across repositories; by default the open ones assigned to them.",
			c.ListUserIssues, issueRowsWithRepo),
		tools.Read("list_org_issues", "List an organization's issues that are assigned to or created by the token's owner; by default the open ones assigned to them.",
			c.ListOrgIssues, issueRowsWithRepo),
		tools.Read("search_issues", "Search issues across repositories, or within one, by words in title and body.",
			c.SearchIssues, issueRowsWithRepo),
		tools.Read("list_issue_pull_requests", "List the pull requests linked to an issue, including those of other repositories.",
			c.ListIssuePullRequests, pullRequestRows),
		tools.Read("get_operate_logs", "Return the history of an issue: who changed what, and when.",
			c.GetOperateLogs, logRows),
	}
}

// PullRequestRow is a pull request linked to an issue.
type PullRequestRow struct {
	Number    int      `json:"number" jsonschema_description:"Number in its repository"`
	Title     string   `json:"title,omitempty" jsonschema_description:"Title"`
	State     string   `json:"state,omitempty" jsonschema_description:"open, closed or merged"`
	Mergeable *bool    `json:"mergeable,omitempty" jsonschema_description:"Whether it can be merged"`
	Head      string   `json:"head,omitempty" jsonschema_description:"Source branch"`
	Base      string   `json:"base,omitempty" jsonschema_description:"Target branch"`
	Assignees []string `json:"assignees,omitempty" jsonschema_description:"Usernames"`
	Testers   []string `json:"testers,omitempty" jsonschema_description:"Usernames"`
	Labels    []string `json:"labels,omitempty" jsonschema_description:"Label names"`
	Updated   string   `json:"updated,omitempty" jsonschema_description:"Time"`
	Merged    string   `json:"merged,omitempty" jsonschema_description:"Time"`
	URL       string   `json:"url,omitempty" jsonschema_description:"Web page, which names the repository"`
}

func pullRequestRows[P any](_ P, page *rest.Page[*api.PullRequest]) *tools.List[*PullRequestRow] {
	return tools.PageOf(page, pullRequestRow)
}

func pullRequestRow(p *api.PullRequest) *PullRequestRow {
	return &PullRequestRow{
		Number:    int(p.Number),
		Title:     string(p.Title),
		State:     string(p.State),
		Mergeable: p.Mergeable.Value,
		Head:      string(p.Head.Ref),
		Base:      string(p.Base.Ref),
		Assignees: p.AssigneeLogins(),
		Testers:   p.TesterLogins(),
		Labels:    p.LabelNames(),
		Updated:   tools.Minute(p.UpdatedAt.Time),
		Merged:    tools.Minute(p.MergedAt.Time),
		URL:       string(p.HTMLURL),
	}
}

// LogRow is an entry of an issue's history.
type LogRow struct {
	Action  string `json:"action,omitempty" jsonschema_description:"Kind of change"`
	Content string `json:"content,omitempty" jsonschema_description:"The change"`
	Author  string `json:"author,omitempty" jsonschema_description:"Username"`
	Created string `json:"created,omitempty" jsonschema_description:"Time"`
	Head    string `json:"head,omitempty" jsonschema_description:"Source branch of a linked pull request"`
	Base    string `json:"base,omitempty" jsonschema_description:"Target branch of a linked pull request"`
}

func logRows(_ *api.GetOperateLogsParams, page *rest.Page[*api.OperateLog]) *tools.List[*LogRow] {
	return tools.PageOf(page, logRow)
}

func logRow(e *api.OperateLog) *LogRow {
	return &LogRow{
		Action:  string(e.ActionType),
		Content: string(e.Content),
		Author:  string(e.User.Login),
		Created: tools.Minute(e.CreatedAt.Time),
		Head:    string(e.Head.Ref),
		Base:    string(e.Base.Ref),
	}
}
