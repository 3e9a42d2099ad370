package sandbox

import (
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
	page, perPage, badParam := parsePaging(query)
	text, name, state := query.Get("q"), query.Get("repo"), query.Get("state")
	switch {
	case badParam != "":
		return badParameter(badParam)
	case page > maxSearchPage:
		return badParameter("page")
	case perPage > maxSearchPerPage:
		return badParameter("per_page")
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

	// Each page after the first begins with the last row of the one before. A page
	// of a single row cannot.
	start := (page - 1) * max(perPage-1, 1)
	rows := []wireFoundIssue{}
	for _, i := range found[min(start, len(found)):min(start+perPage, len(found))] {
		rows = append(rows, i.wireFound())
	}
	resp := ok(rows)
	resp.header = map[string]int{"total_count": len(found)}
	return resp
}
