package github

import (
	"context"
	"fmt"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/readback"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/textedit"
)

// issueFields is the body of a request that creates or changes an issue. Nil
// members are not sent.
type issueFields struct {
	Title       *string         `json:"title,omitempty"`
	Body        *string         `json:"body,omitempty"`
	State       *string         `json:"state,omitempty"`
	StateReason *string         `json:"state_reason,omitempty"`
	Milestone   *orNull[int]    `json:"milestone,omitempty"`
	Labels      *[]string       `json:"labels,omitempty"`
	Assignees   *[]string       `json:"assignees,omitempty"`
	Type        *orNull[string] `json:"type,omitempty"`
}

// orNull is null if it is the zero value, which clears a field.
type orNull[T comparable] struct{ value T }

// MarshalJSON returns the value or null.
func (n orNull[T]) MarshalJSON() ([]byte, error) {
	var zero T
	if n.value == zero {
		return []byte("null"), nil
	}
	return rest.Marshal(n.value)
}

// fields returns what is requested, except for what takes a request to find out.
func (p *UpdateIssueParams) fields() (issueFields, error) {
	reject := func(message string) (issueFields, error) {
		return issueFields{}, rest.InvalidArguments(updateEndpoint, message)
	}
	fields := issueFields{Title: p.Title, Body: p.Body, State: p.State, StateReason: p.StateReason}
	if p.Labels != nil {
		fields.Labels = new(append([]string{}, *p.Labels...)) // [] and not null
	}
	if p.Assignees != nil || p.Assignee != nil {
		var all []string
		if p.Assignees != nil {
			all = append(all, *p.Assignees...)
		}
		if p.Assignee != nil {
			all = append(all, readback.NonEmpty(*p.Assignee)...)
		}
		fields.Assignees = &all
	}
	if p.Type != nil {
		fields.Type = &orNull[string]{*p.Type}
	}
	switch {
	case fields == (issueFields{}) && p.Milestone == nil && p.IsEmpty():
		return reject("nothing to change; pass at least one of title, body, append, prepend, edits, state, milestone, labels, assignees, type")
	case p.Title != nil && strings.TrimSpace(*p.Title) == "":
		return reject("title must not be blank")
	case p.Body != nil && !p.IsEmpty():
		return reject(textedit.Either("body"))
	}
	if p.StateReason != nil {
		state := "closed"
		if *p.StateReason == "reopened" {
			state = "open"
		}
		switch {
		case p.State == nil:
			return reject(fmt.Sprintf("state_reason has an effect only if the state changes; pass state %s with it", state))
		case *p.State != state:
			return reject(fmt.Sprintf("state_reason %.40s is a reason for state %s, not %.40s", *p.StateReason, state, *p.State))
		}
	}
	return fields, nil
}

// resolve sets the logins of the assignees as GitHub knows them. It rejects names
// that no request can carry.
func (c *Client) resolve(ctx context.Context, f *issueFields, endpoint string) error {
	if f.Labels != nil {
		for _, label := range *f.Labels {
			if strings.TrimSpace(label) == "" {
				return rest.InvalidArguments(endpoint, "labels must not contain a blank name")
			}
		}
	}
	if f.Assignees == nil {
		return nil
	}
	logins, err := c.logins(ctx, *f.Assignees)
	if err != nil {
		return err
	}
	f.Assignees = new(append([]string{}, logins...)) // [] and not null
	return checkAssignees(endpoint, logins)
}
