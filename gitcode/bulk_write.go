package gitcode

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// The methods of this file make a part of the change of an issue. What is done
// is removed from i.todo.

func (b *bulk) addLabels(ctx context.Context, i *bulkIssue) error {
	names := i.todo.add
	if len(names) == 0 {
		return nil
	}
	labels, err := b.client.postLabels(ctx, i.IssueRef, names)
	if err != nil {
		return b.settle(ctx, i, err, func(left issueGoal) issueGoal {
			i.todo.add = left.add
			return issueGoal{add: left.add}
		})
	}
	i.wrote, i.todo.add = true, nil
	i.sent.add = without(names, labelNames(labels))
	return nil
}

// removeLabels removes the labels that the issue has. If one of them has
// vanished, GitCode removes none, so the issue is read again.
func (b *bulk) removeLabels(ctx context.Context, i *bulkIssue) error {
	for again := false; len(i.todo.remove) > 0; again = true {
		err := b.client.RemoveLabels(ctx, &RemoveLabelsParams{IssueRef: i.IssueRef, Labels: i.todo.remove})
		if rest.ErrorClass(err) == rest.NotFound && !again {
			issue, err := b.reread(ctx, i)
			if err != nil {
				return err
			}
			i.todo.remove = i.goal.left(issue).remove
			continue
		}
		if err != nil {
			return b.settle(ctx, i, err, func(left issueGoal) issueGoal {
				i.todo.remove = left.remove
				return issueGoal{remove: left.remove}
			})
		}
		i.wrote, i.todo.remove = true, nil
	}
	return nil
}

// patch sets the state, the status, the assignees and the milestone. It repeats the present
// milestone, as UpdateIssue does.
func (b *bulk) patch(ctx context.Context, i *bulkIssue) error {
	if !i.todo.patches() {
		return nil
	}
	p := &issuePatch{IssueRef: i.IssueRef, Milestone: i.todo.milestone, known: i.seen.known()}
	if i.unread && b.client.IsRehearsal(ctx) {
		p.known.Assignees = []string{} // until the issue is read
	}
	if i.todo.state != "" {
		p.State = new(StateChange(i.todo.state))
	}
	if i.todo.status != "" {
		p.Status = new(i.todo.status)
	}
	if i.todo.assignees != nil {
		p.Assignee = new(strings.Join(*i.todo.assignees, ","))
	}
	i.before = i.seen
	response, err := b.client.patchWithMilestone(ctx, p, i.seen.Milestone)
	if err != nil {
		err = b.settle(ctx, i, err, func(left issueGoal) issueGoal {
			i.todo.state, i.todo.status, i.todo.assignees, i.todo.milestone = left.state, left.status, left.assignees, left.milestone
			return issueGoal{state: left.state, status: left.status, assignees: left.assignees, milestone: left.milestone}
		})
		if err == nil {
			i.suspect(i.seen)
		}
		return err
	}
	i.wrote = true
	i.suspect(response)
	// The response proves the values that it shows, but not that anything is
	// empty, and it has no milestone or a stale one.
	if string(response.State) != i.todo.state {
		i.sent.state = i.todo.state
	}
	if want := i.todo.assignees; want != nil && (len(*want) == 0 || !sameNames(*want, response.AssigneeLogins())) {
		i.sent.assignees = want
	}
	i.sent.milestone, i.sent.status = i.todo.milestone, i.todo.status
	i.todo.state, i.todo.status, i.todo.assignees, i.todo.milestone = "", "", nil, nil
	return nil
}

// confirm reads the issue if the responses to its writes do not show the labels,
// the state or the assignees that a comment may claim. It fails if GitCode
// certainly ignored some of them.
func (b *bulk) confirm(ctx context.Context, i *bulkIssue) error {
	if b.dryRun || len(i.sent.add) == 0 && i.sent.state == "" && i.sent.status == "" && i.sent.assignees == nil {
		return nil
	}
	issue, err := b.reread(ctx, i)
	if err != nil {
		return nil // it is not certain
	}
	left, certain := i.sent.left(issue), false
	for _, d := range left.deviations(issue) {
		if !d.Unknown && d.Field != milestoneField.name {
			i.ignored(d.Field, left)
			certain = true
		}
	}
	if certain {
		return errIgnored
	}
	i.deviations = append(i.deviations, i.changedUnasked(issue)...) // a repeated step has no suspects left
	i.sent, i.suspects = left, nil
	return nil
}

// comment posts the comments.
func (b *bulk) comment(ctx context.Context, i *bulkIssue) error {
	if len(i.todo.comments) == 0 {
		return nil
	}
	if err := b.confirm(ctx, i); err != nil {
		return err
	}
	for len(i.todo.comments) > 0 {
		if err := b.mayBegin(ctx); err != nil {
			return err
		}
		start, text := time.Now(), i.todo.comments[0]
		_, err := b.client.CreateComment(ctx, &CreateCommentParams{IssueRef: i.IssueRef, Body: text, AllowCommands: true}) // they were checked
		if rest.ErrorClass(err) == rest.OutcomeUnknown {
			err = b.findComment(ctx, i, text, start, err)
		}
		if err != nil {
			return err
		}
		i.wrote, i.todo.comments = true, i.todo.comments[1:]
	}
	return nil
}

// findComment returns nil if a comment was posted although its request failed.
// Otherwise the outcome of the issue is Unknown: GitCode may still post it.
func (b *bulk) findComment(ctx context.Context, i *bulkIssue, text string, start time.Time, failure error) error {
	posted, err := b.client.hasPosted(ctx, i.IssueRef, text, start)
	if err == nil && posted {
		return nil
	}
	i.wrote, i.outcome = true, Unknown
	if e, ok := errors.AsType[*rest.Error](failure); ok && err == nil {
		late := *e
		late.Message = strings.TrimPrefix(e.Message+"; the comment was not found yet", "; ")
		return &late
	}
	return failure
}

// settle returns nil if a write failed with an unknown outcome and reading the
// issue shows that it was carried out, or else its error. part returns what the
// write should have done, of all that is left to do. If reading cannot tell, the
// outcome of the issue is Unknown. These writes may be repeated, unlike comments.
func (b *bulk) settle(ctx context.Context, i *bulkIssue, err error, part func(left issueGoal) issueGoal) error {
	e, ok := errors.AsType[*rest.Error](err)
	if !ok || e.Class != rest.OutcomeUnknown {
		return err
	}
	issue, readErr := b.reread(ctx, i)
	if readErr != nil {
		i.wrote, i.outcome = true, Unknown
		return err
	}
	left := part(i.goal.left(issue))
	switch {
	case slices.ContainsFunc(left.deviations(issue), func(d Deviation) bool { return d.Unknown }):
		i.wrote, i.outcome = true, Unknown
		return err
	case left.isEmpty():
		i.wrote = true
		return nil
	}
	failure := *e
	failure.Class = rest.Unavailable // it is known now
	return &failure
}

// reread reads an issue again.
func (b *bulk) reread(ctx context.Context, i *bulkIssue) (*issueResponse, error) {
	issue, err := b.client.readIssue(ctx, i.IssueRef)
	if err == nil {
		i.seen = issue
	}
	return issue, err
}
