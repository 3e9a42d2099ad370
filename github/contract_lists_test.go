package github_test

import (
	"context"
	"time"

	reference "github.com/google/go-github/v89/github"

	"gitcode.com/gitcode-mcp/gitcode-mcp/github"
)

// listing is a call with parameters that all lists of issues share.
type listing struct {
	name    string
	params  github.Listing
	like    reference.ListUserIssuesOptions
	differs map[string]difference
}

var listings = []listing{
	{name: "no parameters"},
	{name: "state", params: github.Listing{State: "all"}, like: reference.ListUserIssuesOptions{State: "all"}},
	{name: "labels", params: github.Listing{Labels: github.Labels{"bug"}}, like: reference.ListUserIssuesOptions{Labels: []string{"bug"}}},
	{
		name:   "labels: several, with what must be escaped",
		params: github.Listing{Labels: github.Labels{"good first issue", "c++ & more", "优先"}},
		like:   reference.ListUserIssuesOptions{Labels: []string{"good first issue", "c++ & more", "优先"}},
	},
	{name: "sort", params: github.Listing{Sort: "comments"}, like: reference.ListUserIssuesOptions{Sort: "comments"}},
	{name: "direction", params: github.Listing{Direction: "asc"}, like: reference.ListUserIssuesOptions{Direction: "asc"}},
	{
		name: "since", params: github.Listing{Since: "2026-01-02T03:04:05Z"},
		like: reference.ListUserIssuesOptions{Since: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)},
	},
	{name: "page", params: github.Listing{Paging: github.Paging{Page: 2}}, like: pageOptions(2, 0)},
	{name: "per_page", params: github.Listing{Paging: github.Paging{PerPage: 100}}, like: pageOptions(0, 100)},
	{name: "limit", params: github.Listing{Paging: github.Paging{Limit: 50, PerPage: 50}}, like: pageOptions(0, 50)},
	{name: "issues_only", params: github.Listing{IssuesOnly: true}},
	{name: "include", params: github.Listing{Include: github.Include{"body"}}},
	{name: "fields", params: github.Listing{Fields: []string{"title"}}},
	{name: "accept", params: github.Listing{Accept: "raw"}, differs: acceptDiffers("raw")},
	{name: "accept: text", params: github.Listing{Accept: "text"}, differs: acceptDiffers("text")},
	{name: "accept: html", params: github.Listing{Accept: "html"}, differs: acceptDiffers("html")},
	{name: "accept: full", params: github.Listing{Accept: "full"}, differs: acceptDiffers("full")},
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
		{name: "filter", params: github.ListMyIssuesParams{Filter: "subscribed"}, like: like(reference.ListAllIssuesOptions{Filter: "subscribed"})},
		{name: "collab", params: github.ListMyIssuesParams{Collab: true}, like: like(reference.ListAllIssuesOptions{Collab: true})},
		{name: "orgs", params: github.ListMyIssuesParams{Orgs: true}, like: like(reference.ListAllIssuesOptions{Orgs: true})},
		{name: "owned", params: github.ListMyIssuesParams{Owned: true}, like: like(reference.ListAllIssuesOptions{Owned: true})},
		{name: "pulls", params: github.ListMyIssuesParams{Pulls: true}, like: like(reference.ListAllIssuesOptions{Pulls: true})},
	}
	for _, l := range listings {
		o := reference.ListAllIssuesOptions{
			State: l.like.State, Labels: l.like.Labels, Sort: l.like.Sort, Direction: l.like.Direction, Since: l.like.Since, ListOptions: l.like.ListOptions,
		}
		examples = append(examples, example[github.ListMyIssuesParams]{name: l.name, params: github.ListMyIssuesParams{Listing: l.params}, like: like(o), differs: l.differs})
	}
	return calls("ListMyIssues", "GET /issues", (*github.Client).ListMyIssues, preview, examples...)
}

func listOrgIssues() operation {
	like := func(o reference.IssueListByOrgOptions) func(context.Context, *reference.Client) error {
		return func(ctx context.Context, c *reference.Client) error {
			_, _, err := c.Issues.ListByOrg(ctx, "github", &o)
			return err
		}
	}
	examples := []example[github.ListOrgIssuesParams]{
		{name: "filter", params: github.ListOrgIssuesParams{Org: "github", Filter: "mentioned"}, like: like(reference.IssueListByOrgOptions{Filter: "mentioned"})},
		{name: "type", params: github.ListOrgIssuesParams{Org: "github", Type: "Epic"}, like: like(reference.IssueListByOrgOptions{Type: "Epic"})},
	}
	for _, l := range listings {
		o := reference.IssueListByOrgOptions{
			State: l.like.State, Labels: l.like.Labels, Sort: l.like.Sort, Direction: l.like.Direction, Since: l.like.Since, ListOptions: l.like.ListOptions,
		}
		examples = append(examples, example[github.ListOrgIssuesParams]{name: l.name, params: github.ListOrgIssuesParams{Org: "github", Listing: l.params}, like: like(o), differs: l.differs})
	}
	return calls("ListOrgIssues", "GET /orgs/{org}/issues", (*github.Client).ListOrgIssues, preview, examples...)
}

func listAccountIssues() operation {
	like := func(o reference.ListUserIssuesOptions) func(context.Context, *reference.Client) error {
		return func(ctx context.Context, c *reference.Client) error {
			_, _, err := c.Issues.ListUserIssues(ctx, &o)
			return err
		}
	}
	examples := []example[github.ListAccountIssuesParams]{
		{name: "filter", params: github.ListAccountIssuesParams{Filter: "all"}, like: like(reference.ListUserIssuesOptions{Filter: "all"})},
	}
	for _, l := range listings {
		examples = append(examples, example[github.ListAccountIssuesParams]{name: l.name, params: github.ListAccountIssuesParams{Listing: l.params}, like: like(l.like), differs: l.differs})
	}
	return calls("ListAccountIssues", "GET /user/issues", (*github.Client).ListAccountIssues, preview, examples...)
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
		{name: "milestone", params: params{RepoRef: docsRepoRef, Milestone: "1"}, like: like(opts{Milestone: "1"})},
		{name: "milestone: any", params: params{RepoRef: docsRepoRef, Milestone: "*"}, like: like(opts{Milestone: "*"})},
		{name: "milestone: none", params: params{RepoRef: docsRepoRef, Milestone: "none"}, like: like(opts{Milestone: "none"})},
		{name: "milestone: title", params: params{RepoRef: docsRepoRef, Milestone: "v1.0"}, like: like(opts{Milestone: "1"})},
		{name: "assignee", params: params{RepoRef: docsRepoRef, Assignee: "octocat"}, like: like(opts{Assignee: "octocat"})},
		{name: "assignee: any", params: params{RepoRef: docsRepoRef, Assignee: "*"}, like: like(opts{Assignee: "*"})},
		{name: "assignee: none", params: params{RepoRef: docsRepoRef, Assignee: "none"}, like: like(opts{Assignee: "none"})},
		{name: "creator", params: params{RepoRef: docsRepoRef, Creator: "octocat"}, like: like(opts{Creator: "octocat"})},
		{name: "mentioned", params: params{RepoRef: docsRepoRef, Mentioned: "octocat"}, like: like(opts{Mentioned: "octocat"})},
		{name: "type", params: params{RepoRef: docsRepoRef, Type: "*"}, like: like(opts{Type: "*"})},
	}
	for _, l := range listings {
		o := opts{
			State: l.like.State, Labels: l.like.Labels, Sort: l.like.Sort, Direction: l.like.Direction, Since: l.like.Since, ListOptions: l.like.ListOptions,
		}
		examples = append(examples, example[params]{name: l.name, params: params{RepoRef: docsRepoRef, Listing: l.params}, like: like(o), differs: l.differs})
	}
	return calls("ListRepoIssues", "GET /repos/{owner}/{repo}/issues", (*github.Client).ListRepoIssues, preview, examples...)
}
