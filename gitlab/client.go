// Package gitlab is a client for the issues of GitLab: JiHu GitLab (jihulab.com)
// and any GitLab since 15. It follows the documentation at
// https://docs.gitlab.cn/jh/api/issues.html.
//
//	c, err := gitlab.New(gitlab.Config{Token: os.Getenv("GITLAB_TOKEN")})
//	issue, err := c.GetIssue(ctx, &gitlab.GetIssueParams{…})
//
// # Operations
//
// Each operation is a method that takes a params struct, whose members have the
// documented names, and returns what GitLab responded. A [Project] is a number or a
// path, which is sent escaped exactly once. GitLab says opened where this package
// says open, and takes events, close and reopen, where this package takes a state.
//
// In addition, lists take a Limit of rows, and descriptions can be changed without
// repeating them: see package textedit. Assignees can be given by their usernames, or
// as me, and milestones by their titles, each of which takes a request; nothing is
// cached.
//
// Parameters that exclude each other are rejected before anything is sent, and so are
// filters that GitLab would ignore, such as a blank label.
//
// # Responses
//
// Members in an unexpected form are dropped, and elements of a list that cannot be
// identified are counted: see package lenient. Members that an edition of GitLab
// lacks are absent: weight, epics and iterations need Premium, the health status
// Ultimate.
// Lists drop descriptions as soon as they are read unless they were asked for.
// Comments are GitLab's notes without those that it writes itself.
//
// # Lists
//
// Lists are a [rest.Page]. Without a Limit it is one page of GitLab's. With one it
// is as many rows, from as many pages as it takes. GitLab reports no total of lists
// with more than 10,000 rows.
//
// # Writes
//
// GitLab reports success although it ignores fields that the token's owner may not
// set, or that its edition lacks. So writes compare the response with the request, and
// return an [IssueChange] with the fields that were Ignored. If the response does not
// show all fields, the issue is read once; fields that are still missing are Unknown.
//
// Names of labels are case sensitive. GitLab creates labels that do not exist if the
// token's owner may, and drops them otherwise. So they are rejected unless
// CreateLabels is set.
//
// Lines of a description that begin with a slash are quick actions: GitLab carries
// them out and removes them.
//
// Subscribing again and creating a to-do item that exists succeed: GitLab responds
// with 304. Moving and copying an issue return the new one. Times are checked before
// they are sent, because GitLab treats a time that it cannot parse as none.
//
// Reads follow a project that moved. Writes do not: they fail with rest.Moved and
// its new path. An issue that was moved leaves a closed one behind, whose MovedToID
// is set.
//
// # Errors, limits and retries
//
// A failed call returns a [*rest.Error] with GitLab's own words. GitLab returns 404
// for everything that the token's owner may not see. The client enforces a limit of 300 requests a minute
// for each token, and sends nothing for as long as GitLab asks it to wait: after a
// 429, and when no request is left until the limit is reset. Reads are conditional.
// Package rest describes how.
package gitlab

import (
	"net/http"
	"time"

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
		BaseURL:     DefaultBaseURL,
		Rates:       []rest.Rate{{Requests: 300, Per: time.Minute}}, // JiHu documents none
		Authorize:   func(header http.Header, token string) { header.Set("PRIVATE-TOKEN", token) },
		Conditional: true,
		Decode:      lenient.Decode,
		Error:       responseError,
		Pause:       pause,
		PageInfo:    pageInfo,
		PerPage:     20,
		Meaning:     meaning,
	}, cfg)
	if err != nil {
		return nil, err
	}
	return &Client{Client: c}, nil
}
