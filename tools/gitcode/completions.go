package gitcode

import (
	"context"
	"slices"
	"strings"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// ownerFilter selects repositories; all if Owner is empty.
type ownerFilter struct {
	Owner string `json:"owner,omitempty"`
}

// Completions returns how to complete the arguments that name repositories and what
// they offer. The tools, which are not listed, take the place of those of their name,
// which are among the given ones: they are offered if these are.
func Completions(c *api.Client, list []tools.Tool) []tools.Completion {
	place := func(t tools.Tool) tools.Tool {
		i := slices.IndexFunc(list, func(l tools.Tool) bool { return l.Name == t.Name })
		return list[i].Forge().Toolset(list[i].Toolset, t)[0]
	}
	recent := func(name func(*api.RepoRef) string) tools.Tool {
		return place(tools.Read("list_user_issues", "", func(ctx context.Context, p *ownerFilter) ([]string, error) {
			repos, err := c.RecentRepos(ctx)
			var names []string
			for _, r := range repos {
				if p.Owner == "" || strings.EqualFold(r.Owner, p.Owner) {
					names = append(names, name(r))
				}
			}
			return names, err
		}, namesView))
	}
	offered := func(part string) tools.Tool {
		return place(tools.Read("get_repo", "", func(ctx context.Context, p *api.RepoRef) ([]string, error) { return c.RepoNames(ctx, *p, part) }, namesView))
	}
	repo := []string{"owner", "repo"}
	return []tools.Completion{
		{Argument: "owner", Tool: recent(func(r *api.RepoRef) string { return r.Owner })},
		{Argument: "repo", Tool: recent(func(r *api.RepoRef) string { return r.Repo }), Takes: repo[:1]},
		{Argument: "labels", Many: true, Tool: offered(api.PartLabels), Takes: repo},
		{Argument: "milestone", Tool: offered(api.PartMilestones), Takes: repo},
		{Argument: "assignee", Tool: offered(api.PartAssignees), Takes: repo},
	}
}

func namesView[P any](_ P, names []string) *tools.Names { return &tools.Names{Names: names} }
