package gitcode

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// maxBulk is the maximum number of issues of one UpdateIssues.
const maxBulk = 200

// UpdateIssuesParams describes changes of issues of a repository.
type UpdateIssuesParams struct {
	RepoRef
	Changes       []IssuesChange `json:"changes" jsonschema:"minItems=1" jsonschema_description:"An issue in several changes gets all of them"`
	Resume        bool           `json:"resume,omitempty" jsonschema_description:"To repeat a call: skip comments that the token's owner posted in the last hour"`
	CreateLabels  bool           `json:"create_labels,omitempty" jsonschema_description:"Create unknown labels"`
	AllowCommands bool           `json:"allow_commands,omitempty" jsonschema_description:"Allow lines like /close"`
}

// IssuesChange is the same change of several issues. Absent members are left
// unchanged. Unlike in requests to GitCode, labels are an array and a state is
// open or closed, so that a change that remains can be requested again.
type IssuesChange struct {
	Numbers      []int    `json:"numbers" jsonschema:"minItems=1" jsonschema_description:"Issue numbers"`
	AddLabels    []string `json:"add_labels,omitempty" jsonschema:"pattern=^\\s*[^\\,\\s][^\\,]*$" jsonschema_description:"Label names"`
	RemoveLabels []string `json:"remove_labels,omitempty" jsonschema:"pattern=^\\s*[^\\,\\s][^\\,]*$" jsonschema_description:"Label names"`
	State        string   `json:"state,omitempty" jsonschema:"enum=open,enum=closed" jsonschema_description:"Reopen or close"`
	Assignee     *string  `json:"assignee,omitempty" jsonschema_description:"Replaces all assignees: usernames or me, comma-separated; \"\" clears"`
	Milestone    *string  `json:"milestone,omitempty" jsonschema_description:"Title or global number; \"\" clears"`
	Status       string   `json:"status,omitempty" jsonschema_description:"Workflow status"`
	Comment      string   `json:"comment,omitempty" jsonschema_description:"Posted last"`
}

// IssueOutcome is what became of one issue of an UpdateIssues.
type IssueOutcome string

// The outcomes. An issue that was not begun has none.
const (
	Done      IssueOutcome = "done"
	Planned   IssueOutcome = "planned"   // done in a dry run
	Unchanged IssueOutcome = "unchanged" // everything was in place already
	Failed    IssueOutcome = "failed"
	Unknown   IssueOutcome = "unknown" // a write may have happened, and reading could not tell
)

// IssueUpdate reports what became of one issue.
type IssueUpdate struct {
	Number  int
	Outcome IssueOutcome
	// PreviousAssignees are the assignees that were replaced, if one of them is no
	// assignee any more.
	PreviousAssignees []string
	// Err is why the issue Failed, or why its outcome is Unknown.
	Err error
	// Deviations are what GitCode accepted and did not do, what it changed without
	// a request, and what could not be verified.
	Deviations []Deviation
	// ReadErr is why the issue could not be read back, or nil.
	ReadErr error
}

// IssuesUpdate reports what UpdateIssues did.
type IssuesUpdate struct {
	Issues []IssueUpdate // in the order of the changes
	// Remaining are the changes that are not known to be made, also those that
	// failed. Requesting them with Resume does nothing twice, but GitCode may
	// still post a comment of an Unknown issue for some seconds. A dry run has none.
	Remaining []IssuesChange
	// Stopped is why the rest was not begun, or nil.
	Stopped error
}

// errIgnored is the error of an issue of which GitCode accepted a change that it
// did not make.
var errIgnored = errors.New("GitCode accepted the change but did not make all of it")

// HasPreview reports true: a dry run also says what would become of each issue.
func (u *IssuesUpdate) HasPreview() bool { return true }

// UpdateIssues changes up to 200 issues, one after the other. Before the first
// write it checks everything it can: the changes for contradictions, and the
// labels, milestones, statuses and assignees against the repository. It reads the issues
// and requests only what differs: everything but labels and comments, the labels
// to add, the labels to remove, and each comment take one request, in this order.
//
// An issue that fails does not stop the others. A write whose outcome is unknown
// is settled by reading. UpdateIssues stops, without an error, after a failure
// that would meet every issue, if ctx ends, and before an issue for which the
// time of a call (Config.Timeout and MaxWait) is used up. It then reports what
// remains. It calls [rest.ReportStep] after each issue.
//
// What the responses do not show, such as a milestone, is read back at the end.
// The labels, the state and the assignees of an issue with comments are read back
// before the first of them, so that no comment claims what did not happen. Read
// back is also an issue of which the response to the PATCH shows
// that GitCode changed something without a request.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/patch-api-v-5-repos-owner-issues-number,
// https://docs.gitcode.com/docs/apis/post-api-v-5-repos-owner-repo-issues-number-labels,
// https://docs.gitcode.com/docs/apis/delete-api-v-5-repos-owner-repo-issues-number-labels-name and
// https://docs.gitcode.com/docs/apis/post-api-v-5-repos-owner-repo-issues-number-comments
func (c *Client) UpdateIssues(ctx context.Context, p *UpdateIssuesParams) (*IssuesUpdate, error) {
	b := &bulk{client: c, repo: p.RepoRef, start: time.Now(), dryRun: c.IsDryRun(ctx)}
	var err error
	if b.issues, err = mergeChanges(p.RepoRef, p.Changes); err != nil {
		return nil, err
	}
	for n, change := range p.Changes {
		if message := commandIn(change.Comment, ""); message != "" && !p.AllowCommands {
			return nil, rest.InvalidArguments(patchEndpoint, fmt.Sprintf("changes[%d]: %s", n, message))
		}
	}
	// The progress of these reads would go back when the writes begin.
	quiet := rest.WithSteps(ctx, func(rest.Step) {})
	if err := b.prepare(quiet, p.CreateLabels); err != nil {
		return nil, err
	}
	if p.Resume {
		if err := b.skipPosted(quiet); err != nil {
			return nil, err
		}
	}
	b.write(ctx)
	if !b.dryRun {
		b.verify(quiet)
	}
	return b.result(), nil
}

// prepare reads the issues and checks what is to be done with them. Its error
// names all mistakes.
func (b *bulk) prepare(ctx context.Context, createLabels bool) error {
	var wrong mistakes
	if err := b.resolve(ctx, &wrong); err != nil {
		return err
	}
	if err := b.checkLabels(ctx, createLabels, &wrong); err != nil {
		return err
	}
	if err := b.read(ctx); err != nil {
		return err
	}
	b.checkAssignees(ctx, &wrong)
	b.checkRemoved(ctx, &wrong)
	return wrong.err()
}

// bulk is one UpdateIssues.
type bulk struct {
	client  *Client
	repo    RepoRef
	issues  []*bulkIssue
	start   time.Time
	dryRun  bool
	waited  time.Duration // for GitCode's rate limit
	stopped error
}

// bulkIssue is an issue of a bulk.
type bulkIssue struct {
	IssueRef
	goal   issueGoal
	unread bool           // it is read right before it is changed
	seen   *issueResponse // the issue as it was read last
	before *issueResponse // the issue before the PATCH
	todo   issueGoal      // what is not known to be done
	sent   issueGoal      // what was accepted, but not shown by the responses
	// suspects are fields that the PATCH seems to have changed unasked.
	suspects []*issueField

	wrote      bool // a write succeeded or may have
	outcome    IssueOutcome
	err        error
	deviations []Deviation
	readErr    error
}

// maxReadFirst is the maximum number of issues that are read one by one before
// the first write. More could use up the rate limit before anything is changed.
const maxReadFirst = 10

// read reads the issues. It fails if no issue can be read.
func (b *bulk) read(ctx context.Context) error {
	numbers := make([]int, len(b.issues))
	for n, i := range b.issues {
		numbers[n] = i.Number
	}
	found, failed := b.client.issuesByNumber(ctx, b.repo, numbers, maxReadFirst)
	for _, i := range b.issues {
		issue, read := found[i.Number]
		if read {
			i.seen = issue
		}
		i.err = failed[i.Number]
		i.todo = i.goal.left(i.seen)
		i.unread = !read && i.err == nil
	}
	if len(found) == 0 {
		return namingIssue(b.issues[0].Number, b.issues[0].err)
	}
	return nil
}

// namingIssue adds the number of an issue to the error that it does not exist.
func namingIssue(number int, err error) error {
	if e, ok := errors.AsType[*rest.Error](err); ok && e.Class == rest.NotFound && e.Endpoint == issueEndpoint {
		return fmt.Errorf("issue %d: %w", number, err)
	}
	return err
}
