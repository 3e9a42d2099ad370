package gitcode

import "context"

// AddLabelsParams adds labels to an issue.
type AddLabelsParams struct {
	IssueRef
	Labels Labels `json:"labels" jsonschema:"minItems=1,pattern=^\\s*[^\\,\\s][^\\,]*$" jsonschema_description:"Labels of the repository; no commas"`
}

// AddLabels adds labels to an issue and returns the labels GitCode answers
// (issues.txt, 9). The body is a bare array; an object is refused.
func (c *Client) AddLabels(ctx context.Context, p AddLabelsParams) ([]Label, error) {
	req, err := place("POST /repos/{owner}/{repo}/issues/{number}/labels", p.IssueRef)
	if err != nil {
		return nil, err
	}
	if req.body, err = encode([]string(p.Labels)); err != nil {
		return nil, err
	}
	return fetch[List[Label]](ctx, c, req)
}

// RemoveLabelsParams takes labels off an issue.
type RemoveLabelsParams struct {
	IssueRef
	Labels Labels `json:"labels" jsonschema:"minItems=1,pattern=^\\s*[^\\,\\s][^\\,]*$" jsonschema_description:"Labels; no commas"`
}

// RemoveLabels takes labels off an issue, all with one request (issues.txt,
// 10). A label that is not on the issue fails as NotFound.
func (c *Client) RemoveLabels(ctx context.Context, p RemoveLabelsParams) error {
	return c.do(ctx, "DELETE /repos/{owner}/{repo}/issues/{number}/labels/{name}", struct {
		IssueRef
		Name Labels `json:"name"`
	}{p.IssueRef, p.Labels})
}
