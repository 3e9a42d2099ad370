package gitcode

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// RepoMilestone is a milestone of a repository. Lists have no Description.
type RepoMilestone struct {
	Milestone
	State        MilestoneState `json:"state"`
	DueOn        Text           `json:"due_on"` // see Due
	Description  Text           `json:"description"`
	OpenIssues   Count          `json:"open_issues"`
	ClosedIssues Count          `json:"closed_issues"`
	CreatedAt    Time           `json:"created_at"`
	UpdatedAt    Time           `json:"updated_at"`
	HTMLURL      Text           `json:"html_url"`
	URL          Text           `json:"url"` // see Page
}

// IsEmpty reports whether a response contained no milestone.
func (m *RepoMilestone) IsEmpty() bool { return m.Number == 0 }

// Identity returns the number.
func (m *RepoMilestone) Identity() string { return strconv.FormatInt(int64(m.Number), 10) }

// Due returns the day on which the milestone is due, or "" if it has none.
func (m *RepoMilestone) Due() string {
	day := string(m.DueOn)[:min(len(m.DueOn), len(time.DateOnly))]
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return ""
	}
	return day
}

// Page returns the address of the web page.
func (m *RepoMilestone) Page() string { return string(cmp.Or(m.HTMLURL, m.URL)) }

func (m *RepoMilestone) title() Text { return m.Title }

// MilestoneState is open or closed. GitCode responds with active instead of open.
type MilestoneState State

// UnmarshalJSON accepts any of GitCode's words.
func (s *MilestoneState) UnmarshalJSON(data []byte) error {
	if lenient.Scalar(data) == "active" {
		*s = "open"
		return nil
	}
	return (*State)(s).UnmarshalJSON(data)
}

// ListMilestonesParams filters the milestones of a repository.
type ListMilestonesParams struct {
	RepoRef
	State     string `json:"state,omitempty" jsonschema:"enum=open,enum=closed,enum=all" jsonschema_description:"Default open"`
	Sort      string `json:"sort,omitempty" jsonschema:"enum=due_on"`
	Direction string `json:"direction,omitempty" jsonschema:"enum=asc,enum=desc" jsonschema_description:"Default asc"`
	Paging
}

// ListMilestones lists milestones of a repository, without their descriptions.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-milestones
func (c *Client) ListMilestones(ctx context.Context, p *ListMilestonesParams) (*rest.Page[*RepoMilestone], error) {
	return listWith(ctx, c, "GET /repos/{owner}/{repo}/milestones", p, rest.ListOptions[*RepoMilestone]{Omit: []string{"description"}})
}

// ListOpenMilestones lists the open milestones of a repository.
func (c *Client) ListOpenMilestones(ctx context.Context, p *RepoPage) (*rest.Page[*RepoMilestone], error) {
	return c.ListMilestones(ctx, &ListMilestonesParams{RepoRef: p.RepoRef, State: "open", Paging: p.Paging})
}

// MilestoneRef identifies a milestone of a repository.
type MilestoneRef struct {
	RepoRef
	Number int `json:"number" jsonschema:"minimum=1" jsonschema_description:"Global number, not the one in web addresses"`
}

// Target returns "owner/repo milestone number".
func (r MilestoneRef) Target() string {
	return fmt.Sprintf("%s milestone %d", r.RepoRef.Target(), r.Number)
}

const milestoneEndpoint = "GET /repos/{owner}/{repo}/milestones/{number}"

// GetMilestone returns a milestone.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-milestones-number
func (c *Client) GetMilestone(ctx context.Context, p *MilestoneRef) (*RepoMilestone, error) {
	m, err := rest.Call[milestoneResponse](ctx, c.Client, milestoneEndpoint, p)
	if err != nil {
		return nil, err
	}
	return &m.RepoMilestone, nil
}

// milestoneResponse is a milestone together with the members that the response
// contains: a missing member is not an empty one.
type milestoneResponse struct {
	RepoMilestone
	members map[string]json.RawMessage
}

// IsEmpty reports whether a response contained no milestone. Whoever asked for one
// knows its number.
func (m *milestoneResponse) IsEmpty() bool { return m.Number == 0 && m.Title == "" }

// UnmarshalJSON decodes a milestone.
func (m *milestoneResponse) UnmarshalJSON(data []byte) error {
	var shown struct {
		Title       json.RawMessage `json:"title"`
		DueOn       json.RawMessage `json:"due_on"`
		Description json.RawMessage `json:"description"`
		State       json.RawMessage `json:"state"`
	}
	_ = lenient.Decode(data, &shown) // anything but an object has none
	m.members = map[string]json.RawMessage{"title": shown.Title, "due_on": shown.DueOn, "description": shown.Description, "state": shown.State}
	return lenient.Decode(data, &m.RepoMilestone)
}

// readMilestone is like GetMilestone, but records which members the response contains,
// and fails if the response is about another milestone.
func (c *Client) readMilestone(ctx context.Context, ref MilestoneRef) (*milestoneResponse, error) {
	m, err := rest.Call[milestoneResponse](ctx, c.Client, milestoneEndpoint, ref)
	if err == nil && m.Number != 0 && int(m.Number) != ref.Number {
		return nil, &rest.Error{Class: rest.MalformedResponse, Endpoint: milestoneEndpoint, Message: fmt.Sprintf("the response is about milestone %d", m.Number)}
	}
	return m, err
}
