package github_test

import (
	"context"
	"time"

	reference "github.com/google/go-github/v89/github"

	"gitcode.com/gitcode-mcp/gitcode-mcp/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/contracttest"
)

// listing is a call with parameters that all lists of issues share.
type listing struct {
	Name    string
	Params  github.Listing
	Like    reference.ListUserIssuesOptions
	Differs map[string]difference
}

var listings = []listing{
	{Name: "no parameters"},
	{Name: "state", Params: github.Listing{State: "all"}, Like: reference.ListUserIssuesOptions{State: "all"}},
	{Name: "labels", Params: github.Listing{Labels: github.Labels{"bug"}}, Like: reference.ListUserIssuesOptions{Labels: []string{"bug"}}},
	{
		Name:   "labels: several, with what must be escaped",
		Params: github.Listing{Labels: github.Labels{"good first issue", "c++ & more", "优先"}},
		Like:   reference.ListUserIssuesOptions{Labels: []string{"good first issue", "c++ & more", "优先"}},
	},
	{Name: "sort", Params: github.Listing{Sort: "comments"}, Like: reference.ListUserIssuesOptions{Sort: "comments"}},
	{Name: "direction", Params: github.Listing{Direction: "asc"}, Like: reference.ListUserIssuesOptions{Direction: "asc"}},
	{
		Name: "since", Params: github.Listing{Since: "2026-01-02T03:04:05Z"},
		Like: reference.ListUserIssuesOptions{Since: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)},
	},
	{Name: "page", Params: github.Listing{Paging: github.Paging{Page: 2}}, Like: pageOptions(2, 0)},
	{Name: "per_page", Params: github.Listing{Paging: github.Paging{PerPage: 100}}, Like: pageOptions(0, 100)},
	{Name: "limit", Params: github.Listing{Paging: github.Paging{Limit: 50, PerPage: 50}}, Like: pageOptions(0, 50)},
	{Name: "issues_only", Params: github.Listing{IssuesOnly: true}},
	{Name: "include", Params: github.Listing{Include: github.Include{"body"}}},
	{Name: "fields", Params: github.Listing{Fields: []string{"title"}}},
	{Name: "accept", Params: github.Listing{Accept: "raw"}, Differs: acceptDiffers("raw")},
	{Name: "accept: text", Params: github.Listing{Accept: "text"}, Differs: acceptDiffers("text")},
	{Name: "accept: html", Params: github.Listing{Accept: "html"}, Differs: acceptDiffers("html")},
	{Name: "accept: full", Params: github.Listing{Accept: "full"}, Differs: acceptDiffers("full")},
}

func pageOptions(number, size int) reference.ListUserIssuesOptions {
	return reference.ListUserIssuesOptions{ListOptions: reference.ListOptions{Page: number, PerPage: size}}
}

func listMyIssues() operation {
	like := func(o reference.ListAllIssuesOptions) func(context.Context, *reference.Client) error {
		return func(ctx context.Context, c *reference.Client) error {
			_, _, err := c.Issues.ListAllIssues(ctx, &o)
			return err
		}
	}
	examples := []example[github.ListMyIssuesParams]{
		{Name: "filter", Params: github.ListMyIssuesParams{Filter: "subscribed"}, Like: like(reference.ListAllIssuesOptions{Filter: "subscribed"})},
		{Name: "collab", Params: github.ListMyIssuesParams{Collab: true}, Like: like(reference.ListAllIssuesOptions{Collab: true})},
		{Name: "orgs", Params: github.ListMyIssuesParams{Orgs: true}, Like: like(reference.ListAllIssuesOptions{Orgs: true})},
		{Name: "owned", Params: github.ListMyIssuesParams{Owned: true}, Like: like(reference.ListAllIssuesOptions{Owned: true})},
		{Name: "pulls", Params: github.ListMyIssuesParams{Pulls: true}, Like: like(reference.ListAllIssuesOptions{Pulls: true})},
	}
	for _, l := range listings {
		o := reference.ListAllIssuesOptions{
			State: l.Like.State, Labels: l.Like.Labels, Sort: l.Like.Sort, Direction: l.Like.Direction, Since: l.Like.Since, ListOptions: l.Like.ListOptions,
		}
		examples = append(examples, example[github.ListMyIssuesParams]{Name: l.Name, Params: github.ListMyIssuesParams{Listing: l.Params}, Like: like(o), Differs: l.Differs})
	}
	return contracttest.Calls("ListMyIssues", "GET /issues", (*github.Client).ListMyIssues, preview, examples...)
}

func listOrgIssues() operation {
	like := func(o reference.IssueListByOrgOptions) func(context.Context, *reference.Client) error {
		return func(ctx context.Context, c *reference.Client) error {
			_, _, err := c.Issues.ListByOrg(ctx, "github", &o)
			return err
		}
	}
	examples := []example[github.ListOrgIssuesParams]{
		{Name: "filter", Params: github.ListOrgIssuesParams{Org: "github", Filter: "mentioned"}, Like: like(reference.IssueListByOrgOptions{Filter: "mentioned"})},
		{Name: "type", Params: github.ListOrgIssuesParams{Org: "github", Type: "Epic"}, Like: like(reference.IssueListByOrgOptions{Type: "Epic"})},
	}
	for _, l := range listings {
		o := reference.IssueListByOrgOptions{
			State: l.Like.State, Labels: l.Like.Labels, Sort: l.Like.Sort, Direction: l.Like.Direction, Since: l.Like.Since, ListOptions: l.Like.ListOptions,
		}
		examples = append(examples, example[github.ListOrgIssuesParams]{Name: l.Name, Params: github.ListOrgIssuesParams{Org: "github", Listing: l.Params}, Like: like(o), Differs: l.Differs})
	}
	return contracttest.Calls("ListOrgIssues", "GET /orgs/{org}/issues", (*github.Client).ListOrgIssues, preview, examples...)
}

func listAccountIssues() operation {
	like := func(o reference.ListUserIssuesOptions) func(context.Context, *reference.Client) error {
		return func(ctx context.Context, c *reference.Client) error {
			_, _, err := c.Issues.ListUserIssues(ctx, &o)
			return err
		}
	}
	examples := []example[github.ListAccountIssuesParams]{
		{Name: "filter", Params: github.ListAccountIssuesParams{Filter: "all"}, Like: like(reference.ListUserIssuesOptions{Filter: "all"})},
	}
	for _, l := range listings {
		examples = append(examples, example[github.ListAccountIssuesParams]{Name: l.Name, Params: github.ListAccountIssuesParams{Listing: l.Params}, Like: like(l.Like), Differs: l.Differs})
	}
	return contracttest.Calls("ListAccountIssues", "GET /user/issues", (*github.Client).ListAccountIssues, preview, examples...)
}

func listRepoIssues() operation {
	like := func(o reference.IssueListByRepoOptions) func(context.Context, *reference.Client) error {
		return func(ctx context.Context, c *reference.Client) error {
			_, _, err := c.Issues.ListByRepo(ctx, docsOwner, docsRepo, &o)
			return err
		}
	}
	type (
		params = github.ListRepoIssuesParams
		opts   = reference.IssueListByRepoOptions
	)
	examples := []example[params]{
		{Name: "milestone", Params: params{RepoRef: docsRepoRef, Milestone: "1"}, Like: like(opts{Milestone: "1"})},
		{Name: "milestone: any", Params: params{RepoRef: docsRepoRef, Milestone: "*"}, Like: like(opts{Milestone: "*"})},
		{Name: "milestone: none", Params: params{RepoRef: docsRepoRef, Milestone: "none"}, Like: like(opts{Milestone: "none"})},
		{Name: "milestone: title", Params: params{RepoRef: docsRepoRef, Milestone: "v1.0"}, Like: like(opts{Milestone: "1"})},
		{Name: "assignee", Params: params{RepoRef: docsRepoRef, Assignee: "octocat"}, Like: like(opts{Assignee: "octocat"})},
		{Name: "assignee: any", Params: params{RepoRef: docsRepoRef, Assignee: "*"}, Like: like(opts{Assignee: "*"})},
		{Name: "assignee: none", Params: params{RepoRef: docsRepoRef, Assignee: "none"}, Like: like(opts{Assignee: "none"})},
		{Name: "creator", Params: params{RepoRef: docsRepoRef, Creator: "octocat"}, Like: like(opts{Creator: "octocat"})},
		{Name: "mentioned", Params: params{RepoRef: docsRepoRef, Mentioned: "octocat"}, Like: like(opts{Mentioned: "octocat"})},
		{Name: "type", Params: params{RepoRef: docsRepoRef, Type: "*"}, Like: like(opts{Type: "*"})},
	}
	for _, l := range listings {
		o := opts{
			State: l.Like.State, Labels: l.Like.Labels, Sort: l.Like.Sort, Direction: l.Like.Direction, Since: l.Like.Since, ListOptions: l.Like.ListOptions,
		}
		examples = append(examples, example[params]{Name: l.Name, Params: params{RepoRef: docsRepoRef, Listing: l.Params}, Like: like(o), Differs: l.Differs})
	}
	return contracttest.Calls("ListRepoIssues", "GET /repos/{owner}/{repo}/issues", (*github.Client).ListRepoIssues, preview, examples...)
}
