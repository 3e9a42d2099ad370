package gitlab

import (
	"context"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// ListOfIssueParams identifies an issue and a part of one of its lists.
type ListOfIssueParams struct {
	IssueRef
	Paging
}

// ListRelatedMergeRequests lists the merge requests that mention an issue.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/issues.html#列出议题关联的合并请求
func (c *Client) ListRelatedMergeRequests(ctx context.Context, p *ListOfIssueParams) (*rest.Page[*MergeRequest], error) {
	return listOf[*MergeRequest](ctx, c, "GET /projects/{id}/issues/{issue_iid}/related_merge_requests", p)
}

// ListClosingMergeRequests lists the merge requests that close an issue when they
// are merged.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/issues.html#列出合并时关闭议题的合并请求
func (c *Client) ListClosingMergeRequests(ctx context.Context, p *ListOfIssueParams) (*rest.Page[*MergeRequest], error) {
	return listOf[*MergeRequest](ctx, c, "GET /projects/{id}/issues/{issue_iid}/closed_by", p)
}

// ListParticipants lists the users who take part in an issue.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/issues.html#议题参与人
func (c *Client) ListParticipants(ctx context.Context, p *ListOfIssueParams) (*rest.Page[*User], error) {
	return listOf[*User](ctx, c, "GET /projects/{id}/issues/{issue_iid}/participants", p)
}

// listOf reads a part of a list of an issue.
func listOf[T rest.Row](ctx context.Context, c *Client, endpoint string, p *ListOfIssueParams) (*rest.Page[T], error) {
	req, err := rest.NewRequest(endpoint, p)
	if err != nil {
		return nil, err
	}
	req.Query.Del("limit")
	return rest.List(ctx, c.Client, req, rest.Paging(p.Paging), rest.ListOptions[T]{})
}

// ListMetricImages lists the images of an incident. The list has no pages.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/issues.html#列出指标图像
func (c *Client) ListMetricImages(ctx context.Context, p *IssueRef) (*rest.Page[*MetricImage], error) {
	rows, err := rest.Call[lenient.AllRows[*MetricImage]](ctx, c.Client, "GET /projects/{id}/issues/{issue_iid}/metric_images", p)
	if err != nil {
		return nil, err
	}
	return &rest.Page[*MetricImage]{Items: rows.Items, Unreadable: rows.Unreadable}, nil
}

// GetUserAgentDetail returns with which program and from which address an issue was
// created, to administrators.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/issues.html#获取用户代理信息
func (c *Client) GetUserAgentDetail(ctx context.Context, p *IssueRef) (*UserAgentDetail, error) {
	return rest.Call[UserAgentDetail](ctx, c.Client, "GET /projects/{id}/issues/{issue_iid}/user_agent_detail", p)
}
