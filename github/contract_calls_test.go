package github_test

import (
	"context"

	reference "github.com/google/go-github/v89/github"

	"gitcode.com/gitcode-mcp/gitcode-mcp/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/contracttest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/textedit"
)

// The issue of the documented examples.
const (
	docsOwner  = "octocat"
	docsRepo   = "Hello-World"
	docsNumber = 1347
)

var (
	docsRepoRef = github.RepoRef{Owner: docsOwner, Repo: docsRepo}
	docsRef     = github.IssueRef{RepoRef: docsRepoRef, IssueNumber: docsNumber}
)

const (
	oursType     = "application/vnd.github+json"
	theirsType   = "application/vnd.github.v3+json"
	theirsPrefix = "application/vnd.github.squirrel-girl-preview"

	whyOlder   = "Accept: go-github asks for the older name of the media type"
	whyPreview = "Accept: go-github still asks for the preview with reactions, which are now part of every issue"
	whyType    = "Accept: go-github cannot ask for a media type of bodies"
	whyMerged  = "assignee: GitHub is closing it down, so it is one more of assignees"
)

var (
	older   = map[string]difference{"Accept": contracttest.Differs(oursType, theirsType, whyOlder)}
	preview = map[string]difference{"Accept": contracttest.Differs(oursType, theirsPrefix, whyPreview)}
)

// accept is the difference where a media type of bodies is requested.
func acceptDiffers(name string) map[string]difference {
	return map[string]difference{"Accept": contracttest.Differs("application/vnd.github."+name+"+json", theirsPrefix, whyType)}
}

func operations() []operation {
	return []operation{
		listMyIssues(), listOrgIssues(), listAccountIssues(), listRepoIssues(),
		getIssue(), createIssue(), updateIssue(),
		contracttest.Calls("LockIssue", "PUT /repos/{owner}/{repo}/issues/{issue_number}/lock", contracttest.Discard((*github.Client).LockIssue), older,
			example[github.LockIssueParams]{
				Name: "no reason", Params: github.LockIssueParams{IssueRef: docsRef}, Like: lockLike(nil),
				Differs: map[string]difference{
					"body":         contracttest.Differs("", "null", "a lock without a reason: the documented request has no body"),
					"Content-Type": contracttest.Differs("", "application/json", "a lock without a reason: the documented request has no body"),
				},
			},
			lockExample("off-topic"), lockExample("too heated"), lockExample("resolved"), lockExample("spam"),
		),
		contracttest.Calls("UnlockIssue", "DELETE /repos/{owner}/{repo}/issues/{issue_number}/lock", contracttest.Discard((*github.Client).UnlockIssue), older,
			example[github.IssueRef]{Name: "issue_number", Params: docsRef, Like: func(ctx context.Context, c *reference.Client) error {
				_, err := c.Issues.Unlock(ctx, docsOwner, docsRepo, docsNumber)
				return err
			}}),
		contracttest.Calls("ListAssignees", "GET /repos/{owner}/{repo}/assignees", (*github.Client).ListAssignees, older,
			assigneesExample("no parameters", github.Paging{}, reference.ListOptions{}),
			assigneesExample("page", github.Paging{Page: 3}, reference.ListOptions{Page: 3}),
			assigneesExample("per_page", github.Paging{PerPage: 100}, reference.ListOptions{PerPage: 100}),
			assigneesExample("limit", github.Paging{Limit: 20, PerPage: 20}, reference.ListOptions{PerPage: 20}),
		),
		contracttest.Calls("CheckAssignee", "GET /repos/{owner}/{repo}/assignees/{assignee}", (*github.Client).CheckAssignee, older,
			checkExample("hubot"), checkExample("dependabot[bot]"),
		),
		contracttest.Calls("AddAssignees", "POST /repos/{owner}/{repo}/issues/{issue_number}/assignees", (*github.Client).AddAssignees, older,
			example[github.AssigneesParams]{
				Name: "assignees", Params: github.AssigneesParams{IssueRef: docsRef, Assignees: []string{"hubot", "other_user"}},
				Like: func(ctx context.Context, c *reference.Client) error {
					_, _, err := c.Issues.AddAssignees(ctx, docsOwner, docsRepo, docsNumber, []string{"hubot", "other_user"})
					return err
				},
			}),
		contracttest.Calls("RemoveAssignees", "DELETE /repos/{owner}/{repo}/issues/{issue_number}/assignees", (*github.Client).RemoveAssignees, older,
			example[github.AssigneesParams]{
				Name: "assignees", Params: github.AssigneesParams{IssueRef: docsRef, Assignees: []string{"hubot", "other_user"}},
				Like: func(ctx context.Context, c *reference.Client) error {
					_, _, err := c.Issues.RemoveAssignees(ctx, docsOwner, docsRepo, docsNumber, []string{"hubot", "other_user"})
					return err
				},
			}),
	}
}

func getIssue() operation {
	type params = github.GetIssueParams
	like := func(ctx context.Context, c *reference.Client) error {
		_, _, err := c.Issues.Get(ctx, docsOwner, docsRepo, docsNumber)
		return err
	}
	return contracttest.Calls("GetIssue", "GET /repos/{owner}/{repo}/issues/{issue_number}", (*github.Client).GetIssue, preview,
		example[params]{Name: "no parameters", Params: params{IssueRef: docsRef}, Like: like},
		example[params]{Name: "offset", Params: params{IssueRef: docsRef, Offset: 5}, Like: like},
		example[params]{Name: "include", Params: params{IssueRef: docsRef, Include: github.Include{"comments"}}, Like: like},
		example[params]{Name: "accept", Params: params{IssueRef: docsRef, Accept: "raw"}, Like: like, Differs: acceptDiffers("raw")},
		example[params]{Name: "accept: text", Params: params{IssueRef: docsRef, Accept: "text"}, Like: like, Differs: acceptDiffers("text")},
		example[params]{Name: "accept: html", Params: params{IssueRef: docsRef, Accept: "html"}, Like: like, Differs: acceptDiffers("html")},
		example[params]{Name: "accept: full", Params: params{IssueRef: docsRef, Accept: "full"}, Like: like, Differs: acceptDiffers("full")},
	)
}

func createIssue() operation {
	create := func(name string, p github.CreateIssueParams, o reference.IssueRequest) example[github.CreateIssueParams] {
		p.RepoRef, p.Title, o.Title = docsRepoRef, "Found a bug", new("Found a bug")
		return example[github.CreateIssueParams]{Name: name, Params: p, Like: func(ctx context.Context, c *reference.Client) error {
			_, _, err := c.Issues.Create(ctx, docsOwner, docsRepo, &o)
			return err
		}}
	}
	type (
		params = github.CreateIssueParams
		opts   = reference.IssueRequest
	)
	both := create("assignee", params{Assignee: "hubot", Assignees: []string{"octocat"}}, opts{Assignee: new("hubot"), Assignees: &[]string{"octocat"}})
	both.Differs = map[string]difference{
		"body assignee":  contracttest.Differs("", `"hubot"`, whyMerged),
		"body assignees": contracttest.Differs(`["octocat","hubot"]`, `["octocat"]`, whyMerged),
	}
	return contracttest.Calls("CreateIssue", "POST /repos/{owner}/{repo}/issues", (*github.Client).CreateIssue, older,
		create("title", params{}, opts{}),
		create("body", params{Body: "I'm having a <problem> & more.\n"}, opts{Body: new("I'm having a <problem> & more.\n")}),
		create("milestone", params{Milestone: "1"}, opts{Milestone: new(1)}),
		create("milestone: title", params{Milestone: "v1.0"}, opts{Milestone: new(1)}),
		create("labels", params{Labels: []string{"bug", "enhancement"}}, opts{Labels: &[]string{"bug", "enhancement"}}),
		create("create_labels", params{Labels: []string{"good first issue"}, CreateLabels: true}, opts{Labels: &[]string{"good first issue"}}),
		create("assignees", params{Assignees: []string{"octocat", "hubot"}}, opts{Assignees: &[]string{"octocat", "hubot"}}),
		create("assignees: me", params{Assignees: []string{"me"}}, opts{Assignees: &[]string{"octocat"}}),
		create("type", params{Type: "Epic"}, opts{Type: new("Epic")}),
		both,
	)
}

func updateIssue() operation {
	type (
		params = github.UpdateIssueParams
		opts   = reference.IssueRequest
	)
	update := func(name string, p params, o opts) example[params] {
		p.IssueRef = docsRef
		return example[params]{Name: name, Params: p, Like: func(ctx context.Context, c *reference.Client) error {
			_, _, err := c.Issues.Edit(ctx, docsOwner, docsRepo, docsNumber, &o)
			return err
		}}
	}
	const body = "I'm having a problem with this." // of the documented issue
	assignee := update("assignee", params{Assignee: new("hubot"), Assignees: &[]string{"octocat"}}, opts{Assignee: new("hubot"), Assignees: &[]string{"octocat"}})
	assignee.Differs = map[string]difference{
		"body assignee":  contracttest.Differs("", `"hubot"`, whyMerged),
		"body assignees": contracttest.Differs(`["octocat","hubot"]`, `["octocat"]`, whyMerged),
	}
	return contracttest.Calls("UpdateIssue", "PATCH /repos/{owner}/{repo}/issues/{issue_number}", (*github.Client).UpdateIssue, older,
		update("title", params{Title: new("Found a <bug>")}, opts{Title: new("Found a <bug>")}),
		update("body", params{Body: new("New text")}, opts{Body: new("New text")}),
		update("body: cleared", params{Body: new("")}, opts{Body: new("")}),
		update("append", params{Changes: textedit.Changes{Append: "More"}}, opts{Body: new(body + "\nMore")}),
		update("prepend", params{Changes: textedit.Changes{Prepend: "Less"}}, opts{Body: new("Less\n" + body)}),
		update("edits", params{Changes: textedit.Changes{Edits: []textedit.Edit{{Old: "problem", New: "party"}}}}, opts{Body: new("I'm having a party with this.")}),
		update("state", params{State: new("closed")}, opts{State: new("closed")}),
		update("state_reason", params{State: new("closed"), StateReason: new("not_planned")}, opts{State: new("closed"), StateReason: new("not_planned")}),
		update("state_reason: duplicate", params{State: new("closed"), StateReason: new("duplicate")}, opts{State: new("closed"), StateReason: new("duplicate")}),
		update("milestone", params{Milestone: new("2")}, opts{Milestone: new(2)}),
		update("milestone: title", params{Milestone: new("v1.0"), Title: new("New")}, opts{Milestone: new(1), Title: new("New")}),
		example[params]{
			Name: "milestone: cleared", Params: params{IssueRef: docsRef, Milestone: new("")},
			Like: func(ctx context.Context, c *reference.Client) error {
				_, _, err := c.Issues.RemoveMilestone(ctx, docsOwner, docsRepo, docsNumber)
				return err
			},
		},
		update("labels", params{Labels: &[]string{"bug", "enhancement"}}, opts{Labels: &[]string{"bug", "enhancement"}}),
		update("create_labels", params{Labels: &[]string{"bug", "ui"}, CreateLabels: true}, opts{Labels: &[]string{"bug", "ui"}}),
		update("labels: cleared", params{Labels: &[]string{}}, opts{Labels: &[]string{}}),
		update("assignees", params{Assignees: &[]string{"octocat", "hubot"}}, opts{Assignees: &[]string{"octocat", "hubot"}}),
		update("assignees: me", params{Assignees: &[]string{"hubot", "me"}}, opts{Assignees: &[]string{"hubot", "octocat"}}),
		update("assignees: cleared", params{Assignees: &[]string{}}, opts{Assignees: &[]string{}}),
		assignee,
		update("type", params{Type: new("Epic")}, opts{Type: new("Epic")}),
		example[params]{Name: "type: cleared", Params: params{IssueRef: docsRef, Type: new("")}, Want: map[string]string{"body type": "null"}},
	)
}

func lockLike(o *reference.LockIssueOptions) func(context.Context, *reference.Client) error {
	return func(ctx context.Context, c *reference.Client) error {
		_, err := c.Issues.Lock(ctx, docsOwner, docsRepo, docsNumber, o)
		return err
	}
}

func lockExample(reason string) example[github.LockIssueParams] {
	return example[github.LockIssueParams]{
		Name:   "lock_reason: " + reason,
		Params: github.LockIssueParams{IssueRef: docsRef, LockReason: reason},
		Like:   lockLike(&reference.LockIssueOptions{LockReason: reason}),
	}
}

func assigneesExample(name string, p github.Paging, o reference.ListOptions) example[github.ListAssigneesParams] {
	return example[github.ListAssigneesParams]{
		Name:   name,
		Params: github.ListAssigneesParams{RepoRef: docsRepoRef, Paging: p},
		Like: func(ctx context.Context, c *reference.Client) error {
			_, _, err := c.Issues.ListAssignees(ctx, docsOwner, docsRepo, &o)
			return err
		},
	}
}

func checkExample(login string) example[github.CheckAssigneeParams] {
	return example[github.CheckAssigneeParams]{
		Name:   "assignee: " + login,
		Params: github.CheckAssigneeParams{RepoRef: docsRepoRef, Assignee: login},
		Like: func(ctx context.Context, c *reference.Client) error {
			_, _, err := c.Issues.IsAssignee(ctx, docsOwner, docsRepo, login)
			return err
		},
	}
}
