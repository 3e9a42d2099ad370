package gitlab

import (
	"context"
	"fmt"
	"slices"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// rareArguments are those that only one of the lists of issues shows: there is no
// room for them in all three.
var rareArguments = []string{
	"assignee_id", "author_id", "confidential", "created_after", "created_before", "due_date", "epic_id", "iids", "include",
	"issue_type", "iteration_id", "iteration_title", "my_reaction_emoji", "not", "order_by", "per_page", "sort", "updated_before",
	"weight", "with_labels_details",
}

func issues(c *api.Client) []tools.Tool {
	return []tools.Tool{
		tools.Read("gitlab_list_issues", "List issues of all projects; without scope, author or assignee those that the token's owner created. Takes all arguments of gitlab_list_project_issues.",
			c.ListIssues, issueRowsWithProject).Unlisting(rareArguments...),
		tools.Read("gitlab_list_group_issues", "List issues of a group and its subgroups. Takes all arguments of gitlab_list_project_issues.",
			c.ListGroupIssues, issueRowsWithProject).Unlisting(slices.Concat(rareArguments, []string{"scope", "updated_after"})...),
		tools.Read("gitlab_list_project_issues", "List issues of a project.",
			c.ListProjectIssues, projectIssueRows),
		tools.Read("gitlab_get_issue", "Return an issue with its description.",
			getIssue(c), issueView),
		tools.Write(tools.Spec{Name: "gitlab_create_issue", Effect: tools.Adds, Description: "Create an issue.",
			Verify: "gitlab_list_project_issues (author_username=the token's owner)"},
			c.CreateIssue, issueCreated),
		tools.Write(tools.Spec{Name: "gitlab_update_issue", Effect: tools.Changes, Description: "Change an issue: state, texts, labels, assignees, planning.",
			Verify: "gitlab_get_issue"},
			c.UpdateIssue, issueUpdated),
		tools.WriteAsking(tools.Spec{Name: "gitlab_delete_issue", Effect: tools.Deletes, Description: "Delete an issue for good. For owners and administrators.",
			Verify: "gitlab_get_issue (not found if it is deleted)"},
			func(p *api.IssueRef) tools.Question {
				return func(ctx context.Context) (string, error) {
					issue, err := c.GetIssue(ctx, &api.GetIssueParams{IssueRef: *p})
					if err != nil {
						return "", err
					}
					return fmt.Sprintf("Permanently delete issue %s %s with its comments?", p.Target(), tools.FirstWords(string(issue.Title))), nil
				}
			},
			c.DeleteIssue, issueDeleted),
		tools.Write(tools.Spec{Name: "gitlab_move_issue", Effect: tools.Changes, Description: "Move an issue to another project.",
			Verify: "gitlab_get_issue (moved_to_id)"},
			c.MoveIssue, issueMoved),
		tools.Write(tools.Spec{Name: "gitlab_clone_issue", Effect: tools.Adds, Description: "Copy an issue to a project.",
			Verify: "gitlab_list_project_issues (id=to_project_id)"},
			c.CloneIssue, issueCloned),
		tools.Read("gitlab_list_related_merge_requests", "List merge requests that mention an issue.",
			c.ListRelatedMergeRequests, mergeRequestRows).Unlisting("per_page"),
		tools.Read("gitlab_list_closing_merge_requests", "List merge requests that close an issue when merged.",
			c.ListClosingMergeRequests, mergeRequestRows).Unlisting("per_page"),
		tools.Read("gitlab_list_participants", "List users who take part in an issue.",
			c.ListParticipants, participantRows).Unlisting("per_page"),
		tools.Write(tools.Spec{Name: "gitlab_subscribe", Effect: tools.Adds, Description: "Subscribe the token's owner to an issue.",
			Verify: "gitlab_get_issue (subscribed)"},
			c.Subscribe, subscribed),
		tools.Write(tools.Spec{Name: "gitlab_unsubscribe", Effect: tools.Deletes, Description: "Unsubscribe the token's owner from an issue.",
			Verify: "gitlab_get_issue (subscribed)"},
			c.Unsubscribe, unsubscribed),
		tools.Write(tools.Spec{Name: "gitlab_create_todo", Effect: tools.Adds, Description: "Add an issue to the to-do list of the token's owner.",
			Verify: "gitlab_create_todo, which adds no second one,"},
			c.CreateTodo, todoCreated),
	}
}
