package gitcode

import "context"

// GetOperateLogs returns an issue's history, all at once (issues.txt, 12; its
// demo shows the path of another operation).
func (c *Client) GetOperateLogs(ctx context.Context, p IssueRef) ([]OperateLog, error) {
	return call[List[OperateLog]](ctx, c, "GET /repos/{owner}/issues/{number}/operate_logs", p)
}
