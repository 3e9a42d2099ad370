package gitlab

import (
	"context"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/textedit"
)

const issueEndpoint = "GET /projects/{id}/issues/{issue_iid}"

// GetIssue returns an issue, with its description from Offset on. It follows a
// project that moved. Of an issue that was moved it returns what is left, and where
// it is now. The comments, if they are included, are in Details; one that
// cannot be read costs nothing else.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/issues.html#单个项目议题
func (c *Client) GetIssue(ctx context.Context, p *GetIssueParams) (*Issue, error) {
	issue, err := rest.Call[Issue](ctx, c.Client, issueEndpoint, p.IssueRef)
	if err != nil {
		return nil, err
	}
	if issue.MovedToID != 0 {
		issue.MovedTo = c.newPlace(ctx, issue.ref(p.IssueRef))
	}
	if err := textedit.Skip(issueEndpoint, "description", p.Offset, &issue.Description); err != nil {
		return nil, err
	}
	if p.Include.Has("comments") {
		ref := issue.ref(p.IssueRef)
		here := &Issue{IID: lenient.Int(ref.IssueIID), UserNotesCount: issue.UserNotesCount}
		c.readComments(ctx, []*Issue{here}, ref.ID, 0)
		issue.Details = here.Details
	}
	return issue, nil
}

// GetIssueByID returns an issue by its global id. Only administrators may.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/issues.html#单个议题
func (c *Client) GetIssueByID(ctx context.Context, p *GetIssueByIDParams) (*Issue, error) {
	return rest.Call[Issue](ctx, c.Client, "GET /issues/{id}", p)
}
