// Package github is a client for the issues of GitHub: github.com and GitHub
// Enterprise. It follows the documentation at
// https://docs.github.com/en/enterprise-server@3.19/rest/issues.
//
//	c, err := github.New(github.Config{Token: os.Getenv("GITHUB_TOKEN")})
//	issue, err := c.GetIssue(ctx, &github.GetIssueParams{…})
//
// # Operations
//
// Each operation is a method that takes a params struct, whose members have the
// documented names, and returns what GitHub responded. Besides, lists take a Limit
// of rows, milestones can be given by their titles, "me" is the login of the token's
// owner, and bodies can be changed without repeating them: see package textedit.
//
// Every pull request is an issue to GitHub. Lists contain both unless IssuesOnly is
// set, and [Issue.IsPullRequest] distinguishes them.
//
// # Responses
//
// Members in an unexpected form are dropped, and elements of a list that cannot be
// identified are counted: see package lenient. Accept selects the forms of a body:
// its text as written (raw, the default), without markup (text), as HTML (html), or
// all three (full). Lists drop bodies as soon as they are read unless they were
// asked for.
//
// # Lists
//
// Lists are a [rest.Page]. Without a Limit it is one page of GitHub's. With one it is
// as many rows, from as many pages as it takes. The Link header says whether and
// mostly how many pages follow.
//
// # Writes
//
// GitHub reports success although it drops what the token's owner may not set:
// without push access that is everything but title, body and state. So writes
// compare the response with the request, and return an [IssueChange] with what was
// Ignored. What a response does not show is read once; what that does not show
// either is Unknown.
//
// Changes of an issue's fields and assignees read it first, so that they report only
// what they changed. Labels that do not exist are rejected unless CreateLabels is
// set: GitHub would create them.
//
// Reads follow an issue that moved. Writes do not: they fail with rest.Moved and the
// new place.
//
// # Errors, limits and retries
//
// A failed call returns a [*rest.Error] with GitHub's own words. The client enforces
// the documented limit of 5,000 requests an hour for each token, and sends nothing
// for as long as GitHub asks it to wait: after a secondary rate limit, and when no
// request is left until the primary one is reset. Reads are conditional, because
// GitHub does not count those that it confirms. Package rest describes how.
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
		PageInfo:    rest.LinkInfo, // https://docs.github.com/en/enterprise-server@3.19/rest/using-the-rest-api/using-pagination-in-the-rest-api
		PerPage:     30,
		Meaning:     meaning,
	}, cfg)
	if err != nil {
		return nil, err
	}
	return &Client{Client: c}, nil
}

// noContent is a response without a body.
type noContent struct{}

// decode decodes a successful response. A noContent may be empty.
func decode(body []byte, v any) error {
	if _, ok := v.(*noContent); ok {
		return nil
	}
	return lenient.Decode(body, v)
}
