package gitcode

import (
	"context"
	"slices"
	"strings"
)

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
		issue := found[i.Number] // empty if it could not be read
		i.readErr = failed[i.Number]
		left := i.sent.left(issue)
		i.deviations = left.deviations(issue)
		for _, d := range i.deviations {
			if !d.Unknown {
				i.ignored(d.Field, left)
			}
		}
	}
}

// ignored records that GitCode ignored a field, which is left to do.
func (i *bulkIssue) ignored(field string, left issueGoal) {
	switch field {
	case labelsField.name:
		i.todo.add = left.add
	case stateField.name:
		i.todo.state = left.state
	case assigneeField.name:
		i.todo.assignees = left.assignees
	case milestoneField.name:
		i.todo.milestone = left.milestone
	}
	if i.err == nil {
		i.outcome, i.err = Failed, errIgnored
	}
}

// result reports what became of the issues.
func (b *bulk) result() IssuesUpdate {
	r := IssuesUpdate{Stopped: b.stopped, Remaining: b.remaining()}
	for _, i := range b.issues {
		if i.outcome != "" {
			r.Issues = append(r.Issues, IssueUpdate{i.Number, i.outcome, i.err, i.deviations, i.readErr})
		}
	}
	return r
}

// remaining returns what is not known to be done. Issues of which the same
// remains are together.
func (b *bulk) remaining() []IssuesChange {
	var groups [][]IssuesChange
	for _, i := range b.issues {
		if i.todo.isEmpty() {
			continue
		}
		changes := i.todo.changes()
		n := slices.IndexFunc(groups, func(g []IssuesChange) bool { return slices.EqualFunc(g, changes, IssuesChange.requestsSame) })
		if n < 0 {
			n, groups = len(groups), append(groups, changes)
		}
		for c := range groups[n] {
			groups[n][c].Numbers = append(groups[n][c].Numbers, i.Number)
		}
	}
	return slices.Concat(groups...)
}

// changes returns changes that request the goal. Each comment after the first
// takes another change.
func (g issueGoal) changes() []IssuesChange {
	first := IssuesChange{AddLabels: g.add, RemoveLabels: g.remove, State: g.state}
	if g.assignees != nil {
		first.Assignee = new(strings.Join(*g.assignees, ","))
	}
	if g.milestone != nil {
		first.Milestone = new(strings.Join(g.milestoneValues(), ""))
	}
	changes := []IssuesChange{first}
	for n, text := range g.comments {
		if n > 0 {
			changes = append(changes, IssuesChange{})
		}
		changes[n].Comment = text
	}
	return changes
}

// requestsSame reports whether two changes are the same but for the numbers.
func (c IssuesChange) requestsSame(other IssuesChange) bool {
	same := func(a, b *string) bool { return a == b || a != nil && b != nil && *a == *b }
	return slices.Equal(c.AddLabels, other.AddLabels) && slices.Equal(c.RemoveLabels, other.RemoveLabels) &&
		c.State == other.State && c.Comment == other.Comment && same(c.Assignee, other.Assignee) && same(c.Milestone, other.Milestone)
}
