package gitlab

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/readback"
)

// DeleteIssue deletes an issue, for administrators and owners. A dry run reads it, and
// returns its title.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/issues.html#删除议题
func (c *Client) DeleteIssue(ctx context.Context, p *IssueRef) (*IssueDeletion, error) {
	var d IssueDeletion
	if c.IsDryRun(ctx) && !c.IsRehearsal(ctx) {
		issue, err := c.readIssue(ctx, *p)
		if err != nil {
			return nil, err
		}
		d.Title = string(issue.Title)
	}
	if err := c.remove(ctx, "DELETE /projects/{id}/issues/{issue_iid}", p); err != nil {
		return nil, err
	}
	d.Deleted = !c.IsDryRun(ctx)
	return &d, nil
}

// MoveIssue moves an issue to another project and returns the new issue there, and
// what it lacks of the one before.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/issues.html#移动议题
func (c *Client) MoveIssue(ctx context.Context, p *MoveIssueParams) (*IssueTransfer, error) {
	return c.transfer(ctx, "POST /projects/{id}/issues/{issue_iid}/move", p.IssueRef, p.ToProjectID, false)
}

// CloneIssue copies an issue to a project, which may be its own, and returns the
// copy, and what it lacks of the original.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/issues.html#克隆议题
func (c *Client) CloneIssue(ctx context.Context, p *CloneIssueParams) (*IssueTransfer, error) {
	return c.transfer(ctx, "POST /projects/{id}/issues/{issue_iid}/clone", p.IssueRef, p.ToProjectID, p.WithNotes)
}

// transfer moves or copies an issue, which it reads first, in a dry run too. A
// response that does not show an issue of the target leaves unknown what happened.
func (c *Client) transfer(ctx context.Context, endpoint string, ref IssueRef, to Project, withNotes bool) (*IssueTransfer, error) {
	project, path, err := c.projectNumber(ctx, to)
	if err != nil {
		return nil, err
	}
	before, err := c.readUnmoved(ctx, ref)
	if err != nil {
		return nil, err
	}
	req, err := writeRequest(endpoint, struct {
		IssueRef
		ToProjectID int64 `json:"to_project_id"`
		WithNotes   bool  `json:"with_notes,omitempty"`
	}{ref, project, withNotes})
	if err != nil {
		return nil, err
	}
	req.Known.Project = path
	issue, _, err := rest.Do[issueResponse](ctx, c.Client, req)
	if err != nil || c.IsDryRun(ctx) {
		return nil, c.withNewPath(ctx, ref.ProjectRef, err)
	}
	unknown := &rest.Error{Class: rest.OutcomeUnknown, Endpoint: endpoint}
	switch {
	case issue.IID <= 0:
		unknown.Message = "the response does not show the new issue"
		return nil, unknown
	case int64(issue.ProjectID) != project:
		unknown.Message = fmt.Sprintf("the response shows an issue of project %d, not of %d", issue.ProjectID, project)
		return nil, unknown
	case int(issue.IID) == ref.IssueIID && (strings.EqualFold(ref.ID.Path(), to.Path()) || ref.ID.Path() == strconv.FormatInt(project, 10)):
		unknown.Message = "the response shows the issue itself instead of a new one"
		return nil, unknown
	}
	return before.transferredTo(issue), nil
}

// transferredTo returns the issue that another one became, and what that lacks as far
// as the response shows it. GitLab finds labels and milestones by their names.
func (r *issueResponse) transferredTo(issue *issueResponse) *IssueTransfer {
	t := &IssueTransfer{Issue: issue.Issue}
	if issue.members["labels"] != nil {
		t.LostLabels = readback.Without(r.LabelNames(), issue.LabelNames(), false)
	}
	if issue.members["assignees"] != nil {
		t.LostAssignees = readback.Without(r.AssigneeNames(), issue.AssigneeNames(), true)
	}
	if issue.members["milestone"] != nil && issue.Milestone.Title != r.Milestone.Title {
		t.LostMilestone = string(r.Milestone.Title)
	}
	return t
}

// projectNumber returns the number of a project that is given by its number or its
// path. In the second case it also returns the path.
func (c *Client) projectNumber(ctx context.Context, p Project) (number int64, path string, err error) {
	if number, isNumber := numberIn(p.Path()); isNumber {
		if number <= 0 {
			return 0, "", invalid("the number of to_project_id must be at least 1")
		}
		return number, "", nil
	}
	found, err := c.project(ctx, p)
	if err != nil {
		return 0, "", fmt.Errorf("look up to_project_id: %w", err)
	}
	return int64(found.ID), string(found.Path), nil
}

// ReorderIssue changes the place of an issue in manually sorted lists.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/issues.html#重排序议题
func (c *Client) ReorderIssue(ctx context.Context, p *ReorderParams) (*Issue, error) {
	const endpoint = "PUT /projects/{id}/issues/{issue_iid}/reorder"
	switch {
	case p.MoveAfterID == 0 && p.MoveBeforeID == 0:
		return nil, rest.InvalidArguments(endpoint, "pass move_after_id or move_before_id, or both")
	case p.MoveAfterID == p.MoveBeforeID:
		return nil, rest.InvalidArguments(endpoint, "move_after_id and move_before_id must be different issues")
	}
	issue, err := write[Issue](ctx, c, endpoint, p)
	if err == nil && int(issue.IID) != p.IssueIID {
		issue = &Issue{} // another issue proves nothing
	}
	return issue, err
}
