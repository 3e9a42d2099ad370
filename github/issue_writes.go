package github

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/readback"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/textedit"
)

const (
	createEndpoint = "POST /repos/{owner}/{repo}/issues"
	updateEndpoint = "PATCH /repos/{owner}/{repo}/issues/{issue_number}"
)

// CreateIssue creates an issue. It reports what GitHub dropped, which is everything
// but title and body without push access, after comparing the response; what the
// response does not show is read once. Labels that the repository does not have are
// rejected unless CreateLabels is set.
//
// GitHub documentation:
// https://docs.github.com/en/enterprise-server@3.19/rest/issues/issues#create-an-issue
func (c *Client) CreateIssue(ctx context.Context, p *CreateIssueParams) (*IssueChange, error) {
	if strings.TrimSpace(p.Title) == "" {
		return nil, rest.InvalidArguments(createEndpoint, "title must not be blank")
	}
	fields := issueFields{Title: &p.Title}
	if p.Body != "" {
		fields.Body = &p.Body
	}
	if p.Type != "" {
		fields.Type = &orNull[string]{p.Type}
	}
	if len(p.Labels) > 0 {
		fields.Labels = &p.Labels
	}
	if assignees := slices.Concat(p.Assignees, readback.NonEmpty(p.Assignee)); len(assignees) > 0 {
		fields.Assignees = &assignees
	}
	if err := c.resolve(ctx, &fields, createEndpoint); err != nil {
		return nil, err
	}
	if !p.CreateLabels {
		if err := c.checkLabels(ctx, p.RepoRef, p.Labels); err != nil {
			return nil, err
		}
	}
	if p.Milestone != "" {
		milestone, err := c.milestoneNumber(ctx, p.RepoRef, p.Milestone)
		if err != nil {
			return nil, err
		}
		fields.Milestone = &orNull[int]{milestone}
	}
	req, err := rest.NewRequest(createEndpoint, p.RepoRef)
	if err != nil {
		return nil, err
	}
	created, status, err := c.write(ctx, req, fields)
	if err != nil || c.IsDryRun(ctx) {
		return nil, c.withNewRepo(ctx, p.RepoRef, err)
	}
	check := &issueCheck{fields: fields, isNew: true}
	if created.Number <= 0 && status != http.StatusCreated {
		return nil, &rest.Error{Class: rest.OutcomeUnknown, Endpoint: createEndpoint, Status: status, Message: "the response contains no issue and does not say that one was created (201)"}
	}
	if created.Number <= 0 {
		change := check.compare(created)
		change.ReadErr = errNoNumber
		return change, nil
	}
	return c.checked(ctx, IssueRef{p.RepoRef, int(created.Number)}, created, check), nil
}

var errNoNumber = errors.New("GitHub did not return the number of the issue that it created")

// UpdateIssue changes an issue. It reports what GitHub dropped, after comparing
// the response; what the response does not show is read once.
//
// Changes of the body are a request to write the whole of it. The body is read
// twice, the second time right before the PATCH, and UpdateIssue fails with
// rest.Conflict if it differs. It overwrites what somebody else writes between that
// read and the PATCH: GitHub has no conditional writes.
//
// The issue is read first in any case. If it already is as requested, no PATCH is
// sent. The result has the labels and assignees that were replaced. Labels that
// neither the issue nor the repository has are rejected unless CreateLabels is set.
//
// Nothing is written to an issue that has moved: UpdateIssue fails with rest.Moved
// and says where it is.
//
// GitHub ignores state_reason unless the state changes, so it is rejected without
// state, and with a state that it contradicts.
//
// GitHub documentation:
// https://docs.github.com/en/enterprise-server@3.19/rest/issues/issues#update-an-issue
func (c *Client) UpdateIssue(ctx context.Context, p *UpdateIssueParams) (*IssueChange, error) {
	fields, err := p.fields()
	if err == nil {
		err = c.resolve(ctx, &fields, updateEndpoint)
	}
	if err != nil {
		return nil, err
	}
	req, err := rest.NewRequest(updateEndpoint, p.IssueRef)
	if err != nil {
		return nil, err
	}
	if p.Milestone != nil {
		milestone := 0
		if strings.TrimSpace(*p.Milestone) != "" {
			if milestone, err = c.milestoneNumber(ctx, p.RepoRef, *p.Milestone); err != nil {
				return nil, err
			}
		}
		fields.Milestone = &orNull[int]{milestone}
	}
	var before *issueResponse
	var diff string
	if p.IsEmpty() {
		before, err = c.readIssue(ctx, p.IssueRef)
	} else {
		fields.Body, diff, err = p.Rewrite(updateEndpoint, func() (string, error) {
			if before, err = c.readIssue(ctx, p.IssueRef); err != nil {
				return "", err
			}
			return textedit.ExactText(before.members["body"], "body", issueEndpoint)
		})
	}
	if err != nil {
		return nil, err
	}
	check := &issueCheck{fields: fields}
	if check.isReached(before) {
		return &IssueChange{Issue: before.Issue, Unchanged: true}, nil
	}
	if fields.Labels != nil && !p.CreateLabels {
		if err := c.checkLabels(ctx, p.RepoRef, readback.Without(readback.Trimmed(*fields.Labels), before.LabelNames(), true)); err != nil {
			return nil, err
		}
	}
	req.Known = before.known()
	changed, _, err := c.write(ctx, req, fields)
	if err != nil {
		return nil, c.withNewPlace(ctx, p.IssueRef, err)
	}
	if c.IsDryRun(ctx) {
		preview := &IssueChange{Diff: diff}
		preview.setPrevious(before, fields.Labels, fields.Assignees)
		return preview, nil
	}
	change := c.checked(ctx, p.IssueRef, changed, check)
	change.Diff = diff
	if fields.Labels != nil {
		fields.Labels = new(change.Issue.LabelNames())
	}
	if fields.Assignees != nil {
		fields.Assignees = new(change.Issue.AssigneeLogins())
	}
	change.setPrevious(before, fields.Labels, fields.Assignees)
	return change, nil
}

// known returns what a change of the issue does not show of it.
func (r *issueResponse) known() rest.Known {
	known := rest.Known{Text: string(r.Body)}
	if r.members["labels"] != nil {
		known.Labels = append([]string{}, r.LabelNames()...)
	}
	if r.members["assignees"] != nil {
		known.Assignees = append([]string{}, r.AssigneeLogins()...)
	}
	return known
}

// setPrevious sets the labels and the assignees before an update that requested
// others, unless those afterwards are the same. Nil means that none were requested.
func (c *IssueChange) setPrevious(before *issueResponse, labels, assignees *[]string) {
	if names := before.LabelNames(); labels != nil && len(readback.Without(names, *labels, true)) > 0 {
		c.PreviousLabels = names
	}
	if names := before.AssigneeLogins(); assignees != nil && len(readback.Without(names, *assignees, true)) > 0 {
		c.PreviousAssignees = names
	}
}

// isReached reports whether an issue shows everything that is requested, the texts
// to the byte.
func (k *issueCheck) isReached(i *issueResponse) bool {
	c := k.compare(i)
	return len(c.Ignored)+len(c.Unknown) == 0 && textedit.IsExact(i.members["title"], k.fields.Title) && textedit.IsExact(i.members["body"], k.fields.Body)
}

// write sends a request with a body that an issue answers, and returns that with
// the status.
func (c *Client) write(ctx context.Context, req *rest.Request, body any) (*issueResponse, int, error) {
	if err := req.SetBody(body); err != nil {
		return nil, 0, err
	}
	issue, response, err := rest.Do[issueResponse](ctx, c.Client, req)
	if err != nil {
		return nil, 0, err
	}
	return issue, response.Status, nil
}

// readIssue reads an issue that is to be written to. It fails with rest.Moved if
// the issue is another one by now.
func (c *Client) readIssue(ctx context.Context, ref IssueRef) (*issueResponse, error) {
	issue, err := rest.Call[issueResponse](ctx, c.Client, issueEndpoint, ref)
	if err != nil {
		return nil, err
	}
	if found := issue.ref(ref); !found.is(ref) {
		return nil, &rest.Error{Class: rest.Moved, Endpoint: issueEndpoint, Message: "the issue moved to " + found.Target()}
	}
	return issue, nil
}

// is reports whether two references identify the same issue. Names are not case
// sensitive.
func (r IssueRef) is(other IssueRef) bool {
	return r.IssueNumber == other.IssueNumber && strings.EqualFold(r.RepoRef.Target(), other.RepoRef.Target())
}

// withNewPlace adds to the error of a write that was redirected where the issue is
// now, if that can be read.
func (c *Client) withNewPlace(ctx context.Context, ref IssueRef, err error) error {
	e, ok := errors.AsType[*rest.Error](err)
	if !ok || e.Class != rest.Moved {
		return err
	}
	issue, readErr := rest.Call[Issue](ctx, c.Client, issueEndpoint, ref)
	if readErr != nil {
		return e
	}
	if found := issue.ref(ref); !found.is(ref) {
		e.Message = "the issue moved to " + found.Target()
	}
	return e
}

// withNewRepo does the same for a repository.
//
// GitHub documentation:
// https://docs.github.com/en/enterprise-server@3.19/rest/repos/repos#get-a-repository
func (c *Client) withNewRepo(ctx context.Context, ref RepoRef, err error) error {
	e, ok := errors.AsType[*rest.Error](err)
	if !ok || e.Class != rest.Moved {
		return err
	}
	found, readErr := rest.Call[Repository](ctx, c.Client, "GET /repos/{owner}/{repo}", ref)
	if readErr != nil {
		return e
	}
	if name := (&Issue{Repository: *found}).Repo(); name != "" && !strings.EqualFold(name, ref.Target()) {
		e.Message = "the repository moved to " + name
	}
	return e
}
