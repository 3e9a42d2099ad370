package github

import (
	"context"
	"net/http"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/textedit"
)

const issueEndpoint = "GET /repos/{owner}/{repo}/issues/{issue_number}"

// GetIssue returns an issue or a pull request, with its body from Offset on. It
// follows a moved issue: Repo and Number of the result are its new ones. The
// comments, if they are included, are in Details; one that cannot be read costs
// nothing else.
//
// GitHub documentation:
// https://docs.github.com/en/enterprise-server@3.19/rest/issues/issues#get-an-issue
func (c *Client) GetIssue(ctx context.Context, p *GetIssueParams) (*Issue, error) {
	accept, err := p.Accept.mediaType(issueEndpoint)
	if err != nil {
		return nil, err
	}
	req, err := rest.NewRequest(issueEndpoint, p.IssueRef)
	if err != nil {
		return nil, err
	}
	req.Accept = accept
	issue, _, err := rest.Do[Issue](ctx, c.Client, req)
	if err != nil {
		return nil, err
	}
	if err := textedit.Skip(issueEndpoint, "body", p.Offset, &issue.Body, &issue.BodyText, &issue.BodyHTML); err != nil {
		return nil, err
	}
	if p.Include.Has("comments") {
		ref := issue.ref(p.IssueRef)
		here := &Issue{Number: lenient.Int(ref.IssueNumber), Comments: issue.Comments}
		c.readComments(ctx, []*Issue{here}, ref.RepoRef, 0)
		issue.Details = here.Details
	}
	return issue, nil
}

// LockIssue locks the conversation of an issue.
//
// GitHub documentation:
// https://docs.github.com/en/enterprise-server@3.19/rest/issues/issues#lock-an-issue
func (c *Client) LockIssue(ctx context.Context, p *LockIssueParams) error {
	req, err := rest.NewRequest("PUT /repos/{owner}/{repo}/issues/{issue_number}/lock", p)
	if err != nil {
		return err
	}
	if p.LockReason == "" {
		req.Body = nil
	}
	return c.sendLock(ctx, req, p.IssueRef)
}

// UnlockIssue unlocks the conversation of an issue.
//
// GitHub documentation:
// https://docs.github.com/en/enterprise-server@3.19/rest/issues/issues#unlock-an-issue
func (c *Client) UnlockIssue(ctx context.Context, p *IssueRef) error {
	req, err := rest.NewRequest("DELETE /repos/{owner}/{repo}/issues/{issue_number}/lock", p)
	if err != nil {
		return err
	}
	return c.sendLock(ctx, req, *p)
}

// sendLock sends a request that GitHub answers with 204 once it is carried out. No
// other response shows whether the issue is locked.
func (c *Client) sendLock(ctx context.Context, req *rest.Request, ref IssueRef) error {
	_, response, err := rest.Do[noContent](ctx, c.Client, req)
	if err == nil && response.Status != http.StatusNoContent {
		return &rest.Error{Class: rest.OutcomeUnknown, Endpoint: req.Endpoint, Status: response.Status, Message: "the response does not say that it is done (204)"}
	}
	return c.withNewPlace(ctx, ref, err)
}
