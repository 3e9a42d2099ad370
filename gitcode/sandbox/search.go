package sandbox

import (
	"net/url"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

// The bounds of a search, which are lower than those of lists.
const (
	maxSearchPage    = 100
	maxSearchPerPage = 50
)

// searchIssues searches the issues that the user may see. The latest come first
// unless the query asks for another order.
func (s *Sandbox) searchIssues(r *request) response {
	query := r.URL.Query()
	page, perPage, badParam := parseSearchPaging(query)
	text, name, state := query.Get("q"), query.Get("repo"), query.Get("state")
	switch {
	case badParam != "":
		return badParameter(badParam)
	case strings.TrimSpace(text) == "":
		return badParameter("q")
	case state != "" && state != "open" && state != "closed":
		return badParameter("state")
	}
	compare := func(a, b *issue) int { return a.Created.Compare(b.Created) }
	switch query.Get("sort") {
	case "", sortCreatedAt:
	case "last_push_at":
		compare = func(a, b *issue) int { return a.Updated.Compare(b.Updated) }
	default:
		return badParameter("sort")
	}
	found := s.issuesOf(r.user, func(repo *repo) bool {
		return name == "" || strings.EqualFold(name, repo.fullName()) || strings.EqualFold(name, repo.Path)
	})
	found = fake.Select(found, func(i *issue) bool {
		return i.contains(text) && (state == "" || i.Closed == (state == "closed"))
	})
	sortIssues(found, query.Get("order") == "asc", compare)
	return respondOverlapping(found, page, perPage, func(i *issue) any { return i.wireFound() })
}

// parseSearchPaging is parsePaging for a search.
func parseSearchPaging(query url.Values) (page, perPage int, badParam string) {
	page, perPage, badParam = parsePaging(query)
	switch {
	case badParam != "":
	case page > maxSearchPage:
		badParam = "page"
	case perPage > maxSearchPerPage:
		badParam = "per_page"
	}
	return page, perPage, badParam
}

// respondOverlapping returns a page of what a search found. Each page after the
// first begins with the last row of the one before. A page of a single row cannot.
func respondOverlapping[T any](found []T, page, perPage int, wire func(T) any) response {
	start := (page - 1) * max(perPage-1, 1)
	rows := []any{}
	for _, item := range found[min(start, len(found)):min(start+perPage, len(found))] {
		rows = append(rows, wire(item))
	}
	resp := ok(rows)
	resp.header = map[string]int{"total_count": len(found)}
	return resp
}
