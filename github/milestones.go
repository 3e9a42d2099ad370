package github

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/closest"
)

// milestoneFilter returns the milestone of a query: a number, * or none, or that of
// the milestone with a title.
func (c *Client) milestoneFilter(ctx context.Context, repo RepoRef, milestone string) (string, error) {
	switch milestone {
	case "", "*", "none":
		return milestone, nil
	}
	number, err := c.milestoneNumber(ctx, repo, milestone)
	if err != nil {
		return "", err
	}
	return strconv.Itoa(number), nil
}

// milestoneNumber returns the number of a milestone that is given by its number or
// its title, in any case unless two differ only in that. Digits are a number.
func (c *Client) milestoneNumber(ctx context.Context, repo RepoRef, milestone string) (int, error) {
	milestone = strings.TrimSpace(milestone)
	if strings.Trim(milestone, "0123456789") == "" {
		number, err := strconv.ParseInt(milestone, 10, 32)
		if err != nil || number == 0 {
			return 0, invalid("the milestone's number must be at least 1 and at most 2147483647")
		}
		return int(number), nil
	}
	milestones, err := c.milestones(ctx, repo)
	if err != nil {
		return 0, err
	}
	named := make([]closest.Named, len(milestones))
	for i, m := range milestones {
		named[i] = closest.Named{Number: int64(m.Number), Name: string(m.Title)}
	}
	number, err := closest.Find("milestone", milestone, repo.Target(), named)
	if err != nil {
		return 0, invalid(err.Error())
	}
	return int(number), nil
}

// invalid returns the error for arguments that need no request to be rejected, or
// only reads.
func invalid(message string) error { return rest.InvalidArguments("", message) }

// maxMilestones is the maximum number of milestones that are searched for a title.
const maxMilestones = 1000

// milestones returns the open and closed milestones of a repository, the newest
// due dates first.
//
// GitHub documentation:
// https://docs.github.com/en/enterprise-server@3.19/rest/issues/milestones#list-milestones
func (c *Client) milestones(ctx context.Context, repo RepoRef) ([]*Milestone, error) {
	req, err := rest.NewRequest("GET /repos/{owner}/{repo}/milestones", repo)
	if err != nil {
		return nil, err
	}
	req.Query = url.Values{"state": {"all"}, "direction": {"desc"}}
	page, err := rest.List(rest.WithoutSteps(ctx), c.Client, req, rest.Paging{PerPage: 100, Limit: maxMilestones}, rest.ListOptions[*Milestone]{})
	if err != nil {
		return nil, err
	}
	return slices.Clip(page.Items), page.Err // the title may be among the others
}
