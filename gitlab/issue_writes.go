package gitlab

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/readback"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/textedit"
)

const (
	createEndpoint = "POST /projects/{id}/issues"
	updateEndpoint = "PUT /projects/{id}/issues/{issue_iid}"
)

// CreateIssue creates an issue. It reports what GitLab dropped after comparing the
// response; what the response does not show is read once. Labels that the project
// does not have are rejected unless CreateLabels is set.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/issues.html#新建议题
func (c *Client) CreateIssue(ctx context.Context, p *CreateIssueParams) (*IssueChange, error) {
	w, err := p.write()
	if err != nil {
		return nil, err
	}
	req, err := rest.NewRequest(createEndpoint, p.ProjectRef)
	if err != nil {
		return nil, err
	}
	if assignees := slices.Concat(p.AssigneeIDs, readback.NonEmpty(p.AssigneeID)); len(assignees) > 0 {
		if err := c.assign(ctx, w, assignees); err != nil {
			return nil, err
		}
	}
	if p.MilestoneID != "" {
		if err := c.plan(ctx, w, p.ProjectRef, p.MilestoneID); err != nil {
			return nil, err
		}
	}
	if !p.CreateLabels {
		if err := c.checkLabels(ctx, p.ProjectRef, w.labels); err != nil {
			return nil, err
		}
	}
	req.Known = w.known(&issueResponse{})
	created, status, err := c.send(ctx, req, &w.body)
	if err != nil || c.IsDryRun(ctx) {
		return nil, c.withNewPath(ctx, p.ProjectRef, err)
	}
	if created.IID <= 0 && status != http.StatusCreated {
		return nil, &rest.Error{Class: rest.OutcomeUnknown, Endpoint: createEndpoint, Status: status, Message: "the response contains no issue and does not say that one was created (201)"}
	}
	if created.IID <= 0 {
		change := w.compare(created)
		change.ReadErr = errNoIID
		return change, nil
	}
	change := c.checked(ctx, IssueRef{p.ProjectRef, int(created.IID)}, created, w)
	change.setScoped(nil, w)
	return change, nil
}

var errNoIID = errors.New("GitLab did not return the iid of the issue that it created")

// UpdateIssue changes an issue. It reports what GitLab dropped, after comparing the
// response; what the response does not show is read once.
//
// Changes of the description are a request to write the whole of it. It is read
// twice, the second time right before the PUT, and UpdateIssue fails with
// rest.Conflict if it differs. It overwrites what somebody else writes between that
// read and the PUT: GitLab has no conditional writes.
//
// The issue is read first in any case. If it already is as requested, no PUT is
// sent. The result has the labels and assignees that were replaced, and the labels
// to remove that the issue did not have. Labels that neither the issue nor the project
// has are rejected unless CreateLabels is set.
//
// An issue that was moved to another project is not written to: UpdateIssue fails
// with rest.Moved. If it is moved at the same time, the result shows where it is.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/issues.html#编辑议题
func (c *Client) UpdateIssue(ctx context.Context, p *UpdateIssueParams) (*IssueChange, error) {
	w, err := p.write()
	if err != nil {
		return nil, err
	}
	req, err := rest.NewRequest(updateEndpoint, p.IssueRef)
	if err != nil {
		return nil, err
	}
	if p.AssigneeIDs != nil {
		if err := c.assign(ctx, w, *p.AssigneeIDs); err != nil {
			return nil, err
		}
	}
	if p.MilestoneID != nil {
		if err := c.plan(ctx, w, p.ProjectRef, *p.MilestoneID); err != nil {
			return nil, err
		}
	}
	var before *issueResponse
	var diff string
	mayCreate := p.CreateLabels
	read := func() (err error) {
		if before, err = c.readUnmoved(ctx, p.IssueRef); err != nil || mayCreate {
			return err
		}
		mayCreate = true // once they are checked
		return c.checkLabels(ctx, p.ProjectRef, readback.Without(slices.Concat(w.labels, w.add), before.LabelNames(), false))
	}
	if p.IsEmpty() {
		err = read()
	} else {
		w.body.Description, diff, err = p.Rewrite(updateEndpoint, func() (string, error) {
			if err := read(); err != nil {
				return "", err
			}
			return textedit.ExactText(before.members["description"], "description", issueEndpoint)
		})
	}
	if err != nil {
		return nil, err
	}
	absent := w.absent(before)
	if w.isReached(before) {
		return &IssueChange{Issue: before.Issue, Unchanged: true, AbsentLabels: absent}, nil
	}
	req.Known = w.known(before)
	changed, _, err := c.send(ctx, req, &w.body)
	if err != nil {
		return nil, c.withNewPath(ctx, p.ProjectRef, err)
	}
	if c.IsDryRun(ctx) {
		preview := &IssueChange{Diff: diff, AbsentLabels: absent}
		preview.setPrevious(before, w, w.labels, w.assigneesAmong(before.Assignees))
		return preview, nil
	}
	change := c.checked(ctx, p.IssueRef, changed, w)
	change.Diff, change.AbsentLabels = diff, absent
	change.setScoped(before.LabelNames(), w)
	change.setPrevious(before, w, change.Issue.LabelNames(), change.Issue.AssigneeNames())
	if change.Issue.MovedToID != 0 {
		change.Issue.MovedTo = c.newPlace(ctx, p.IssueRef)
	}
	return change, nil
}

// known returns what the request does not show of its effect on an issue.
func (w *issueWrite) known(before *issueResponse) rest.Known {
	known := rest.Known{Text: string(before.Description), Usernames: map[string]string{}}
	if before.members["labels"] != nil {
		known.Labels = append([]string{}, before.LabelNames()...)
	}
	if before.members["assignees"] != nil {
		known.Assignees = append([]string{}, before.AssigneeNames()...)
	}
	for _, label := range before.LabelNames() {
		displaces := func(added string) bool { return scopeOf(added) == scopeOf(label) && !strings.EqualFold(added, label) }
		if scopeOf(label) != "" && slices.ContainsFunc(w.add, displaces) {
			known.Displaced = append(known.Displaced, label)
		}
	}
	for _, user := range w.assignees {
		if _, isNumber := numberIn(user.text); !isNumber {
			known.Usernames[strconv.FormatInt(user.id, 10)] = user.text
		}
	}
	for _, user := range before.Assignees {
		if user.Username != "" {
			known.Usernames[strconv.FormatInt(int64(user.ID), 10)] = string(user.Username)
		}
	}
	return known
}

// setPrevious sets the labels and the assignees before an update that requested
// others, unless those afterwards are the same.
func (c *IssueChange) setPrevious(before *issueResponse, requested *issueWrite, labels, assignees []string) {
	if names := before.LabelNames(); requested.body.Labels != nil && len(readback.Without(names, labels, false)) > 0 {
		c.PreviousLabels = names
	}
	if names := before.AssigneeNames(); requested.body.AssigneeIDs != nil && len(readback.Without(names, assignees, true)) > 0 {
		c.PreviousAssignees = names
	}
}

// assign looks the assignees of a write up.
func (c *Client) assign(ctx context.Context, w *issueWrite, assignees []string) (err error) {
	if w.assignees, err = c.users(ctx, assignees); err != nil {
		return err
	}
	w.body.AssigneeIDs = []int64{0} // nobody
	if len(w.assignees) > 0 {
		w.body.AssigneeIDs = nil
	}
	for _, user := range w.assignees {
		if !slices.Contains(w.body.AssigneeIDs, user.id) {
			w.body.AssigneeIDs = append(w.body.AssigneeIDs, user.id)
		}
	}
	return nil
}

// plan looks the milestone of a write up. An empty one, or 0, clears it.
func (c *Client) plan(ctx context.Context, w *issueWrite, project ProjectRef, milestone string) (err error) {
	if milestone = strings.TrimSpace(milestone); !w.isNew && (milestone == "" || milestone == "0") {
		w.body.MilestoneID = new(int64)
		return nil
	}
	w.milestone, err = c.milestone(ctx, project, milestone)
	w.body.MilestoneID = &w.milestone.id
	return err
}

// send sends a request with a body that an issue answers, and returns that with the
// status.
func (c *Client) send(ctx context.Context, req *rest.Request, body *issueFields) (*issueResponse, int, error) {
	if err := req.SetBody(body); err != nil {
		return nil, 0, err
	}
	issue, response, err := rest.Do[issueResponse](ctx, c.Client, req)
	if err != nil {
		return nil, 0, err
	}
	return issue, response.Status, nil
}

// readIssue reads an issue before or after it is written to.
func (c *Client) readIssue(ctx context.Context, ref IssueRef) (*issueResponse, error) {
	issue, err := rest.Call[issueResponse](ctx, c.Client, issueEndpoint, ref)
	if err == nil && int(issue.IID) != ref.IssueIID {
		err = &rest.Error{Class: rest.MalformedResponse, Endpoint: issueEndpoint, Message: "the response is not the issue that was requested"}
	}
	return issue, err
}
