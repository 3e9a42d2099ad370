package gitcode

import (
	"context"
	"encoding/json"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// SearchPaging is Paging for a search, which has at most 100 pages of at most 50
// rows.
type SearchPaging struct {
	Page    rest.PageNumber `json:"page,omitempty" jsonschema:"minimum=1,maximum=100" jsonschema_description:"Default 1, then next_page"`
	PerPage int             `json:"per_page,omitempty" jsonschema:"minimum=1,maximum=50" jsonschema_description:"Default 20"`
	Limit   int             `json:"limit,omitempty" jsonschema:"minimum=1,maximum=1000" jsonschema_description:"Rows to return"`
}

func (p SearchPaging) paging() rest.Paging { return rest.Paging(p) }

// SearchIssuesParams describes a search. Without Owner and Repo it is across all
// repositories.
type SearchIssuesParams struct {
	Q     string     `json:"q" jsonschema:"pattern=\\S" jsonschema_description:"Words to find"`
	Owner string     `json:"owner,omitempty" jsonschema_description:"Default all"`
	Repo  string     `json:"repo,omitempty" jsonschema_description:"Path without owner"`
	State string     `json:"state,omitempty" jsonschema:"enum=open,enum=closed,enum=all" jsonschema_description:"Default all"`
	Sort  SearchSort `json:"sort,omitempty" jsonschema:"enum=created,enum=updated" jsonschema_description:"Default best match"`
	Order string     `json:"order,omitempty" jsonschema:"enum=asc,enum=desc" jsonschema_description:"Default desc"`
	SearchPaging
	Fields
}

// SearchSort is created or updated. The search expects created_at and
// last_push_at instead.
type SearchSort string

// MarshalJSON returns GitCode's word.
func (s SearchSort) MarshalJSON() ([]byte, error) {
	switch s {
	case "created":
		s = "created_at"
	case "updated":
		s = "last_push_at"
	}
	return json.Marshal(string(s))
}

const searchEndpoint = "GET /search/issues"

// searchQuery is the query of a search as GitCode expects it.
type searchQuery struct {
	Q     string     `json:"q"`
	Repo  string     `json:"repo,omitempty"` // owner/repo
	State string     `json:"state,omitempty"`
	Sort  SearchSort `json:"sort,omitempty"`
	Order string     `json:"order,omitempty"`
	SearchPaging
}

// SearchIssues searches issues. Its pages overlap and can be shorter than asked
// for.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-search-issues
func (c *Client) SearchIssues(ctx context.Context, p *SearchIssuesParams) (*rest.Page[*Issue], error) {
	if (p.Owner == "") != (p.Repo == "") {
		return nil, rest.InvalidArguments(searchEndpoint, "owner and repo must be given together, or neither")
	}
	wire := searchQuery{Q: p.Q, State: p.State, Sort: p.Sort, Order: p.Order, SearchPaging: p.SearchPaging}
	if p.Repo != "" {
		wire.Repo = p.Owner + "/" + p.Repo
	}
	if wire.State == "all" {
		wire.State = ""
	}
	return listWith(ctx, c, searchEndpoint, wire, rest.ListOptions[*Issue]{MaxPerPage: 50, MaxPages: 100, Overlaps: true})
}
