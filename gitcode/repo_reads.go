package gitcode

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// RepoPage identifies a repository and a page of what it offers.
type RepoPage struct {
	RepoRef
	Paging
}

// Collaborator is a member of a repository.
type Collaborator struct {
	Login      Text
	Name       Text
	Permission Text // the highest one that is shown: admin, push or pull; "" if none is
}

// UnmarshalJSON decodes the login from username, and from login where there is
// none.
func (p *Collaborator) UnmarshalJSON(data []byte) error {
	var wire struct {
		User
		Username    Text `json:"username"`
		Permissions struct {
			Admin Bool `json:"admin"`
			Push  Bool `json:"push"`
			Pull  Bool `json:"pull"`
		} `json:"permissions"`
	}
	_ = lenient.Decode(data, &wire) // what fails is left out
	*p = Collaborator{Login: cmp.Or(wire.Username, wire.Login), Name: wire.Name}
	switch can := wire.Permissions; {
	case can.Admin.IsTrue():
		p.Permission = "admin"
	case can.Push.IsTrue():
		p.Permission = "push"
	case can.Pull.IsTrue():
		p.Permission = "pull"
	}
	return nil
}

// IsEmpty reports whether a response contained no member.
func (p *Collaborator) IsEmpty() bool { return p.Login == "" }

// Identity returns the username.
func (p *Collaborator) Identity() string { return string(p.Login) }

// ListCollaborators lists the members of a repository.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-collaborators
func (c *Client) ListCollaborators(ctx context.Context, p *RepoPage) (*rest.Page[*Collaborator], error) {
	return list[*Collaborator](ctx, c, "GET /repos/{owner}/{repo}/collaborators", p)
}

// isNoMember reports whether GitCode says that a user is no member of a
// repository. It reports false if that cannot be known.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-collaborators-username
func (c *Client) isNoMember(ctx context.Context, repo RepoRef, username string) bool {
	err := rest.Send(ctx, c.Client, "GET /repos/{owner}/{repo}/collaborators/{username}", struct {
		RepoRef
		Username string `json:"username"`
	}{repo, username})
	return rest.ErrorClass(err) == rest.NotFound
}

// isNoMilestone reports whether GitCode says that a repository has no milestone
// with a number, open or closed. It reports false if that cannot be known.
func (c *Client) isNoMilestone(ctx context.Context, repo RepoRef, number MilestoneNumber) bool {
	open, err := c.openMilestones(ctx, repo, time.Now().Add(-cacheTime))
	if err != nil || slices.ContainsFunc(open.items, func(m *RepoMilestone) bool { return MilestoneNumber(m.Number) == number }) {
		return false
	}
	err = rest.Send(ctx, c.Client, milestoneEndpoint, MilestoneRef{repo, int(number)})
	return rest.ErrorClass(err) == rest.NotFound
}

// IsEmpty reports whether a response contained no user.
func (u *User) IsEmpty() bool { return u.Login == "" }

// GetUser returns the token's owner.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-user
func (c *Client) GetUser(ctx context.Context) (*User, error) {
	return rest.Call[User](ctx, c.Client, "GET /user", struct{}{})
}

// IssueCounts are the numbers of issues of a repository.
type IssueCounts struct{ Open, Closed int }

// countIssues returns how many issues a repository has, from the headers that
// GitCode documents for the list of its issues.
func (c *Client) countIssues(ctx context.Context, repo RepoRef) (*IssueCounts, error) {
	req, err := rest.NewRequest(repoIssuesEndpoint, &RepoPage{repo, Paging{PerPage: 1}})
	if err != nil {
		return nil, err
	}
	_, response, err := rest.Do[lenient.PageRows[*Issue]](ctx, c.Client, req)
	if err != nil {
		return nil, err
	}
	open, closed := intHeader(response.Header, "open_issues"), intHeader(response.Header, "close_issues")
	if open == nil || closed == nil {
		return nil, &rest.Error{Class: rest.MalformedResponse, Endpoint: repoIssuesEndpoint, Message: "the response contains no counts"}
	}
	return &IssueCounts{*open, *closed}, nil
}
