package tools

import (
	"fmt"
	"slices"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// Unread is an issue, or a part of it, that could not be read, or not completely.
type Unread struct {
	Part   string // "issue", or what is missing of it: "comments", "pull_requests"
	Number int
	Err    error

	Returned, Count int // number of elements, if the service returned too few
}

// UnreadNote says which issues and which of their parts could not be read, and
// why. Errors of a class are the same one.
func UnreadNote(service string, all []Unread) string {
	type group struct {
		Unread  // the first, with the counts of all
		numbers []int
	}
	var groups []*group
	for _, u := range all {
		i := slices.IndexFunc(groups, func(g *group) bool {
			return g.Part == u.Part && rest.ErrorClass(g.Err) == rest.ErrorClass(u.Err) && (g.Count > 0) == (u.Count > 0)
		})
		if i < 0 {
			groups = append(groups, &group{u, []int{u.Number}})
			continue
		}
		g := groups[i]
		g.Returned, g.Count, g.numbers = g.Returned+u.Returned, g.Count+u.Count, append(g.numbers, u.Number)
	}
	slices.SortStableFunc(groups, func(a, b *group) int { return strings.Compare(a.Part, b.Part) })
	var notes []string
	for _, g := range groups {
		const most = 200
		slices.Sort(g.numbers)
		var numbers []string
		for _, n := range g.numbers[:min(len(g.numbers), most)] {
			numbers = append(numbers, fmt.Sprintf("#%d", n))
		}
		if more := len(g.numbers) - most; more > 0 {
			numbers = append(numbers, fmt.Sprintf("and %d more", more))
		}
		of, part := strings.Join(numbers, ", "), strings.ReplaceAll(g.Part, "_", " ")
		switch {
		case g.Count > 0:
			notes = append(notes, fmt.Sprintf("%s returned %d of %d %s of %s.", service, g.Returned, g.Count, part, of))
		case g.Part == "issue":
			notes = append(notes, fmt.Sprintf("Could not read %s: %s.", of, clause(g.Err)))
		default:
			notes = append(notes, fmt.Sprintf("Could not read the %s of %s: %s.", part, of, clause(g.Err)))
		}
	}
	return strings.Join(notes, " ")
}
