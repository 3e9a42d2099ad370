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

func (p SearchPaging) paging() Paging {
	return Paging(p)
}

func (p SearchPaging) bounds() bounds { return bounds{perPage: 50, pages: 100, overlaps: true} }

// SearchIssuesParams describes a search. Repo is a repository as owner/repo, or
// "" for all.
type SearchIssuesParams struct {
	Q     string     `json:"q" jsonschema:"pattern=\\S" jsonschema_description:"Words to find"`
	Repo  string     `json:"repo,omitempty" jsonschema:"pattern=^[^/\\s]+/[^/\\s]+$,example=owner/repo" jsonschema_description:"owner/repo; default all"`
	State string     `json:"state,omitempty" jsonschema:"enum=open,enum=closed" jsonschema_description:"Default both"`
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

// SearchIssues searches issues. Its pages overlap and can be shorter than asked
// for.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-search-issues
func (c *Client) SearchIssues(ctx context.Context, p SearchIssuesParams) (rest.Page[Issue], error) {
	return list[Issue](ctx, c, "GET /search/issues", p)
}
