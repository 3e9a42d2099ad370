package gitcode

import (
	"context"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// CheckToken describes the client's token. It fails unless GitCode accepts the token.
// GitCode does not list scopes: a read of the owner's issues shows whether those for
// reading are there.
func (c *Client) CheckToken(ctx context.Context) (*rest.TokenInfo, error) {
	info := &rest.TokenInfo{}
	owner, err := c.GetUser(ctx)
	switch {
	case err == nil:
		info.Login = string(owner.Login)
	case !rest.IsForbidden(err):
		return nil, err
	}
	err = rest.Send(ctx, c.Client, "GET /user/issues", Paging{PerPage: 1})
	if rest.IsForbidden(err) {
		info.Lacks = "the scopes for projects and issues"
		if _, scope, ok := strings.Cut(err.Error(), "no scopes:"); ok {
			scope, _, _ = strings.Cut(scope, " ")
			info.Lacks = "the scope " + scope
		}
		return info, nil
	}
	if err != nil {
		return nil, err
	}
	return info, nil
}
