package gitcode_test

import (
	"reflect"
	"slices"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/contracttest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/textedit"
)

// notSent are the described operations and parameters that the client does not send,
// and why. An operation stands for its parameters.
var notSent = map[string]string{
	"GET /repos/{owner}/{repo}/pulls/{number}/labels":               "labels of pull requests",
	"POST /repos/{owner}/{repo}/pulls/{number}/labels":              "labels of pull requests",
	"PUT /repos/{owner}/{repo}/pulls/{number}/labels":               "labels of pull requests",
	"DELETE /repos/{owner}/{repo}/pulls/{number}/labels/{name}":     "labels of pull requests",
	"POST /repos/{owner}/{repo}/img/upload":                         "file/upload takes images too, and not as base64",
	"GET /enterprises/{enterprise}/labels":                          "labels of a repository are what its issues can have",
	"GET ../v8/enterprises/{enterprise}/labels":                     "labels of a repository are what its issues can have",
	"GET /repos/{owner}/{repo}/collaborators/{username}/permission": "whether someone is a member says enough",

	"POST /repos/{owner}/issues assignee":  "set by a request of its own: GitCode refuses the whole issue if it may not be set",
	"POST /repos/{owner}/issues labels":    "added by a request of their own, for the same reason",
	"POST /repos/{owner}/issues milestone": "set by a request of its own, for the same reason",
}

// What the calls are about, in the sandbox.
var (
	contractRepo  = gitcode.RepoRef{Owner: "openharbor", Repo: "portal"}
	contractIssue = gitcode.IssueRef{RepoRef: contractRepo, Number: 2}
	contractPage  = gitcode.Paging{Page: 2, PerPage: 50}
	contractRows  = gitcode.Paging{Limit: 3}
	firstComment  = gitcode.CommentRef{RepoRef: contractRepo, ID: 340036} // on issue 1
	contractTime  = "2026-09-01T00:00:00+08:00"
)

const harborTech = "harbor-tech"

var contractWorkflow = gitcode.Workflow{
	Status: "已拒绝", IssueType: "缺陷", IssueSeverity: "主要", CustomFields: gitcode.CustomFields{"Platforms=Linux", "业务线=", "Platforms=Windows"},
}

// contractFields are its custom fields as GitCode expects them.
const contractFields = `[{"field_name":"Platforms","field_values":["Linux","Windows"]},{"field_name":"业务线","field_values":[]}]`

// everything are the shared parameters of lists across repositories.
var everything = gitcode.Listing{Labels: gitcode.Labels{"bug", "kind/security"}, Sort: "updated", Direction: "asc", Paging: contractPage}

// isGiven reports whether params have a value for a field.
func isGiven(params any, index []int) bool {
	return !reflect.ValueOf(params).FieldByIndex(index).IsZero()
}

// contractOperations returns every operation of the client with calls that give each of
// its parameters. Every request that they send is checked.
func contractOperations() []contractOperation {
	repoPage := func(name string, p gitcode.Paging) example[gitcode.RepoPage] {
		return example[gitcode.RepoPage]{name: name, params: gitcode.RepoPage{RepoRef: contractRepo, Paging: p}}
	}
	repoPages := []example[gitcode.RepoPage]{repoPage("page", contractPage), repoPage("limit", contractRows)}
	enterpriseIssue := gitcode.EnterpriseIssueRef{EnterpriseRef: gitcode.EnterpriseRef{Enterprise: harborTech}, IssueID: 340040} // issue 2
	enterprisePages := []example[gitcode.EnterpriseIssuePage]{
		{name: "page", params: gitcode.EnterpriseIssuePage{EnterpriseIssueRef: enterpriseIssue, Paging: contractPage}},
		{name: "limit", params: gitcode.EnterpriseIssuePage{EnterpriseIssueRef: enterpriseIssue, Paging: contractRows}},
	}
	return slices.Concat(peopleOperations(), linkOperations(), historyOperations(), []contractOperation{
		getIssue(), listRepoIssues(), createIssue(), updateIssue(), updateIssues(), listUserIssues(), listOrgIssues(), listEnterpriseIssues(), searchIssues(),
		calls("GetOperateLogs", "GET /repos/{owner}/issues/{number}/operate_logs", (*gitcode.Client).GetOperateLogs,
			example[gitcode.GetOperateLogsParams]{name: "limit", params: gitcode.GetOperateLogsParams{IssueRef: contractIssue, RowLimit: gitcode.RowLimit{Limit: 1}}}),
		calls("ListIssuePullRequests", "GET /repos/{owner}/{repo}/issues/{number}/pull_requests", (*gitcode.Client).ListIssuePullRequests,
			example[gitcode.ListIssuePullRequestsParams]{
				name:   "mergeable",
				params: gitcode.ListIssuePullRequestsParams{IssueRef: contractIssue, Mergeable: true, RowLimit: gitcode.RowLimit{Limit: 1}},
				want:   map[string]string{"mode": "1"},
			}),
		calls("GetRepo", "GET /repos/{owner}/{repo}/labels", (*gitcode.Client).GetRepo,
			example[gitcode.GetRepoParams]{name: "all", params: gitcode.GetRepoParams{RepoRef: contractRepo}},
			example[gitcode.GetRepoParams]{name: "fields", params: gitcode.GetRepoParams{RepoRef: contractRepo, Fields: []string{"labels", "counts"}}}),
		calls("ListRepoLabels", "GET /repos/{owner}/{repo}/labels", (*gitcode.Client).ListRepoLabels, repoPages...),
		calls("ListOpenMilestones", "GET /repos/{owner}/{repo}/milestones", (*gitcode.Client).ListOpenMilestones, repoPages...),
		createRepoLabel(), updateRepoLabel(), deleteRepoLabel(), listMilestones(), getMilestone(), createMilestone(), updateMilestone(), deleteMilestone(), replaceLabels(),
		calls("ListCollaborators", "GET /repos/{owner}/{repo}/collaborators", (*gitcode.Client).ListCollaborators, repoPages...),
		calls("ListIssueTypes", "GET /orgs/{org}/issue/extend/settings", (*gitcode.Client).ListIssueTypes,
			example[gitcode.OrgRef]{name: "org", params: gitcode.OrgRef{Org: "openharbor"}}),
		calls("GetIssueSettings", "GET /orgs/{org}/issue/extend/settings", (*gitcode.Client).GetIssueSettings,
			example[gitcode.OrgRef]{name: "org", params: gitcode.OrgRef{Org: "openharbor"}}),
		calls("ListIssueStatuses", "GET /enterprises/{enterprise}/issue/statuses", (*gitcode.Client).ListIssueStatuses,
			example[gitcode.EnterpriseRef]{name: "enterprise", params: gitcode.EnterpriseRef{Enterprise: harborTech}}),
		calls("ListCustomFields", "GET ../v8/enterprises/{enterprise_id}/issue_extend_field", (*gitcode.Client).ListCustomFields,
			example[gitcode.FieldsPage]{name: "page", params: gitcode.FieldsPage{EnterpriseID: harborTech, Paging: contractPage}},
			example[gitcode.FieldsPage]{name: "limit", params: gitcode.FieldsPage{EnterpriseID: harborTech, Paging: contractRows}}),
		calls("GetEnterpriseIssue", "GET /enterprises/{enterprise}/issues/{number}", (*gitcode.Client).GetEnterpriseIssue,
			example[gitcode.EnterpriseIssueRef]{name: "issue_id", params: enterpriseIssue}),
		calls("ListEnterpriseIssueComments", "GET /enterprises/{enterprise}/issues/{number}/comments", (*gitcode.Client).ListEnterpriseIssueComments, enterprisePages...),
		calls("ListEnterpriseIssueLabels", "GET /enterprises/{enterprise}/issues/{issue_id}/labels", (*gitcode.Client).ListEnterpriseIssueLabels, enterprisePages...),

		listIssueComments(), listRepoComments(),
		calls("CreateComment", "POST /repos/{owner}/{repo}/issues/{number}/comments", (*gitcode.Client).CreateComment,
			example[gitcode.CreateCommentParams]{name: "body", params: gitcode.CreateCommentParams{IssueRef: contractIssue, Body: "/kind bug", AllowCommands: true}, want: map[string]string{"body": `"/kind bug"`}}),
		calls("GetComment", "GET /repos/{owner}/{repo}/issues/comments/{id}", (*gitcode.Client).GetComment,
			example[gitcode.GetCommentParams]{name: "offset", params: gitcode.GetCommentParams{CommentRef: firstComment, Offset: 3}}),
		calls("UpdateComment", "PATCH /repos/{owner}/{repo}/issues/comments/{id}", (*gitcode.Client).UpdateComment,
			example[gitcode.UpdateCommentParams]{name: "body", params: gitcode.UpdateCommentParams{CommentRef: firstComment, Body: "New", AllowCommands: true}, want: map[string]string{"body": `"New"`}},
			example[gitcode.UpdateCommentParams]{name: "changes", params: gitcode.UpdateCommentParams{CommentRef: firstComment, Changes: textedit.Changes{
				Append: "More", Prepend: "First", Edits: []textedit.Edit{{Old: "复现了", New: "已复现"}},
			}}}),
		calls("DeleteComment", "DELETE /repos/{owner}/{repo}/issues/comments/{id}", contracttest.Discard((*gitcode.Client).DeleteComment),
			example[gitcode.CommentRef]{name: "id", params: firstComment}),

		calls("AddLabels", "POST /repos/{owner}/{repo}/issues/{number}/labels", (*gitcode.Client).AddLabels,
			example[gitcode.AddLabelsParams]{
				name: "labels", params: gitcode.AddLabelsParams{IssueRef: contractIssue, Labels: gitcode.Labels{"new", "kind/security"}, CreateLabels: true},
				want: map[string]string{"body": `["new","kind/security"]`},
			}),
		calls("UploadAttachment", "POST /repos/{owner}/{repo}/file/upload", (*gitcode.Client).UploadAttachment,
			example[gitcode.UploadAttachmentParams]{name: "file", params: gitcode.UploadAttachmentParams{RepoRef: contractRepo, File: "out.log", Content: []byte("text")}}),
		calls("RemoveLabels", "DELETE /repos/{owner}/{repo}/issues/{number}/labels/{name}", contracttest.Discard((*gitcode.Client).RemoveLabels),
			example[gitcode.RemoveLabelsParams]{name: "labels", params: gitcode.RemoveLabelsParams{IssueRef: gitcode.IssueRef{RepoRef: contractRepo, Number: 5}, Labels: gitcode.Labels{"bug", "kind/security"}}}),
	})
}

func getIssue() contractOperation {
	type params = gitcode.GetIssueParams
	return calls("GetIssue", "GET /repos/{owner}/{repo}/issues/{number}", (*gitcode.Client).GetIssue,
		example[params]{name: "offset", params: params{IssueRef: contractIssue, Offset: 3}},
		example[params]{name: "include", params: params{IssueRef: contractIssue, Include: gitcode.Include{"comments", "pull_requests", "logs"}}},
	)
}

func listRepoIssues() contractOperation {
	type params = gitcode.ListRepoIssuesParams
	list := func(name string, p params, want map[string]string) example[params] {
		p.RepoRef = contractRepo
		return example[params]{name, p, want}
	}
	return calls("ListRepoIssues", "GET /repos/{owner}/{repo}/issues", (*gitcode.Client).ListRepoIssues,
		list("filters", params{
			State: "open", Labels: gitcode.Labels{"bug", "kind/security"}, Sort: "updated", Direction: "asc", Since: contractTime, Paging: contractPage,
			CreatedAt: contractTime, Milestone: "253899", Assignee: "me", Creator: "@maria", CreatedAfter: contractTime, CreatedBefore: contractTime,
			UpdatedAfter: contractTime, UpdatedBefore: contractTime, Search: "upload",
		}, map[string]string{
			"labels": "bug,kind/security", "sort": "updated", "since": contractTime, "milestone": "v2.3", "assignee": sandbox.Me, "creator": "maria", "page": "2", "per_page": "50",
		}),
		list("limit", params{Paging: contractRows, Fields: gitcode.Fields{Fields: []string{"number", "body"}}}, nil),
		list("include", params{Include: gitcode.Include{"body", "comments", "pull_requests", "logs"}}, nil),
		list("numbers", params{Numbers: []int{2}}, nil),
	)
}

func createIssue() contractOperation {
	type params = gitcode.CreateIssueParams
	return calls("CreateIssue", "POST /repos/{owner}/issues", (*gitcode.Client).CreateIssue,
		example[params]{
			name: "everything", params: params{
				RepoRef: contractRepo, Title: "New", Body: "Text", Assignee: "me,sunli", Milestone: "v2.3", Labels: gitcode.Labels{"bug", "new"}, CreateLabels: true, SecurityHole: true,
				TemplatePath: ".gitcode/ISSUE_TEMPLATE/bug.yml", Workflow: contractWorkflow, AllowCommands: true,
			}, want: map[string]string{"repo": `"portal"`, "title": `"New"`, "body": `"Text"`, "security_hole": `"true"`, "issue_type": `"缺陷"`, "issue_severity": `"主要"`, "status": "", "custom_fields": contractFields},
		},
		example[params]{name: "title", params: params{RepoRef: contractRepo, Title: "New"}, want: map[string]string{"body": `""`}},
	)
}

func updateIssue() contractOperation {
	type params = gitcode.UpdateIssueParams
	update := func(name string, p params, want map[string]string) example[params] {
		p.IssueRef = contractIssue
		return example[params]{name, p, want}
	}
	return calls("UpdateIssue", "PATCH /repos/{owner}/issues/{number}", (*gitcode.Client).UpdateIssue,
		update("everything", params{
			Title: new("Other"), Body: new("Other"), State: new(gitcode.StateChange("closed")), Assignee: new("me"), Milestone: new("v2.4"),
			Labels: &gitcode.Labels{"question", "new"}, CreateLabels: true, SecurityHole: new(gitcode.Flag(true)), Workflow: contractWorkflow, Comment: "Done.", AllowCommands: true,
		}, map[string]string{
			"repo": `"portal"`, "title": `"Other"`, "body": `"Other"`, "state": `"close"`, "assignee": `"linwei"`, "milestone": "254120", "labels": `"question,new"`, "security_hole": `"true"`,
			"status": `"已拒绝"`, "issue_type": `"缺陷"`, "issue_severity": `"主要"`, "custom_fields": contractFields,
		}),
		update("changes", params{Changes: textedit.Changes{Append: "More", Prepend: "First", Edits: []textedit.Edit{{Old: "drop the file", New: "drop a file"}}}},
			map[string]string{"milestone": "253899"}),
		update("assignees", params{AddAssignees: []string{"maria"}, RemoveAssignees: []string{"me"}}, map[string]string{"assignee": `"sunli,maria"`}),
		update("clear", params{Body: new(""), Assignee: new(""), Milestone: new(""), Labels: &gitcode.Labels{}},
			map[string]string{"body": `""`, "assignee": `""`, "milestone": `""`, "labels": ""}),
	)
}

func updateIssues() contractOperation {
	type params = gitcode.UpdateIssuesParams
	return calls("UpdateIssues", "PATCH /repos/{owner}/issues/{number}", (*gitcode.Client).UpdateIssues,
		example[params]{name: "changes", params: params{RepoRef: contractRepo, Changes: []gitcode.IssuesChange{{
			Numbers: []int{2}, AddLabels: []string{"new"}, RemoveLabels: []string{"bug"}, State: "closed", Assignee: new("zhaoqian"), Milestone: new(""), Status: "已拒绝", Comment: "Done.",
		}}, Resume: true, CreateLabels: true, AllowCommands: true}, want: map[string]string{"state": `"close"`, "assignee": `"zhaoqian"`, "milestone": `""`, "status": `"已拒绝"`}},
		example[params]{name: "people", params: params{RepoRef: contractRepo, Changes: []gitcode.IssuesChange{{Numbers: []int{2}, Assignee: new("sunli"), Milestone: new("251306")}}}},
		example[params]{name: "no member fails", params: params{RepoRef: contractRepo, Changes: []gitcode.IssuesChange{{Numbers: []int{2}, Assignee: new("guest")}}}},
	)
}

func listUserIssues() contractOperation {
	type params = gitcode.ListUserIssuesParams
	const days = "2026-09-01..2026-09-30"
	return calls("ListUserIssues", "GET /user/issues", (*gitcode.Client).ListUserIssues,
		example[params]{
			name: "filters", params: params{Filter: "all", State: "progressing", Listing: everything, Since: contractTime, Schedule: days, Deadline: days, CreatedAt: days, FinishedAt: days},
			want: map[string]string{"sort": "updated_at", "schedule": "20260901T000000+80-20260930T235959+80"},
		},
		example[params]{name: "limit", params: params{Listing: gitcode.Listing{Paging: contractRows, Fields: gitcode.Fields{Fields: []string{"number"}}}}},
	)
}

func listOrgIssues() contractOperation {
	type params = gitcode.ListOrgIssuesParams
	return calls("ListOrgIssues", "GET /orgs/{org}/issues", (*gitcode.Client).ListOrgIssues,
		example[params]{name: "filters", params: params{Org: "openharbor", Filter: "all", State: "all", Listing: everything, CreatedAt: "2026-09-01..", Search: "upload"}},
		example[params]{name: "limit", params: params{Org: "openharbor", Listing: gitcode.Listing{Paging: contractRows, Fields: gitcode.Fields{Fields: []string{"number"}}}}},
	)
}

func listEnterpriseIssues() contractOperation {
	type params = gitcode.ListEnterpriseIssuesParams
	enterprise := gitcode.EnterpriseRef{Enterprise: harborTech}
	return calls("ListEnterpriseIssues", "GET /enterprises/{enterprise}/issues", (*gitcode.Client).ListEnterpriseIssues,
		example[params]{
			name: "filters", params: params{
				EnterpriseRef: enterprise, State: "all", Listing: everything, Since: contractTime, Milestone: "v2.3", Assignee: "me", Creator: "maria", Program: "*",
				CreatedAt: "2026-09-01", CreatedBefore: "2026-11-01", Search: "upload",
			}, want: map[string]string{"assignee": sandbox.Me, "program": "*"},
		},
		example[params]{name: "limit", params: params{EnterpriseRef: enterprise, Listing: gitcode.Listing{Paging: contractRows, Fields: gitcode.Fields{Fields: []string{"number"}}}}},
	)
}

func searchIssues() contractOperation {
	type params = gitcode.SearchIssuesParams
	return calls("SearchIssues", "GET /search/issues", (*gitcode.Client).SearchIssues,
		example[params]{
			name: "filters", params: params{
				Q: "upload", Owner: "openharbor", Repo: "portal", State: "open", Sort: "updated", Order: "asc",
				SearchPaging: gitcode.SearchPaging{Page: 2, PerPage: 50}, Fields: gitcode.Fields{Fields: []string{"number"}},
			}, want: map[string]string{"repo": "openharbor/portal", "sort": "last_push_at", "per_page": "50"},
		},
		example[params]{name: "limit", params: params{Q: "upload", SearchPaging: gitcode.SearchPaging{Limit: 3}}},
	)
}

func listIssueComments() contractOperation {
	type params = gitcode.ListIssueCommentsParams
	return calls("ListIssueComments", "GET /repos/{owner}/{repo}/issues/{number}/comments", (*gitcode.Client).ListIssueComments,
		example[params]{name: "filters", params: params{IssueRef: contractIssue, Order: "desc", Since: contractTime, Paging: contractPage}},
		example[params]{name: "limit", params: params{IssueRef: contractIssue, Paging: contractRows}},
	)
}

func listRepoComments() contractOperation {
	type params = gitcode.ListRepoCommentsParams
	return calls("ListRepoComments", "GET /repos/{owner}/{repo}/issues/comments", (*gitcode.Client).ListRepoComments,
		example[params]{name: "filters", params: params{RepoRef: contractRepo, Sort: "updated", Direction: "desc", Since: contractTime, Paging: contractPage}},
		example[params]{name: "limit", params: params{RepoRef: contractRepo, Paging: contractRows}},
	)
}
