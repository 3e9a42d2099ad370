package gitcode

import (
	"context"
	"encoding/json"

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

// postLabels returns the labels in the response.
func (c *Client) postLabels(ctx context.Context, ref IssueRef, names []string) ([]Label, error) {
	return c.sendLabels(ctx, "POST /repos/{owner}/{repo}/issues/{number}/labels", ref, names, &rest.Known{})
}

// sendLabels sends labels of an issue and returns those in the response. The body of
// the request is a bare array: GitCode rejects an object.
func (c *Client) sendLabels(ctx context.Context, endpoint string, ref IssueRef, names []string, known *rest.Known) ([]Label, error) {
	req, err := rest.NewRequest(endpoint, ref)
	if err != nil {
		return nil, err
	}
	if err := req.SetBody(names); err != nil {
		return nil, err
	}
	req.Known = *known
	labels, _, err := rest.Do[List[Label]](ctx, c.Client, req)
	if err != nil {
		return nil, err
	}
	return *labels, nil
}

// ReplaceLabelsParams replaces the labels of an issue.
type ReplaceLabelsParams struct {
	IssueRef
	Labels       Labels `json:"labels" jsonschema:"pattern=^\\s*[^\\,\\s][^\\,]*$" jsonschema_description:"[] removes all"`
	CreateLabels bool   `json:"create_labels,omitempty"`
}

// LabelReplacement reports what replacing labels did, or in a dry run what it would do.
type LabelReplacement struct {
	Added, Removed []string // unless the labels before are unknown
	// Labels are the labels of the issue afterwards: nil if unknown, empty if there are
	// none.
	Labels  []string
	Missing []string // the requested labels that the issue lacks
	Extra   []string // the labels that it still has
	// BeforeUnknown reports that GitCode did not show which labels were replaced.
	BeforeUnknown bool
	ReadErr       error // why the labels could not be read afterwards, or nil
	// Unchanged reports that the issue already had exactly these labels, so that nothing
	// was sent.
	Unchanged bool
}

// HasPreview reports whether the change says more than the request of a dry run.
func (r *LabelReplacement) HasPreview() bool {
	return r != nil && (r.Unchanged || len(r.Added)+len(r.Removed) > 0)
}

// ReplaceLabels replaces all labels of an issue, which it reads before and afterwards.
// If the issue has exactly these labels, nothing is sent. GitCode probably creates
// labels that the repository lacks, so they are rejected unless CreateLabels allows
// them.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/put-api-v-5-repos-owner-repo-issues-number-labels and
// https://docs.gitcode.com/docs/apis/delete-api-v-5-repos-owner-repo-issues-number-labels
func (c *Client) ReplaceLabels(ctx context.Context, p *ReplaceLabelsParams) (*LabelReplacement, error) {
	requested := withoutExact(trimmed(p.Labels), nil)
	if err := c.checkLabels(ctx, p.RepoRef, requested, p.CreateLabels); err != nil {
		return nil, err
	}
	before, err := c.readBefore(ctx, p.IssueRef)
	if err != nil {
		return nil, err
	}
	result := &LabelReplacement{BeforeUnknown: !before.shows(labelsField)}
	had := before.LabelNames()
	if !result.BeforeUnknown {
		if len(withoutExact(requested, had))+len(withoutExact(had, requested)) == 0 {
			return &LabelReplacement{Labels: append([]string{}, had...), Unchanged: true}, nil
		}
		result.Added, result.Removed = without(requested, had), without(had, requested)
	}
	if len(requested) == 0 {
		err = c.clearLabels(ctx, p.IssueRef, before.known())
	} else {
		_, err = c.sendLabels(ctx, "PUT /repos/{owner}/{repo}/issues/{number}/labels", p.IssueRef, requested, before.known())
	}
	if err != nil {
		return nil, err
	}
	if !c.IsDryRun(ctx) {
		c.checkReplacement(ctx, p.IssueRef, requested, result)
	}
	return result, nil
}

// clearLabels removes all labels of an issue. That PUT takes an empty list is not
// documented.
func (c *Client) clearLabels(ctx context.Context, ref IssueRef, known *rest.Known) error {
	req, err := rest.NewRequest("DELETE /repos/{owner}/{repo}/issues/{number}/labels", ref)
	if err != nil {
		return err
	}
	req.Known = *known
	_, _, err = rest.Do[json.RawMessage](ctx, c.Client, req)
	return err
}

// checkReplacement adds to the result what the issue shows afterwards: the documented
// responses are empty.
func (c *Client) checkReplacement(ctx context.Context, ref IssueRef, requested []string, result *LabelReplacement) {
	after, err := c.readIssue(ctx, ref)
	if err == nil && !after.shows(labelsField) {
		err = &rest.Error{Class: rest.MalformedResponse, Endpoint: issueEndpoint, Message: "the response does not show the labels"}
	}
	if err != nil {
		result.Added, result.Removed, result.ReadErr = nil, nil, err
		return
	}
	names := after.LabelNames()
	result.Labels = append([]string{}, names...)
	result.Missing, result.Extra = without(requested, names), without(names, requested)
	result.Added, result.Removed = without(result.Added, result.Missing), without(result.Removed, names)
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
