package gitcode

import (
	"context"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// ListEnterpriseIssuesParams filters the issues of an enterprise.
type ListEnterpriseIssuesParams struct {
	EnterpriseRef
	State string `json:"state,omitempty" jsonschema:"enum=open,enum=closed,enum=all" jsonschema_description:"Default open"`
	Listing
	Since         string `json:"since,omitempty" jsonschema:"format=date-time" jsonschema_description:"Updated since"`
	Milestone     string `json:"milestone,omitempty" jsonschema_description:"Milestone title, none or * (any)"`
	Assignee      string `json:"assignee,omitempty" jsonschema_description:"Username, me, none or * (any)"`
	Creator       string `json:"creator,omitempty" jsonschema_description:"Author, or me"`
	Program       string `json:"program,omitempty" jsonschema_description:"Project name, none or * (any)"`
	CreatedAt     string `json:"created_at,omitempty" jsonschema:"format=date" jsonschema_description:"Created, a date like 2024-11-09; meaning undocumented"`
	CreatedBefore string `json:"created_before,omitempty" jsonschema:"format=date" jsonschema_description:"Created before a date, like 2024-11-09"`
	Search        string `json:"search,omitempty" jsonschema_description:"Words in title or body"`
}

// ListEnterpriseIssues lists the issues of an enterprise.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-enterprises-enterprise-issues
func (c *Client) ListEnterpriseIssues(ctx context.Context, p *ListEnterpriseIssuesParams) (*rest.Page[*Issue], error) {
	filters := *p
	if err := c.resolveLogins(ctx, &filters.Assignee, &filters.Creator); err != nil {
		return nil, err
	}
	return list[*Issue](ctx, c, "GET /enterprises/{enterprise}/issues", &filters)
}

// GetEnterpriseIssue returns an issue of an enterprise.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-enterprises-enterprise-issues-number
// (which calls the global id number).
func (c *Client) GetEnterpriseIssue(ctx context.Context, p *EnterpriseIssueRef) (*Issue, error) {
	return rest.Call[Issue](ctx, c.Client, "GET /enterprises/{enterprise}/issues/{issue_id}", p)
}

// EnterpriseIssuePage identifies an issue of an enterprise and a page of its
// comments or labels.
type EnterpriseIssuePage struct {
	EnterpriseIssueRef
	Paging
}

// ListEnterpriseIssueComments lists the comments of an enterprise's issue.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-enterprises-enterprise-issues-number-comments
// (which calls the global id number).
func (c *Client) ListEnterpriseIssueComments(ctx context.Context, p *EnterpriseIssuePage) (*rest.Page[*Comment], error) {
	return list[*Comment](ctx, c, "GET /enterprises/{enterprise}/issues/{issue_id}/comments", p)
}

// ListEnterpriseIssueLabels lists the labels of an enterprise's issue.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-enterprises-enterprise-issues-issue-id-labels
func (c *Client) ListEnterpriseIssueLabels(ctx context.Context, p *EnterpriseIssuePage) (*rest.Page[*Label], error) {
	return list[*Label](ctx, c, "GET /enterprises/{enterprise}/issues/{issue_id}/labels", p)
}
