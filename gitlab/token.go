package gitlab

import (
	"context"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// selfToken is what GitLab says about the token of a request.
type selfToken struct {
	Scopes  []lenient.Text `json:"scopes"`
	Expires lenient.Text   `json:"expires_at"` // a date
}

// CheckToken describes the client's token. It fails unless GitLab accepts the token.
// If GitLab does not list the scopes, a read of the owner's issues shows whether those
// for reading are there.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/personal_access_tokens.html
func (c *Client) CheckToken(ctx context.Context) (*rest.TokenInfo, error) {
	const wanted = "the scope api, or read_api for reading only"
	info := &rest.TokenInfo{}
	name, _, err := c.owner(ctx)
	if err != nil && !rest.IsForbidden(err) {
		return nil, err
	}
	info.Login = name
	token, err := rest.Call[selfToken](ctx, c.Client, "GET /personal_access_tokens/self", struct{}{})
	if err == nil && len(token.Scopes) > 0 {
		for _, scope := range token.Scopes {
			info.Scopes = append(info.Scopes, string(scope))
		}
		info.Expires, _ = time.Parse(time.DateOnly, string(token.Expires))
		if !info.HasScope("api", "read_api") {
			info.Lacks = wanted
		}
		info.ReadOnly = !info.HasScope("api")
		return info, nil
	}
	// GitLab before 15.5 and tokens of other kinds.
	if err := rest.Send(ctx, c.Client, "GET /issues", Paging{PerPage: 1}); rest.IsForbidden(err) {
		info.Lacks = wanted
	} else if err != nil {
		return nil, err
	}
	return info, nil
}
