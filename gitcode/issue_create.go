package gitcode

import (
	"context"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// CreateIssueParams describes a new issue.
type CreateIssueParams struct {
	RepoRef
	Title        string `json:"title" jsonschema:"pattern=\\S" jsonschema_description:"Title, not blank"`
	Body         string `json:"body,omitempty" jsonschema_description:"Markdown"`
	Assignee     string `json:"assignee,omitempty" jsonschema:"minLength=1" jsonschema_description:"Usernames or me, comma-separated"`
	Milestone    string `json:"milestone,omitempty" jsonschema_description:"Title or global number (not that in web addresses) of an open one"`
	Labels       Labels `json:"labels,omitempty" jsonschema:"pattern=^\\s*[^\\,\\s][^\\,]*$" jsonschema_description:"Label names"`
	CreateLabels bool   `json:"create_labels,omitempty" jsonschema_description:"Create unknown labels"`
	SecurityHole Flag   `json:"security_hole,omitempty" jsonschema_description:"Private: only members see it; exact rules undocumented"`
	TemplatePath string `json:"template_path,omitempty"`
	Workflow
	AllowCommands bool `json:"allow_commands,omitempty"`
}

// CreateIssue creates an issue with its title, its body, security_hole and what only
// a create can set, and sets the assignee, the milestone, the status and the labels
// with a request each: GitCode refuses a whole request because of one of them that
// the caller may not set. Labels come last, so that no later request can drop them.
// Before that it rejects labels, a milestone, and names of the Workflow that do not
// exist. A field that
// a later request does not set is a Deviation and not an error, because the issue
// exists; nothing creates it a second time. The issue is read back if the
// responses do not show everything that was requested.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/post-api-v-5-repos-owner-issues
func (c *Client) CreateIssue(ctx context.Context, p *CreateIssueParams) (*IssueChange, error) {
	if strings.TrimSpace(p.Title) == "" {
		return nil, rest.InvalidArguments(createEndpoint, "title must not be blank")
	}
	if err := checkCommands(createEndpoint, p.AllowCommands, p.Body, ""); err != nil {
		return nil, err
	}
	requested := *p
	requested.Labels = trimmed(p.Labels)
	if err := c.checkLabels(ctx, p.RepoRef, requested.Labels, p.CreateLabels); err != nil {
		return nil, err
	}
	milestone, err := c.milestoneNumber(ctx, p.RepoRef, p.Milestone)
	if err != nil {
		return nil, err
	}
	if err := c.resolveWorkflow(ctx, p.Owner, &requested.Workflow); err != nil {
		return nil, err
	}
	if err := c.resolveLogins(ctx, &requested.Assignee); err != nil {
		return nil, err
	}
	created, err := c.postIssue(ctx, &requested)
	if err != nil {
		return nil, err
	}
	created.Number = max(created.Number, 0)
	n := newIssue{
		client: c, params: &requested, milestone: milestone,
		ref:   IssueRef{RepoRef: p.RepoRef, Number: int(created.Number)},
		seen:  created,
		check: issueCheck{requested: requested.fields(milestone), known: &created.Issue, failed: map[string]error{}},
	}
	dryRun := c.IsDryRun(ctx)
	if n.ref.Number <= 0 && !dryRun {
		return n.check.withoutNumber(created), nil
	}
	n.setAssignee(ctx)
	n.setMilestone(ctx)
	n.setStatus(ctx)
	n.addLabels(ctx)
	if dryRun {
		return nil, nil
	}
	return n.result(ctx), nil
}

const createEndpoint = "POST /repos/{owner}/issues"

// postIssue always sends a body, because the newest documentation requires it.
func (c *Client) postIssue(ctx context.Context, p *CreateIssueParams) (*issueResponse, error) {
	defer c.forgetCounts(p.RepoRef)
	return rest.Call[issueResponse](ctx, c.Client, createEndpoint, struct {
		RepoRef
		Title         string       `json:"title"`
		Body          string       `json:"body"`
		SecurityHole  Flag         `json:"security_hole,omitempty"`
		TemplatePath  string       `json:"template_path,omitempty"`
		IssueType     string       `json:"issue_type,omitempty"`
		IssueSeverity string       `json:"issue_severity,omitempty"`
		CustomFields  CustomFields `json:"custom_fields,omitempty"`
	}{p.RepoRef, p.Title, p.Body, p.SecurityHole, p.TemplatePath, p.IssueType, p.IssueSeverity, p.CustomFields})
}

// newIssue is an issue that was created and gets the rest of its fields.
type newIssue struct {
	client *Client
	params *CreateIssueParams // with logins instead of me

	milestone MilestoneNumber
	ref       IssueRef
	seen      *issueResponse // what the responses to the writes show
	check     issueCheck
}

func (n *newIssue) setAssignee(ctx context.Context) {
	if n.params.Assignee != "" {
		n.patch(ctx, "assignee", &issuePatch{Assignee: &n.params.Assignee})
	}
}

// setMilestone repeats the assignee, unless setting it failed: a PATCH may clear
// what it does not repeat.
func (n *newIssue) setMilestone(ctx context.Context) {
	if n.milestone == 0 {
		return
	}
	n.patch(ctx, "milestone", n.repeating(&issuePatch{Milestone: &n.milestone}))
}

// setStatus repeats the assignee and the milestone.
func (n *newIssue) setStatus(ctx context.Context) {
	if n.params.Status == "" {
		return
	}
	p := &issuePatch{Status: &n.params.Status}
	if n.milestone != 0 && n.check.failed["milestone"] == nil {
		p.Milestone = &n.milestone
	}
	n.patch(ctx, "status", n.repeating(p))
}

// repeating adds the assignee to a patch, unless setting it failed.
func (n *newIssue) repeating(p *issuePatch) *issuePatch {
	if n.params.Assignee != "" && n.check.failed["assignee"] == nil {
		p.Assignee = &n.params.Assignee
	}
	return p
}

// fieldsOfNew are what a new issue gets by a PATCH: none of it replaces anything.
var fieldsOfNew = []string{"milestone", "security_hole", "issue_type", "issue_severity", "custom_fields"}

// patch sets a field and records whether that failed.
func (n *newIssue) patch(ctx context.Context, field string, p *issuePatch) {
	p.IssueRef, p.known = n.ref, &rest.Known{Labels: []string{}, Assignees: []string{}, Repeated: fieldsOfNew}
	patched, err := n.client.patchIssue(ctx, p)
	if err != nil {
		n.check.failed[field] = err
	} else if !patched.IsEmpty() {
		patched.fill(&n.seen.Issue)
		n.seen = patched
	}
}

func (n *newIssue) addLabels(ctx context.Context) {
	if len(n.params.Labels) == 0 {
		return
	}
	labels, err := n.client.postLabels(ctx, n.ref, n.params.Labels)
	if err != nil {
		n.check.failed["labels"] = err
		return
	}
	n.seen.Labels = labels
}

// result checks the issue, and reads it back if the responses do not show
// everything.
func (n *newIssue) result(ctx context.Context) *IssueChange {
	change := n.check.writes(n.seen)
	if change.hasUnknown() {
		return n.client.readBack(ctx, n.ref, &n.check, n.seen)
	}
	return change
}
