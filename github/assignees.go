package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/readback"
)

// maxAssignees is the maximum number of assignees of an issue.
const maxAssignees = 10

// checkAssignees rejects assignees that no issue can have.
func checkAssignees(endpoint string, logins []string) error {
	if len(logins) > maxAssignees {
		return rest.InvalidArguments(endpoint, fmt.Sprintf("an issue has at most %d assignees, not %d", maxAssignees, len(logins)))
	}
	for _, login := range logins {
		if strings.TrimSpace(login) == "" {
			return rest.InvalidArguments(endpoint, "assignees must not contain a blank login")
		}
	}
	return nil
}

// logins returns the logins of a list, each once, ignoring case.
func (c *Client) logins(ctx context.Context, names []string) ([]string, error) {
	var list []string
	for _, name := range names {
		login, err := c.login(ctx, name)
		if err != nil {
			return nil, err
		}
		list = append(list, login)
	}
	return readback.Without(list, nil, true), nil
}

// login returns a login without the @ that people write before it and the white
// space around it, and that of the token's owner for "me".
//
// GitHub documentation:
// https://docs.github.com/en/enterprise-server@3.19/rest/users/users#get-the-authenticated-user
func (c *Client) login(ctx context.Context, name string) (string, error) {
	name = strings.TrimPrefix(strings.TrimSpace(name), "@")
	if !strings.EqualFold(name, "me") {
		return name, nil
	}
	owner, err := rest.Call[User](ctx, c.Client, "GET /user", struct{}{})
	if err != nil {
		return "", err
	}
	return string(owner.Login), nil
}

// CheckAssignee reports whether a user can be assigned to issues of a repository.
// GitHub responds 404 both if not and if the token cannot see the repository. So
// the assignees are requested then, and it fails if that responds 404 too.
//
// GitHub documentation:
// https://docs.github.com/en/enterprise-server@3.19/rest/issues/assignees#check-if-a-user-can-be-assigned
func (c *Client) CheckAssignee(ctx context.Context, p *CheckAssigneeParams) (bool, error) {
	const endpoint = "GET /repos/{owner}/{repo}/assignees/{assignee}"
	login, err := c.login(ctx, p.Assignee)
	if err != nil {
		return false, err
	}
	req, err := rest.NewRequest(endpoint, CheckAssigneeParams{p.RepoRef, login})
	if err != nil {
		return false, err
	}
	_, response, err := rest.Do[noContent](ctx, c.Client, req)
	if err == nil {
		if response.Status != http.StatusNoContent {
			return false, &rest.Error{Class: rest.MalformedResponse, Endpoint: endpoint, Status: response.Status, Message: "neither yes (204) nor no (404)"}
		}
		return true, nil
	}
	if e, ok := errors.AsType[*rest.Error](err); !ok || e.Status != http.StatusNotFound {
		return false, err
	}
	_, err = c.ListAssignees(ctx, &ListAssigneesParams{RepoRef: p.RepoRef, Paging: Paging{PerPage: 1}})
	return false, err
}

// AddAssignees adds assignees to an issue. Those already assigned stay. It reports
// those who were not added: GitHub ignores users who cannot be assigned, all of
// them without push access, and those beyond ten.
//
// GitHub documentation:
// https://docs.github.com/en/enterprise-server@3.19/rest/issues/assignees#add-assignees-to-an-issue
func (c *Client) AddAssignees(ctx context.Context, p *AssigneesParams) (*IssueChange, error) {
	return c.changeAssignees(ctx, "POST /repos/{owner}/{repo}/issues/{issue_number}/assignees", p, false)
}

// RemoveAssignees removes assignees from an issue. It reports those who are still
// assigned: without push access GitHub ignores the request.
//
// GitHub documentation:
// https://docs.github.com/en/enterprise-server@3.19/rest/issues/assignees#remove-assignees-from-an-issue
func (c *Client) RemoveAssignees(ctx context.Context, p *AssigneesParams) (*IssueChange, error) {
	return c.changeAssignees(ctx, "DELETE /repos/{owner}/{repo}/issues/{issue_number}/assignees", p, true)
}

func (c *Client) changeAssignees(ctx context.Context, endpoint string, p *AssigneesParams, remove bool) (*IssueChange, error) {
	logins, err := c.logins(ctx, p.Assignees)
	if err == nil && len(logins) == 0 {
		err = rest.InvalidArguments(endpoint, "assignees must not be empty")
	}
	if err == nil {
		err = checkAssignees(endpoint, logins)
	}
	if err != nil {
		return nil, err
	}
	req, err := rest.NewRequest(endpoint, p.IssueRef)
	if err != nil {
		return nil, err
	}
	before, err := c.readIssue(ctx, p.IssueRef)
	if err != nil {
		return nil, err
	}
	response, _, err := c.write(ctx, req, struct {
		Assignees []string `json:"assignees"`
	}{logins})
	if err != nil || c.IsDryRun(ctx) {
		return nil, c.withNewPlace(ctx, p.IssueRef, err)
	}
	check := &issueCheck{add: logins}
	if remove {
		check = &issueCheck{remove: logins}
	}
	change := c.checked(ctx, p.IssueRef, response, check)
	if before.members["assignees"] != nil {
		already := readback.Without(before.AssigneeLogins(), check.remove, true)
		absent := readback.Without(check.remove, before.AssigneeLogins(), true)
		change.Done, change.NotAssigned = readback.Without(change.Done, append(already, absent...), true), absent
	}
	return change, nil
}
