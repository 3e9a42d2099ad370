package gitcode

import (
	"context"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// AddLabelsParams adds labels to an issue.
type AddLabelsParams struct {
	IssueRef
	Labels       Labels `json:"labels" jsonschema:"minItems=1,pattern=^\\s*[^\\,\\s][^\\,]*$" jsonschema_description:"Label names"`
	CreateLabels bool   `json:"create_labels,omitempty" jsonschema_description:"Create unknown labels"`
}

// LabelChange reports what adding labels did.
type LabelChange struct {
	Added   []string // the requested labels that the issue has
	Missing []string // the requested labels that it lacks
	Unknown []string // the requested labels that GitCode's responses do not show
	// Labels are all labels of the issue. They are nil if GitCode returned only
	// requested ones.
	Labels []string
	// ReadErr is why the issue could not be read to find the Unknown labels, or
	// nil.
	ReadErr error
}

// AddLabels adds labels to an issue. GitCode probably creates labels that the
// repository lacks, so they are rejected unless CreateLabels allows them. The
// issue is read back if the response does not show every requested label.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/post-api-v-5-repos-owner-repo-issues-number-labels
func (c *Client) AddLabels(ctx context.Context, p *AddLabelsParams) (*LabelChange, error) {
	requested := trimmed(p.Labels)
	if err := c.checkLabels(ctx, p.RepoRef, requested, p.CreateLabels); err != nil {
		return nil, err
	}
	response, err := c.postLabels(ctx, p.IssueRef, requested)
	if err != nil || c.IsDryRun(ctx) {
		return nil, err
	}
	labels := labelNames(response)
	missing := without(requested, labels)
	change := &LabelChange{Added: without(requested, missing)}
	if len(missing) > 0 {
		issue, err := c.readIssue(ctx, p.IssueRef)
		if err != nil || !issue.shows(labelsField) {
			change.Unknown, change.ReadErr = missing, err
			return change, nil
		}
		labels = issue.LabelNames()
		change.Missing = without(requested, labels)
		change.Added = without(requested, change.Missing)
	}
	if len(without(labels, requested)) > 0 {
		change.Labels = labels
	}
	return change, nil
}

// postLabels returns the labels in the response. The body of the request is a
// bare array: GitCode rejects an object.
func (c *Client) postLabels(ctx context.Context, ref IssueRef, names []string) ([]Label, error) {
	req, err := rest.NewRequest("POST /repos/{owner}/{repo}/issues/{number}/labels", ref)
	if err != nil {
		return nil, err
	}
	if err := req.SetBody(names); err != nil {
		return nil, err
	}
	labels, _, err := rest.Do[List[Label]](ctx, c.Client, req)
	if err != nil {
		return nil, err
	}
	return *labels, nil
}

// RemoveLabelsParams removes labels from an issue.
type RemoveLabelsParams struct {
	IssueRef
	Labels Labels `json:"labels" jsonschema:"minItems=1,pattern=^\\s*[^\\,\\s][^\\,]*$" jsonschema_description:"Label names"`
}

// RemoveLabels removes labels from an issue with one request. It fails with
// rest.NotFound if the issue does not have one of them.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/delete-api-v-5-repos-owner-repo-issues-number-labels-name
func (c *Client) RemoveLabels(ctx context.Context, p *RemoveLabelsParams) error {
	return rest.Send(ctx, c.Client, "DELETE /repos/{owner}/{repo}/issues/{number}/labels/{name}", struct {
		IssueRef
		Name Labels `json:"name"`
	}{p.IssueRef, trimmed(p.Labels)})
}
