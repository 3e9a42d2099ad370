package gitcode

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// PullRequestRef identifies a pull request of a repository.
type PullRequestRef struct {
	RepoRef
	PullRequest int `json:"pull_request" jsonschema:"minimum=1" jsonschema_description:"Pull request number"`
}

// Target returns "owner/repo pull request number".
func (r PullRequestRef) Target() string {
	return fmt.Sprintf("%s pull request %d", r.RepoRef.Target(), r.PullRequest)
}

// ListPullRequestIssuesParams identifies the pull request.
type ListPullRequestIssuesParams struct {
	PullRequestRef
	Paging
}

// PullRequestIssue is an issue linked to a pull request.
type PullRequestIssue struct {
	Issue
	APIAddress Text `json:"url"`
}

// Repo returns the issue's repository as owner/repo, or "" if it is unknown.
func (i *PullRequestIssue) Repo() string {
	if repo := i.Issue.Repo(); repo != "" {
		return repo
	}
	_, path, _ := strings.Cut(string(i.APIAddress), "/repos/")
	repo, _, _ := strings.Cut(path, "/issues/")
	return repo
}

// Identity returns the repository and the number.
func (i *PullRequestIssue) Identity() string { return fmt.Sprintf("%s#%d", i.Repo(), i.Number) }

// mayBeIn reports whether the issue is one of a repository, as far as is known.
func (i *PullRequestIssue) mayBeIn(repo RepoRef) bool {
	known := i.Repo()
	return known == "" || strings.EqualFold(known, repo.Target())
}

// IsEmpty reports whether a response contained no issue.
func (i *PullRequestIssue) IsEmpty() bool { return i.Number == 0 }

// ListPullRequestIssues lists the issues linked to a pull request, without their
// bodies.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-pulls-number-issues
// (which calls the pull request number).
func (c *Client) ListPullRequestIssues(ctx context.Context, p *ListPullRequestIssuesParams) (*rest.Page[*PullRequestIssue], error) {
	return listWith(ctx, c, pullRequestIssuesEndpoint, p, rest.ListOptions[*PullRequestIssue]{Omit: []string{"body"}})
}

const pullRequestIssuesEndpoint = "GET /repos/{owner}/{repo}/pulls/{pull_request}/issues"

// LinkParams identifies a pull request and issues of its repository.
type LinkParams struct {
	PullRequestRef
	Numbers []int `json:"numbers" jsonschema:"minItems=1,minimum=1" jsonschema_description:"Issue numbers"`
}

// LinkChange reports what a change of links did.
type LinkChange struct {
	// Linked are the numbers of the issues that are linked to the pull request, as
	// far as GitCode's responses show them. The list is not nil.
	Linked []int
	// ReadErr is why the links could not be read back completely, or nil.
	ReadErr error
}

// LinkPullRequest links issues to a pull request. The links are read back if the
// response does not show every requested issue.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/post-api-v-5-repos-owner-repo-pulls-number-linked-issues
// (which calls the pull request number).
func (c *Client) LinkPullRequest(ctx context.Context, p *LinkParams) (*LinkChange, error) {
	linked, err := c.sendLinks(ctx, "POST /repos/{owner}/{repo}/pulls/{pull_request}/issues", p)
	switch {
	case err != nil || c.IsDryRun(ctx):
		return nil, err
	case slices.ContainsFunc(p.Numbers, func(number int) bool { return !slices.Contains(linked, number) }):
		return c.readLinks(ctx, p.PullRequestRef), nil
	}
	return &LinkChange{Linked: linked}, nil
}

// UnlinkPullRequest removes the links between issues and a pull request. It is not
// documented which issues the response shows, so the links are read back.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/delete-api-v-5-repos-owner-repo-pulls-number-issues
// (which calls the pull request number).
func (c *Client) UnlinkPullRequest(ctx context.Context, p *LinkParams) (*LinkChange, error) {
	if _, err := c.sendLinks(ctx, "DELETE /repos/{owner}/{repo}/pulls/{pull_request}/issues", p); err != nil || c.IsDryRun(ctx) {
		return nil, err
	}
	return c.readLinks(ctx, p.PullRequestRef), nil
}

// sendLinks returns the numbers of the issues of the repository in the response. The body of the request is a bare
// array, that of a DELETE too.
func (c *Client) sendLinks(ctx context.Context, endpoint string, p *LinkParams) ([]int, error) {
	req, err := rest.NewRequest(endpoint, p.PullRequestRef)
	if err != nil {
		return nil, err
	}
	if err := req.SetBody(p.Numbers); err != nil {
		return nil, err
	}
	issues, _, err := rest.Do[List[PullRequestIssue]](ctx, c.Client, req)
	if err != nil {
		return nil, err
	}
	numbers := []int{}
	for _, issue := range *issues {
		if issue.Number != 0 && issue.mayBeIn(p.RepoRef) {
			numbers = append(numbers, int(issue.Number))
		}
	}
	return numbers, nil
}

// readLinks reads the links of a pull request to issues of its own repository.
func (c *Client) readLinks(ctx context.Context, p PullRequestRef) *LinkChange {
	change := &LinkChange{Linked: []int{}}
	req, err := rest.NewRequest(pullRequestIssuesEndpoint, p)
	if err != nil {
		change.ReadErr = err
		return change
	}
	const most = 1000
	issues, err := rest.ListWhole(ctx, c.Client, req, most, rest.ListOptions[*PullRequestIssue]{Omit: []string{"body"}})
	change.ReadErr = err
	for _, issue := range issues {
		if issue.mayBeIn(p.RepoRef) {
			change.Linked = append(change.Linked, int(issue.Number))
		}
	}
	return change
}

// ListEnterpriseIssuePullRequestsParams identifies the issue.
type ListEnterpriseIssuePullRequestsParams struct {
	EnterpriseIssueRef
	RowLimit
}

// ListEnterpriseIssuePullRequests lists the pull requests linked to an issue of an
// enterprise, without pages.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-enterprises-enterprise-issues-number-pull-requests
// (which calls the global id number).
func (c *Client) ListEnterpriseIssuePullRequests(ctx context.Context, p *ListEnterpriseIssuePullRequestsParams) (*rest.Page[*PullRequest], error) {
	return listAll[*PullRequest](ctx, c, "GET /enterprises/{enterprise}/issues/{issue_id}/pull_requests", p.EnterpriseIssueRef, p.RowLimit)
}

// ListRelatedBranches lists the names of the branches related to an issue, without
// pages.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues-number-related-branches
func (c *Client) ListRelatedBranches(ctx context.Context, p *IssueRef) (*rest.Page[*string], error) {
	branches, err := rest.Call[branchNames](ctx, c.Client, "GET /repos/{owner}/{repo}/issues/{number}/related_branches", p)
	if err != nil {
		return nil, err
	}
	return &branches.Page, nil
}

// SetRelatedBranchesParams has the branches that an issue is to be related to.
type SetRelatedBranchesParams struct {
	IssueRef
	BranchNames []string `json:"branch_names" jsonschema:"pattern=\\S" jsonschema_description:"All of them; [] removes all"`
}

// BranchChange reports the branches of an issue after a change.
type BranchChange struct {
	Branches       []string // not nil unless ReadErr is set
	Missing, Extra []string // requested and not there; there and not requested
	// ReadErr is why the branches could not be read back, or nil. The others are then
	// unknown.
	ReadErr error
}

// SetRelatedBranches replaces the branches related to an issue. They are read back
// if the response does not show those that were requested.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/put-api-v-5-repos-owner-repo-issues-number-related-branches
func (c *Client) SetRelatedBranches(ctx context.Context, p *SetRelatedBranchesParams) (*BranchChange, error) {
	branches, err := rest.Call[branchNames](ctx, c.Client, "PUT /repos/{owner}/{repo}/issues/{number}/related_branches", p)
	if err != nil || c.IsDryRun(ctx) {
		return nil, err
	}
	change := branches.compare(p.BranchNames)
	if !branches.isList || branches.Unreadable > 0 || len(change.Missing)+len(change.Extra) > 0 {
		page, err := c.ListRelatedBranches(ctx, &p.IssueRef)
		if err == nil && page.Unreadable > 0 {
			err = fmt.Errorf("%d of them are not in the documented form", page.Unreadable)
		}
		if err != nil {
			return &BranchChange{ReadErr: err}, nil
		}
		change = (&branchNames{Page: *page}).compare(p.BranchNames)
	}
	return change, nil
}

// branchNames is a response with names of branches.
type branchNames struct {
	rest.Page[*string]
	isList bool // whether it is a list, and not an empty value of another form
}

// UnmarshalJSON decodes a list of texts, or an empty value.
func (b *branchNames) UnmarshalJSON(data []byte) error {
	*b = branchNames{isList: lenient.First(data) == '['}
	if !b.isList && !lenient.IsEmpty(data) {
		return errors.New("the response is not a list")
	}
	for i, element := range lenient.Elements(data) {
		if name := lenient.Scalar(element); name != "" && i < lenient.MaxList {
			b.Items = append(b.Items, &name)
		} else {
			b.Unreadable++
		}
	}
	return nil
}

// compare compares the names with those that were requested.
func (b *branchNames) compare(requested []string) *BranchChange {
	change := &BranchChange{Branches: []string{}}
	for _, name := range b.Items {
		change.Branches = append(change.Branches, *name)
	}
	change.Missing, change.Extra = withoutExact(requested, change.Branches), withoutExact(change.Branches, requested)
	return change
}
