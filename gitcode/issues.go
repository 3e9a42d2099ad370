package gitcode

import (
	"context"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// GetIssue returns an issue of a repository.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues-number
func (c *Client) GetIssue(ctx context.Context, p IssueRef) (Issue, error) {
	return rest.Call[Issue](ctx, c.Client, issueEndpoint, p)
}

const issueEndpoint = "GET /repos/{owner}/{repo}/issues/{number}"

// ListRepoIssuesParams filters the issues of a repository. Times are RFC 3339.
type ListRepoIssuesParams struct {
	RepoRef
	State     string `json:"state,omitempty" jsonschema:"enum=open,enum=closed,enum=all" jsonschema_description:"Default all"`
	Labels    Labels `json:"labels,omitempty" jsonschema:"pattern=^\\s*[^\\,\\s][^\\,]*$" jsonschema_description:"Label names; undocumented whether all or any must match"`
	Sort      string `json:"sort,omitempty" jsonschema:"enum=created,enum=updated" jsonschema_description:"Default created"`
	Direction string `json:"direction,omitempty" jsonschema:"enum=asc,enum=desc" jsonschema_description:"Default desc"`
	Since     string `json:"since,omitempty" jsonschema:"format=date-time" jsonschema_description:"Updated since"`
	Paging
	Fields
	CreatedAt     string `json:"created_at,omitempty" jsonschema:"format=date-time" jsonschema_description:"Time of creation; exact meaning undocumented"`
	Milestone     string `json:"milestone,omitempty" jsonschema_description:"Title, or number of an open one; or none"`
	Assignee      string `json:"assignee,omitempty" jsonschema_description:"Username or me; GitCode may expect the user's id instead"`
	Creator       string `json:"creator,omitempty" jsonschema_description:"Author, or me"`
	CreatedAfter  string `json:"created_after,omitempty" jsonschema:"format=date-time" jsonschema_description:"Created after"`
	CreatedBefore string `json:"created_before,omitempty" jsonschema:"format=date-time" jsonschema_description:"Created before"`
	UpdatedAfter  string `json:"updated_after,omitempty" jsonschema:"format=date-time" jsonschema_description:"Updated after"`
	UpdatedBefore string `json:"updated_before,omitempty" jsonschema:"format=date-time" jsonschema_description:"Updated before"`
	Search        string `json:"search,omitempty" jsonschema_description:"Words in title or body"`
}

// ListRepoIssues lists the issues of a repository.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues
func (c *Client) ListRepoIssues(ctx context.Context, p ListRepoIssuesParams) (rest.Page[Issue], error) {
	var err error
	if p.Milestone, err = c.milestoneTitle(ctx, p.RepoRef, p.Milestone); err != nil {
		return rest.Page[Issue]{}, err
	}
	if err = c.resolveLogins(ctx, &p.Assignee, &p.Creator); err != nil {
		return rest.Page[Issue]{}, err
	}
	return list[Issue](ctx, c, repoIssuesEndpoint, p)
}

const repoIssuesEndpoint = "GET /repos/{owner}/{repo}/issues"

// ListUserIssuesParams filters the issues of the token's owner.
type ListUserIssuesParams struct {
	Filter string `json:"filter,omitempty" jsonschema:"enum=assigned,enum=created,enum=all" jsonschema_description:"Assigned to me (default), created by me, or both"`
	State  string `json:"state,omitempty" jsonschema:"enum=open,enum=progressing,enum=closed,enum=rejected" jsonschema_description:"Default open"`
	Listing
	Since      string `json:"since,omitempty" jsonschema:"format=date-time" jsonschema_description:"Updated since"`
	Schedule   Range  `json:"schedule,omitempty" jsonschema:"format=date-range,pattern=^(\\d{4}-\\d\\d-\\d\\d)?\\.\\.|^-?\\d{8}T\\d{6}\\+\\d+(-.*)?$,example=2026-09-01..2026-09-30" jsonschema_description:"Planned start: whole days as in 2026-09-01..2026-09-30, 2026-09-01.. or ..2026-09-30"`
	Deadline   Range  `json:"deadline,omitempty" jsonschema:"format=date-range,pattern=^(\\d{4}-\\d\\d-\\d\\d)?\\.\\.|^-?\\d{8}T\\d{6}\\+\\d+(-.*)?$,example=2026-09-01..2026-09-30" jsonschema_description:"Planned end, a range like schedule"`
	CreatedAt  Range  `json:"created_at,omitempty" jsonschema:"format=date-range,pattern=^(\\d{4}-\\d\\d-\\d\\d)?\\.\\.|^-?\\d{8}T\\d{6}\\+\\d+(-.*)?$,example=2026-09-01..2026-09-30" jsonschema_description:"Created, probably a range like schedule"`
	FinishedAt Range  `json:"finished_at,omitempty" jsonschema:"format=date-range,pattern=^(\\d{4}-\\d\\d-\\d\\d)?\\.\\.|^-?\\d{8}T\\d{6}\\+\\d+(-.*)?$,example=2026-09-01..2026-09-30" jsonschema_description:"Finished, probably a range like schedule"`
}

// ListUserIssues lists the issues of the token's owner.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-user-issues
func (c *Client) ListUserIssues(ctx context.Context, p ListUserIssuesParams) (rest.Page[Issue], error) {
	return list[Issue](ctx, c, "GET /user/issues", p)
}

// ListOrgIssuesParams filters the issues of an organization.
type ListOrgIssuesParams struct {
	Org    string `json:"org" jsonschema:"minLength=1" jsonschema_description:"Organization path"`
	Filter string `json:"filter,omitempty" jsonschema:"enum=assigned,enum=created,enum=all" jsonschema_description:"Assigned to me (default), created by me, or both"`
	State  string `json:"state,omitempty" jsonschema:"enum=open,enum=closed,enum=all" jsonschema_description:"Default open"`
	Listing
	CreatedAt Range  `json:"created_at,omitempty" jsonschema:"format=date-range,pattern=^(\\d{4}-\\d\\d-\\d\\d)?\\.\\.|^\\d{4}-[01]\\d-[0-3]\\d$|^-?\\d{4}-?\\d\\d-?\\d\\dT.+$,example=2026-09-01..2026-09-30" jsonschema_description:"Created: a time, or days as in 2026-09-01..2026-09-30; undocumented which"`
	Search    string `json:"search,omitempty" jsonschema_description:"Words in title or body"`
}

// ListOrgIssues lists the issues of an organization that are assigned to or
// created by the token's owner.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-orgs-org-issues
func (c *Client) ListOrgIssues(ctx context.Context, p ListOrgIssuesParams) (rest.Page[Issue], error) {
	return list[Issue](ctx, c, "GET /orgs/{org}/issues", p)
}

// GetOperateLogsParams identifies the issue. Limit is the number of entries to
// return, if not all.
type GetOperateLogsParams struct {
	IssueRef
	Limit int `json:"limit,omitempty" jsonschema:"minimum=1,maximum=1000" jsonschema_description:"Rows, default all"`
}

// GetOperateLogs returns the history of an issue, without pages.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-issues-number-operate-logs
// (older editions show the path of another operation).
func (c *Client) GetOperateLogs(ctx context.Context, p GetOperateLogsParams) (rest.Page[OperateLog], error) {
	page, err := listAll[OperateLog](ctx, c, "GET /repos/{owner}/issues/{number}/operate_logs", p.IssueRef)
	return firstRows(page, p.Limit), err
}

// ListIssuePullRequestsParams identifies the issue. Mergeable also requests
// whether each pull request can be merged. Limit is the number of pull requests
// to return, if not all.
type ListIssuePullRequestsParams struct {
	IssueRef
	Mergeable bool `json:"mergeable,omitempty" jsonschema_description:"Also report whether each can be merged"`
	Limit     int  `json:"limit,omitempty" jsonschema:"minimum=1,maximum=1000" jsonschema_description:"Rows, default all"`
}

// ListIssuePullRequests lists the pull requests linked to an issue, without
// pages. They may belong to other repositories.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues-number-pull-requests
func (c *Client) ListIssuePullRequests(ctx context.Context, p ListIssuePullRequestsParams) (rest.Page[PullRequest], error) {
	wire := struct {
		IssueRef
		Mode int `json:"mode,omitempty"`
	}{IssueRef: p.IssueRef}
	if p.Mergeable {
		wire.Mode = 1
	}
	page, err := listAll[PullRequest](ctx, c, "GET /repos/{owner}/{repo}/issues/{number}/pull_requests", wire)
	return firstRows(page, p.Limit), err
}
