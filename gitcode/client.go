// Package gitcode is a client for the issues of GitCode (gitcode.com and
// atomgit.com). It follows the documentation at
// https://docs.gitcode.com/docs/apis and, where the two differ, the behavior of
// the live service.
//
//	c, err := gitcode.New(gitcode.Config{Token: os.Getenv("GITCODE_TOKEN")})
//	issue, err := c.GetIssue(ctx, &gitcode.GetIssueParams{…})
//
// # Operations
//
// Each operation is a method that takes a params struct, which it does not change,
// and returns what GitCode responded, nil after an error. In a dry run the result of a
// write is nil or empty, unless it has a method HasPreview that returns true. Callers
// write open and closed, created and updated everywhere; where an endpoint expects
// other words, the types of the params write them.
//
// # Responses
//
// GitCode writes the same value in several forms, and an absent one in even
// more. [Text], [Int], [Bool], [Time], [State] and [List] accept all of them. A
// member in any other form is dropped, and an element of a list that cannot be
// identified is counted: one odd value costs nothing else. What is kept of a
// list is bounded.
//
// # Lists
//
// Lists are a [rest.Page]. Without a limit it is one page of the service's. With
// one it is as many rows, from as many pages as it takes: the first alone, the
// others concurrently if it reports how many there are. Without a rate limit (see
// Config.Rates) all pages that it may take are requested at once, at most 25 of them.
// Then rows that moved to a later page while the list was read appear once, and a page
// that cannot be read costs only the rows from there on.
//
// # What is remembered
//
// The client remembers for five minutes, for each token, what repositories
// offer for issues: [Client.GetRepo] and [Client.RepoNames] return it, labels,
// milestones and what [Workflow] names in arguments are checked against it, and "me" in
// an assignee or creator becomes the username of the token's owner. A name that is not
// known is looked up again before it is rejected, and all are after a label or a
// milestone was created, changed or deleted. The client also remembers how many
// comments a repository has, to choose the cheaper way to read those of many
// issues.
//
// # Errors, limits and retries
//
// A failed call returns a [*rest.Error]. The client enforces GitCode's
// documented limits of 50 requests a minute and 4,000 an hour for each token,
// retries reads, and sends each request of a write once; package rest describes
// how. If GitCode refuses a change because of the milestone that it repeats,
// [Client.UpdateIssue] sends it again without.
package gitcode

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// DefaultBaseURL is the public service. https://api.atomgit.com/api/v5 is the
// same one.
const DefaultBaseURL = "https://api.gitcode.com/api/v5"

// Config says how a Client reaches GitCode. Its zero value is the public
// service, with the documented limits and without a token, which is enough to read
// public data.
type Config = rest.Config

// Client calls GitCode. It is safe for concurrent use.
type Client struct {
	*rest.Client
	repos       repoCache
	attachments attachments
}

// New returns a client. It fails only if cfg.BaseURL is not an absolute http(s)
// URL without user, query and fragment.
func New(cfg Config) (*Client, error) {
	c, err := rest.New(rest.Forge{
		BaseURL:   DefaultBaseURL,
		Rates:     []rest.Rate{{Requests: 50, Per: time.Minute}, {Requests: 4000, Per: time.Hour}},
		Anonymous: true,
		Authorize: func(header http.Header, token string) { header.Set("Authorization", "Bearer "+token) },
		Decode:    unmarshal,
		Error:     responseError,
		PageInfo:  pageInfo,
		PerPage:   20,
		Meaning:   meaning,
		Place:     place,
	}, cfg)
	if err != nil {
		return nil, err
	}
	files, err := newAttachments(cfg.BaseURL, cfg.UserAgent)
	if err != nil {
		return nil, err
	}
	files.ofForge.Allow = func(ctx context.Context, u *url.URL) error {
		return c.CheckRead(ctx, "GET "+u.Hostname(), repoOfFile(u))
	}
	return &Client{Client: c, repos: repoCache{repos: map[repoKey]*repoParts{}}, attachments: files}, nil
}
