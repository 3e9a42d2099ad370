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
// they offer. Each uses a tool that is not listed, but has the name, the toolset and
// the forge of a listed one: it is offered if that is.
func Completions(c *api.Client, list []tools.Tool) []tools.Completion {
	like := func(t tools.Tool) tools.Tool {
		listed := list[slices.IndexFunc(list, func(l tools.Tool) bool { return l.Name == t.Name })]
		return listed.Forge().Toolset(listed.Toolset, t)[0]
	}
	recent := func(name func(*api.RepoRef) string) tools.Tool {
		return like(tools.Read("list_user_issues", "", func(ctx context.Context, p *ownerFilter) ([]string, error) {
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
		return like(tools.Read("get_repo", "", func(ctx context.Context, p *api.RepoRef) ([]string, error) { return c.RepoNames(ctx, *p, part) }, namesView))
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
