package gitlab

import (
	"context"
	"errors"
	"net/http"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// Subscribe subscribes the token's owner to an issue.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/issues.html#订阅议题
func (c *Client) Subscribe(ctx context.Context, p *IssueRef) (*Subscription, error) {
	return c.setSubscription(ctx, "POST /projects/{id}/issues/{issue_iid}/subscribe", *p, true)
}

// Unsubscribe unsubscribes the token's owner from an issue.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/issues.html#取消订阅议题
func (c *Client) Unsubscribe(ctx context.Context, p *IssueRef) (*Subscription, error) {
	return c.setSubscription(ctx, "POST /projects/{id}/issues/{issue_iid}/unsubscribe", *p, false)
}

// setSubscription believes a response that shows the issue, and otherwise its
// status.
func (c *Client) setSubscription(ctx context.Context, endpoint string, ref IssueRef, subscribed bool) (*Subscription, error) {
	type subscribedIssue struct {
		IID        lenient.Int  `json:"iid"`
		Subscribed lenient.Bool `json:"subscribed"`
	}
	issue, already, err := doOnce(ctx, c, endpoint, ref, func(i *subscribedIssue) lenient.Int { return i.IID })
	if err != nil || c.IsDryRun(ctx) {
		return nil, err
	}
	if shown := issue.Subscribed.Value; shown != nil && int(issue.IID) == ref.IssueIID {
		subscribed = *shown
	}
	return &Subscription{Subscribed: subscribed, Already: already}, nil
}

// CreateTodo creates a to-do item of the token's owner for an issue.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/issues.html#创建待办事项
func (c *Client) CreateTodo(ctx context.Context, p *IssueRef) (*Todo, error) {
	type todoOfIssue struct {
		Todo
		Target struct {
			IID lenient.Int `json:"iid"`
		} `json:"target"`
	}
	todo, already, err := doOnce(ctx, c, "POST /projects/{id}/issues/{issue_iid}/todo", *p, func(t *todoOfIssue) lenient.Int { return t.Target.IID })
	if err != nil {
		return nil, err
	}
	return &Todo{ID: todo.ID, Already: already}, nil
}

// doOnce sends a write that GitLab answers with 304 if it already is
// as requested, which is an error for every other write. The outcome is unknown if
// the response neither has the documented status nor shows the issue.
func doOnce[R any](ctx context.Context, c *Client, endpoint string, ref IssueRef, shown func(*R) lenient.Int) (result *R, already bool, err error) {
	result, status, err := writeWithStatus[R](ctx, c, endpoint, ref)
	if e, ok := errors.AsType[*rest.Error](err); ok && e.Status == http.StatusNotModified {
		return new(R), true, nil
	}
	if err != nil || c.IsDryRun(ctx) {
		return result, false, err
	}
	if status != http.StatusCreated && int(shown(result)) != ref.IssueIID {
		return nil, false, unconfirmed(endpoint, status, http.StatusCreated)
	}
	return result, false, nil
}
