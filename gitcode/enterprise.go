package gitcode

import "context"

// ListEnterpriseIssuesParams filters the issues of an enterprise.
type ListEnterpriseIssuesParams struct {
	EnterpriseRef
	State string `json:"state,omitempty" jsonschema:"enum=open,enum=closed,enum=all" jsonschema_description:"open if absent"`
	Listing
	Since         string `json:"since,omitempty" jsonschema:"format=date-time" jsonschema_description:"Updated since"`
	Milestone     string `json:"milestone,omitempty" jsonschema_description:"Milestone title, none or * (any)"`
	Assignee      string `json:"assignee,omitempty" jsonschema_description:"Username, none or * (any)"`
	Creator       string `json:"creator,omitempty" jsonschema_description:"Author"`
	Program       string `json:"program,omitempty" jsonschema_description:"Project name, none or * (any)"`
	CreatedAt     string `json:"created_at,omitempty" jsonschema:"pattern=^\\d{4}-[01]\\d-[0-3]\\d$" jsonschema_description:"Created on, a date: 2024-11-09"`
	CreatedBefore string `json:"created_before,omitempty" jsonschema:"pattern=^\\d{4}-[01]\\d-[0-3]\\d$" jsonschema_description:"Created before, a date"`
	Search        string `json:"search,omitempty" jsonschema_description:"Words in title or text"`
}

// ListEnterpriseIssues lists the issues of an enterprise (issues.txt, 13).
func (c *Client) ListEnterpriseIssues(ctx context.Context, p ListEnterpriseIssuesParams) (Page[Issue], error) {
	return list[Issue](ctx, c, "GET /enterprises/{enterprise}/issues", p)
}

// GetEnterpriseIssue returns an issue of an enterprise (issues.txt, 20).
func (c *Client) GetEnterpriseIssue(ctx context.Context, p EnterpriseIssueRef) (Issue, error) {
	return call[Issue](ctx, c, "GET /enterprises/{enterprise}/issues/{issue_id}", p)
}

// EnterpriseIssuePage names an issue of an enterprise and a page of what
// belongs to it.
type EnterpriseIssuePage struct {
	EnterpriseIssueRef
	Paging
}

// ListEnterpriseIssueComments lists the comments of an enterprise's issue
// (issues.txt, 19).
func (c *Client) ListEnterpriseIssueComments(ctx context.Context, p EnterpriseIssuePage) (Page[Comment], error) {
	return list[Comment](ctx, c, "GET /enterprises/{enterprise}/issues/{issue_id}/comments", p)
}

// ListEnterpriseIssueLabels lists the labels of an enterprise's issue
// (issues.txt, 8).
func (c *Client) ListEnterpriseIssueLabels(ctx context.Context, p EnterpriseIssuePage) (Page[Label], error) {
	return list[Label](ctx, c, "GET /enterprises/{enterprise}/issues/{issue_id}/labels", p)
}
