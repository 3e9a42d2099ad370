// Package github is a client for the issues of GitHub: github.com and GitHub
// Enterprise. It follows the documentation at
// https://docs.github.com/en/enterprise-server@3.19/rest/issues.
//
//	c, err := github.New(github.Config{Token: os.Getenv("GITHUB_TOKEN")})
//	issue, err := c.GetIssue(ctx, github.GetIssueParams{…})
package github

import (
	"net/http"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// DefaultBaseURL is that of github.com. An Enterprise server has
// https://HOST/api/v3.
const DefaultBaseURL = "https://api.github.com"

// Config says how a Client reaches GitHub. Its zero value is github.com, with the
// documented limit and without a token.
type Config = rest.Config

// Client calls GitHub. It is safe for concurrent use.
type Client struct {
	*rest.Client
}

// New returns a client. It fails only if cfg.BaseURL is not an absolute http(s)
// URL without user, query and fragment.
func New(cfg Config) (*Client, error) {
	c, err := rest.New(rest.Forge{
		BaseURL: DefaultBaseURL,
		Rates:   []rest.Rate{{Requests: 5000, Per: time.Hour}},
		Authorize: func(header http.Header, token string) {
			header.Set("Authorization", "Bearer "+token)
			header.Set("X-GitHub-Api-Version", "2022-11-28")
		},
		Accept:      "application/vnd.github+json",
		Conditional: true,
		Decode:      decode,
		Error:       responseError,
		Pause:       pause,
		PageInfo:    pageInfo,
		PerPage:     30,
	}, cfg)
	if err != nil {
		return nil, err
	}
	return &Client{Client: c}, nil
}

// noContent is a response without a body.
type noContent struct{}

// decode decodes a successful response.
func decode(body []byte, v any) error {
	if _, ok := v.(*noContent); ok {
		return nil
	}
	return lenient.Decode(body, v)
}
