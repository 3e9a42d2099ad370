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
	labels, err := b.client.postLabels(ctx, AddLabelsParams{IssueRef: i.IssueRef, Labels: names})
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
		err := b.client.RemoveLabels(ctx, RemoveLabelsParams{IssueRef: i.IssueRef, Labels: i.todo.remove})
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

// patch sets the state, the assignees and the milestone. It repeats the present
// milestone, as UpdateIssue does.
func (b *bulk) patch(ctx context.Context, i *bulkIssue) error {
	if !i.todo.patches() {
		return nil
	}
	p := issuePatch{IssueRef: i.IssueRef, Milestone: i.todo.milestone}
	if i.todo.state != "" {
		p.State = new(StateChange(i.todo.state))
	}
	if i.todo.assignees != nil {
		p.Assignee = new(strings.Join(*i.todo.assignees, ","))
	}
	response, err := b.client.patchWithMilestone(ctx, p, i.seen.Milestone)
	if err != nil {
		return b.settle(ctx, i, err, func(left issueGoal) issueGoal {
			i.todo.state, i.todo.assignees, i.todo.milestone = left.state, left.assignees, left.milestone
			return issueGoal{state: left.state, assignees: left.assignees, milestone: left.milestone}
		})
	}
	i.wrote = true
	// The response proves the values that it shows, but not that anything is
	// empty, and it has no milestone or a stale one.
	if string(response.State) != i.todo.state {
		i.sent.state = i.todo.state
	}
	ignored := response.shows(stateField) && b.keepsState(ctx, i)
	if want := i.todo.assignees; want != nil && (len(*want) == 0 || !sameNames(*want, response.AssigneeLogins())) {
		i.sent.assignees = want
	}
	i.sent.milestone = i.todo.milestone
	i.todo.state, i.todo.assignees, i.todo.milestone = "", nil, nil
	if ignored {
		return errIgnored
	}
	return nil
}

// keepsState reports whether an issue has another state than the one that was
// set, so that no comment claims otherwise.
func (b *bulk) keepsState(ctx context.Context, i *bulkIssue) bool {
	if i.sent.state == "" {
		return false
	}
	issue, err := b.reread(ctx, i)
	return err == nil && issue.shows(stateField) && string(issue.State) != i.sent.state
}

// comment posts the comments.
func (b *bulk) comment(ctx context.Context, i *bulkIssue) error {
	for len(i.todo.comments) > 0 {
		start, text := time.Now(), i.todo.comments[0]
		_, err := b.client.CreateComment(ctx, CreateCommentParams{IssueRef: i.IssueRef, Body: text})
		err = i.settle(err, func() (bool, error) { return b.client.hasPosted(ctx, i.IssueRef, text, start) })
		if err != nil {
			return err
		}
		i.wrote, i.todo.comments = true, i.todo.comments[1:]
	}
	return nil
}

// settle returns nil if a write failed with an unknown outcome and was carried
// out all the same, or else its error. If reading cannot tell, the outcome of the
// issue is Unknown.
func (i *bulkIssue) settle(err error, wasDone func() (bool, error)) error {
	e, ok := errors.AsType[*rest.Error](err)
	if !ok || e.Class != rest.OutcomeUnknown {
		return err
	}
	done, readErr := wasDone()
	switch {
	case readErr != nil:
		i.wrote, i.outcome = true, Unknown
		return err
	case done:
		i.wrote = true
		return nil
	}
	failure := *e
	failure.Class = rest.Unavailable // it is known now
	return &failure
}

var errNotShown = errors.New("the response does not show what was changed")

// settle settles a write by reading the issue. part returns what the write should
// have done, of all that is left to do.
func (b *bulk) settle(ctx context.Context, i *bulkIssue, err error, part func(left issueGoal) issueGoal) error {
	return i.settle(err, func() (bool, error) {
		issue, err := b.reread(ctx, i)
		if err != nil {
			return false, err
		}
		left := part(i.goal.left(issue))
		if slices.ContainsFunc(left.deviations(issue), func(d Deviation) bool { return d.Unknown }) {
			return false, errNotShown
		}
		return left.isEmpty(), nil
	})
}

// reread reads an issue again.
func (b *bulk) reread(ctx context.Context, i *bulkIssue) (issueResponse, error) {
	issue, err := b.client.readIssue(ctx, i.IssueRef)
	if err == nil {
		i.seen = issue
	}
	return issue, err
}
