package gitcode

import (
	"context"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// AddLabelsParams adds labels to an issue.
type AddLabelsParams struct {
	IssueRef
	Labels Labels `json:"labels" jsonschema:"minItems=1,pattern=^\\s*[^\\,\\s][^\\,]*$" jsonschema_description:"Names of labels of the repository, without commas"`
}

// LabelChange reports what adding labels did, according to GitCode's response.
type LabelChange struct {
	Added   []string // the requested labels in the response
	Missing []string // the requested labels that are not
	Labels  []string // every label in the response
	Others  []string // the labels in the response that were not requested
}

// AddLabels adds labels to an issue. The body of the request is a bare array:
// GitCode rejects an object.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/post-api-v-5-repos-owner-repo-issues-number-labels
func (c *Client) AddLabels(ctx context.Context, p AddLabelsParams) (LabelChange, error) {
	req, err := rest.NewRequest("POST /repos/{owner}/{repo}/issues/{number}/labels", p.IssueRef)
	if err != nil {
		return LabelChange{}, err
	}
	if err := req.SetBody([]string(p.Labels)); err != nil {
		return LabelChange{}, err
	}
	labels, _, err := rest.Do[List[Label]](ctx, c.Client, req)
	if err != nil {
		return LabelChange{}, err
	}
	change := LabelChange{Labels: labelNames(labels)}
	change.Missing = without(p.Labels, change.Labels)
	change.Added = without(p.Labels, change.Missing)
	change.Others = without(change.Labels, p.Labels)
	return change, nil
}

// RemoveLabelsParams removes labels from an issue.
type RemoveLabelsParams struct {
	IssueRef
	Labels Labels `json:"labels" jsonschema:"minItems=1,pattern=^\\s*[^\\,\\s][^\\,]*$" jsonschema_description:"Label names without commas"`
}

// RemoveLabels removes labels from an issue with one request. It fails with
// rest.NotFound if the issue does not have one of them.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/delete-api-v-5-repos-owner-repo-issues-number-labels-name
func (c *Client) RemoveLabels(ctx context.Context, p RemoveLabelsParams) error {
	return rest.Send(ctx, c.Client, "DELETE /repos/{owner}/{repo}/issues/{number}/labels/{name}", struct {
		IssueRef
		Name Labels `json:"name"`
	}{p.IssueRef, p.Labels})
}
