// Package gitlab is a client for the issues of GitLab: JiHu GitLab (jihulab.com)
// and any GitLab since 15. It follows the documentation at
// https://docs.gitlab.cn/jh/api/issues.html.
//
//	c, err := gitlab.New(gitlab.Config{Token: os.Getenv("GITLAB_TOKEN")})
//	issue, err := c.GetIssue(ctx, gitlab.GetIssueParams{…})
package gitlab

import (
	"net/http"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// DefaultBaseURL is JiHu GitLab's. Any other GitLab has https://HOST/api/v4.
const DefaultBaseURL = "https://jihulab.com/api/v4"

// Config says how a Client reaches GitLab. Its zero value is JiHu GitLab, without a
// token.
type Config = rest.Config

// Client calls GitLab. It is safe for concurrent use.
type Client struct {
	*rest.Client
}

// New returns a client. It fails only if cfg.BaseURL is not an absolute http(s)
// URL without user, query and fragment.
func New(cfg Config) (*Client, error) {
	c, err := rest.New(rest.Forge{
		BaseURL:   DefaultBaseURL,
		Authorize: func(header http.Header, token string) { header.Set("PRIVATE-TOKEN", token) },
		Decode:    lenient.Decode,
		Error:     responseError,
		PageInfo:  pageInfo,
		PerPage:   20,
	}, cfg)
	if err != nil {
		return nil, err
	}
	return &Client{Client: c}, nil
}

// responseError describes an unsuccessful response.
func responseError(status int, _ http.Header, body []byte) *rest.Error {
	return &rest.Error{Class: rest.ClassOf(status), Message: rest.Excerpt(body)}
}

// pageInfo returns what the header of a page reports of the whole list.
func pageInfo(http.Header) rest.PageInfo { return rest.PageInfo{} }
