package gitlab

import (
	"context"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// write sends a request that changes an issue. An error says where the project is
// if it has moved.
func write[R any](ctx context.Context, c *Client, req *rest.Request, ref IssueRef) (R, error) {
	result, _, err := rest.Do[R](ctx, c.Client, req)
	return result, c.withNewPath(ctx, ref.ProjectRef, err)
}

// delete sends a write whose response does not matter.
func (c *Client) delete(ctx context.Context, endpoint string, params any, ref IssueRef) error {
	return c.withNewPath(ctx, ref.ProjectRef, rest.Send(ctx, c.Client, endpoint, params))
}

// bodyless returns a write whose only arguments are in its path.
func bodyless(endpoint string, ref IssueRef) (*rest.Request, error) {
	req, err := rest.NewRequest(endpoint, ref)
	if err == nil {
		req.Body = nil
	}
	return req, err
}
