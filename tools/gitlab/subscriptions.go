package gitlab

import (
	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// SubscriptionWritten is the result of subscribing or unsubscribing.
type SubscriptionWritten struct {
	IID        int   `json:"iid,omitempty" jsonschema_description:"The issue_iid"`
	Subscribed *bool `json:"subscribed,omitempty" jsonschema_description:"Whether the token's owner is subscribed now"`
	Already    bool  `json:"already,omitempty" jsonschema_description:"Whether it was so before"`
	tools.Written
}

func subscribed(p *api.IssueRef, s *api.Subscription) *SubscriptionWritten {
	return subscriptionWritten(p, s, true)
}

func unsubscribed(p *api.IssueRef, s *api.Subscription) *SubscriptionWritten {
	return subscriptionWritten(p, s, false)
}

func subscriptionWritten(p *api.IssueRef, s *api.Subscription, want bool) *SubscriptionWritten {
	v := &SubscriptionWritten{IID: p.IssueIID, Subscribed: new(s.Subscribed), Already: s.Already}
	if s.Subscribed != want {
		v.Outcome = tools.Partial
		v.Warnings = []string{"GitLab reported success, but its response shows that the subscription did not change"}
	}
	return v
}

// TodoWritten is the result of creating a to-do item.
type TodoWritten struct {
	IID     int  `json:"iid,omitempty" jsonschema_description:"The issue_iid"`
	Todo    bool `json:"todo,omitempty" jsonschema_description:"Whether the issue is on the to-do list of the token's owner"`
	Already bool `json:"already,omitempty" jsonschema_description:"Whether it was there before"`
	tools.Written
}

func todoCreated(p *api.IssueRef, t *api.Todo) *TodoWritten {
	return &TodoWritten{IID: p.IssueIID, Todo: true, Already: t.Already, Written: tools.Written{ID: int64(t.ID)}}
}
