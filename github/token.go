package github

import (
	"context"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// CheckToken describes the client's token. It fails unless GitHub accepts the token.
// GitHub lists the scopes of a classic token only; with any other, a read of the
// owner's issues shows whether the permission is there. The token of an installation,
// such as that of a workflow, has no owner and shows neither.
//
// GitHub documentation:
// https://docs.github.com/en/enterprise-server@3.19/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps
func (c *Client) CheckToken(ctx context.Context) (*rest.TokenInfo, error) {
	req, err := rest.NewRequest("GET /user", struct{}{})
	if err != nil {
		return nil, err
	}
	owner, response, err := rest.Do[User](ctx, c.Client, req)
	if rest.IsForbidden(err) {
		return &rest.TokenInfo{}, nil
	}
	if err != nil {
		return nil, err
	}
	info := &rest.TokenInfo{Login: string(owner.Login)}
	for _, layout := range []string{"2006-01-02 15:04:05 MST", "2006-01-02 15:04:05 -0700"} {
		if end, err := time.Parse(layout, response.Header.Get("GitHub-Authentication-Token-Expiration")); err == nil {
			info.Expires = end
		}
	}
	if list, classic := response.Header["X-Oauth-Scopes"]; classic {
		info.Scopes = strings.FieldsFunc(strings.Join(list, ","), func(r rune) bool { return r == ',' || r == ' ' })
		switch {
		case info.HasScope("repo"):
		case info.HasScope("public_repo"):
			info.Limits = "it lacks the scope repo, so private repositories are missing"
		default:
			info.Lacks = "the scope repo"
		}
		return info, nil
	}
	if err := rest.Send(ctx, c.Client, "GET /user/issues", Paging{PerPage: 1}); rest.IsForbidden(err) {
		info.Lacks = "the permission Issues"
	} else if err != nil {
		return nil, err
	}
	return info, nil
}
