package gitcode

import (
	"context"
	"slices"
	"sync/atomic"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/textedit"
)

// GetIssueParams identifies an issue and selects its details. Offset is the
// number of characters of the body to skip.
type GetIssueParams struct {
	IssueRef
	Offset  int     `json:"offset,omitempty" jsonschema_description:"Body characters to skip"`
	Include Include `json:"include,omitempty" jsonschema_description:"Also return these: comments, pull_requests, logs"`
}

// GetIssue returns an issue of a repository, with its body from Offset on. The
// Details take the requests of [Client.ListRepoIssues]; those that cannot be read
// are Unread.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues-number
func (c *Client) GetIssue(ctx context.Context, p *GetIssueParams) (*Issue, error) {
	if err := p.Include.check(issueEndpoint); err != nil {
		return nil, err
	}
	issue, err := rest.Call[Issue](ctx, c.Client, issueEndpoint, p.IssueRef)
	if err != nil {
		return nil, err
	}
	if err = textedit.Skip(issueEndpoint, "body", p.Offset, &issue.Body); err != nil {
		return nil, err
	}
	numbered := []*Issue{{ID: issue.ID, Number: Int(p.Number), Comments: issue.Comments, CreatedAt: issue.CreatedAt}}
	r := detailReader{client: c, repo: p.RepoRef}
	r.read(ctx, numbered, p.Include)
	issue.Details = numbered[0].Details
	return issue, nil
}

const issueEndpoint = "GET /repos/{owner}/{repo}/issues/{number}"

// ListRepoIssuesParams selects issues of a repository, either by filters or by
// their numbers, and their details. Times are RFC 3339.
type ListRepoIssuesParams struct {
	RepoRef
	State     string `json:"state,omitempty" jsonschema:"enum=open,enum=closed,enum=all" jsonschema_description:"Default all"`
	Labels    Labels `json:"labels,omitempty" jsonschema:"pattern=^\\s*[^\\,\\s][^\\,]*$" jsonschema_description:"Label names; all or any, undocumented"`
	Sort      string `json:"sort,omitempty" jsonschema:"enum=created,enum=updated" jsonschema_description:"Default created"`
	Direction string `json:"direction,omitempty" jsonschema:"enum=asc,enum=desc" jsonschema_description:"Default desc"`
	Since     string `json:"since,omitempty" jsonschema:"format=date-time" jsonschema_description:"Updated since"`
	Paging
	Fields
	CreatedAt     string `json:"created_at,omitempty" jsonschema:"format=date-time" jsonschema_description:"Created at; meaning undocumented"`
	Milestone     string `json:"milestone,omitempty" jsonschema_description:"Title, or number of an open one; or none"`
	Assignee      string `json:"assignee,omitempty" jsonschema_description:"Username or me; GitCode may expect an id"`
	Creator       string `json:"creator,omitempty" jsonschema_description:"Author, or me"`
	CreatedAfter  string `json:"created_after,omitempty" jsonschema:"format=date-time" jsonschema_description:"Created after"`
	CreatedBefore string `json:"created_before,omitempty" jsonschema:"format=date-time" jsonschema_description:"Created before"`
	UpdatedAfter  string `json:"updated_after,omitempty" jsonschema:"format=date-time" jsonschema_description:"Updated after"`
	UpdatedBefore string `json:"updated_before,omitempty" jsonschema:"format=date-time" jsonschema_description:"Updated before"`
	Search        string `json:"search,omitempty" jsonschema_description:"Words in title or body"`

	Numbers []int   `json:"numbers,omitempty" jsonschema_description:"Exactly these issues, in any state; not with filters"`
	Include Include `json:"include,omitempty" jsonschema:"enum=body,enum=comments,enum=pull_requests,enum=logs,enum=issue_state,enum=type,enum=priority,enum=visibility,enum=id,enum=url" jsonschema_description:"Extra members of each row"`
}

// Included returns the members to include: those that were asked for, and those
// of Fields that rows have only if they are included.
//
//go:noinline
func (p *ListRepoIssuesParams) Included() Include {
	include := p.Include
	for _, field := range p.Fields.Fields {
		if field != "comments" && includable.Has(field) { // rows always have the number of comments
			include = append(slices.Clip(include), field)
		}
	}
	return include
}

// RowFields returns the members of the rows; none means all.
func (p *ListRepoIssuesParams) RowFields() []string {
	if len(p.Fields.Fields) == 0 {
		return nil
	}
	return slices.Concat(p.Fields.Fields, p.Include)
}

// IssuePage is a page of a repository's issues.
type IssuePage struct {
	*rest.Page[*Issue]
	Unread []UnreadIssue
	Note   string // why the list may be empty
}

// UnreadIssue is a requested issue that could not be read.
type UnreadIssue struct {
	Number int
	Err    error
}

// ListRepoIssues lists issues of a repository. They have their Details, and a Body
// if it is included. Details that cannot be read are Unread, as are issues that
// were requested by their numbers; it fails only if it reads no issue.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues,
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues-number-comments,
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues-comments,
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues-number-pull-requests and
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-issues-number-operate-logs
func (c *Client) ListRepoIssues(ctx context.Context, p *ListRepoIssuesParams) (*IssuePage, error) {
	if err := p.Include.check(repoIssuesEndpoint); err != nil {
		return nil, err
	}
	var done atomic.Int64 // the progress of reading the issues, to go on from
	counting := rest.WithSteps(ctx, func(s rest.Step) {
		done.Store(int64(s.Done))
		rest.ReportStep(ctx, s)
	})
	var page *IssuePage
	var err error
	if p.Numbers != nil {
		page, err = c.numberedIssues(counting, p)
	} else {
		page, err = c.filteredIssues(counting, p)
	}
	if err != nil {
		return nil, err
	}
	include := p.Included()
	if p.Numbers != nil && !include.Has("body") {
		for _, issue := range page.Items {
			issue.dropBody()
		}
	}
	r := detailReader{client: c, repo: p.RepoRef, done: int(done.Load())}
	r.read(ctx, page.Items, include)
	return page, nil
}

// filteredIssues returns the issues that the filters select, without details. It
// rejects labels that do not exist if there are none.
func (c *Client) filteredIssues(ctx context.Context, p *ListRepoIssuesParams) (*IssuePage, error) {
	filters := *p
	filters.Milestone = c.milestoneTitle(ctx, p.RepoRef, p.Milestone)
	if err := c.resolveLogins(ctx, &filters.Assignee, &filters.Creator); err != nil {
		return nil, err
	}
	var options rest.ListOptions[*Issue]
	if !p.Included().Has("body") {
		options.Omit = []string{"body"}
	}
	list, err := listWith(ctx, c, repoIssuesEndpoint, &filters, options)
	if err != nil {
		return nil, err
	}
	page := &IssuePage{Page: list}
	if p.Page.Number() == 1 && list.Next == 0 && len(list.Items)+list.Unreadable == 0 {
		if page.Note, err = c.checkFilters(ctx, &filters); err != nil {
			return nil, err
		}
	}
	return page, nil
}

const repoIssuesEndpoint = "GET /repos/{owner}/{repo}/issues"

// ListUserIssuesParams filters the issues of the token's owner.
type ListUserIssuesParams struct {
	Filter string `json:"filter,omitempty" jsonschema:"enum=assigned,enum=created,enum=all" jsonschema_description:"Assigned to me (default), created by me, or both"`
	State  string `json:"state,omitempty" jsonschema:"enum=open,enum=progressing,enum=closed,enum=rejected" jsonschema_description:"Default open"`
	Listing
	Since      string `json:"since,omitempty" jsonschema:"format=date-time" jsonschema_description:"Updated since"`
	Schedule   Range  `json:"schedule,omitempty" jsonschema:"format=date-range,pattern=^(\\d{4}-\\d\\d-\\d\\d)?\\.\\.|^-?\\d{8}T\\d{6}\\+\\d+(-.*)?$,example=2026-09-01..2026-09-30" jsonschema_description:"Planned start: days as in 2026-09-01..2026-09-30, 2026-09-01.. or ..2026-09-30"`
	Deadline   Range  `json:"deadline,omitempty" jsonschema:"format=date-range,pattern=^(\\d{4}-\\d\\d-\\d\\d)?\\.\\.|^-?\\d{8}T\\d{6}\\+\\d+(-.*)?$,example=2026-09-01..2026-09-30" jsonschema_description:"Planned end, a range like schedule"`
	CreatedAt  Range  `json:"created_at,omitempty" jsonschema:"format=date-range,pattern=^(\\d{4}-\\d\\d-\\d\\d)?\\.\\.|^-?\\d{8}T\\d{6}\\+\\d+(-.*)?$,example=2026-09-01..2026-09-30" jsonschema_description:"Created, probably a range like schedule"`
	FinishedAt Range  `json:"finished_at,omitempty" jsonschema:"format=date-range,pattern=^(\\d{4}-\\d\\d-\\d\\d)?\\.\\.|^-?\\d{8}T\\d{6}\\+\\d+(-.*)?$,example=2026-09-01..2026-09-30" jsonschema_description:"Finished, probably a range like schedule"`
}

// ListUserIssues lists the issues of the token's owner.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-user-issues
func (c *Client) ListUserIssues(ctx context.Context, p *ListUserIssuesParams) (*rest.Page[*Issue], error) {
	return list[*Issue](ctx, c, "GET /user/issues", p)
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
func (c *Client) ListOrgIssues(ctx context.Context, p *ListOrgIssuesParams) (*rest.Page[*Issue], error) {
	return list[*Issue](ctx, c, "GET /orgs/{org}/issues", p)
}

// GetOperateLogsParams identifies the issue.
type GetOperateLogsParams struct {
	IssueRef
	RowLimit
}

// GetOperateLogs returns the history of an issue, without pages.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-issues-number-operate-logs
// (older editions show the path of another operation).
func (c *Client) GetOperateLogs(ctx context.Context, p *GetOperateLogsParams) (*rest.Page[*OperateLog], error) {
	return listAll[*OperateLog](ctx, c, "GET /repos/{owner}/issues/{number}/operate_logs", p.IssueRef, p.RowLimit)
}

// ListIssuePullRequestsParams identifies the issue. Mergeable also requests
// whether each pull request can be merged.
type ListIssuePullRequestsParams struct {
	IssueRef
	Mergeable bool `json:"mergeable,omitempty" jsonschema_description:"Also report whether each can be merged"`
	RowLimit
}

// ListIssuePullRequests lists the pull requests linked to an issue, without
// pages. They may belong to other repositories.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues-number-pull-requests
func (c *Client) ListIssuePullRequests(ctx context.Context, p *ListIssuePullRequestsParams) (*rest.Page[*PullRequest], error) {
	wire := struct {
		IssueRef
		Mode int `json:"mode,omitempty"`
	}{IssueRef: p.IssueRef}
	if p.Mergeable {
		wire.Mode = 1
	}
	return listAll[*PullRequest](ctx, c, "GET /repos/{owner}/{repo}/issues/{number}/pull_requests", wire, p.RowLimit)
}
