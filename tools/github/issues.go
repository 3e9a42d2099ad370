package github

import (
	api "gitcode.com/gitcode-mcp/gitcode-mcp/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func issues(c *api.Client) []tools.Tool {
	return []tools.Tool{
		tools.Read("github_list_my_issues", "List issues of all visible repositories; by default open ones assigned to the token's owner.",
			c.ListMyIssues, issueRowsWithRepo),
		tools.Read("github_list_org_issues", "Like github_list_my_issues, but only of an organization.",
			c.ListOrgIssues, issueRowsWithRepo),
		tools.Read("github_list_repo_issues", "List issues and pull requests of a repository; by default open ones.",
			c.ListRepoIssues, repoIssueRows),
		tools.Write(tools.Spec{Name: "github_create_issue", Effect: tools.Adds, Description: "Create an issue.",
			Verify: "github_list_repo_issues (state=all, creator=the token's owner)"},
			c.CreateIssue, issueCreated),
		tools.Read("github_get_issue", "Return an issue or pull request with its body.",
			getIssue(c), issueView),
		tools.Write(tools.Spec{Name: "github_update_issue", Effect: tools.Changes, Description: "Close, reopen or change an issue.",
			Verify: "github_get_issue"},
			c.UpdateIssue, issueUpdated),
		tools.Write(tools.Spec{Name: "github_lock_issue", Effect: tools.Changes, Description: "Let only collaborators comment on an issue.",
			Verify: "github_get_issue (locked)"},
			tools.NoResult(c.LockIssue), issueLocked),
		tools.Write(tools.Spec{Name: "github_unlock_issue", Effect: tools.Changes, Description: "Let everyone comment on an issue again.",
			Verify: "github_get_issue (locked)"},
			tools.NoResult(c.UnlockIssue), issueUnlocked),
		tools.Read("github_list_account_issues", "Like github_list_my_issues, but only of owned and member repositories.",
			c.ListAccountIssues, issueRowsWithRepo),
		tools.Read("github_list_assignees", "List the users who can be assigned to issues.",
			c.ListAssignees, assigneeRows),
		tools.Read("github_check_assignee", "Check whether a user can be assigned to issues.",
			c.CheckAssignee, assigneeChecked),
		tools.Write(tools.Spec{Name: "github_add_assignees", Effect: tools.Adds, Description: "Add assignees to an issue, keeping those it has.",
			Verify: "github_get_issue"},
			c.AddAssignees, assigneesAdded),
		tools.Write(tools.Spec{Name: "github_remove_assignees", Effect: tools.Deletes, Description: "Remove assignees from an issue.",
			Verify: "github_get_issue"},
			c.RemoveAssignees, assigneesRemoved),
	}
}
