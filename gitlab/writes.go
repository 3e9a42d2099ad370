package gitlab

import (
	"context"
	"encoding/json"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// write sends params to an endpoint that changes an issue. Without arguments besides
// those in the path the request has no body. If the project has moved, the error
// says where it is.
func write[R any](ctx context.Context, c *Client, endpoint string, params interface{ project() ProjectRef }) (R, error) {
	req, err := rest.NewRequest(endpoint, params)
	if err != nil {
		var zero R
		return zero, err
	}
	if string(req.Body) == "{}" {
		req.Body = nil
	}
	result, _, err := rest.Do[R](ctx, c.Client, req)
	return result, c.withNewPath(ctx, params.project(), err)
}

// remove is write for a response that does not matter.
func (c *Client) remove(ctx context.Context, endpoint string, params interface{ project() ProjectRef }) error {
	_, err := write[json.RawMessage](ctx, c, endpoint, params)
	return err
}

// project returns the project of params that contain one.
func (r ProjectRef) project() ProjectRef { return r }
