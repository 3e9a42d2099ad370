package gitlab

import (
	"context"
	"errors"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

var errUnfinished = errors.New("not implemented yet")

// DeleteIssue deletes an issue.
func (c *Client) DeleteIssue(context.Context, IssueRef) error { return errUnfinished }

// MoveIssue moves an issue to another project.
func (c *Client) MoveIssue(context.Context, MoveIssueParams) (Issue, error) {
	return Issue{}, errUnfinished
}

// CloneIssue copies an issue to another project.
func (c *Client) CloneIssue(context.Context, CloneIssueParams) (Issue, error) {
	return Issue{}, errUnfinished
}

// ReorderIssue changes the place of an issue in manually sorted lists.
func (c *Client) ReorderIssue(context.Context, ReorderParams) (Issue, error) {
	return Issue{}, errUnfinished
}

// PromoteIssue promotes an issue to an epic.
func (c *Client) PromoteIssue(context.Context, PromoteIssueParams) (Note, error) {
	return Note{}, errUnfinished
}

// Subscribe subscribes the token's owner to an issue.
func (c *Client) Subscribe(context.Context, IssueRef) (Subscription, error) {
	return Subscription{}, errUnfinished
}

// Unsubscribe unsubscribes the token's owner from an issue.
func (c *Client) Unsubscribe(context.Context, IssueRef) (Subscription, error) {
	return Subscription{}, errUnfinished
}

// CreateTodo creates a to-do item of the token's owner for an issue.
func (c *Client) CreateTodo(context.Context, IssueRef) (Todo, error) {
	return Todo{}, errUnfinished
}

// ListRelatedMergeRequests lists the merge requests that mention an issue.
func (c *Client) ListRelatedMergeRequests(context.Context, ListOfIssueParams) (rest.Page[MergeRequest], error) {
	return rest.Page[MergeRequest]{}, errUnfinished
}

// ListClosingMergeRequests lists the merge requests that close an issue when they are merged.
func (c *Client) ListClosingMergeRequests(context.Context, ListOfIssueParams) (rest.Page[MergeRequest], error) {
	return rest.Page[MergeRequest]{}, errUnfinished
}

// ListParticipants lists the users who take part in an issue.
func (c *Client) ListParticipants(context.Context, ListOfIssueParams) (rest.Page[User], error) {
	return rest.Page[User]{}, errUnfinished
}

// SetTimeEstimate sets the estimate of an issue.
func (c *Client) SetTimeEstimate(context.Context, SetEstimateParams) (TimeStats, error) {
	return TimeStats{}, errUnfinished
}

// ResetTimeEstimate sets the estimate of an issue to zero.
func (c *Client) ResetTimeEstimate(context.Context, IssueRef) (TimeStats, error) {
	return TimeStats{}, errUnfinished
}

// AddSpentTime adds spent time to an issue.
func (c *Client) AddSpentTime(context.Context, AddSpentTimeParams) (TimeStats, error) {
	return TimeStats{}, errUnfinished
}

// ResetSpentTime sets the spent time of an issue to zero.
func (c *Client) ResetSpentTime(context.Context, IssueRef) (TimeStats, error) {
	return TimeStats{}, errUnfinished
}

// GetTimeStats returns the estimate and the spent time of an issue.
func (c *Client) GetTimeStats(context.Context, IssueRef) (TimeStats, error) {
	return TimeStats{}, errUnfinished
}

// UploadMetricImage uploads an image to an incident.
func (c *Client) UploadMetricImage(context.Context, UploadMetricImageParams) (MetricImage, error) {
	return MetricImage{}, errUnfinished
}

// ListMetricImages lists the images of an incident.
func (c *Client) ListMetricImages(context.Context, ListOfIssueParams) (rest.Page[MetricImage], error) {
	return rest.Page[MetricImage]{}, errUnfinished
}

// UpdateMetricImage changes the link of an image.
func (c *Client) UpdateMetricImage(context.Context, UpdateMetricImageParams) (MetricImage, error) {
	return MetricImage{}, errUnfinished
}

// DeleteMetricImage deletes an image of an incident.
func (c *Client) DeleteMetricImage(context.Context, MetricImageRef) error { return errUnfinished }

// GetUserAgentDetail returns with which program an issue was created, to administrators.
func (c *Client) GetUserAgentDetail(context.Context, IssueRef) (UserAgentDetail, error) {
	return UserAgentDetail{}, errUnfinished
}
