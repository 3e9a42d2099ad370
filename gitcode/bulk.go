package gitcode

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// maxBulk is the maximum number of issues of one UpdateIssues.
const maxBulk = 200

// UpdateIssuesParams describes changes of issues of a repository.
type UpdateIssuesParams struct {
	RepoRef
	Changes      []IssuesChange `json:"changes" jsonschema:"minItems=1" jsonschema_description:"An issue in several changes gets all of them"`
	Resume       bool           `json:"resume,omitempty" jsonschema_description:"To repeat a call: skip comments that the token's user posted in the last hour"`
	CreateLabels bool           `json:"create_labels,omitempty" jsonschema_description:"Create unknown labels"`
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
	Comment      string   `json:"comment,omitempty" jsonschema_description:"Posted last; lines starting with / may trigger bots"`
}

// IssueOutcome is what became of one issue of an UpdateIssues.
type IssueOutcome string

// The outcomes. An issue that was not begun has none.
const (
	Done      IssueOutcome = "done"
	Unchanged IssueOutcome = "unchanged" // everything was in place already
	Failed    IssueOutcome = "failed"
	Unknown   IssueOutcome = "unknown" // a write may have happened, and reading could not tell
)

// IssueUpdate reports what became of one issue.
type IssueUpdate struct {
	Number  int
	Outcome IssueOutcome
	// Err is why the issue Failed, or why its outcome is Unknown.
	Err error
	// Deviations are what GitCode accepted and did not do, and what could not be
	// verified.
	Deviations []Deviation
	// ReadErr is why the issue could not be read back, or nil.
	ReadErr error
}

// IssuesUpdate reports what UpdateIssues did.
type IssuesUpdate struct {
	Issues []IssueUpdate // in the order of the changes
	// Remaining are the changes that are not known to be made. Requesting them
	// with Resume does nothing twice. What GitCode accepted and ignored is not
	// among them, because it would ignore it again.
	Remaining []IssuesChange
	// Stopped is why the rest was not begun, or nil.
	Stopped error
}

// errIgnored is the error of an issue of which GitCode accepted a change that it
// did not make.
var errIgnored = errors.New("GitCode accepted the change but did not make all of it")

// UpdateIssues changes up to 200 issues, one after the other. Before the first
// write it checks everything it can: the changes for contradictions, the labels
// and the milestones against the repository, and the assignees if the list of
// members is complete. It reads the issues and requests only what differs: the
// labels to add, the labels to remove, everything else, and each comment take
// one request.
//
// An issue that fails does not stop the others. A write whose outcome is unknown
// is settled by reading. UpdateIssues stops, without an error, after a failure
// that would meet every issue, if ctx ends, and before an issue for which the
// time of a call (Config.Timeout and MaxWait) is used up. It then reports what
// remains. It calls [rest.ReportStep] after each issue.
//
// What the responses do not show, such as a milestone, is read back at the end.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/patch-api-v-5-repos-owner-issues-number,
// https://docs.gitcode.com/docs/apis/post-api-v-5-repos-owner-repo-issues-number-labels,
// https://docs.gitcode.com/docs/apis/delete-api-v-5-repos-owner-repo-issues-number-labels-name and
// https://docs.gitcode.com/docs/apis/post-api-v-5-repos-owner-repo-issues-number-comments
func (c *Client) UpdateIssues(ctx context.Context, p UpdateIssuesParams) (IssuesUpdate, error) {
	b := &bulk{client: c, repo: p.RepoRef, start: time.Now(), dryRun: c.IsDryRun(ctx)}
	var err error
	if b.issues, err = mergeChanges(p.RepoRef, p.Changes); err != nil {
		return IssuesUpdate{}, err
	}
	// The progress of these reads would go back when the writes begin.
	quiet := rest.WithSteps(ctx, func(rest.Step) {})
	if err := b.resolve(quiet, p.CreateLabels); err != nil {
		return IssuesUpdate{}, err
	}
	if err := b.read(quiet); err != nil {
		return IssuesUpdate{}, err
	}
	if err := b.checkRemoved(quiet); err != nil {
		return IssuesUpdate{}, err
	}
	if p.Resume {
		if err := b.skipPosted(quiet); err != nil {
			return IssuesUpdate{}, err
		}
	}
	b.write(ctx)
	if !b.dryRun {
		b.verify(quiet)
	}
	return b.result(), nil
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
	goal issueGoal
	seen issueResponse // the issue as it was read last
	todo issueGoal     // what is not known to be done
	sent issueGoal     // what was accepted, but not shown by the responses

	wrote      bool // a write succeeded or may have
	outcome    IssueOutcome
	err        error
	deviations []Deviation
	readErr    error
}

// read reads the issues. It fails if no issue can be read.
func (b *bulk) read(ctx context.Context) error {
	numbers := make([]int, len(b.issues))
	for n, i := range b.issues {
		numbers[n] = i.Number
	}
	found, failed := b.client.issuesByNumber(ctx, b.repo, numbers)
	for _, i := range b.issues {
		i.todo = i.goal
		issue, ok := found[i.Number]
		if !ok {
			i.err = failed[i.Number]
			continue
		}
		if issue.isAbout(i.Number) {
			i.seen, i.todo = issue, i.goal.left(issue)
		}
	}
	if len(found) == 0 {
		return b.issues[0].err
	}
	return nil
}

// write makes the changes until everything is done or something stops it.
func (b *bulk) write(ctx context.Context) {
	for n, i := range b.issues {
		switch {
		case i.err != nil && stops(i.err): // it could not be read in this call
			b.stopped = i.err
			continue
		case i.err != nil:
			i.outcome = Failed
		case i.todo.isEmpty():
			i.outcome = Unchanged
		case b.stopped == nil:
			if b.stopped = b.mayBegin(ctx); b.stopped == nil {
				b.change(ctx, i)
			}
		}
		if i.outcome != "" {
			rest.ReportStep(ctx, i.step(n+1, len(b.issues), b.dryRun))
		}
	}
}

// mayBegin returns why no other issue may be begun, or nil.
func (b *bulk) mayBegin(ctx context.Context) error {
	if ctx.Err() != nil {
		return &rest.Error{Class: rest.Canceled, Message: "canceled", NotSent: true, Err: context.Cause(ctx)}
	}
	if limit := b.client.MaxDuration(); limit > 0 && time.Since(b.start) >= limit {
		return fmt.Errorf("the time for one call, %v, is used up", limit)
	}
	return nil
}

// change changes an issue. If nothing was written because of an error that stops
// the whole call, the issue counts as not begun.
func (b *bulk) change(ctx context.Context, i *bulkIssue) {
	for _, step := range []func(context.Context, *bulkIssue) error{b.addLabels, b.removeLabels, b.patch, b.comment} {
		for i.err = step(ctx, i); i.err != nil && b.waitOut(ctx, i.err); {
			i.err = step(ctx, i)
		}
		if i.err != nil {
			break
		}
	}
	if stops(i.err) {
		if b.stopped = i.err; !i.wrote {
			i.err = nil
			return
		}
	}
	switch {
	case i.err == nil:
		i.outcome = Done
	case i.outcome != Unknown:
		i.outcome = Failed
	}
}

// waitOut waits until GitCode's rate limit allows the request that failed. It
// reports false if err is another error, or if that takes longer than the call
// may wait in all.
func (b *bulk) waitOut(ctx context.Context, err error) bool {
	const unknown = 5 * time.Second // the wait if GitCode does not say
	e, ok := errors.AsType[*rest.Error](err)
	if !ok || e.Class != rest.RateLimited || e.Status == 0 {
		return false
	}
	wait, limit := cmp.Or(e.RetryAfter, unknown), b.client.MaxDuration()
	if b.waited += wait; b.waited > b.client.MaxWait() || limit > 0 && time.Since(b.start)+wait >= limit {
		return false
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// stops reports whether an error would meet every other issue too.
func stops(err error) bool {
	e, ok := errors.AsType[*rest.Error](err)
	return ok && (e.Class == rest.Unauthenticated || e.Class == rest.RateLimited || e.Class == rest.Canceled)
}

// step describes the issue for progress and the audit log.
func (i *bulkIssue) step(done, total int, dryRun bool) rest.Step {
	s := rest.Step{Done: done, Total: total}
	e, failed := errors.AsType[*rest.Error](i.err)
	if dryRun || !i.wrote && (!failed || e.NotSent || strings.HasPrefix(e.Endpoint, "GET ")) {
		return s
	}
	s.Target, s.Outcome, s.ID = i.Target(), "ok", int64(i.seen.ID)
	switch {
	case i.outcome == Unknown:
		s.Outcome = string(rest.OutcomeUnknown)
	case failed && i.wrote:
		s.Outcome = "partial"
	case failed:
		s.Outcome = string(e.Class)
	}
	return s
}

// verify reads back what the responses to the writes did not show, for all
// issues together.
func (b *bulk) verify(ctx context.Context) {
	var numbers []int
	for _, i := range b.issues {
		if !i.sent.isEmpty() {
			numbers = append(numbers, i.Number)
		}
	}
	if len(numbers) == 0 {
		return
	}
	found, failed := b.client.issuesByNumber(ctx, b.repo, numbers)
	for _, i := range b.issues {
		if i.sent.isEmpty() {
			continue
		}
		issue := found[i.Number]
		if i.readErr = failed[i.Number]; i.readErr != nil || !issue.isAbout(i.Number) {
			issue = issueResponse{}
		}
		i.deviations = i.sent.left(issue).deviations(issue)
		for _, d := range i.deviations {
			if !d.Unknown && i.err == nil {
				i.outcome, i.err = Failed, errIgnored
			}
		}
	}
}
