package github

import (
	"context"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// listRequest returns the request for the first page of a list, without the members
// of params that GitHub does not know.
func listRequest(endpoint string, params any) (*rest.Request, error) {
	req, err := rest.NewRequest(endpoint, params)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"limit", "fields", "include", "issues_only", "accept"} {
		req.Query.Del(name)
	}
	return req, nil
}

// ListMyIssues lists issues of all repositories that the token's owner owns or is a
// member of, or that belong to an organization of the token's owner.
//
// GitHub documentation:
// https://docs.github.com/en/enterprise-server@3.19/rest/issues/issues#list-issues-assigned-to-the-authenticated-user
func (c *Client) ListMyIssues(ctx context.Context, p *ListMyIssuesParams) (*rest.Page[*Issue], error) {
	return c.listIssues(ctx, "GET /issues", p, RepoRef{})
}

// ListOrgIssues lists issues of an organization's repositories.
//
// GitHub documentation:
// https://docs.github.com/en/enterprise-server@3.19/rest/issues/issues#list-organization-issues-assigned-to-the-authenticated-user
func (c *Client) ListOrgIssues(ctx context.Context, p *ListOrgIssuesParams) (*rest.Page[*Issue], error) {
	return c.listIssues(ctx, "GET /orgs/{org}/issues", p, RepoRef{})
}

// ListAccountIssues lists issues of the repositories that the token's owner owns or
// is a member of.
//
// GitHub documentation:
// https://docs.github.com/en/enterprise-server@3.19/rest/issues/issues#list-user-account-issues-assigned-to-the-authenticated-user
func (c *Client) ListAccountIssues(ctx context.Context, p *ListAccountIssuesParams) (*rest.Page[*Issue], error) {
	return c.listIssues(ctx, "GET /user/issues", p, RepoRef{})
}

const repoIssuesEndpoint = "GET /repos/{owner}/{repo}/issues"

// ListRepoIssues lists issues of a repository. A milestone that is not a number is
// a title, which is looked up among the open and closed milestones of the
// repository; one that does not exist is an error. So is a label that does not
// exist, if the list is empty.
//
// GitHub documentation:
// https://docs.github.com/en/enterprise-server@3.19/rest/issues/issues#list-repository-issues
func (c *Client) ListRepoIssues(ctx context.Context, p *ListRepoIssuesParams) (*rest.Page[*Issue], error) {
	filters := *p
	var err error
	for _, login := range []*string{&filters.Assignee, &filters.Creator, &filters.Mentioned} {
		if *login, err = c.login(ctx, *login); err != nil {
			return nil, err
		}
	}
	if filters.Milestone, err = c.milestoneFilter(ctx, p.RepoRef, p.Milestone); err != nil {
		return nil, err
	}
	page, err := c.listIssues(ctx, repoIssuesEndpoint, &filters, p.RepoRef)
	if err != nil || p.Page.Number() > 1 || page.Next != 0 || len(page.Items)+page.Unreadable > 0 {
		return page, err
	}
	// If the labels cannot be read, the list is just empty.
	if sentence, count, err := c.unknownLabels(ctx, p.RepoRef, p.Labels.names()); err == nil && count > 0 {
		return page, &rest.Error{Class: rest.Invalid, Endpoint: repoIssuesEndpoint, Message: sentence}
	}
	return page, nil
}

// listIssues returns a list of issues, all of one repository unless that is empty.
// Issues have a body only if it was asked for, and their comments in Details if
// those are included. Comments that cannot be read cost nothing else.
func (c *Client) listIssues(ctx context.Context, endpoint string, params interface{ listing() *Listing }, repo RepoRef) (*rest.Page[*Issue], error) {
	l := params.listing()
	accept, err := l.Accept.mediaType(endpoint)
	if err != nil {
		return nil, err
	}
	req, err := listRequest(endpoint, params)
	if err != nil {
		return nil, err
	}
	req.Accept = accept
	var options rest.ListOptions[*Issue]
	if !l.hasBodies() {
		options.Omit = []string{"body", "body_text", "body_html"}
	}
	if l.IssuesOnly {
		options.Keep = func(i *Issue) bool { return !i.IsPullRequest() }
	}
	counting, done := rest.CountSteps(ctx)
	page, err := rest.List(counting, c.Client, req, l.paging(), options)
	if err != nil {
		return nil, err
	}
	if l.Include.Has("comments") {
		c.readComments(ctx, page.Items, repo, done())
	}
	return page, nil
}

// ListAssignees lists the users who can be assigned to issues of a repository.
//
// GitHub documentation:
// https://docs.github.com/en/enterprise-server@3.19/rest/issues/assignees#list-assignees
func (c *Client) ListAssignees(ctx context.Context, p *ListAssigneesParams) (*rest.Page[*User], error) {
	req, err := listRequest(assigneesEndpoint, p)
	if err != nil {
		return nil, err
	}
	return rest.List(ctx, c.Client, req, p.paging(), rest.ListOptions[*User]{})
}

const assigneesEndpoint = "GET /repos/{owner}/{repo}/assignees"
