package gitlab

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// write sends params to an endpoint that changes an issue. Without arguments besides
// those in the path the request has no body. If the project has moved, the error
// says where it is.
func write[R any](ctx context.Context, c *Client, endpoint string, params interface{ project() ProjectRef }) (*R, error) {
	result, _, err := writeWithStatus[R](ctx, c, endpoint, params)
	return result, err
}

// writeWithStatus is write that also returns the status of the response.
func writeWithStatus[R any](ctx context.Context, c *Client, endpoint string, params interface{ project() ProjectRef }) (*R, int, error) {
	req, err := writeRequest(endpoint, params)
	if err != nil {
		return nil, 0, err
	}
	result, response, err := rest.Do[R](ctx, c.Client, req)
	if err != nil {
		return nil, 0, c.withNewPath(ctx, params.project(), err)
	}
	return result, response.Status, nil
}

func writeRequest(endpoint string, params any) (*rest.Request, error) {
	req, err := rest.NewRequest(endpoint, params)
	if err == nil && string(req.Body) == "{}" {
		req.Body = nil
	}
	return req, err
}

// remove is write for a request that GitLab answers with 204 once it is carried out.
func (c *Client) remove(ctx context.Context, endpoint string, params interface{ project() ProjectRef }) error {
	_, status, err := writeWithStatus[json.RawMessage](ctx, c, endpoint, params)
	if err == nil && status != http.StatusNoContent {
		err = unconfirmed(endpoint, status, http.StatusNoContent)
	}
	return err
}

// unconfirmed is the error for a successful response that has not the documented
// status, and does not show either that the write was carried out: services that
// respond with 202, for instance, may still drop it.
//
//go:noinline
func unconfirmed(endpoint string, status, documented int) error {
	return &rest.Error{Class: rest.OutcomeUnknown, Endpoint: endpoint, Status: status, Message: fmt.Sprintf("the response does not say that it is done (%d)", documented)}
}

// project returns the project of params that contain one.
func (r ProjectRef) project() ProjectRef { return r }
